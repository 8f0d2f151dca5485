"""Best-first searches from one state: quick ones that follow the relaxed plan, and A* that raises a lower bound.

Nodes are states with a turn. Where nothing is left to chance, or where any fall of chance will do, the turn is always
0; under a seed's luck it counts, because the same command may do something else a turn later.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from ..compile.rng import draw_for
from ..compile.system import Command, CompiledTask
from .budget import never
from .heuristics import INFINITE, Heuristics
from .search import Moves

Node = tuple[bytes, int]
Way = tuple[tuple[Command, bytes], ...]
"""Commands, each with the state after it."""

CLOCK = 16
"""The clock is looked at once in so many states."""

PROGRESS = 1_000
"""Pops by which preferred commands are favoured after each step nearer to the goal."""


@dataclass(slots=True)
class Spending:
    """Counts the states that searches look at; `until` is a time of the monotonic clock, if there is one, and `late`
    says the same for others."""

    until: float | None = None
    late: Callable[[], bool] = never
    states: int = 0
    out_of_time: bool = False

    def spend(self) -> bool:
        """Pays for one state; False when time is up."""
        self.states += 1
        if self.states % CLOCK == 0:
            self.go_on()
        return not self.out_of_time

    def go_on(self) -> bool:
        """Whether there is time left."""
        if self.late() or (self.until is not None and time.monotonic() > self.until):
            self.out_of_time = True
        return not self.out_of_time


@dataclass(frozen=True, slots=True)
class Steps:
    """What a player of a task can do: the accepted commands that change something and do not fail the task.

    With a seed, chance falls as in the episodes of that seed; without one, every way that it may fall is a step.
    """

    moves: Moves
    task: CompiledTask
    seed: int | None = None

    @property
    def chancy(self) -> bool:
        """Whether chance has a say in anything."""
        return any(self.moves.chancy)

    def after(self, node: Node) -> Iterator[tuple[Command, Node]]:
        """Every step from a node."""
        state, turn = node
        failed = self.task.failed
        if self.seed is None or not self.chancy:
            for command, results in self.moves.one_by_one(state):
                for after in results:
                    if after != state and failed(after) < 0:
                        yield command, (after, 0)
            return
        if turn >= self.task.limit:
            return
        system = self.moves.system
        draw = draw_for(self.seed, turn)
        for command in system.admissible(state):
            after = system.apply(state, command, draw)
            then = turn if system.actions[command[0]].free else turn + 1
            if (after, then) != node and failed(after) < 0:
                yield command, (after, then)

    def only(self, node: Node, command: Command) -> Node | None:
        """The node after an accepted command; None where it is left to chance."""
        state, turn = node
        system = self.moves.system
        if not self.chancy:
            return system.apply(state, command, no_draw), 0
        if self.seed is None:
            results = system.outcomes(state, command, 2)
            return (results[0], 0) if len(results) == 1 else None
        after = system.apply(state, command, draw_for(self.seed, turn))
        return after, turn + (not system.actions[command[0]].free)


def no_draw(_: int, __: int) -> int:
    """The draws of a world that leaves nothing to chance."""
    raise AssertionError("a world without chance rolled one")


Came = dict[Node, tuple[Node, Command] | None]


def traced(came: Came, node: Node) -> Way:
    """The way to a node."""
    way: list[tuple[Command, bytes]] = []
    link = came[node]
    while link is not None:
        way.append((link[1], node[0]))
        node = link[0]
        link = came[node]
    return tuple(reversed(way))


def breadth_first(steps: Steps, root: Node, most: int, spending: Spending) -> tuple[Way | None, int, bool]:
    """A shortest way if one is found in so many states; how many commands it takes at least; whether that was all."""
    came: Came = {root: None}
    layer = [root]
    depth = 0
    while layer:
        following: list[Node] = []
        for node in layer:
            if not spending.spend() or len(came) > most:
                return None, depth + 1, False
            for command, after in steps.after(node):
                if after not in came:
                    came[after] = (node, command)
                    if steps.task.goal(after[0]):
                        return traced(came, after), depth + 1, True
                    following.append(after)
        depth += 1
        layer = following
    return None, depth, True


def follow(
    steps: Steps,
    root: Node,
    heuristics: Heuristics,
    weight: int | None,
    bound: int | None,
    most: int,
    spending: Spending,
) -> Way | None:
    """A way shorter than the bound, looked for where the relaxed plan is short.

    Greedy without a weight, else by cost + weight x estimate. States are estimated when they are taken up, not when
    they are met; the relaxed plan's own first commands wait in a second queue, which is favoured after every progress
    (Richter and Helmert, "Preferred operators and deferred evaluation in satisficing planning", 2009).
    """
    ticket = count()
    came: Came = {}
    costs: dict[Node, int] = {}
    Entry = tuple[int, int, Node, int, tuple[Node, Command] | None]
    queues: tuple[list[Entry], list[Entry]] = ([(0, next(ticket), root, 0, None)], [])
    credit = [0, 0]
    nearest = INFINITE
    left = most
    while queues[0] or queues[1]:
        which = 1 if queues[1] and (not queues[0] or credit[1] <= credit[0]) else 0
        credit[which] += 1
        _, _, node, cost, link = heapq.heappop(queues[which])
        if node in costs and costs[node] <= cost:
            continue
        left -= 1
        if left < 0 or not spending.spend():
            return None
        again = node in costs
        costs[node], came[node] = cost, link
        relaxed = heuristics.relaxed_plan(node[0])
        if relaxed is None or (weight is None and again):
            continue
        if relaxed.length < nearest:
            nearest = relaxed.length
            credit[1] -= PROGRESS
        key = relaxed.length if weight is None else cost + 1 + weight * relaxed.length
        preferred = frozenset(relaxed.preferred)
        for command, after in steps.after(node):
            if (bound is not None and cost + 1 >= bound) or costs.get(after, INFINITE) <= cost + 1:
                continue
            if steps.task.goal(after[0]):
                came[after] = (node, command)
                return traced(came, after)
            entry = (key, next(ticket), after, cost + 1, (node, command))
            heapq.heappush(queues[0], entry)
            if command in preferred:
                heapq.heappush(queues[1], entry)
    return None


def thinned(steps: Steps, root: Node, way: Way) -> Way:
    """A way without the commands that it does as well without.

    Each command in turn is left out together with all later ones that are then refused; what still leads to the goal
    is kept (Nakhost and Müller, "Action elimination and plan neighborhood graph search", 2010).
    """
    place = 0
    node = root
    while place < len(way):
        shorter = _replayed(steps, node, [command for command, _ in way[place + 1 :]])
        if shorter is not None and len(shorter) < len(way) - place:
            way = (*way[:place], *shorter)
            continue
        after = steps.only(node, way[place][0])
        if after is None:
            return way
        node = after
        place += 1
    return way


def _replayed(steps: Steps, node: Node, commands: Sequence[Command]) -> Way | None:
    """Commands up to the goal, without those that are refused; None if they do not lead there for certain."""
    way: list[tuple[Command, bytes]] = []
    for command in commands:
        if steps.moves.system.refusal(node[0], command) >= 0:
            continue
        after = steps.only(node, command)
        if after is None or steps.task.failed(after[0]) >= 0:
            return None
        node = after
        way.append((command, node[0]))
        if steps.task.goal(node[0]):
            return tuple(way)
    return None


@dataclass(slots=True)
class Proof:
    """A* with a lower bound on what is left (Hart, Nilsson and Raphael, 1968), to be carried on as long as one likes.

    A state met anew takes its parent's estimate less one, and gets one of its own when it is first taken up. `least`
    only ever rises; `best` is the shortest way that is known, and what is not below its length is left aside.
    """

    steps: Steps
    root: Node
    estimate: Callable[[bytes], int]
    best: Way | None = None
    least: int = 0
    done: bool = False
    """Whether `best` is a shortest way; or, without one, whether there is none."""
    _came: Came = field(default_factory=dict)
    _costs: dict[Node, int] = field(default_factory=dict)
    _known: dict[bytes, int] = field(default_factory=dict)
    _open: list[tuple[int, int, int, Node, int]] = field(default_factory=list)
    _ticket: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self._came[self.root] = None
        self._costs[self.root] = 0
        self._open.append((self.least, 0, next(self._ticket), self.root, 0))

    def carry_on(self, most: int, spending: Spending) -> None:
        """Look at so many more states at most."""
        left = most
        while not self.done:
            if not self._open or (self.best is not None and self._open[0][0] >= len(self.best)):
                self.least = len(self.best) if self.best is not None else self.least
                self.done = True
                return
            if left <= 0:
                return
            total, _, _, node, cost = heapq.heappop(self._open)
            if self._costs[node] < cost:
                continue
            self.least = max(self.least, total)
            if node[0] not in self._known:
                left -= 1
                self._known[node[0]] = own = self.estimate(node[0])
                if not spending.spend():
                    heapq.heappush(self._open, (total, -cost, next(self._ticket), node, cost))
                    return
                if own >= INFINITE:
                    continue
                if cost + own > total:
                    heapq.heappush(self._open, (cost + own, -cost, next(self._ticket), node, cost))
                    continue
            if self._known[node[0]] < INFINITE:
                self._expand(node, cost, max(total, cost + self._known[node[0]]))

    def _expand(self, node: Node, cost: int, total: int) -> None:
        for command, after in self.steps.after(node):
            then = cost + 1
            if self._costs.get(after, INFINITE) <= then or (self.best is not None and then >= len(self.best)):
                continue
            self._costs[after] = then
            self._came[after] = (node, command)
            if self.steps.task.goal(after[0]):
                self.best = traced(self._came, after)
                continue
            own = self._known.get(after[0], 1)
            heapq.heappush(self._open, (max(total, then + own), -then, next(self._ticket), after, then))
