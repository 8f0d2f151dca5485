"""What a state graph says of one task: goals, dead ends, the shortest plan, milestones that it does without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..compile.system import System
from .conditions import masks, task_conditions
from .edges import Edges, Mask, numbers_of
from .found import Found
from .progress import by_distance
from .script import Script, Setting, script, setting


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
    by_distance: tuple[int, ...] | None = None
    """How many states are 0, 1, 2, … commands from the goal."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in TaskSpace.__slots__}
        data["plan"] = None if self.plan is None else self.plan.to_json()
        data["dead_end"] = None if self.dead_end is None else self.dead_end.to_json()
        return data


def judge(system: System, found: Found, name: str, args: tuple[int, ...], scripts: bool) -> TaskSpace:
    """What the graph says of one task."""
    task = system.task(name, args)
    conditions = task_conditions(system, task)
    goal, *rest = masks(found.states, conditions.all)
    failed = rest[0] if conditions.fails else np.zeros(len(goal), dtype=bool)
    goal &= ~failed
    milestones = rest[len(conditions.fails) :]
    said = {name: int(mask.sum()) for name, mask in zip(task.milestone_names, milestones, strict=True)}
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
        by_distance=by_distance(distances),
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
