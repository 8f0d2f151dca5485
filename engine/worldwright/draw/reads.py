"""Which variables a condition reads: `at(apple)` where the argument is known, every `at(…)` where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from ..check.world import (
    And,
    Arith,
    Call,
    Compare,
    Cond,
    Const,
    Expr,
    Fluent,
    Indexed,
    IsIn,
    Not,
    Or,
    Quant,
    Var,
    World,
)
from ..compile.system import CompiledTask

Ground = tuple[str, tuple[int, ...]]
"""A state variable with its arguments."""
Known = Mapping[str, tuple[int, ...]]
"""The values that each name in scope may have."""

MOST = 4_096
"""Argument tuples of one variable that are told apart; beyond, all of them count as read."""


def task_reads(world: World, task: CompiledTask, milestones: bool = True) -> dict[Ground, None]:
    """What the goal of a task reads, and then what its milestones read, in the order of reading."""
    known = {binder.name: (value,) for binder, value in zip(task.info.parameters, task.args, strict=True)}
    found: dict[Ground, None] = {}
    reader = _Reader(world, found, set())
    reader.read(task.info.goal, known)
    for milestone in task.info.milestones if milestones else ():
        reader.read(milestone.condition, known)
    return found


class _Reader:
    """Goes through expressions and what they call."""

    def __init__(self, world: World, found: dict[Ground, None], inside: set[tuple[str, tuple[tuple[int, ...], ...]]]):
        self.world = world
        self.found = found
        self.inside = inside

    def read(self, item: Expr, known: Known) -> tuple[int, ...] | None:
        """Note what an expression reads; its possible values if they are plain from its form."""
        match item:
            case Const(value):
                return (value,)
            case Var(name):
                return known.get(name)
            case Fluent(state, args):
                self._fluent(state, args, known)
            case Call(define, args):
                self._call(define, args, known)
            case Indexed(table, _, indexes):
                self._all(indexes, known)
                return table
            case And(items) | Or(items):
                self._all(items, known)
            case Not(inner) | IsIn(inner, _):
                self.read(inner, known)
            case Compare(_, left, right) | Arith(_, left, right):
                self._all((left, right), known)
            case Cond(condition, then, otherwise):
                self._all((condition, then, otherwise), known)
            case Quant(_, binders, where, body, otherwise):
                inner_known = {**known, **{b.name: self.world.domains[b.domain].values for b in binders}}
                self._all([e for e in (where, body) if e is not None], inner_known)
                self._all([e for e in (otherwise,) if e is not None], known)
        return None

    def _all(self, items: Iterable[Expr], known: Known) -> None:
        for item in items:
            self.read(item, known)

    def _values(self, args: tuple[Expr, ...], domains: Iterable[str], known: Known) -> tuple[tuple[int, ...], ...]:
        read = [self.read(arg, known) for arg in args]
        every = [self.world.domains[name].values for name in domains]
        return tuple(
            tuple(v for v in some if v in all_) if some is not None else all_
            for some, all_ in zip(read, every, strict=True)
        )

    def _fluent(self, state: str, args: tuple[Expr, ...], known: Known) -> None:
        values = self._values(args, self.world.states[state].parameters, known)
        for at, ground in enumerate(product(*values)):
            if at == MOST:
                break
            self.found.setdefault((state, ground))

    def _call(self, define: str, args: tuple[Expr, ...], known: Known) -> None:
        info = self.world.definitions[define]
        values = self._values(args, (binder.domain for binder in info.parameters), known)
        if (define, values) not in self.inside:
            self.inside.add((define, values))
            self.read(info.body, {b.name: some for b, some in zip(info.parameters, values, strict=True)})
