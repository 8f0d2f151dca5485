"""Plans for one task from many states that are much alike: found once, and mended for the others.

Where a plan was hard to find, the next one is not looked for from nothing: the known plan is carried out, without what
is refused, and only from where that ends is a way looked for. What it finds is added to the plan, which so comes to
serve ever more states: it looks for the key in all places where a key may be. (A plan that serves many states without
asking which of them it is in: a conformant plan. Growing one by what a sample of the states lacks: Hoffmann and
Brafman, "Conformant planning via heuristic forward search", 2006.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..compile.system import Command, CompiledTask, System
from .plan import Effort, seek

DEAR = 500
"""States beyond those looked at one by one that make a plan dear."""

MEND = Effort(around=300, quick=1_000, better=0, first_proof=0, batch=0, proof=0)
"""What it may cost to mend a plan."""

MOST_MENDED = 2
"""Known plans that are mended, the latest first."""

MOST_RESULTS = 64
"""States that a plan is followed through at once, where chance has a say."""


@dataclass(slots=True)
class Plans:
    """Plans for one task."""

    system: System
    task: CompiledTask
    effort: Effort
    """What a plan may cost that is looked for from nothing."""
    late: Callable[[], bool]
    _found: list[tuple[Command, ...]] = field(default_factory=list)
    _dear: bool = False

    def plan(self, state: bytes) -> tuple[Command, ...] | None:
        """Commands that lead from a state to the goal if those that are refused are left out, chance falling as they
        like. None: there are none, or none were found."""
        if self._dear:
            for known in self._found[: -MOST_MENDED - 1 : -1]:
                mended = self._mended(state, known)
                if mended is not None:
                    return self._kept(mended)
        planned = seek(self.system, self.task, state, self.effort, late=self.late)
        self._dear = self._dear or planned.states > self.effort.around + DEAR
        return None if planned.commands is None else self._kept(planned.commands)

    def _kept(self, plan: tuple[Command, ...]) -> tuple[Command, ...]:
        if plan not in self._found:
            self._found.append(plan)
        return plan

    def _mended(self, state: bytes, plan: tuple[Command, ...]) -> tuple[Command, ...] | None:
        """A plan with what it lacks from a state."""
        trace = carried_out(self.system, self.task, state, plan)
        if trace is None or trace.reached:
            return None if trace is None else plan
        rest = seek(self.system, self.task, trace.states[-1], MEND, late=self.late).commands
        return None if rest is None else (*plan, *rest)


@dataclass(frozen=True, slots=True)
class Trace:
    """What happens when a plan is carried out."""

    states: tuple[bytes, ...]
    """All states that are passed, or may be passed where chance has a say; at last a goal, if one is reached."""
    commands: int
    """How many were accepted."""
    reached: bool
    """Whether the goal is reached, or may be."""


def carried_out(
    system: System, task: CompiledTask, start: bytes, plan: Sequence[Command], *, whole: bool = False
) -> Trace | None:
    """Carries a plan out from a start, up to the goal. Commands that are refused are left out; a plan that is to be
    carried out as a `whole` ends there. None: it cannot be carried out without failing the task."""
    if task.failed(start) >= 0:
        return None
    passed = [start]
    now = [start]
    count = 0
    for command in plan:
        goal = next((state for state in now if task.goal(state)), None)
        if goal is not None:
            return Trace((*passed, goal), count, True)
        accepted = [state for state in now if system.refusal(state, command) < 0]
        taken = frozenset(accepted)
        after = dict.fromkeys(() if whole else (state for state in now if state not in taken))
        for state in accepted:
            after.update(dict.fromkeys(system.outcomes(state, command, MOST_RESULTS)))
        now = [state for state in after if task.failed(state) < 0][:MOST_RESULTS]
        if not now:
            return None
        passed += now
        count += bool(accepted)
    end = next((state for state in now if task.goal(state)), None)
    return Trace((*passed, now[-1] if end is None else end), count, end is not None)
