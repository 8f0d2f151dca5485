"""Text to tree: forms, spans, contextual keywords."""

from __future__ import annotations

import pytest

from worldwright.source import Source
from worldwright.syntax import nodes as n
from worldwright.syntax.parse import grammar, parse, parse_expression


def tree(text: str) -> n.Tree:
    """The tree of a text."""
    return parse(Source("test.world", text))


def expression(text: str) -> n.Expression:
    """The tree of one expression."""
    return parse_expression(Source("test", text))


def test_spans_are_exact() -> None:
    """A declaration's span covers exactly its text; a parenthesised expression's span covers the parentheses."""
    text = 'type Box is Thing, Holder  # what holds\naction go(w: Way) free\n  need (a = b) and c else "No."\n'
    box, go = tree(text).declarations
    assert text[box.span.start : box.span.end] == "type Box is Thing, Holder"
    assert text[go.span.start : go.span.end] == text[text.index("action") :].rstrip()
    assert isinstance(go, n.Action) and isinstance(go.body[0], n.Need)
    condition = go.body[0].condition
    assert isinstance(condition, n.And)
    assert text[condition.span.start : condition.span.end] == "(a = b) and c"
    assert text[condition.items[0].span.start : condition.items[0].span.end] == "(a = b)"


@pytest.mark.parametrize(
    ("shorter", "fuller"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a = b", "not (a = b)"),
        ("a - b - c", "(a - b) - c"),
        ("a + b * c", "a + (b * c)"),
        ("-a * b", "(-a) * b"),
        ("a + b < c * d", "(a + b) < (c * d)"),
        ("if a then b else if c then d else e", "if a then b else (if c then d else e)"),
        ("if a or b then c else d or e", "if (a or b) then c else (d or e)"),
        ("count x: A | B (p(x)) + 1", "(count x: A | B (p(x))) + 1"),
    ],
)
def test_binding_strength(shorter: str, fuller: str) -> None:
    """Parentheses that only repeat the binding strength change nothing."""
    assert expression(shorter) == expression(fuller)


def test_words_are_whole() -> None:
    """`order` is not `or` and `der`, nor `iff` an `if`; keywords may be names where only a name can stand."""
    assert expression("a or order") != expression("a or der")
    start = tree("start\n  x = y andy = z\n").declarations[0]
    assert isinstance(start, n.Start) and len(start.body) == 2
    assert isinstance(tree("object any, of, turn: Thing").declarations[0], n.Object)


def test_strings() -> None:
    """Escapes are resolved, inserts are parts, articles are words before a name."""
    (about,) = tree(r'about "a \"b\" \{c\} \\ d\n{x}{The x}{list y: T where p(y)} # no comment"').declarations
    assert isinstance(about, n.About)
    first, plain, article, items, rest = about.text.parts
    assert first == 'a "b" {c} \\ d\n'
    assert isinstance(plain, n.Insert) and plain.article == ""
    assert isinstance(article, n.Insert) and article.article == "The"
    assert isinstance(items, n.InsertList) and items.where is not None
    assert rest == " # no comment"


def test_every_rule_has_a_builder() -> None:
    """No rule of the grammar falls through to Lark's own tree class."""
    found = tree('param n: 1..8 = 3\nstate f(A | B, 0..n): bool\nrecoverable "x"\n')
    assert "Tree('" not in repr(found) and "Group(" not in repr(found)
    assert grammar() is grammar()


def test_empty() -> None:
    """An empty text is a tree without declarations."""
    assert tree("").declarations == tree("# only a comment").declarations == ()
