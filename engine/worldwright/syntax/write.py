"""Nodes to documents: how every expression, string, domain and head of a statement is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import nodes as n
from .document import NOTHING, SPACE, Document, Group, Line, Nest, joined

_LEVELS: dict[type[n.Node], int] = {n.Conditional: 0, n.Or: 1, n.And: 2, n.Not: 3, n.Compare: 4, n.Is: 4, n.In: 4}
_SUM, _PRODUCT, _UNARY, _PRIMARY = 5, 6, 7, 8
_SIGN_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "div": _PRODUCT, "mod": _PRODUCT}
_ARTICLE_FIRST = re.compile(r"(a|an|the|A|An|The|list)\b(?!$)|list$")
_CHOICE_FIRST = re.compile(r"(one|any)\b")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "{": "\\{", "}": "\\}", "\n": "\\n"})


def _level(e: n.Expression) -> int:
    """How tightly the outermost operation of an expression binds."""
    if isinstance(e, n.Arithmetic):
        return _SIGN_LEVELS.get(e.op, _PRIMARY)
    if isinstance(e, n.Negative):
        return _UNARY
    return _LEVELS.get(type(e), _PRIMARY)


def expression(e: n.Expression, least: int = 0) -> Document:
    """An expression, in parentheses if it binds weaker than `least`."""
    written = _WRITERS[type(e)](e)
    return ("(", Nest(written), ")") if _level(e) < least else written


def operand(e: n.Expression) -> Document:
    """An expression as it stands where numbers are added: comparisons and what is weaker in parentheses."""
    return expression(e, _SUM)


def _items(items: Iterable[n.Expression], least: int = 0) -> Document:
    return Nest(joined((expression(i, least) for i in items), after=","))


def _chain(word: str, items: Sequence[n.Expression], least: int) -> Document:
    first, *rest = (expression(i, least) for i in items)
    return Group((first, *((SPACE, word + " ", i) for i in rest)))


def _arithmetic(e: n.Arithmetic) -> Document:
    if e.op in ("min", "max"):
        return (e.op, "(", _items((e.left, e.right)), ")")
    level = _level(e)
    return (expression(e.left, level), f" {e.op} ", expression(e.right, level + 1))


def _conditional(e: n.Conditional) -> Document:
    start: Document = ("if ", expression(e.condition), " then ", expression(e.then))
    return Group((start, SPACE, "else ", expression(e.otherwise)))


def _quantified(e: n.Quantified) -> Document:
    body: Document = expression(e.body)
    if e.where is not None:
        body = (body, SPACE, "where ", expression(e.where))
    if e.otherwise is not None:
        body = (body, SPACE, "else ", expression(e.otherwise))
    return (f"{e.kind} ", binders(e.binders), " ", Group(("(", Nest((NOTHING, body)), NOTHING, ")")))


def _membership(e: n.In) -> Document:
    return (expression(e.item, _SUM), " not" if e.negated else "", " in {", _items(e.members), "}")


_WRITERS: dict[type[n.Node], Callable[[Any], Document]] = {
    n.Number: lambda e: str(e.value),
    n.Name: lambda e: e.text,
    n.Call: lambda e: (e.name.text, "(", _items(e.args), ")"),
    n.Indexed: lambda e: (e.name.text, "[", _items(e.indexes), "]"),
    n.Or: lambda e: _chain("or", e.items, 3),  # an `and` in an `or` reads better in parentheses
    n.And: lambda e: _chain("and", e.items, 3),
    n.Not: lambda e: ("not ", expression(e.item, 3)),
    n.Compare: lambda e: (expression(e.left, _SUM), f" {e.op} ", expression(e.right, _SUM)),
    n.Is: lambda e: (expression(e.item, _SUM), " is not " if e.negated else " is ", e.type.text),
    n.In: _membership,
    n.Arithmetic: _arithmetic,
    n.Negative: lambda e: ("-", expression(e.item, _UNARY)),
    n.Conditional: _conditional,
    n.Quantified: _quantified,
}


def flat(document: Document) -> str:
    """A document on one line."""
    if isinstance(document, str):
        return document
    if isinstance(document, tuple):
        return "".join(map(flat, document))
    return document.flat if isinstance(document, Line) else flat(document.content)


# ---------------------------------------------------------------- strings, domains, binders


def string(s: n.String) -> str:
    """A string, always on one line."""
    return '"' + "".join(p.translate(_ESCAPES) if isinstance(p, str) else _insert(p) for p in s.parts) + '"'


def as_written(s: n.String) -> str:
    """What a string says, with its inserts in braces."""
    return "".join(p if isinstance(p, str) else _insert(p) for p in s.parts)


def _insert(insert: n.Insert | n.InsertList) -> str:
    if isinstance(insert, n.InsertList):
        return "{list " + flat((binder(insert.binder), where(insert.where))) + "}"
    text = flat(expression(insert.item, 0 if insert.article else _SUM))
    if insert.article:
        return "{" + f"{insert.article} {text}" + "}"
    return "{(" + text + ")}" if _ARTICLE_FIRST.match(text) else "{" + text + "}"


def strings(items: Iterable[n.String]) -> Document:
    """`"a" | "b"`"""
    return Nest(joined(map(string, items), before="| "))


def named(display: n.String | None, aliases: Sequence[n.String]) -> Document:
    """`"oak chest" also "chest" | "box"`, with a space before; nothing for nothing."""
    shown: Document = f" {string(display)}" if display else ""
    return (shown, " also ", strings(aliases)) if aliases else shown


def domain(d: n.Domain) -> Document:
    """`locked | shut "closed" | 0..9`"""

    def item(i: n.DomainName | n.DomainRange) -> Document:
        if isinstance(i, n.DomainName):
            return (i.name, named(i.display, i.aliases))
        return (expression(i.low, _SUM), "..", expression(i.high, _SUM))

    return Nest(joined(map(item, d.items), before="| "))


def ranges(d: n.Domain) -> Document:
    """What a variable ranges over: bounds that are more than a name or a number stand in parentheses."""

    def bound(e: n.Expression) -> Document:
        simple = isinstance(e, n.Number | n.Name) or (isinstance(e, n.Negative) and isinstance(e.item, n.Number))
        return expression(e) if simple else ("(", expression(e), ")")

    def item(i: n.DomainName | n.DomainRange) -> Document:
        return i.name if isinstance(i, n.DomainName) else (bound(i.low), "..", bound(i.high))

    return Nest(joined(map(item, d.items), before="| "))


def binder(b: n.Binder) -> Document:
    """`x: Thing`"""
    return (b.name.text, ": ", ranges(b.domain))


def binders(items: Iterable[n.Binder]) -> Document:
    """`x: Thing, w: Way`"""
    return Nest(joined(map(binder, items), after=","))


def parameters(items: Sequence[n.Binder]) -> Document:
    """`(x: Thing)`, or nothing."""
    return ("(", binders(items), ")") if items else ""


def where(condition: n.Expression | None) -> Document:
    """` where lit(p)`, or nothing."""
    return (" where ", expression(condition)) if condition is not None else ""


def place(p: n.Place) -> Document:
    """`at(x)`"""
    return (p.name.text, "(", _items(p.args), ")") if p.args else p.name.text


def choice(value: n.Expression | n.OneOf | n.AnyOf) -> Document:
    """The right side of an assignment in `start`."""
    if isinstance(value, n.OneOf):
        return ("one of ", _items(value.options))
    if isinstance(value, n.AnyOf):
        name = f"{value.name.text}: " if value.name else ""
        return ("any ", name, ranges(value.domain), where(value.where))
    written = expression(value)
    return ("(", written, ")") if _CHOICE_FIRST.match(flat(written)) else written


# ---------------------------------------------------------------- statements without blocks, and lines of tasks


def _need(s: n.Need) -> Document:
    sentence: Document = (SPACE, "else ", string(s.otherwise)) if s.otherwise else ""
    return ("need ", Nest((expression(s.condition), sentence)))


def _change(s: n.Change) -> Document:
    change: Document = ("change ", place(s.place), " from ", expression(s.before), " to ", expression(s.after))
    return (change, Nest((SPACE, "else ", string(s.otherwise))))


def _show(s: n.Show) -> Document:
    return ("show ", s.view.text, "(", _items(s.args), ")") if s.args else f"show {s.view.text}"


_SIMPLE: dict[type[n.Node], Callable[[Any], Document]] = {
    n.Say: lambda s: ("say ", strings(s.patterns)),
    n.Need: _need,
    n.Set: lambda s: ("set ", place(s.place), " = ", Nest(expression(s.value))),
    n.Change: _change,
    n.Tell: lambda s: ("tell ", strings(s.texts)),
    n.Show: _show,
    n.Assign: lambda s: (place(s.place), " = ", Nest(choice(s.value))),
    n.Milestone: lambda s: (f"milestone {string(s.text)} ", Nest(expression(s.condition))),
    n.Goal: lambda s: ("goal ", Nest(expression(s.condition))),
    n.Fail: lambda s: ("fail ", Nest((expression(s.condition), SPACE, string(s.text)))),
    n.Limit: lambda s: ("limit ", expression(s.value)),
}


def simple(statement: n.Node) -> Document:
    """A statement without a block, or a line of a task."""
    return Group(_SIMPLE[type(statement)](statement))


# ---------------------------------------------------------------- declarations without bodies, heads of those with


def _type(d: n.Type) -> Document:
    if d.domain is not None:
        return (f"type {d.name.text} = ", domain(d.domain))
    supers: Document = (" is ", Nest(joined((s.text for s in d.supers), after=","))) if d.supers else ""
    return (f"type {d.name.text}", supers)


def _object(d: n.Object) -> Document:
    def one(o: n.ObjectName) -> Document:
        sizes: Document = ("[", _items(o.sizes), "]") if o.sizes else ""
        return (o.name.text, sizes, named(o.display, o.aliases))

    return ("object ", Nest(joined(map(one, d.names), after=",")), f": {d.type.text}")


def _state(d: n.State) -> Document:
    types: Document = ("(", Nest(joined(map(domain, d.parameters), after=",")), ")") if d.parameters else ""
    default: Document = (" = ", expression(d.default)) if d.default is not None else ""
    return (f"state {d.name.text}", types, ": ", domain(d.domain), default)


def _promise(d: n.Promise) -> Document:
    condition: Document = (" ", expression(d.condition)) if d.condition is not None else ""
    text: Document = (SPACE, string(d.text)) if d.text else ""
    return (d.kind, Nest((condition, text)))


def _task(d: n.Task) -> Document:
    return (f"task {d.name.text}", parameters(d.parameters), where(d.where), Nest((SPACE, string(d.text))))


def _action(d: n.Action) -> Document:
    return (f"action {d.name.text}", parameters(d.parameters), " free" if d.free else "")


_HEADS: dict[type[n.Node], Callable[[Any], Document]] = {
    n.World: lambda d: f"world {string(d.title)}",
    n.About: lambda d: f"about {string(d.text)}",
    n.Use: lambda d: f"use {d.module}",
    n.Param: lambda d: (f"param {d.name.text}: ", domain(d.domain), " = ", expression(d.default)),
    n.Type: _type,
    n.Object: _object,
    n.State: _state,
    n.Define: lambda d: (f"define {d.name.text}", parameters(d.parameters), " =", Nest((SPACE, expression(d.body)))),
    n.Start: lambda d: "start",
    n.EachTurn: lambda d: "each turn",
    n.View: lambda d: (f"view {d.name.text}", parameters(d.parameters)),
    n.Action: _action,
    n.Task: _task,
    n.Promise: _promise,
}


def head(declaration: n.Declaration) -> Document:
    """A declaration up to its body."""
    override = "override " if getattr(declaration, "override", False) else ""
    return Group((override, _HEADS[type(declaration)](declaration)))
