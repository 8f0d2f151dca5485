"""A game's logic, which is the text of TextWorld's `.twl` files: types, rules, aliases of predicates, commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from ... import limits
from ...shipped import shipped
from .game import BROKEN, TOO_LARGE, Faults


@dataclass(slots=True)
class Logic:
    """What a game's logic says. Texts are in a settled form: one space around signs, none inside parentheses."""

    parents: dict[str, str | None] = field(default_factory=dict)
    """Types, each with the type that it belongs to."""
    rules: dict[str, str] = field(default_factory=dict)
    """Rules in their order: `go/north` to `at(P, r) & … -> at(P, r')`."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Predicates that stand for others: `south_of(r, r')` to `north_of(r', r)`."""
    commands: dict[str, str] = field(default_factory=dict)
    """How the action of a rule is said."""

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether a type is another one or belongs to it."""
        seen: set[str] = set()
        while kind not in seen:
            if kind == ancestor:
                return True
            seen.add(kind)
            parent = self.parents.get(kind)
            if parent is None:
                return False
            kind = parent
        return False


@dataclass(frozen=True, slots=True)
class _Entry:
    sides: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    parent: str | None
    items: tuple[Any, ...]


class _Build(Transformer[Token, Any]):
    """Parts are built while parsing, bottom-up, so that no depth can exhaust the stack."""

    def argument(self, children: list[Any]) -> str:
        return str(children[0]) if children[2] is None else f"{children[0]}: {children[2]}"

    def term(self, children: list[Any]) -> str:
        kept = "$" if children[0] is not None else ""
        if children[2] is None:
            return f"{kept}{children[1]}"
        return f"{kept}{children[1]}({', '.join(c for c in children[3:] if not isinstance(c, Token) and c)})"

    def side(self, children: list[Any]) -> str:
        first = children[0]
        if isinstance(first, Token):
            return first.strip('"')
        return " & ".join(c for c in children if not isinstance(c, Token))

    def entry(self, children: list[Any]) -> _Entry:
        signs = tuple(c.type for c in children if isinstance(c, Token) and c.type != "END")
        return _Entry(tuple(c for c in children if c is not None and not isinstance(c, Token)), signs)

    def section(self, children: list[Any]) -> _Section:
        return _Section(str(children[0]), tuple(children[2:-1]))

    def block(self, children: list[Any]) -> _Block:
        parent = None if children[3] is None else str(children[3])
        return _Block(str(children[1]), parent, tuple(children[5:-1]))

    def text(self, children: list[Any]) -> list[_Block]:
        return children


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (shipped("grammars") / "twl.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="basic",
        start="text",
        transformer=_Build(),
        keep_all_tokens=True,
        maybe_placeholders=True,
    )


def read_logic(text: str, faults: Faults) -> Logic:
    """The logic of a game. Raises WorldError."""
    found = Logic()
    if len(text) > limits.SOURCE_CHARACTERS:
        faults.error(TOO_LARGE, f"this game's logic has {len(text):,} characters; at most {limits.SOURCE_CHARACTERS:,}")
        faults.settle()
    try:
        blocks: Any = _grammar().parse(text)
    except UnexpectedInput as error:
        faults.error(BROKEN, f"this game's logic cannot be read at its line {error.line}, column {error.column}", "KB")
        faults.settle()
        raise
    for block in blocks:
        found.parents[block.name] = block.parent
        for section in block.items:
            _take(section, found)
    return found


def _take(section: object, found: Logic) -> None:
    """What a section of a type says."""
    if not isinstance(section, _Section):
        return
    entries = [item for item in section.items if isinstance(item, _Entry)]
    if section.name == "rules":
        for entry in entries:
            if entry.signs == ("MEANS", "ARROW"):
                found.rules[entry.sides[0]] = f"{entry.sides[1]} -> {entry.sides[2]}"
    elif section.name == "predicates":
        for entry in entries:
            if entry.signs == ("EQUAL",):
                found.aliases[entry.sides[0]] = entry.sides[1]
    elif section.name == "inform7":
        for inner in section.items:
            if isinstance(inner, _Section) and inner.name == "commands":
                for entry in inner.items:
                    if isinstance(entry, _Entry) and len(entry.sides) > 1:
                        found.commands[entry.sides[0]] = entry.sides[1]
