"""One shared graph of expressions over a state's variables; what is known folds as nodes are made.

Equal expressions are one node. A node that depends on one variable only, whatever its form was, is a table over that
variable's values (`lut`), which is what makes the conditions of real worlds collapse into comparisons of a few small
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..check.division import quotient, remainder
from ..compile.layout import Domain, Family
from ..compile.system import System
from .budget import Check, unchecked

Node = int
"""The number of a node in its graph. Operands have smaller numbers, except through `rec`."""

MOST_NODES = 400_000
MOST_WORK = 5_000_000
"""Some five seconds of it, ten times what the largest worlds so far need; others are explored state by state."""

CHECKED = 10_000
"""Work between two looks at the clock."""

WIDEST_TABLE = 4096
"""Values of one variable up to which functions of it are tabulated."""

FEW_COMMON = 4
"""Values that two variables share up to which their equality is a disjunction over these."""

FALSE, TRUE = 0, 1
"""The nodes of the two truth values."""

_WRAP = 1 << 63


class TooLarge(Exception):
    """The world has too many ground commands or expressions to instantiate; the scalar back end serves."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a node is: an operation, whether it yields a truth value, and its operands."""

    op: str
    truth: bool
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """One slot of the state as the batch back end sees it: the rank of its value in its domain."""

    index: int
    domain: Domain
    truth: bool


def wrapped(value: int) -> int:
    """A number as 64-bit arithmetic has it. Only values that never decide anything are ever outside."""
    return (value + _WRAP) % (2 * _WRAP) - _WRAP


@dataclass(slots=True)
class Graph:
    """The expressions of one system. `bodies` says what recursive unknowns stand for."""

    variables: tuple[Variable, ...]
    first: dict[str, int]
    """The first variable of each family."""
    keys: list[Key] = field(default_factory=list)
    bodies: dict[Node, Node] = field(default_factory=dict)
    _numbers: dict[Key, Node] = field(default_factory=dict)
    _values: dict[Node, tuple[int, ...] | None] = field(default_factory=dict)
    check: Check = unchecked
    """Called now and then while nodes are made."""
    work: int = 0
    """What has been looked at to make the nodes: expressions, and values of tables."""

    @staticmethod
    def of(system: System, check: Check = unchecked) -> Graph:
        """An empty graph over a system's variables."""
        variables: list[Variable] = []
        first: dict[str, int] = {}
        for name, family in system.layout.families.items():
            first[name] = len(variables)
            truth = family.domain.sort == "bool"
            variables += [Variable(len(variables) + i, family.domain, truth) for i in range(family.size)]
        graph = Graph(tuple(variables), first, check=check)
        graph.const(0, truth=True)
        graph.const(1, truth=True)
        return graph

    def fork(self) -> Graph:
        """A copy, whose nodes to come are its own: which numbers they get does not depend on what others ask."""
        return replace(
            self, keys=self.keys.copy(), bodies=self.bodies.copy(), _numbers=self._numbers.copy(), _values={}, work=0
        )

    def place(self, family: Family) -> int:
        """The first variable of a family."""
        return self.first[family.name]

    # ------------------------------------------------------------ making nodes

    def make(self, op: str, truth: bool, *parts: Any) -> Node:
        """The node of an operation; the caller has folded what is known."""
        self._worked(1)
        key = Key(op, truth, parts)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.keys)
            self.keys.append(key)
            if number > MOST_NODES:
                raise TooLarge("too many expressions")
        return number

    def _worked(self, amount: int) -> None:
        before, self.work = self.work, self.work + amount
        if before // CHECKED != self.work // CHECKED:
            self.check()
            if self.work > MOST_WORK:
                raise TooLarge("too much to work out")

    def const(self, value: int, truth: bool = False) -> Node:
        """A known value."""
        return self.make("const", truth, wrapped(value))

    def known(self, node: Node) -> int | None:
        """The value of a node that is known, else None."""
        key = self.keys[node]
        return int(key.parts[0]) if key.op == "const" else None

    def slot(self, index: int) -> Node:
        """The value of a variable before the command."""
        variable = self.variables[index]
        if len(variable.domain.values) == 1:
            return self.const(variable.domain.values[0], variable.truth)
        return self.make("slot", variable.truth, index)

    def table(self, index: int, values: Sequence[int], truth: bool) -> Node:
        """A function of one variable, by the rank of its value."""
        if all(v == values[0] for v in values):
            return self.const(values[0], truth)
        variable = self.variables[index]
        if truth == variable.truth and tuple(values) == variable.domain.values:
            return self.slot(index)
        return self.make("lut", truth, index, tuple(values))

    def tabulated(self, node: Node) -> tuple[int, tuple[int, ...]] | None:
        """The one variable that a node depends on, with the node's values by rank; None for other nodes."""
        key = self.keys[node]
        if key.op == "slot":
            index = key.parts[0]
            values = self.variables[index].domain.values
            return (index, values) if len(values) <= WIDEST_TABLE else None
        return (key.parts[0], key.parts[1]) if key.op == "lut" else None

    def function(self, op: str, truth: bool, operands: Sequence[Node], compute: Callable[..., int]) -> Node:
        """A node for a pure function of some nodes: known, a table of one variable, or an operation."""
        tables: list[tuple[int, ...] | int] = []
        index: int | None = None
        for node in operands:
            value = self.known(node)
            if value is not None:
                tables.append(value)
                continue
            tabulated = self.tabulated(node)
            if tabulated is None or index not in (None, tabulated[0]):
                return self.make(op, truth, *operands)
            index, values = tabulated
            tables.append(values)
        if index is None:
            return self.const(int(compute(*tables)), truth)
        size = len(self.variables[index].domain.values)
        self._worked(size)
        rows = [tuple(t if isinstance(t, int) else t[rank] for t in tables) for rank in range(size)]
        return self.table(index, [wrapped(int(compute(*row))) for row in rows], truth)

    def operands(self, node: Node) -> tuple[Node, ...]:
        """The nodes that a node is computed from; of a recursive unknown its body."""
        key = self.keys[node]
        if key.op in ("const", "slot", "lut", "code"):
            return ()
        if key.op == "rec":
            return (self.bodies[node],)
        return (int(key.parts[1]),) if key.op == "ranked" else key.parts

    def below(self, node: Node) -> list[Node]:
        """A node and all that it is computed from (recursive unknowns are not looked into), each once."""
        self.check()
        seen: dict[Node, None] = {}
        stack = [node]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen[node] = None
                if self.keys[node].op != "rec":
                    stack += self.operands(node)
        return list(seen)

    def closure(self, node: Node) -> list[Node]:
        """A node and all that it is computed from, recursive unknowns looked into as well, each once."""
        self.check()
        seen: dict[Node, None] = {}
        stack = [node]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen[node] = None
                stack += self.operands(node)
        return list(seen)

    def support(self, node: Node) -> tuple[int, ...]:
        """The variables that a node depends on (recursive unknowns left aside), in order."""
        keys = [self.keys[n] for n in self.below(node)]
        return tuple(sorted({key.parts[0] for key in keys if key.op in ("slot", "lut", "code")}))

    # ------------------------------------------------------------ logic

    def all_of(self, nodes: Sequence[Node]) -> Node:
        """The conjunction."""
        return self._junction("and", nodes, FALSE, TRUE)

    def any_of(self, nodes: Sequence[Node]) -> Node:
        """The disjunction."""
        return self._junction("or", nodes, TRUE, FALSE)

    def _junction(self, op: str, nodes: Sequence[Node], decisive: Node, neutral: Node) -> Node:
        """Flattened, without repetitions, tests of one variable merged into one table."""
        plain: dict[Node, None] = {}
        tables: dict[int, list[int]] = {}
        pending = list(reversed(nodes))
        while pending:
            node = pending.pop()
            if node == decisive:
                return decisive
            key = self.keys[node]
            if node == neutral:
                continue
            if key.op == op:
                pending.extend(reversed(key.parts))
                continue
            tabulated = self.tabulated(node)
            if tabulated is None:
                plain[node] = None
                continue
            index, values = tabulated
            old = tables.get(index)
            if old is None:
                tables[index] = list(values)
            elif op == "and":
                tables[index] = [a & b for a, b in zip(old, values, strict=True)]
            else:
                tables[index] = [a | b for a, b in zip(old, values, strict=True)]
        merged = [self.table(index, values, True) for index, values in sorted(tables.items())]
        if decisive in merged or any(self.keys[n].op == "not" and self.keys[n].parts[0] in plain for n in plain):
            return decisive
        items = sorted({*plain, *(node for node in merged if node != neutral)})
        if not items:
            return neutral
        return items[0] if len(items) == 1 else self.make(op, True, *items)

    def opposite(self, node: Node) -> Node:
        """The negation."""
        key = self.keys[node]
        if key.op == "not":
            return int(key.parts[0])
        return self.function("not", True, (node,), lambda a: 1 - a)

    def equal(self, node: Node, value: int) -> Node:
        """Whether a node has a known value."""
        return self.compared("==", node, self.const(value, self.keys[node].truth))

    def compared(self, op: str, left: Node, right: Node) -> Node:
        """A relation of two values."""
        left, right = self.alike(left, right)
        if left == right:
            return TRUE if op in ("==", "<=", ">=") else FALSE
        if op == "!=":
            return self.opposite(self.compared("==", left, right))
        if op == "==":
            left, right = min(left, right), max(left, right)
            common = self._common(left, right)
            if common is not None:
                return self.any_of([self.all_of((self.equal(left, v), self.equal(right, v))) for v in common])
        return self.function(op, True, (left, right), RELATIONS[op])

    def _common(self, left: Node, right: Node) -> list[int] | None:
        """The values that two tables of different variables share, if these are few."""
        a, b = self.tabulated(left), self.tabulated(right)
        if a is None or b is None or a[0] == b[0]:
            return None
        common = sorted({*a[1]} & {*b[1]})
        return common if len(common) <= FEW_COMMON else None

    def choose(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """One of two nodes."""
        then, otherwise = self.alike(then, otherwise)
        if then == otherwise or condition == TRUE:
            return then
        if condition == FALSE:
            return otherwise
        if self.keys[then].truth:
            return self.any_of((self.all_of((condition, then)), self.all_of((self.opposite(condition), otherwise))))
        return self.function("choose", False, (condition, then, otherwise), lambda c, a, b: a if c else b)

    # ------------------------------------------------------------ values

    def truth(self, node: Node) -> Node:
        """A node of sort bool as a truth value (known values come as plain numbers)."""
        if self.keys[node].truth:
            return node
        value = self.known(node)
        if value is not None:
            return TRUE if value else FALSE
        return self.function("!=", True, (node, self.const(0)), lambda a, b: a != b)

    def number(self, node: Node) -> Node:
        """A node as a number."""
        if not self.keys[node].truth:
            return node
        return self.function("number", False, (node,), lambda a: a)

    def alike(self, a: Node, b: Node) -> tuple[Node, Node]:
        """Two nodes as two truth values or two numbers."""
        if self.keys[a].truth == self.keys[b].truth:
            return a, b
        return self.truth(a), self.truth(b)

    def values(self, node: Node) -> tuple[int, ...] | None:
        """The values that a node can have, where they are easily known."""
        key = self.keys[node]
        if key.op == "const":
            return (int(key.parts[0]),)
        if key.op == "slot":
            return self.variables[int(key.parts[0])].domain.values
        if key.op == "lut":
            return tuple(dict.fromkeys(key.parts[1]))
        if key.op != "choose":
            return None
        if node not in self._values:
            a, b = self.values(key.parts[1]), self.values(key.parts[2])
            self._values[node] = None if a is None or b is None else tuple(dict.fromkeys((*a, *b)))
        return self._values[node]

    def arithmetic(self, op: str, left: Node, right: Node) -> Node:
        """Integer arithmetic."""
        left, right = self.number(left), self.number(right)
        if op in ("+", "-") and self.known(right) == 0:
            return left
        if op == "+" and self.known(left) == 0:
            return right
        if op == "div" and self.known(right) == 1:
            return left
        return self.function(op, False, (left, right), ARITHMETIC[op])

    def switch(self, node: Node, values: Sequence[int], case: Callable[[int], Node], default: Node | None) -> Node:
        """`case(v)` for the value v that a node has; `default` for others (None: there are none that matter)."""
        value = self.known(node)
        if value is not None:
            if value in values:
                return case(value)
            return case(values[0]) if default is None else default
        possible = self.values(node)
        admitted = values if possible is None else [v for v in values if v in frozenset(possible)]
        cases = [(v, case(v)) for v in admitted]
        if not cases:
            return case(values[0]) if default is None else default
        if self.keys[cases[0][1]].truth:
            ways = [self.all_of((self.equal(node, v), item)) for v, item in cases]
            if default is not None and default != FALSE:
                ways.append(self.all_of((self.truth(default), *(self.opposite(self.equal(node, v)) for v, _ in cases))))
            return self.any_of(ways)
        result = cases.pop()[1] if default is None else default
        for v, item in reversed(cases):
            result = self.choose(self.equal(node, v), item, result)
        return result


RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": quotient,
    "mod": remainder,
    "min": min,
    "max": max,
}
