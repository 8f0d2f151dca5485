"""NumPy source for nodes: whole columns of states at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..circles import circles
from .nodes import Graph, Key, Node
from .packing import Field


@dataclass(slots=True)
class Source:
    """Writes NumPy source over the words p0, p1, …; what the source needs is put into `constants`.

    A variable's rank is column c<variable>, a node n<node>.
    """

    graph: Graph
    fields: tuple[Field, ...]
    dtype: Any
    constants: dict[str, Any] = field(default_factory=dict)

    def write(self, roots: Sequence[Node]) -> list[str]:
        """Lines that compute every root (those known are left out)."""
        groups = self._ordered(roots)
        columns = sorted({c for group, _ in groups for n in group for c in self._columns(n)})
        lines = [self._column(c) for c in columns]
        for group, cyclic in groups:
            if not cyclic:
                lines.append(f"n{group[0]} = {self._expression(group[0])}")
                continue
            unknowns = [n for n in group if self.graph.keys[n].op == "rec"]
            lines += [f"n{n} = np.zeros(len(p0), dtype=bool)" for n in unknowns]
            lines.append("while True:")
            lines += [f" n{n} = {self._expression(n)}" for n in sorted(group) if n not in unknowns]
            lines.append(" same = True")
            for n in unknowns:
                body = f"n{self.graph.bodies[n]}"
                lines += [f" same = same and np.array_equal(n{n}, {body})", f" n{n} = {body}"]
            lines.append(" if same: break")
        return lines

    def function(self, roots: Sequence[Node], words: int) -> Callable[..., list[Any]]:
        """A function from so many words to the column of every root."""
        known = {n: self.graph.known(n) for n in roots}
        results = []
        for n in roots:
            value = known[n] if not self.graph.keys[n].truth else None if known[n] is None else bool(known[n])
            results.append(f"n{n}" if value is None else f"np.full(len(p0), {value})")
        return self.define(self.write(roots), f"[{', '.join(results)}]", words)

    def define(self, body: Sequence[str], result: str, words: int) -> Callable[..., Any]:
        """A function from so many words, of some lines and what they result in."""
        arguments = ", ".join(f"p{w}" for w in range(words))
        text = "\n".join([f"def function({arguments}):", *(f" {line}" for line in body), f" return {result}"])
        # Only numbers and names made here stand in the source.
        exec(compile(text, "<batch>", "exec"), self.constants)
        return self.constants["function"]  # type: ignore[no-any-return]

    def _ordered(self, roots: Sequence[Node]) -> list[tuple[list[Node], bool]]:
        """The nodes to compute, operands first; nodes that depend on one another (through `rec`) in one group."""
        graph = self.graph
        edges: dict[Node, list[Node]] = {}
        todo = [*reversed(roots)]
        while todo:
            node = todo.pop()
            if node not in edges and graph.known(node) is None:
                edges[node] = [n for n in graph.operands(node) if graph.known(n) is None]
                todo += reversed(edges[node])
        return [(group, len(group) > 1 or group[0] in edges[group[0]]) for group in circles(edges)]

    def _columns(self, node: Node) -> tuple[int, ...]:
        key = self.graph.keys[node]
        if key.op in ("slot", "lut", "code"):
            return (key.parts[0],)
        if key.op == "==" and self._same_domain(key):
            return tuple(self.graph.keys[n].parts[0] for n in key.parts)
        return ()

    def _same_domain(self, key: Key) -> bool:
        a, b = (self.graph.keys[n] for n in key.parts)
        if a.op != "slot" or b.op != "slot":
            return False
        variables = self.graph.variables
        return variables[a.parts[0]].domain is variables[b.parts[0]].domain

    def _column(self, index: int) -> str:
        place = self.fields[index]
        text = self.extracted(index)
        return f"c{index} = ({text}).astype(np.{'uint8' if place.bits <= 8 else 'uint16'})"

    def extracted(self, index: int) -> str:
        """A variable's rank as a word."""
        place = self.fields[index]
        text = f"p{place.word} >> {self.word(place.shift)}" if place.shift else f"p{place.word}"
        return f"({text}) & {self.word((1 << place.bits) - 1)}"

    def word(self, value: int) -> str:
        """A constant word."""
        name = f"W{value}"
        self.constants[name] = self.dtype(value)
        return name

    def _array(self, values: Sequence[int], dtype: Any) -> str:
        name = f"A{len(self.constants)}"
        self.constants[name] = np.array(values, dtype=dtype)
        return name

    def shifted(self, node: Node, shift: int) -> str:
        """A rank, not known, moved to its place in a word."""
        key = self.graph.keys[node]
        if key.op == "lut":
            moved = [value << shift for value in key.parts[1]]
            return f"{self._array(moved, self.dtype)}[c{key.parts[0]}]"
        text = f"({self.extracted(key.parts[0])})" if key.op == "code" else f"n{node}.astype({self._dtype()})"
        return f"({text} << {self.word(shift)})" if shift else text

    def _dtype(self) -> str:
        return f"np.{np.dtype(self.dtype).name}"

    def _name(self, node: Node) -> str:
        value = self.graph.known(node)
        if value is None:
            return f"n{node}"
        return str(bool(value)) if self.graph.keys[node].truth else str(value)

    def _divisor(self, node: Node) -> str:
        """A number that is never 0: 1 where it would be, for what then decides nothing."""
        value = self.graph.known(node)
        return f"(n{node} | (n{node} == 0))" if value is None else str(value)

    def _expression(self, node: Node) -> str:
        key = self.graph.keys[node]
        match key.op:
            case "slot":
                return self._table(key.parts[0], self.graph.variables[key.parts[0]].domain.values, key.truth)
            case "lut":
                return self._table(key.parts[0], key.parts[1], key.truth)
            case "code":
                return f"c{key.parts[0]}"
            case "rec":
                body = self.graph.bodies[node]
                known = self.graph.known(body)
                return f"n{body}" if known is None else f"np.full(len(p0), {bool(known)})"
            case "and":
                return " & ".join(map(self._name, key.parts))
            case "or":
                return " | ".join(map(self._name, key.parts))
            case "not":
                return f"~{self._name(key.parts[0])}"
            case "==" if self._same_domain(key):
                a, b = (self.graph.keys[n].parts[0] for n in key.parts)
                return f"c{a} == c{b}"
            case "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*":
                return f"{self._name(key.parts[0])} {key.op} {self._name(key.parts[1])}"
            case "div" | "mod":
                return f"{self._name(key.parts[0])} {'//' if key.op == 'div' else '%'} {self._divisor(key.parts[1])}"
            case "min" | "max":
                return f"np.{key.op}imum({self._name(key.parts[0])}, {self._name(key.parts[1])})"
            case "choose":
                return f"np.where({', '.join(map(self._name, key.parts))})"
            case "number":
                return f"{self._name(key.parts[0])}.astype(np.int64)"
            case "flip":
                return f"1 - {self._name(key.parts[0])}"
            case "ranked":
                return self._ranked(*key.parts)
            case _:
                raise AssertionError(f"no source for {key.op}")

    def _ranked(self, slot: int, node: Node) -> str:
        values = self.graph.variables[slot].domain.values
        order = sorted(range(len(values)), key=values.__getitem__)
        ascending = self._array([values[rank] for rank in order], np.int64)
        places = f"np.minimum(np.searchsorted({ascending}, n{node}), {len(values) - 1})"
        return places if order == [*range(len(values))] else f"{self._array(order, np.int64)}[{places}]"

    def _table(self, index: int, values: Sequence[int], truth: bool) -> str:
        column = f"c{index}"
        if truth:
            hits = [rank for rank, value in enumerate(values) if value]
            misses = [rank for rank, value in enumerate(values) if not value]
            if len(hits) <= 3:
                return " | ".join(f"({column} == {rank})" for rank in hits)
            if len(misses) <= 3:
                return " & ".join(f"({column} != {rank})" for rank in misses)
            if hits[-1] - hits[0] == len(hits) - 1:
                return f"({column} >= {hits[0]}) & ({column} <= {hits[-1]})"
            return f"{self._array(values, np.bool_)}[{column}]"
        if tuple(values) == tuple(range(len(values))):
            return f"{column}.astype(np.int64)"
        return f"{self._array(values, np.int64)}[{column}]"
