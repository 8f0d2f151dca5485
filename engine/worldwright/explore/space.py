"""`explore`: all that can be reached in a world, counted; what its tasks ask, and whether it can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, TypeVar

from ..compile.system import System
from .budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES, Budget, OverBudget, Reason, Tell, never, silent
from .components import Components
from .coverage import Coverage, cover
from .found import UNKNOWN, Found, find
from .judge import TaskSpace, judge
from .reduction import Reduction, reduction
from .search import Moves
from .symmetry import Likeness, Symmetry, task_question

Part = TypeVar("Part")

MOST_INSTANCES = 100
"""Instances of a task that are all judged when none is named."""


@dataclass(frozen=True, slots=True)
class Branching:
    """How many commands a state accepts."""

    least: int
    mean: float
    most: int


@dataclass(frozen=True, slots=True)
class StateSpace:
    """What was found. All counts are exact where `complete`; else they are of the states up to `depth` commands.

    With `symmetry` all counts but that of the starts are of representatives: of orbits, not of single states.
    """

    world: str
    params: dict[str, int | bool | str]
    states: int
    transitions: int
    depth: int
    start_states: int
    all_starts: bool
    """Whether these are all; else the world has more than were looked for."""
    complete: bool
    unknown: tuple[str, ...]
    """What is not known, and why, in sentences."""
    seconds: float
    branching: Branching | None
    stuck_states: int | None
    """States that accept no command at all."""
    components: Components | None
    """Which states lead to one another."""
    task: TaskSpace | None
    """The task that was asked for, else the first."""
    tasks: tuple[TaskSpace, ...]
    """All tasks, with each of their arguments where these are few; without scripts."""
    coverage: Coverage | None
    symmetry: Reduction | None
    """Which objects were taken as interchangeable, if that was asked for."""
    found: Found = field(repr=False, compare=False, kw_only=True)

    @property
    def goal_states(self) -> int | None:
        """States in which the goal holds."""
        return None if self.task is None else self.task.goal_states

    @property
    def dead_ends(self) -> int | None:
        """States from which the goal cannot be reached."""
        return None if self.task is None else self.task.dead_ends

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in _PLAIN}
        data |= {"unknown": list(self.unknown), "seconds": round(self.seconds, 3)}
        data["branching"] = None if self.branching is None else asdict(self.branching)
        data |= {"goal_states": self.goal_states, "dead_ends": self.dead_ends}
        data["components"] = None if self.components is None else self.components.to_json()
        data["task"] = None if self.task is None else self.task.to_json()
        data["tasks"] = [task.to_json() for task in self.tasks]
        data["coverage"] = None if self.coverage is None else self.coverage.to_json()
        data["symmetry"] = None if self.symmetry is None else self.symmetry.to_json()
        return data


_PLAIN = ("world", "params", "states", "transitions", "depth", "start_states", "all_starts", "complete", "stuck_states")


def explore(
    system: System,
    task: str | None = None,
    args: Sequence[int] | None = None,
    *,
    max_states: int = MAX_STATES,
    max_memory: int = MAX_MEMORY,
    max_seconds: float = MAX_SECONDS,
    edges: bool = True,
    coverage: bool = True,
    symmetry: bool = False,
    tell: Tell = silent,
    stopped: Callable[[], bool] = never,
) -> StateSpace:
    """Explores a world within a budget (`max_memory` in bytes), and judges a task: the one named, else the first.

    Without `edges` there is nothing on branching, dead ends and plans, and half the time and memory are saved. With
    `symmetry` one state stands for all that differ only in which of some objects is which that neither the world nor
    the task tells apart; other tasks are judged if they do not tell them apart either. When `stopped` says so, or the
    budget is used up, what is known by then is given, and what is not is said.
    """
    chosen = _chosen(system, task, args)
    few = [c for c in _instances(system) if c != chosen]
    alike = Symmetry((), True)
    unasked: list[str] = []
    if symmetry:
        alike, few, unasked = _symmetry(system, chosen, few)
    budget = Budget(max_states, max_memory, max_seconds, stopped)
    found = find(Moves.of(system, classes=alike.classes), budget, edges, tell)
    layers = found.layers
    parts = _Parts()
    judged = _judged(system, found, [] if chosen is None else [chosen, *few], parts)
    branching = components = covered = None
    stuck = None
    if found.edges is not None:
        choices = found.edges.choices()
        branching = Branching(int(choices.min()), float(choices.mean()), int(choices.max()))
        stuck = int((choices == 0).sum())
        components = parts.of("what can be undone", partial(Components.of, found.edges))
    if coverage and alike.telling:
        covered = parts.of("what is never used", lambda: cover(system, found.states, found.edges))
    unknown = [*_unknown(found, edges), *unasked, *parts.sentences()]
    if not alike.telling:
        unknown.append("texts tell apart what is interchangeable, so what is never used is not known")
    return StateSpace(
        world=system.world.title,
        params=system.world.params,
        states=layers.states,
        transitions=layers.transitions,
        depth=layers.depth,
        start_states=len(layers.starts),
        all_starts=layers.all_starts,
        complete=layers.complete,
        unknown=tuple(unknown),
        seconds=layers.seconds,
        branching=branching,
        stuck_states=stuck,
        components=components,
        task=judged[0] if judged else None,
        tasks=tuple(judged),
        coverage=covered,
        symmetry=reduction(system, found.states, found.edges, alike.classes) if symmetry else None,
        found=found,
    )


def _judged(system: System, found: Found, tasks: Sequence[Chosen], parts: _Parts) -> list[TaskSpace]:
    """The tasks as far as there is time for them, the first with scripts."""
    judged: list[TaskSpace] = []
    for number, (name, args) in enumerate(tasks):
        what = f"what {len(tasks) - number} of {len(tasks)} tasks ask"
        found_out = parts.of(what, partial(judge, system, found, name, args, scripts=number == 0))
        if found_out is None:
            break
        judged.append(found_out)
    return judged


@dataclass(slots=True)
class _Parts:
    """Parts of an answer, and which of them there was no time for."""

    missing: dict[Reason, list[str]] = field(default_factory=dict)

    def of(self, what: str, part: Callable[[], Part]) -> Part | None:
        """A part, or None where the budget is used up."""
        try:
            return part()
        except OverBudget as stop:
            self.missing.setdefault(stop.reason, []).append(what)
            return None

    def sentences(self) -> list[str]:
        """What is missing and why."""
        return [f"{UNKNOWN[reason]}: {', '.join(what)}" for reason, what in self.missing.items()]


def _unknown(found: Found, edges: bool) -> list[str]:
    layers = found.layers
    said = []
    if not layers.all_starts:
        said.append(f"{found.why}: {len(layers.starts):,} start states are known, and there are more")
    elif layers.reason:
        said.append(f"{found.why}: all states up to {layers.depth} commands are known, no later ones")
    if layers.reason:
        said.append("so dead ends, the number of goal states and what is never used are not known")
    elif edges and found.edges is None:
        said.append(f"{found.why} before the edges were there, so dead ends, plans and branching are not known")
    return said


Chosen = tuple[str, tuple[int, ...]]


def _chosen(system: System, task: str | None, args: Sequence[int] | None) -> Chosen | None:
    tasks = system.world.tasks
    name = task or next((name for name, info in tasks.items() if info.instances), None)
    if name is None:
        return None
    return name, tuple(args) if args is not None else tasks[name].instances[0]


def _instances(system: System) -> list[Chosen]:
    """Every task with each of its arguments, or with the first where these are many."""
    return [
        (name, args)
        for name, info in system.world.tasks.items()
        for args in (info.instances if len(info.instances) <= MOST_INSTANCES else info.instances[:1])
    ]


def _symmetry(system: System, chosen: Chosen | None, few: list[Chosen]) -> tuple[Symmetry, list[Chosen], list[str]]:
    """What the world and a task do not tell apart, the other tasks that do not either, and a word on those that do."""
    likeness = Likeness(system)
    alike = likeness.symmetry([] if chosen is None else [task_question(system, *chosen)])
    fit = [each for each in few if likeness.alike(alike.classes, task_question(system, *each))]
    if len(fit) == len(few):
        return alike, fit, []
    tasks = "another task tells" if len(few) - len(fit) == 1 else f"{len(few) - len(fit)} other tasks tell"
    return alike, fit, [f"{tasks} apart what is interchangeable here: name one with --task to have it judged"]
