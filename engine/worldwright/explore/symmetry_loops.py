"""Loops whose rounds may come in any order: `for x: Cup do …` must not care which cup comes first.

Rounds of a loop that touch different variables can change places. A family that the loop writes is either

  * *owned*: wherever the loop's body or condition reads or writes it, the loop's variables stand as its arguments,
    each in one place (`set wax(x) = wax(x) - 1`), so that no round touches what another one does; or
  * a *mark*: every write of it is the same, location and value, neither of which depends on the round or on anything
    that the loop writes, and the loop does not read it (`set alarm = true`), so that it matters only whether some
    round writes it.

Chance in a loop falls anew in every round, so the set of all results does not depend on the rounds' order either.
These are sufficient conditions, as in the commutativity tests of partial-order reduction (Godefroid, "Partial-Order
Methods for the Verification of Concurrent Systems", 1996); other loops are taken to depend on their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..check.world import (
    Assign,
    Binder,
    Call,
    Definition,
    Expr,
    Fluent,
    For,
    Need,
    Quant,
    Statement,
    Var,
)
from .symmetry_forms import expressions, statements, walked

Access = tuple[str, tuple[Expr, ...]]
"""A state variable and the arguments that it is read or written with."""


def called_reads(calls: Collection[str], definitions: Mapping[str, Definition]) -> set[str]:
    """The state variables that some definitions may read."""
    found: set[str] = set()
    known: set[str] = set()
    waiting = sorted(calls)
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        for part in walked(definitions[name].body):
            if isinstance(part, Fluent):
                found.add(part.state)
            elif isinstance(part, Call):
                waiting.append(part.define)
    return found


def any_order(loop: For, ordered: Sequence[Binder], definitions: Mapping[str, Definition]) -> bool:
    """Whether the rounds of a loop may come in any order of the values of some of its variables."""
    inside = [s for s in statements(loop.body) if isinstance(s, Assign)]
    used = [*expressions(loop.body), *(() if loop.condition is None else (loop.condition,))]
    reads = list(_reads(used))
    through_calls = called_reads({e.define for u in used for e in walked(u) if isinstance(e, Call)}, definitions)
    written = {s.state for s in inside}
    local = {b.name for s in (loop, *statements(loop.body)) if isinstance(s, For) for b in s.binders}
    for state in sorted(written):
        writes = [s for s in inside if s.state == state]
        if state in through_calls:
            return False
        accesses = [(s.state, s.args) for s in writes] + [a for a in reads if a[0] == state]
        if all(_owned(accesses, binder.name) for binder in ordered):
            continue
        if any(name == state for name, _ in reads) or not _same_mark(writes, local, written, through_calls):
            return False
    return True


def _reads(used: Sequence[Expr]) -> Iterator[Access]:
    for expression in used:
        for part in walked(expression):
            if isinstance(part, Fluent):
                yield part.state, part.args


def _owned(accesses: Sequence[Access], name: str) -> bool:
    """Whether a variable stands in one and the same place of all accesses."""
    places = range(len(accesses[0][1]))
    return any(all(isinstance(a := args[i], Var) and a.name == name for _, args in accesses) for i in places)


def _same_mark(writes: Sequence[Assign], local: set[str], written: set[str], through_calls: set[str]) -> bool:
    """Whether all writes are one, and it depends neither on the round nor on what the loop writes."""
    first = writes[0]
    if any((s.args, s.value) != (first.args, first.value) for s in writes):
        return False
    if not written.isdisjoint(through_calls):
        return False
    for part in (p for e in (*first.args, first.value) for p in walked(e)):
        if isinstance(part, Var) and part.name in local:
            return False
        if isinstance(part, Fluent) and part.state in written:
            return False
        if isinstance(part, Quant) and not local.isdisjoint(b.name for b in part.binders):
            return False
    return True


def needs_in_order(body: Sequence[Statement], domains: Collection[str]) -> bool:
    """Whether a loop over some domains holds several needs: which of them refuses depends on the rounds' order."""
    return any(
        isinstance(s, For)
        and any(b.domain in domains for b in s.binders)
        and sum(isinstance(inner, Need) for inner in statements(s.body)) > 1
        for s in statements(body)
    )
