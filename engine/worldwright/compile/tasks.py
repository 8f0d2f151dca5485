"""One task with its arguments, ready to be judged in any state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..check.world import TaskInfo

if TYPE_CHECKING:
    from .system import System


@dataclass(frozen=True, slots=True)
class TaskCode:
    """The generated functions of one task; all but the texts take the state and the task's arguments."""

    goal: Callable[..., bool]
    milestones: Callable[..., int]
    failed: Callable[..., int]
    text: Callable[..., tuple[str, int]]
    fail_texts: tuple[Callable[..., tuple[str, int]], ...]
    names: Mapping[int, Callable[..., tuple[str, int]]]
    """Of the milestones whose names have inserts."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTask:
    """A task instance. Made once for each by `System.task`."""

    system: System
    name: str
    args: tuple[int, ...]
    info: TaskInfo
    code: TaskCode

    @property
    def limit(self) -> int:
        """Replies that an episode of this task may take."""
        return self.info.limit

    def goal(self, state: bytes) -> bool:
        """Whether the goal holds."""
        return bool(self.code.goal(state, *self.args))

    def milestones(self, state: bytes) -> int:
        """The milestones that hold now, as a mask: bit i is the task's milestone i."""
        return self.code.milestones(state, *self.args)

    @property
    def milestone_names(self) -> tuple[str, ...]:
        """What the milestones are called for these arguments. No two are called the same: the second gets a number."""
        names: dict[str, None] = {}
        for number, milestone in enumerate(self.info.milestones):
            said = self.code.names.get(number)
            name = wanted = milestone.text if said is None else said(self.system.default, 0, *self.args)[0]
            while name in names:
                name = f"{wanted} ({len(names) + 1})"
            names[name] = None
        return tuple(names)

    def failed(self, state: bytes) -> int:
        """The first `fail` that holds, or -1."""
        return self.code.failed(state, *self.args)

    def text(self, told: int) -> tuple[str, int]:
        """What the agent is asked to do, and the told mask after reading it."""
        return self.code.text(self.system.default, told, *self.args)

    def fail_text(self, state: bytes, index: int, told: int) -> tuple[str, int]:
        """The sentence of a `fail`, and the told mask after reading it."""
        return self.code.fail_texts[index](state, told, *self.args)

    def __reduce__(self) -> tuple[Callable[..., CompiledTask], tuple[System, str, tuple[int, ...]]]:
        """Pickles as its system and names."""
        return _again, (self.system, self.name, self.args)


def _again(system: System, name: str, args: tuple[int, ...]) -> CompiledTask:
    return system.task(name, args)
