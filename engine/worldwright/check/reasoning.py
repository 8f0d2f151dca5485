"""What follows from conditions: values of expressions under facts, and facts from conditions that hold or fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import limits
from . import ir
from .bounds import compare
from .division import quotient_span, remainder_span
from .ir import Expr
from .scope import Scope
from .values import ANYTHING, BOOLS, NONE_ONLY, NOTHING, Values, interval, listed, values_of

_EXPANSION_DEPTH = 3
_EXPANSION_SIZE = 60
_CASES_DEPTH = 4
"""Alternatives inside alternatives are told apart this deep: each level doubles the work."""


@dataclass(slots=True)
class Reasoner:
    """Knows what each state variable and definition can be, and reads conditions.

    `state_values` may be sharper than the declared domains (lints know the constants).
    """

    state_values: Mapping[str, Values]
    define_values: dict[str, Values]
    domain_values: Mapping[str, Values]
    definitions: Mapping[str, ir.Definition]
    define_reads: dict[str, frozenset[str]] = field(default_factory=dict)
    _reads: dict[Expr, frozenset[str]] = field(default_factory=dict)
    _depth: int = 0
    _cases: int = 0

    # ------------------------------------------------------------ dependence

    def reads(self, expr: Expr) -> frozenset[str]:
        """The state variables an expression depends on, through definitions too."""
        known = self._reads.get(expr)
        if known is None:
            own: frozenset[str] = frozenset()
            if isinstance(expr, ir.Fluent):
                own = frozenset((expr.state,))
            elif isinstance(expr, ir.Call):
                own = self.define_reads.get(expr.define, frozenset())
            known = own.union(*(self.reads(e) for e in children(expr)))
            self._reads[expr] = known
        return known

    def forget_reads(self) -> None:
        """Drops what was remembered of dependences, after definitions have become known."""
        self._reads.clear()

    def forget(self, scope: Scope, states: frozenset[str]) -> Scope:
        """Without the facts that changes of these state variables may undo."""
        if not states:
            return scope
        kept = {e: v for e, v in scope.facts.items() if not self.reads(e) & states}
        return replace(scope, facts=kept, changed=scope.changed | states)

    # ------------------------------------------------------------ values

    def values(self, expr: Expr, scope: Scope) -> Values:
        """What an expression can be where it stands."""
        fact = scope.facts.get(expr)
        if fact is not None:
            return fact
        match expr:
            case ir.Const():
                return values_of(expr.sort, expr.value)
            case ir.Fluent():
                return self.state_values.get(expr.state, ANYTHING)
            case ir.Call():
                return self.define_values.get(expr.define, ANYTHING)
            case ir.Indexed():
                return indexed_values(expr, [self.values(i, scope) for i in expr.indexes])
            case ir.Arith():
                return arithmetic_values(expr.op, self.values(expr.left, scope), self.values(expr.right, scope))
            case ir.Cond():
                truth = self.truth(expr.condition, scope)
                then = NOTHING if truth is False else self.values(expr.then, self.assume(scope, expr.condition, True))
                if truth is True:
                    return then
                return then.union(self.values(expr.otherwise, self.assume(scope, expr.condition, False)))
            case ir.Quant() if expr.sort != "bool":
                return self._fold_values(expr, scope)
            case ir.Var():
                return ANYTHING
            case _:
                truth = self.truth(expr, scope)
                return BOOLS if truth is None else Values(bools=2 if truth else 1)

    def _fold_values(self, expr: ir.Quant, scope: Scope) -> Values:
        inner, total = self._inside(expr, scope)
        if expr.op == "count":
            return interval(0, total)
        if expr.where is not None:
            inner = self.assume(inner, expr.where, True)
        body = self.values(expr.body, inner)
        if expr.op == "sum":
            return sum_values(body, total, expr.where is not None)
        return body if expr.otherwise is None else body.union(self.values(expr.otherwise, scope))

    def _inside(self, expr: ir.Quant, scope: Scope) -> tuple[Scope, int]:
        facts, total = dict(scope.facts), 1
        for binder in expr.binders:
            found = self.domain_values.get(binder.domain, ANYTHING)
            sort: ir.Sort = "int" if found.has_ints else "bool" if found.bools else "atom"
            facts[ir.Var(binder.name, sort)] = found
            total *= size(found)
        return replace(scope, facts=facts), total

    # ------------------------------------------------------------ truth

    def truth(self, expr: Expr, scope: Scope) -> bool | None:
        """Whether a condition surely holds, surely fails, or neither is known."""
        fact = scope.facts.get(expr)
        if fact is not None and fact.bools in (1, 2):
            return fact.bools == 2
        match expr:
            case ir.Const():
                return bool(expr.value)
            case ir.And():
                return self._chain(expr.items, scope, stop=False)
            case ir.Or():
                return self._chain(expr.items, scope, stop=True)
            case ir.Not():
                truth = self.truth(expr.item, scope)
                return None if truth is None else not truth
            case ir.Compare():
                return self._compare(expr, scope)
            case ir.IsIn():
                values = self.values(expr.item, scope)
                members = listed(expr.item.sort, expr.values) if expr.values else NOTHING
                if values.unknown or values.empty:
                    return None
                whole = expr.item.sort != "int" or len(expr.values) == members.high - members.low + 1
                if whole and values.within(members) and not values.empty:
                    return True
                return False if not values.meets(members) else None
            case ir.Quant():
                return self._quantified(expr, scope)
            case ir.Fluent() | ir.Call() | ir.Cond() | ir.Var():
                bools = self.values(expr, scope).bools
                return None if bools not in (1, 2) else bools == 2
            case _:
                return None

    def _chain(self, items: Sequence[Expr], scope: Scope, stop: bool) -> bool | None:
        """And (stop at false) and or (stop at true): each item is read knowing the ones before it."""
        sure = True
        for item in items:
            truth = self.truth(item, scope)
            if truth is stop:
                return stop
            sure = sure and truth is not None
            scope = self.assume(scope, item, not stop)
            if scope.dead:
                return stop
        return (not stop) if sure else None

    def _compare(self, expr: ir.Compare, scope: Scope) -> bool | None:
        left, right = self.values(expr.left, scope), self.values(expr.right, scope)
        if left.unknown or right.unknown or left.empty or right.empty:
            return None
        if expr.op in ("=", "!="):
            if expr.left == expr.right:
                return expr.op == "="
            if not left.meets(right):
                return expr.op == "!="
            return (expr.op == "=") if left.single() and right.single() else None
        if not (left.has_ints and right.has_ints) or left.atoms or right.atoms:
            return None
        results = {compare(expr.op, a, b) for a in (left.low, left.high) for b in (right.low, right.high)}
        return results.pop() if len(results) == 1 else None

    def _quantified(self, expr: ir.Quant, scope: Scope) -> bool | None:
        inner, total = self._inside(expr, scope)
        if expr.op not in ("exists", "forall"):
            return None
        if total == 0:
            return expr.op == "forall"
        return self.truth(expr.body, inner)

    # ------------------------------------------------------------ facts

    def assume(self, scope: Scope, expr: Expr, truth: bool) -> Scope:
        """What is known besides when a condition holds (or fails)."""
        match expr:
            case ir.Const():
                return scope if bool(expr.value) == truth else replace(scope, dead=True)
            case ir.Not():
                return self.assume(scope, expr.item, not truth)
            case ir.And() | ir.Or():
                if isinstance(expr, ir.And) == truth:
                    for item in expr.items:
                        scope = self.assume(scope, item, truth)
                    return scope
                return self._one_of(scope, expr.items, truth)
            case ir.IsIn():
                members = listed(expr.item.sort, expr.values) if expr.values else NOTHING
                if truth:
                    return self.refine(scope, expr.item, lambda v: v.intersection(members))
                if expr.item.sort == "int" and len(expr.values) != members.high - members.low + 1:
                    return scope
                return self.refine(scope, expr.item, lambda v: v.minus(members))
            case ir.Compare():
                return self._assume_compare(scope, expr, truth)
            case ir.Fluent() | ir.Var() | ir.Call() if expr.sort == "bool":
                scope = self.refine(scope, expr, lambda v: v.intersection(Values(bools=2 if truth else 1)))
                return self._expand(scope, expr, truth) if isinstance(expr, ir.Call) else scope
            case _:
                return scope

    def _one_of(self, scope: Scope, items: Sequence[Expr], truth: bool) -> Scope:
        """One item has this truth, those before it the other: what is common to all cases."""
        if self._cases >= _CASES_DEPTH:
            return scope
        cases = []
        before = scope
        self._cases += 1
        for item in items:
            cases.append(self.assume(before, item, truth))
            before = self.assume(before, item, not truth)
        self._cases -= 1
        return join(scope, cases)

    def _expand(self, scope: Scope, call: ir.Call, truth: bool) -> Scope:
        """A definition that holds tells what its body tells."""
        definition = self.definitions.get(call.define)
        if definition is None or definition.recursive or self._depth >= _EXPANSION_DEPTH:
            return scope
        if not _expandable(definition.body):
            return scope
        names = {p.name: a for p, a in zip(definition.parameters, call.args, strict=True)}
        self._depth += 1
        scope = self.assume(scope, substitute(definition.body, names), truth)
        self._depth -= 1
        return scope

    def _assume_compare(self, scope: Scope, expr: ir.Compare, truth: bool) -> Scope:
        op = expr.op if truth else _OPPOSITE[expr.op]
        left, right = self.values(expr.left, scope), self.values(expr.right, scope)
        if left.unknown or right.unknown:
            return scope
        if op == "=":
            scope = self.refine(scope, expr.left, lambda v: v.intersection(right))
            return self.refine(scope, expr.right, lambda v: v.intersection(left))
        if op == "!=":
            if right.single():
                scope = self.refine(scope, expr.left, lambda v: v.minus(right))
            if left.single():
                scope = self.refine(scope, expr.right, lambda v: v.minus(left))
            return scope
        if not (left.has_ints and right.has_ints):
            return scope
        far = limits.NUMBER_VALUE
        if op in ("<", "<="):
            step = 1 if op == "<" else 0
            under, over = interval(-far, right.high - step), interval(left.low + step, far)
        else:
            step = 1 if op == ">" else 0
            under, over = interval(right.low + step, far), interval(-far, left.high - step)
        scope = self.refine(scope, expr.left, lambda v: v.intersection(under))
        return self.refine(scope, expr.right, lambda v: v.intersection(over))

    def refine(self, scope: Scope, expr: Expr, change: Callable[[Values], Values]) -> Scope:
        """Narrows what an expression can be, and through sums with a constant what its variable part can be."""
        match expr:
            case ir.Var() | ir.Fluent() | ir.Call() | ir.Indexed():
                old = self.values(expr, scope)
                new = change(old)
                return scope if new == old or new.unknown else scope.know(expr, new)
            case ir.Const():
                return replace(scope, dead=True) if change(self.values(expr, scope)).empty else scope
            case ir.Arith():
                return self._refine_arithmetic(scope, expr, change)
            case _:
                return scope

    def _refine_arithmetic(self, scope: Scope, expr: ir.Arith, change: Callable[[Values], Values]) -> Scope:
        """A narrower result: a fact itself; for sums and differences one about both sides, for quotients about one."""
        old = self.values(expr, scope)
        left, right = self.values(expr.left, scope), self.values(expr.right, scope)
        if old.unknown or not (left.has_ints and right.has_ints) or left.atoms or right.atoms:
            return scope
        new = change(old)
        if new == old:
            return scope
        scope = scope.know(expr, new)
        if new.has_ints and expr.op == "div" and right.low == right.high > 0:
            divided = interval(new.low * right.low, new.high * right.low + right.low - 1)
            return self.refine(scope, expr.left, lambda v: v.intersection(divided))
        if not new.has_ints or expr.op not in ("+", "-"):
            return scope
        if expr.op == "+":
            one = interval(new.low - right.high, new.high - right.low)
            other = interval(new.low - left.high, new.high - left.low)
        else:
            one = interval(new.low + right.low, new.high + right.high)
            other = interval(left.low - new.high, left.high - new.low)
        scope = self.refine(scope, expr.left, lambda v: v.intersection(one))
        return self.refine(scope, expr.right, lambda v: v.intersection(other))


_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def join(scope: Scope, cases: Sequence[Scope]) -> Scope:
    """What is known after one of several cases, each an extension of `scope`."""
    alive = [c for c in cases if not c.dead]
    changed = scope.changed.union(*(c.changed for c in cases))
    if not alive:
        return replace(scope, dead=True, changed=changed)
    first, *others = alive
    facts = {}
    for expr, values in first.facts.items():
        for other in others:
            more = other.facts.get(expr)
            if more is None:
                break
            values = values.union(more)
        else:
            facts[expr] = values
    return replace(scope, facts=facts, changed=changed, dead=False)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside an expression."""
    match expr:
        case ir.Fluent() | ir.Call():
            return expr.args
        case ir.And() | ir.Or():
            return expr.items
        case ir.Not() | ir.IsIn():
            return (expr.item,)
        case ir.Compare() | ir.Arith():
            return (expr.left, expr.right)
        case ir.Cond():
            return (expr.condition, expr.then, expr.otherwise)
        case ir.Indexed():
            return expr.indexes
        case ir.Quant():
            return tuple(e for e in (expr.where, expr.body, expr.otherwise) if e is not None)
        case _:
            return ()


def _expandable(body: Expr) -> bool:
    """Small, and without bound variables (which arguments could be captured by)."""
    count, todo = 0, [body]
    while todo:
        expr = todo.pop()
        count += 1
        if count > _EXPANSION_SIZE or isinstance(expr, ir.Quant):
            return False
        todo += children(expr)
    return True


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """An expression with every expression directly inside it replaced."""
    match expr:
        case ir.Fluent() | ir.Call():
            return replace(expr, args=tuple(change(a) for a in expr.args))
        case ir.And() | ir.Or():
            return replace(expr, items=tuple(change(i) for i in expr.items))
        case ir.Not() | ir.IsIn():
            return replace(expr, item=change(expr.item))
        case ir.Compare() | ir.Arith():
            return replace(expr, left=change(expr.left), right=change(expr.right))
        case ir.Cond():
            return replace(
                expr, condition=change(expr.condition), then=change(expr.then), otherwise=change(expr.otherwise)
            )
        case ir.Indexed():
            return replace(expr, indexes=tuple(change(i) for i in expr.indexes))
        case ir.Quant():
            where = None if expr.where is None else change(expr.where)
            otherwise = None if expr.otherwise is None else change(expr.otherwise)
            return replace(expr, where=where, body=change(expr.body), otherwise=otherwise)
        case _:
            return expr


def substitute(expr: Expr, names: Mapping[str, Expr]) -> Expr:
    """An expression with variables replaced."""
    if isinstance(expr, ir.Var):
        return names.get(expr.name, expr)
    return rebuild(expr, lambda e: substitute(e, names))


def substitute_calls(expr: Expr, defines: frozenset[str], value: Expr) -> Expr:
    """An expression with the calls of some definitions replaced by a value."""
    if isinstance(expr, ir.Call) and expr.define in defines:
        return value
    return rebuild(expr, lambda e: substitute_calls(e, defines, value))


def size(values: Values) -> int:
    """How many values a set has."""
    return max(0, values.high - values.low + 1) + values.atoms.bit_count() + values.bools.bit_count()


def indexed_values(expr: ir.Indexed, indexes: Sequence[Values]) -> Values:
    """The members of a family that indexes can choose; none when one may be out of range."""
    mask = 0
    for atom in expr.table:
        mask |= 1 << atom
    inside = all(v.within(interval(1, n)) for v, n in zip(indexes, expr.sizes, strict=True))
    if len(expr.sizes) == 1 and indexes[0].has_ints:
        low, high = max(1, indexes[0].low), min(expr.sizes[0], indexes[0].high)
        mask = 0
        for atom in expr.table[low - 1 : high]:
            mask |= 1 << atom
    return Values(atoms=mask) if inside else Values(atoms=mask).union(NONE_ONLY)


def arithmetic_values(op: str, left: Values, right: Values) -> Values:
    """The interval of a result."""
    if left.unknown or right.unknown:
        return ANYTHING
    if not (left.has_ints and right.has_ints):
        return NOTHING
    if op == "+":
        return interval(left.low + right.low, left.high + right.high)
    if op == "-":
        return interval(left.low - right.high, left.high - right.low)
    if op == "*":
        corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        return interval(min(corners), max(corners))
    if op in ("div", "mod"):
        span = quotient_span if op == "div" else remainder_span
        return interval(*span((left.low, left.high), (right.low, right.high)))
    if op == "min":
        return interval(min(left.low, right.low), min(left.high, right.high))
    return interval(max(left.low, right.low), max(left.high, right.high))


def sum_values(body: Values, total: int, some: bool) -> Values:
    """The interval of a sum of `total` items; of any number of them up to that if `some`."""
    if body.unknown:
        return ANYTHING
    if not body.has_ints or total == 0:
        return interval(0, 0)
    low, high = body.low * total, body.high * total
    return interval(min(0, low), max(0, high)) if some else interval(low, high)
