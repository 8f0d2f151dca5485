"""What the start surely makes: the values that do not depend on chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .. import limits
from . import ir
from .evaluate import Env, Evaluator

Key = tuple[str, tuple[int, ...]]


@dataclass(slots=True)
class StartValues:
    """The state at the end of `start` as far as it is the same for every seed.

    `table` holds what start assigned: None where chance has a part. `havoc`: variables of which any value may have
    been set. `defaults` holds for all else. `unsteady`: variables that held one value first and then another.
    """

    defaults: Mapping[str, int | None]
    table: dict[Key, int | None] = field(default_factory=dict)
    havoc: set[str] = field(default_factory=set)
    unsteady: set[str] = field(default_factory=set)

    def value(self, state: str, args: tuple[int, ...]) -> int | None:
        """The value of a state variable, None if it is not known."""
        if state in self.havoc:
            return None
        key = (state, args)
        return self.table[key] if key in self.table else self.defaults.get(state)

    def given(self, state: str, args: tuple[int, ...]) -> bool:
        """Whether something may have given this variable a value."""
        return state in self.havoc or (state, args) in self.table or self.defaults.get(state) is not None

    def chancy(self) -> frozenset[str]:
        """The state variables in whose start value chance has a part."""
        return frozenset(self.havoc).union(key[0] for key, value in self.table.items() if value is None)


def run_start(
    start: Sequence[ir.Statement],
    states: Mapping[str, ir.StateInfo],
    domains: Mapping[str, ir.DomainInfo],
    definitions: Mapping[str, ir.Definition],
) -> StartValues:
    """Runs `start` with its choices left open. Raises `TooMuch` on loops beyond the budget."""
    values = StartValues({name: state.default for name, state in states.items()})
    evaluator = Evaluator(domains, definitions, values.value, limits.START_STEPS)
    _block(start, {}, True, values, evaluator)
    return values


def _block(block: Iterable[ir.Statement], env: Env, sure: bool, values: StartValues, evaluator: Evaluator) -> None:
    for statement in block:
        evaluator.spend()
        match statement:
            case ir.Assign():
                _give(statement, evaluator.value(statement.value, env), env, sure, values, evaluator)
            case ir.Draw() | ir.DrawAny():
                _give(statement, None, env, sure, values, evaluator)
            case ir.If():
                _if(statement, env, sure, values, evaluator)
            case ir.Chance():
                _chance(statement, env, sure, values, evaluator)
            case ir.For():
                if not any(True for _ in assignments(statement.body)):
                    continue
                for inner in evaluator.bindings(statement.binders, env):
                    admitted = 1 if statement.condition is None else evaluator.value(statement.condition, inner)
                    if admitted != 0:
                        _block(statement.body, inner, sure and admitted == 1, values, evaluator)
            case _:
                pass


def _if(statement: ir.If, env: Env, sure: bool, values: StartValues, evaluator: Evaluator) -> None:
    for branch in statement.branches:
        holds = evaluator.value(branch.condition, env)
        if holds == 0:
            continue
        _block(branch.body, env, sure and holds == 1, values, evaluator)
        if holds == 1:
            return
        sure = False
    _block(statement.otherwise, env, sure, values, evaluator)


def _chance(statement: ir.Chance, env: Env, sure: bool, values: StartValues, evaluator: Evaluator) -> None:
    hits, out_of = evaluator.value(statement.hits, env), evaluator.value(statement.out_of, env)
    never = hits is not None and hits <= 0
    always = not never and hits is not None and out_of is not None and hits >= out_of
    if not never:
        _block(statement.then, env, sure and always, values, evaluator)
    if not always:
        _block(statement.otherwise, env, sure and never, values, evaluator)


def _give(
    statement: ir.Assign | ir.Draw | ir.DrawAny,
    value: int | None,
    env: Env,
    sure: bool,
    values: StartValues,
    evaluator: Evaluator,
) -> None:
    args = [evaluator.value(a, env) for a in statement.args]
    known = tuple(a for a in args if a is not None)
    if value != values.table.get((statement.state, known), value):
        values.unsteady.add(statement.state)
    if len(known) < len(args):
        values.havoc.add(statement.state)
    elif sure or value == values.value(statement.state, known):
        values.table[statement.state, known] = value
    else:
        values.table[statement.state, known] = None
    evaluator.changed()


def assignments(block: Iterable[ir.Statement]) -> Iterator[ir.Assign | ir.Draw | ir.DrawAny]:
    """Every assignment inside statements."""
    for statement in block:
        match statement:
            case ir.Assign() | ir.Draw() | ir.DrawAny():
                yield statement
            case ir.If():
                for branch in statement.branches:
                    yield from assignments(branch.body)
                yield from assignments(statement.otherwise)
            case ir.For():
                yield from assignments(statement.body)
            case ir.Chance():
                yield from assignments(statement.then)
                yield from assignments(statement.otherwise)
            case _:
                pass


def read_by(block: Iterable[ir.Statement], reads: Callable[[ir.Expr], frozenset[str]]) -> Iterator[str]:
    """The state variables that statements look at to decide or to compute; what they tell is told at the end."""
    for statement in block:
        match statement:
            case ir.Need():
                yield from reads(statement.condition)
            case ir.Assign():
                yield from _read((*statement.args, statement.value), reads)
            case ir.Draw():
                yield from _read((*statement.args, *statement.options), reads)
            case ir.DrawAny():
                yield from _read((*statement.args, statement.condition), reads)
            case ir.If():
                for branch in statement.branches:
                    yield from reads(branch.condition)
                    yield from read_by(branch.body, reads)
                yield from read_by(statement.otherwise, reads)
            case ir.For():
                yield from _read((statement.condition,), reads)
                yield from read_by(statement.body, reads)
            case ir.Chance():
                yield from _read((statement.hits, statement.out_of), reads)
                yield from read_by((*statement.then, *statement.otherwise), reads)
            case _:
                pass


def _read(expressions: Iterable[ir.Expr | None], reads: Callable[[ir.Expr], frozenset[str]]) -> Iterator[str]:
    for expression in expressions:
        if expression is not None:
            yield from reads(expression)
