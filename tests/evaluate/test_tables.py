"""The robustness table and the best of several plays, against brute force and by hand."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluate.plays import play

from worldwright.evaluate.best import best_of, expected_best, expected_kinds, pass_at
from worldwright.evaluate.robust import robustness


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_at_k_is_the_mean_over_all_choices(won: list[bool], data: st.DataObject) -> None:
    """Exactly the share of choices of k plays with a success among them."""
    k = data.draw(st.integers(1, len(won)))
    assert pass_at(k, len(won), sum(won)) == pytest.approx(fmean(any(some) for some in combinations(won, k)))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=7), st.data())
def test_expectations_are_means_over_all_choices(values: list[int], data: st.DataObject) -> None:
    """The greatest progress, and the number of different plays."""
    k = data.draw(st.integers(1, len(values)))
    choices = list(combinations(values, k))
    assert expected_best(k, values) == pytest.approx(fmean(max(some) for some in choices))
    counts = [values.count(value) for value in set(values)]
    assert expected_kinds(k, counts) == pytest.approx(fmean(len(set(some)) for some in choices))


def test_best_of_by_hand() -> None:
    """Two starts: one of three plays won, and none; starts with fewer plays than k are not in row k."""
    plays = [play(0, sample == 0, sample=sample, progress=1.0 if sample == 0 else 0.5) for sample in range(3)]
    plays += [play(1, False, sample=sample, actions=(sample,)) for sample in range(2)]
    one, two, three = best_of(plays, 3)
    assert one.success.value == pytest.approx(1 / 6) and one.progress.value == pytest.approx(1 / 3)
    assert two.success.value == pytest.approx(1 / 3) and two.sequences.value == 1.5
    assert (three.k, three.starts, three.success.value, three.progress.value) == (3, 1, 1.0, 1.0)


def test_robustness_by_hand() -> None:
    """Mean, sample deviation and least over the perturbed skins; the difference is of the same starts."""
    won = {"natural": (1, 1), "call": (1, 0), "json": (0, 0), "tools": (1, 1)}
    plays = [play(start, bool(each), skin=skin) for skin, both in won.items() for start, each in enumerate(both)]
    plays.append(play(2, True))  # a start that was not played under every skin is in no row
    found = robustness(plays, tuple(won))
    assert found.starts == 2
    assert {skin: each.success.value for skin, each in found.skins.items()} == {
        "natural": 1.0,
        "call": 0.5,
        "json": 0.0,
        "tools": 1.0,
    }
    assert (found.success.plain, found.success.mean, found.success.least) == (1.0, 0.5, 0.0)
    assert found.success.deviation == pytest.approx(0.5)
    assert found.success.difference.value == pytest.approx(-0.5)
    nothing = robustness([], ("natural", "call"))
    assert (nothing.starts, nothing.success.mean) == (0, None)
