"""The nearest goal, sought in all directions and in batch: where states are cheap and no estimate helps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..compile.system import CompiledTask
from .conditions import task_conditions
from .edges import States, way_back
from .frontier import Spending, Way
from .kernel import Kernel
from .packing import Words
from .search import Layers, Moves
from .states import Columns, Runs, joined, keyed, ordered, words_of

PENDING = 1 << 18
"""Successors that are collected before repetitions are dropped."""


@dataclass(slots=True)
class Nearest:
    """Breadth-first search from one state, layer by layer, to the first state in which a task's goal holds.

    For worlds in which chance has no say. States in which the task has failed lead nowhere.
    """

    moves: Moves
    kernel: Kernel
    task: CompiledTask
    start: bytes
    way: Way | None = None
    least: int = 0
    """The goal takes at least so many commands."""
    done: bool = False
    """Whether `way` is a shortest way; or, without one, whether there is none."""
    _seen: Runs = field(default_factory=Runs)
    _layers: list[Columns] = field(default_factory=list)

    def carry_on(self, most: int, spending: Spending) -> None:
        """Look for the goal until so many states were met; the last layer is then not looked at in full."""
        if not self._layers:
            first = ordered(keyed(self.moves.packing.pack([self.start]), self.moves.mix))
            self._seen.mix = self.moves.mix
            self._seen.add(first)
            self._layers.append(first)
        while not self.done:
            layer = self._layers[-1]
            if not len(layer[0]):
                self.done = True
                return
            if self._look(words_of(layer)):
                return
            self.least = len(self._layers)
            if self._seen.size > most:
                return
            following = self._next(words_of(layer), most, spending)
            if following is None:
                return
            self._layers.append(following)

    def _look(self, words: Words) -> bool:
        """Whether the goal holds somewhere in the newest layer; then the way there is found."""
        goal = self._holding(words)[0]
        hits = np.flatnonzero(goal)
        if not len(hits):
            return False
        layers = Layers(self.moves, list(self._layers), (self.start,))
        states = States.of(layers)
        way = way_back(states, int(states.first[-2]) + int(hits[0]))
        self.way = tuple(
            (command, states.state(number)) for command, number in zip(way.commands, way.numbers[1:], strict=True)
        )
        self.done = True
        return True

    def _holding(self, words: Words) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], ...]:
        """In which states the goal holds, and in which the task has failed."""
        conditions = task_conditions(self.moves.system, self.task)
        ground = self.kernel.ground
        nodes = [ground.condition(c.form, c.args) for c in (conditions.goal, *conditions.fails)]
        found = [np.zeros(len(words[0]), dtype=bool) for _ in range(2)]
        evaluate = self.kernel.conditions(nodes)
        for start in range(0, len(words[0]), self.kernel.block):
            block = tuple(w[start : start + self.kernel.block] for w in words)
            for target, part in zip(found, evaluate(*block), strict=False):
                target[start : start + len(part)] = part
        return found[0] & ~found[1], found[1]

    def _next(self, words: Words, most: int, spending: Spending) -> Columns | None:
        fresh = Runs(self.moves.mix)
        pending: list[Words] = []
        count = 0
        for start in range(0, len(words[0]), self.kernel.block):
            block = tuple(w[start : start + self.kernel.block] for w in words)
            spending.states += len(block[0])
            for _, chosen, after in self.kernel.successors(block, idle=False):
                if after:
                    pending.append(after)
                    count += len(chosen)
            if count >= PENDING:
                self._collect(fresh, pending)
                count = 0
            if not spending.go_on():
                return None
            if self._seen.size + fresh.size > most:
                return None
        self._collect(fresh, pending)
        layer = fresh.whole() if fresh.runs else tuple(c[:0] for c in self._layers[-1])
        self._seen.add(layer)
        if not len(layer[0]):
            return layer
        failed = self._holding(words_of(layer))[1]
        return tuple(c[~failed] for c in layer) if failed.any() else layer

    def _collect(self, fresh: Runs, pending: list[Words]) -> None:
        if pending:
            columns = ordered(keyed(joined(pending), self.moves.mix))
            pending.clear()
            fresh.add(fresh.outside(self._seen.outside(columns)))
