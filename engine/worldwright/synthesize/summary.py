"""What a set of trajectories holds, world by world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .trajectory import Trajectory


@dataclass(slots=True)
class Row:
    """The counts of one world."""

    world: str
    trajectories: int = 0
    tasks: set[str] = field(default_factory=set)
    skins: set[str] = field(default_factory=set)
    turns: int = 0
    trained: int = 0
    refinements: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    recoveries: Counter[str] = field(default_factory=Counter)

    def add(self, trajectory: Trajectory) -> None:
        """Count one more trajectory."""
        self.trajectories += 1
        self.tasks.add(trajectory.task.name)
        self.skins.add(trajectory.skin)
        self.turns += len(trajectory.turns)
        self.refinements += trajectory.outcome.refinements
        for turn in trajectory.turns:
            self.trained += turn.trained
            if turn.error is not None:
                self.errors[turn.error] += 1
                self.recoveries[turn.refined or "unresolved"] += 1

    def to_json(self) -> dict[str, Any]:
        """The counts as data."""
        return {
            "world": self.world,
            "trajectories": self.trajectories,
            "tasks": sorted(self.tasks),
            "skins": sorted(self.skins),
            "turns": self.turns,
            "trained": self.trained,
            "refinements": self.refinements,
            "errors": dict(sorted(self.errors.items())),
            "recoveries": dict(sorted(self.recoveries.items())),
        }


def tally(trajectories: Iterable[Trajectory]) -> tuple[Row, ...]:
    """One row a world, by name."""
    rows: dict[str, Row] = {}
    for trajectory in trajectories:
        rows.setdefault(trajectory.world.name, Row(trajectory.world.name)).add(trajectory)
    return tuple(rows[name] for name in sorted(rows))


def total(rows: Iterable[Row]) -> Row:
    """All rows as one."""
    whole = Row("all")
    for row in rows:
        whole.trajectories += row.trajectories
        whole.tasks |= {f"{row.world}:{task}" for task in row.tasks}
        whole.skins |= row.skins
        whole.turns += row.turns
        whole.trained += row.trained
        whole.refinements += row.refinements
        whole.errors += row.errors
        whole.recoveries += row.recoveries
    return whole
