"""Proofs by plans: a way from each start, found by planning and tried on all other starts.

Where the starts can be listed and the states cannot, a task is shown to be solvable by a plan for each start. Starts
are much alike, so few plans serve them all; a plan is tried command by command, and where chance has a say, it may
fall as the plan likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..compile.system import Command, CompiledTask, System
from .plan import Effort, seek

EFFORT = Effort(around=3_000, quick=6_000, better=0, first_proof=0, batch=0, proof=0)
"""What one plan may cost: any will do, it need not be shortest."""

MOST_RESULTS = 64
"""States that a plan is followed through at once, where chance has a say."""

Trace = tuple[bytes, ...]
"""All states that a plan passes, or may pass, from one start to the goal."""


@dataclass(slots=True)
class ByPlans:
    """Plans from every start of a system, by task."""

    system: System
    starts: Sequence[bytes]
    late: Callable[[], bool]
    """Whether time is up."""
    _plans: dict[CompiledTask, list[tuple[Command, ...]]] = field(default_factory=dict)
    _traces: dict[CompiledTask, tuple[Trace, ...] | None] = field(default_factory=dict)

    def solved(self, task: CompiledTask) -> int | None:
        """The commands of the longest plan that was needed, if there is one for every start; else None."""
        traces = self.traces(task)
        return None if traces is None else max(len(plan) for plan in self._plans[task])

    def passed(self, holds: Callable[[bytes], bool], tasks: Sequence[CompiledTask]) -> bool:
        """Whether from every start some plan for one of these tasks passes a state where a condition holds."""
        every = [traces for traces in (self.traces(task) for task in tasks) if traces is not None]
        return all(any(holds(state) for traces in every for state in traces[i]) for i in range(len(self.starts)))

    def traces(self, task: CompiledTask) -> tuple[Trace, ...] | None:
        """What a plan passes from each start, in order; None if there is a start without a plan."""
        if task not in self._traces:
            plans = self._plans.setdefault(task, [])
            found: list[Trace] = []
            for start in self.starts:
                trace = self._trace(task, start, plans)
                if trace is None:
                    break
                found.append(trace)
            self._traces[task] = tuple(found) if len(found) == len(self.starts) else None
        return self._traces[task]

    def _trace(self, task: CompiledTask, start: bytes, plans: list[tuple[Command, ...]]) -> Trace | None:
        """By a known plan, the one that served last first, or by a new one."""
        for number, plan in enumerate(reversed(plans)):
            if self.late():
                return None
            trace = followed(self.system, task, start, plan)
            if trace is not None:
                plans.append(plans.pop(len(plans) - 1 - number))
                return trace
        if self.late():
            return None
        commands = seek(self.system, task, start, EFFORT, late=self.late).commands
        trace = None if commands is None else followed(self.system, task, start, commands)
        if commands is not None and trace is not None:
            plans.append(commands)
        return trace


def followed(system: System, task: CompiledTask, start: bytes, plan: Sequence[Command]) -> Trace | None:
    """All states that a plan may pass from a start, if it can reach the goal from there, failing nowhere."""
    passed = [start]
    now = [start]
    if task.failed(start) >= 0:
        return None
    for command in plan:
        after: dict[bytes, None] = {}
        for state in now:
            if system.refusal(state, command) < 0:
                after.update(dict.fromkeys(system.outcomes(state, command, MOST_RESULTS)))
        now = [state for state in after if task.failed(state) < 0][:MOST_RESULTS]
        if not now:
            return None
        passed += now
    return tuple(passed) if any(task.goal(state) for state in now) else None
