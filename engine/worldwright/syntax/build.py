"""From the grammar's rules to nodes: one function for every rule of `grammars/world.lark`, by the rule's name.

The parser calls them bottom-up with everything a rule matched, punctuation included, so every node knows its exact
span. What the grammar lets through has a node, but for one case (`Unbuildable`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic
from ..source import Span
from . import nodes as n
from .scan import ESCAPES, Sign

Parts = Sequence[Any]
"""What a rule matched, in order: signs, nodes and groups."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a helper rule such as `arguments` or `block` gathered; never seen outside of this file."""

    kind: str
    items: tuple[Any, ...]
    span: Span | None


class Unbuildable(Exception):
    """A text that the grammar lets through but that has no tree, with its diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message)


def _span(parts: Parts) -> Span:
    first, last = parts[0].span, parts[-1].span
    for part in reversed(parts):
        if part.span is not None:  # an empty block at the end has no span of its own
            last = part.span
            break
    assert isinstance(first, Span)
    return first.to(last)


def _named(parts: Parts, terminal: str) -> list[Sign]:
    return [p for p in parts if isinstance(p, Sign) and p.type == terminal]


def _word(sign: Sign) -> n.Word:
    return n.Word(sign.text, span=sign.span)


def _name(parts: Parts) -> n.Word:
    return _word(_named(parts, "NAME")[0])


def _nodes(parts: Parts) -> list[Any]:
    """The nodes among the parts, in order (no signs, no groups)."""
    return [p for p in parts if isinstance(p, n.Node)]


def _expressions(parts: Parts) -> list[Any]:
    return [p for p in parts if isinstance(p, n.Node) and not isinstance(p, n.String)]


def _strings(parts: Parts) -> list[n.String]:
    return [p for p in parts if isinstance(p, n.String)]


def _group(parts: Parts, kind: str) -> tuple[Any, ...]:
    """The items of the group of that kind, or nothing."""
    for p in parts:
        if isinstance(p, Group) and p.kind == kind:
            return p.items
    return ()


def _where(parts: Parts) -> Any:
    found = _group(parts, "where")
    return found[0] if found else None


def _gather(kind: str, pick: Callable[[Parts], Sequence[Any]] = _nodes) -> Callable[[Parts], Group]:
    def gather(parts: Parts) -> Group:
        return Group(kind, tuple(pick(parts)), _span(parts) if parts else None)

    return gather


# ---------------------------------------------------------------- expressions


def _left_to_right(parts: Parts) -> Any:
    """`a - b + c` nests to the left."""
    result = parts[0]
    for sign, right in zip(parts[1::2], parts[2::2], strict=True):
        result = n.Arithmetic(sign.text, result, right, span=result.span.to(right.span))
    return result


def _parenthesised(parts: Parts) -> Any:
    return replace(parts[1], span=_span(parts))


def _call(parts: Parts) -> n.Call:
    return n.Call(_name(parts), _group(parts, "arguments"), span=_span(parts))


def _indexed(parts: Parts) -> n.Indexed:
    return n.Indexed(_name(parts), _group(parts, "sizes"), span=_span(parts))


def _membership(negated: bool) -> Callable[[Parts], n.In]:
    return lambda parts: n.In(parts[0], _group(parts, "members"), negated, span=_span(parts))


def _type_test(negated: bool) -> Callable[[Parts], n.Is]:
    return lambda parts: n.Is(parts[0], _word(parts[-1]), negated, span=_span(parts))


def _quantified(kind: Any) -> Callable[[Parts], n.Quantified]:
    def build(parts: Parts) -> n.Quantified:
        fold = _group(parts, "fold_body")
        body, where, otherwise = fold if fold else (_nodes(parts)[0], None, None)
        return n.Quantified(kind, _group(parts, "binders"), body, where, otherwise, span=_span(parts))

    return build


def _fold_body(parts: Parts) -> Group:
    found = _nodes(parts)
    return Group("fold_body", (found[0], _where(parts), found[1] if len(found) > 1 else None), _span(parts))


def _smaller_or_larger(op: Any) -> Callable[[Parts], n.Arithmetic]:
    return lambda parts: n.Arithmetic(op, *_nodes(parts), span=_span(parts))


# ---------------------------------------------------------------- strings

_ESCAPED = re.compile(r"\\(.)")


def unescape(chunk: str) -> str:
    """The text that a chunk of a string stands for."""
    return _ESCAPED.sub(lambda m: ESCAPES.get(m[1], m[0]), chunk) if "\\" in chunk else chunk


def _string(parts: Parts) -> n.String:
    items: list[str | n.Insert | n.InsertList] = []
    for part in parts:
        if isinstance(part, n.Insert | n.InsertList):
            items.append(part)
        elif isinstance(part, Sign) and part.type == "CHUNK":
            text = unescape(part.text)
            if items and isinstance(items[-1], str):
                items[-1] += text
            else:
                items.append(text)
    return n.String(tuple(items), span=_span(parts))


def _insert_article(parts: Parts) -> n.Insert:
    article: Any = parts[0].text
    return n.Insert(article, parts[1], span=_span(parts))


def _insert_word(parts: Parts) -> n.Insert:
    return n.Insert("", n.Name(parts[0].text, span=parts[0].span), span=parts[0].span)


# ---------------------------------------------------------------- domains


def _domain_name(parts: Parts) -> n.DomainName:
    display = parts[1] if len(parts) > 1 and isinstance(parts[1], n.String) else None
    aliases = tuple(s for s in _strings(parts) if s is not display)
    return n.DomainName(parts[0].text, display, aliases, span=_span(parts))


def _domain(parts: Parts) -> n.Domain:
    items: list[n.DomainName | n.DomainRange] = []
    for part in parts:
        if isinstance(part, n.String):  # one more alias of the value before it
            last = items[-1]
            if not isinstance(last, n.DomainName):
                message = "an alias stands after a named value, not after a range"
                raise Unbuildable(Diagnostic("WW001", part.span, message))
            items[-1] = replace(last, aliases=(*last.aliases, part), span=last.span.to(part.span))
        elif isinstance(part, n.DomainName | n.DomainRange):
            items.append(part)
    return n.Domain(tuple(items), span=_span(parts))


def _domain_range(parts: Parts) -> n.DomainRange:
    low, high = _nodes(parts)
    return n.DomainRange(low, high, span=_span(parts))


def _negative_number(parts: Parts) -> n.Negative:
    return n.Negative(_number(parts[1:]), span=_span(parts))


def _number(parts: Parts) -> n.Number:
    return n.Number(int(parts[0].text), span=parts[0].span)


def _binder(parts: Parts) -> n.Binder:
    return n.Binder(_word(parts[0]), parts[2], span=_span(parts))


# ---------------------------------------------------------------- statements


def _assign(parts: Parts) -> n.Assign:
    return n.Assign(parts[0], parts[2], span=_span(parts))


def _any_where(parts: Parts) -> n.AnyOf:
    binder: n.Binder = parts[1]
    return n.AnyOf(binder.name, binder.domain, _where(parts), span=_span(parts))


def _need(parts: Parts) -> n.Need:
    return n.Need(parts[1], parts[3], span=_span(parts))


def _change(parts: Parts) -> n.Change:
    place, before, after, otherwise = _nodes(parts)
    return n.Change(place, before, after, otherwise, span=_span(parts))


def _branch(parts: Parts) -> Group:
    """`elif c then …`"""
    return Group("elif", (parts[1], _group(parts, "block")), _span(parts))


def _if(parts: Parts) -> n.If:
    branches = [(parts[1], _group(parts, "block"))]
    branches += [p.items for p in parts if isinstance(p, Group) and p.kind == "elif"]
    return n.If(tuple(branches), _otherwise(parts), span=_span(parts))


def _else(parts: Parts) -> Group:
    return Group("else", _group(parts, "block"), _span(parts))


def _otherwise(parts: Parts) -> tuple[n.Statement, ...] | None:
    return next((p.items for p in parts if isinstance(p, Group) and p.kind == "else"), None)


def _for(parts: Parts) -> n.For:
    return n.For(_group(parts, "binders"), _where(parts), tuple(_nodes(parts)), span=_span(parts))


def _chance(parts: Parts) -> n.Chance:
    return n.Chance(parts[1], parts[3], _group(parts, "block"), _otherwise(parts), span=_span(parts))


# ---------------------------------------------------------------- declarations


def _type_with_supers(parts: Parts) -> n.Type:
    name, *supers = [_word(s) for s in _named(parts, "NAME")]
    return n.Type(name, tuple(supers), span=_span(parts))


def _object_name(parts: Parts) -> n.ObjectName:
    display = next(iter(_strings(parts)), None)
    return n.ObjectName(_name(parts), _group(parts, "sizes"), display, _group(parts, "also"), span=_span(parts))


def _object(parts: Parts) -> n.Object:
    return n.Object(tuple(_nodes(parts)), _word(parts[-1]), span=_span(parts))


def _state(parts: Parts) -> n.State:
    domain, *default = _nodes(parts)
    types = _group(parts, "state_types")
    return n.State(_name(parts), types, domain, default[0] if default else None, span=_span(parts))


def _define(parts: Parts) -> n.Define:
    return n.Define(_name(parts), _group(parts, "parameters"), parts[-1], span=_span(parts))


def _action(parts: Parts) -> n.Action:
    free = bool(_named(parts, "FREE"))
    return n.Action(_name(parts), _group(parts, "parameters"), free, tuple(_nodes(parts)), span=_span(parts))


def _view(parts: Parts) -> n.View:
    return n.View(_name(parts), _group(parts, "parameters"), tuple(_nodes(parts)), span=_span(parts))


def _task(parts: Parts) -> n.Task:
    text, *items = _nodes(parts)
    parameters = _group(parts, "parameters")
    return n.Task(_name(parts), parameters, _where(parts), text, tuple(items), span=_span(parts))


def _use(parts: Parts) -> n.Use:
    return n.Use(".".join(s.text for s in _named(parts, "NAME")), span=_span(parts))


def _override(parts: Parts) -> Any:
    return replace(parts[1], override=True, span=_span(parts))


def _promise(kind: Any) -> Callable[[Parts], n.Promise]:
    def build(parts: Parts) -> n.Promise:
        condition = next(iter(_expressions(parts)), None)
        text = next(iter(_strings(parts)), None)
        return n.Promise(kind, condition, text, span=_span(parts))

    return build


def _tree(parts: Parts) -> n.Tree:
    span = _span(parts) if parts else Span("", 0, 0)
    return n.Tree(tuple(parts), span=span)


RULES: Mapping[str, Callable[[Parts], Any]] = {
    "world_file": _tree,
    "override": _override,
    "world": lambda p: n.World(p[1], span=_span(p)),
    "about": lambda p: n.About(p[1], span=_span(p)),
    "use": _use,
    "param": lambda p: n.Param(_name(p), p[3], p[5], span=_span(p)),
    "plain_type": lambda p: n.Type(_name(p), span=_span(p)),
    "sub_type": _type_with_supers,
    "alias_type": lambda p: n.Type(_name(p), (), p[3], span=_span(p)),
    "object": _object,
    "object_name": _object_name,
    "sizes": _gather("sizes"),
    "also": _gather("also"),
    "domain": _domain,
    "domain_name": _domain_name,
    "domain_range": _domain_range,
    "state": _state,
    "state_types": _gather("state_types"),
    "define": _define,
    "parameters": _gather("parameters"),
    "binder": _binder,
    "ranges": _domain,
    "number": _number,
    "name": lambda p: n.Name(p[0].text, span=p[0].span),
    "negative_number": _negative_number,
    "bound": _parenthesised,
    "start": lambda p: n.Start(tuple(_nodes(p)), span=_span(p)),
    "assign": _assign,
    "start_need": lambda p: n.Need(p[1], None, span=_span(p)),
    "start_for": _for,
    "start_if": _if,
    "start_chance": _chance,
    "start_block": _gather("block"),
    "start_elif": _branch,
    "start_else": _else,
    "one_of": lambda p: n.OneOf(tuple(_nodes(p)), span=_span(p)),
    "any_of": lambda p: n.AnyOf(None, p[1], None, span=_span(p)),
    "any_where": _any_where,
    "place": lambda p: n.Place(_name(p), _group(p, "arguments"), span=_span(p)),
    "binders": _gather("binders"),
    "where": _gather("where"),
    "view": _view,
    "each_turn": lambda p: n.EachTurn(tuple(_nodes(p)), span=_span(p)),
    "action": _action,
    "say": lambda p: n.Say(tuple(_strings(p)), span=_span(p)),
    "need": _need,
    "set": lambda p: n.Set(p[1], p[3], span=_span(p)),
    "change": _change,
    "tell": lambda p: n.Tell(tuple(_strings(p)), span=_span(p)),
    "show": lambda p: n.Show(_name(p), _group(p, "arguments"), span=_span(p)),
    "if": _if,
    "elif": _branch,
    "else": _else,
    "for": _for,
    "chance": _chance,
    "block": _gather("block"),
    "task": _task,
    "milestone": lambda p: n.Milestone(p[1], p[2], span=_span(p)),
    "goal": lambda p: n.Goal(p[1], span=_span(p)),
    "fail": lambda p: n.Fail(p[1], p[2], span=_span(p)),
    "limit": lambda p: n.Limit(p[1], span=_span(p)),
    "always": _promise("always"),
    "never": _promise("never"),
    "possible": _promise("possible"),
    "recoverable": _promise("recoverable"),
    "conditional": lambda p: n.Conditional(p[1], p[3], p[5], span=_span(p)),
    "or_": lambda p: n.Or(tuple(_nodes(p)), span=_span(p)),
    "and_": lambda p: n.And(tuple(_nodes(p)), span=_span(p)),
    "not_": lambda p: n.Not(p[1], span=_span(p)),
    "compare": lambda p: n.Compare(p[1].text, p[0], p[2], span=_span(p)),
    "is_": _type_test(False),
    "is_not": _type_test(True),
    "in_": _membership(False),
    "not_in": _membership(True),
    "comparator": lambda p: p[0],
    "members": _gather("members"),
    "sum": _left_to_right,
    "product": _left_to_right,
    "negative": lambda p: n.Negative(p[1], span=_span(p)),
    "call": _call,
    "indexed": _indexed,
    "primary": _parenthesised,
    "exists": _quantified("exists"),
    "forall": _quantified("forall"),
    "count": _quantified("count"),
    "sum_of": _quantified("sum"),
    "min_of": _quantified("min"),
    "max_of": _quantified("max"),
    "smaller": _smaller_or_larger("min"),
    "larger": _smaller_or_larger("max"),
    "fold_body": _fold_body,
    "arguments": _gather("arguments"),
    "string": _string,
    "insert_plain": lambda p: n.Insert("", p[0], span=p[0].span),
    "insert_article": _insert_article,
    "insert_word": _insert_word,
    "insert_list": lambda p: n.InsertList(p[1], _where(p), span=_span(p)),
}
