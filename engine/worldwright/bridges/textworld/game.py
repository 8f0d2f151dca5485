"""TextWorld's game files: JSON to a `Game`, under limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ... import limits
from ...diagnostics import Diagnostic, WorldError
from ...source import Source, Span

BROKEN = "TW001"
"""The file is not a TextWorld game."""
UNSUPPORTED = "TW002"
"""A game, but beyond what can be taken over."""
UNFIT = "TW003"
"""What the game says does not fit together."""
TOO_LARGE = "TW004"
"""Beyond a limit."""

VERSION = 1
"""Of the file format; there has been no other."""
FACTS = 20_000
"""Facts of a start: a game of a hundred rooms has about a thousand."""
QUESTS = 200
"""Quests of a game; the cooking games, which have most, have about twenty."""
EVENTS = 50
"""Ways in which one quest may be won, or lost, and facts that one of them asks for."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)

Name = Annotated[str, Field(min_length=1, max_length=limits.NAME_CHARACTERS)]


class _Part(BaseModel):
    """A part of a game file; what is not read is passed over."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Thing(_Part):
    """An argument of a fact: an entity by its identifier, and its type."""

    name: Name
    type: Name


class Fact(_Part):
    """Something that holds, or is asked for: `in(f_0, I)`."""

    name: Name
    arguments: tuple[Thing, ...] = Field(max_length=8)

    @property
    def key(self) -> tuple[str, ...]:
        """The name, and the identifiers of the arguments."""
        return (self.name, *(a.name for a in self.arguments))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(a.name for a in self.arguments)})"


class Condition(_Part):
    """When an event happens."""

    preconditions: tuple[Fact, ...] = Field(min_length=1, max_length=EVENTS)


class Event(_Part):
    """It happens as soon as all facts of its condition hold."""

    condition: Condition


class Quest(_Part):
    """It is won by one of some events, and lost by one of some others."""

    desc: str | None = None
    reward: Annotated[int, Field(ge=-limits.DOMAIN_VALUES, le=limits.DOMAIN_VALUES)]
    commands: tuple[str, ...] = Field(default=(), max_length=10_000)
    win_events: tuple[Event, ...] = Field(max_length=EVENTS)
    fail_events: tuple[Event, ...] = Field(max_length=EVENTS)
    optional: bool = False
    repeatable: bool = False


class Info(_Part):
    """How an entity is called."""

    id: Name
    type: Name
    name: str | None = None
    desc: str | None = None
    indefinite: str | None = None
    synonyms: tuple[str, ...] | None = None


class Knowledge(_Part):
    """The logic: the text of TextWorld's `.twl` files."""

    logic: str


class Metadata(_Part):
    """What the game's maker noted of it."""

    desc: str | None = None
    uuid: str | None = None
    walkthrough: tuple[str, ...] | None = None


class Game(_Part):
    """A game file."""

    version: int
    world: tuple[Fact, ...] = Field(max_length=FACTS)
    quests: tuple[Quest, ...] = Field(max_length=QUESTS)
    infos: tuple[tuple[str, Info], ...] = Field(max_length=limits.ATOMS)
    knowledge: Knowledge = Field(alias="KB")
    metadata: Metadata = Metadata()
    objective: str | None = None


class Faults:
    """What is wrong with a game file, collected."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    def error(self, code: str, message: str, at: str = "", hint: str | None = None) -> None:
        """One more fault, at the first place in the file where some text stands (else at its beginning)."""
        start = max(0, self.source.text.find(at)) if at else 0
        if len(self.found) < limits.CHECK_REPORTS:
            self.found.append(Diagnostic(code, Span(self.source.name, start, start + len(at)), message, hint))

    def settle(self) -> None:
        """Raises WorldError if anything was found."""
        if self.found:
            raise WorldError(self.found, [self.source])


def read_game(source: Source) -> Game:
    """A game from its file. Raises WorldError."""
    faults = Faults(source)
    data = _json(faults)
    try:
        game = Game.model_validate_json(json.dumps(data))
    except ValidationError as error:
        for wrong in error.errors(include_url=False, include_context=False, include_input=False)[:5]:
            faults.error(BROKEN, f"this is not a TextWorld game: {_where(wrong['loc'])}: {_said(wrong['msg'])}")
        faults.settle()
        raise AssertionError("a validation error has errors") from error
    if game.version != VERSION:
        faults.error(BROKEN, f"this game is of version {game.version}; known is version {VERSION}", '"version"')
    faults.settle()
    return game


def _json(faults: Faults) -> Mapping[str, object]:
    """The object that the file holds."""
    text = faults.source.text
    if _depth(text) > limits.NESTING_LEVELS:
        faults.error(TOO_LARGE, f"this file is nested more than {limits.NESTING_LEVELS} levels deep")
    faults.settle()
    try:
        data = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = Span(faults.source.name, error.pos, error.pos)
        raise WorldError(
            [Diagnostic(BROKEN, place, f"this is not JSON: {_said(error.msg)}")], [faults.source]
        ) from error
    except ValueError as error:
        faults.error(BROKEN, f"this is not a TextWorld game: {_said(str(error))}")
        faults.settle()
        raise
    if not isinstance(data, dict):
        faults.error(BROKEN, "this is not a TextWorld game: it is no JSON object")
    faults.settle()
    return data  # type: ignore[no-any-return]


def _no_number(name: str) -> None:
    raise ValueError(f"the number {name} is not allowed")


def _depth(text: str) -> int:
    """How deep brackets and braces are nested, outside strings."""
    deep = most = 0
    for sign in re.sub(r"[^\[\]{}]+", "", _STRING.sub("", text)):
        deep += 1 if sign in "[{" else -1
        most = max(most, deep)
    return most


def _where(path: tuple[int | str, ...]) -> str:
    """A place in a JSON value: `quests[0].reward`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".") or "the whole"


def _said(message: str) -> str:
    return message[:1].lower() + message[1:160]
