"""Circles in small graphs: which nodes lead to one another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def circles(edges: Mapping[T, Sequence[T]]) -> list[list[T]]:
    """Groups of nodes that lead to one another (most of one node), each group after all that it leads to.

    Every node is a key of `edges`; what is no key is no node. Nodes of a group stand in the order of `edges`. Tarjan's
    algorithm (1972) for strongly connected components, without recursion: linear in nodes and edges.
    """
    order = {node: number for number, node in enumerate(edges)}
    low: dict[T, int] = {}
    seen: dict[T, int] = {}
    waiting: list[T] = []
    found: list[list[T]] = []
    done: set[T] = set()
    for root in edges:
        work = [] if root in seen else [(root, 0)]
        while work:
            node, at = work.pop()
            ends = edges[node]
            if at == 0:
                seen[node] = low[node] = len(seen)
                waiting.append(node)
            elif ends[at - 1] not in done:
                low[node] = min(low[node], low[ends[at - 1]])
            while at < len(ends):
                end = ends[at]
                at += 1
                if end in order and end not in seen:
                    work += [(node, at), (end, 0)]
                    break
                if end in order and end not in done:
                    low[node] = min(low[node], seen[end])
            else:
                if low[node] == seen[node]:
                    group: list[T] = []
                    while not group or group[-1] != node:
                        group.append(waiting.pop())
                    done.update(group)
                    found.append(sorted(group, key=order.__getitem__))
    return found
