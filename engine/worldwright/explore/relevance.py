"""What of a state bears on a question: variables, and which of their values have to be told apart.

A question tests some variables. What changes these is guarded by tests of further variables, and so on outwards, level
by level. A variable is first seen only through the tests by which it was met; only the question's own variables are
seen sharper as levels are added, until, at last, all are (the cone of influence).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .abstraction import Classes
from .ground import Ground
from .nodes import Node

DEEPEST = 6
"""Levels that are looked at."""

Tests = dict[int, dict[tuple[int, ...], None]]
"""Of each variable the tables of its ranks that have to be told apart."""


def views(ground: Ground, question: Sequence[Node]) -> Iterator[Classes]:
    """Ever sharper views of a world for a question (conditions over its variables), each once."""
    seen: dict[tuple[tuple[int, tuple[int, ...]], ...], None] = {}
    for depth in range(DEEPEST):
        for sharp in (False, True):
            looking = _Looking(ground, sharp)
            looking.look(question, depth)
            classes = looking.classes()
            key = tuple(classes.items())
            if key in seen:
                continue
            seen[key] = None
            yield classes


@dataclass(slots=True)
class _Looking:
    ground: Ground
    sharp: bool
    tests: Tests = field(default_factory=dict)
    core: set[int] = field(default_factory=set)

    def look(self, question: Sequence[Node], depth: int) -> None:
        """Collects the tests up to some level."""
        for node in question:
            self._test(node, set())
        self.core = set(self.tests)
        frontier = set(self.tests)
        for _ in range(depth):
            before = {v: len(tables) for v, tables in self.tests.items()}
            asked = [node for nodes in self._changing(frontier) for node in nodes]
            settled = set() if self.sharp else set(self.tests) - self.core
            for node in dict.fromkeys(asked):
                self._test(node, settled)
            frontier = {v for v, tables in self.tests.items() if len(tables) != before.get(v)}
            if not frontier:
                return

    def _changing(self, frontier: set[int]) -> Iterator[list[Node]]:
        """Of every command that changes one of some variables all that decides on it."""
        for command in self.ground.commands:
            found = [node for stage in command.stages for node in _deciding(stage, frontier)]
            if found:
                yield [command.guard, *found]
        for stage in self.ground.turn:
            yield list(_deciding(stage, frontier))

    def _test(self, node: Node, settled: set[int]) -> None:
        """Notes how an expression tells the values of variables apart, but for those that are settled."""
        graph = self.ground.graph
        for each in sorted(graph.closure(node)):
            key = graph.keys[each]
            if key.op not in ("slot", "lut", "code"):
                continue
            index = key.parts[0]
            if index in settled:
                continue
            size = len(graph.variables[index].domain.values)
            table = key.parts[1] if key.op == "lut" else tuple(range(size))
            self.tests.setdefault(index, {})[table] = None

    def classes(self) -> Classes:
        """The classes of values that no test tells apart."""
        found = {}
        for index in sorted(self.tests):
            numbers: dict[tuple[int, ...], int] = {}
            rows = zip(*self.tests[index], strict=True)
            classes = tuple(numbers.setdefault(row, len(numbers)) for row in rows)
            if len(numbers) > 1:
                found[index] = classes
        return found


def _deciding(stage: Sequence[tuple[Node, Sequence[tuple[int, Node]]]], frontier: set[int]) -> Iterator[Node]:
    for condition, changes in stage:
        nodes = [node for slot, node in changes if slot in frontier]
        if nodes:
            yield condition
            yield from nodes
