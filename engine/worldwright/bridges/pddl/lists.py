"""PDDL text to nested lists with their places, under the limits that every source has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeAlias

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from ... import limits
from ...diagnostics import Diagnostic, WorldError
from ...shipped import shipped
from ...source import Source, Span

BROKEN = "PD001"
"""The text is not PDDL."""
UNSUPPORTED = "PD002"
"""PDDL, but beyond what can be taken over."""
UNKNOWN = "PD003"
"""A name that nothing declares."""
UNFIT = "PD004"
"""Known, but it does not fit here."""
TOO_LARGE = "PD005"
"""Beyond a limit."""
WORDING = "PD006"
"""A wording file that does not fit the domain."""
MISTYPED = "PD007"
"""An argument that is not of the type that is declared."""


@dataclass(frozen=True, slots=True)
class Word:
    """One sign: a name, variable, keyword, number, dash or comparison. `text` is in lower case, as PDDL means it."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class List:
    """What stands between two parentheses."""

    items: tuple[Item, ...]
    span: Span

    @property
    def head(self) -> str:
        """The word that it begins with; empty if it begins with none."""
        return self.items[0].text if self.items and isinstance(self.items[0], Word) else ""


Item: TypeAlias = Word | List


class Faults:
    """What is wrong with some sources, collected."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.warned: list[Diagnostic] = []

    def error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """One more fault; those after the first many are not kept."""
        if len(self.found) < limits.CHECK_REPORTS:
            self.found.append(Diagnostic(code, span, message, hint))

    def warning(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """What is taken over, but not as it is written; those after the first many are not kept."""
        if len(self.warned) < limits.CHECK_REPORTS:
            self.warned.append(Diagnostic(code, span, message, hint, "warning"))

    def unsupported(self, span: Span, what: str, hint: str | None = None) -> None:
        """PDDL that cannot be taken over."""
        self.error(UNSUPPORTED, span, f"{what} is not supported" if not what.endswith(".") else what[:-1], hint)

    def settle(self, *sources: Source) -> None:
        """Raises WorldError if anything was found."""
        if self.found:
            raise WorldError(self.found, sources)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (shipped("grammars") / "pddl.lark").read_text(encoding="utf-8")
    rules = SimpleNamespace(text=lambda children: children[0], list=_list)
    return Lark(text, parser="lalr", lexer="basic", start="text", transformer=rules, keep_all_tokens=True)


def _list(children: list[Any]) -> List:
    name = children[0].type
    items = tuple(_word(name, c) if isinstance(c, Token) else c for c in children[1:-1])
    return List(items, Span(name, children[0].start_pos, children[-1].end_pos))


def _word(name: str, token: Token) -> Word:
    start = token.start_pos or 0
    return Word(token.type, token.lower(), Span(name, start, start + len(token)))


def read_list(source: Source) -> List:
    """The one list that a source is. Raises WorldError."""
    size = len(source.text)
    if size > limits.SOURCE_CHARACTERS:
        many = f"this source has {size:,} characters; at most {limits.SOURCE_CHARACTERS:,} are allowed"
        _fail(source, limits.SOURCE_CHARACTERS, TOO_LARGE, many)
    parsing: Any = _grammar().parse_interactive(source.text)
    open_: list[Token] = []
    count = 0
    try:
        for token in parsing.lexer_thread.lex(parsing.parser_state):
            count += 1
            if count > limits.SOURCE_TOKENS:
                _fail(source, token.start_pos, TOO_LARGE, f"this source has more than {limits.SOURCE_TOKENS:,} words")
            if token.type == "LPAR":
                open_.append(token)
                if len(open_) > limits.NESTING_LEVELS:
                    deep = f"this is nested more than {limits.NESTING_LEVELS} levels deep"
                    _fail(source, token.start_pos, TOO_LARGE, deep)
            elif token.type == "RPAR" and open_:
                open_.pop()
            parsing.feed_token(token)
        if open_:
            _fail(source, open_[-1].start_pos or 0, BROKEN, "this parenthesis is not closed")
        found = parsing.feed_eof()
    except UnexpectedToken as error:
        at = size if error.token.type == "$END" else error.token.start_pos or 0
        what = "there is nothing here" if at == size else f"`{error.token}` stands outside the parentheses"
        _fail(source, at, BROKEN, what, "a PDDL file is one `(define …)`")
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        _fail(source, at, BROKEN, f"`{source.text[at]}` begins nothing in PDDL")
    assert isinstance(found, List)
    return _placed(found, source.name)


def _placed(found: List, name: str) -> List:
    """The list with the source's name in its spans: the grammar knows only offsets."""
    items = tuple(
        _placed(item, name)
        if isinstance(item, List)
        else Word(item.kind, item.text, Span(name, item.span.start, item.span.end))
        for item in found.items
    )
    return List(items, Span(name, found.span.start, found.span.end))


def _fail(source: Source, at: int, code: str, message: str, hint: str | None = None) -> None:
    raise WorldError([Diagnostic(code, Span(source.name, at, min(at + 1, len(source.text))), message, hint)], [source])
