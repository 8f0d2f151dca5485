"""What a search found, as a graph: states by number, edges as compressed rows, levels and ways within it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compile.system import Command
from .budget import Check, unchecked
from .kernel import Kernel
from .packing import Words
from .search import Layers
from .states import Columns, joined, keyed, positions

Ids = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int32]

EDGE_BYTES = 16
"""Memory of an edge with all that is asked of it, at most."""

STATE_BYTES = 64
"""Memory of a state in the graph with all that is asked of it, beside twice its words."""

CHUNK = 1 << 16
"""Edges that are turned round together."""


@dataclass(slots=True)
class States:
    """All states of a search, numbered layer by layer, in the order of each layer."""

    found: Layers
    words: Words
    first: Ids
    """The number of the first state of each layer, and how many there are in all."""
    check: Check = unchecked
    """Called now and then by all that goes through the states or their edges."""
    _run: Columns | None = None
    _order: Ids | None = None

    @staticmethod
    def of(found: Layers, check: Check = unchecked) -> States:
        """Numbers the states of a search, and takes them out of its layers."""
        packing = found.moves.packing
        sizes = [len(layer) if isinstance(layer, list) else len(layer[0]) for layer in found.layers]
        first = np.cumsum([0, *sizes], dtype=np.int64)
        words = tuple(np.empty(int(first[-1]), dtype=packing.dtype) for _ in range(packing.words))
        for number in range(len(found.layers)):
            for whole, part in zip(words, found.take(number), strict=True):
                whole[first[number] : first[number + 1]] = part
        return States(found, words, first, check)

    def __len__(self) -> int:
        return len(self.words[0])

    def level(self, number: int) -> int:
        """The fewest commands that lead to a state."""
        return int(np.searchsorted(self.first, number, side="right")) - 1

    def state(self, number: int) -> bytes:
        """A state by its number."""
        return self.found.moves.packing.unpack(tuple(w[number : number + 1] for w in self.words))[0]

    def all(self) -> list[bytes]:
        """All states; only for few."""
        return self.found.moves.packing.unpack(self.words)

    def numbers(self, words: Words) -> Ids:
        """The numbers of some states; -1 for others."""
        mix = self.found.moves.mix
        if self._run is None:
            columns = keyed(self.words, mix)
            order = np.argsort(columns[0], kind="stable")
            self._order = order.astype(np.int32 if len(order) < 1 << 31 else np.int64)
            self._run = tuple(c[order] for c in columns)
        assert self._order is not None
        at = positions(keyed(words, mix), self._run)
        return np.where(at < 0, -1, self._order[at])


@dataclass(frozen=True, slots=True)
class Way:
    """A way through the graph: the states' numbers, and the commands between them."""

    numbers: tuple[int, ...]
    commands: tuple[Command, ...]


@dataclass(slots=True)
class Edges:
    """Every edge: those of state i are rows[i] to rows[i + 1] of `targets` and `labels` (indexes of `commands`)."""

    states: States
    rows: Ids
    targets: Ids
    labels: Ids
    commands: tuple[Command, ...]
    _back_rows: Ids | None = None
    _sources: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @staticmethod
    def of(states: States) -> Edges:
        """The edges from all states of a complete search."""
        kernel = states.found.moves.batch(len(states))
        return _one_by_one(states) if kernel is None else _batched(states, kernel)

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def bytes(self) -> int:
        """Memory of the edges, both directions."""
        back = 0 if self._back_rows is None else self._back_rows.nbytes
        return self.rows.nbytes + self.targets.nbytes + self.labels.nbytes + self._sources.nbytes + back

    def back(self) -> tuple[Ids, Ids]:
        """The edges by their ends: rows, and the sources of each end in order."""
        if self._back_rows is None:
            size = len(self.states)
            rows = _rows(np.bincount(self.targets, minlength=size))
            every = np.repeat(np.arange(size, dtype=np.int32), np.diff(self.rows))
            sources = np.empty(len(self), dtype=np.int32)
            # so many ends at a time that what is sorted stays small beside the edges
            for low, high in ranges(rows, max(CHUNK, len(self) // 16)):
                self.states.check()
                chosen = np.flatnonzero((self.targets >= low) & (self.targets < high))
                both = self.targets[chosen].astype(np.uint64)
                both <<= np.uint64(32)
                both |= every[chosen].astype(np.uint64)
                both.sort()
                sources[rows[low] : rows[high]] = both.astype(np.uint32)
            self._back_rows, self._sources = rows, sources
        return self._back_rows, self._sources

    def levels(self, sources: Ids, ending: Mask | None = None) -> Levels:
        """The fewest edges from some states to every state, none of them out of an `ending` one; -1: no way."""
        return _levels(self.states, self.rows, self.targets, sources, None, ending)

    def distances(self, goals: Ids, closed: Mask | None = None) -> Levels:
        """The fewest edges from every state to one of the goals, none of them from a `closed` state; -1: no way."""
        return _levels(self.states, *self.back(), goals, closed, None)

    def way_down(self, start: int, distances: Levels) -> Way:
        """A shortest way to the goals that distances were taken to."""
        numbers, commands = [start], []
        while distances[numbers[-1]] > 0:
            row = slice(self.rows[numbers[-1]], self.rows[numbers[-1] + 1])
            at = int(np.argmax(distances[self.targets[row]] == distances[numbers[-1]] - 1))
            commands.append(self.commands[int(self.labels[row][at])])
            numbers.append(int(self.targets[row][at]))
        return Way(tuple(numbers), tuple(commands))

    def way_up(self, end: int, levels: Levels, ending: Mask | None = None) -> Way:
        """A shortest way to a state from the sources that levels were taken from, through no `ending` state."""
        back_rows, sources = self.back()
        numbers, commands = [end], []
        while levels[numbers[-1]] > 0:
            here = numbers[-1]
            before = sources[back_rows[here] : back_rows[here + 1]]
            good = levels[before] == levels[here] - 1
            if ending is not None:
                good &= ~ending[before]
            source = int(before[int(np.argmax(good))])
            row = slice(self.rows[source], self.rows[source + 1])
            at = int(np.argmax(self.targets[row] == here))
            commands.append(self.commands[int(self.labels[row][at])])
            numbers.append(source)
        return Way(tuple(reversed(numbers)), tuple(reversed(commands)))

    def choices(self) -> Ids:
        """How many commands each state accepts."""
        new = np.ones(len(self), dtype=bool)
        new[1:] = self.labels[1:] != self.labels[:-1]
        starts = self.rows[:-1]
        new[starts[starts < len(self)]] = True
        total = np.concatenate(([0], np.cumsum(new)))
        return total[self.rows[1:]] - total[self.rows[:-1]]


def ranges(rows: Ids, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of states, one after the other, with at most so many edges each (more where one state alone has more)."""
    start, size = 0, len(rows) - 1
    while start < size:
        end = int(np.searchsorted(rows, int(rows[start]) + most, side="right")) - 1
        end = min(size, max(end, start + 1))
        yield start, end
        start = end


def gathered(rows: Ids, ends: Ids, front: Ids) -> Ids:
    """The ends of all edges of some states."""
    before = rows[front]
    counts = rows[front + 1] - before
    places = np.repeat(before - np.cumsum(counts) + counts, counts)
    places += np.arange(len(places), dtype=places.dtype)
    after: Ids = ends[places]
    return after


def _rows(counts: Ids) -> Ids:
    """Where the edges of each state begin, and how many there are in all."""
    total = int(counts.sum())
    rows = np.zeros(len(counts) + 1, dtype=np.int32 if total < 1 << 31 else np.int64)
    np.cumsum(counts, out=rows[1:])
    return rows


def _levels(states: States, rows: Ids, ends: Ids, sources: Ids, closed: Mask | None, ending: Mask | None) -> Levels:
    level = np.full(len(states), -1, dtype=np.int32)
    front = np.asarray(sources, dtype=np.int64)
    level[front] = 0
    depth = 0
    while len(front):
        states.check()
        depth += 1
        if ending is not None:
            front = front[~ending[front]]
        after = gathered(rows, ends, front)
        after = after[level[after] < 0]
        if closed is not None:
            after = after[~closed[after]]
        after.sort()
        if len(after) > 1:
            after = after[np.concatenate(([True], after[1:] != after[:-1]))]
        level[after] = depth
        front = after.astype(np.int64)
    return level


def _batched(states: States, kernel: Kernel) -> Edges:
    total = states.found.transitions
    size = len(states)
    numbers: dict[Command, int] = {}
    label_of = np.array([numbers.setdefault(c.command, len(numbers)) for c in kernel.commands], dtype=np.int32)
    labels = np.empty(total, dtype=np.uint16 if len(numbers) < 1 << 16 else np.int32)
    targets = np.empty(total, dtype=np.int32)
    counts = np.zeros(size, dtype=np.int32)
    filled = 0
    for start in range(0, size, kernel.block):
        states.check()
        block = tuple(w[start : start + kernel.block] for w in states.words)
        moves = list(kernel.successors(block))
        if not moves:
            continue
        sources = np.concatenate([chosen for _, chosen, _ in moves])
        names = np.concatenate([np.full(len(chosen), label_of[n]) for n, chosen, _ in moves])
        order = np.lexsort((names, sources))
        end = filled + len(order)
        targets[filled:end] = _numbers(states, joined([after for _, _, after in moves]))[order]
        labels[filled:end] = names[order]
        counts[start : start + len(block[0])] = np.bincount(sources, minlength=len(block[0]))
        filled = end
    return Edges(states, _rows(counts), targets, labels, tuple(numbers))


def _numbers(states: States, after: Words) -> Ids:
    """The numbers of some states that are reached, or of those that stand for them."""
    numbers = states.numbers(after)
    if states.found.moves.orbits is not None:
        others = np.flatnonzero(numbers < 0)
        numbers[others] = states.numbers(states.found.moves.settled(tuple(w[others] for w in after), states.check))
    return numbers


def _one_by_one(states: States) -> Edges:
    every = states.all()
    numbers = {state: i for i, state in enumerate(every)}
    names: dict[Command, int] = {}
    counts: list[int] = []
    targets: list[int] = []
    labels: list[int] = []
    for state in every:
        states.check()
        ends: list[bytes] = []
        for command, results in states.found.moves.one_by_one(state):
            label = names.setdefault(command, len(names))
            ends += results
            labels += [label] * len(results)
        targets += [numbers[after] for after in states.found.moves.settled_bytes(ends)]
        counts.append(len(ends))
    return Edges(
        states,
        _rows(np.array(counts, dtype=np.int32)),
        np.array(targets, dtype=np.int32),
        np.array(labels, dtype=np.int32),
        tuple(names),
    )


def way_back(states: States, end: int) -> Way:
    """A shortest way from a start to a state, found without edges: layer by layer, what leads to it is looked for."""
    numbers, commands = [end], []
    for level in range(states.level(end), 0, -1):
        number, command = _before(states, level - 1, numbers[-1])
        numbers.append(number)
        commands.append(command)
    return Way(tuple(reversed(numbers)), tuple(reversed(commands)))


def _before(states: States, level: int, end: int) -> tuple[int, Command]:
    """A state of a layer with a command that leads to a given state."""
    first, last = int(states.first[level]), int(states.first[level + 1])
    moves = states.found.moves
    kernel = moves.batch(last - first)
    if kernel is None:
        aim = states.state(end)
        before = moves.packing.unpack(tuple(w[first:last] for w in states.words))
        for number, state in enumerate(before, first):
            ways = [(command, after) for command, results in moves.one_by_one(state) for after in results]
            ends = moves.settled_bytes([after for _, after in ways])
            if aim in ends:
                return number, ways[ends.index(aim)][0]
        raise AssertionError("a state of a later layer has nothing before it")
    words = [w[end] for w in states.words]
    for start in range(first, last, kernel.block):
        block = tuple(w[start : min(last, start + kernel.block)] for w in states.words)
        steps = list(kernel.successors(block))
        if not steps:
            continue
        ends_here = moves.settled(joined([after for _, _, after in steps]))
        hit = np.logical_and.reduce([a == w for a, w in zip(ends_here, words, strict=True)])
        if hit.any():
            at = int(np.argmax(hit))
            for number, chosen, _ in steps:
                if at < len(chosen):
                    return start + int(chosen[at]), kernel.commands[number].command
                at -= len(chosen)
    raise AssertionError("a state of a later layer has nothing before it")


def numbers_of(states: States, some: Sequence[bytes]) -> Ids:
    """The numbers of some states given as bytes; of those that stand for them where orbits were searched."""
    moves = states.found.moves
    return states.numbers(moves.settled(moves.packing.pack(some)))
