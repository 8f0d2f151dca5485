"""Reads definitions, callees before callers; recursive ones mean a least fixpoint."""

from __future__ import annotations

from collections.abc import Mapping

from .. import limits
from ..circles import circles
from ..syntax import nodes as syn
from . import ir
from .expressions import Expressions
from .folding import FALSE, FAULTY
from .ir import DomainInfo, Expr
from .reasoning import children, substitute_calls
from .scope import Fresh, Scope
from .values import BOOLS
from .vocabulary import DefineEntry
from .walk import names_in


def read_definitions(
    defines: Mapping[str, syn.Define], expressions: Expressions, definitions: dict[str, ir.Definition]
) -> None:
    """Fills `definitions`, in the order written, and tells the vocabulary and the reasoner what they give."""
    called = {name: _called(define, defines) for name, define in defines.items()}
    read: dict[str, ir.Definition] = {}
    depth: dict[str, int] = {}
    for component in circles(called):
        callees = {c for name in component for c in called[name]}.difference(component)
        deep = 1 + max((depth[c] for c in callees), default=0)
        depth.update(dict.fromkeys(component, deep))
        if deep == limits.CALL_DEPTH + 1 or len(component) > limits.CALL_DEPTH:
            message = f"`{component[0]}` stands on definitions that call each other, more than {limits.CALL_DEPTH} deep"
            expressions.vocabulary.faults.error("WW216", defines[component[0]].name.span, message)
        circle = len(component) > 1 or component[0] in called[component[0]]
        _component(component, circle, defines, expressions, read)
        definitions.update(read)
    definitions.clear()
    definitions.update({name: read[name] for name in defines if name in read})


def _called(define: syn.Define, defines: Mapping[str, syn.Define]) -> list[str]:
    """The definitions that one calls."""
    hidden = {p.name.text for p in define.parameters}
    return [
        name
        for name, alone in dict.fromkeys(names_in(define.body))
        if name in defines and name not in hidden and not (alone and defines[name].parameters)
    ]


def _component(
    names: list[str],
    circle: bool,
    defines: Mapping[str, syn.Define],
    expressions: Expressions,
    read: dict[str, ir.Definition],
) -> None:
    vocabulary, reasoner = expressions.vocabulary, expressions.reasoner
    bound = {name: expressions.parameters(defines[name].parameters, Scope(Fresh())) for name in names}
    if circle:
        for name in names:
            found = bound[name]
            domains = found[2] if found else ()
            vocabulary.defines[name] = DefineEntry(name, domains, "bool", BOOLS) if found else None
            reasoner.define_values[name] = BOOLS
            if found and _table_size(domains) > limits.GROUND_DERIVED:
                message = f"`{name}` calls itself, and keeps a table of {_table_size(domains):,} values"
                hint = f"at most {limits.GROUND_DERIVED:,} are allowed"
                vocabulary.faults.error("WW216", defines[name].name.span, message, hint)
    for name in names:
        vocabulary.defines.setdefault(name, None)
    for name in names:
        found = bound[name]
        if found is None:
            vocabulary.defines[name] = None
            continue
        binders, scope, domains = found
        if circle and _numeric(defines[name].body):
            _not_boolean(name, domains, defines, expressions)
            continue
        body = expressions.read(defines[name].body, scope)
        if body.values.unknown:
            vocabulary.defines[name] = DefineEntry(name, domains, "bool", FAULTY.values, faulty=True)
            continue
        if circle and body.expr.sort != "bool":
            _not_boolean(name, domains, defines, expressions)
            continue
        if not circle:
            vocabulary.defines[name] = DefineEntry(name, domains, body.expr.sort, body.values)
        where = vocabulary.faults.where(defines[name].span)
        read[name] = ir.Definition.model_construct(
            name=name, parameters=binders, body=body.expr, sort=body.expr.sort, recursive=circle, where=where
        )
        if circle:
            _monotone(name, body.expr, frozenset(names), defines[name], expressions)
    reads = frozenset[str]().union(*(reasoner.reads(read[n].body) for n in names if n in read))
    for name in names:
        reasoner.define_reads[name] = reads
        entry = vocabulary.defines[name]
        reasoner.define_values[name] = entry.values if entry else FAULTY.values
    reasoner.forget_reads()
    if circle and all(name in read for name in names):
        _founded(names, read, defines, expressions)


def _numeric(node: syn.Expression) -> bool:
    """Whether an expression surely gives a number."""
    match node:
        case syn.Number() | syn.Arithmetic() | syn.Negative() | syn.Quantified(kind="count" | "sum" | "min" | "max"):
            return True
        case syn.Conditional():
            return _numeric(node.then) or _numeric(node.otherwise)
        case _:
            return False


def _not_boolean(
    name: str, domains: tuple[DomainInfo, ...], defines: Mapping[str, syn.Define], expressions: Expressions
) -> None:
    """Reports a recursive definition that is not true or false."""
    vocabulary = expressions.vocabulary
    message = f"`{name}` calls itself, so it must be true or false"
    hint = "keep a number in a state variable, or count what holds"
    vocabulary.faults.error("WW212", defines[name].name.span, message, hint)
    vocabulary.defines[name] = DefineEntry(name, domains, "bool", FAULTY.values, faulty=True)


def _table_size(domains: tuple[DomainInfo, ...]) -> int:
    total = 1
    for domain in domains:
        total *= len(domain.values)
    return total


def _monotone(name: str, body: Expr, circle: frozenset[str], define: syn.Define, expressions: Expressions) -> None:
    """A recursive call may not stand where its truth makes the whole less true."""
    todo: list[tuple[Expr, bool | None]] = [(body, True)]
    while todo:
        expr, positive = todo.pop()
        match expr:
            case ir.Call() if expr.define in circle:
                if positive is not True:
                    how = "under `not`" if positive is False else "where its truth is compared, counted or chosen by"
                    message = f"`{name}` depends on itself {how}, so it has no first meaning"
                    hint = "call it only under and, or, exists, forall"
                    expressions.vocabulary.faults.error("WW213", define.name.span, message, hint)
                    return
                todo += [(a, None) for a in expr.args]
            case ir.And() | ir.Or():
                todo += [(i, positive) for i in expr.items]
            case ir.Not():
                todo.append((expr.item, None if positive is None else not positive))
            case ir.Quant(op="exists" | "forall"):
                todo.append((expr.body, positive))
            case ir.Cond():
                todo += [(expr.condition, None), (expr.then, positive), (expr.otherwise, positive)]
            case _:
                todo += [(c, None) for c in children(expr)]


def _founded(
    names: list[str], read: Mapping[str, ir.Definition], defines: Mapping[str, syn.Define], expressions: Expressions
) -> None:
    """A circle in which nothing is true without something else of the circle is never true."""
    circle = frozenset(names)
    scope = Scope(Fresh())
    for name in names:
        if expressions.reasoner.truth(substitute_calls(read[name].body, circle, FALSE), scope) is not False:
            return
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    message = f"`{names[0]}`{others} is only true where it is true already: it never is"
    hint = "give it a first case that does not call it"
    expressions.vocabulary.faults.error("WW214", defines[names[0]].name.span, message, hint)
