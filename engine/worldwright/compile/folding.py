"""Making forms of the intermediate form, with everything folded that is known; and what values a form can have."""

from __future__ import annotations

from ..check.bounds import arithmetic
from ..check.division import quotient_span, remainder_span
from ..check.world import NONE_INT
from .layout import Table, Values
from .nodes import (
    FALSE,
    TRUE,
    All,
    Any_,
    Arith,
    Call,
    Choose,
    Compare,
    Const,
    Exists,
    Extreme,
    Form,
    Lookup,
    Member,
    Not,
    Pick,
    Read,
    Relation,
    Sign,
    Total,
    Var,
)

OPPOSITE: dict[Relation, Relation] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

# ---------------------------------------------------------------- values


def possible(form: Form, proof: bool = False) -> Values | None:
    """A set that holds every value a form can have; None where nothing useful is known.

    Without `proof` the checker's guarantees are taken for granted (good for folding); with it only what holds for every
    evaluation, in any order, counts (good for leaving out range checks).
    """
    match form:
        case Const(value):
            return range(value, value + 1)
        case Var(_, domain, trusted):
            return domain.members if trusted or not proof else None
        case Read(family):
            return family.domain.members
        case Lookup(table):
            return table.members
        case Call(function):
            return None if proof else function.possible
        case Pick(atoms, sizes, indexes):
            inside = all(
                (found := possible(i, proof)) is not None and within(found, range(1, size + 1))
                for i, size in zip(indexes, sizes, strict=True)
            )
            return frozenset(atoms) if inside else frozenset((*atoms, 0))
        case Arith(op, left, right):
            return _possible_result(op, possible(left, proof), possible(right, proof))
        case Choose(_, then, otherwise):
            return union(possible(then, proof), possible(otherwise, proof))
        case Extreme(_, _, _, body, otherwise):
            return union(possible(body, proof), possible(otherwise, proof))
        case Total():
            return None
        case _:
            return range(2)


def within(values: Values, others: Values) -> bool:
    """Whether a set is part of another."""
    if isinstance(values, range) and isinstance(others, range):
        return not values or (values[0] in others and values[-1] in others)
    return all(v in others for v in values)


def apart(values: Values, others: Values) -> bool:
    """Whether two sets share nothing."""
    if isinstance(values, range) and isinstance(others, range):
        return not values or not others or values[-1] < others[0] or others[-1] < values[0]
    few, many = sorted((values, others), key=len)
    return not any(v in many for v in few)


def union(values: Values | None, others: Values | None) -> Values | None:
    """The union of two sets, each of which may be unknown."""
    if values is None or others is None:
        return None
    if within(values, others):
        return others
    return values if within(others, values) else frozenset(values) | frozenset(others)


def _possible_result(op: str, left: Values | None, right: Values | None) -> Values | None:
    if not left or not right or NONE_INT in left or NONE_INT in right:
        return None
    a, b, c, d = min(left), max(left), min(right), max(right)
    match op:
        case "+":
            ends = [a + c, b + d]
        case "-":
            ends = [a - d, b - c]
        case "*":
            ends = [a * c, a * d, b * c, b * d]
        case "div":
            ends = [*quotient_span((a, b), (c, d))]
        case "mod":
            ends = [*remainder_span((a, b), (c, d))]
        case "min":
            ends = [min(a, c), min(b, d)]
        case _:
            ends = [max(a, c), max(b, d)]
    return range(min(ends), max(ends) + 1)


# ---------------------------------------------------------------- making forms


def all_of(items: list[Form]) -> Form:
    """The conjunction, flattened and folded."""
    kept: list[Form] = []
    for item in items:
        if item == FALSE:
            return FALSE
        kept += item.items if isinstance(item, All) else () if item == TRUE else (item,)
    return TRUE if not kept else kept[0] if len(kept) == 1 else All(tuple(kept))


def any_of(items: list[Form]) -> Form:
    """The disjunction, flattened and folded."""
    kept: list[Form] = []
    for item in items:
        if item == TRUE:
            return TRUE
        kept += item.items if isinstance(item, Any_) else () if item == FALSE else (item,)
    return FALSE if not kept else kept[0] if len(kept) == 1 else Any_(tuple(kept))


def negated(item: Form) -> Form:
    """The opposite, folded."""
    match item:
        case Const(value):
            return Const(1 - value)
        case Not(inner):
            return inner
        case Compare(op, left, right):
            return compared(OPPOSITE[op], left, right)
        case Member(Var(_, domain, True) as var, values):
            return member(var, frozenset(domain.values) - values)
        case _:
            return Not(item)


def compared(op: Relation, left: Form, right: Form) -> Form:
    """A comparison, folded where the values decide it. A constant comes to stand on the right."""
    if isinstance(left, Const) and not isinstance(right, Const):
        mirrored: dict[Relation, Relation] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        return compared(mirrored.get(op, op), right, left)
    if isinstance(left, Const) and isinstance(right, Const):
        return Const(int(_holds(op, left.value, right.value)))
    if left == right:
        return Const(int(op in ("==", "<=", ">=")))
    a, b = possible(left), possible(right)
    if op in ("==", "!="):
        if a is not None and b is not None and apart(a, b):
            return Const(int(op == "!="))
        if isinstance(right, Const) and isinstance(left, Var | Lookup):
            found = member(left, frozenset((right.value,)))
            if not isinstance(found, Compare):
                return found if op == "==" else negated(found)
        if isinstance(right, Const) and a == range(2) and _is_condition(left):
            return left if (right.value == 1) == (op == "==") else negated(left)
    elif a and b and NONE_INT not in a and NONE_INT not in b:
        if _holds(op, max(a), min(b)) and _holds(op, min(a), max(b)):
            return TRUE
        if not _holds(op, max(a), min(b)) and not _holds(op, min(a), max(b)):
            return FALSE
        if isinstance(right, Const) and isinstance(left, Var | Lookup):
            return member(left, frozenset(v for v in a if _holds(op, v, right.value)))
    return Compare(op, left, right)


def fallen(hits: Form, out_of: Form) -> tuple[Form, Form]:
    """Whether a chance of `hits` in `out_of` can come true at all; and whether, if so, it surely does."""
    return compared(">", hits, FALSE), compared(">=", hits, out_of)


def _is_condition(form: Form) -> bool:
    """Whether a form is known to be of sort bool by its kind."""
    return isinstance(form, All | Any_ | Not | Compare | Member | Exists) or (
        isinstance(form, Read) and form.family.domain.sort == "bool"
    )


def _holds(op: Relation, a: int, b: int) -> bool:
    match op:
        case "==":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b


def member(item: Form, values: frozenset[int]) -> Form:
    """Membership in a known set, folded; of a table's value with one unknown argument: membership of the argument."""
    known = possible(item)
    if isinstance(item, Const):
        return Const(int(item.value in values))
    if known is not None:
        if within(known, values):
            return TRUE
        values = frozenset(v for v in values if v in known)
        if not values:
            return FALSE
    if isinstance(item, Lookup):
        unknown = [(i, arg) for i, arg in enumerate(item.args) if not isinstance(arg, Const)]
        if len(unknown) == 1 and isinstance(unknown[0][1], Var):
            at, var = unknown[0]
            fixed = [arg.value if isinstance(arg, Const) else 0 for arg in item.args]
            admitted = frozenset(
                v for v in item.table.parameters[at].values
                if item.table.value([*fixed[:at], v, *fixed[at + 1 :]]) in values
            )  # fmt: skip
            return member(var, admitted)
    if len(values) == 1 and not isinstance(item, Var):
        return Compare("==", item, Const(*values))
    return Member(item, values)


def calculated(op: Sign, left: Form, right: Form) -> Form:
    """Arithmetic, folded."""
    if isinstance(left, Const) and isinstance(right, Const):
        a, b = left.value, right.value
        return Const(arithmetic(op, a, b))
    if op in ("+", "-") and right == FALSE:
        return left
    return Arith(op, left, right)


def chosen(condition: Form, then: Form, otherwise: Form) -> Form:
    """A choice, folded."""
    if isinstance(condition, Const):
        return then if condition.value else otherwise
    return then if then == otherwise else Choose(condition, then, otherwise)


def looked_up(table: Table, args: tuple[Form, ...]) -> Form:
    """A table's value, folded where the arguments are known or do not matter."""
    known = [arg.value for arg in args if isinstance(arg, Const)]
    if len(known) == len(args):
        return Const(table.value(known))
    if len(table.members) == 1:
        return Const(next(iter(table.members)))
    found = Lookup(table, args)
    if table.domain.sort == "bool":
        folded = member(found, frozenset((1,)))
        return found if isinstance(folded, Compare) else folded
    return found


def conjuncts_of(form: Form) -> list[Form]:
    """The conditions whose conjunction a form is."""
    if isinstance(form, All):
        return list(form.items)
    return [] if form == TRUE else [form]
