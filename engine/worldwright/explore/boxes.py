"""Boxes: sets of states given by what each variable may be, whatever the others are; and what holds in all of them.

A box says of every variable which values it may have, as a bit mask over their ranks. Conditions are true, false or
open in a box; numbers lie between a least and a greatest; commands lead from box to box. What is said of a box is true
of every state in it: a box may only be taken for larger than it is, never for smaller. Learning that a condition holds
makes a box smaller by looking from the whole of an expression down to its parts (hull consistency: Benhamou, Goualard,
Granvilliers and Puget, "Revising hull and box consistency", 1999).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..check.division import quotient_span, remainder_span
from .ground import Stage
from .nodes import ARITHMETIC, Graph, Node

Masks = tuple[int, ...]
"""Of every variable the ranks that it may have, as bits."""

Span = tuple[int, int]
"""The least and the greatest that an expression may be; of a truth value (1, 1), (0, 0) or (0, 1): open."""

OPEN: Span = (0, 1)
YES: Span = (1, 1)
NO: Span = (0, 0)

MOST_PASSES = 8
"""Times that a condition is looked through again while that still makes a box smaller."""


@dataclass(slots=True)
class Boxes:
    """The expressions of one world, to be asked in boxes. What only depends on expressions is worked out once."""

    graph: Graph
    _orders: dict[Node, tuple[Node, ...]] = field(default_factory=dict)
    _spans: dict[tuple[Node, int], Span] = field(default_factory=dict)
    """Of expressions over one variable, by its mask."""

    def whole(self) -> Masks:
        """All states."""
        return tuple((1 << len(v.domain.values)) - 1 for v in self.graph.variables)

    def at(self, box: Masks) -> Box:
        """A box to be asked about."""
        return Box(self, box)

    def order(self, node: Node) -> tuple[Node, ...]:
        """What an expression is computed from, operands first."""
        self.graph.check()
        found = self._orders.get(node)
        if found is None:
            found = self._orders[node] = tuple(sorted(self.graph.below(node)))
        return found

    def tabled(self, node: Node, mask: int) -> Span:
        """The span of an expression over one variable that may have some ranks."""
        found = self._spans.get((node, mask))
        if found is None:
            values = [value for rank, value in enumerate(self.table(node)) if mask >> rank & 1]
            found = self._spans[node, mask] = (min(values), max(values))
        return found

    def table(self, node: Node) -> Sequence[int]:
        """The values of an expression over one variable by its ranks."""
        key = self.graph.keys[node]
        if key.op == "lut":
            return tuple(key.parts[1])
        values = self.graph.variables[key.parts[0]].domain.values
        return range(len(values)) if key.op == "code" else values

    def ranks_of(self, node: Node, least: int, most: int) -> int:
        """The ranks for which an expression over one variable lies within a span."""
        return sum(1 << rank for rank, value in enumerate(self.table(node)) if least <= value <= most)


@dataclass(slots=True)
class Box:
    """One box, and what has been found out of expressions in it."""

    boxes: Boxes
    masks: Masks
    _known: dict[Node, Span] = field(default_factory=dict)

    # ------------------------------------------------------------ asking

    def holds(self, condition: Node) -> bool | None:
        """Whether a condition holds in every state of the box, or in none; None: open."""
        least, most = self.span(condition)
        return None if least != most else bool(least)

    def span(self, node: Node) -> Span:
        """The least and the greatest that an expression may be."""
        known = self._known
        if node not in known:
            for each in self.boxes.order(node):
                if each not in known:
                    known[each] = self._span(each)
        return known[node]

    def _span(self, node: Node) -> Span:
        known = self._known
        key = self.boxes.graph.keys[node]
        match key.op:
            case "const":
                return (key.parts[0], key.parts[0])
            case "slot" | "lut" | "code":
                return self.boxes.tabled(node, self.masks[key.parts[0]])
            case "and":
                return min(known[p][0] for p in key.parts), min(known[p][1] for p in key.parts)
            case "or":
                return max(known[p][0] for p in key.parts), max(known[p][1] for p in key.parts)
            case "not":
                least, most = known[key.parts[0]]
                return 1 - most, 1 - least
            case "flip":
                least, most = known[key.parts[0]]
                return 1 - most, 1 - least
            case "number":
                return known[key.parts[0]]
            case "choose":
                decided, then, otherwise = (known[p] for p in key.parts)
                if decided == YES:
                    return then
                if decided == NO:
                    return otherwise
                return min(then[0], otherwise[0]), max(then[1], otherwise[1])
            case "+" | "-" | "*" | "div" | "mod" | "min" | "max":
                return _combined(key.op, known[key.parts[0]], known[key.parts[1]])
            case "==" | "<" | "<=" | ">" | ">=":
                return self._compared(key.op, key.parts[0], key.parts[1])
            case "ranked":
                return (0, len(self.boxes.graph.variables[key.parts[0]].domain.values) - 1)
            case _:
                return OPEN if key.truth else (-(1 << 62), 1 << 62)

    def _compared(self, op: str, left: Node, right: Node) -> Span:
        (a, b), (c, d) = self._known[left], self._known[right]
        match op:
            case "==":
                if a == b == c == d:
                    return YES
                if b < c or d < a:
                    return NO
                one, other = self.values(left), self.values(right)
                return NO if one is not None and other is not None and not one & other else OPEN
            case "<":
                return YES if b < c else NO if a >= d else OPEN
            case "<=":
                return YES if b <= c else NO if a > d else OPEN
            case ">":
                return YES if a > d else NO if b <= c else OPEN
            case _:
                return YES if a >= d else NO if b < c else OPEN

    def values(self, node: Node) -> frozenset[int] | None:
        """All that an expression over at most one variable may be; None for other expressions."""
        key = self.boxes.graph.keys[node]
        if key.op == "const":
            return frozenset(key.parts)
        if key.op not in ("slot", "lut"):
            return None
        mask = self.masks[key.parts[0]]
        return frozenset(value for rank, value in enumerate(self.boxes.table(node)) if mask >> rank & 1)

    # ------------------------------------------------------------ learning

    def given(self, condition: Node, wanted: bool = True) -> Masks | None:
        """The part of the box where a condition holds (or, not `wanted`, does not): no larger than the box, and with
        every state of it where that is so. None: there is none."""
        box = self
        for _ in range(MOST_PASSES):
            masks = list(box.masks)
            if not box._learned(condition, wanted, masks):
                return None
            if tuple(masks) == box.masks:
                return box.masks
            box = Box(self.boxes, tuple(masks))
        return box.masks

    def _learned(self, condition: Node, wanted: bool, masks: list[int]) -> bool:
        """Makes masks smaller in one pass; False where nothing is left."""
        graph = self.boxes.graph
        self.span(condition)
        stack: list[tuple[Node, int, int]] = [(condition, int(wanted), int(wanted))]
        while stack:
            node, least, most = stack.pop()
            a, b = self.span(node)
            if most < a or b < least:
                return False
            if least <= a and b <= most:
                continue
            key = graph.keys[node]
            if key.op in ("slot", "lut"):
                masks[key.parts[0]] &= self.boxes.ranks_of(node, least, most)
                if not masks[key.parts[0]]:
                    return False
            else:
                stack += self._parts(node, max(a, least), min(b, most), masks)
        return True

    def _parts(self, node: Node, least: int, most: int, masks: list[int]) -> Iterator[tuple[Node, int, int]]:
        """What parts of an expression must be where the whole lies within a span."""
        key = self.boxes.graph.keys[node]
        parts = key.parts
        match key.op:
            case "and" | "or":
                decisive = NO if key.op == "and" else YES
                if (least, most) != decisive:
                    yield from ((part, least, most) for part in parts)
                    return
                able = [part for part in parts if self.span(part) != (1 - least, 1 - most)]
                if len(able) == 1:
                    yield able[0], least, most
            case "not" | "flip":
                yield parts[0], 1 - most, 1 - least
            case "number":
                yield parts[0], least, most
            case "choose":
                for part, sort in ((parts[1], 0), (parts[2], 1)):
                    a, b = self.span(part)
                    if most < a or b < least:
                        yield parts[0], sort, sort
                        yield parts[1 + 1 - sort], least, most
            case "+" | "-":
                (a, b), (c, d) = self.span(parts[0]), self.span(parts[1])
                if key.op == "+":
                    yield parts[0], least - d, most - c
                    yield parts[1], least - b, most - a
                else:
                    yield parts[0], least + c, most + d
                    yield parts[1], a - most, b - least
            case "div":
                c, d = self.span(parts[1])
                if c == d > 0:
                    yield parts[0], least * c, most * c + c - 1
            case "==" | "<" | "<=" | ">" | ">=":
                yield from self._sides(key.op, parts[0], parts[1], bool(least), masks)

    def _sides(
        self, op: str, left: Node, right: Node, wanted: bool, masks: list[int]
    ) -> Iterator[tuple[Node, int, int]]:
        """What the two sides of a comparison must be where it holds or, not wanted, does not."""
        (a, b), (c, d) = self.span(left), self.span(right)
        if op == "==":
            if wanted:
                yield left, c, d
                yield right, a, b
            self._equal(left, right, wanted, masks)
            return
        if not wanted:
            op = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
        if op in (">", ">="):
            left, right, (a, b), (c, d) = right, left, (c, d), (a, b)
        gap = 1 if op in ("<", ">") else 0
        yield left, a, d - gap
        yield right, a + gap, d

    def _equal(self, left: Node, right: Node, wanted: bool, masks: list[int]) -> None:
        """The same value by value, where each side is over one variable."""
        one, other = self.values(left), self.values(right)
        if one is None or other is None:
            return
        for node, theirs in ((left, other), (right, one)):
            key = self.boxes.graph.keys[node]
            if key.op == "const" or (not wanted and len(theirs) > 1):
                continue
            table = self.boxes.table(node)
            masks[key.parts[0]] &= sum(1 << r for r, value in enumerate(table) if (value in theirs) == wanted)

    # ------------------------------------------------------------ what commands do

    def after(self, stage: Stage, way: int) -> Masks | None:
        """The box after a stage, chance falling the given way. None: it is not certain that it can fall so."""
        condition, changes = stage[way]
        if self.holds(condition) is not True:
            return None
        masks = list(self.masks)
        for slot, rank in changes:
            masks[slot] = self.ranks(slot, rank)
        return tuple(masks)

    def ranks(self, slot: int, node: Node) -> int:
        """The ranks that a variable may get by an expression for its rank."""
        graph = self.boxes.graph
        size = len(graph.variables[slot].domain.values)
        mask = 0
        stack = [node]
        seen: dict[Node, None] = {}
        while stack:
            here = stack.pop()
            if here in seen:
                continue
            seen[here] = None
            key = graph.keys[here]
            match key.op:
                case "const":
                    mask |= 1 << key.parts[0]
                case "lut" | "code" | "slot":
                    own = self.masks[key.parts[0]]
                    for rank, value in enumerate(self.boxes.table(here)):
                        if own >> rank & 1:
                            mask |= 1 << value
                case "choose":
                    decided = self.holds(key.parts[0])
                    stack += [p for p, sort in ((key.parts[1], True), (key.parts[2], False)) if decided in (None, sort)]
                case "ranked":
                    least, most = self.span(key.parts[1])
                    values = graph.variables[slot].domain.values
                    mask |= sum(1 << rank for rank, value in enumerate(values) if least <= value <= most)
                case "number" | "flip":
                    least, most = self.span(here)
                    mask |= (1 << least) | (1 << most)
                case _:
                    return (1 << size) - 1
        return mask & ((1 << size) - 1) or (1 << size) - 1


def _combined(op: str, left: Span, right: Span) -> Span:
    (a, b), (c, d) = left, right
    match op:
        case "+":
            return a + c, b + d
        case "-":
            return a - d, b - c
        case "*":
            ends = [x * y for x in left for y in right]
            return min(ends), max(ends)
        case "div":
            return quotient_span(left, right)
        case "mod":
            return remainder_span(left, right)
        case _:
            compute = ARITHMETIC[op]
            return compute(a, c), compute(b, d)


def joined(one: Masks, other: Masks) -> Masks:
    """The smallest box around two."""
    return tuple(a | b for a, b in zip(one, other, strict=True))


def within(box: Masks, other: Masks) -> bool:
    """Whether a box lies in another."""
    return all(not a & ~b for a, b in zip(box, other, strict=True))
