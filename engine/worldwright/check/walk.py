"""Walks syntax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ..syntax import nodes as syn


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
