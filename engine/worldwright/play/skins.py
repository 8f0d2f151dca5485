"""Skins: the same world under different action surfaces.

    natural      take brass key                                   as the world says it
    call         take(brass key)
    bracket      take[brass key]
    json         {"action": "take", "x": "brass key"}
    tools        {"name": "take", "arguments": {"x": "brass key"}}    with OpenAI tool schemas
    renamed:7    grab brass key                                   other verbs and order, by number

Every skin has the same actions, and reads what it prints: `read(print(c)) == c` for every command whose names are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from typing import Any, Protocol

from .. import limits
from ..check.world import World
from .calls import Calls, Signatures
from .lexicon import Lexicon
from .objects import Objects, tool_schemas
from .phrases import Phrases, said
from .renaming import renamed
from .understand import Command, Fault, Form, Reading, Template, Understood, understand

PARSED = 4_096
READ = 2_048
"""Texts as they were read by one who had been told just so much; behind them stand those that ask only for the names
that decide."""
MEANT = 8_192
PRINTED = 8_192
SPELLINGS = 32
"""Ways of writing one command that are tried; hardly ever is the first not read back."""
REMEMBERED_CHARACTERS = 200
"""Longer texts are not remembered: they do not come again, and could fill the memory."""
EVERYTHING = -1
NAMES = ("natural", "call", "bracket", "json", "tools", "renamed")
_RENAMED = re.compile(r"renamed(?::([0-9]{1,18}))?")


class UnknownSkin(ValueError):
    """There is no skin of this name."""


class Surface(Protocol):
    """How actions are written: the part in which skins differ."""

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every action as it is written here."""
        ...

    @property
    def example(self) -> str:
        """What stands after "Action:", in words."""
        ...

    def parse(self, text: str) -> tuple[Reading, ...] | Fault:
        """Every way to read a text, whatever has been told."""
        ...

    def write(self, command: Command, fill: tuple[str, ...]) -> Iterator[str]:
        """Ways to write a command with these names for its arguments, the best first."""
        ...

    def templates(self, action: int) -> tuple[Template, ...]:
        """Ways to write an action, the best first: what `write` fills in."""
        ...

    def line(self, action: int) -> str:
        """An action as the instructions list it."""
        ...

    def stranger(self, text: str) -> Fault:
        """The fault for a text that no form fits."""
        ...


class Skin:
    """One action surface of one world. Holds no state but bounded memories of pure functions; safe to share."""

    def __init__(self, name: str, world: World, lexicon: Lexicon) -> None:
        """Raises UnknownSkin. `name` is one of NAMES, "renamed" with a number after a colon."""
        self.surface, self.name = _surface(name, world, lexicon)
        self.world = world
        self.lexicon = lexicon
        self._parse = lru_cache(PARSED)(self._parse_now)
        self._relevant = lru_cache(PARSED)(self._relevant_now)
        self._meant = lru_cache(MEANT)(self._meant_now)
        self._read = lru_cache(READ)(self._read_now)
        self.print = lru_cache(PRINTED)(self._print_now)

    def read(self, text: str, told: int) -> Understood:
        """The command that a text means to one who has been told these names, or why it means none."""
        if len(text) <= REMEMBERED_CHARACTERS:
            return self._read(text, told)
        if len(text) > limits.COMMAND_CHARACTERS:
            return Fault("format", "That is too long for one action. Write one short action.")
        return self._decide(text, self._parse_now(text), told)

    def _parse_now(self, text: str) -> tuple[Reading, ...] | Fault:
        return self.surface.parse(text)

    def _relevant_now(self, text: str) -> int:
        """The names that decide whether a text is a command, and which."""
        parsed = self._parse(text)
        relevant = 0
        if not isinstance(parsed, Fault):
            for reading in parsed:
                for name in reading.names:
                    for mask in name.tiers:
                        relevant |= mask
        return relevant

    def _meant_now(self, text: str, told: int) -> Command | None:
        """The command that a text means, if it means one."""
        found = self._decide(text, self._parse(text), told)
        return None if isinstance(found, Fault) else found

    def _read_now(self, text: str, told: int) -> Understood:
        meant = self._meant(text, told & self._relevant(text))
        return meant if meant is not None else self._decide(text, self._parse(text), told)

    def _decide(self, text: str, parsed: tuple[Reading, ...] | Fault, told: int) -> Understood:
        if isinstance(parsed, Fault):
            return parsed
        return understand(parsed, told, self.lexicon, self.print, lambda: self.surface.stranger(text))

    def _print_now(self, command: Command) -> str:
        """A command as an agent would write it: the first way, by world order, that reads back as this command."""
        form = self.surface.forms[command[0]]
        spelled: list[tuple[str, ...]] = []
        for slot, value in zip(form.slots, command[1:], strict=True):
            if slot.domain.is_number:
                spelled.append((str(value),))
            else:
                atom = self.lexicon.atoms[value]
                spelled.append((self.lexicon.spelling[value], atom.name, f"#{atom.name}"))
        texts = (text for fill in product(*spelled) for text in self.surface.write(command, fill))
        first = ""
        for text in islice(texts, SPELLINGS):
            first = first or text
            if self._reads_as(text, command):
                return text
        sure = next(self.surface.write(command, tuple(each[-1] for each in spelled)))
        return sure if self._reads_as(sure, command) else first

    def _reads_as(self, text: str, command: Command) -> bool:
        """Does a text give this command, and would it whatever else were told?"""
        parsed = self.surface.parse(text)
        if isinstance(parsed, Fault):
            return False
        nothing = Fault("unknown_command", "")
        found = understand(parsed, EVERYTHING, self.lexicon, lambda _: "", lambda: nothing)
        return found == command

    def tool_schemas(self) -> list[dict[str, Any]]:
        """The actions as OpenAI tools. The same in every skin; the tools skin reads their calls."""
        return tool_schemas(self.world, self.lexicon)


def _surface(name: str, world: World, lexicon: Lexicon) -> tuple[Surface, str]:
    """The surface of a skin, and the skin's full name."""
    match = _RENAMED.fullmatch(name)
    if match is not None:
        number = int(match.group(1) or 0)
        patterns, notes = renamed(world, number)
        return Phrases(world, lexicon, [(parts,) for parts in patterns], notes), f"renamed:{number}"
    signatures = Signatures(world, lexicon)
    match name:
        case "natural":
            return Phrases(world, lexicon, [said(action) for action in world.actions]), name
        case "call":
            return Calls(lexicon, signatures, "()"), name
        case "bracket":
            return Calls(lexicon, signatures, "[]"), name
        case "json":
            return Objects(lexicon, signatures, "json"), name
        case "tools":
            return Objects(lexicon, signatures, "tools"), name
    raise UnknownSkin(f'there is no skin "{name}"; the skins are {", ".join(NAMES)} (with a number: renamed:7)')
