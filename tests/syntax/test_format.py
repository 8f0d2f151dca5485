"""The formatter's laws, on random trees, on random layouts of them, and on every shipped world."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shipped import paced

from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax import nodes as n
from worldwright.syntax.document import WIDTH
from worldwright.syntax.format import format_text, print_tree
from worldwright.syntax.parse import fixed_terminals, parse, parse_expression, signs_and_comments
from worldwright.syntax.scan import scan

from .strategies import EXPRESSIONS, SPAN, TREES

WORLDS = sorted(shipped("worlds").rglob("*.world"))
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def comments(text: str) -> list[str]:
    """The comments of a text, sorted."""
    return sorted(c.text for c in signs_and_comments(Source("w", text))[1])


def check_laws(text: str) -> str:
    """Formatting keeps tree and comments and is idempotent; gives the formatted text."""
    formatted = format_text(Source("w", text))
    assert parse(Source("w", formatted)) == parse(Source("w", text))
    assert comments(formatted) == comments(text)
    assert format_text(Source("w", formatted)) == formatted
    return formatted


@LAWS
@given(TREES)
def test_printing_and_parsing_are_inverse(tree: n.Tree) -> None:
    """What is printed of any tree parses to that tree."""
    assert parse(Source("w", print_tree(tree))) == tree


@LAWS
@given(EXPRESSIONS)
def test_expressions_keep_their_structure(expression: n.Expression) -> None:
    """Parentheses are printed where they are needed."""
    define = n.Define(n.Word("f", span=SPAN), (), expression, span=SPAN)
    text = print_tree(n.Tree((define,), span=SPAN))
    assert parse_expression(Source("e", text.partition("=")[2])) == expression


X = n.Name("x", span=SPAN)
WORD = n.Word("w", span=SPAN)
IN_X = n.Binder(n.Word("v", span=SPAN), n.Domain((n.DomainName("T", span=SPAN),), span=SPAN), span=SPAN)
FORMS: dict[str, Callable[[Any, Any], Any]] = {
    "call": lambda a, b: n.Call(WORD, (a, b), span=SPAN),
    "indexed": lambda a, b: n.Indexed(WORD, (a, b), span=SPAN),
    "and": lambda a, b: n.And((a, b), span=SPAN),
    "or": lambda a, b: n.Or((a, b), span=SPAN),
    "not": lambda a, _: n.Not(a, span=SPAN),
    "=": lambda a, b: n.Compare("=", a, b, span=SPAN),
    "is": lambda a, _: n.Is(a, WORD, False, span=SPAN),
    "not in": lambda a, b: n.In(a, (b, X), True, span=SPAN),
    "+": lambda a, b: n.Arithmetic("+", a, b, span=SPAN),
    "-": lambda a, b: n.Arithmetic("-", a, b, span=SPAN),
    "*": lambda a, b: n.Arithmetic("*", a, b, span=SPAN),
    "min": lambda a, b: n.Arithmetic("min", a, b, span=SPAN),
    "negative": lambda a, _: n.Negative(a, span=SPAN),
    "if": lambda a, b: n.Conditional(a, b, a, span=SPAN),
    "exists": lambda a, _: n.Quantified("exists", (IN_X,), a, span=SPAN),
    "sum": lambda a, b: n.Quantified("sum", (IN_X,), a, b, a, span=SPAN),
    "range": lambda a, b: n.Quantified(
        "count",
        (n.Binder(WORD, n.Domain((n.DomainRange(a, b, span=SPAN),), span=SPAN), span=SPAN),),
        X,
        span=SPAN,
    ),
}
CONTEXTS: dict[str, Callable[[Any], Any]] = {
    "assign": lambda e: n.Start((n.Assign(n.Place(WORD, (), span=SPAN), e, span=SPAN),), span=SPAN),
    "one of": lambda e: n.Start((n.Assign(WORD_PLACE, n.OneOf((e, e), span=SPAN), span=SPAN),), span=SPAN),
    "insert": lambda e: n.About(n.String((n.Insert("", e, span=SPAN),), span=SPAN), span=SPAN),
    "bounds": lambda e: n.Type(WORD, (), n.Domain((n.DomainRange(e, e, span=SPAN),), span=SPAN), span=SPAN),
    "need": lambda e: n.View(WORD, (), (n.Need(e, n.String(("n",), span=SPAN), span=SPAN),), span=SPAN),
}
WORD_PLACE = n.Place(WORD, (), span=SPAN)


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_form_in_every_form(context: str) -> None:
    """Each form as each operand of each other, in each context, with names that are keywords elsewhere."""
    leaves = [n.Name(text, span=SPAN) for text in ("x", "a", "The", "one", "any", "list")]
    inner = [form(leaf, X) for form in FORMS.values() for leaf in leaves] + leaves
    outer = [form(left, right) for form in FORMS.values() for e in inner for left, right in ((e, X), (X, e))]
    trees = tuple(CONTEXTS[context](e) for e in inner + outer)
    for i in range(0, len(trees), 100):
        tree = n.Tree(trees[i : i + 100], span=SPAN)
        assert parse(Source("w", print_tree(tree))) == tree


def scattered(text: str, seed: int) -> str:
    """The signs of a text with random space and comments between them, strings left alone."""
    chance = random.Random(seed)
    source = Source("w", text)
    result, at, in_string = "", 0, False
    for sign in scan(source, fixed_terminals()[1]).signs:
        gap = text[at : sign.span.start]
        if not in_string:
            roll = chance.random()
            if roll < 0.12:
                gap = f"  # remark {chance.randrange(100)}\n" + " " * chance.randrange(4)
            elif roll < 0.25:
                gap = "\n" * chance.randrange(1, 4) + " " * chance.randrange(6)
            elif gap:
                gap = " " * chance.randrange(1, 3)
        result += gap + sign.text
        at = sign.span.end
        if sign.text == '"':
            in_string = not in_string
    return result + text[at:]


@LAWS
@given(TREES, st.integers(0, 10**6))
def test_laws_hold_for_any_layout(tree: n.Tree, seed: int) -> None:
    """Comments and line breaks at every possible place."""
    check_laws(scattered(print_tree(tree), seed))


@pytest.mark.parametrize("path", paced(WORLDS), ids=lambda p: p.stem)
def test_laws_hold_for_shipped_worlds(path: Path) -> None:
    """Every shipped world, as it is and scattered."""
    text = path.read_text(encoding="utf-8")
    check_laws(text)
    check_laws(scattered(text, seed=len(text)))


def test_layout() -> None:
    """Indentation, blank lines, blocks on one line, long lines, comments."""
    text = """\ufeff# first


world   "W"
type A   # trailing
# about b
object b , c:A
define near ( x : A ) = # why
   # because
   at(x)=here or (at(x) is Box and not (lid(at(x))=shut)) or somewhere_else(x) and something(x, 1+2*3)
view v for x:A do tell "x" end
  if a then # here
  tell "a"
    # inside
  elif b then
  else
    tell "b" end
    # at the end

# the task
task t "Do." goal a limit 3
recoverable
"""
    assert (
        check_laws(text.replace("\n", "\r\n"))
        == """# first

world "W"
type A  # trailing
# about b
object b, c: A
# because
define near(x: A) =
  at(x) = here
  or (at(x) is Box and not lid(at(x)) = shut)
  or (somewhere_else(x) and something(x, 1 + 2 * 3))  # why

view v
  for x: A do tell "x" end
  if a then  # here
    tell "a"
    # inside
  elif b then
  else
    tell "b"
  end
  # at the end

# the task
task t "Do."
  goal a
  limit 3

recoverable
"""
    )


def test_long_lines_are_broken() -> None:
    """Needs before `else`, patterns before `|`, lists behind commas; strings are never broken."""
    long = " ".join(["word"] * 15)
    text = (
        f'action go\n  say "{long}" | "{long}" | "go"\n  need a = b else "{long} {long}"\n'
        f"object {', '.join(f'thing_number_{i}' for i in range(12))}: Thing\n"
    )
    formatted = check_laws(text)
    assert f'  say "{long}"\n    | "{long}" | "go"\n  need a = b\n    else "{long} {long}"\n' in formatted
    assert all(len(line) <= WIDTH for line in formatted.splitlines() if '"' not in line)


def test_empty() -> None:
    """Nothing stays nothing, comments alone stay."""
    assert format_text(Source("w", " \n\n ")) == ""
    assert check_laws("\n# a\n\n\n  # b") == "# a\n\n# b\n"
