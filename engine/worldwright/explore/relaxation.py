"""The delete relaxation of a world: what could ever hold, if nothing that came to hold were lost again.

Every variable of the state keeps all values that it ever had; a condition holds when some choice of kept values makes
it hold. That is a graph of *propositions* ("this expression has that value") and *rules* (when these propositions hold,
that one does). A rule either belongs to a ground command, and then it costs that command, or it costs nothing: it only
says what an expression is worth.

The rules are read off the expressions of `ground`, so sequential effects, branches, loops and counts are covered: sums
and comparisons are taken value by value. Whatever would need too many combinations is taken to hold at once, which
only makes the relaxation more generous. So is what every turn does: it follows any command that takes a turn. A
distance in the relaxation is therefore never longer than a real one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..compile.system import Command, System
from .ground import Ground, Stage
from .nodes import ARITHMETIC, FALSE, RELATIONS, TRUE, Node, TooLarge

MOST_PAIRS = 4_096
"""Combinations of two operands' values up to which a comparison or a sum is taken value by value."""

MOST_RULES = 600_000

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


@dataclass(slots=True)
class Relaxation:
    """The rules that bear on one condition of a system. Rule i says: all of `needs[i]` give `gives[i]`."""

    ground: Ground
    goal: Proposition = HOLDS
    gives: list[Proposition] = field(default_factory=list)
    needs: list[tuple[Proposition, ...]] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    """For each rule the index of its ground command, or FREE."""
    giving: list[list[int]] = field(default_factory=list)
    """For each proposition the rules that give it."""
    using: list[list[int]] = field(default_factory=list)
    """For each proposition the rules that need it."""
    _names: dict[tuple[Node, int], Proposition] = field(default_factory=dict)
    _facts: dict[tuple[int, int], Proposition] = field(default_factory=dict)
    _done: dict[int, Proposition] = field(default_factory=dict)
    _any: Proposition | None = None
    _values: dict[Node, tuple[int, ...] | None] = field(default_factory=dict)
    _pending: list[tuple[Proposition, Node, int]] = field(default_factory=list)
    _asked_facts: list[tuple[int, int]] = field(default_factory=list)
    _readers: list[tuple[int, bool, dict[int, Proposition]]] = field(default_factory=list)

    @staticmethod
    def of(ground: Ground, goal: Node) -> Relaxation:
        """The relaxation as far as it bears on a goal. Raises TooLarge when there are too many rules."""
        made = Relaxation(ground)
        made.goal = made._proposition(goal, 1)
        effects = made._effects()
        while made._pending or made._asked_facts:
            while made._pending:
                made._define(*made._pending.pop())
            if made._asked_facts:
                variable, rank = made._asked_facts.pop()
                for effect in effects.get(variable, ()):
                    made._give(variable, rank, effect)
        made._readers = made._read_by(ground.system)
        return made

    def commands(self, owners: Sequence[int]) -> tuple[Command, ...]:
        """The commands of some owners, each once."""
        return tuple(dict.fromkeys(self.ground.commands[owner].command for owner in owners))

    def variables(self) -> dict[Proposition, tuple[int, int]]:
        """The propositions on single variables: the variable, and the rank of its value."""
        return {proposition: key for key, proposition in self._facts.items()}

    def facts(self, state: bytes) -> list[Proposition]:
        """The propositions on single variables that hold in a state and that anything asks for."""
        found = []
        for offset, wide, propositions in self._readers:
            code = state[offset] | state[offset + 1] << 8 if wide else state[offset]
            proposition = propositions.get(code)
            if proposition is not None:
                found.append(proposition)
        return found

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
                    self._rule([ask(part, value) for part in key.parts], made)
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

    def _effects(self) -> dict[int, list[_Effect]]:
        """What can change each variable. Only what is asked for later becomes rules."""
        found: dict[int, list[_Effect]] = {}
        for number, command in enumerate(self.ground.commands):
            for place, stage in enumerate(command.stages):
                self._note(stage, number, place == 0, found)
        for stage in self.ground.turn:
            self._note(stage, EVERY_TURN, False, found)
        return found

    def _note(self, stage: Stage, source: int, before: bool, found: dict[int, list[_Effect]]) -> None:
        for condition, changes in stage:
            first: Asked = () if condition == TRUE else ((condition, 1),)
            for variable, node in changes if condition != FALSE else ():
                for asked, value in self._cases(variable, node):
                    found.setdefault(variable, []).append(_Effect(source, before, (*first, *asked), value))

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
        """The rule by which an effect gives a variable a value, if it can."""
        value = self._proposition(effect.value, rank)
        if value == NEVER:
            return
        asked = [self._proposition(node, v) for node, v in effect.asked]
        gives = self._facts[variable, rank]
        if not effect.before:
            done = self._tick() if effect.source == EVERY_TURN else self._carried_out(effect.source)
            self._rule([done, *asked, value], gives)
        elif value == HOLDS and all(p == HOLDS for p in asked):
            self._rule([self._carried_out(effect.source)], gives)
        else:
            guard = self._proposition(self.ground.commands[effect.source].guard, 1)
            self._rule([guard, *asked, value], gives, effect.source)

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
