"""Ground commands as pure functions of the state, found by executing each command's effects symbolically.

What results is, for each command, one condition and, for each variable that it may change, one expression over the
state before it. Sequential effects, branches and loops are gone. Where an effect's address depends on a variable
(`set tile(hole) = …`), the command is split into a case for each value of that variable, so that addresses are known.

Chance forks: a *stage* is a list of ways that it may fall, each with the condition under which that way differs from
the first; a state goes one by one through a command's stages, and only there does one state become several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

from ..compile import form as f
from ..compile.layout import Family
from ..compile.system import Command, System
from .budget import Check, unchecked
from .forms import Env, Reader, Store
from .nodes import FALSE, TRUE, Graph, Node, TooLarge

MOST_COMMANDS = 60_000
MOST_WAYS = 64
"""Ways that the chances of one statement may fall together."""

MOST_CASES = 256
"""Cases that one command is split into by the variables that its effects' addresses depend on."""

Changes = tuple[tuple[int, Node], ...]
"""What changes: variables with the ranks of their new values, over the state before."""

Stage = tuple[tuple[Node, Changes], ...]
"""The ways that chance may fall, each with the condition under which it counts; the first always does."""

Ways = list[tuple[Node, Store]]


@dataclass(frozen=True, slots=True)
class GroundCommand:
    """A command (or a case of one), when it is accepted, and what its effects do, stage by stage.

    What every turn does comes afterwards, unless the command is `free`; it is the same for all (`Ground.turn`).
    """

    command: Command
    guard: Node
    free: bool
    stages: tuple[Stage, ...]


@dataclass(slots=True)
class Ground:
    """All ground commands of a system over one graph of expressions."""

    system: System
    graph: Graph
    reader: Reader
    commands: tuple[GroundCommand, ...] = ()
    turn: tuple[Stage, ...] = ()
    _addresses: dict[int, None] = field(default_factory=dict)
    _ranks: dict[tuple[int, Node], Node] = field(default_factory=dict)

    @staticmethod
    def of(system: System, check: Check = unchecked) -> Ground:
        """Instantiates a system; raises TooLarge when there are too many ground commands or expressions. `check` is
        called now and then."""
        graph = Graph.of(system, check)
        ground = Ground(system, graph, Reader(graph))
        ground.turn = ground.stages(system.program.turn, {}, {})
        found: list[GroundCommand] = []
        for number, act in enumerate(system.program.acts):
            for command in ground._instances(number, act):
                found.append(command)
                if len(found) > MOST_COMMANDS:
                    raise TooLarge("too many ground commands")
        ground.commands = tuple(found)
        graph.work = 0  # what is asked of the rules later is work of its own
        return ground

    def fork(self) -> Ground:
        """The same over a copy of the graph, for somebody who makes nodes of their own."""
        graph = self.graph.fork()
        return replace(self, graph=graph, reader=self.reader.fork(graph), _addresses={}, _ranks={})

    def condition(self, form: f.Form, args: Mapping[str, int] | None = None) -> Node:
        """A condition on states as a node."""
        return self.reader.condition(form, {n: self.graph.const(v) for n, v in (args or {}).items()}, {})

    # ------------------------------------------------------------ commands

    def _instances(self, number: int, act: f.Act) -> Iterator[GroundCommand]:
        """An action's commands, in the order of the arguments, that their needs do not rule out."""
        parameters = act.effects.parameters
        for bound, _ in self.reader.bindings(parameters, act.conjuncts, {}, {}):
            values = [self.graph.known(bound[p.name]) for p in parameters]
            command = (number, *(v for v in values if v is not None))
            for guard, stages in self._cases(act, bound, {}, MOST_CASES):
                yield GroundCommand(command, guard, act.free, stages)

    def _cases(self, act: f.Act, bound: Env, assumed: Store, budget: int) -> Iterator[tuple[Node, tuple[Stage, ...]]]:
        """The command where some variables have known values, split further while addresses are unknown."""
        graph = self.graph
        guard = graph.all_of([self.reader.condition(c, bound, assumed) for c in act.conjuncts])
        if guard == FALSE:
            return
        self._addresses.clear()
        stages = self.stages(act.effects.body, bound, assumed)
        index = next(iter(self._addresses), None)
        size = 0 if index is None else len(graph.variables[index].domain.values)
        if index is None or size > budget:
            equalities = [graph.equal(graph.slot(i), graph.known(node) or 0) for i, node in assumed.items()]
            yield graph.all_of([guard, *equalities]), stages
            return
        variable = graph.variables[index]
        for value in variable.domain.values:
            case = {**assumed, index: graph.const(value, variable.truth)}
            yield from self._cases(act, bound, case, budget // size)

    # ------------------------------------------------------------ statements

    def stages(self, steps: Sequence[f.Step], env: Env, assumed: Store) -> tuple[Stage, ...]:
        """What some statements do, split where chance has fallen and may fall again. No stage: nothing at all."""
        found: list[Stage] = []
        ways: Ways = [(TRUE, assumed)]
        for step, bound in self.unrolled(steps, env):
            after = self.through([step], bound, ways)
            if len(after) > 1 and len(ways) > 1:
                found.append(self._stage(ways, assumed))
                assumed = {}
                after = self.through([step], bound, [(TRUE, assumed)])
            ways = after
        found.append(self._stage(ways, assumed))
        return tuple(stage for stage in found if stage != ((TRUE, ()),))

    def unrolled(self, steps: Sequence[f.Step], env: Env) -> Iterator[tuple[f.Step, Env]]:
        """The statements, every round of a loop as one of its own."""
        for step in steps:
            if isinstance(step, f.Each):
                if prod(len(v.domain.values) for v in step.loops) > MOST_COMMANDS:
                    raise TooLarge("too many rounds of one loop")
                for values in product(*(v.domain.values for v in step.loops)):
                    bound = {v.name: self.graph.const(x) for v, x in zip(step.loops, values, strict=True)}
                    yield f.When(((f.all_of(list(step.conjuncts)), step.body),), ()), {**env, **bound}
            else:
                yield step, env

    def through(self, steps: Sequence[f.Step], env: Env, ways: Ways) -> Ways:
        """The ways after some statements."""
        for step, bound in self.unrolled(steps, env):
            after: dict[tuple[tuple[int, Node], ...], tuple[Node, Store]] = {}
            for condition, before in ways:
                for further, store in self._step(step, bound, before):
                    both = self.graph.all_of((condition, further))
                    if both == FALSE:
                        continue
                    key = tuple(sorted(store.items()))
                    old = after.get(key)
                    after[key] = (both if old is None else self.graph.any_of((old[0], both)), store)
            ways = list(after.values())
            if len(ways) > MOST_WAYS:
                raise TooLarge("too many ways of chance in one statement")
        return ways

    def _step(self, step: f.Step, env: Env, store: Store) -> Ways:
        match step:
            case f.Set(family, args, value):
                new = self.reader.value(value, env, store)
                if family.domain.sort == "bool":
                    new = self.graph.truth(new)
                after = dict(store)
                for slot, condition in self.places(family, [self.reader.value(a, env, store) for a in args]):
                    old = store[slot] if slot in store else self.graph.slot(slot)
                    after[slot] = self.graph.choose(condition, new, old)
                return [(TRUE, after)]
            case f.When(branches, otherwise):
                return self._branched(branches, otherwise, env, store)
            case f.Luck():
                return self._fallen(step, env, store)
            case _:
                return [(TRUE, store)]

    def fallen(self, step: f.Luck, env: Env, store: Store) -> tuple[Node, Node]:
        """When a chance can come true, and when it can fail: both where there is something to draw."""
        can, surely = (self.reader.condition(form, env, store) for form in f.fallen(step.hits, step.out_of))
        return can, self.graph.opposite(self.graph.all_of((can, surely)))

    def _fallen(self, step: f.Luck, env: Env, store: Store) -> Ways:
        """Both ways where there is something to draw; where it is sure how chance falls, that way alone."""
        hit, missed = self.fallen(step, env, store)
        then, otherwise = (self.through(body, env, [(TRUE, store)]) for body in (step.then, step.otherwise))
        if hit == FALSE or missed == FALSE:
            return otherwise if hit == FALSE else then
        graph = self.graph
        first = then[0][1] if hit == TRUE else self._merged(hit, then[0][1], otherwise[0][1])
        return [
            (TRUE, first),
            *((graph.all_of((hit, condition)), after) for condition, after in then[1:]),
            (graph.all_of((hit, missed)), otherwise[0][1]),
            *((graph.all_of((missed, condition)), after) for condition, after in otherwise[1:]),
        ]

    def _branched(
        self,
        branches: Sequence[tuple[f.Form, tuple[f.Step, ...]]],
        otherwise: Sequence[f.Step],
        env: Env,
        store: Store,
    ) -> Ways:
        """The first branch whose condition holds. A state takes one branch, so their ways need no combining."""
        graph = self.graph
        live: list[tuple[Node, Ways]] = []
        rest: Node = TRUE
        for form, body in (*branches, (f.TRUE, tuple(otherwise))):
            condition = self.reader.condition(form, env, store)
            if graph.all_of((rest, condition)) == FALSE:
                continue
            live.append((graph.all_of((rest, condition)), self.through(body, env, [(TRUE, store)])))
            rest = graph.all_of((rest, graph.opposite(condition)))
            if rest == FALSE:
                break
        results: Ways = []
        for way in range(max(len(ways) for _, ways in live)):
            here = [(condition, *ways[way]) for condition, ways in live if way < len(ways)]
            counts = graph.any_of([graph.all_of((condition, further)) for condition, further, _ in here])
            merged = here[-1][2]
            for condition, _, then in reversed(here[:-1]):
                merged = self._merged(condition, then, merged)
            results.append((TRUE if way == 0 else counts, merged))
        return results

    def _merged(self, condition: Node, then: Store, otherwise: Store) -> Store:
        merged: dict[int, Node] = {}
        for slot in sorted({*then, *otherwise}):
            old = self.graph.slot(slot)
            merged[slot] = self.graph.choose(condition, then.get(slot, old), otherwise.get(slot, old))
        return merged

    def places(self, family: Family, args: Sequence[Node]) -> Iterator[tuple[int, Node]]:
        """Every slot that a state variable with these arguments may be, and when it is."""
        graph = self.graph
        choices: list[list[tuple[int, Node]]] = []
        for node, domain, stride in zip(args, family.parameters, family.strides, strict=True):
            value = graph.known(node)
            if value is not None:
                choices.append([(stride * domain.position.get(value, 0), TRUE)])
                continue
            self._addresses.update(dict.fromkeys(graph.support(node)))
            possible = graph.values(node)
            admitted = domain.values if possible is None else [v for v in domain.values if v in frozenset(possible)]
            choices.append([(stride * domain.position[v], graph.equal(node, v)) for v in admitted])
        for combination in product(*choices):
            yield graph.place(family) + sum(p for p, _ in combination), graph.all_of([c for _, c in combination])

    # ------------------------------------------------------------ results

    def _stage(self, ways: Ways, assumed: Store) -> Stage:
        def changes(store: Store) -> Changes:
            return tuple(
                (slot, self.rank(slot, node))
                for slot, node in sorted(store.items())
                if node != self.graph.slot(slot) and node != assumed.get(slot)
            )

        return tuple(dict.fromkeys((condition, changes(store)) for condition, store in ways))

    def rank(self, slot: int, node: Node) -> Node:
        """The rank of a node's value in a variable's domain. Shared parts of a node are looked at once."""
        found = self._ranks.get((slot, node))
        if found is None:
            found = self._ranks[slot, node] = self._rank(slot, node)
        return found

    def _rank(self, slot: int, node: Node) -> Node:
        graph = self.graph
        variable = graph.variables[slot]
        if variable.truth:
            if variable.domain.values == (0, 1):
                return graph.number(node)
            return graph.function("flip", False, (graph.number(node),), lambda a: 1 - a)
        key = graph.keys[node]
        if key.op == "choose":
            return graph.choose(key.parts[0], self.rank(slot, key.parts[1]), self.rank(slot, key.parts[2]))
        if key.op == "slot" and graph.variables[key.parts[0]].domain is variable.domain:
            return graph.make("code", False, key.parts[0])
        position = variable.domain.position
        if key.op in ("const", "slot", "lut"):
            return graph.function("rank", False, (node,), lambda a: position.get(a, 0))
        return graph.make("ranked", False, slot, node)
