"""The mutation scores in docs/worlds.md: high where nothing else vouches for a world, and of the worlds as they are."""

from __future__ import annotations

import pytest
from tests.docs.digests import digest
from tests.docs.mutation_scores import DESKS, JUDGED, judged, kept

from worldwright.mutate.judge import Choice
from worldwright.pipeline import find

SAMPLE = Choice(most=8, seed=7)


def test_nothing_that_is_known_survives() -> None:
    """Of the desks' mutants all are noticed whose fate is known; of all worlds' at least 97 in 100."""
    found = kept()
    assert sorted(found) == sorted(JUDGED)
    assert [name for name in DESKS if found[name].score < 1 or found[name].at_least < 0.97] == []
    assert [name for name in JUDGED if found[name].at_least < 0.97] == []


@pytest.mark.slow
def test_the_scores_are_of_the_worlds_as_they_are() -> None:
    """Every world was judged with its text and its plays of today."""
    assert {name: score.digest for name, score in kept().items()} == {name: digest(find(name)) for name in JUDGED}


@pytest.mark.slow
@pytest.mark.parametrize("name", DESKS)
def test_a_sample_is_noticed(name: str) -> None:
    """Eight mutants of each desk, judged again: none that is not equivalent, stillborn or unknown survives."""
    counts = judged(name, SAMPLE).counts
    assert counts["killed"] >= 4 and counts["survived"] == 0
