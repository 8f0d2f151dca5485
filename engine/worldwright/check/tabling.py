"""Which recursive definitions are worked out for all their arguments at once.

A definition is *steady* if what it calls itself with can be seen from its own arguments alone: `sees(r - 1, a)`, but
not `within(at(x))`, which the state decides, nor `linked(y)` for some `y`, which leads anywhere. The values of a steady
definition depend on each other in the same way in every state. So they are computed all together, once for a state, in
an order that is known beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from .. import limits
from . import ir
from .ir import DomainInfo, Expr
from .reasoning import children


def tabled(name: str, definitions: Mapping[str, ir.Definition], domains: Mapping[str, DomainInfo]) -> bool:
    """Whether a definition is recursive, steady with all recursive ones that it stands on, and small."""
    if not definitions[name].recursive:
        return False
    found, todo, cases = {name}, [name], 0
    while todo:
        definition = definitions[todo.pop()]
        cases += prod(len(domains[p.domain].values) for p in definition.parameters)
        steady, called = _calls(definition, definitions)
        if not steady or cases > limits.TABLED_CASES:
            return False
        todo += [c for c in called if c not in found]
        found.update(called)
    return True


def _calls(definition: ir.Definition, definitions: Mapping[str, ir.Definition]) -> tuple[bool, list[str]]:
    """Whether every recursive call names its arguments plainly; the definitions called so."""
    own = {p.name for p in definition.parameters}
    called: dict[str, None] = {}
    todo: list[Expr] = [definition.body]
    while todo:
        expr = todo.pop()
        if isinstance(expr, ir.Call) and expr.define in definitions and definitions[expr.define].recursive:
            if not all(_plain(a, own) for a in expr.args):
                return False, []
            called[expr.define] = None
        todo += children(expr)
    return True, list(called)


def _plain(expr: Expr, own: set[str]) -> bool:
    match expr:
        case ir.Const():
            return True
        case ir.Var(name):
            return name in own
        case ir.Arith(_, left, right):
            return _plain(left, own) and _plain(right, own)
        case _:
            return False
