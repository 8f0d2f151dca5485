"""Sums that never change: `always purse + sum i: Item (price(i) where sold(i)) = money`, proved command by command.

An equation between sums is written as a sum of functions of one variable each. It holds always if it holds at the start
and every command changes the two sides alike: the differences that a command makes, variable by variable, must cancel.
Where an effect is clamped (`max(0, purse - total)`), what the command needs and the equation itself may show that the
clamp does nothing. (Inductive invariants: Floyd 1967; as linear combinations of what is known: Colón, Sankaranarayanan
and Sipma, "Linear invariant generation using non-linear constraint solving", 2003.)

What is settled at the start is taken as known, case by case (`cases`), so most costs are plain numbers here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .beginning import Beginning
from .cases import together
from .given import given
from .ground import Changes, Ground, GroundCommand, Stage
from .nodes import Graph, Node, TooLarge

MOST_TERMS = 200
"""Variables in one equation."""

MOST_STARTS = 5_000
"""What the variables of an equation may be together at the start."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A constant and functions of one variable each, by the rank of its value; none of them is constant, and each is 0
    at the first rank."""

    constant: int
    terms: Mapping[int, tuple[int, ...]]

    def plus(self, other: Sum, factor: int = 1) -> Sum:
        """The sum of this and a multiple of another one."""
        terms = dict(self.terms)
        for index, table in other.terms.items():
            old = terms.get(index, (0,) * len(table))
            terms[index] = tuple(a + factor * b for a, b in zip(old, table, strict=True))
        kept = {index: table for index, table in sorted(terms.items()) if any(table)}
        return Sum(self.constant + factor * other.constant, kept)

    def most(self, known: Mapping[int, tuple[int, ...]]) -> int:
        """The greatest value, where some variables can only have certain ranks."""
        values = (max(t[r] for r in known.get(v, range(len(t)))) for v, t in self.terms.items())
        return self.constant + sum(values)

    def cancels(self, known: Mapping[int, tuple[int, ...]]) -> bool:
        """Whether it is 0 whatever the variables are."""
        return self.most(known) == 0 and Sum(0, {}).plus(self, -1).most(known) == 0


def plain(constant: int) -> Sum:
    """A number as a sum."""
    return Sum(constant, {})


def of_one(index: int, table: Sequence[int]) -> Sum:
    """A function of one variable as a sum."""
    return plain(table[0]).plus(Sum(0, {index: tuple(value - table[0] for value in table)}))


@dataclass(frozen=True, slots=True)
class Known:
    """What may be taken as known before a command: sums that are 0 (the equation), sums that are at most 0, and the
    ranks of single variables."""

    zero: tuple[Sum, ...] = ()
    least: tuple[Sum, ...] = ()
    ranks: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def never_positive(self, sum_: Sum) -> bool:
        """Whether a sum is at most 0: by itself, or added to what is known to be 0, or less what is at most 0."""
        ways = [sum_, *(sum_.plus(known, factor) for known in self.zero for factor in (1, -1))]
        return any(way.plus(known, -1).most(self.ranks) <= 0 for way in ways for known in (plain(0), *self.least))

    def sharper(self) -> Known | None:
        """With what the sums say of the ranks of single variables; None: nothing can be so."""
        ranks = dict(self.ranks)
        for bounded in (*self.zero, *(plain(0).plus(zero, -1) for zero in self.zero), *self.least):
            least = -plain(0).plus(bounded, -1).most(ranks)
            for v, table in bounded.terms.items():
                own = ranks.get(v, tuple(range(len(table))))
                rest = least - min((table[r] for r in own), default=0)
                ranks[v] = tuple(r for r in own if rest + table[r] <= 0)
                if not ranks[v]:
                    return None
                least = rest + min(table[r] for r in ranks[v])
        return Known(self.zero, self.least, ranks)


def invariant(ground: Ground, beginning: Beginning, condition: Node) -> bool:
    """Whether an equation between sums holds at every start, and every command and every turn keeps it."""
    if ground.graph.keys[condition].op != "==":
        return False
    try:
        return all(
            _kept(ground, beginning, given(ground.graph, condition, values), values)
            for values in together(ground, beginning, condition)
        )
    except TooLarge:
        return False


def _kept(ground: Ground, beginning: Beginning, equation: Node, values: Mapping[int, int]) -> bool:
    """Whether an equation holds always where some settled variables have certain values."""
    graph = ground.graph
    key = graph.keys[equation]
    if key.op != "==":
        return False
    summing = _Summing(graph, values, Known())
    left, right = (summing.sum(part) for part in key.parts)
    if left is None or right is None:
        return False
    sides = left.plus(right, -1)
    if len(sides.terms) > MOST_TERMS or not _at_the_start(beginning, sides, values):
        return False
    for known, stage in _stages(ground, values, sides):
        sharper = known.sharper()
        if sharper is not None and not all(_unchanged(graph, values, sides, sharper, c) for _, c in stage):
            return False
    return True


def _at_the_start(beginning: Beginning, sides: Sum, values: Mapping[int, int]) -> bool:
    """Whether both sides are equal at every start with these values of what is settled."""
    domains = {v: beginning.ground.graph.variables[v].domain for v in {*sides.terms, *values}}
    places = sorted(domains)
    rows = beginning.projected({v: range(len(domains[v].values)) for v in places}, MOST_STARTS)
    if rows is None:
        return False
    for row in rows.tolist():
        ranks = dict(zip(places, row, strict=True))
        here = all(domains[v].values[ranks[v]] == value for v, value in values.items())
        if here and sides.constant + sum(table[ranks[v]] for v, table in sides.terms.items()):
            return False
    return True


def _stages(ground: Ground, values: Mapping[int, int], sides: Sum) -> Iterator[tuple[Known, Stage]]:
    """Every stage that bears on a sum, with what is known before it."""
    for command in ground.commands:
        ground.graph.check()
        for number, stage in enumerate(command.stages):
            if _bears(stage, sides):
                yield _needed(ground.graph, command, values, sides) if number == 0 else Known((sides,)), stage
    for stage in ground.turn:
        if _bears(stage, sides):
            yield Known((sides,)), stage


def _bears(stage: Stage, sides: Sum) -> bool:
    return any(slot in sides.terms for _, changes in stage for slot, _ in changes)


def _needed(graph: Graph, command: GroundCommand, values: Mapping[int, int], sides: Sum) -> Known:
    """What a command's needs say before it is accepted."""
    guard = given(graph, command.guard, values)
    key = graph.keys[guard]
    ranks: dict[int, tuple[int, ...]] = {}
    least: list[Sum] = []
    for part in key.parts if key.op == "and" else (guard,):
        own = graph.keys[part]
        tabulated = graph.tabulated(part)
        if tabulated is not None:
            ranks[tabulated[0]] = tuple(rank for rank, value in enumerate(tabulated[1]) if value)
        elif own.op in ("<=", "<", ">=", ">"):
            summing = _Summing(graph, values, Known())
            left, right = (summing.sum(side) for side in own.parts)
            if left is not None and right is not None:
                ordered = left.plus(right, -1) if own.op[0] == "<" else right.plus(left, -1)
                least.append(ordered.plus(plain(int(len(own.op) == 1))))
    return Known((sides,), tuple(least), ranks)


def _unchanged(graph: Graph, values: Mapping[int, int], sides: Sum, known: Known, changes: Changes) -> bool:
    change = plain(0)
    for slot, rank in changes:
        table = sides.terms.get(slot)
        if table is None:
            continue
        after = _Summing(graph, values, known).through(slot, table, rank)
        if after is None:
            return False
        change = change.plus(after).plus(Sum(0, {slot: table}), -1)
    return change.cancels(known.ranks)


@dataclass(slots=True)
class _Summing:
    """Expressions as sums, where something is known."""

    graph: Graph
    values: Mapping[int, int]
    known: Known

    def sum(self, node: Node) -> Sum | None:
        """An expression as a sum; None if it is none. (Sums of sums are as deep as their text is long.)"""
        graph = self.graph
        node = given(graph, node, self.values)
        made: dict[Node, Sum | None] = {}
        for each in sorted(graph.below(node)):
            made[each] = self._sum(each, made)
        return made[node]

    def _sum(self, node: Node, made: Mapping[Node, Sum | None]) -> Sum | None:
        graph = self.graph
        graph.check()  # what is added up grows term by term
        key = graph.keys[node]
        value = graph.known(node)
        if value is not None:
            return plain(value)
        tabulated = graph.tabulated(node)
        if tabulated is not None:
            return of_one(*tabulated)
        if key.op not in ("+", "-", "*", "min", "max"):
            return None
        left, right = made[key.parts[0]], made[key.parts[1]]
        if left is None or right is None:
            return None
        if key.op in ("+", "-"):
            return left.plus(right, 1 if key.op == "+" else -1)
        if key.op == "*":
            factors = [(left, right), (right, left)]
            return next((plain(0).plus(b, a.constant) for a, b in factors if not a.terms), None)
        # A clamp that does nothing: the smaller or greater of two is known.
        difference = left.plus(right, -1)
        if self.known.never_positive(difference):
            return left if key.op == "min" else right
        if self.known.never_positive(plain(0).plus(difference, -1)):
            return right if key.op == "min" else left
        return None

    def through(self, slot: int, table: Sequence[int], rank: Node) -> Sum | None:
        """A function of what a variable becomes, given the expression for its new rank."""
        graph = self.graph
        key = graph.keys[rank]
        if key.op == "const":
            return plain(table[key.parts[0]])
        if key.op in ("lut", "code"):
            index = key.parts[0]
            count = len(graph.variables[index].domain.values)
            ranks = key.parts[1] if key.op == "lut" else range(count)
            if index in self.values:
                return plain(table[ranks[graph.variables[index].domain.position[self.values[index]]]])
            return of_one(index, [table[r] for r in ranks])
        if key.op == "ranked":
            slope = _slope(graph.variables[slot].domain.values, table)
            value = None if slope is None else self.sum(key.parts[1])
            return None if slope is None or value is None else plain(slope[1]).plus(value, slope[0])
        return None


def _slope(values: Sequence[int], table: Sequence[int]) -> tuple[int, int] | None:
    """The two numbers a and b for which table = a * value + b."""
    step = values[1] - values[0]
    a = (table[1] - table[0]) // step if step else 0
    b = table[0] - a * values[0]
    return (a, b) if all(a * value + b == entry for value, entry in zip(values, table, strict=True)) else None
