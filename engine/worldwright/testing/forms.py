"""The forms of the language, by name, and which of them a tree has: a random world generator must know them all."""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax import nodes as n
from .rewriting import nodes_in

FORMS: dict[str, str] = {
    "about": 'about "…"', "action": "action", "action free": "action … free", "action parameters": "action act(x: T)",
    "also": 'an object with `also "…"`', "always": "always e", "and": "a and b", "any": "x = any T",
    "any where": "x = any y: T where e", "assign": "x = e in start", "bool": "state x: bool", "call": "f(x)",
    "chance": "chance 1 in 4 then … end", "chance computed": "chance a in b then … end",
    "chance else": "chance … else … end", "chance in start": "chance … end in start", "change": "change x from a to b",
    "compare !=": "a != b", "compare <": "a < b", "compare <=": "a <= b", "compare =": "a = b", "compare >": "a > b",
    "compare >=": "a >= b", "count": "count x: T (e)", "define": "define", "define parameters": "define f(x: T) = e",
    "display": "an object with a shown name", "div": "a div b", "each turn": "each turn",
    "enumeration": "type T = a | b",
    "exists": "exists x: T (e)", "fail": 'fail e "…"', "for": "for x: T do … end", "for where": "for … where e",
    "forall": "forall x: T (e)", "goal": "goal e", "if": "if e then … end", "if elif": "if … elif … end",
    "if else": "if … else … end", "if expression": "if c then a else b", "in": "x in {a, b}", "indexed": "tile[i]",
    "insert": "{x}", "insert A": "{A x}", "insert An": "{An x}", "insert The": "{The x}", "insert a": "{a x}",
    "insert an": "{an x}", "insert list": "{list x: T}", "insert list where": "{list x: T where e}",
    "insert the": "{the x}", "is": "x is T", "is not": "x is not T", "limit": "limit n", "max": "max x: T (…)",
    "max of two": "max(a, b)", "milestone": 'milestone "…" e',
    "milestone insert": 'milestone "… {x}" e', "min": "min x: T (…)", "min of two": "min(a, b)",
    "minus": "a - b", "mod": "a mod b", "module": "use m",
    "name": "a name", "need": "need e else …", "need in start": "need e in start",
    "negative": "-a", "never": "never e", "none": "a domain with none", "not": "not e", "not in": "x not in {a, b}",
    "number": "a number", "object": "object", "one of": "x = one of a, b", "or": "a or b", "override": "override",
    "param": "param p: …", "plus": "a + b", "possible": "possible e", "range": "0..9",
    "recoverable": "recoverable", "recursive": "a define that calls itself", "say": 'say "…"',
    "say several": 'say "…" | "…"', "set": "set x = e", "show": "show v", "show arguments": "show v(x)",
    "sized": "object tile[3]", "sized twice": "object tile[2, 2]", "start": "start", "state": "state",
    "state parameters": "state at(T): …", "subtype": "type A is B", "sum": "sum x: T (e)",
    "sum where": "sum x: T (n where e)", "task": "task", "task parameters": "task t(x: T)",
    "task where": "task … where e",
    "tell": 'tell "…"', "tell several": 'tell "…" | "…"', "times": "a * b", "type": "type T", "union": "A | B",
    "view": "view", "view parameters": "view v(x: T)", "world": 'world "…"',
}  # fmt: skip
"""Every form by name, with how it is written."""

_PLAIN: dict[type[n.Node], str] = {
    n.World: "world", n.About: "about", n.Use: "module", n.Param: "param", n.Object: "object", n.Start: "start",
    n.EachTurn: "each turn", n.Set: "set", n.Change: "change", n.Assign: "assign", n.OneOf: "one of", n.Goal: "goal",
    n.Fail: "fail", n.Limit: "limit", n.Milestone: "milestone", n.Number: "number", n.Name: "name", n.Call: "call",
    n.Indexed: "indexed", n.And: "and", n.Or: "or", n.Not: "not", n.Negative: "negative",
    n.Conditional: "if expression", n.DomainRange: "range",
}  # fmt: skip
WITHOUT_FORM = (n.Node, n.Word, n.String, n.Domain, n.DomainName, n.Binder, n.Place, n.Tree)
"""Nodes that are only parts of others."""
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "div": "div", "mod": "mod", "min": "min of two", "max": "max of two"}


def forms_of(tree: n.Tree) -> frozenset[str]:
    """The names of the forms that occur in a tree."""
    return frozenset(form for node in nodes_in(tree) for form in forms(node))


def forms(node: n.Node) -> Iterator[str]:
    """The forms that one node has by itself."""
    if type(node) in _PLAIN:
        yield _PLAIN[type(node)]
    if getattr(node, "override", False):
        yield "override"
    match node:
        case n.Compare(op=op):
            yield f"compare {op}"
        case n.Arithmetic(op=op):
            yield _SIGNS[op]
        case n.Milestone(text=text):
            yield from ("milestone insert",) * any(not isinstance(part, str) for part in text.parts)
        case n.Is(negated=negated):
            yield "is not" if negated else "is"
        case n.In(negated=negated):
            yield "not in" if negated else "in"
        case n.Quantified(kind=kind, where=where):
            yield kind
            if kind == "sum" and where is not None:
                yield "sum where"
        case n.Insert(article=article):
            yield f"insert {article}".strip()
        case n.InsertList(where=where):
            yield "insert list" if where is None else "insert list where"
        case _:
            yield from _statement(node)


def _statement(node: n.Node) -> Iterator[str]:
    match node:
        case n.Say(patterns=patterns):
            yield "say several" if len(patterns) > 1 else "say"
        case n.Tell(texts=texts):
            yield "tell several" if len(texts) > 1 else "tell"
        case n.Show(args=args):
            yield "show arguments" if args else "show"
        case n.Need(otherwise=otherwise):
            yield "need" if otherwise is not None else "need in start"
        case n.If(branches=branches, otherwise=otherwise_):
            yield from ("if", *["if elif"] * (len(branches) > 1), *["if else"] * (otherwise_ is not None))
        case n.For(where=where):
            yield "for" if where is None else "for where"
        case n.Chance(hits=hits, out_of=out_of, then=then, otherwise=otherwise_):
            yield "chance" if otherwise_ is None else "chance else"
            if any(isinstance(inner, n.Assign) for inner in then):
                yield "chance in start"
            if not (isinstance(hits, n.Number) and isinstance(out_of, n.Number)):
                yield "chance computed"
        case n.AnyOf(where=where):
            yield "any" if where is None else "any where"
        case _:
            yield from _declaration(node)


def _declaration(node: n.Node) -> Iterator[str]:
    match node:
        case n.Type(supers=supers, domain=domain):
            names = [i for i in domain.items if isinstance(i, n.DomainName)] if domain else []
            lower = any(i.name[0].islower() for i in names)
            yield "subtype" if supers else "type" if domain is None else "enumeration" if lower else "union"
        case n.ObjectName(sizes=sizes, display=display, aliases=aliases):
            marks = {"sized": len(sizes) == 1, "sized twice": len(sizes) > 1, "display": display is not None}
            yield from (form for form, there in {**marks, "also": bool(aliases)}.items() if there)
        case n.State(parameters=parameters, domain=values):
            yield from ("state", *["state parameters"] * bool(parameters))
            found = {i.name for i in values.items if isinstance(i, n.DomainName)}
            yield from sorted(found & {"bool", "none"})
        case n.Define(name=name, parameters=parameters_, body=body):
            yield "define parameters" if parameters_ else "define"
            if any(isinstance(inner, n.Call) and inner.name.text == name.text for inner in nodes_in(body)):
                yield "recursive"
        case n.View(parameters=parameters_):
            yield "view parameters" if parameters_ else "view"
        case n.Action(parameters=parameters_, free=free):
            yield from ("action", *["action parameters"] * bool(parameters_), *["action free"] * free)
        case n.Task(parameters=parameters_, where=where):
            yield from ("task", *["task parameters"] * bool(parameters_), *["task where"] * (where is not None))
        case n.Promise(kind=kind):
            yield kind
