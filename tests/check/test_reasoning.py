"""What the checker infers holds in every state: conditions and expressions drawn at random, states drawn at random."""

from __future__ import annotations

import random

import pytest

from worldwright.check.assemble import _reader
from worldwright.check.definitions import read_definitions
from worldwright.check.evaluate import Evaluator
from worldwright.check.expressions import Expressions
from worldwright.check.faults import Faults
from worldwright.check.merge import merge
from worldwright.check.scope import Fresh, Scope
from worldwright.check.values import values_of
from worldwright.check.vocabulary import gather
from worldwright.source import Source
from worldwright.syntax.modules import Part
from worldwright.syntax.parse import parse, parse_expression

WORLD = """
world "Test"
type Thing
type Box is Thing
object a, b: Box
object c, d: Thing
object cell[3]: Thing
state at(Thing): Thing | none = none
state n: 0..5 = 0
state m: 0..5 | none = none
state k(Box): 0..3 = 0
state lit: bool = false
state mode: red | blue | green = red
define high(x: 0..5) = x > 3 or lit
define boxed(x: Thing) = x is Box and at(x) != none
"""


def reader() -> Expressions:
    """The expressions of the world above."""
    source = Source("test", WORLD)
    parts = [Part("", source, parse(source))]
    faults = Faults([("", source)])
    merged = merge(parts, faults)
    made = _reader(gather(merged, {}, faults))
    read_definitions(merged.defines, made.expressions, made.definitions)
    assert not faults.failed()
    return made.expressions


def thing(r: random.Random) -> str:
    """An expression for a thing, perhaps none."""
    return r.choice(["a", "c", "at(a)", "at(c)", "at(d)", "cell[n]", "cell[2]", "(if lit then at(a) else b)"])


def number(r: random.Random, depth: int = 2) -> str:
    """An expression for a number."""
    if depth and r.random() < 0.4:
        left, right = number(r, depth - 1), number(r, depth - 1)
        return r.choice([f"({left} + {right})", f"({left} - {right})", f"min({left}, {right})", f"max({left}, 2)"])
    return r.choice(["n", "m", "k(a)", "k(b)", "1", "3", "count x: Thing (at(x) = a)", "(if lit then n else 2)"])


def condition(r: random.Random, depth: int = 3) -> str:
    """A condition."""
    if depth and r.random() < 0.6:
        items = [condition(r, depth - 1) for _ in range(r.randint(2, 3))]
        return r.choice([f"({' and '.join(items)})", f"({' or '.join(items)})", f"not ({items[0]})"])
    return r.choice(
        [
            f"{thing(r)} = {thing(r)}", f"{thing(r)} != {thing(r)}", f"{thing(r)} is Box", f"not {thing(r)} is Box",
            f"{thing(r)} != none", f"{thing(r)} in {{a, c}}", "lit", "not lit", "mode = red", "mode != blue",
            "mode in {red, green}", f"{number(r)} {r.choice(['=', '!=', '<', '<=', '>', '>='])} {number(r)}",
            "m != none", "m = none", "n in {1, 4}", "high(n)", "boxed(c)", "not boxed(a)", "not high(n)",
            "exists x: Thing (at(x) = b)", "n + 1 <= 3", "n - 1 >= 0",
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 8))])
def test_inferences_hold(seed: int) -> None:
    """Where a condition holds, every expression has one of the values that the checker expects there."""
    r = random.Random(seed)
    expressions = reader()
    vocabulary, reasoner = expressions.vocabulary, expressions.reasoner
    domains = vocabulary.domains.used
    tried = 0
    for _ in range(400):
        scope = Scope(Fresh())
        texts = [condition(r), r.choice([thing, number])(r)]
        before = dict(vocabulary.faults.found)
        test = expressions.condition(parse_expression(Source("t", texts[0])), scope)
        held, failed = reasoner.assume(scope, test, True), reasoner.assume(scope, test, False)
        found = expressions.read(parse_expression(Source("t", texts[1])), held)
        if vocabulary.faults.found != before:
            vocabulary.faults.found.clear()
            vocabulary.faults.errors = 1  # as if reported
            continue
        for _ in range(12):
            table = {
                (name, args): r.choice(state.domain.values)
                for name, state in vocabulary.states.items()
                if state is not None
                for args in ([(v,) for v in state.parameters[0].values] if state.parameters else [()])
            }
            evaluator = Evaluator(domains, reasoner.definitions, lambda n, a: table.get((n, a)), 10**6)  # noqa: B023
            truth = evaluator.value(test, {})
            expected = reasoner.truth(test, scope)
            assert expected is None or truth is None or bool(truth) == expected, texts
            if truth is None:
                continue
            assert not (held if truth else failed).dead, texts
            for expr, values in (held if truth else failed).facts.items():
                value = evaluator.value(expr, {})
                if value is not None:
                    assert values_of(expr.sort, value).within(values), (texts, expr)
            value = evaluator.value(found.expr, {}) if truth else None
            if value is not None:
                tried += 1
                assert values_of(found.expr.sort, value).within(found.values), texts
    assert tried > 100
