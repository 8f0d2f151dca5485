"""Which loop comes next: the order of loops and how each finds its values.

A variable that an equality determines is bound without any loop; the values of one that some slots are compared with
are found by a search of those slots (`bytes.find` runs at a gigabyte a second); a table that never changes is inverted
beforehand. What is left is a loop over the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..check.world import NONE_INT
from . import form as f
from .layout import Family


@dataclass(frozen=True, slots=True)
class Loop:
    """All values of the domain, or the ready list of those for which `conjunct` holds."""

    var: f.Var
    conjunct: f.Form | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """The one value that an equality admits."""

    var: f.Var
    value: f.Form


@dataclass(frozen=True, slots=True)
class Find:
    """The values whose slots hold a value: `args` is the address of the first of them, `var`'s first value there."""

    var: f.Var
    family: Family
    args: tuple[f.Form, ...]
    value: f.Form


@dataclass(frozen=True, slots=True)
class Rows:
    """The values that an unchanging relation gives for `key`."""

    var: f.Var
    rows: dict[int, tuple[int, ...]]
    key: f.Form


Step = Loop | Binding | Find | Rows


@dataclass(frozen=True, slots=True)
class Plan:
    """Conditions to test now, the next loop (None when all variables are bound), and the conditions for later."""

    ready: tuple[f.Form, ...]
    step: Step | None
    rest: tuple[f.Form, ...]


def plan(
    loops: Sequence[f.Var], conjuncts: Sequence[f.Form], listed: frozenset[f.Form] = frozenset(), ordered: bool = False
) -> Plan:
    """The next step of a nest of loops. `ordered`: bindings must come in the order of the loops and their domains."""
    open_names = {v.name for v in loops}
    waiting = [(c, open_names.intersection(f.free(c))) for c in conjuncts]
    ready = tuple(c for c, names in waiting if not names)
    if not loops:
        return Plan(ready, None, ())
    later = [(c, names) for c, names in waiting if names]
    best: tuple[float, Step, f.Form | None] | None = None
    for place, var in enumerate(loops):
        for cost, step, used in _options(var, later, listed):
            if ordered and place and not isinstance(step, Binding):
                continue
            if best is None or cost < best[0]:
                best = (cost, step, used)
    assert best is not None
    return Plan(ready, best[1], tuple(c for c, _ in later if c is not best[2]))


def _options(
    var: f.Var, later: Sequence[tuple[f.Form, set[str]]], listed: frozenset[f.Form]
) -> list[tuple[float, Step, f.Form | None]]:
    """The ways to walk a variable: cost, step, the conjunct that the step makes true."""
    size = len(var.domain.values)
    found: list[tuple[float, Step, f.Form | None]] = [(size, Loop(var), None)]
    if size == 1:
        return [(0, Binding(var, f.Const(var.domain.values[0])), None)]
    for conjunct, names in later:
        if names != {var.name}:
            continue
        if isinstance(conjunct, f.Compare) and conjunct.op == "==":
            for side, other in ((conjunct.left, conjunct.right), (conjunct.right, conjunct.left)):
                if var.name in f.free(other):
                    continue
                if side == var:
                    found.append((1, Binding(var, other), conjunct))
                elif isinstance(side, f.Read) and (search := _search(var, side, other)):
                    found.append((3 + size / 10, search, conjunct))
        if conjunct in listed and list(f.free(conjunct)) == [var.name]:
            found.append((2 + size / 3, Loop(var, conjunct), conjunct))
        share, key, position = _relation(var, conjunct)
        if key is not None and share < 1:
            found.append((2 + size * share, _rows(var, conjunct, key, position), conjunct))
    return found


def _search(var: f.Var, side: f.Read, value: f.Form) -> Find | None:
    """A search for `side == value`, if the variable's slots are consecutive, one byte each, and the code fits one."""
    family = side.family
    at = [i for i, arg in enumerate(side.args) if arg == var]
    others = [arg for arg in side.args if arg != var]
    if len(at) != 1 or any(var.name in f.free(arg) for arg in others):
        return None
    domain = family.parameters[at[0]]
    places = [domain.position.get(v, -1) for v in var.domain.values]
    values = var.domain.values
    if family.width * family.strides[at[0]] != 1 or not var.domain.run:
        return None
    if places[0] < 0 or places != list(range(places[0], places[0] + len(places))):
        return None
    if not isinstance(value, f.Const):
        known = f.possible(value, proof=True)
        if known is None or NONE_INT in known or NONE_INT in family.domain.members:
            return None
        if known and not (min(known) >= family.base and max(known) - family.base <= 255):
            return None
    first = tuple(f.Const(values[0]) if arg == var else arg for arg in side.args)
    return Find(var, family, first, value)


def _relation(var: f.Var, conjunct: f.Form) -> tuple[float, f.Form | None, int]:
    """If a conjunct is about a table at (var, one other argument): the share of rows kept, that argument, its place."""
    match conjunct:
        case f.Lookup():
            lookup = conjunct
        case f.Compare(_, f.Lookup() as lookup, f.Const()) | f.Member(f.Lookup() as lookup, _):
            pass
        case _:
            return 1.0, None, 0
    unknown = [(i, arg) for i, arg in enumerate(lookup.args) if not isinstance(arg, f.Const)]
    keys = [(i, arg) for i, arg in unknown if arg != var]
    if len(unknown) != 2 or len(keys) != 1 or var.name in f.free(keys[0][1]):
        return 1.0, None, 0
    place, key = keys[0]
    if len(lookup.table.parameters[place].values) * len(var.domain.values) > 200_000:
        return 1.0, None, 0
    values = lookup.table.values
    kept = sum(1 for v in values if holds(conjunct, v))
    return kept / max(1, len(values)), key, place


def holds(conjunct: f.Form, value: int) -> bool:
    """Whether a condition about a table's value holds for one."""
    match conjunct:
        case f.Compare(op, _, right):
            return f.compared(op, f.Const(value), right) == f.TRUE
        case f.Member(_, values):
            return value in values
        case _:
            return value == 1


def _rows(var: f.Var, conjunct: f.Form, key: f.Form, place: int) -> Rows:
    lookup = next(p for p in f.walk(conjunct) if isinstance(p, f.Lookup))
    table = lookup.table
    rows = {}
    for known in table.parameters[place].values:
        row = []
        for value in var.domain.values:
            args = [known if i == place else value if arg == var else arg.value if isinstance(arg, f.Const) else 0
                    for i, arg in enumerate(lookup.args)]  # fmt: skip
            if holds(conjunct, table.value(args)):
                row.append(value)
        if row:
            rows[known] = tuple(row)
    return Rows(var, rows, key)
