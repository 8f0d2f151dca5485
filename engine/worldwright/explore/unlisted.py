"""Proofs for worlds whose states are too many to be listed: by plans from every start, by ways home, and
by abstraction.

Each answer is the reason why something is proved, in words, or None: not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..compile.system import CompiledTask, System
from .abstractly import Abstractly, Shown
from .budget import OverBudget
from .byplans import ByPlans
from .conditions import Condition, promise_condition, task_conditions
from .homeward import Homeward
from .nodes import Node

MOST_VIEWS = 6_000_000
"""Views of a world that are listed in an abstraction."""

MOST_STARTS = 5_000
"""Starts that plans are looked for from."""

MOST_BEARING = 4
"""Variables of a promise that ways home rely on, other than of one that every command keeps: what says something of
many variables says little of each."""

FIRST_GOALS = 4
"""Goals that are looked for from home before it is given up as of no use."""


@dataclass(slots=True)
class Unlisted:
    """What can be proved of a system without listing its states."""

    system: System
    abstractly: Abstractly | None
    plans: ByPlans | None
    tasks: Sequence[CompiledTask]
    late: Callable[[], bool]
    _held: dict[int, str | None] = field(default_factory=dict)
    """Of the promises that were asked for why they hold."""
    _homes: list[Homeward | None] = field(default_factory=list)
    """The world's way home, once it was looked for."""
    _goals: dict[CompiledTask, int | None] = field(default_factory=dict)
    """What is known of the goals that were looked for from home."""

    @staticmethod
    def of(
        system: System,
        starts: Sequence[bytes] | None,
        tasks: Sequence[CompiledTask],
        views: int,
        late: Callable[[], bool],
    ) -> Unlisted:
        """With all starts (None: they cannot be listed), the tasks, views to look at, and what says that time is up."""
        try:
            abstractly = None if late() else Abstractly.of(system, min(views, MOST_VIEWS), late)
        except OverBudget:
            abstractly = None
        listed = starts is not None and len(starts) <= MOST_STARTS
        plans = ByPlans(system, starts, late) if starts and listed else None
        return Unlisted(system, abstractly, plans, tasks, late)

    def holds(self, index: int) -> str | None:
        """Why a promise, `always` or `never`, holds in every state."""
        if index not in self._held:
            self._held[index] = self._in_time(partial(self._holds, index))
        return self._held[index]

    def _holds(self, index: int) -> str | None:
        if self.abstractly is None:
            return None
        node = self._node(promise_condition(self.system, index))
        never = self.system.world.promises[index].op == "never"
        if not never and self.abstractly.kept(node):
            return "it holds at every start, and every command keeps it"
        shown = self.abstractly.never(node) if never else self.abstractly.always(node)
        return None if shown is None else f"it holds in every state: {_how(shown)}"

    def possible(self, index: int) -> str | None:
        """Why what is promised can come about from every start."""
        return self._in_time(partial(self._possible, index))

    def _possible(self, index: int) -> str | None:
        system = self.system
        if self.plans is not None and self.plans.passed(lambda state: system.promise_holds(index, state), self.tasks):
            return f"plans for the tasks come by it from each of {len(self.plans.starts):,} starts"
        return self._reached(promise_condition(system, index), (), everywhere=False)

    def solvable(self, task: CompiledTask) -> str | None:
        """Why a task can be solved from every start."""
        return self._in_time(partial(self._solvable, task))

    def _solvable(self, task: CompiledTask) -> str | None:
        longest = None if self.plans is None else self.plans.solved(task)
        if self.plans is not None and longest is not None:
            return f"it takes at most {_commands(longest)}: planned from each of {len(self.plans.starts):,} starts"
        conditions = task_conditions(self.system, task)
        longest = None if conditions.fails else self._from_home(task)
        if longest is not None:
            return f"from every start there is a way home, and from there it takes at most {_commands(longest)}"
        return self._reached(conditions.goal, conditions.fails, everywhere=False)

    def recoverable(self, task: CompiledTask) -> str | None:
        """Why the goal of a task can be reached from every state."""
        return self._in_time(partial(self._recoverable, task))

    def _recoverable(self, task: CompiledTask) -> str | None:
        goal = task_conditions(self.system, task).goal
        longest = self._from_home(task)
        if longest is not None:
            return f"from every state there is a way home, and from there it takes at most {_commands(longest)}"
        return self._reached(goal, (), everywhere=True)

    def _from_home(self, task: CompiledTask) -> int | None:
        """The commands that the goal of a task takes at most from home, whatever the task calls a failure. None: not
        known, or the first few goals were none that can be reached from home."""
        if task not in self._goals and (
            len(self._goals) < FIRST_GOALS or any(n is not None for n in self._goals.values())
        ):
            home = self._home()
            goal = self._node(task_conditions(self.system, task).goal) if home is not None else 0
            self._goals[task] = None if home is None else home.reached(task, goal)
        return self._goals.get(task)

    def _home(self) -> Homeward | None:
        """The world's way home, looked for once. What is promised always to hold, and proved, may be relied on."""
        if not self._homes and self.abstractly is not None:
            ground = self.abstractly.ground
            kept: list[Node] = []
            for index, info in enumerate(self.system.world.promises):
                if info.op not in ("always", "never"):
                    continue
                node = self._node(promise_condition(self.system, index))
                if len(ground.graph.support(node)) <= MOST_BEARING:
                    sure = self.holds(index) is not None
                else:
                    sure = info.op == "always" and self.abstractly.kept(node)
                if sure:
                    kept.append(node if info.op == "always" else ground.graph.opposite(node))
            self._homes.append(Homeward.of(ground, self.abstractly.beginning, kept, self.late))
        return self._homes[0] if self._homes else None

    def unearned(self, task: CompiledTask) -> str | None:
        """Why the goal of a task holds at no start and does not come by waiting."""
        return self._in_time(partial(self._unearned, task))

    def _in_time(self, answer: Callable[[], str | None]) -> str | None:
        """An answer; None when it is late. What is half made then is never asked again, because it stays late."""
        try:
            return None if self.late() else answer()
        except OverBudget:
            return None

    def _unearned(self, task: CompiledTask) -> str | None:
        if self.abstractly is None:
            return None
        shown = self.abstractly.absent(self._node(task_conditions(self.system, task).goal))
        return None if shown is None else f"the goal holds at no start, and does not come by waiting: {_how(shown)}"

    def _reached(self, goal: Condition, fails: Sequence[Condition], everywhere: bool) -> str | None:
        if self.abstractly is None:
            return None
        shown = self.abstractly.reached(self._node(goal), [self._node(c) for c in fails], everywhere)
        if shown is None:
            return None
        if everywhere:
            return f"the goal can be reached from every state: {_how(shown)}"
        return f"it takes at most {_commands(shown.commands)}: {_how(shown)}"

    def _node(self, condition: Condition) -> Node:
        assert self.abstractly is not None
        return self.abstractly.ground.condition(condition.form, condition.args)


def _how(shown: Shown) -> str:
    """On what a proof by abstraction rests."""
    if not shown.variables:
        return "nothing can change that"
    views = "one view" if shown.views == 1 else f"{shown.views:,} views"
    return f"shown on {views} of {shown.variables:,} variable{'' if shown.variables == 1 else 's'}"


def _commands(number: int) -> str:
    return "1 command" if number == 1 else f"{number:,} commands"
