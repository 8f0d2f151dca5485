"""A skin's command language as grammar rules, for servers that constrain what a model can write.

The language of replies is `Thought: …` on one line and `Action: …` with one command on the next. In full, it has every
action with every name that fits its slots and has been told: an agent held to it makes no mistake of form or of names,
and all those that the world itself refuses. Cut down to the commands that would be accepted now it leaves no mistake to
make, and nothing to learn from: that hides the errors that refinement is about, so nothing in the engine does it unless
asked.

Every reply of the language is understood by the skin, and what the skin prints for a command is in the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from .lexicon import Domain, bits
from .skins import EVERYTHING, Skin
from .understand import Command, Template

CHECKED = 4_096
"""Commands of one action of which each is checked. Of wider actions each value is, with the first of the others."""
LISTED_NUMBERS = 16
"""Numbers of one slot that are listed; more of them are written digit by digit."""


@dataclass(frozen=True, slots=True)
class Use:
    """A rule's name where the rule is used."""

    rule: str


LINE = Use("line")
"""Any text of one line; each notation has its own way to say it."""

Sequence_ = tuple[str | Use, ...]
Rules = Mapping[str, tuple[Sequence_, ...]]
"""For every rule its alternatives. The first rule is the language; names are of lower-case letters, digits and `-`."""


class NothingToSay(ValueError):
    """No command can be named: a language without a reply has no grammar."""


def reply_rules(skin: Skin, told: int = EVERYTHING) -> Rules:
    """The full language of replies for one who has been told these names; by default, all names of the world.

    Raises NothingToSay where not one command can be named.
    """
    writer = _Writer(skin, told)
    for number in range(len(skin.surface.forms)):
        writer.action(number)
    return writer.rules()


def admissible_rules(skin: Skin, commands: Iterable[Command]) -> Rules:
    """The replies with one of these commands: those that an episode accepts now. Hides every error.

    Raises NothingToSay if there is no command.
    """
    texts = tuple(dict.fromkeys(skin.print(command) for command in commands))
    if not texts:
        raise NothingToSay("no command is accepted now")
    return {**_reply(), "action": tuple((text,) for text in texts)}


def _reply() -> dict[str, tuple[Sequence_, ...]]:
    return {"root": (("Thought: ", LINE, "\nAction: ", Use("action")),)}


class _Writer:
    """The rules of one language, as they are found."""

    def __init__(self, skin: Skin, told: int) -> None:
        self._skin = skin
        lexicon = skin.lexicon
        self._spelling = lexicon.spelling
        self._atoms = lexicon.atoms
        self._known = (told & lexicon.objects) | lexicon.values
        self._actions: dict[str, tuple[Sequence_, ...]] = {}
        self._slots: dict[str, tuple[Sequence_, ...]] = {}
        self._named: dict[tuple[str, ...], str] = {}

    def rules(self) -> Rules:
        """All rules."""
        if not self._actions:
            raise NothingToSay("no command can be named with what has been told")
        action = tuple((Use(name),) for name in self._actions)
        return {**_reply(), "action": action, **self._actions, **self._slots}

    def action(self, number: int) -> None:
        """Add an action, if every slot of it can be filled."""
        form = self._skin.surface.forms[number]
        values = [self._values(slot.domain) for slot in form.slots]
        if not all(values):
            return
        numbers = [slot.domain.is_number for slot in form.slots]
        count = 1
        for each in values:
            count *= len(each)
        templates = self._skin.surface.templates(number)
        name = self._unique(self._skin.world.actions[number].name)
        if count > CHECKED:
            fills = self._sure(number, templates[0], values, numbers)
            self._actions[name] = (self._filled(templates[0], fills),)
            return
        commands = [(number, *each) for each in product(*values)]
        fills = [[self._spelled(v, is_number) for v in each] for each, is_number in zip(values, numbers, strict=True)]
        whole = [template for template in templates if self._holds(template, commands, numbers)]
        found = [self._filled(template, fills) for template in whole]
        if templates[0] not in whole:
            printed = [(command, self._skin.print(command)) for command in commands]
            found += [(text,) for command, text in printed if self._skin.read(text, EVERYTHING) == command]
        if found:
            self._actions[name] = tuple(dict.fromkeys(found))

    def _values(self, domain: Domain) -> list[int]:
        """What can be named in a slot."""
        return sorted(domain.values) if domain.is_number else list(bits(domain.mask & self._known))

    def _spelled(self, value: int, is_number: bool) -> str:
        return str(value) if is_number else self._spelling[value]

    def _holds(self, template: Template, commands: Sequence[Command], numbers: Sequence[bool]) -> bool:
        """Does every command, written in this way, read back as itself, whatever has been told?"""
        for command in commands:
            fill = [self._spelled(v, is_number) for v, is_number in zip(command[1:], numbers, strict=True)]
            if self._skin.read(_text(template, fill), EVERYTHING) != command:
                return False
        return True

    def _sure(
        self, number: int, template: Template, values: Sequence[Sequence[int]], numbers: Sequence[bool]
    ) -> list[list[str]]:
        """Spellings for a wide action: a name by which a command is not read back gives way to the identifier."""
        fills: list[list[str]] = []
        first = [each[0] for each in values]
        for slot, each in enumerate(values):
            spelled = []
            for value in each:
                command = (number, *first[:slot], value, *first[slot + 1 :])
                holds = self._holds(template, [command], numbers)
                spelled.append(self._spelled(value, numbers[slot]) if holds else f"#{self._atoms[value].name}")
            fills.append(spelled)
        return fills

    def _filled(self, template: Template, fills: Sequence[Sequence[str]]) -> Sequence_:
        """A template with a rule for each slot."""
        items: list[str | Use] = []
        for piece in template:
            if isinstance(piece, int):
                items.append(Use(self._slot(tuple(fills[piece]))))
            elif items and isinstance(items[-1], str):
                items[-1] += piece
            else:
                items.append(piece)
        return tuple(items)

    def _slot(self, names: tuple[str, ...]) -> str:
        """The rule for these names; equal slots share one."""
        known = self._named.get(names)
        if known is not None:
            return known
        digits = len(names) > LISTED_NUMBERS and all(re.fullmatch("-?[0-9]+", name) for name in names)
        rule = self._named[names] = f"{'number' if digits else 'name'}-{len(self._named) + 1}"
        self._slots[rule] = ()
        self._slots[rule] = self._digits(names) if digits else tuple((name,) for name in names)
        return rule

    def _digits(self, names: tuple[str, ...]) -> tuple[Sequence_, ...]:
        """Numbers by their first digits, equal rests shared: few rules for however many numbers."""
        rests: dict[str, list[str]] = {}
        for name in names:
            rests.setdefault(name[:1], []).append(name[1:])
        found: list[Sequence_] = []
        for first, every in rests.items():
            rest = [more for more in every if more]
            if len(rest) < len(every):
                found.append((first,))
            if rest:
                key = ("", *rest)
                rule = self._named.get(key)
                if rule is None:
                    rule = self._named[key] = f"number-{len(self._named) + 1}"
                    self._slots[rule] = ()
                    self._slots[rule] = self._digits(tuple(rest))
                found.append((first, Use(rule)))
        return tuple(found)

    def _unique(self, action: str) -> str:
        """The name of the rule for an action; no other has it."""
        name = "do-" + re.sub("[^a-z0-9]+", "-", action.lower()).strip("-")
        tries = [name, *(f"{name}-{n}" for n in range(2, len(self._actions) + 3))]
        return next(candidate for candidate in tries if candidate not in self._actions)


def _text(template: Template, fill: Sequence[str]) -> str:
    """A template filled in."""
    return "".join(fill[piece] if isinstance(piece, int) else piece for piece in template)
