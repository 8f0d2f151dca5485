"""Intervals: known values, laws, and how often they hold what is true."""

from __future__ import annotations

from math import comb, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright.evaluate.interval import NOTHING, Estimate, Z, ratios, wilson


def test_wilson_has_known_values() -> None:
    """Of 8 in 10: from 0.490 to 0.943. Of none in n: up to z²/(n + z²), the closed form."""
    found = wilson(0.8, 10)
    assert found.low == pytest.approx(0.4902, abs=5e-5) and found.high == pytest.approx(0.9433, abs=5e-5)
    assert wilson(0.0, 20).low == 0.0 and wilson(0.0, 20).high == pytest.approx(Z * Z / (20 + Z * Z))
    assert wilson(0.5, 0) == NOTHING


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_holds_its_value(n: int, share: float) -> None:
    """And it stays between 0 and 1."""
    found = wilson(share, n)
    assert found.low is not None and found.high is not None
    assert 0 <= found.low <= share <= found.high <= 1


@pytest.mark.parametrize("truth", [0.1, 0.3, 0.5, 0.9])
def test_wilson_covers(truth: float) -> None:
    """Of 50 trials the interval holds the true share in about 95 of 100 cases, summed exactly."""
    covered = 0.0
    for won in range(51):
        found = wilson(won / 50, 50)
        assert found.low is not None and found.high is not None
        if found.low <= truth <= found.high:
            covered += comb(50, won) * truth**won * (1 - truth) ** (50 - won)
    assert 0.92 < covered < 0.99


def test_bootstrap_of_a_mean_is_about_normal() -> None:
    """Of many values: the mean and 1.96 standard errors on either side; the same every time."""
    values = [float(number % 10) for number in range(400)]
    (found,) = ratios([[value] for value in values], [[1.0]] * 400)
    half = Z * sqrt(sum((value - 4.5) ** 2 for value in values)) / 400
    assert found.value == 4.5
    assert found.low == pytest.approx(4.5 - half, abs=0.06) and found.high == pytest.approx(4.5 + half, abs=0.06)
    assert ratios([[value] for value in values], [[1.0]] * 400) == [found]


def test_what_one_start_says() -> None:
    """A value, and nothing of how starts differ; no starts say nothing; nothing over nothing is nothing."""
    assert ratios([[3.0, 0.0]], [[4.0, 0.0]]) == [Estimate(0.75), Estimate(None)]
    assert ratios([], []) == []
    (found,) = ratios([[1.0], [0.0]], [[2.0], [0.0]])  # half of the resamples have something below
    assert found == Estimate(0.5, 0.5, 0.5)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=12))
def test_ratios_lie_among_their_starts(starts: list[tuple[int, int]]) -> None:
    """Value and bounds lie between the least and the greatest ratio of a start."""
    (found,) = ratios([[float(top)] for top, _ in starts], [[float(bottom)] for _, bottom in starts])
    each = [top / bottom for top, bottom in starts]
    assert found.value is not None and found.low is not None and found.high is not None
    assert min(each) - 1e-9 <= found.low <= found.high <= max(each) + 1e-9
    assert found.value == pytest.approx(sum(top for top, _ in starts) / sum(bottom for _, bottom in starts))
