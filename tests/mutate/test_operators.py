"""Mutants as texts: every operator makes some, each changes one thing, and nothing around it moves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from tests.mutate.worlds import KETTLE
from tests.syntax.strategies import EXPRESSIONS

from worldwright.check.checker import check
from worldwright.mutate.mutant import OPERATORS, Mutant
from worldwright.mutate.operators import mutants
from worldwright.mutate.terms import Terms, opposite, written
from worldwright.pipeline import find
from worldwright.source import Source
from worldwright.syntax import nodes as n
from worldwright.syntax.modules import read_modules
from worldwright.syntax.nodes import children
from worldwright.syntax.parse import parse, parse_expression

TERMS = Terms.of(check(read_modules(Source("kettle", KETTLE)), {}))


@cache
def of(name: str) -> tuple[Mutant, ...]:
    """The mutants of a shipped world, or of the kettle."""
    parts = read_modules(Source("kettle", KETTLE) if name == "kettle" else find(name))
    return mutants(check(parts, {}), parts[-1].source, parts[-1].tree)


def nodes(node: n.Node) -> Iterator[n.Node]:
    """A node with all that is in it."""
    yield node
    for child in children(node):
        yield from nodes(child)


def test_every_operator_makes_mutants() -> None:
    """The kettle has one of everything."""
    assert {m.operator for m in of("kettle")} == set(OPERATORS)


@pytest.mark.parametrize("world", ["kettle", "gripper"])
def test_texts_are_worlds_again(world: str) -> None:
    """Both texts parse, differ from the original and from each other's, and the judged one moves no line."""
    found = of(world)
    assert [m.number for m in found] == list(range(1, len(found) + 1))
    assert [m.line for m in found] == sorted(m.line for m in found)
    assert len({m.judged for m in found}) == len(found)
    tree = parse(Source("original", found[0].text))
    for m in found:
        assert parse(Source("shown", m.shown)) != tree, m.description
        assert m.moves_nothing or parse(Source("judged", m.judged)) != tree, m.description
        assert m.judged.count("\n") == m.text.count("\n")
        lines = m.text.split("\n"), m.judged.split("\n")
        near = range(m.line - 4, m.line + 12)
        assert all(a == b for number, (a, b) in enumerate(zip(*lines, strict=True), 1) if number not in near)


def test_left_out_is_gone_and_nothing_else() -> None:
    """Where something is dropped, the tree is the original's without it; the diff says so in one line."""
    size = sum(1 for _ in nodes(parse(Source("kettle", KETTLE))))
    for m in of("kettle"):
        if m.operator in ("milestone-drop", "fail-drop", "start-drop", "each-turn-drop", "tell-drop"):
            tree = parse(Source("shown", m.shown))
            assert sum(1 for _ in nodes(tree)) < size, m.description
            added = [line for line in m.diff.splitlines() if line.startswith("+")]
            assert not added or "if fire" in added[0], m.diff


def test_changes_are_told_in_a_line() -> None:
    """What an author reads: where, what, and the lines of the text."""
    found = {(m.operator, m.line): m for m in of("pantry")}
    dropped = found["need-drop", 51]
    assert dropped.owner == "action take" and dropped.description.startswith("without `need at(x) != player else")
    assert dropped.diff == '-  need at(x) != player else "You already carry {the x}."'
    turned = found["need-negate", 51]
    assert turned.description == "`at(x) != player` → `at(x) = player`"
    assert turned.diff.splitlines()[1] == '+  need at(x) = player else "You already carry {the x}."'


def test_same_world_same_mutants() -> None:
    """Order and numbers depend on the text alone."""
    parts = read_modules(Source("kettle", KETTLE))
    assert mutants(check(parts, {}), parts[-1].source, parts[-1].tree) == of("kettle")


def test_used_modules_are_left_alone() -> None:
    """Only the world's own text is changed: a module suits many worlds."""
    text = 'world "W"\nabout "a"\nuse std.waiting\nstate s: bool = false\naction go\n  say "go"\n  set s = true\n'
    text += '  tell "You go."\ntask t "T."\n  goal s\n  limit 9\n'
    parts = read_modules(Source("w", text))
    found = mutants(check(parts, {}), parts[-1].source, parts[-1].tree)
    assert found and {m.owner for m in found} == {"action go", "task t"}


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_turned_expressions_are_written_as_they_are_meant(e: n.Expression) -> None:
    """What is printed of a changed expression parses to it; what was changed is not what it was."""
    for found in (*TERMS.flips(e, True), *TERMS.weaker(e), *TERMS.retargets(e, {}), *TERMS.values(e, "water")):
        assert found.whole != e
        assert found.old != found.new
        assert parse_expression(Source("again", written(found.whole))) == found.whole


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS)
def test_the_opposite_of_the_opposite(e: n.Expression) -> None:
    """Negating twice gives the same condition again; to negate a `not` is to leave it out."""
    once = opposite(e)
    assert once != e
    assert once == e.item if isinstance(e, n.Not) else opposite(once) == e
