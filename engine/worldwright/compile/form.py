"""The intermediate form: what a world computes, with everything that is known already worked out.

It lies between the checked world (names, domains by name, definitions) and code (generated Python here; arrays of
states elsewhere). In the form

  * what never changes is folded: constants, constant states (`Lookup` of a table), membership of types (`Member`);
  * a state variable is a `Read` of a family of slots, and every variable carries its explicit domain;
  * `forall`, `count` and `sum` are gone: there are `Exists`, `Total` and `Extreme` over a list of conjuncts;
  * small definitions are inlined, the others are `Function`s.

**Every form is total**: reading a family or a table with an argument outside its domain gives some value of that
family and never fails. The checker has shown that such a value never decides anything (a guard before it fails), so
code may evaluate conjuncts in any order, which is what makes hoisting them out of loops possible.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..check.world import NONE_INT, Sort
from .layout import Domain, Family, Table, Values

Relation = Literal["==", "!=", "<", "<=", ">", ">="]
OPPOSITE: dict[Relation, Relation] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Const:
    """A known value."""

    value: int


@dataclass(frozen=True, slots=True)
class Var:
    """A variable; `name` is the compiler's own and unique in the system.

    `trusted`: at run time its value certainly lies in `domain`. A function's parameter is not trusted, because a call
    may be evaluated ahead of the guard that keeps its arguments inside.
    """

    name: str
    domain: Domain
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a state variable."""

    family: Family
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The value of a state variable that never changes."""

    table: Table
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """The value of a function."""

    function: Function
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """An object of an indexed family by indexes that count from 1; none (0) where one is out of range."""

    atoms: tuple[int, ...]
    sizes: tuple[int, ...]
    indexes: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every item holds."""

    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """Some item holds."""

    items: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    item: Form


@dataclass(frozen=True, slots=True)
class Compare:
    """A relation of two values."""

    op: Relation
    left: Form
    right: Form


@dataclass(frozen=True, slots=True)
class Member:
    """The value is one of a known set."""

    item: Form
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class Arith:
    """Integer arithmetic."""

    op: Literal["+", "-", "*", "min", "max"]
    left: Form
    right: Form


@dataclass(frozen=True, slots=True)
class Choose:
    """`then` if the condition holds, else `otherwise`."""

    condition: Form
    then: Form
    otherwise: Form


@dataclass(frozen=True, slots=True)
class Exists:
    """Some binding of the loops' variables makes every conjunct hold."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of `body` over the bindings that make every conjunct hold."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: Form


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest `body` over those bindings, `otherwise` if there are none."""

    op: Literal["min", "max"]
    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: Form
    otherwise: Form


Form = (
    Const | Var | Read | Lookup | Call | Pick | All | Any_ | Not | Compare | Member | Arith | Choose
    | Exists | Total | Extreme
)  # fmt: skip

TRUE, FALSE = Const(1), Const(0)


@dataclass(eq=False, slots=True)
class Function:
    """A definition that is called. `body` is filled in once the functions that it calls are known.

    `group` numbers the functions that call one another; -1 where there is no recursion.
    """

    name: str
    define: str
    parameters: tuple[Var, ...]
    sort: Sort
    body: Form = TRUE
    group: int = -1
    possible: Values | None = None


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


def calculated(op: Literal["+", "-", "*", "min", "max"], left: Form, right: Form) -> Form:
    """Arithmetic, folded."""
    if isinstance(left, Const) and isinstance(right, Const):
        a, b = left.value, right.value
        results = {"+": a + b, "-": a - b, "*": a * b, "min": min(a, b), "max": max(a, b)}
        return Const(results[op])
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


# ---------------------------------------------------------------- walking forms


def parts(form: Form) -> tuple[Form, ...]:
    """The forms that a form is made of."""
    match form:
        case Read(_, args) | Lookup(_, args) | Call(_, args) | Pick(_, _, args):
            return args
        case All(items) | Any_(items):
            return items
        case Not(item) | Member(item, _):
            return (item,)
        case Compare(_, left, right) | Arith(_, left, right):
            return (left, right)
        case Choose(condition, then, otherwise):
            return (condition, then, otherwise)
        case Exists(_, conjuncts):
            return conjuncts
        case Total(_, conjuncts, body):
            return (*conjuncts, body)
        case Extreme(_, _, conjuncts, body, otherwise):
            return (*conjuncts, body, otherwise)
        case _:
            return ()


def walk(form: Form) -> Iterator[Form]:
    """A form and all forms in it."""
    yield form
    for part in parts(form):
        yield from walk(part)


def free(form: Form) -> dict[str, Var]:
    """The variables that a form leaves open, in the order of their first occurrence."""
    found: dict[str, Var] = {}
    bound: set[str] = set()
    for part in walk(form):
        if isinstance(part, Var):
            found.setdefault(part.name, part)
        elif isinstance(part, Exists | Total | Extreme):
            bound.update(v.name for v in part.loops)
    return {name: var for name, var in found.items() if name not in bound}


def surely_read(form: Form) -> list[Read]:
    """The reads that every evaluation of a form performs, inner ones first."""
    match form:
        case All(items) | Any_(items):
            return surely_read(items[0])
        case Choose(condition):
            return surely_read(condition)
        case Exists() | Total() | Extreme():
            return []
        case _:
            found = [read for part in parts(form) for read in surely_read(part)]
            return [*found, form] if isinstance(form, Read) else found


def weight(form: Form) -> int:
    """A rough cost of evaluating a form, in tens of nanoseconds."""
    own: int
    match form:
        case Const() | Var() | All() | Any_() | Not():
            own = 0
        case Call():
            own = 20
        case Exists(loops) | Total(loops) | Extreme(_, loops):
            own = 10
            for var in loops:
                own += 4 * len(var.domain.values)
        case Member():
            own = 3
        case _:
            own = 2
    return own + sum(weight(part) for part in parts(form))


def reads(form: Form, called: set[Function] | None = None) -> set[Family]:
    """The families that evaluating a form may read."""
    called = set() if called is None else called
    found: set[Family] = set()
    for part in walk(form):
        if isinstance(part, Read):
            found.add(part.family)
        elif isinstance(part, Call) and part.function not in called:
            called.add(part.function)
            found |= reads(part.function.body, called)
    return found


def shape(form: Form) -> Hashable:
    """A key that is equal for forms that are equal but for the names of their variables.

    Open variables are numbered in the order of `free(form)`.
    """
    numbers = {name: i for i, name in enumerate(free(form))}
    return _shape(form, numbers.__getitem__, numbers)


def _shape(form: Form, number: Callable[[str], int], numbers: dict[str, int]) -> Hashable:
    own: Hashable
    match form:
        case Const(value):
            return value
        case Var(name, domain, trusted):
            return ("v", number(name), id(domain), trusted)
        case Read(family):
            own = id(family)
        case Lookup(table):
            own = id(table)
        case Call(function):
            own = id(function)
        case Pick(atoms, sizes):
            own = (atoms, sizes)
        case Compare(op) | Arith(op):
            own = op
        case Member(_, values):
            own = values
        case Exists(loops) | Total(loops) | Extreme(_, loops):
            numbers = {**numbers, **{v.name: len(numbers) + i for i, v in enumerate(loops)}}
            number = numbers.__getitem__
            own = (form.op if isinstance(form, Extreme) else "", tuple(id(v.domain) for v in loops))
        case _:
            own = ""
    return (type(form).__name__, own, *(_shape(part, number, numbers) for part in parts(form)))


# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in a text."""

    article: str
    item: Form
    sort: Sort


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of values in a text: those of the variable's domain that make every conjunct hold."""

    var: Var
    conjuncts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Fixed text, and the mask of the objects that it mentions."""

    text: str
    mentions: int


Text = tuple[Shown | Listed | Said, ...]

# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Require:
    """A need: `index` counts an action's needs in written order; in `start` a failing one rejects the draw."""

    index: int
    condition: Form
    text: Text


@dataclass(frozen=True, slots=True)
class Set:
    """Gives a state variable a value. `place` is the source line, for faults."""

    family: Family
    args: tuple[Form, ...]
    value: Form
    place: str


@dataclass(frozen=True, slots=True)
class Roll:
    """Gives a state variable one of some values, drawn at `site` (mixed with `mixed`)."""

    family: Family
    args: tuple[Form, ...]
    options: tuple[Form, ...]
    site: int
    mixed: tuple[Form, ...]
    place: str


@dataclass(frozen=True, slots=True)
class RollAny:
    """Gives a state variable one of the values of `var` that make every conjunct hold; none of them rejects."""

    family: Family
    args: tuple[Form, ...]
    var: Var
    conjuncts: tuple[Form, ...]
    site: int
    mixed: tuple[Form, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Say:
    """Tells one of several wordings."""

    texts: tuple[Text, ...]
    site: int


@dataclass(frozen=True, slots=True)
class See:
    """Tells what a view tells."""

    view: str
    args: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class When:
    """The first branch whose condition holds, else `otherwise`."""

    branches: tuple[tuple[Form, tuple[Step, ...]], ...]
    otherwise: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The body for every binding, in order, that the conjuncts admit when its turn comes."""

    loops: tuple[Var, ...]
    conjuncts: tuple[Form, ...]
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Luck:
    """`then` in `hits` of `out_of` cases, else `otherwise`."""

    hits: int
    out_of: int
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    site: int
    mixed: tuple[Form, ...]


Step = Require | Set | Roll | RollAny | Say | See | When | Each | Luck


@dataclass(frozen=True, slots=True)
class Routine:
    """A sequence of statements with parameters: a view, an action, what every turn does, the start."""

    name: str
    parameters: tuple[Var, ...]
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """An action in two phases: `check` holds its needs (with the ifs and loops around them), `effects` the rest.

    `effects` and `conjuncts`, the needs once more as one conjunction, stand over parameters whose domains are narrowed
    to what the needs can ever admit.
    """

    check: Routine
    effects: Routine
    free: bool
    conjuncts: tuple[Form, ...]
    needs: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A task: conditions over its parameters."""

    name: str
    parameters: tuple[Var, ...]
    goal: Form
    milestones: tuple[Form, ...]
    fails: tuple[tuple[Form, Text], ...]
    text: Text


@dataclass(slots=True)
class Program:
    """A whole world in the intermediate form."""

    functions: list[Function] = field(default_factory=list)
    start: tuple[Step, ...] = ()
    opening: tuple[Step, ...] = ()
    views: dict[str, Routine] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    turn: tuple[Step, ...] = ()
    aims: dict[str, Aim] = field(default_factory=dict)
    about: Text = ()
    promises: tuple[Form, ...] = ()
