"""How hard one instance of a task is: how long, how wide, how unforgiving, how much is hidden; and a band for it.

An instance is a task with its arguments and a seed. All of it is counted in states and never in seconds, so an instance
has the same difficulty everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..compile.rng import Draw, draw_for, retried
from ..compile.system import Command, CompiledTask, System
from ..limits import START_ATTEMPTS
from .frontier import Steps
from .plan import Effort, heuristics_of, moves_of, seek

Instance = tuple[tuple[int, ...], int]
"""A task's arguments in numbers, and the world's seed."""

Band = Literal["easy", "medium", "hard"]
BANDS: tuple[Band, ...] = ("easy", "medium", "hard")

POINTS_LENGTH = (7, 11, 16)
"""Commands of the plan from which there is a point, a second and a third."""
POINTS_HIDDEN = (1, 3)
"""Hidden facts that the plan hangs on from which there is a point, and a second."""
POINTS_BRANCHING = (12.0,)
"""Commands accepted on average from which there is a point."""
POINTS_DEAD_ENDS = (0.05,)
"""Share of states that are dead ends from which there is a point."""
MEDIUM, HARD = 2, 4
"""Points from which an instance is medium, and hard. Where no plan was found it is hard."""

SAMPLED = 4
"""Instances of a task that stand for all."""

SMALL = 500
"""Up to so many states that can be reached from the start everything is exact."""
AROUND = 12
"""Else so many states, each one command from the plan's, are asked whether they are dead ends."""
LOOK = 200
"""States that are met from each of these to see whether it leads back to the plan."""
DEVIATIONS = 1_000
"""Start states that are compared to see what is hidden, at most."""

QUICK = Effort(around=1_000, quick=800, better=30, first_proof=0, batch=0, patient=0, proof=0)
SURE = Effort(around=4_000, quick=0, better=0, first_proof=0, batch=0, patient=0, proof=0)
"""For a way that is not proved to be a shortest one."""
LONG = Effort(around=15_000, quick=0, better=0, first_proof=0, batch=0, patient=0, proof=0)


@dataclass(frozen=True, slots=True)
class Difficulty:
    """One instance's difficulty. `shortest` lies between `at_least` and `at_most` (None: no plan was found)."""

    at_least: int
    at_most: int | None
    branching: float
    """Commands accepted, on average: in all states where `exact`, else along the plan."""
    dead_ends: float
    """Share of states from which the goal cannot be reached (failed ones among them): of all where `exact`, else of
    some next to the plan, and then only those that are seen to be dead."""
    exact: bool
    hidden: int
    """Choices of the start that the opening does not give away."""
    needed: int
    """Those of them on which the plan hangs: made otherwise, it would no longer lead to the goal."""
    unsolvable: bool = False

    @property
    def shortest(self) -> int | None:
        """The length of a shortest plan, where it is known."""
        return self.at_most if self.at_least == self.at_most else None

    @property
    def points(self) -> int:
        """What the band is made of."""
        return (
            _points(self.at_most or 0, POINTS_LENGTH)
            + _points(self.needed, POINTS_HIDDEN)
            + _points(self.branching, POINTS_BRANCHING)
            + _points(self.dead_ends, POINTS_DEAD_ENDS)
        )

    @property
    def band(self) -> Band | None:
        """The band; None for an instance that cannot be solved."""
        if self.unsolvable:
            return None
        if self.at_most is None or self.points >= HARD:
            return "hard"
        return "medium" if self.points >= MEDIUM else "easy"

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data = asdict(self)
        data |= {"branching": round(self.branching, 2), "dead_ends": round(self.dead_ends, 3)}
        return {"band": self.band, "shortest": self.shortest, **data}


def _points(value: float, thresholds: Sequence[float]) -> int:
    return sum(value >= threshold for threshold in thresholds)


def difficulty(system: System, task: CompiledTask, seed: int) -> Difficulty:
    """The difficulty of a task's instance that begins as the seed says."""
    state = system.start(seed)
    steps = Steps(moves_of(system), task)
    whole = _Whole.of(steps, state)
    planned = seek(system, task, state, QUICK, seed)
    if not planned.unsolvable and not planned.optimal:
        planned = planned.together(seek(system, task, state, LONG if planned.way is None else SURE, seed))
    hidden, needed = _hidden(system, task, seed, planned.commands)
    if whole is not None:
        return Difficulty(
            planned.at_least,
            planned.at_most,
            whole.branching,
            whole.dead_ends,
            True,
            hidden,
            needed,
            planned.unsolvable,
        )
    path = [state, *(after for _, after in planned.way or ())]
    branching = sum(len(system.admissible(each)) for each in path[:-1] or path) / len(path[:-1] or path)
    dead = _dead_beside(steps, path[:-1] or path, planned.way is not None)
    return Difficulty(planned.at_least, planned.at_most, branching, dead, False, hidden, needed, planned.unsolvable)


# ---------------------------------------------------------------- branching and dead ends


@dataclass(frozen=True, slots=True)
class _Whole:
    """What all states say that can be reached from a start, whatever the luck; the episode ends at the goal."""

    branching: float
    dead_ends: float

    @staticmethod
    def of(steps: Steps, start: bytes) -> _Whole | None:
        """Nothing if there are too many states."""
        task = steps.task
        before: dict[bytes, list[bytes]] = {start: []}
        ended: list[bytes] = []
        stack = [start]
        accepted = asked = failed = 0
        while stack:
            state = stack.pop()
            if task.failed(state) >= 0:
                failed += 1
                continue
            if task.goal(state):
                ended.append(state)
                continue
            asked += 1
            for _, results in steps.moves.one_by_one(state):
                accepted += 1
                for after in results:
                    if after not in before:
                        if len(before) >= SMALL:
                            return None
                        before[after] = []
                        stack.append(after)
                    before[after].append(state)
        alive = set(ended)
        stack = ended
        while stack:
            for state in before[stack.pop()]:
                if state not in alive:
                    alive.add(state)
                    stack.append(state)
        return _Whole(accepted / max(1, asked), 1 - len(alive) / len(before))


def _dead_beside(steps: Steps, path: Sequence[bytes], solved: bool) -> float:
    """The share of dead ends among some states one command from a path's, evenly spread."""
    beside = dict.fromkeys(after for state in path for _, results in steps.moves.one_by_one(state) for after in results)
    every = list(beside)
    some = every if len(every) <= AROUND else [every[i * len(every) // AROUND] for i in range(AROUND)]
    alive = frozenset(path) if solved else frozenset()
    return sum(_dead(steps, state, alive) for state in some) / len(some) if some else 0.0


def _dead(steps: Steps, state: bytes, alive: frozenset[bytes]) -> bool:
    """Whether it shows that there is no way on from a state: nothing more can be reached, or not even relaxed."""
    task = steps.task
    if task.failed(state) >= 0:
        return True
    met = {state}
    waiting = [state]
    for here in waiting:
        if here in alive or task.goal(here):
            return False
        if len(met) > LOOK:
            heuristics = heuristics_of(steps.moves.system, task)
            return heuristics is not None and heuristics.relaxed_plan(state) is None
        for _, (after, _) in steps.after((here, 0)):
            if after not in met:
                met.add(after)
                waiting.append(after)
    return True


# ---------------------------------------------------------------- what is hidden


def _first(_: int, __: int) -> int:
    return 0


@dataclass(slots=True)
class _Chosen:
    """Draws by place: those given, then the first choice; remembers what was made, and from how many."""

    given: Sequence[int]
    made: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def __call__(self, _: int, n: int) -> int:
        place = len(self.made)
        self.made.append(min(self.given[place], n - 1) if place < len(self.given) else 0)
        self.sizes.append(n)
        return self.made[-1]


def _choices(system: System, seed: int) -> _Chosen:
    """The choices that a seed's start makes."""
    draw = draw_for(seed, 0)
    for attempt in range(START_ATTEMPTS):
        chosen = _Chosen(())
        if system.start_with(_noting(retried(draw, attempt), chosen)) is not None:
            return chosen
    return _Chosen(())


def _noting(draw: Draw, chosen: _Chosen) -> Draw:
    """Draws that are noted down."""

    def noted(site: int, n: int) -> int:
        chosen.made.append(draw(site, n))
        chosen.sizes.append(n)
        return chosen.made[-1]

    return noted


def _hidden(system: System, task: CompiledTask, seed: int, plan: Sequence[Command] | None) -> tuple[int, int]:
    """How many choices of the start the opening leaves open, and on how many of these a plan hangs.

    A choice is open if, made otherwise (or exchanged with another, where a need of `start` admits nothing else), it
    gives another start with the same opening.
    """
    chosen = _choices(system, seed)
    state = system.start_with(_Chosen(chosen.made))
    opening = _opening(system, task)
    read = None if state is None else opening(state)
    open_choices: set[int] = set()
    needed: set[int] = set()
    left = DEVIATIONS

    def judge(places: Sequence[int], made: Sequence[int]) -> None:
        nonlocal left
        left -= 1
        other = system.start_with(_Chosen(made))
        if other is None or other == state or opening(other) != read:
            return
        open_choices.update(places)
        if plan is not None and not _works(system, task, other, plan, seed):
            needed.update(places)

    for place, size in enumerate(chosen.sizes):
        for value in range(size):
            if value != chosen.made[place] and place not in needed and left > 0:
                judge([place], [*chosen.made[:place], value, *chosen.made[place + 1 :]])
    for one, size in enumerate(chosen.sizes):
        for two in range(one + 1, len(chosen.sizes)):
            same = chosen.sizes[two] == size and chosen.made[one] != chosen.made[two]
            if same and left > 0 and not open_choices & {one, two}:
                made = list(chosen.made)
                made[one], made[two] = made[two], made[one]
                judge([one, two], made)
    return len(open_choices), len(needed)


def _opening(system: System, task: CompiledTask) -> Callable[[bytes], tuple[tuple[str, ...], int]]:
    """What is told of a start state, in the first wordings."""
    _, told = system.about(system.always_told)
    _, told = task.text(told)
    return lambda state: system.opening(state, _first, told)


def _works(system: System, task: CompiledTask, state: bytes, plan: Sequence[Command], seed: int) -> bool:
    """Whether a plan leads to the goal from a state."""
    turn = 0
    for command in plan:
        if system.refusal(state, command) >= 0:
            return False
        state = system.apply(state, command, draw_for(seed, turn))
        turn += not system.actions[command[0]].free
        if task.failed(state) >= 0:
            return False
        if task.goal(state):
            return True
    return task.goal(state)


def sampled(system: System, name: str) -> tuple[Instance, ...]:
    """A few instances of a task that stand for all: arguments evenly spread, seeds from 0."""
    instances = system.world.tasks[name].instances
    return tuple((instances[seed * len(instances) // SAMPLED], seed) for seed in range(SAMPLED if instances else 0))
