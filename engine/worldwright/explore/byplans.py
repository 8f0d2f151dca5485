"""Proofs by plans: a way from each start, found by planning and tried on all other starts.

Where the starts can be listed and the states cannot, a task is shown to be solvable by a plan for each start. Starts
are much alike, so few plans serve them all; a plan is tried command by command, and where chance has a say, it may
fall as the plan likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..compile.system import Command, CompiledTask, System
from .mending import Plans, Trace, carried_out
from .plan import Effort

EFFORT = Effort(around=3_000, quick=6_000, better=0, first_proof=0, batch=0, proof=0)
"""What one plan may cost: any will do, it need not be shortest."""


@dataclass(slots=True)
class ByPlans:
    """Plans from every start of a system, by task."""

    system: System
    starts: Sequence[bytes]
    late: Callable[[], bool]
    """Whether time is up."""
    _traces: dict[CompiledTask, tuple[Trace, ...] | None] = field(default_factory=dict)

    def solved(self, task: CompiledTask) -> int | None:
        """The commands of the longest plan that was needed, if there is one for every start; else None."""
        traces = self.traces(task)
        return None if traces is None else max(trace.commands for trace in traces)

    def passed(self, holds: Callable[[bytes], bool], tasks: Sequence[CompiledTask]) -> bool:
        """Whether from every start some plan for one of these tasks passes a state where a condition holds."""
        every = [traces for traces in (self.traces(task) for task in tasks) if traces is not None]
        return all(any(holds(s) for traces in every for s in traces[i].states) for i in range(len(self.starts)))

    def traces(self, task: CompiledTask) -> tuple[Trace, ...] | None:
        """What a plan passes from each start, in order; None if there is a start without a plan."""
        if task not in self._traces:
            plans = Plans(self.system, task, EFFORT, self.late)
            known: list[tuple[Command, ...]] = []
            found: list[Trace] = []
            for start in self.starts:
                trace = self._trace(task, start, plans, known)
                if trace is None:
                    break
                found.append(trace)
            self._traces[task] = tuple(found) if len(found) == len(self.starts) else None
        return self._traces[task]

    def _trace(self, task: CompiledTask, start: bytes, plans: Plans, known: list[tuple[Command, ...]]) -> Trace | None:
        """By a known plan as it is, the one that served last first, or by another one."""
        for number, plan in enumerate(reversed(known)):
            if self.late():
                return None
            trace = carried_out(self.system, task, start, plan, whole=True)
            if trace is not None and trace.reached:
                known.append(known.pop(len(known) - 1 - number))
                return trace
        new = None if self.late() else plans.plan(start)
        trace = None if new is None else carried_out(self.system, task, start, new)
        if new is None or trace is None or not trace.reached:
            return None
        if new not in known:
            known.append(new)
        return trace
