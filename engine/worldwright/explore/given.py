"""Expressions where the values of some variables are known: what is left of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .nodes import Graph, Node


def given(graph: Graph, condition: Node, values: Mapping[int, int]) -> Node:
    """A condition where some variables are known to have certain values. There must be no recursive unknown in it."""
    made: dict[Node, Node] = {}
    for node in sorted(graph.below(condition)):
        made[node] = _given(graph, node, values, made)
    return made[condition]


@dataclass(slots=True)
class Given:
    """The conditions of one graph as they are where variables are known; what was worked out is kept. Sums and the like
    stay as they are: seldom does much become known of them by one variable."""

    graph: Graph
    _supports: dict[Node, frozenset[int]] = field(default_factory=dict)
    _made: dict[tuple[Node, tuple[tuple[int, int], ...]], Node] = field(default_factory=dict)

    def fork(self, graph: Graph) -> Given:
        """The same for a copy of the graph."""
        return Given(graph, self._supports.copy())

    def support(self, node: Node) -> frozenset[int]:
        """The variables that can be filled in: those that a condition depends on, other than through numbers that are
        computed or recursive definitions."""
        stack = [node]
        while stack:
            here = stack[-1]
            if here in self._supports:
                stack.pop()
                continue
            parts = self._parts(here)
            missing = [part for part in parts if part not in self._supports]
            stack += missing
            if not missing:
                key = self.graph.keys[here]
                own = key.parts[:1] if key.op in ("slot", "lut", "code") else ()
                self._supports[here] = frozenset(own).union(*(self._supports[part] for part in parts))
                stack.pop()
        return self._supports[node]

    def _parts(self, node: Node) -> tuple[Node, ...]:
        key = self.graph.keys[node]
        return key.parts if key.op in ("and", "or", "not", "==") else ()

    def where(self, node: Node, values: Mapping[int, int]) -> Node:
        """An expression where some variables have certain values."""
        support = self.support(node)
        if support.isdisjoint(values):
            return node
        known = tuple((variable, values[variable]) for variable in sorted(support & values.keys()))
        if self.graph.keys[node].op in ("slot", "lut"):
            return _given(self.graph, node, values, {})
        found = self._made.get((node, known))
        if found is None:
            found = self._made[node, known] = self._filled(node, dict(known))
        return found

    def _filled(self, node: Node, values: Mapping[int, int]) -> Node:
        """The same, worked out. What does not depend on what is known stays as it is."""
        touched: dict[Node, None] = {}
        made: dict[Node, Node] = {}
        stack = [node]
        while stack:
            here = stack.pop()
            if here in touched or here in made:
                continue
            if self.support(here).isdisjoint(values):
                made[here] = here
            else:
                touched[here] = None
                stack += self._parts(here)
        for here in sorted(touched):
            made[here] = _given(self.graph, here, values, made)
        return made[node]


def _given(graph: Graph, node: Node, values: Mapping[int, int], made: Mapping[Node, Node]) -> Node:
    key = graph.keys[node]
    match key.op:
        case "const":
            return node
        case "slot" | "lut":
            index = key.parts[0]
            if index not in values:
                return node
            value = values[index]
            rank = graph.variables[index].domain.position[value]
            return graph.const(value if key.op == "slot" else key.parts[1][rank], key.truth)
        case "and":
            return graph.all_of(_parts(key.parts, made))
        case "or":
            return graph.any_of(_parts(key.parts, made))
        case "not":
            return graph.opposite(made[key.parts[0]])
        case "==" | "<" | "<=" | ">" | ">=":
            return graph.compared(key.op, *_parts(key.parts, made))
        case "choose":
            return graph.choose(*_parts(key.parts, made))
        case "number":
            return graph.number(made[key.parts[0]])
        case "+" | "-" | "*" | "div" | "mod" | "min" | "max":
            return graph.arithmetic(key.op, *_parts(key.parts, made))
        case _:
            return node


def _parts(parts: Sequence[Node], made: Mapping[Node, Node]) -> list[Node]:
    return [made[part] for part in parts]
