"""From what an agent wrote to a command, or to the exact reason why it is none.

Two steps. A skin's surface finds every *reading* of a text: an action and a name for each of its parameters. That
depends on the text alone. `understand` then decides between readings by what the agent has been told. A thing that
exists and is untold, and a thing that does not exist, take the same path through every line below, so a refusal
cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal

from .lexicon import Domain, Lexicon, Name, bits
from .words import listed, looks_whole, shown

Command = tuple[int, ...]
FaultKind = Literal["format", "unknown_command", "unknown_object", "wrong_type", "ambiguous"]
NAMED = 2
"""The last tier of a name that names a thing in full: exact identifier, display name or alias, identifier as words."""
TIERS = 4
CANDIDATES = 8
CONSIDERED = 64
"""Commands looked at for one ambiguous text; more than one is ambiguous, however many there are."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What was wrong with a reply that was not understood. What does not apply is None or empty."""

    slot: str | None = None
    wanted: str | None = None
    given: str | None = None
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not a command: the kind, a sentence for the agent, the action if it was clear, the details."""

    kind: FaultKind
    text: str
    action: int | None = None
    detail: Detail = Detail()


Understood = Command | Fault
Template = tuple[str | int, ...]
"""How an action is written: pieces of text, and parameters by their index."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter of an action: its name in the world, what it is called in this skin, what it takes."""

    name: str
    label: str
    domain: Domain


@dataclass(frozen=True, slots=True)
class Form:
    """One action as a skin has it: how it is written, and its slots in the order of the action's parameters."""

    action: int
    usage: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. `fixed` counts the words that the form itself supplied."""

    form: Form
    names: tuple[Name, ...]
    fixed: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A slot with the values it can have: `tier` is how surely they were named."""

    tier: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A slot without a value: either what it names does not fit, or it names nothing known."""

    misfits: int


def settle(name: Name, domain: Domain, known: int, objects: int) -> Settled | Missed:
    """The values of one slot. A thing named in full is never passed over for one named in part."""
    if domain.is_number:
        return Settled(1, (name.number,)) if name.number in domain.values else Missed(0)
    named = 0
    for tier, mask in enumerate(name.tiers):
        if tier > NAMED and named & objects:
            break
        told = mask & known
        fitting = told & domain.mask
        if fitting:
            return Settled(tier, tuple(bits(fitting)))
        named |= told
    return Missed(named)


def understand(
    readings: Sequence[Reading],
    told: int,
    lexicon: Lexicon,
    printed: Callable[[Command], str],
    stranger: Callable[[], Fault],
) -> Understood:
    """The one command that the surest readings agree on, or the most telling fault.

    `printed` writes a command out (for the candidates of an ambiguous text); `stranger` makes the fault for a text
    that no form fits.
    """
    known = (told & lexicon.objects) | lexicon.values
    best_tier = TIERS
    commands: dict[Command, Reading] = {}
    worst: tuple[tuple[int, int], Reading, int, Missed] | None = None
    for reading in readings:
        slots = [
            settle(name, slot.domain, known, lexicon.objects)
            for name, slot in zip(reading.names, reading.form.slots, strict=True)
        ]
        missed = [(i, slot) for i, slot in enumerate(slots) if isinstance(slot, Missed)]
        if missed:
            score = (reading.fixed, len(slots) - len(missed))
            if worst is None or score > worst[0]:
                worst = (score, reading, *missed[0])
            continue
        settled = [slot for slot in slots if isinstance(slot, Settled)]
        tier = max((slot.tier for slot in settled), default=0)
        if tier > best_tier:
            continue
        if tier < best_tier:
            best_tier = tier
            commands = {}
        for values in islice(product(*(slot.values for slot in settled)), CONSIDERED - len(commands)):
            commands.setdefault((reading.form.action, *values), reading)
    if len(commands) == 1:
        return next(iter(commands))
    if commands:
        return _ambiguous(commands, lexicon, printed)
    if worst is None or worst[1].fixed == 0:
        return stranger()
    _, reading, index, slot_missed = worst
    return _missed(reading, index, slot_missed, known, lexicon)


def _ambiguous(commands: dict[Command, Reading], lexicon: Lexicon, printed: Callable[[Command], str]) -> Fault:
    """Several things or several commands are meant alike; all of them are told, so they can be listed."""
    every = list(commands)
    first = commands[every[0]]
    if all(reading is first for reading in commands.values()):
        differing = [i for i in range(1, len(every[0])) if len({command[i] for command in every}) > 1]
        if len(differing) == 1:
            index = differing[0]
            atoms = [command[index] for command in every][:CANDIDATES]
            names = lexicon.told_apart(atoms)
            given = first.names[index - 1].text
            asked = listed([_the(lexicon, atom, name) for atom, name in zip(atoms, names, strict=True)])
            text = f'Which "{shown(given)}" do you mean: {asked}?'
            slot = first.form.slots[index - 1]
            return Fault("ambiguous", text, first.form.action, Detail(slot.name, slot.domain.wanted, given, names))
    texts = tuple(printed(command) for command in every[:CANDIDATES])
    text = f"That can be read in several ways: {listed([_quoted(one) for one in texts])}?"
    actions = {command[0] for command in every}
    action = first.form.action if len(actions) == 1 else None
    return Fault("ambiguous", text, action, Detail(nearest=texts))


def _missed(reading: Reading, index: int, missed: Missed, known: int, lexicon: Lexicon) -> Fault:
    """One slot of an otherwise clear command names nothing that fits."""
    form, slot, name = reading.form, reading.form.slots[index], reading.names[index]
    given = shown(name.text)
    rule = f"In {_quoted(form.usage)}, {slot.label} must be {slot.domain.wanted}"
    if slot.domain.is_number:
        said = given if looks_whole(name.text) else _quoted(given)
        detail = Detail(slot.name, slot.domain.wanted, given)
        return Fault("wrong_type", f"{rule}; {said} is not.", form.action, detail)
    if missed.misfits:
        atom = next(bits(missed.misfits))
        detail = Detail(slot.name, slot.domain.wanted, lexicon.atoms[atom].display)
        return Fault("wrong_type", f"{rule}; {lexicon.the(atom)} is not.", form.action, detail)
    near = lexicon.nearest(name.text, known & slot.domain.mask)
    names = lexicon.told_apart(near)
    detail = Detail(slot.name, slot.domain.wanted, given, names)
    if slot.domain.choices:
        return Fault("unknown_object", f"{rule}; {_quoted(given)} is not.", form.action, detail)
    text = f"You know of nothing called {_quoted(given)}."
    if near:
        text += f" Did you mean {listed([_the(lexicon, a, n) for a, n in zip(near, names, strict=True)])}?"
    return Fault("unknown_object", text, form.action, detail)


def _the(lexicon: Lexicon, atom: int, name: str) -> str:
    return lexicon.the(atom) if name == lexicon.atoms[atom].display else name


def _quoted(text: str) -> str:
    return text if '"' in text else f'"{text}"'
