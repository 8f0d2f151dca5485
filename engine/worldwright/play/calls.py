"""`Calls`: actions written as calls, `put(brass key, oak chest)` or `put[brass key, oak chest]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..check.world import World
from .lexicon import Lexicon
from .phrases import phrase
from .understand import Command, Detail, Fault, Form, Reading, Slot, Template
from .words import grams, likeness, listed, shown, words

ALIKE = 0.4
NEAREST = 3
_QUOTES = "\"'"


class Signatures:
    """The actions of a world by identifier, with their parameters by name. Shared by all surfaces that are code."""

    def __init__(self, world: World, lexicon: Lexicon) -> None:
        self.names: tuple[str, ...] = tuple(action.name for action in world.actions)
        self.slots: tuple[tuple[Slot, ...], ...] = tuple(
            tuple(Slot(p.name, p.name, lexicon.domains[p.domain]) for p in action.parameters)
            for action in world.actions
        )
        self.phrases: tuple[str, ...] = tuple(phrase(action) for action in world.actions)
        self._numbers = {name.lower(): i for i, name in enumerate(self.names)}

    def meaning(self, action: int) -> str:
        """What a call does, in the world's own phrase, and what its parameters take."""
        slots = self.slots[action]
        takes = "".join(f"; {slot.name} is {slot.domain.wanted}" for slot in slots)
        return f": {self.phrases[action]}{takes}"

    def find(self, name: str) -> int | None:
        """The action with this name; case, spaces and hyphens for underscores do not matter."""
        return self._numbers.get("_".join(words(name.replace("-", "_"))).strip("_"))

    def stranger(self, name: str, usages: Sequence[str]) -> Fault:
        """The fault for an action that is not there, with those that are spelled most like it."""
        mine = grams(" ".join(words(name.replace("_", " "))))
        scores = [likeness(mine, grams(known.lower().replace("_", " "))) for known in self.names]
        order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
        near = tuple(usages[i] for i in order if scores[i] >= ALIKE)[:NEAREST]
        text = f'There is no action called "{shown(name)}".'
        text += f" Did you mean {listed(near)}?" if near else f" The actions are {listed(self.names, 'and')}."
        return Fault("unknown_command", text, None, Detail(given=shown(name), nearest=near))


class Calls:
    """One pair of brackets."""

    example = "one call from the list, with names for its parameters"

    def __init__(self, lexicon: Lexicon, signatures: Signatures, brackets: str) -> None:
        self._lexicon = lexicon
        self._signatures = signatures
        self._open, self._close = brackets[0], brackets[1]
        self.forms: tuple[Form, ...] = tuple(Form(i, self._usage(i), slots) for i, slots in enumerate(signatures.slots))
        self._all_usages = tuple(form.usage for form in self.forms)

    def _usage(self, action: int) -> str:
        slots = self._signatures.slots[action]
        return f"{self._signatures.names[action]}{self._open}{', '.join(slot.name for slot in slots)}{self._close}"

    def parse(self, text: str) -> tuple[Reading, ...] | Fault:
        """The one way to read a call."""
        line = text.strip().rstrip(".; ")
        if not line:
            return Fault("format", "The action is empty. Write one action.")
        name, bracket, rest = line.partition(self._open)
        action = self._signatures.find(name)
        if action is None:
            return self._signatures.stranger(name, self._all_usages)
        form = self.forms[action]
        if not bracket and not form.slots:
            return (Reading(form, (), 1),)
        inside = rest[:-1]
        if not bracket or not rest.endswith(self._close) or self._open in inside or self._close in inside:
            return Fault("format", f"Write one {form.usage}, with both brackets and nothing after them.", action)
        given = split(inside)
        if len(given) != len(form.slots):
            count, wanted = len(given), len(form.slots)
            return Fault("format", f"{form.usage} has {_things(wanted)} in its brackets, not {count}.", action)
        named = []
        for slot, one in zip(form.slots, given, strict=True):
            key, equals, value = one.partition("=")
            named.append(value if equals and key.strip() == slot.name else one)
        for slot, one in zip(form.slots, named, strict=True):
            if not words(one):
                return Fault("format", f"In {form.usage}, {slot.name} is empty.", action)
        return (Reading(form, tuple(self._lexicon.look(words(one)) for one in named), 1),)

    def write(self, command: Command, fill: Sequence[str]) -> Iterator[str]:
        """The one way to write a command."""
        yield f"{self._signatures.names[command[0]]}{self._open}{', '.join(fill)}{self._close}"

    def templates(self, action: int) -> tuple[Template, ...]:
        """The one way to write an action."""
        inside: list[str | int] = []
        for index in range(len(self.forms[action].slots)):
            inside += [", ", index] if index else [index]
        return ((self._signatures.names[action] + self._open, *inside, self._close),)

    def line(self, action: int) -> str:
        """An action as the instructions list it."""
        return self.forms[action].usage + self._signatures.meaning(action)

    def stranger(self, text: str) -> Fault:
        """The fault for a text that no form fits."""
        return self._signatures.stranger(text, self._all_usages)


def split(inside: str) -> list[str]:
    """What stands between commas; commas in quoted names do not count."""
    if not inside.strip():
        return []
    pieces, start, quote = [], 0, ""
    for i, c in enumerate(inside):
        if quote:
            quote = "" if c == quote else quote
        elif c in _QUOTES and _opens(inside, start, i) and inside.find(c, i + 1) >= 0:
            quote = c
        elif c == ",":
            pieces.append(inside[start:i])
            start = i + 1
    return [*pieces, inside[start:]]


def _opens(inside: str, start: int, at: int) -> bool:
    """Does a quotation begin here: at the beginning of a piece, or after `name=`?"""
    before = inside[start:at].strip()
    return not before or before.endswith("=")


def _things(count: int) -> str:
    return "nothing" if count == 0 else "one thing" if count == 1 else f"{count} things"
