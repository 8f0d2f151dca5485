"""The two faces of an abstraction, explored: which views of the world may come about, and from which ones what must.

States here are *views*: packed rows of the kept variables' classes. `may` holds every view that may come about from any
start. The must-edges between them lead only where the world can go whatever else is the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .abstraction import Abstraction, Face
from .beginning import Rows
from .budget import never
from .kernel import LARGEST_BLOCK, Kernel
from .nodes import Node
from .packing import Words
from .states import Columns, Runs, joined, keyed, ordered, positions, words_of
from .vector import Source

Mask = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int32]
Ids = npt.NDArray[Any]

BATCH = 1 << 18
"""Successors that are collected before repetitions are dropped."""

FEW_WORDS = 4
"""Words of a view up to which its size does not matter; of larger ones fewer are looked at."""

MOST_EDGES = 60_000_000
"""Must-edges that are kept for one view of the world."""


@dataclass(slots=True)
class Modal:
    """The views that may come about (with `face` may), or that the world can surely bring about (must), from the
    starts; in the order of their keys."""

    abstraction: Abstraction
    face: Face
    columns: Columns
    starts: Ids
    """The numbers of the starts."""
    _must: Kernel | None = None
    _back: tuple[Ids, Ids] | None = None
    _masks: dict[tuple[Node, Face], Mask] = field(default_factory=dict)

    @staticmethod
    def of(
        abstraction: Abstraction, face: Face, starts: Rows, limit: int, late: Callable[[], bool] = never
    ) -> Modal | None:
        """Explores one face from some starts (a row each, the classes of the kept variables in order). None: there are
        more than `limit` views, or `late` says that time is up. Raises TooLarge where the rules
        cannot be seen through."""
        kernel = Kernel(abstraction.face(face), abstraction.places)
        limit = limit * FEW_WORDS // max(FEW_WORDS, abstraction.places.words)
        first = ordered(keyed(_packed(abstraction, starts)))
        seen = Runs()
        seen.add(first)
        layer = first
        while len(layer[0]):
            fresh = Runs()
            for after in _batches(kernel, words_of(layer)):
                fresh.add(fresh.outside(seen.outside(ordered(keyed(after)))))
                if seen.size + fresh.size > limit or late():
                    return None
            if not fresh.runs:
                break
            layer = fresh.whole()
            seen.add(layer)
        columns = seen.whole()
        must = kernel if face == "must" else None
        return Modal(abstraction, face, columns, positions(first, columns), must)

    def __len__(self) -> int:
        return len(self.columns[0])

    def mask(self, node: Node, face: Face) -> Mask:
        """The views in which a condition of the world may hold, or must."""
        found = self._masks.get((node, face))
        if found is None:
            seen = self.abstraction.condition(node, face)
            places = self.abstraction.places
            evaluate = Source(self.abstraction.graph, places.fields, places.dtype, {"np": np}).function(
                [seen], places.words
            )
            words = words_of(self.columns)
            found = np.empty(len(self), dtype=bool)
            for start in range(0, len(self), LARGEST_BLOCK):
                block = tuple(w[start : start + LARGEST_BLOCK] for w in words)
                found[start : start + len(block[0])] = evaluate(*block)[0]
            self._masks[node, face] = found
        return found

    @property
    def must(self) -> Kernel:
        """The batch back end of the must-face."""
        if self._must is None:
            self._must = Kernel(self.abstraction.face("must"), self.abstraction.places)
        return self._must

    def distances(self, goal: Mask, closed: Mask) -> Levels | None:
        """At most so many commands lead from each view to the goal, none of them from a closed view; -1: not known.
        None: there are too many edges."""
        edges = self._edges()
        if edges is None:
            return None
        rows, sources = edges
        level = np.full(len(self), -1, dtype=np.int32)
        front = np.flatnonzero(goal & ~closed)
        level[front] = 0
        depth = 0
        while len(front):
            depth += 1
            counts = rows[front + 1] - rows[front]
            total = int(counts.sum())
            offsets = np.repeat(rows[front] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
            before = sources[offsets + np.arange(total)]
            before = before[(level[before] < 0) & ~closed[before]]
            level[before] = depth
            front = np.unique(before)
        return level

    def _edges(self) -> tuple[Ids, Ids] | None:
        """The must-edges by their ends: rows, and sources. Made once."""
        if self._back is None:
            words = words_of(self.columns)
            kernel = self.must
            found: list[npt.NDArray[np.uint64]] = []
            count = 0
            for start in range(0, len(self), kernel.block):
                block = tuple(w[start : start + kernel.block] for w in words)
                for _, chosen, after in kernel.successors(block, idle=False):
                    if not after:
                        continue
                    at = positions(keyed(after), self.columns)
                    known = at >= 0
                    both = at[known].astype(np.uint64)
                    both <<= np.uint64(32)
                    both |= (chosen[known] + start).astype(np.uint64)
                    found.append(both)
                    count += len(both)
                    if count > MOST_EDGES:
                        return None
            both = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
            both.sort()
            ends = (both >> np.uint64(32)).astype(np.int64)
            rows = np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=len(self))))).astype(np.int64)
            self._back = rows, both.astype(np.uint32).astype(np.int64)
        return self._back


def _packed(abstraction: Abstraction, rows: Rows) -> Words:
    places = abstraction.places
    words = [np.zeros(len(rows), dtype=places.dtype) for _ in range(places.words)]
    for column, index in enumerate(abstraction.classes):
        place = places.fields[index]
        words[place.word] |= rows[:, column].astype(places.dtype) << places.dtype(place.shift)
    return tuple(words)


def _batches(kernel: Kernel, words: Words) -> Iterator[Words]:
    """The successors of some views, many at a time."""
    pending: list[Words] = []
    count = 0
    for start in range(0, len(words[0]), kernel.block):
        block = tuple(w[start : start + kernel.block] for w in words)
        for _, chosen, after in kernel.successors(block, idle=False):
            if after:
                pending.append(after)
                count += len(chosen)
            if count >= BATCH:
                yield joined(pending)
                pending.clear()
                count = 0
    if pending:
        yield joined(pending)
