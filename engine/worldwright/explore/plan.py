"""Plans for a task from one known state: shortest ones, or the best so far with a bound, in worlds of any size.

Several searches take turns, each cheap where the others are dear: a look around near the start; a quick way by the
relaxed plan, and shorter ones with ever smaller weights (Richter, Thayer and Ruml, "The joy of forgetting: faster
anytime search via restarting", 2010); the landmarks' lower bound, which often proves at once that the way is shortest;
all states in batch; and A* by landmarks, for as long as is allowed. The answer is a way, if any was found, and how many
commands the goal takes at least.

Efforts are counted in states, so that equal questions have equal answers everywhere; seconds are for people who wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ..compile.system import Command, CompiledTask, System
from .budget import never
from .conditions import task_conditions
from .frontier import Node, Proof, Spending, Steps, Way, breadth_first, follow, thinned
from .given import Given
from .ground import Ground
from .heuristics import INFINITE, Heuristics
from .nearest import Nearest
from .nodes import TooLarge
from .relaxation import Relaxation
from .search import Moves

WEIGHTS = (3, 1)


@dataclass(frozen=True, slots=True)
class Effort:
    """How many states each search may look at."""

    around: int = 20_000
    """Breadth first, one by one."""
    quick: int = 500
    """By relaxed plans, to the first way."""
    better: int = 1_000
    """By relaxed plans, to shorter ways, for each weight."""
    first_proof: int = 300
    """A* by landmarks, before all states are met in batch."""
    batch: int = 3_000_000
    """Breadth first, in batch."""
    patient: int = 0
    """By relaxed plans again, if there is still no way."""
    proof: int = 20_000
    """A* by landmarks, at last."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of a task from one state."""

    way: Way | None
    """The best way that was found; None if none was."""
    at_least: int
    """The goal takes at least so many commands, from what was proved."""
    unsolvable: bool
    """Whether it is proved that there is no way."""
    states: int
    """States that were looked at."""

    @property
    def commands(self) -> tuple[Command, ...] | None:
        """The commands of the way."""
        return None if self.way is None else tuple(command for command, _ in self.way)

    @property
    def at_most(self) -> int | None:
        """The length of the way."""
        return None if self.way is None else len(self.way)

    @property
    def optimal(self) -> bool:
        """Whether the way is proved to be a shortest one."""
        return self.way is not None and self.at_least >= len(self.way)

    def together(self, other: Planned) -> Planned:
        """What this and another search from the same state know together."""
        ways = [way for way in (self.way, other.way) if way is not None]
        least, none = max(self.at_least, other.at_least), self.unsolvable or other.unsolvable
        return Planned(min(ways, key=len, default=None), least, none, self.states + other.states)


def seek(
    system: System,
    task: CompiledTask,
    state: bytes,
    effort: Effort | None = None,
    seed: int | None = None,
    *,
    late: Callable[[], bool] = never,
) -> Planned:
    """A plan for a task from a state, as short as the effort allows. Commands may name anything, told or not.

    With a seed, chance falls as it does in that seed's episodes (the state is then that of turn 0); without one, it
    falls as the plan likes. When it is `late`, the search stops with what it has.
    """
    return _Seeking(system, task, state, effort or Effort(), seed, late).run()


class _Seeking:
    """One question on its way to an answer."""

    def __init__(
        self,
        system: System,
        task: CompiledTask,
        state: bytes,
        effort: Effort,
        seed: int | None,
        late: Callable[[], bool],
    ) -> None:
        self._system = system
        self._effort = effort
        self._spending = Spending(None if effort.seconds is None else time.monotonic() + effort.seconds, late)
        self._steps = Steps(moves_of(system), task, seed)
        self._root: Node = (state, 0)
        self._way: Way | None = None
        self._least = 0
        self._none = False

    def run(self) -> Planned:
        """The searches in turn, until one of them settles it."""
        task, effort, state = self._steps.task, self._effort, self._root[0]
        if task.failed(state) >= 0:
            self._none = True
        elif task.goal(state):
            self._way = ()
        elif not self._look_around():
            heuristics = heuristics_of(self._system, task)
            if heuristics is None:
                self._all(effort.batch)
            elif self._raise(heuristics.landmarks(state)):
                self._approach(heuristics, effort.quick)
                proof = Proof(self._steps, self._root, self._bounds(heuristics), self._way, self._least)
                self._prove(proof, effort.first_proof)
                self._all(effort.batch)
                if self._way is None:
                    self._approach(heuristics, effort.patient)
                proof.best = self._way
                proof.least = max(proof.least, self._least)
                self._prove(proof, effort.proof)
        return Planned(self._way, self._least, self._none, self._spending.states)

    def _bounds(self, heuristics: Heuristics) -> Callable[[bytes], int]:
        """The lower bounds that say more of the start. The sharper relaxation asks for more, but the blunter has fewer
        ways round each landmark."""
        state, effort = self._root[0], self._effort
        any_will_do = not (effort.better or effort.first_proof or effort.proof)
        blunt = None if self._settled or any_will_do else heuristics_of(self._system, self._steps.task, sharp=False)
        if blunt is None:
            return heuristics.landmarks
        least = blunt.landmarks(state)
        sharper = heuristics.landmarks(state) > least
        self._raise(least)
        return heuristics.landmarks if sharper else blunt.landmarks

    @property
    def _settled(self) -> bool:
        known = self._way is not None and self._least >= len(self._way)
        return known or self._none or self._spending.out_of_time

    def _raise(self, least: int) -> bool:
        """Takes a lower bound into account; False if there is no way at all."""
        self._none = self._none or least >= INFINITE
        if not self._none:
            self._least = max(self._least, least)
        return not self._none

    def _look_around(self) -> bool:
        self._way, self._least, whole = breadth_first(self._steps, self._root, self._effort.around, self._spending)
        self._none = whole and self._way is None
        return whole

    def _approach(self, heuristics: Heuristics, quick: int) -> None:
        """A way, and then shorter ones."""
        for weight in (None, *WEIGHTS):
            if self._settled or not quick or (weight is not None and self._way is None):
                return
            most = quick if weight is None else self._effort.better
            bound = None if self._way is None else len(self._way)
            found = follow(self._steps, self._root, heuristics, weight, bound, most, self._spending)
            if found is None:
                return  # a smaller weight would only take longer
            self._way = thinned(self._steps, self._root, found)

    def _all(self, most: int) -> None:
        """Every state in turn, in batch."""
        kernel = None if self._settled or not most or self._steps.chancy else self._steps.moves.kernel
        if kernel is None:
            return
        nearest = Nearest(self._steps.moves, kernel, self._steps.task, self._root[0])
        nearest.carry_on(most, self._spending)
        self._least = max(self._least, nearest.least)
        if nearest.done:
            self._way = nearest.way
            self._none = nearest.way is None
            self._least = 0 if nearest.way is None else len(nearest.way)

    def _prove(self, proof: Proof, most: int) -> None:
        if self._settled or not most:
            return
        proof.carry_on(most, self._spending)
        self._way = proof.best
        self._least = max(self._least, proof.least)
        self._none = proof.done and proof.best is None


@lru_cache(maxsize=16)
def moves_of(system: System) -> Moves:
    """The edges of a system, made once."""
    return Moves.of(system)


@lru_cache(maxsize=16)
def ground_of(system: System) -> Ground | None:
    """The ground commands of a system, made once; None for a world too large for that."""
    try:
        return Ground.of(system)
    except TooLarge:
        return None


@lru_cache(maxsize=16)
def supports_of(system: System) -> Given:
    """What the expressions of a system's ground commands depend on, worked out once."""
    ground = ground_of(system)
    assert ground is not None
    given = Given(ground.graph)
    for node in range(len(ground.graph.keys)):
        given.support(node)
    return given


@lru_cache(maxsize=64)
def heuristics_of(system: System, task: CompiledTask, sharp: bool = True) -> Heuristics | None:
    """The estimates for a task, made once; None for a world too large for that."""
    ground = ground_of(system)
    if ground is None:
        return None
    conditions = task_conditions(system, task)
    try:
        own = ground.fork()
        goal, *fails = (own.condition(c.form, c.args) for c in (conditions.goal, *conditions.fails))
        aim = own.graph.all_of((goal, *(own.graph.opposite(n) for n in fails)))
        return Heuristics(Relaxation.of(own, supports_of(system).fork(own.graph), aim, fails, sharp))
    except TooLarge:
        return None
