"""Checked expressions with what they can be, and the small steps of constant folding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from . import ir
from .bounds import compare
from .ir import NONE_INT, Expr
from .values import ANYTHING, BOOLS, NONE_ONLY, Values, values_of


class Typed(NamedTuple):
    """An expression and what it can be where it stands."""

    expr: Expr
    values: Values


FAULTY = Typed(ir.Const(0, "atom"), ANYTHING)
TRUE, FALSE = ir.Const(1, "bool"), ir.Const(0, "bool")
ZERO = ir.Const(0, "int")


def constant(value: int, sort: ir.Sort) -> Typed:
    """A known value."""
    return Typed(ir.Const(value, sort), values_of(sort, value))


def boolean(expr: Expr) -> Typed:
    """A condition."""
    return Typed(expr, Values(bools=2 if expr.value else 1) if isinstance(expr, ir.Const) else BOOLS)


def negate(expr: Expr) -> Expr:
    """The opposite of a condition."""
    if isinstance(expr, ir.Const):
        return FALSE if expr.value else TRUE
    return expr.item if isinstance(expr, ir.Not) else ir.Not(expr)


def none_as(expr: Expr, sort: ir.Sort) -> Expr:
    """`none` is written one way and held in two: as an atom, or among numbers."""
    if sort != "int" or expr.sort == "int":
        return expr
    if isinstance(expr, ir.Const):
        return ir.Const(NONE_INT, "int") if expr.value == 0 and expr.sort == "atom" else expr
    if isinstance(expr, ir.Cond):
        return replace(expr, then=none_as(expr.then, sort), otherwise=none_as(expr.otherwise, sort), sort="int")
    return expr


def as_sort(found: Typed, sort: ir.Sort) -> Expr:
    """An expression brought to a sort, where it is none: written, or known from a condition."""
    if found.expr.sort != sort and found.values == NONE_ONLY and sort != "bool":
        return ir.Const(NONE_INT if sort == "int" else 0, sort)
    return none_as(found.expr, sort)


def unify(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Brings `none` on one side to the sort of the other side."""
    if right.values == NONE_ONLY:
        return left, Typed(as_sort(right, left.expr.sort), right.values)
    if left.values == NONE_ONLY:
        return Typed(as_sort(left, right.expr.sort), left.values), right
    return left, right


def comparison(op: str, left: Expr, right: Expr) -> Expr:
    """A comparison, folded when both sides are known."""
    if isinstance(left, ir.Const) and isinstance(right, ir.Const):
        return TRUE if compare(op, left.value, right.value) else FALSE
    return ir.Compare(op, left, right)  # type: ignore[arg-type]


def membership(expr: Expr, values: tuple[int, ...]) -> Expr:
    """Membership in a list of values, folded when the item is known; wide ranges become two comparisons."""
    if isinstance(expr, ir.Const):
        return TRUE if expr.value in values else FALSE
    if expr.sort == "int" and len(values) > 64 and NONE_INT not in values:
        low, high = ir.Const(min(values), "int"), ir.Const(max(values), "int")
        if max(values) - min(values) + 1 == len(values):
            return ir.And((ir.Compare(">=", expr, low), ir.Compare("<=", expr, high)))
    return ir.IsIn(expr, tuple(sorted(values)))


def place_in(expr: ir.Indexed, indexes: Sequence[int]) -> int:
    """The member of a family that the indexes choose, 0 (none) out of range."""
    position = 0
    for index, length in zip(indexes, expr.sizes, strict=True):
        if not 1 <= index <= length:
            return 0
        position = position * length + index - 1
    return expr.table[position]
