"""`explore`: all that can be reached in a world, counted; what its tasks ask, and whether it can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from ..compile.system import System
from .budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES, Budget, Reason, Tell, silent
from .conditions import masks, task_conditions
from .coverage import Coverage, cover
from .edges import EDGE_BYTES, STATE_BYTES, Edges, Mask, States, numbers_of
from .reduction import Reduction, reduction
from .script import Script, Setting, script, setting
from .search import Layers, Moves, search
from .symmetry import Likeness, Symmetry, task_question

UNKNOWN: dict[Reason, str] = {
    "": "",
    "states": "the limit on states was reached",
    "memory": "the limit on memory was reached",
    "seconds": "the limit on time was reached",
    "starts": "the world has more start states than are explored",
    "chance": "one command has more results than are told apart",
}
MOST_INSTANCES = 100
"""Instances of a task that are all judged when none is named."""


@dataclass(frozen=True, slots=True)
class Branching:
    """How many commands a state accepts."""

    least: int
    mean: float
    most: int


@dataclass(frozen=True, slots=True)
class TaskSpace:
    """What the graph says of one task instance. None: not known, because the exploration stopped early."""

    task: str
    goal_states: int
    fail_states: int
    dead_ends: int | None
    """States, none of them failed, from which the goal cannot be reached any more."""
    solvable: bool | None
    """Whether the goal can be reached from every start, with luck where chance has a say."""
    unsolvable_starts: int | None
    shortest: int | None
    """Commands of the shortest plan, from the start where it is shortest."""
    longest: int | None
    """Commands of the shortest plan from the start where it is longest."""
    limit: int
    plan: Script | None
    dead_end: Script | None
    """The shortest way into a dead end."""
    milestones: dict[str, int]
    """In how many states each milestone holds."""
    skipped: tuple[str, ...]
    """Milestones that the shortest plan does without."""


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
    complete: bool
    unknown: tuple[str, ...]
    """What is not known, and why, in sentences."""
    seconds: float
    branching: Branching | None
    stuck_states: int | None
    """States that accept no command at all."""
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
        data["task"] = None if self.task is None else _task_json(self.task)
        data["tasks"] = [_task_json(task) for task in self.tasks]
        data["coverage"] = None if self.coverage is None else self.coverage.to_json()
        data["symmetry"] = None if self.symmetry is None else self.symmetry.to_json()
        return data


_PLAIN = ("world", "params", "states", "transitions", "depth", "start_states", "complete", "stuck_states")


def _task_json(task: TaskSpace) -> dict[str, Any]:
    data = {name: getattr(task, name) for name in TaskSpace.__slots__}
    data["plan"] = None if task.plan is None else task.plan.to_json()
    data["dead_end"] = None if task.dead_end is None else task.dead_end.to_json()
    return data


@dataclass(slots=True)
class Found:
    """What the numbers were taken from: states, and the edges unless there was no room for them."""

    layers: Layers
    states: States
    edges: Edges | None


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
) -> StateSpace:
    """Explores a world within a budget (`max_memory` in bytes), and judges a task: the one named, else the first.

    Without `edges` there is nothing on branching, dead ends and plans, and half the time and memory are saved. With
    `symmetry` one state stands for all that differ only in which of some objects is which that neither the world nor
    the task tells apart; other tasks are judged if they do not tell them apart either.
    """
    budget = Budget(max_states, max_memory, max_seconds)
    chosen = _chosen(system, task, args)
    few = [c for c in _instances(system) if c != chosen]
    alike = Symmetry((), True)
    unasked: list[str] = []
    if symmetry:
        alike, few, unasked = _symmetry(system, chosen, few)
    found = find(Moves.of(system, classes=alike.classes), budget, edges, tell)
    layers = found.layers
    unknown = [*_unknown(found, edges), *unasked]
    if not alike.telling:
        unknown.append("texts tell apart what is interchangeable, so what is never used is not known")
    space = StateSpace(
        world=system.world.title,
        params=system.world.params,
        states=layers.states,
        transitions=layers.transitions,
        depth=layers.depth,
        start_states=len(layers.starts),
        complete=layers.complete,
        unknown=tuple(unknown),
        seconds=layers.seconds,
        branching=None,
        stuck_states=None,
        task=None if chosen is None else judge(system, found, *chosen, scripts=True),
        tasks=tuple(judge(system, found, *each, scripts=False) for each in few),
        coverage=cover(system, found.states, found.edges) if coverage and alike.telling else None,
        symmetry=reduction(system, found.states, found.edges, alike.classes) if symmetry else None,
        found=found,
    )
    if space.task is not None:
        space = replace(space, tasks=(space.task, *space.tasks))
    if found.edges is not None:
        choices = found.edges.choices()
        branching = Branching(int(choices.min()), float(choices.mean()), int(choices.max()))
        space = replace(space, branching=branching, stuck_states=int((choices == 0).sum()))
    return space


def find(moves: Moves, budget: Budget, edges: bool, tell: Tell = silent) -> Found:
    """Searches, and then makes the edges if all states were found and memory allows."""
    layers = search(moves, budget, tell)
    states = States.of(layers)
    memory = layers.transitions * EDGE_BYTES + layers.states * STATE_BYTES
    room = layers.complete and memory <= budget.memory
    return Found(layers, states, Edges.of(states) if edges and room else None)


def _unknown(found: Found, edges: bool) -> list[str]:
    layers = found.layers
    said = []
    if layers.reason == "starts":
        said.append(f"{UNKNOWN['starts']}: {len(layers.starts):,} of them were")
    elif layers.reason:
        said.append(f"{UNKNOWN[layers.reason]}: all states up to {layers.depth} commands are known, no later ones")
    if layers.reason:
        said.append("so dead ends, the number of goal states and what is never used are not known")
    elif edges and found.edges is None:
        said.append("there is no memory for the edges, so dead ends and branching are not known")
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


def judge(system: System, found: Found, name: str, args: tuple[int, ...], scripts: bool) -> TaskSpace:
    """What the graph says of one task."""
    task = system.task(name, args)
    conditions = task_conditions(system, task)
    goal, *rest = masks(found.states, conditions.all)
    failed = rest[0] if conditions.fails else np.zeros(len(goal), dtype=bool)
    goal &= ~failed
    milestones = rest[len(conditions.fails) :]
    said = {m.text: int(mask.sum()) for m, mask in zip(task.info.milestones, milestones, strict=True)}
    play = setting(system, name, args)
    blank = TaskSpace(
        task=play.text or "",
        goal_states=int(goal.sum()),
        fail_states=int(failed.sum()),
        dead_ends=None,
        solvable=None,
        unsolvable_starts=None,
        shortest=None,
        longest=None,
        limit=task.limit,
        plan=None,
        dead_end=None,
        milestones=said,
        skipped=(),
    )
    if found.edges is None:
        return blank
    return _with_edges(blank, system, found, found.edges, goal, failed, milestones, play if scripts else None)


def _with_edges(
    blank: TaskSpace,
    system: System,
    found: Found,
    edges: Edges,
    goal: Mask,
    failed: Mask,
    milestones: Sequence[Mask],
    play: Setting | None,
) -> TaskSpace:
    distances = edges.distances(np.flatnonzero(goal), closed=failed)
    starts = numbers_of(found.states, found.layers.starts)
    far = distances[starts]
    dead = (distances < 0) & ~failed
    solved = far[far >= 0]
    space = replace(
        blank,
        dead_ends=int(dead.sum()),
        solvable=bool((far >= 0).all()),
        unsolvable_starts=int((far < 0).sum()),
        shortest=int(solved.min()) if len(solved) else None,
        longest=int(solved.max()) if len(solved) else None,
    )
    if play is None:
        return space
    if len(solved):
        best = int(starts[far >= 0][int(np.argmin(solved))])
        way = edges.way_down(best, distances)
        texts = list(blank.milestones)
        skipped = tuple(text for text, mask in zip(texts, milestones, strict=True) if not mask[list(way.numbers)].any())
        space = replace(space, plan=script(system, found.states, way, [play]), skipped=skipped)
    if dead.any():
        ended = goal | failed
        levels = edges.levels(starts, ending=ended)
        reached = np.flatnonzero(dead & (levels >= 0))
        if len(reached):
            end = int(reached[int(np.argmin(levels[reached]))])
            way = edges.way_up(end, levels, ending=ended)
            space = replace(space, dead_end=script(system, found.states, way, [play]))
    return space
