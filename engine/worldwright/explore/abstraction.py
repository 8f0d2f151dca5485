"""A world seen through a few of its variables, and through classes of their values: what may happen, what must.

The state graph of a large world cannot be listed, but most questions concern little of it. An *abstraction* keeps some
variables, and of these only the class that the value belongs to. A condition then holds in all states that look alike,
in some, or in none, so every command has two faces: it *may* be accepted and lead somewhere (in some state that looks
like this), or it *must* (in all). Whatever the world does, the may-graph does too: what never happens in it never
happens. Whatever the must-graph does, the world can do: what can always be reached in it can always be reached.
(Modal transition systems: Larsen and Thomsen 1988; three-valued abstraction: Godefroid, Huth and Jagadeesan 2001.)

Both graphs are ground rules over packed states like the world's own, so the batch back end explores them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from ..compile.layout import Domains
from .forms import Reader
from .ground import Changes, Ground, GroundCommand, Stage
from .nodes import FALSE, TRUE, Graph, Node, TooLarge, Variable
from .packing import Places

Classes = Mapping[int, tuple[int, ...]]
"""The variables that are kept, in order; for each the class (0, 1, …) of every rank of its values."""

Face = Literal["may", "must"]

MOST_WAYS = 64
"""Ways that one command may go on because of what is not seen."""

WIDEST = 64
"""Values up to which an equality of two variables is looked at value by value."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The class that a variable gets, as an expression over what is seen."""

    node: Node


@dataclass(frozen=True, slots=True)
class Fork:
    """The classes that a variable may get, each with the condition under which it may."""

    ways: tuple[tuple[int, Node], ...]


@dataclass(slots=True)
class Abstraction:
    """The two faces of a world seen through some classes."""

    ground: Ground
    classes: Classes
    graph: Graph = field(init=False)
    places: Places = field(init=False)
    _ranks: dict[int, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """For each variable the ranks in each of its classes."""
    _bounds: dict[Node, tuple[Node, Node]] = field(default_factory=dict)
    _targets: dict[tuple[int, Node], Exact | Fork] = field(default_factory=dict)
    _bodies: list[Node] = field(default_factory=list)
    """Recursive unknowns whose bodies are still to be given."""

    def __post_init__(self) -> None:
        domains = Domains()
        variables = []
        for variable in self.ground.graph.variables:
            size = len(variable.domain.values)
            classes = self.classes.get(variable.index, (0,) * size)
            count = max(classes) + 1
            members = tuple(tuple(r for r, c in enumerate(classes) if c == k) for k in range(count))
            self._ranks[variable.index] = members
            whole = members == tuple((r,) for r in range(size))
            seen = Variable(variable.index, domains.of("int", tuple(range(count))), False)
            variables.append(variable if whole else seen)
        self.graph = Graph(tuple(variables), dict(self.ground.graph.first), check=self.ground.graph.check)
        self.graph.const(0, truth=True)
        self.graph.const(1, truth=True)
        self.places = Places.of([len(v.domain.values) for v in variables])

    def condition(self, node: Node, face: Face) -> Node:
        """A condition of the world: where it must hold, or where it may."""
        return self.bounds(node)[face == "may"]

    # ------------------------------------------------------------ expressions

    def bounds(self, node: Node) -> tuple[Node, Node]:
        """The least and the greatest that an expression of the world can be, over what is seen; of a truth value
        where it must hold and where it may."""
        world = self.ground.graph
        waiting = [] if node in self._bounds else [node]
        while waiting:
            # Operands have smaller numbers, but for recursive unknowns, whose bodies are seen to afterwards.
            for each in sorted(world.below(waiting.pop())):
                if each not in self._bounds:
                    if world.keys[each].op == "rec":
                        self._bounds[each] = self._unknown(each)
                        waiting.append(world.bodies[each])
                        self._bodies.append(each)
                    else:
                        self._bounds[each] = self._bound(each)
        while self._bodies:
            each = self._bodies.pop()
            for unknown, body in zip(self._bounds[each], self._bounds[world.bodies[each]], strict=True):
                if self.graph.keys[unknown].op == "rec":
                    self.graph.bodies[unknown] = body
        return self._bounds[node]

    def _unknown(self, node: Node) -> tuple[Node, Node]:
        """A recursive truth value. One where everything it looks at is told apart; where it only ever grows with
        itself, the least solution of either bound; else it is not seen through."""
        world = self.ground.graph
        closure = world.closure(node)
        if all(self._whole(world.keys[n].parts[0]) for n in closure if world.keys[n].op in ("slot", "lut", "code")):
            return (self.graph.make("rec", True, node),) * 2
        for each in closure:
            grows = world.keys[each].op in ("and", "or", "rec", "const", "slot", "lut", "code")
            if not grows and any(world.keys[n].op == "rec" for n in world.closure(each)):
                return FALSE, TRUE
        return self.graph.make("rec", True, node, "must"), self.graph.make("rec", True, node, "may")

    def _whole(self, index: int) -> bool:
        """Whether all values of a variable are told apart."""
        return self.graph.variables[index] is self.ground.graph.variables[index]

    def _bound(self, node: Node) -> tuple[Node, Node]:
        graph = self.graph
        key = self.ground.graph.keys[node]
        match key.op:
            case "const":
                return (graph.const(key.parts[0], key.truth),) * 2
            case "slot":
                index = key.parts[0]
                return self._tabled(index, self.ground.graph.variables[index].domain.values, key.truth)
            case "lut":
                return self._tabled(key.parts[0], key.parts[1], key.truth)
            case "and":
                parts = [self._bounds[p] for p in key.parts]
                return graph.all_of([p[0] for p in parts]), graph.all_of([p[1] for p in parts])
            case "or":
                parts = [self._bounds[p] for p in key.parts]
                return graph.any_of([p[0] for p in parts]), graph.any_of([p[1] for p in parts])
            case "not":
                least, most = self._bounds[key.parts[0]]
                return graph.opposite(most), graph.opposite(least)
            case "==" | "<" | "<=" | ">" | ">=":
                return self._compared(key.op, key.parts[0], key.parts[1])
            case "choose":
                return self._chosen(*(self._bounds[p] for p in key.parts))
            case "number":
                least, most = self._bounds[key.parts[0]]
                return graph.number(least), graph.number(most)
            case "+" | "min" | "max":
                (a, b), (c, d) = (self._bounds[p] for p in key.parts)
                return graph.arithmetic(key.op, a, c), graph.arithmetic(key.op, b, d)
            case "-":
                (a, b), (c, d) = (self._bounds[p] for p in key.parts)
                return graph.arithmetic("-", a, d), graph.arithmetic("-", b, c)
            case "*":
                return self._ends("*", *(self._bounds[p] for p in key.parts))
            case "div":
                return self._divided(*(self._bounds[p] for p in key.parts))
            case "mod":
                return self._left_over(*(self._bounds[p] for p in key.parts))
            case _:
                raise TooLarge(f"an expression ({key.op}) that cannot be seen through")

    def _tabled(self, index: int, values: Sequence[int], truth: bool) -> tuple[Node, Node]:
        members = self._ranks[index]
        least = [min(values[r] for r in ranks) for ranks in members]
        most = [max(values[r] for r in ranks) for ranks in members]
        return self.graph.table(index, least, truth), self.graph.table(index, most, truth)

    def _chosen(
        self, condition: tuple[Node, Node], then: tuple[Node, Node], otherwise: tuple[Node, Node]
    ) -> tuple[Node, Node]:
        graph = self.graph
        must, may = condition
        if must == may:
            return graph.choose(must, then[0], otherwise[0]), graph.choose(must, then[1], otherwise[1])
        either = (
            graph.arithmetic("min", then[0], otherwise[0]),
            graph.arithmetic("max", then[1], otherwise[1]),
        )
        return (
            graph.choose(must, then[0], graph.choose(may, either[0], otherwise[0])),
            graph.choose(must, then[1], graph.choose(may, either[1], otherwise[1])),
        )

    def _ends(self, op: str, left: tuple[Node, Node], right: tuple[Node, Node]) -> tuple[Node, Node]:
        """The least and the greatest result of the ends of two spans."""
        graph = self.graph
        ends = [graph.arithmetic(op, a, b) for a in dict.fromkeys(left) for b in dict.fromkeys(right)]
        least = most = ends[0]
        for end in ends[1:]:
            least, most = graph.arithmetic("min", least, end), graph.arithmetic("max", most, end)
        return least, most

    def _divided(self, left: tuple[Node, Node], right: tuple[Node, Node]) -> tuple[Node, Node]:
        """Quotients: no further from 0 than what is divided, whatever divides; between the ends if that is positive."""
        graph, zero = self.graph, self.graph.const(0)
        least, most = self._ends("div", left, right)
        if least == most:
            return least, most
        positive = graph.compared(">", right[0], zero)
        far = graph.arithmetic("max", left[1], graph.arithmetic("-", zero, left[0]))
        return graph.choose(positive, least, graph.arithmetic("-", zero, far)), graph.choose(positive, most, far)

    def _left_over(self, left: tuple[Node, Node], right: tuple[Node, Node]) -> tuple[Node, Node]:
        """Remainders: nearer to 0 than what divides; in order where the quotient is one and the same."""
        graph, zero, one = self.graph, self.graph.const(0), self.graph.const(1)
        least = graph.arithmetic("min", graph.arithmetic("+", right[0], one), zero)
        most = graph.arithmetic("max", graph.arithmetic("-", right[1], one), zero)
        if right[0] != right[1]:
            return least, most
        same = graph.compared("==", *(graph.arithmetic("div", end, right[0]) for end in left))
        ends = [graph.arithmetic("mod", end, right[0]) for end in left]
        return graph.choose(same, ends[0], least), graph.choose(same, ends[1], most)

    def _compared(self, op: str, left: Node, right: Node) -> tuple[Node, Node]:
        graph = self.graph
        (a, b), (c, d) = self._bounds[left], self._bounds[right]
        if a == b and c == d:
            node = graph.compared(op, a, c)
            return node, node
        if self.ground.graph.keys[left].truth and self.ground.graph.keys[right].truth:
            both, neither = graph.all_of, graph.opposite
            must = graph.any_of((both((a, c)), both((neither(b), neither(d)))))
            may = graph.any_of((both((b, d)), both((neither(a), neither(c)))))
            return must, may
        match op:
            case "==":
                return self._equal(left, right)
            case "<" | "<=":
                return graph.compared(op, b, c), graph.compared(op, a, d)
            case _:
                return graph.compared(op, a, d), graph.compared(op, b, c)

    def _equal(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Where two values are equal. Two tables of one variable each are looked at value by value."""
        graph, world = self.graph, self.ground.graph
        first, second = world.tabulated(left), world.tabulated(right)
        if first is not None and second is not None:
            common = sorted({*first[1]} & {*second[1]})
            if len(common) <= WIDEST:
                ways = [
                    [self._tabled(index, [v == value for v in values], True) for index, values in (first, second)]
                    for value in common
                ]
                must = graph.any_of([graph.all_of((one[0], other[0])) for one, other in ways])
                return must, graph.any_of([graph.all_of((one[1], other[1])) for one, other in ways])
        (a, b), (c, d) = self._bounds[left], self._bounds[right]
        same = graph.compared
        must = graph.all_of((same("==", a, b), same("==", c, d), same("==", a, c)))
        return must, graph.all_of((same("<=", a, d), same("<=", c, b)))

    # ------------------------------------------------------------ what commands do

    def target(self, slot: int, rank: Node) -> Exact | Fork:
        """The class that a variable gets, given the rank that it gets."""
        found = self._targets.get((slot, rank))
        if found is None:
            found = self._targets[slot, rank] = self._target(slot, rank)
        return found

    def _target(self, slot: int, rank: Node) -> Exact | Fork:
        graph, world = self.graph, self.ground.graph
        classes = self.classes[slot]
        key = world.keys[rank]
        match key.op:
            case "const":
                return Exact(graph.const(classes[key.parts[0]]))
            case "lut" | "code" | "slot":
                index = key.parts[0]
                values = world.variables[index].domain.values
                ranks = key.parts[1] if key.op == "lut" else range(len(values)) if key.op == "code" else values
                return self._looked_up(index, [classes[r] for r in ranks])
            case "number":
                return self._truth(slot, self.bounds(key.parts[0]))
            case "flip":
                inner = world.keys[key.parts[0]]
                least, most = self.bounds(inner.parts[0])
                return self._truth(slot, (graph.opposite(most), graph.opposite(least)))
            case "choose":
                must, may = self.bounds(key.parts[0])
                then, otherwise = self.target(slot, key.parts[1]), self.target(slot, key.parts[2])
                if must == may and isinstance(then, Exact) and isinstance(otherwise, Exact):
                    return Exact(graph.choose(must, then.node, otherwise.node))
                return self._either(slot, must, may, then, otherwise)
            case "ranked":
                return self._ranked(slot, *self.bounds(key.parts[1]))
            case _:
                raise TooLarge(f"an effect ({key.op}) that cannot be seen through")

    def _looked_up(self, index: int, classes: Sequence[int]) -> Exact | Fork:
        """By a table over the ranks of one variable."""
        sets = [sorted({classes[r] for r in ranks}) for ranks in self._ranks[index]]
        if all(len(found) == 1 for found in sets):
            return Exact(self.graph.table(index, [found[0] for found in sets], False))
        every = sorted({c for found in sets for c in found})
        return Fork(tuple((c, self.graph.table(index, [c in found for found in sets], True)) for c in every))

    def _truth(self, slot: int, bounds: tuple[Node, Node]) -> Exact | Fork:
        """By a truth value; false has the first rank."""
        graph = self.graph
        must, may = bounds
        no, yes = (graph.const(c) for c in self.classes[slot])
        if must == may:
            return Exact(graph.choose(must, yes, no))
        return self._either(slot, must, may, Exact(yes), Exact(no))

    def _either(self, slot: int, must: Node, may: Node, then: Exact | Fork, otherwise: Exact | Fork) -> Exact | Fork:
        graph = self.graph
        if then == otherwise and isinstance(then, Exact):
            return then
        ways: dict[int, Node] = {}
        for target, when in ((then, may), (otherwise, graph.opposite(must))):
            for number, condition in self._ways(target, 1 + max(self.classes[slot])):
                both = graph.all_of((when, condition))
                if both != FALSE:
                    ways[number] = graph.any_of((ways.get(number, FALSE), both))
        return Fork(tuple(sorted(ways.items())))

    def _ways(self, target: Exact | Fork, classes: int) -> Iterator[tuple[int, Node]]:
        if isinstance(target, Fork):
            yield from target.ways
            return
        values = self.graph.values(target.node)
        if values is None and classes > WIDEST:
            raise TooLarge("a calculated effect under a condition that is not seen")
        for value in range(classes) if values is None else sorted(values):
            yield value, self.graph.equal(target.node, value)

    def _ranked(self, slot: int, least: Node, most: Node) -> Exact | Fork:
        """By a calculated value."""
        graph = self.graph
        variable = self.ground.graph.variables[slot]
        if least == most and self._whole(slot):
            return Exact(graph.make("ranked", False, slot, least))
        if len(variable.domain.values) > 4 * WIDEST:
            raise TooLarge("a calculated effect on a variable with many values")
        ways: dict[int, list[Node]] = {}
        for rank, value in enumerate(variable.domain.values):
            known = graph.const(value)
            within = graph.all_of((graph.compared("<=", least, known), graph.compared(">=", most, known)))
            if within != FALSE:
                ways.setdefault(self.classes[slot][rank], []).append(within)
        return Fork(tuple((c, graph.any_of(nodes)) for c, nodes in sorted(ways.items())))

    # ------------------------------------------------------------ the two faces

    def face(self, face: Face) -> Ground:
        """The rules of one face. Commands that do the same to what is seen are one."""
        turn = tuple(stage for stage in (self._stage(s, face) for s in self.ground.turn) if stage != _NOTHING)
        stopped = not all(turn)
        merged: dict[tuple[bool, tuple[Stage, ...]], tuple[GroundCommand, list[Node]]] = {}
        for command in self.ground.commands:
            free = command.free or not self.ground.turn
            guard = self.condition(command.guard, face)
            if guard == FALSE or (stopped and not free):
                continue
            stages = tuple(stage for stage in (self._stage(s, face) for s in command.stages) if stage != _NOTHING)
            if not all(stages) or (free and not stages):
                continue
            merged.setdefault((free, stages), (command, []))[1].append(guard)
        commands = tuple(
            GroundCommand(command.command, self.graph.any_of(guards), free, stages)
            for (free, stages), (command, guards) in merged.items()
        )
        return Ground(self.ground.system, self.graph, Reader(self.graph), commands, turn if not stopped else ())

    def _stage(self, stage: Stage, face: Face) -> Stage:
        """The ways of a stage over what is seen; none where nothing is certain and certainty is asked for."""
        ways: dict[Changes, list[Node]] = {}
        for condition, changes in stage:
            when = self.condition(condition, face)
            if when == FALSE:
                continue
            targets = [(slot, self.target(slot, rank)) for slot, rank in changes if slot in self.classes]
            certain = [(slot, t.node) for slot, t in targets if isinstance(t, Exact)]
            forks = [[(slot, *way) for way in t.ways] for slot, t in targets if isinstance(t, Fork)]
            if forks and face == "must":
                continue
            for combination in product(*forks):
                both = self.graph.all_of((when, *(c for _, _, c in combination)))
                if both == FALSE:
                    continue
                made = sorted([*certain, *((slot, self.graph.const(number)) for slot, number, _ in combination)])
                ways.setdefault(tuple(made), []).append(both)
                if len(ways) > MOST_WAYS:
                    raise TooLarge("too much of what a command does is not seen")
        return tuple((self.graph.any_of(nodes), changes) for changes, nodes in ways.items())


_NOTHING: Stage = ((TRUE, ()),)
