"""How a world begins, as expressions over its draws: all start states at once, seen through a few variables only.

A world with a hundred random draws has more start states than can be listed. What a handful of variables can be at the
start depends on few draws, though, and those can be enumerated exactly: the start is executed symbolically, every draw
being a fresh variable, and the draws that bear on one another through what is asked are enumerated together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compile import form as f
from ..compile.layout import Domain, Domains, Family
from ..compile.system import System
from .budget import Check, unchecked
from .forms import Env, Reader, Store
from .ground import Ground
from .nodes import TRUE, Graph, Node, TooLarge, Variable
from .packing import Field, Places
from .vector import Source

MOST_TOGETHER = 1 << 20
"""Results of draws that bear on one another that are enumerated; needs that would go beyond are left aside."""

MOST_CELLS = 8_000_000
"""Rows times columns of what is asked at once: 64 MB."""

Rows = npt.NDArray[np.int64]
"""What is possible at the start: one row for each possibility, one column for each variable asked about."""


@dataclass(slots=True)
class Beginning:
    """The values of all variables at the start, and what a draw has to fulfil, over the draws' variables."""

    ground: Ground
    values: dict[int, Node] = field(default_factory=dict)
    needs: dict[Node, None] = field(default_factory=dict)
    _domains: Domains = field(default_factory=Domains)

    @staticmethod
    def of(system: System, check: Check = unchecked) -> Beginning:
        """Executes the start of a system; raises TooLarge where that takes too many expressions. `check` is called now
        and then, here and in all that is asked later."""
        graph = Graph.of(system, check)
        beginning = Beginning(Ground(system, graph, Reader(graph)))
        default = system.layout.default
        store: Store = {i: graph.const(s.read(default), graph.variables[i].truth) for i, s in enumerate(system.slots)}
        beginning.values = dict(beginning._after(system.program.start, {}, store, TRUE))
        return beginning

    # ------------------------------------------------------------ executing

    def _after(self, steps: Sequence[f.Step], env: Env, store: Store, path: Node) -> Store:
        """What holds after some statements, which count where `path` holds."""
        graph, reader = self.ground.graph, self.ground.reader
        for step, bound in self.ground.unrolled(steps, env):
            graph.check()
            match step:
                case f.Set(family, args, value):
                    store = self._given(family, args, reader.value(value, bound, store), bound, store)
                case f.Roll(family, args, options):
                    drawn = self._draw(self._domains.of("int", tuple(range(len(options)))))
                    items = [reader.value(option, bound, store) for option in options]
                    option = graph.switch(drawn, range(len(options)), items.__getitem__, None)
                    store = self._given(family, args, option, bound, store)
                case f.RollAny(family, args, var, conjuncts):
                    drawn = self._draw(var.domain)
                    ways = []
                    for v in var.domain.values:
                        here = {**bound, var.name: graph.const(v, var.domain.sort == "bool")}
                        admitted = [reader.condition(c, here, store) for c in conjuncts]
                        ways.append(graph.all_of([graph.equal(drawn, v), *admitted]))
                    self._need(path, graph.any_of(ways))
                    store = self._given(family, args, drawn, bound, store)
                case f.Require(_, condition):
                    self._need(path, reader.condition(condition, bound, store))
                case f.When(branches, otherwise):
                    store = self._branched(branches, otherwise, bound, store, path)
                case f.Luck(_, _, then, otherwise):
                    drawn = graph.equal(self._draw(self._domains.of("int", (0, 1))), 1)
                    hit, missed = self.ground.fallen(step, bound, store)
                    fell = graph.all_of((hit, graph.any_of((graph.opposite(missed), drawn))))
                    store = self._either(fell, then, otherwise, bound, store, path)
                case _:
                    pass
        return store

    def _draw(self, domain: Domain) -> Node:
        graph = self.ground.graph
        index = len(graph.variables)
        graph.variables = (*graph.variables, Variable(index, domain, domain.sort == "bool"))
        return graph.slot(index)

    def _need(self, path: Node, condition: Node) -> None:
        graph = self.ground.graph
        self.needs[graph.any_of((graph.opposite(path), condition))] = None

    def _given(self, family: Family, args: Sequence[f.Form], value: Node, env: Env, store: Store) -> Store:
        graph, reader = self.ground.graph, self.ground.reader
        if family.domain.sort == "bool":
            value = graph.truth(value)
        after = dict(store)
        for slot, condition in self.ground.places(family, [reader.value(a, env, store) for a in args]):
            after[slot] = graph.choose(condition, value, store[slot])
        return after

    def _branched(
        self,
        branches: Sequence[tuple[f.Form, tuple[f.Step, ...]]],
        otherwise: Sequence[f.Step],
        env: Env,
        store: Store,
        path: Node,
    ) -> Store:
        """The first branch whose condition holds; innermost, and so last, comes `otherwise`."""
        graph = self.ground.graph
        rest = path
        conditions, results = [], []
        for form, body in branches:
            condition = self.ground.reader.condition(form, env, store)
            conditions.append(condition)
            results.append(self._after(body, env, store, graph.all_of((rest, condition))))
            rest = graph.all_of((rest, graph.opposite(condition)))
        merged = self._after(otherwise, env, store, rest)
        for condition, result in reversed(list(zip(conditions, results, strict=True))):
            merged = self._merged(condition, result, merged)
        return merged

    def _either(
        self, condition: Node, then: Sequence[f.Step], otherwise: Sequence[f.Step], env: Env, store: Store, path: Node
    ) -> Store:
        graph = self.ground.graph
        first = self._after(then, env, store, graph.all_of((path, condition)))
        second = self._after(otherwise, env, store, graph.all_of((path, graph.opposite(condition))))
        return self._merged(condition, first, second)

    def _merged(self, condition: Node, then: Store, otherwise: Store) -> Store:
        choose = self.ground.graph.choose
        return {
            slot: node if node == otherwise[slot] else choose(condition, node, otherwise[slot])
            for slot, node in then.items()
        }

    # ------------------------------------------------------------ asking

    def projected(self, classes: Mapping[int, Sequence[int]], limit: int) -> Rows | None:
        """What the given variables can be together at the start, seen through the classes of their values (the class
        of each rank): distinct rows, a column for each variable in the order given. Never less than what is possible;
        more only where needs were left aside (see MOST_TOGETHER). None: more than `limit` rows.

        Raises TooLarge where a start cannot be seen through (a recursive definition in it).
        """
        nodes = [self.ground.rank(slot, self.values[slot]) for slot in classes]
        places = list(classes)
        rows = np.zeros((1, len(places)), dtype=np.int64)
        for group, draws, needs in self._groups(nodes):
            tables = [np.asarray(classes[places[column]], dtype=np.int64) for column in group]
            part = self._enumerated([nodes[column] for column in group], tables, draws, needs)
            if len(rows) * len(part) > min(limit, MOST_CELLS // len(places)):
                return None
            joined = np.repeat(rows, len(part), axis=0)
            joined[:, group] = np.tile(part, (len(rows), 1))
            rows = joined
        return rows

    def _groups(self, nodes: Sequence[Node]) -> list[tuple[list[int], tuple[int, ...], list[Node]]]:
        """Columns whose draws bear on one another, with these draws and the needs to be met."""
        graph = self.ground.graph
        groups: list[tuple[list[int], set[int]]] = []
        for column, node in enumerate(nodes):
            groups = _united(groups, [column], set(self._support(node)))
        met: list[Node] = []
        for need in self.needs:
            support = set(self._support(need))
            touched = set().union(*(draws for _, draws in groups if draws & support))
            size = prod(len(graph.variables[v].domain.values) for v in touched | support)
            if touched and size <= MOST_TOGETHER:
                met.append(need)
                groups = _united(groups, [], support)
        found = []
        for columns, draws in groups:
            size = prod(len(graph.variables[v].domain.values) for v in draws)
            if size > MOST_TOGETHER:
                raise TooLarge("too many draws bear on one another at the start")
            needs = [need for need in met if draws.intersection(self._support(need))]
            found.append((columns, tuple(sorted(draws)), needs))
        return found

    def _support(self, node: Node) -> tuple[int, ...]:
        graph = self.ground.graph
        if any(graph.keys[n].op == "rec" for n in graph.below(node)):
            raise TooLarge("the start asks for a recursive definition")
        return graph.support(node)

    def _enumerated(
        self, nodes: Sequence[Node], tables: Sequence[Rows], draws: Sequence[int], needs: Sequence[Node]
    ) -> Rows:
        """All that some nodes can be together, over all results of some draws that meet the needs."""
        graph = self.ground.graph
        sizes = [len(graph.variables[v].domain.values) for v in draws]
        places = Places.of(sizes)
        fields = [Field(0, 0, 0)] * len(graph.variables)
        for draw, place in zip(draws, places.fields, strict=True):
            fields[draw] = place
        count = prod(sizes)
        words = [np.zeros(count, dtype=places.dtype) for _ in range(places.words)]
        step = count
        for size, place in zip(sizes, places.fields, strict=True):
            step //= size
            ranks = (np.arange(count, dtype=np.int64) // step) % size
            words[place.word] |= ranks.astype(places.dtype) << places.dtype(place.shift)
        namespace: dict[str, Any] = {"np": np}
        source = Source(graph, tuple(fields), places.dtype, namespace)
        evaluate = source.function([*needs, *nodes], places.words)
        found = evaluate(*words)
        good = np.logical_and.reduce([np.ones(count, dtype=bool), *found[: len(needs)]])
        columns = [t[np.asarray(c).astype(np.intp)[good]] for t, c in zip(tables, found[len(needs) :], strict=True)]
        return np.unique(np.stack(columns, axis=1), axis=0)


def _united(
    groups: list[tuple[list[int], set[int]]], columns: list[int], draws: set[int]
) -> list[tuple[list[int], set[int]]]:
    """The groups with one more, joined with those that share a draw with it. Columns without draws stand alone."""
    apart = [g for g in groups if not g[1] & draws]
    together = [g for g in groups if g[1] & draws]
    columns = sorted([*columns, *(c for g in together for c in g[0])])
    united = set(draws).union(*(g[1] for g in together))
    return [*apart, (columns, united)] if columns or united else apart
