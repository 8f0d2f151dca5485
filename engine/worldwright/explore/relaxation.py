"""The delete relaxation of a world: what could ever hold, if nothing that came to hold were lost again.

Every variable of the state keeps all values that it ever had; a condition holds when some choice of kept values makes
it hold. That is a graph of *propositions* ("this expression has that value") and *rules* (when these propositions hold,
that one does). A rule either belongs to a ground command, and then it costs that command, or it costs nothing: it only
says what an expression is worth.

The rules are read off the expressions of `ground`, so sequential effects, branches, loops and counts are covered: sums
and comparisons are taken value by value. Whatever would need too many combinations is taken to hold at once, which
only makes the relaxation more generous. So is what every turn does: it follows any command that takes a turn. A
distance in the relaxation is therefore never longer than a real one.

What must hold together is looked at together: in a condition that says what a variable is, all the rest is taken as it
is for that value, and so is the guard of a command whose effect needs that value. Else a door would be open to whoever
was once where there is no door. A relaxation that is not sharp leaves this out: it has fewer rules, and what is counted
in it, though more generous, can come to more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..compile.system import Command, System
from .given import Given
from .ground import Ground, Stage
from .nodes import ARITHMETIC, FALSE, RELATIONS, TRUE, Graph, Node, TooLarge

MOST_PAIRS = 4_096
"""Combinations of two operands' values up to which a comparison or a sum is taken value by value."""

MOST_RULES = 600_000

MOST_SHARP = 100_000
"""Rules up to which a sharp relaxation is as sharp as it can be."""

MOST_APART = 64
"""Values of a variable for each of which there is a rule of its own."""

Proposition = int
HOLDS: Proposition = -1
"""Holds always: no rule needs to ask."""
NEVER: Proposition = -2
"""Never holds: a rule that asks for it is left out."""

FREE = -1
"""The command of a rule that costs nothing."""

EVERY_TURN = -1
"""The source of what every turn does."""

Asked = tuple[tuple[Node, int], ...]
"""Expressions with the values that they are to have."""


@dataclass(frozen=True, slots=True)
class _Effect:
    """One variable that a command may give a new value: under what conditions, and what value (as a rank)."""

    source: int
    """The number of the command, or EVERY_TURN."""
    before: bool
    """Whether all that it asks must hold before the command: it is not what an earlier effect may have brought."""
    asked: Asked
    value: Node


_Effects = dict[tuple[int, int | None], list[_Effect]]
"""What can change each variable, by the rank that it gets, where that is always the same (else None)."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The rules that bear on one condition of a system. Rule i says: all of `needs[i]` give `gives[i]`."""

    goal: Proposition
    gives: Sequence[Proposition]
    needs: Sequence[tuple[Proposition, ...]]
    owners: Sequence[int]
    """For each rule the index of its ground command, or FREE."""
    giving: Sequence[Sequence[int]]
    """For each proposition the rules that give it."""
    using: Sequence[Sequence[int]]
    """For each proposition the rules that need it."""
    variables: Mapping[Proposition, tuple[int, int]]
    """The propositions on single variables: the variable, and the rank of its value."""
    _commands: Sequence[Command]
    _readers: Sequence[tuple[int, bool, Mapping[int, Proposition]]]

    @staticmethod
    def of(ground: Ground, given: Given, goal: Node, fails: Sequence[Node], sharp: bool = True) -> Relaxation:
        """The relaxation as far as it bears on a goal, which is to be reached without passing a state that fails.
        Raises TooLarge when there are too many rules. Makes nodes in the ground's graph."""
        return _Making(ground, given, _failures(ground.graph, fails), MOST_SHARP if sharp else 0).made(goal)

    def commands(self, owners: Sequence[int]) -> tuple[Command, ...]:
        """The commands of some owners, each once."""
        return tuple(dict.fromkeys(self._commands[owner] for owner in owners))

    def facts(self, state: bytes) -> list[Proposition]:
        """The propositions on single variables that hold in a state and that anything asks for."""
        found = []
        for offset, wide, propositions in self._readers:
            code = state[offset] | state[offset + 1] << 8 if wide else state[offset]
            proposition = propositions.get(code)
            if proposition is not None:
                found.append(proposition)
        return found


def _failures(graph: Graph, fails: Sequence[Node]) -> frozenset[tuple[int, int]]:
    """Values of single variables (as ranks) that are failures by themselves."""
    found: list[tuple[int, int]] = []
    for node in fails:
        key = graph.keys[node]
        for part in key.parts if key.op == "or" else (node,):
            tabulated = graph.tabulated(part)
            if tabulated is not None:
                found += [(tabulated[0], rank) for rank, value in enumerate(tabulated[1]) if value]
    return frozenset(found)


@dataclass(slots=True)
class _Making:
    """A relaxation while it is made."""

    ground: Ground
    given: Given
    failures: frozenset[tuple[int, int]]
    """Facts that no state on the way has."""
    most_sharp: int
    """Rules up to which what must hold together is looked at together."""
    gives: list[Proposition] = field(default_factory=list)
    needs: list[tuple[Proposition, ...]] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    giving: list[list[int]] = field(default_factory=list)
    using: list[list[int]] = field(default_factory=list)
    _names: dict[tuple[Node, int], Proposition] = field(default_factory=dict)
    _facts: dict[tuple[int, int], Proposition] = field(default_factory=dict)
    _done: dict[int, Proposition] = field(default_factory=dict)
    _any: Proposition | None = None
    _values: dict[Node, tuple[int, ...] | None] = field(default_factory=dict)
    _pending: list[tuple[Proposition, Node, int]] = field(default_factory=list)
    _asked_facts: list[tuple[int, int]] = field(default_factory=list)
    _pinned_by: dict[tuple[Node, int], dict[int, int]] = field(default_factory=dict)
    _tables: dict[Node, dict[int, list[int]]] = field(default_factory=dict)

    def made(self, goal: Node) -> Relaxation:
        """Everything from the goal backwards."""
        aim = self._proposition(goal, 1)
        effects = self._effects()
        while self._pending or self._asked_facts:
            while self._pending:
                self._define(*self._pending.pop())
            if self._asked_facts:
                variable, rank = self._asked_facts.pop()
                for effect in (*effects.get((variable, rank), ()), *effects.get((variable, None), ())):
                    self._give(variable, rank, effect)
        return Relaxation(
            aim,
            self.gives,
            self.needs,
            self.owners,
            self.giving,
            self.using,
            {proposition: key for key, proposition in self._facts.items()},
            [command.command for command in self.ground.commands],
            self._read_by(self.ground.system),
        )

    # ------------------------------------------------------------ making propositions

    def _new(self) -> Proposition:
        self.giving.append([])
        self.using.append([])
        return len(self.giving) - 1

    def _rule(self, needs: Sequence[Proposition], gives: Proposition, owner: int = FREE) -> None:
        if NEVER in needs or gives in needs or gives < 0:
            return
        asked = tuple(dict.fromkeys(p for p in needs if p != HOLDS))
        number = len(self.gives)
        if number > MOST_RULES:
            raise TooLarge("too many rules in the relaxation")
        self.gives.append(gives)
        self.needs.append(asked)
        self.owners.append(owner)
        self.giving[gives].append(number)
        for proposition in asked:
            self.using[proposition].append(number)

    def _fact(self, variable: int, rank: int) -> Proposition:
        key = (variable, rank)
        if key in self.failures:
            return NEVER
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = self._new()
            self._asked_facts.append(key)
        return found

    def _proposition(self, node: Node, value: int) -> Proposition:
        """The proposition that an expression has a value. What is known or only renames is seen through at once."""
        graph = self.ground.graph
        while True:
            key = graph.keys[node]
            if key.op == "const":
                return HOLDS if key.parts[0] == value else NEVER
            if key.op in ("not", "flip"):
                node, value = key.parts[0], 1 - value
            elif key.op == "number":
                node = key.parts[0]
            else:
                break
        if key.op == "rec" and value == 0:
            # That a least fixpoint does not hold cannot be derived step by step.
            return HOLDS
        if key.op == "slot":
            position = graph.variables[key.parts[0]].domain.position
            return self._fact(key.parts[0], position[value]) if value in position else NEVER
        if key.op == "code":
            return self._fact(key.parts[0], value)
        if key.op == "lut":
            ranks = [rank for rank, v in enumerate(key.parts[1]) if v == value]
            if len(ranks) <= 1:
                return self._fact(key.parts[0], ranks[0]) if ranks else NEVER
        elif not key.truth:
            values = self._values_of(node)
            if values is None:
                return HOLDS
            if value not in values:
                return NEVER
        name = (node, value)
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._new()
            self._pending.append((found, node, value))
        return found

    def _define(self, made: Proposition, node: Node, value: int) -> None:
        """The rules that give a proposition on an expression."""
        key = self.ground.graph.keys[node]
        ask = self._proposition
        match key.op:
            case "lut":
                for rank, v in enumerate(key.parts[1]):
                    if v == value:
                        self._rule((self._fact(key.parts[0], rank),), made)
            case "and" | "or":
                if (key.op == "and") == (value == 1):
                    for needs in self._together(tuple((part, value) for part in key.parts)):
                        self._rule(needs, made)
                else:
                    for part in key.parts:
                        self._rule((ask(part, value),), made)
            case "choose":
                condition, then, otherwise = key.parts
                self._rule((ask(condition, 1), ask(then, value)), made)
                self._rule((ask(condition, 0), ask(otherwise, value)), made)
            case "rec":
                self._rule((ask(self.ground.graph.bodies[node], 1),), made)
            case "ranked":
                slot, item = key.parts
                self._rule((ask(item, self.ground.graph.variables[slot].domain.values[value]),), made)
            case _:
                for pair in self._pairs(node, value):
                    self._rule([ask(part, v) for part, v in zip(key.parts, pair, strict=True)], made)

    def _together(self, asked: Asked) -> Iterator[list[Proposition]]:
        """What it takes that some expressions have their values at the same time, one way after the other.

        Where one of them says what a variable is, the others are taken as they are for that value, and where it says
        that two variables are equal, this is done for each value. Without that, a relaxation in which variables keep
        all values would have each part hold for another value of the same variable.
        """
        ways, rest = self._equalities(asked)
        for pins, needs in zip(ways, self._pinned(rest, ways), strict=True):
            yield [*(self._fact(v, r) for v, r in pins.items()), *needs]

    def _pinned(self, asked: Asked, ways: Sequence[Mapping[int, int]]) -> Iterator[list[Proposition]]:
        """Propositions for expressions, each as it is where the others say what variables are, and where these are, one
        way after the other, what `ways` say (as ranks). All ways speak of the same variables."""
        supports = [self.given.support(node) for node, _ in asked]
        apart = len(frozenset[int]().union(*supports)) == sum(map(len, supports))
        if not ways:
            return
        if not ways[0] and (apart or len(self.gives) >= self.most_sharp):
            yield [self._proposition(node, value) for node, value in asked]
            return
        own = [self._pins(node, value) for node, value in asked]
        said: dict[int, set[int]] = {}
        for each in own:
            for variable, rank in each.items():
                said.setdefault(variable, set()).add(rank)
        if any(len(ranks) > 1 for ranks in said.values()):
            yield from ([NEVER] for _ in ways)
            return
        variables = self.ground.graph.variables
        known = [
            {
                v: variables[v].domain.values[rank]
                for v in support & said.keys()
                for at, each in enumerate(own)
                if at != place
                for rank in (each.get(v),)
                if rank is not None
            }
            for place, support in enumerate(supports)
        ]
        same = [
            None if already or not support.isdisjoint(ways[0]) else self._proposition(node, value)
            for (node, value), support, already in zip(asked, supports, known, strict=True)
        ]
        for pins in ways:
            if any(said.get(v, {r}) != {r} for v, r in pins.items()):
                yield [NEVER]
                continue
            values = {v: variables[v].domain.values[r] for v, r in pins.items()}
            yield [
                self._proposition(self.given.where(node, {**already, **values}), value) if fixed is None else fixed
                for (node, value), already, fixed in zip(asked, known, same, strict=True)
            ]

    def _pins(self, node: Node, value: int) -> dict[int, int]:
        """Variables of which an expression says what they are (as ranks) where it has a value."""
        found = self._pinned_by.get((node, value))
        if found is None:
            found = self._pinned_by[node, value] = {}
            key = self.ground.graph.keys[node]
            if key.op == "not":
                found.update(self._pins(key.parts[0], 1 - value))
            elif key.op in ("and", "or") and (key.op == "and") == (value == 1):
                for part in key.parts:
                    found.update(self._pins(part, value))
            elif key.op in ("slot", "lut"):
                ranks = self._ranks(node, value)
                found.update({key.parts[0]: ranks[0]} if len(ranks) == 1 else {})
        return found

    def _ranks(self, node: Node, value: int) -> Sequence[int]:
        """The ranks of its variable for which an expression over one variable has a value."""
        found = self._tables.get(node)
        if found is None:
            key = self.ground.graph.keys[node]
            values = self.ground.graph.variables[key.parts[0]].domain.values
            table = key.parts[1] if key.op == "lut" else range(len(values)) if key.op == "code" else values
            found = self._tables[node] = {}
            for rank, v in enumerate(table):
                found.setdefault(v, []).append(rank)
        return found.get(value, ())

    def _equalities(self, asked: Asked) -> tuple[Sequence[Mapping[int, int]], Asked]:
        """The ways in which the first equality between two variables that bears on other parts can hold: what these
        variables are; and the other parts. One way that says nothing and all parts, where there is no such equality, or
        where it has too many ways."""
        keys = self.ground.graph.keys
        for node, value in asked if len(self.gives) < self.most_sharp else ():
            key = keys[node]
            sides = [keys[part] for part in key.parts] if key.op == "==" and value == 1 else []
            if [side.op in ("slot", "lut") for side in sides] != [True, True]:
                continue
            one, other = (side.parts[0] for side in sides)
            if all(n == node or self.given.support(n).isdisjoint((one, other)) for n, _ in asked):
                continue
            left, right = (self._values_of(part) or () for part in key.parts)
            common = [v for v in left if v in frozenset(right)]
            ways = [(a, b) for v in common for a in self._ranks(key.parts[0], v) for b in self._ranks(key.parts[1], v)]
            if len(ways) <= MOST_APART:
                rest = tuple(each for each in asked if each != (node, value))
                return [{one: a, other: b} for a, b in ways], rest
        return ({},), asked

    def _pairs(self, node: Node, value: int) -> Iterator[tuple[int, int]]:
        """The values of two operands that give a value; a condition on too many holds by an empty rule."""
        key = self.ground.graph.keys[node]
        left, right = (self._values_of(part) for part in key.parts)
        if left is None or right is None or len(left) * len(right) > MOST_PAIRS:
            self._rule((), self._names[node, value])
            return
        compute = RELATIONS.get(key.op) or ARITHMETIC[key.op]
        for a in left:
            for b in right:
                if int(compute(a, b)) == value:
                    yield a, b

    def _values_of(self, node: Node) -> tuple[int, ...] | None:
        """The values that an expression can have; None where these are too many. Operands first, without recursion."""
        graph = self.ground.graph
        stack = [node]
        while stack:
            here = stack[-1]
            if here in self._values:
                stack.pop()
                continue
            missing = [part for part in self._valued_parts(here) if part not in self._values]
            if missing:
                stack += missing
                continue
            self._values[here] = self._combined(here)
            stack.pop()
        return self._values[node] if graph.known(node) is None else (graph.known(node) or 0,)

    def _valued_parts(self, node: Node) -> tuple[Node, ...]:
        key = self.ground.graph.keys[node]
        if key.truth or key.op in ("const", "slot", "lut", "code", "number", "flip"):
            return ()
        if key.op == "ranked":
            return (key.parts[1],)
        return key.parts[1:] if key.op == "choose" else key.parts

    def _combined(self, node: Node) -> tuple[int, ...] | None:
        graph = self.ground.graph
        key = graph.keys[node]
        if key.op == "const":
            return (int(key.parts[0]),)
        if key.truth or key.op in ("number", "flip"):
            return (0, 1)
        if key.op == "slot":
            return graph.variables[int(key.parts[0])].domain.values
        if key.op == "lut":
            return tuple(dict.fromkeys(key.parts[1]))
        if key.op == "code":
            return tuple(range(len(graph.variables[key.parts[0]].domain.values)))
        found = [self._values[part] for part in self._valued_parts(node)]
        known = [values for values in found if values is not None]
        if len(known) < len(found):
            return None
        if key.op == "ranked":
            position = graph.variables[key.parts[0]].domain.position
            return tuple(position[v] for v in known[0] if v in position)
        if key.op == "choose":
            return tuple(sorted({*known[0], *known[1]}))
        left, right = known
        if len(left) * len(right) > MOST_PAIRS:
            return None
        compute = ARITHMETIC[key.op]
        values = sorted({compute(a, b) for a in left for b in right})
        return tuple(values) if len(values) <= MOST_PAIRS else None

    # ------------------------------------------------------------ what commands do

    def _effects(self) -> _Effects:
        """What can change each variable. Only what is asked for later becomes rules."""
        found: _Effects = {}
        for number, command in enumerate(self.ground.commands):
            for place, stage in enumerate(command.stages):
                self._note(stage, number, place == 0, found)
        for stage in self.ground.turn:
            self._note(stage, EVERY_TURN, False, found)
        return found

    def _note(self, stage: Stage, source: int, before: bool, found: _Effects) -> None:
        for condition, changes in stage:
            first: Asked = () if condition == TRUE else ((condition, 1),)
            for variable, node in changes if condition != FALSE else ():
                for asked, value in self._cases(variable, node):
                    key = (variable, self.ground.graph.known(value))
                    found.setdefault(key, []).append(_Effect(source, before, (*first, *asked), value))

    def _cases(self, variable: int, node: Node) -> Iterator[tuple[Asked, Node]]:
        """A new value split at its conditions, leaving out where the variable keeps its value."""
        keys = self.ground.graph.keys
        stack: list[tuple[Asked, Node]] = [((), node)]
        while stack:
            asked, here = stack.pop()
            key = keys[here]
            if key.op == "choose" and len(asked) < 64:
                condition, then, otherwise = key.parts
                stack += [((*asked, (condition, 0)), otherwise), ((*asked, (condition, 1)), then)]
            elif key.op != "code" or key.parts[0] != variable:
                yield asked, here

    def _give(self, variable: int, rank: int, effect: _Effect) -> None:
        """The rules by which an effect gives a variable a value, if it can."""
        gives = self._facts[variable, rank]
        asked = effect.asked
        if effect.before and self._plain(effect, rank):
            self._rule([self._carried_out(effect.source)], gives)
            return
        owner = FREE
        if effect.before:
            asked = ((self.ground.commands[effect.source].guard, 1), *asked)
            owner = effect.source
        sources = list(self._sources(effect.value, rank, asked))
        for (pins, value), needs in zip(sources, self._pinned(asked, [pins for pins, _ in sources]), strict=True):
            if value != NEVER:
                done = () if effect.before else (self._source(effect),)
                self._rule([*(self._fact(v, r) for v, r in pins.items()), value, *done, *needs], gives, owner)

    def _source(self, effect: _Effect) -> Proposition:
        return self._tick() if effect.source == EVERY_TURN else self._carried_out(effect.source)

    def _plain(self, effect: _Effect, rank: int) -> bool:
        """Whether an effect always gives a rank, whatever the state."""
        return self.ground.graph.known(effect.value) == rank and all(
            self._proposition(*a) == HOLDS for a in effect.asked
        )

    def _sources(self, node: Node, rank: int, asked: Asked) -> Iterator[tuple[Mapping[int, int], Proposition]]:
        """How an expression over one variable has a value, taken apart by that variable's ranks where what is asked at
        the same time depends on it, too; of all others as a whole."""
        key = self.ground.graph.keys[node]
        if key.op in ("slot", "lut", "code") and len(self.gives) < self.most_sharp:
            index = key.parts[0]
            if any(index in self.given.support(part) for part, _ in asked):
                ranks = self._ranks(node, rank)
                if len(ranks) <= MOST_APART:
                    yield from (({index: r}, HOLDS) for r in ranks)
                    return
        yield {}, self._proposition(node, rank)

    def _tick(self) -> Proposition:
        """That any command was carried out that takes a turn."""
        if self._any is None:
            self._any = self._new()
            for number, command in enumerate(self.ground.commands):
                if not command.free:
                    self._rule((self._carried_out(number),), self._any)
        return self._any

    def _carried_out(self, number: int) -> Proposition:
        found = self._done.get(number)
        if found is None:
            found = self._done[number] = self._new()
            self._rule((self._proposition(self.ground.commands[number].guard, 1),), found, number)
        return found

    def _read_by(self, system: System) -> list[tuple[int, bool, dict[int, Proposition]]]:
        readers: dict[int, dict[int, Proposition]] = {}
        families = system.layout.families
        for (variable, rank), proposition in self._facts.items():
            slot = system.slots[variable]
            readers.setdefault(variable, {})[families[slot.name].code(slot.values[rank])] = proposition
        return [(system.slots[v].offset, system.slots[v].width == 2, found) for v, found in sorted(readers.items())]
