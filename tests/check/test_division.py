"""Quotients and remainders: how they round, and that their spans hold all of them and no more than they must."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright.check.division import Span, quotient, quotient_span, remainder, remainder_span

SPANS = st.tuples(st.integers(-12, 12), st.integers(-12, 12)).map(lambda ends: (min(ends), max(ends)))


@pytest.mark.parametrize(
    ("a", "b", "whole", "rest"), [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (0, 5, 0, 0)]
)
def test_rounds_down(a: int, b: int, whole: int, rest: int) -> None:
    """The whole number below, and a rest with the sign of what divides."""
    assert (quotient(a, b), remainder(a, b)) == (whole, rest)
    assert b * whole + rest == a


def test_dividing_by_nothing_gives_nothing() -> None:
    """Where it decides nothing, dividing by 0 gives 0."""
    assert quotient(7, 0) == remainder(7, 0) == 0


@settings(max_examples=80, deadline=None, derandomize=True)
@given(SPANS, SPANS)
def test_spans(left: Span, right: Span) -> None:
    """A span of quotients is exact; one of remainders holds all, and is exact for one divisor and numbers in a row."""
    pairs = [(a, b) for a in range(left[0], left[1] + 1) for b in range(right[0], right[1] + 1)]
    quotients = [quotient(a, b) for a, b in pairs]
    assert quotient_span(left, right) == (min(quotients), max(quotients))
    remainders = [remainder(a, b) for a, b in pairs]
    least, most = remainder_span(left, right)
    assert least <= min(remainders) and max(remainders) <= most
    whole_turn = right[0] == right[1] != 0 and left[1] - left[0] >= abs(right[0])
    if whole_turn or len({*quotients}) == 1 == len(range(*right, 1)) + 1:
        assert (least, most) == (min(remainders), max(remainders))
