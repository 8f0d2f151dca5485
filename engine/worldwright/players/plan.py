"""`Planner`: shortest or good sequences of commands from a supposed state to the goal of a task.

Two searches, both on the compiled rules, without text. *Breadth first* (by cost): what it finds is a shortest plan.
Where the world is too wide for that, *best first by width*, after Lipovetzky and Geffner's BFWS: states are preferred
that show a value (then a pair of values) never seen before among states equally far from the goal, and then those
nearer to it, where nearness counts the milestones still open. A first, quick pass keeps only states with a new value;
the second keeps all, so it is complete. What it finds is shortened, and breadth-first search may still better it.

Chance is determinised: every outcome of a command counts as a step to it, the dearer the less likely it is.

A command may only name what has been told. Plans are first sought as if everything were known, then spoken through;
only if a step names something that nothing before it tells is the search repeated with what has been told as part of
the state.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from worldwright.compile.form import reads
from worldwright.compile.system import Command, CompiledTask, System
from worldwright.explore.plan import Effort as Plans
from worldwright.explore.plan import seek
from worldwright.players.novelty import EVERYTHING, Node, Seen
from worldwright.players.predict import Predictor, apart

WIDE = 1_400
DEEP = 4
"""Breadth-first search gives up early where so many successors are met before this depth: the world is wide."""

EXHAUSTED = 1 << 30

SLACK = 2
"""Plans by width may be so many times dearer than the bound: shortening can still bring them below it."""

REMEMBERED = 4_000
"""A planner keeps the successors of so many states."""

AFAR = Plans(around=20_000, quick=2_000, better=0, first_proof=0, batch=2_000_000, proof=0)
"""What is looked at once nothing else has led to the goal."""

GLANCE = Plans(around=3_000, quick=0, better=0, first_proof=0, batch=0, proof=0)
"""What is looked at to see that there is no way at all."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many successors a search may look at: breadth first at once and at last, by width, for shortening a plan."""

    quick: int = 1_500
    exact: int = 12_000
    wide: int = 240_000
    shorten: int = 3_000


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a plan, the state and told names expected after it, and its cost: 1 unless it needs luck."""

    command: Command
    after: bytes
    told: int
    cost: int = 1
    certain: bool = True


Plan = tuple[Step, ...]


_Edge = tuple[Command, Node, int, bool]
"""A command, the node after it, its cost, and whether it is certain. A plain tuple: there are hundreds of thousands,
and Python's collector of garbage passes over plain tuples of plain things."""


@dataclass(slots=True)
class _Budget:
    """Counts successors, so that every search ends, and ends at the same place on every machine."""

    most: int
    spent: int = 0

    def spend(self, amount: int) -> bool:
        self.spent += amount
        return self.spent < self.most


class Planner:
    """Plans for one task of one system. Keeps what it worked out about states, so later plans are quicker."""

    def __init__(self, system: System, task: CompiledTask, effort: Effort | None = None) -> None:
        self.system = system
        self.task = task
        self.effort = effort or Effort()
        self.predict = Predictor(system)
        self.spent = 0
        self._milestones = (1 << len(task.info.milestones)) - 1
        self._can_fail = bool(task.info.fails)
        self._edges: dict[tuple[bytes, int, int], tuple[_Edge, ...]] = {}
        self._hopeless: dict[bytes, bool] = {}
        aim = system.program.aims[task.name]
        read = {family for form in (aim.goal, *aim.milestones) for family in reads(form)}
        self._judged = sum(((1 << 8 * f.size * f.width) - 1) << 8 * f.offset for f in read)
        """The bits of a state that the goal and the milestones read: while none changes, neither do they."""

    # ------------------------------------------------------------ the way to the goal

    def plan(
        self,
        state: bytes,
        told: int,
        known: Sequence[Command] = (),
        within: int | None = None,
        thorough: bool = True,
    ) -> Plan | None:
        """A plan from `state`, naming only what is told by then; None if none was found.

        `known` is a sequence of commands that might do as the end of a plan (what is left of an earlier plan);
        `within` asks only for plans that cost at most so much; `thorough` also searches where the quick pass fails.
        """
        if self.task.goal(state):
            return ()
        free = self._search((state, EVERYTHING), known, within, EVERYTHING, thorough)
        if free is None:
            return None
        spoken = self.speak(state, told, [step.command for step in free], [step.after for step in free])
        if spoken is not None:
            return spoken
        wanted = self.system.always_told
        for step in free:
            wanted |= self.predict.named(step.command)
        relevant = self._search((state, told), known, within, wanted, thorough)
        if relevant is not None:
            spoken = self.speak(state, told, [s.command for s in relevant], [s.after for s in relevant])
            if spoken is not None:
                return spoken
        return self._search((state, told), known, None, EVERYTHING, thorough) if within is None else None

    def speak(
        self, state: bytes, told: int, commands: Sequence[Command], hoped: Sequence[bytes] | None = None
    ) -> Plan | None:
        """Follow commands from a supposed state, naming only what is told by then, up to the goal.

        None if one would be refused, names something untold, fails the task, or the goal is not reached at the end.
        `hoped` are the states wanted after each command, where chance decides.
        """
        steps: list[Step] = []
        for place, command in enumerate(commands):
            if self.predict.named(command) & ~told or self.system.refusal(state, command) >= 0:
                return None
            results = self.predict.results(state, command, told)
            wish = hoped[place] if hoped is not None else None
            chosen = next((result for result in results if result[0] == wish), results[0])
            cost = self._cost(state, command, chosen[0]) if len(results) > 1 else 1
            state, told = chosen
            if self.task.failed(state) >= 0:
                return None
            steps.append(Step(command, state, told, cost, len(results) == 1))
            if self.task.goal(state):
                return tuple(steps)
        return None

    def cost(self, plan: Plan) -> int:
        """What a plan costs, in certain steps."""
        return sum(step.cost for step in plan)

    def _cost(self, state: bytes, command: Command, after: bytes) -> int:
        outcomes = self.predict.states_after(state, command)
        return dict(zip(outcomes, self.predict.luck(state, command, outcomes), strict=True)).get(after, 1)

    def distance(self, reached: int) -> int:
        """How many milestones are open, `reached` being those passed on the way; and one more for the goal."""
        return (self._milestones & ~reached).bit_count() + 1

    def _search(
        self, root: Node, known: Sequence[Command], within: int | None, wanted: int, thorough: bool
    ) -> Plan | None:
        found, depth = self._shortest(root, _Budget(self.effort.quick), within, wanted)
        if found is not None or depth == EXHAUSTED:
            return found
        wide = self._by_width(root, _Budget(self.effort.wide // 12), known, within, wanted, pruned=True)
        if wide is None and thorough:
            wide = self._by_width(root, _Budget(self.effort.wide), known, within, wanted, pruned=False)
        if wide is None and thorough and root[1] == EVERYTHING:
            wide = self._from_afar(root[0])
            return wide if wide is None or within is None or self.cost(wide) <= within else None
        if wide is None:
            return None
        if root[1] == EVERYTHING:
            wide = self._shorten(root[0], wide)
        cost = self.cost(wide)
        if cost <= 2 * depth:
            better, _ = self._shortest(root, _Budget(self.effort.exact), cost - 1, wanted)
            if better is not None:
                return better
        return wide if within is None or cost <= within else None

    # ------------------------------------------------------------ where the goal is far

    def hopeless(self, state: bytes) -> bool:
        """Whether it is quickly proved that the goal cannot be reached from a state, whatever is told."""
        known = self._hopeless.get(state)
        if known is None:
            known = self._hopeless[state] = seek(self.system, self.task, state, GLANCE).unsolvable
        return known

    def _from_afar(self, state: bytes) -> Plan | None:
        """A plan by the searches for known states; it may be long, and it takes the luck that it needs."""
        found = seek(self.system, self.task, state, AFAR)
        self.spent += found.states
        steps: list[Step] = []
        for command, after in found.way or ():
            outcomes = self.predict.states_after(state, command)
            price = dict(zip(outcomes, self.predict.luck(state, command, outcomes), strict=True))[after]
            steps.append(Step(command, after, EVERYTHING, price, len(outcomes) == 1))
            state = after
        return None if found.way is None else tuple(steps)

    # ------------------------------------------------------------ breadth first

    def _shortest(self, root: Node, budget: _Budget, within: int | None, wanted: int) -> tuple[Plan | None, int]:
        """A cheapest plan, and the cost up to which all was looked at (EXHAUSTED: everything within the bound)."""
        came: dict[Node, tuple[Node, _Edge] | None] = {root: None}
        layers: list[list[Node]] = [[root]]
        best: dict[Node, int] = {root: 0}
        at = 0
        while at < len(layers):
            for node in layers[at]:
                if best[node] != at:
                    continue
                if at and self.task.goal(node[0]):
                    return self._trace(came, node), at
                edges = self._successors(node, wanted)
                if not budget.spend(len(edges) + 2) or (at < DEEP and budget.spent > WIDE):
                    return None, at
                for edge in edges:
                    after = edge[1]
                    cost = at + edge[2]
                    if within is not None and cost > within:
                        continue
                    if after not in best or cost < best[after]:
                        best[after] = cost
                        came[after] = (node, edge)
                        while len(layers) <= cost:
                            layers.append([])
                        layers[cost].append(after)
            at += 1
        return None, EXHAUSTED

    # ------------------------------------------------------------ best first by width

    def _by_width(
        self,
        root: Node,
        budget: _Budget,
        known: Sequence[Command],
        within: int | None,
        wanted: int,
        pruned: bool,
    ) -> Plan | None:
        bound = SLACK * within if within is not None else EXHAUSTED
        ending = frozenset(known)
        milestones, goal = self.task.milestones, self.task.goal
        seen = Seen(pairs=not pruned)
        ticket = count()
        reached = milestones(root[0])
        came: dict[Node, tuple[Node, _Edge] | None] = {root: None}
        seen.width(self.distance(reached), None, root)
        queue: list[tuple[int, int, int, int, Node, int]] = [
            (1, self.distance(reached), 0, next(ticket), root, reached)
        ]
        while queue:
            _, _, cost, _, node, reached = heapq.heappop(queue)
            edges = self._successors(node, wanted)
            if not budget.spend(len(edges) + 2):
                return None
            for edge in edges:
                command, after, price, _ = edge
                if after in came or cost + price > bound:
                    continue
                state = after[0]
                difference = apart(node[0], state)
                judged = difference & self._judged
                passed = reached | milestones(state) if judged else reached
                distance = self.distance(passed)
                width = seen.width(distance, node, after, difference)
                if judged and goal(state):
                    came[after] = (node, edge)
                    return self._trace(came, after)
                if command in ending:
                    rest = self._finish(edge, known)
                    if rest is not None:
                        came[after] = (node, edge)
                        return (*self._trace(came, after), *rest)
                if pruned and width > 1:
                    continue
                came[after] = (node, edge)
                heapq.heappush(queue, (width, distance, cost + price, next(ticket), after, passed))
        return None

    def _finish(self, edge: _Edge, known: Sequence[Command]) -> Plan | None:
        """The rest of a known plan after a command of it, if it leads from here to the goal."""
        command, (state, _), _, _ = edge
        place = len(known) - 1 - list(reversed(known)).index(command)
        return self._follow(state, known[place + 1 :])

    def _follow(self, state: bytes, commands: Sequence[Command]) -> Plan | None:
        """Commands carried out without a word, up to the goal; None if they do not lead there."""
        steps = []
        for command in commands:
            if self.system.refusal(state, command) >= 0:
                return None
            results = self.predict.states_after(state, command)
            cost = self.predict.luck(state, command, results)[0]
            state = results[0]
            if self.task.failed(state) >= 0:
                return None
            steps.append(Step(command, state, EVERYTHING, cost, len(results) == 1))
            if self.task.goal(state):
                return tuple(steps)
        return None

    # ------------------------------------------------------------ shortening

    def _shorten(self, state: bytes, plan: Plan) -> Plan:
        """Drop steps that are not needed, then look for short cuts between the states that are left."""
        if not all(step.certain for step in plan):
            return plan
        return self._cut(state, self._drop(state, plan))

    def _drop(self, state: bytes, plan: Plan) -> Plan:
        place = len(plan) - 1
        while place >= 0:
            before = state if place == 0 else plan[place - 1].after
            rest = self._follow_loosely(before, [step.command for step in plan[place + 1 :]])
            if rest is not None and len(rest) < len(plan) - place:
                plan = (*plan[:place], *rest)
            place = min(place, len(plan)) - 1
        return plan

    def _follow_loosely(self, state: bytes, commands: Sequence[Command]) -> Plan | None:
        """As `_follow`, but leaves out what would be refused (it may only have served what was dropped)."""
        steps = []
        for command in commands:
            if self.system.refusal(state, command) >= 0:
                continue
            results = self.predict.states_after(state, command)
            if len(results) != 1 or self.task.failed(results[0]) >= 0:
                return None
            state = results[0]
            steps.append(Step(command, state, EVERYTHING))
            if self.task.goal(state):
                return tuple(steps)
        return None

    def _cut(self, state: bytes, plan: Plan) -> Plan:
        budget = _Budget(self.effort.shorten)
        place = 0
        while place < len(plan) - 1:
            start = state if place == 0 else plan[place - 1].after
            later = {step.after: at for at, step in enumerate(plan) if at > place}
            short = self._short_cut(start, later, place, budget)
            if short is not None:
                way, at = short
                plan = (*plan[:place], *way, *plan[at + 1 :])
            place += 1
        return plan

    def _short_cut(self, start: bytes, later: dict[bytes, int], place: int, budget: _Budget) -> tuple[Plan, int] | None:
        """A way from `start` to a state of the plan that is shorter than the plan's own, and where it joins."""
        root = (start, EVERYTHING)
        came: dict[Node, tuple[Node, _Edge] | None] = {root: None}
        layer = [root]
        best: tuple[Plan, int, int] | None = None
        depth = 0
        longest = max(later.values()) - place
        while layer and depth < longest:
            depth += 1
            following = []
            for node in layer:
                edges = self._successors(node, EVERYTHING)
                if not budget.spend(len(edges) + 2):
                    return None if best is None else best[:2]
                for edge in edges:
                    after = edge[1]
                    if after in came or not edge[3]:
                        continue
                    came[after] = (node, edge)
                    following.append(after)
                    at = later.get(after[0])
                    if at is not None:
                        saved = at - place + 1 - depth
                        if saved > 0 and (best is None or saved > best[2]):
                            best = (self._trace(came, after), at, saved)
            layer = following
        return None if best is None else best[:2]

    # ------------------------------------------------------------ the state graph

    def _successors(self, node: Node, wanted: int) -> tuple[_Edge, ...]:
        """Every command that changes something, with every outcome that does not fail the task."""
        key = (*node, wanted)
        known = self._edges.get(key)
        if known is None:
            if len(self._edges) > REMEMBERED:
                self._edges.clear()
            known = self._edges[key] = tuple(self._expand(node, wanted))
        self.spent += len(known) + 2
        return known

    def _expand(self, node: Node, wanted: int) -> Iterator[_Edge]:
        state, told = node
        failed = self.task.failed
        chancy = self.predict.chancy
        for command in self.system.admissible(state, told):
            if told == EVERYTHING:
                if not chancy[command[0]]:
                    after_it = self.predict.state_after(state, command)
                    if after_it != state and not (self._can_fail and failed(after_it) >= 0):
                        yield command, (after_it, told), 1, True
                    continue
                outcomes = self.predict.states_after(state, command)
                nodes = [(after, told) for after in outcomes]
            else:
                results = self.predict.results(state, command, told)
                nodes = list(dict.fromkeys((after, told | names & wanted) for after, names in results))
                outcomes = tuple(dict.fromkeys(after for after, _ in nodes))
            costs = dict(zip(outcomes, self.predict.luck(state, command, outcomes), strict=True))
            for after in nodes:
                if after != node and not (self._can_fail and failed(after[0]) >= 0):
                    yield command, after, costs[after[0]], len(nodes) == 1

    def _trace(self, came: dict[Node, tuple[Node, _Edge] | None], node: Node) -> Plan:
        steps: list[Step] = []
        link = came[node]
        while link is not None:
            parent, (command, (state, told), cost, certain) = link
            steps.append(Step(command, state, told, cost, certain))
            link = came[parent]
        return tuple(reversed(steps))
