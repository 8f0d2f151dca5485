"""The batch back end: one call moves a whole block of states along every edge.

NumPy source is written for the conditions of all ground commands at once, and for what each command's outcomes make of
the words of the states that accept it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compile.system import System
from .budget import Check, unchecked
from .ground import Changes, Ground, GroundCommand, Stage
from .nodes import TRUE, WIDEST_TABLE, Node, TooLarge
from .packing import Packing, Places, Words
from .vector import Source

Mask = npt.NDArray[np.bool_]
Indexes = npt.NDArray[np.intp]
Move = Callable[..., Words]
Conditions = Callable[..., list[Mask]]

GUARD_BYTES = 16_000_000
"""Memory for the conditions of one block."""

LARGEST_BLOCK = 16_384
SMALLEST_BLOCK = 256


class Kernel:
    """All ground commands of a system over packed states."""

    @staticmethod
    def of(system: System, packing: Packing, check: Check = unchecked) -> Kernel:
        """Instantiates and compiles; raises TooLarge when there are too many ground commands or expressions. `check` is
        called now and then."""
        if any(len(slot.values) > WIDEST_TABLE for slot in system.slots):
            raise TooLarge("a variable has too many values")
        return Kernel(Ground.of(system, check), packing)

    def __init__(self, ground: Ground, packing: Packing | Places) -> None:
        self.packing = packing
        self.ground = ground
        self.commands: tuple[GroundCommand, ...] = self.ground.commands
        self._namespace: dict[str, Any] = {"np": np}
        self._guards = self.conditions([c.guard for c in self.commands])
        self._moves: dict[Changes, Move] = {}
        self._forks: dict[Stage, Conditions] = {}
        room = GUARD_BYTES // max(1, len(self.ground.graph.keys))
        self.block = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, room))
        """How many states a call should be given."""

    def conditions(self, nodes: Sequence[Node]) -> Conditions:
        """A function from words to one mask a node."""
        return self._source().function(nodes, self.packing.words)

    def _source(self) -> Source:
        return Source(self.ground.graph, self.packing.fields, self.packing.dtype, self._namespace)

    def _move(self, changes: Changes) -> Move:
        """The function that carries out one outcome."""
        found = self._moves.get(changes)
        if found is not None:
            return found
        source = self._source()
        graph = self.ground.graph
        body = source.write([node for _, node in changes if graph.keys[node].op not in ("lut", "code")])
        tables = {graph.keys[n].parts[0] for _, n in changes if graph.keys[n].op == "lut"}
        lines = [f"c{index} = ({source.extracted(index)}).astype(np.intp)" for index in sorted(tables)]
        keep = [(1 << 64) - 1] * self.packing.words
        fixed = [0] * self.packing.words
        varying: list[list[str]] = [[] for _ in range(self.packing.words)]
        for variable, node in changes:
            place = self.packing.fields[variable]
            keep[place.word] &= ~(((1 << place.bits) - 1) << place.shift)
            value = graph.known(node)
            if value is not None:
                fixed[place.word] |= value << place.shift
            else:
                varying[place.word].append(source.shifted(node, place.shift))
        words = []
        room = (1 << 8 * np.dtype(self.packing.dtype).itemsize) - 1
        for w in range(self.packing.words):
            text = f"p{w}"
            if keep[w] != (1 << 64) - 1:
                text = f"({text} & {source.word(keep[w] & room)})"
                text = " | ".join([text, *([source.word(fixed[w])] if fixed[w] else []), *varying[w]])
            words.append(text)
        found = self._moves[changes] = source.define([*body, *lines], f"({', '.join(words)},)", self.packing.words)
        return found

    # ------------------------------------------------------------ moving

    def successors(self, words: Words, turn: bool = True, idle: bool = True) -> Iterator[tuple[int, Indexes, Words]]:
        """Every move of a block: number of the command, indexes of the states it is accepted in, states after it.

        Where chance has a say, one state may come several times, each time with another result. Without `turn` the
        states are those before what every turn does; without `idle` there are none after a command that changes
        nothing.
        """
        each_turn = self.ground.turn if turn else ()
        for number, mask in enumerate(self._guards(*words)):
            chosen = np.flatnonzero(mask)
            if not len(chosen):
                continue
            command = self.commands[number]
            stages = command.stages if command.free else (*command.stages, *each_turn)
            if not stages and not idle:
                yield number, chosen, ()
                continue
            states = tuple(w[chosen] for w in words)
            forked = False
            for stage in stages:
                chosen, states, again = self._through(stage, chosen, states)
                forked |= again
            if forked:
                chosen, states = distinct(chosen, states)
            if len(chosen):
                yield number, chosen, states

    def _through(self, stage: Stage, chosen: Indexes, states: Words) -> tuple[Indexes, Words, bool]:
        """The states after a stage, and whether some became several."""
        if len(stage) == 1 and stage[0][0] == TRUE:
            return chosen, self._move(stage[0][1])(*states), False
        conditions = self._forks.get(stage)
        if conditions is None:
            conditions = self._forks[stage] = self.conditions([condition for condition, _ in stage])
        ways = []
        for (condition, changes), mask in zip(stage, conditions(*states), strict=True):
            some = slice(None) if condition == TRUE else np.flatnonzero(mask)
            here = tuple(w[some] for w in states)
            if len(here[0]):
                ways.append((chosen[some], self._move(changes)(*here)))
        if not ways:
            return chosen[:0], tuple(w[:0] for w in states), False
        if len(ways) == 1:
            return *ways[0], False
        after = tuple(np.concatenate([way[1][w] for way in ways]) for w in range(len(states)))
        return np.concatenate([way[0] for way in ways]), after, True


def distinct(chosen: Indexes, states: Words) -> tuple[Indexes, Words]:
    """Without repetitions, in order of the indexes."""
    order = np.lexsort((*states, chosen))
    chosen = chosen[order]
    states = tuple(w[order] for w in states)
    new = np.ones(len(chosen), dtype=bool)
    if len(chosen) > 1:
        new[1:] = chosen[1:] != chosen[:-1]
        for w in states:
            new[1:] |= w[1:] != w[:-1]
    return chosen[new], tuple(w[new] for w in states)
