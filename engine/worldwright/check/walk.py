"""Walks syntax."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from ..syntax import nodes as syn

Block = Sequence[syn.Statement]


def names_in(node: object) -> Iterator[tuple[str, bool]]:
    """Every name that stands in an expression, and whether it stands alone, without arguments."""
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, syn.Name):
            yield item.text, True
        elif isinstance(item, syn.Call):
            yield item.name.text, False
        if isinstance(item, tuple):
            todo += item
        elif isinstance(item, syn.Node):
            todo += [getattr(item, f.name) for f in fields(item) if f.name != "span"]


def blocks(statement: syn.Statement) -> Iterator[Block]:
    """The blocks directly inside a statement."""
    match statement:
        case syn.If():
            yield from (block for _, block in statement.branches)
            yield statement.otherwise or ()
        case syn.For():
            yield statement.body
        case syn.Chance():
            yield statement.then
            yield statement.otherwise or ()
        case _:
            return


def contains(statement: syn.Statement, kinds: tuple[type[syn.Statement], ...]) -> bool:
    """Whether one of these kinds stands somewhere inside."""
    return any(isinstance(s, kinds) or contains(s, kinds) for block in blocks(statement) for s in block)


def assigned(body: Block) -> Iterator[str]:
    """The state variables that statements set."""
    for statement in body:
        if isinstance(statement, syn.Set | syn.Change | syn.Assign):
            yield statement.place.name.text
        for block in blocks(statement):
            yield from assigned(block)
