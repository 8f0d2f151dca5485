"""Strongly connected components of a state graph: which states lead to one another, so what can be undone.

Four steps, each for what the one before has left. *Pivot*: what the first start leads to and what leads to it are one
component, in most worlds the largest (the forward-backward step of Fleischer, Hendrickson and Pinar, 2000). *Peel*:
a state that nothing left leads to, or that leads to nothing left, is one of its own (their trimming step). *Merge*:
states with edges both ways are in one component, and so are chains of them; most commands have an opposite, so this
leaves few. *Pearce*: the graph of what was merged, by his algorithm (2016), which needs three small numbers a node.

Each step but the last is vectorised; none needs recursion, nor more than 16 bytes an edge beside the edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .budget import Check
from .edges import Edges, Ids, Mask, gathered, ranges

Pairs = npt.NDArray[np.int64]
"""Two numbers of less than 32 bits in one."""

BLOCK = 1 << 16
"""Edges that are looked at together."""

CHECKED = 1 << 14
"""Steps of the last algorithm between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Components:
    """Strongly connected components. A component goes by its first state."""

    first: Ids
    """For every state the first state of its component."""
    count: int
    largest: int
    """States of the largest."""
    terminal: int
    """How many no command leaves."""

    @property
    def undoable(self) -> bool:
        """Whether every state can be left for any other: whatever is done can be undone."""
        return self.count == 1

    def to_json(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {name: getattr(self, name) for name in ("count", "largest", "terminal", "undoable")}

    @staticmethod
    def of(edges: Edges) -> Components:
        """The components of a whole graph. Raises OverBudget when time is up."""
        size = len(edges.states)
        first = np.arange(size, dtype=np.int32)
        left = np.ones(size, dtype=bool)
        if size:
            _pivot(edges, first, left)
        if left.any():
            _peel(edges, left)
        if left.any():
            _merge(edges, first, left)
            _condense(edges, first, left)
        heads = np.flatnonzero(first == np.arange(size))
        leaves = np.zeros(size, dtype=bool)
        for sources, targets in _blocks(edges):
            edges.states.check()
            leaves[first[sources[first[sources] != first[targets]]]] = True
        sizes = np.bincount(first, minlength=size)
        return Components(first, len(heads), int(sizes.max(initial=0)), int((~leaves[heads]).sum()))


def _blocks(edges: Edges) -> Iterator[tuple[Ids, Ids]]:
    """Sources and targets of all edges, some at a time."""
    for start, end in ranges(edges.rows, BLOCK):
        row = edges.rows[start : end + 1]
        sources = np.repeat(np.arange(start, end, dtype=np.int32), np.diff(row))
        yield sources, edges.targets[row[0] : row[-1]]


def _pivot(edges: Edges, first: Ids, left: Mask) -> None:
    """The component of the first state, which is a start."""
    start = np.zeros(1, dtype=np.int64)
    reached = edges.levels(start) >= 0
    edges.states.check()
    reached &= edges.distances(start) >= 0
    first[reached] = 0
    left[reached] = False


def _peel(edges: Edges, left: Mask) -> None:
    """Takes away what no circle passes through: states that nothing left leads to, and that lead to nothing left."""
    size = len(left)
    into = np.zeros(size, dtype=np.int32)
    out = np.zeros(size, dtype=np.int32)
    for sources, targets in _blocks(edges):
        edges.states.check()
        kept = left[sources] & left[targets] & (sources != targets)
        into += np.bincount(targets[kept], minlength=size).astype(np.int32)
        out += np.bincount(sources[kept], minlength=size).astype(np.int32)
    for rows, ends, degree in ((edges.rows, edges.targets, into), (*edges.back(), out)):
        front = np.flatnonzero(left & (degree == 0))
        while len(front):
            edges.states.check()
            left[front] = False
            after = gathered(rows, ends, front)
            after = np.sort(after[left[after]])
            at = np.flatnonzero(np.diff(after, prepend=-1))
            after = after[at]
            degree[after] -= np.diff(at, append=int(at[-1]) + 1 if len(at) else 0).astype(np.int32)
            front = after[degree[after] == 0].astype(np.int64)


def _merge(edges: Edges, first: Ids, left: Mask) -> None:
    """States with edges both ways are one: each goes by the first that such pairs lead to."""
    back_rows, sources = edges.back()
    for start, end in ranges(edges.rows, BLOCK):
        edges.states.check()
        there = _pairs(edges.rows, edges.targets, start, end, left)
        back = _pairs(back_rows, sources, start, end, left)
        both = np.concatenate((there, back))
        both.sort()
        both = both[:-1][both[1:] == both[:-1]]
        _join(first, (both >> 32) + start, both & 0xFFFFFFFF)
    _flatten(first)


def _pairs(rows: Ids, ends: Ids, start: int, end: int, left: Mask) -> Pairs:
    """Each pair of a state of a range (less the range's start) and an earlier neighbour once, as one number."""
    row = rows[start : end + 1]
    states = np.repeat(np.arange(start, end, dtype=np.int64), np.diff(row))
    others = ends[row[0] : row[-1]]
    kept = (others < states) & left[states] & left[others]
    pairs = (states[kept] - start) << 32 | others[kept]
    return _once(pairs)


def _once(pairs: Pairs) -> Pairs:
    """Sorted, each once. Sorts in place."""
    pairs.sort()
    new = np.ones(len(pairs), dtype=bool)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    kept: Pairs = pairs[new]
    return kept


def _join(first: Ids, some: Ids, others: Ids) -> None:
    """Joins the groups of pairs of states, whose heads lead to themselves: Shiloach and Vishkin's hooking (1982)."""
    while len(some):
        some, others = _head(first, some), _head(first, others)
        apart = some != others
        some, others = some[apart], others[apart]
        np.minimum.at(first, np.maximum(some, others), np.minimum(some, others).astype(np.int32))


def _head(first: Ids, states: Ids) -> Ids:
    """The heads of the groups of some states."""
    heads = first[states]
    while not np.array_equal(heads, further := first[heads]):
        heads = further
    return heads


def _flatten(first: Ids) -> None:
    while not np.array_equal(first, further := first[first]):
        first[:] = further


def _condense(edges: Edges, first: Ids, left: Mask) -> None:
    """The components of the graph whose nodes are the groups that were merged."""
    heads = np.flatnonzero(left & (first == np.arange(len(first))))
    number = np.zeros(len(first), dtype=np.int32)
    number[heads] = np.arange(len(heads), dtype=np.int32)
    parts = []
    for sources, targets in _blocks(edges):
        edges.states.check()
        kept = left[sources] & left[targets] & (first[sources] != first[targets])
        pairs = number[first[sources[kept]]].astype(np.int64) << 32 | number[first[targets[kept]]]
        parts.append(_once(pairs))
    pairs = np.concatenate(parts)
    parts.clear()
    pairs = _once(pairs)
    rows = np.searchsorted(pairs, np.arange(len(heads) + 1, dtype=np.int64) << 32)
    label = _pearce(rows, (pairs & 0xFFFFFFFF).astype(np.int32), edges.states.check)
    # of all heads in one component, the first
    lowest = np.full(len(heads) + 1, len(first), dtype=np.int32)
    np.minimum.at(lowest, label, heads.astype(np.int32))
    first[left] = lowest[label[number[first[left]]]]


def _pearce(rows: Ids, ends: Ids, check: Check) -> Ids:
    """A number for each node, the same in one component, from 1 to the number of nodes."""
    size = len(rows) - 1
    found = np.zeros(size, dtype=np.int64)
    index, at, last, end = found.data, rows[:-1].copy().data, rows[1:].data, ends.data
    is_root = bytearray(size)
    settled = size
    open_nodes: list[int] = []
    visited = steps = 0
    for origin in range(size):
        work = [] if index[origin] else [origin]
        while work:
            steps += 1
            if steps % CHECKED == 0:
                check()
            node = work[-1]
            if not index[node]:
                visited += 1
                index[node] = visited
                is_root[node] = 1
            here = index[node]
            for edge in range(at[node], last[node]):
                there = index[end[edge]]
                if not there:
                    at[node] = edge
                    work.append(end[edge])
                    break
                if there < here:
                    here = there
                    is_root[node] = 0
            else:
                at[node] = last[node]
                work.pop()
                if is_root[node]:
                    visited -= 1
                    while open_nodes and here <= index[open_nodes[-1]]:
                        index[open_nodes.pop()] = settled
                        visited -= 1
                    here = settled
                    settled -= 1
                else:
                    open_nodes.append(node)
            index[node] = here
    return found
