"""Walking over forms: their parts, open variables, cost, what they read, their shape."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from .layout import Family
from .nodes import (
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
    Function,
    Lookup,
    Member,
    Not,
    Pick,
    Read,
    Total,
    Var,
)


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
