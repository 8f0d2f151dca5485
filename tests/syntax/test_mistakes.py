"""Syntax errors: each mistake is reported once, where it is, in the author's terms; one pass finds all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shipped import paced

from worldwright import limits
from worldwright.diagnostics import Diagnostic, WorldError
from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.parse import fixed_terminals, parse, parse_expression

WORLDS = sorted(shipped("worlds").rglob("*.world"))


def mistakes(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a text; none when it is well formed."""
    try:
        parse(Source("w", text))
    except WorldError as error:
        return error.diagnostics
    return ()


def action(body: str) -> str:
    """A text around one or more statements."""
    return f'type Thing\naction go(x: Thing)\n  {body}\nview v\n  tell "x"\n'


CASES = [
    # text, code, line, column, part of the message or hint
    ('world "x\ntype A\n', "WW002", 1, 7, "not closed"),
    ("world 'x'\ntype A\n", "WW003", 1, 7, "double quotes"),
    ("world “x”\ntype A\n", "WW003", 1, 7, "double quotes"),
    ("state a: bool && b\n", "WW003", 1, 15, "`and`"),
    ("define f = !a\n", "WW003", 1, 12, "`not`"),
    ("define f = a; \n", "WW003", 1, 13, "no separator"),
    ("define f = a / b\n", "WW003", 1, 14, "with `div`"),
    ("each turn\n  chance 1 of 4 then end\n", "WW001", 2, 12, "write `chance 1 in 4 then … end`"),
    ("each turn\n  chance n > 1 in 4 then end\n", "WW001", 2, 12, "stands in parentheses"),
    ("// hello\ntype A\n", "WW003", 1, 1, "`#`"),
    ("object _x: T\n", "WW003", 1, 8, "underscore"),
    ("object 3x: T\n", "WW003", 1, 8, "digit"),
    ('about "a } b"\n', "WW004", 1, 10, "\\}"),
    ('about "a { b"\n', "WW004", 1, 10, "\\{"),
    ('about "a \\q b"\n', "WW004", 1, 10, "backslash"),
    ("define f = a == b\n", "WW001", 1, 15, "one `=`"),
    ("define f = a || b\n", "WW001", 1, 14, "`or`"),
    ("define f = a | b\n", "WW001", 1, 14, "`or`"),
    ("define f = a = b = c\n", "WW001", 1, 18, "do not chain"),
    ("define f = a <> b\n", "WW001", 1, 15, "`!=`"),
    ("define f = (a or b\ntype A\n", "WW001", 2, 1, "line 1, column 12 is not closed"),
    ("define f = a or b)\ntype A\n", "WW001", 1, 18, "too many"),
    ("define f = count + 1\n", "WW001", 1, 18, "word of the language"),
    ("define f = count(x)\n", "WW001", 1, 17, "count x: Type"),
    ("define f(x) = a\n", "WW001", 1, 11, "x: Thing"),
    ("define f = exists x in T (a)\n", "WW001", 1, 21, "x: Thing"),
    ("define f = if a then b\ntype A\n", "WW001", 2, 1, "if c then a else b"),
    ("type Box is a Thing\n", "WW001", 1, 15, "is Thing"),
    ("object end: T\n", "WW006", 1, 8, "word of the language"),
    ("object a b: T\n", "WW001", 1, 10, "comma"),
    ("state n := 3\n", "WW001", 1, 10, "domain"),
    ("state at(Thing: Place\n", "WW001", 1, 15, "not closed"),
    ("acton go\n", "WW001", 1, 1, "`action`"),
    ("task t\n  goal a\n", "WW001", 2, 3, "sentence"),
    ('task t "x"\n  goal a\n  mileston "x" b\n', "WW001", 3, 3, "`milestone`"),
    ('task t "x"\n  limit\nalways a\n', "WW001", 4 - 1, 1, "missing after `limit`"),
    ('task t "x"\n  tell "x"\n', "WW008", 2, 3, "`goal`"),
    ("start\n  set a = b\n", "WW008", 2, 3, "assignment alone"),
    ('start\n  need a else "x"\n', "WW008", 2, 10, "leave the sentence out"),
    ("start\n  a = one b, c\n", "WW001", 2, 11, "`of`"),
    ("start\n  a = b c\n  d = e\n", "WW001", 3, 3, "`c` begins an assignment"),
    ('tell "x"\ntype A\n', "WW008", 1, 1, "`action`"),
    ("goal a\ntype A\n", "WW008", 1, 1, "task"),
    (action("need a"), "WW007", 3, 3, "no sentence"),
    (action('change a from b to c\n  tell "x"'), "WW007", 3, 3, "no sentence"),
    (action('need a "No."'), "WW007", 3, 10, "`else` is missing"),
    (action("need a else No"), "WW001", 3, 15, "double quotes"),
    (action("here = hall"), "WW001", 3, 3, "set here"),
    (action("set here == hall"), "WW001", 3, 13, "one `=`"),
    (action("set n += 1"), "WW001", 3, 9, "whole sum"),
    (action('if a\n    tell "x"\n  end'), "WW001", 4, 5, "if … then … end"),
    (action('if a then\n    tell "x"\n'), "WW005", 3, 3, "not closed"),
    (action('if a then tell "x"\n  else if b then tell "y" end\n'), "WW005", 3, 3, "`elif`"),
    (action('for x: T tell "x" end'), "WW001", 3, 12, "do … end"),
    (action('for x in T do tell "x" end'), "WW001", 3, 9, "x: Thing"),
    (action('tell "x"\n  end'), "WW005", 4, 3, "closes nothing"),
    (action('tell "x"\n  else tell "y"'), "WW008", 4, 3, "belongs to no `if`"),
    (action('tell "x"\n  goal a'), "WW008", 4, 3, "task"),
    (action('tell "{at(x) = y}"'), "WW001", 3, 16, "no logic"),
    (action('tell "{}"'), "WW001", 3, 10, "insert"),
    (action("tell"), "WW001", 4, 1, "missing after `tell`"),
    ('type T = 0..3 | "x"\n', "WW001", 1, 17, "range"),
    (action("frob x"), "WW001", 3, 3, "statement"),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "part"), CASES)
def test_one_mistake_one_report(text: str, code: str, line: int, column: int, part: str) -> None:
    """Code, place and advice of the common mistakes, and nothing else reported."""
    found = mistakes(text)
    assert [(d.code, Source("w", text).position(d.span.start)) for d in found] == [(code, (line, column))], found
    assert part in f"{found[0].message} {found[0].hint}"


def test_all_mistakes_in_one_pass() -> None:
    """The texts of all cases together give the mistakes of all cases."""
    texts = [case[0] for case in CASES if not case[0].startswith(("//", "tell", "goal", "acton"))][:40]
    found = mistakes("".join(texts))
    assert len(found) == len(texts)


def test_statements_after_a_faulty_one_are_checked() -> None:
    """Three faulty needs and a good statement between them: three reports."""
    body = 'need a\n  tell "ok"\n  need b == c else "No."\n  if a then need d "x" end\n  show v'
    assert [d.code for d in mistakes(action(body))] == ["WW007", "WW001", "WW007"]


def test_nothing_is_reported_twice_behind_a_bad_string() -> None:
    """What a missing quote swallows is not reported again."""
    assert [d.code for d in mistakes('object a "x: T\nobject b "y" also "z: T\ntype T\n')] == ["WW002", "WW002"]


def test_reports_are_bounded() -> None:
    """A text of mistakes only is cut off."""
    assert len(mistakes("type = \n" * 5_000)) == limits.SYNTAX_REPORTS


def test_expression() -> None:
    """A single expression has the same reports."""
    with pytest.raises(WorldError) as caught:
        parse_expression(Source("e", "a == b"))
    assert caught.value.diagnostics[0].hint == "equality is one `=`"


@pytest.mark.parametrize("path", paced(WORLDS), ids=lambda p: p.stem)
def test_deleting_a_word_is_reported_once(path: Path) -> None:
    """In every shipped world, one deleted `then`, `do`, `else`, `)`, `=`, `:` or quote gives exactly one report."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    tried = 0
    for word in (" then", " do ", " else ", ")", " = ", ": ", '"'):
        numbers = [i for i, line in enumerate(lines) if word in line.partition("#")[0]]
        for i in numbers[:: max(1, len(numbers) // 2)]:
            changed = lines[i].replace(word, " ", 1)
            found = mistakes("\n".join([*lines[:i], changed, *lines[i + 1 :]]))
            assert len(found) <= 1, (changed, found)
            tried += 1
    assert tried or not lines


KEYWORDS, SYMBOLS = fixed_terminals()
SIGNS = [
    *KEYWORDS,
    *SYMBOLS,
    "x",
    "at",
    "3",
    '"a {x} b"',
    '"t"',
    "\n",
    "\n  ",
    "\nstart",
    "\naction go",
    "\nview v",
    "$",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=60).map(" ".join))
def test_any_text_gives_a_tree_or_reports(text: str) -> None:
    """Signs in any order: never another exception, nothing said twice, every place inside the text."""
    found = mistakes(text)
    assert len(set(found)) == len(found) <= limits.SYNTAX_REPORTS
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in found)
