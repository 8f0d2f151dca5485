"""Text to `Tree`."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from lark import Lark

from ..diagnostics import WorldError
from ..shipped import shipped
from ..source import Source, Span
from .build import RULES
from .nodes import Expression, Tree
from .scan import scan


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The LALR(1) parser of the world language, with the rules' nodes built as they are recognised.

    Not cached on disk: Lark's cache unpickles a file at a predictable path.
    """
    text = (shipped("grammars") / "world.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=["world_file", "expression"],
        transformer=SimpleNamespace(**RULES),  # type: ignore[arg-type]
        keep_all_tokens=True,
        maybe_placeholders=False,
        propagate_positions=False,
    )


@lru_cache(maxsize=1)
def _terminals() -> tuple[dict[str, str], dict[str, str]]:
    """The grammar's fixed texts: keywords and punctuation, each to its terminal's name."""
    fixed = {t.pattern.value: t.name for t in grammar().terminals if t.pattern.type == "str"}
    fixed = {text.replace('\\"', '"'): name for text, name in fixed.items()}
    words = {text: name for text, name in fixed.items() if text.isalpha()}
    return words, {text: name for text, name in fixed.items() if text not in words}


def parse(source: Source) -> Tree:
    """The syntax tree of a source. Raises `WorldError` with every mistake that can be found in one pass."""
    tree = _parse(source, "world_file")
    assert isinstance(tree, Tree)
    return replace(tree, span=Span(source.name, 0, len(source.text)))


def parse_expression(source: Source) -> Expression:
    """The tree of a single expression. Raises `WorldError`."""
    expression: Expression = _parse(source, "expression")
    return expression


def _parse(source: Source, start: str) -> Any:
    keywords, symbols = _terminals()
    found = scan(source, symbols)
    if found.diagnostics:
        raise WorldError(found.diagnostics, [source])
    parser = grammar().parse_interactive(start=start)
    states = parser.parser_state.parse_conf.states
    stack = parser.parser_state.state_stack
    for sign in found.signs:
        if sign.type == "NAME":
            keyword = keywords.get(sign.text)
            if keyword is not None and keyword in states[stack[-1]]:
                sign.type = keyword
        parser.parser_state.feed_token(sign)
    return parser.feed_eof()
