"""Progress: how many commands a state is from the goal, exactly, where the whole graph fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..compile.system import CompiledTask, System
from .budget import Budget
from .conditions import masks, task_conditions
from .edges import Levels, numbers_of
from .found import Found, find
from .search import Moves

MOST = 5_000_000


@dataclass(frozen=True, slots=True)
class Measure:
    """The distance to a task's goal from every state that can be reached, with luck where chance has a say."""

    found: Found
    distances: Levels
    """By the number of a state; -1 where the goal cannot be reached any more."""
    farthest: int
    """The distance of the start that is farthest from the goal (of those from which it can be reached)."""

    def to_goal(self, state: bytes) -> int | None:
        """Commands to the goal; None from a dead end. Raises KeyError for a state that cannot be reached."""
        number = int(numbers_of(self.found.states, [state])[0])
        if number < 0:
            raise KeyError(state)
        distance = int(self.distances[number])
        return distance if distance >= 0 else None

    def progress(self, state: bytes) -> float:
        """1 at the goal, 0 as far from it as a start can be (and farther), less than 0 never; 0 in a dead end."""
        distance = self.to_goal(state)
        if distance is None:
            return 0.0
        return max(0.0, 1 - distance / self.farthest) if distance else 1.0


def measure(system: System, task: CompiledTask, max_states: int = MOST) -> Measure:
    """How far every state is from a task's goal. Raises ValueError where not all states can be found."""
    found = find(Moves.of(system), Budget(states=max_states), edges=True)
    if found.edges is None:
        raise ValueError(f"{system.world.title}: not all of its states can be found within {max_states:,}")
    distances = goal_distances(system, found, task)
    starts = distances[numbers_of(found.states, found.layers.starts)]
    return Measure(found, distances, int(starts.max(initial=0)))


def goal_distances(system: System, found: Found, task: CompiledTask) -> Levels:
    """The fewest commands from every state of a graph to a task's goal, through no state where it failed."""
    assert found.edges is not None, "distances are taken along edges"
    conditions = task_conditions(system, task)
    goal, *rest = masks(found.states, conditions.all)
    failed = rest[0] if conditions.fails else np.zeros(len(goal), dtype=bool)
    return found.edges.distances(np.flatnonzero(goal & ~failed), closed=failed)


def by_distance(distances: Levels) -> tuple[int, ...]:
    """How many states are 0, 1, 2, … commands from the goal."""
    counts: Sequence[int] = np.bincount(distances[distances >= 0]).tolist()
    return tuple(counts)
