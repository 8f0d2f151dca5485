"""Walks syntax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import networkx as nx

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


def callees_first(graph: Any) -> list[str]:
    """The nodes of a graph without circles, each after all that its edges lead to."""
    order: Any = nx.topological_sort
    return list(reversed(list(order(graph))))
