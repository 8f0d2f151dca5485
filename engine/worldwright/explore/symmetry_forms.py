"""Normal forms of expressions and statements, as they are and with two atoms exchanged.

Two expressions with one normal form have one value in every state. So where exchanging two atoms in what a world says
leaves its normal form as it was, the world does not tell the two apart. Normal forms know that the order of `and`,
`or`, `+`, `*`, `min`, `max`, `=` and of a set's members says nothing, and they unroll quantifiers over numbers that
pick atoms by index (`forall i: 1..3 (clean(cup[i]))`); what else may be equal is taken for different, which is safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from ..check.world import (
    NONE,
    And,
    Arith,
    Assign,
    Call,
    Chance,
    Compare,
    Cond,
    Const,
    Expr,
    Fluent,
    For,
    If,
    Indexed,
    IsIn,
    Need,
    Not,
    Or,
    Quant,
    Show,
    Sort,
    Statement,
    Tell,
    Var,
)
from ..compile.system import System
from .nodes import ARITHMETIC

Normal = tuple[Any, ...]
Known = Mapping[str, Normal]
"""The values of variables that are known, as normal forms."""

MOST_ROUNDS = 4096
"""Bindings of one quantifier that are unrolled."""


class OutOfEffort(Exception):
    """There is too much to compare."""


@dataclass(slots=True)
class Effort:
    """What comparing may still cost, counted in parts of normal forms and not in time: the same for everybody."""

    left: int

    def spend(self, amount: int) -> None:
        """Raises OutOfEffort when nothing is left."""
        self.left -= amount
        if self.left < 0:
            raise OutOfEffort


TRUE: Normal = ("const", "bool", 1)
FALSE: Normal = ("const", "bool", 0)
_MIRRORED = {">": "<", ">=": "<="}
_RUNS = {"exists": "or", "forall": "and", "count": "+", "sum": "+"}


def parts(expression: Expr) -> tuple[Expr, ...]:
    """The expressions that an expression is made of."""
    match expression:
        case Fluent(_, args) | Call(_, args) | Indexed(_, _, args):
            return args
        case And(items) | Or(items):
            return items
        case Not(item) | IsIn(item, _):
            return (item,)
        case Compare(_, left, right) | Arith(_, left, right):
            return (left, right)
        case Cond(condition, then, otherwise):
            return (condition, then, otherwise)
        case Quant():
            return tuple(e for e in (expression.where, expression.body, expression.otherwise) if e is not None)
        case _:
            return ()


def walked(expression: Expr) -> Iterator[Expr]:
    """An expression and all in it."""
    yield expression
    for part in parts(expression):
        yield from walked(part)


def blocks(statement: Statement) -> Iterator[tuple[Statement, ...]]:
    """The blocks directly inside a statement."""
    match statement:
        case If(branches, otherwise):
            yield from (branch.body for branch in branches)
            yield otherwise
        case For():
            yield statement.body
        case Chance():
            yield statement.then
            yield statement.otherwise
        case _:
            pass


def statements(body: Sequence[Statement]) -> Iterator[Statement]:
    """All statements, those inside others too."""
    for statement in body:
        yield statement
        for block in blocks(statement):
            yield from statements(block)


def moves(statement: Statement) -> bool:
    """Whether a statement has a say in the state graph: it does more than tell."""
    if isinstance(statement, If | For | Chance):
        return any(moves(inner) for block in blocks(statement) for inner in block)
    return not isinstance(statement, Tell | Show)


def tells(statement: Statement) -> bool:
    """Whether a statement tells something."""
    return isinstance(statement, Tell | Show) or any(tells(s) for block in blocks(statement) for s in block)


def expressions(body: Sequence[Statement], telling: bool = False) -> Iterator[Expr]:
    """The expressions of statements: of those that move, or (`telling`) the conditions of those that tell."""
    matters = tells if telling else moves
    for statement in body:
        if not matters(statement):
            continue
        match statement:
            case Need():
                yield statement.condition
            case Assign():
                yield from (*statement.args, statement.value)
            case Show():
                yield from statement.args
            case If(branches):
                yield from (branch.condition for branch in branches)
            case For():
                yield from () if statement.condition is None else (statement.condition,)
            case Chance():
                yield from (statement.hits, statement.out_of)
            case _:
                pass
        for block in blocks(statement):
            yield from expressions(block, telling)


def mentioned(expression: Expr) -> set[int]:
    """The atoms that stand in an expression by name."""
    found: set[int] = set()
    for part in walked(expression):
        match part:
            case Const(value, "atom"):
                found.add(value)
            case IsIn(item, values) if item.sort == "atom":
                found.update(values)
            case Indexed(table):
                found.update(table)
            case _:
                pass
    return found


def constant(value: int, sort: Sort) -> Normal:
    """A known value."""
    return ("const", sort, int(value))


@dataclass(frozen=True, slots=True)
class Forms:
    """Normal forms of one world, with regard to two atoms: as the text has it, or with the two exchanged."""

    system: System
    pair: tuple[int, int]
    exchange: bool
    effort: Effort
    known: Known = field(default_factory=dict)

    def atom(self, value: int) -> int:
        """An atom after the exchange."""
        a, b = self.pair
        return value if not self.exchange else b if value == a else a if value == b else value

    def literal(self, value: int, sort: Sort) -> Normal:
        """A value that stands in the text."""
        return constant(self.atom(value) if sort == "atom" else value, sort)

    def of(self, expression: Expr, known: Known | None = None) -> Normal:
        """The normal form of an expression."""
        given = self.known if known is None else known
        self.effort.spend(1)

        def inner(part: Expr) -> Normal:
            return self.of(part, given)

        match expression:
            case Const(value, sort):
                return self.literal(value, sort)
            case Var(name):
                return given.get(name, ("var", name))
            case Fluent(state, args, sort):
                return self._fluent(state, [inner(a) for a in args], sort)
            case Call(define, args):
                return ("call", define, *(inner(a) for a in args))
            case Indexed(table, sizes, indexes):
                return self._indexed([self.atom(a) for a in table], sizes, [inner(i) for i in indexes])
            case And(items):
                return joined("and", [inner(i) for i in items])
            case Or(items):
                return joined("or", [inner(i) for i in items])
            case Not(item):
                return opposite(inner(item))
            case Compare(op, left, right):
                return compared(op, inner(left), inner(right))
            case IsIn(item, values):
                return self._member(inner(item), values, item.sort)
            case Arith("-" | "div" | "mod" as op, left, right):
                a, b = inner(left), inner(right)
                known_both = a[0] == b[0] == "const"
                return constant(ARITHMETIC[op](a[2], b[2]), "int") if known_both else (op, a, b)
            case Arith(op, left, right):
                return joined(op, [inner(left), inner(right)])
            case Cond(condition, then, otherwise):
                return chosen(inner(condition), inner(then), inner(otherwise))
            case Quant():
                return self._quantified(expression, given)

    def _fluent(self, state: str, args: Sequence[Normal], sort: Sort) -> Normal:
        table = self.system.layout.tables.get(state)
        if table is not None and all(a[0] == "const" for a in args):
            return constant(table.value([a[2] for a in args]), sort)
        return ("fluent", state, *args)

    def _indexed(self, table: Sequence[int], sizes: Sequence[int], indexes: Sequence[Normal]) -> Normal:
        if any(i[0] != "const" for i in indexes):
            return ("indexed", tuple(table), tuple(sizes), *indexes)
        position = 0
        for index, size in zip(indexes, sizes, strict=True):
            if not 1 <= index[2] <= size:
                return constant(NONE, "atom")
            position = position * size + index[2] - 1
        return constant(table[position], "atom")

    def _member(self, item: Normal, values: Sequence[int], sort: Sort) -> Normal:
        admitted = sorted({self.atom(v) if sort == "atom" else v for v in values})
        if item[0] == "const":
            return constant(item[2] in admitted, "bool")
        return ("in", item, tuple(admitted))

    # ------------------------------------------------------------ quantifiers

    def _quantified(self, quant: Quant, known: Known) -> Normal:
        domains = self.system.world.domains
        numbers = [b for b in quant.binders if domains[b.domain].sort == "int"]
        rounds = prod(len(domains[b.domain].values) for b in numbers)
        if quant.op not in _RUNS or not numbers or rounds > MOST_ROUNDS or not self._picks(quant):
            return self._closed(quant, [(b.name, b.domain) for b in quant.binders], known)
        rest = [(b.name, b.domain) for b in quant.binders if b not in numbers]
        found = []
        for values in product(*(domains[b.domain].values for b in numbers)):
            bound = {b.name: constant(v, "int") for b, v in zip(numbers, values, strict=True)}
            found.append(self._closed(quant, rest, {**known, **bound}))
        return joined(_RUNS[quant.op], found)

    def _picks(self, quant: Quant) -> bool:
        """Whether one of the two atoms is picked by an index somewhere inside."""
        return any(isinstance(e, Indexed) and not {*self.pair}.isdisjoint(e.table) for e in walked(quant))

    def _closed(self, quant: Quant, binders: Sequence[tuple[str, str]], known: Known) -> Normal:
        """One round of a quantifier whose other binders are known; the whole where these are none."""
        where = TRUE if quant.where is None else self.of(quant.where, known)
        body = self.of(quant.body, known)
        otherwise = () if quant.otherwise is None else self.of(quant.otherwise, known)
        if binders or quant.op not in _RUNS:
            return ("quant", quant.op, tuple(binders), where, body, otherwise)
        match quant.op:
            case "exists":
                return joined("and", [where, body])
            case "forall":
                return joined("or", [opposite(where), body])
            case "count":
                return chosen(joined("and", [where, body]), constant(1, "int"), constant(0, "int"))
            case _:
                return chosen(where, body, constant(0, "int"))

    # ------------------------------------------------------------ statements

    def body(self, body: Sequence[Statement], telling: bool = False) -> Normal:
        """What statements do to the state; or (`telling`) under which conditions they tell."""
        matters = tells if telling else moves
        return tuple(self._statement(s, telling) for s in body if matters(s))

    def _statement(self, statement: Statement, telling: bool) -> Normal:
        match statement:
            case Need():
                return ("need", self.of(statement.condition))
            case Assign():
                return ("set", statement.state, *map(self.of, statement.args), self.of(statement.value))
            case Tell():
                return ("tell",)
            case Show():
                return ("show", statement.view, *map(self.of, statement.args))
            case If(branches, otherwise):
                ways = tuple((self.of(b.condition), self.body(b.body, telling)) for b in branches)
                return ("if", ways, self.body(otherwise, telling))
            case For(binders, condition, body):
                loops = tuple((b.name, b.domain) for b in binders)
                return ("for", loops, TRUE if condition is None else self.of(condition), self.body(body, telling))
            case Chance(hits, out_of, then, otherwise):
                odds = (self.of(hits), self.of(out_of))
                return ("chance", *odds, self.body(then, telling), self.body(otherwise, telling))
            case _:
                raise AssertionError(f"{statement.kind} stands in `start` alone")


# ---------------------------------------------------------------- folding

_NEUTRAL = {"and": TRUE, "or": FALSE, "+": constant(0, "int"), "*": constant(1, "int")}
_DECISIVE = {"and": FALSE, "or": TRUE}


def joined(op: str, items: Sequence[Normal]) -> Normal:
    """Several forms under an operation whose order says nothing, the known ones worked out."""
    numbers: list[int] = []
    rest: list[Normal] = []
    item: Normal
    for item in (part for each in items for part in (each[1:] if each[0] == op else (each,))):
        if op in ("and", "or"):
            if item == _DECISIVE[op]:
                return item
            if item != _NEUTRAL[op] and item not in rest:
                rest.append(item)
        elif item[0] == "const":
            numbers.append(item[2])
        else:
            rest.append(item)
    if numbers:
        number = sum(numbers) if op == "+" else prod(numbers) if op == "*" else (min if op == "min" else max)(numbers)
        if not rest:
            return constant(number, "int")
        if constant(number, "int") != _NEUTRAL.get(op):
            rest.append(constant(number, "int"))
    if not rest:
        return _NEUTRAL[op]
    return rest[0] if len(rest) == 1 else (op, *sorted(rest, key=repr))


def opposite(item: Normal) -> Normal:
    """The negation."""
    if item[0] == "const":
        return constant(not item[2], "bool")
    return item[1] if item[0] == "not" else ("not", item)


def chosen(condition: Normal, then: Normal, otherwise: Normal) -> Normal:
    """One of two forms."""
    if condition[0] == "const":
        return then if condition[2] else otherwise
    return ("choose", condition, then, otherwise)


def compared(op: str, left: Normal, right: Normal) -> Normal:
    """A relation of two forms."""
    if op in _MIRRORED:
        op, left, right = _MIRRORED[op], right, left
    if left[0] == right[0] == "const":
        a, b = left[2], right[2]
        return constant({"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b}[op], "bool")
    if op in ("=", "!="):
        left, right = sorted((left, right), key=repr)
    return (op, left, right)
