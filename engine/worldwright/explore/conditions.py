"""Where conditions hold among the states of a search: in batch where there are many, else one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..compile import form as f
from ..compile.system import CompiledTask, System
from .edges import Mask, States
from .nodes import TooLarge

ONE_BY_ONE = 10_000
"""States that are unpacked together."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on states, for both back ends."""

    form: f.Form
    args: Mapping[str, int]
    holds: Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class TaskConditions:
    """The conditions of a task: its goal, its fails, its milestones."""

    goal: Condition
    fails: tuple[Condition, ...]
    milestones: tuple[Condition, ...]

    @property
    def all(self) -> tuple[Condition, ...]:
        """All of them in order."""
        return (self.goal, *self.fails, *self.milestones)


def promise_condition(system: System, index: int) -> Condition:
    """The condition of a promise."""
    return Condition(system.program.promises[index], {}, lambda state: system.promise_holds(index, state))


def task_conditions(system: System, task: CompiledTask) -> TaskConditions:
    """The conditions of a task with its arguments."""
    aim = system.program.aims[task.name]
    args = {p.name: v for p, v in zip(aim.parameters, task.args, strict=True)}

    def milestone(bit: int) -> Condition:
        return Condition(aim.milestones[bit], args, lambda state: bool(task.milestones(state) >> bit & 1))

    # A state fails by the first `fail` that holds; that some does is all that matters here.
    fails = [form for form, _ in aim.fails]
    failed = (Condition(f.any_of(fails), args, lambda state: task.failed(state) >= 0),) if fails else ()
    milestones = tuple(milestone(bit) for bit in range(len(aim.milestones)))
    return TaskConditions(Condition(aim.goal, args, task.goal), failed, milestones)


def masks(states: States, conditions: Sequence[Condition]) -> list[Mask]:
    """For every condition the states in which it holds."""
    size = len(states)
    found: list[Mask] = [np.empty(size, dtype=bool) for _ in conditions]
    if not conditions:
        return found
    evaluate, block = _in_batch(states, conditions)
    for start in range(0, max(1, size), block):
        states.check()
        words = tuple(w[start : start + block] for w in states.words)
        if evaluate is not None:
            parts = evaluate(*words)
        else:
            some = states.found.moves.packing.unpack(words)
            parts = [np.array([c.holds(state) for state in some], dtype=bool) for c in conditions]
        for mask, part in zip(found, parts, strict=True):
            mask[start : start + len(part)] = part
    return found


def _in_batch(states: States, conditions: Sequence[Condition]) -> tuple[Callable[..., list[Mask]] | None, int]:
    """A function from words to one mask a condition, where the batch back end serves, and how many states to give."""
    kernel = states.found.moves.batch(len(states))
    if kernel is None:
        return None, ONE_BY_ONE
    try:
        return kernel.conditions([kernel.ground.condition(c.form, c.args) for c in conditions]), kernel.block
    except TooLarge:
        return None, ONE_BY_ONE
