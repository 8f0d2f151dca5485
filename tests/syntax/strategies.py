"""Random syntax trees: well formed, every form, meaning nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from worldwright.source import Span
from worldwright.syntax import nodes as n

SPAN = Span("", 0, 0)
# Some are words of the language that are keywords only in some places.
NAMES = st.sampled_from(
    ["x", "y", "at", "here", "brass_key", "Thing", "a", "the", "list", "one", "any", "to", "free", "T9"]
)
TEXT = st.text(st.sampled_from("ab Z.\"\\{}\n#'é日/"), min_size=1, max_size=12)
WORDS = st.builds(lambda t: n.Word(t, span=SPAN), NAMES)


def node(kind: Any, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A node of that kind from its parts."""
    return st.tuples(*parts).map(lambda p: kind(*p, span=SPAN))


def some(items: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[Any]:
    """A short tuple."""
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def maybe(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The item or None."""
    return st.none() | item


LEAVES = node(n.Number, st.integers(0, 99)) | node(n.Name, NAMES)


def domains(inner: st.SearchStrategy[Any], item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Domains of such items and of ranges between such bounds."""
    return node(n.Domain, some(item | node(n.DomainRange, inner, inner), 1))


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    binder = node(n.Binder, WORDS, domains(inner, node(n.DomainName, NAMES)))
    binders = some(binder, 1, 2)
    return st.one_of(
        node(n.Call, WORDS, some(inner, 1)),
        node(n.Indexed, WORDS, some(inner, 1, 2)),
        node(n.And, some(inner, 2)),
        node(n.Or, some(inner, 2)),
        node(n.Not, inner),
        node(n.Compare, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner),
        node(n.Is, inner, WORDS, st.booleans()),
        node(n.In, inner, some(inner, 1), st.booleans()),
        node(n.Arithmetic, st.sampled_from(["+", "-", "*", "div", "mod", "min", "max"]), inner, inner),
        node(n.Negative, inner),
        node(n.Conditional, inner, inner, inner),
        node(n.Quantified, st.sampled_from(["exists", "forall", "count"]), binders, inner),
        node(n.Quantified, st.sampled_from(["sum", "min", "max"]), binders, inner, maybe(inner), maybe(inner)),
    )


EXPRESSIONS: st.SearchStrategy[Any] = st.recursive(LEAVES, _deeper, max_leaves=12)
SMALL: st.SearchStrategy[Any] = st.recursive(LEAVES, _deeper, max_leaves=4)
BINDERS = node(n.Binder, WORDS, domains(SMALL, node(n.DomainName, NAMES)))
PARAMETERS = some(BINDERS, 0, 2)

NAMED = node(n.Name, NAMES) | node(n.Call, WORDS, some(SMALL, 1, 2)) | node(n.Indexed, WORDS, some(SMALL, 1, 2))
INSERTS = st.one_of(
    node(n.Insert, st.just(""), SMALL),
    node(n.Insert, st.sampled_from(["a", "an", "the", "A", "An", "The"]), NAMED),
    node(n.InsertList, BINDERS, maybe(SMALL)),
)


def _joined(parts: list[Any]) -> n.String:
    result: list[Any] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        else:
            result.append(part)
    return n.String(tuple(result), span=SPAN)


STRINGS = st.lists(TEXT | INSERTS, max_size=4).map(_joined)
DOMAINS = domains(SMALL, node(n.DomainName, NAMES, maybe(STRINGS), some(STRINGS, 0, 2)))

PLACES = node(
    n.Place, st.builds(lambda t: n.Word(t, span=SPAN), st.sampled_from(["x", "at", "here"])), some(SMALL, 0, 2)
)
TELL = node(n.Tell, some(STRINGS, 1))
SHOW = node(n.Show, WORDS, some(SMALL, 0, 2))
SENTENCED = node(n.Need, EXPRESSIONS, STRINGS)
ACTION_STATEMENTS = st.one_of(
    TELL,
    SHOW,
    SENTENCED,
    node(n.Say, some(STRINGS, 1)),
    node(n.Set, PLACES, EXPRESSIONS),
    node(n.Change, PLACES, SMALL, SMALL, STRINGS),
)
CHOICES = st.one_of(
    EXPRESSIONS,
    node(n.OneOf, some(SMALL, 1)),
    node(n.AnyOf, st.none(), domains(SMALL, node(n.DomainName, NAMES)), st.none()),
    node(n.AnyOf, WORDS, domains(SMALL, node(n.DomainName, NAMES)), SMALL),
)
START_STATEMENTS = st.one_of(TELL, SHOW, node(n.Need, EXPRESSIONS, st.none()), node(n.Assign, PLACES, CHOICES))


def _blocks() -> Any:
    def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        body = some(inner)
        branches = some(st.tuples(SMALL, body), 1, 2)
        return st.one_of(
            node(n.If, branches, maybe(body)),
            node(n.For, some(BINDERS, 1, 2), maybe(SMALL), body),
            node(n.Chance, SMALL, SMALL, body, maybe(body)),
        )

    return deeper


ACTION_BODIES = some(st.recursive(ACTION_STATEMENTS, _blocks(), max_leaves=5), 0, 3)
START_BODIES = some(st.recursive(START_STATEMENTS, _blocks(), max_leaves=5), 0, 3)
OBJECT_NAMES = node(n.ObjectName, WORDS, some(SMALL, 0, 2), maybe(STRINGS), some(STRINGS, 0, 2))
ITEMS = st.one_of(
    node(n.Milestone, STRINGS, EXPRESSIONS),
    node(n.Goal, EXPRESSIONS),
    node(n.Fail, EXPRESSIONS, STRINGS),
    node(n.Limit, SMALL),
)

DECLARATIONS = st.one_of(
    node(n.World, STRINGS),
    node(n.About, STRINGS),
    node(n.Use, st.lists(NAMES, min_size=1, max_size=3).map(".".join)),
    node(n.Param, WORDS, DOMAINS, SMALL, st.booleans()),
    node(n.Type, WORDS, some(WORDS), st.none(), st.booleans()),
    node(n.Type, WORDS, st.just(()), DOMAINS, st.booleans()),
    node(n.Object, some(OBJECT_NAMES, 1), WORDS),
    node(n.State, WORDS, some(DOMAINS, 0, 2), DOMAINS, maybe(SMALL), st.booleans()),
    node(n.Define, WORDS, PARAMETERS, EXPRESSIONS, st.booleans()),
    node(n.Start, START_BODIES),
    node(n.EachTurn, ACTION_BODIES),
    node(n.View, WORDS, PARAMETERS, ACTION_BODIES, st.booleans()),
    node(n.Action, WORDS, PARAMETERS, st.booleans(), ACTION_BODIES, st.booleans()),
    node(n.Task, WORDS, PARAMETERS, maybe(SMALL), STRINGS, some(ITEMS)),
    node(n.Promise, st.sampled_from(["always", "never", "possible"]), EXPRESSIONS, maybe(STRINGS)),
    node(n.Promise, st.just("recoverable"), st.none(), maybe(STRINGS)),
)
TREES = node(n.Tree, some(DECLARATIONS, 0, 4))
