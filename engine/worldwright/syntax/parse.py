"""Text to `Tree`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedToken

from .. import limits
from ..diagnostics import Diagnostic, WorldError
from ..shipped import shipped
from ..source import Source, Span
from .build import RULES, Unbuildable
from .mistakes import END, RESERVED
from .nodes import Expression, Node, Tree, children
from .recover import Recovery
from .scan import Comment, Sign, scan


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
        transformer=SimpleNamespace(**RULES),
        keep_all_tokens=True,
        maybe_placeholders=False,
        propagate_positions=False,
    )


@lru_cache(maxsize=1)
def fixed_terminals() -> tuple[dict[str, str], dict[str, str]]:
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
    keywords, symbols = fixed_terminals()
    found = scan(source, symbols)
    diagnostics = found.diagnostics
    end = len(source.text)
    signs = [*found.signs, Sign(END, "", Span(source.name, end, end))]
    if found.complete:
        if not diagnostics:
            tree = recognise(signs, start, keywords)
            if tree is not None:
                diagnostics = too_deep(tree)
                if not diagnostics:
                    return tree
        if not diagnostics or found.diagnostics:
            diagnostics = Recovery(grammar(), source, start, signs, diagnostics, keywords).run()
    cut_off = ("WW010", "WW011")  # first, since they explain why the rest is not looked at
    ordered = sorted(diagnostics, key=lambda d: (d.code not in cut_off, d.span.start, d.code))
    raise WorldError(ordered[: limits.SYNTAX_REPORTS], [source])


def signs_and_comments(source: Source) -> tuple[list[Sign], list[Comment]]:
    """The signs and comments of a source, in order, for the formatter."""
    found = scan(source, fixed_terminals()[1])
    return found.signs, found.comments


def recognise(signs: list[Sign], start: str, keywords: Mapping[str, str]) -> Any:
    """The tree of signs without mistakes, or None. Sets the signs' final types: which words are keywords."""
    state: Any = grammar().parse_interactive(start=start).parser_state
    table, stack, feed = state.parse_conf.states, state.state_stack, state.feed_token
    deepest = 0
    try:
        for sign in signs[:-1]:
            if sign.type == "NAME":
                terminal = keywords.get(sign.text)
                if terminal is not None:
                    if terminal in table[stack[-1]]:
                        sign.type = terminal
                    elif sign.text in RESERVED:
                        return None
            feed(sign)
            if len(stack) > deepest:
                deepest = len(stack)
                if deepest > limits.PARSER_STACK:
                    return None
        return feed(signs[-1], True)
    except (UnexpectedToken, Unbuildable):
        return None


def too_deep(tree: Node) -> list[Diagnostic]:
    """A diagnostic when the tree has more levels than later stages can walk."""
    level: list[Node] = [tree]
    for _ in range(limits.NESTING_LEVELS):
        level = [child for node in level for child in children(node)]
        if not level:
            return []
    message = f"this is nested more than {limits.NESTING_LEVELS} levels deep"
    return [Diagnostic("WW012", level[0].span, message, "name parts of it with `define`")]
