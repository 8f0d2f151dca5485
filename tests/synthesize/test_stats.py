"""The measures of a run, against values worked out by hand."""

from __future__ import annotations

import zlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.synthesize.orders import jobs, order

from worldwright.models.ask import Usage
from worldwright.players.registry import maker
from worldwright.synthesize.attempts import attempt_at
from worldwright.synthesize.drive import play_out, reference_to
from worldwright.synthesize.stats import actions, banded, compression, distinct, diversity, stats, words
from worldwright.synthesize.trajectory import TaskRef, Trajectory


@pytest.fixture(scope="module")
def records() -> list[Trajectory]:
    """Three plays: two of the novice, and the first of them once more."""
    asked = order(2)
    found = []
    for job in jobs(asked):
        attempt = attempt_at(asked, job, 0)
        reference = reference_to("novice", 2, attempt.own)
        found.append(play_out(maker("novice", 2), reference, "pantry", attempt.episode(), attempt.own))
    return [*found, found[0]]


def test_words() -> None:
    """Words are letters and digits in lower case."""
    expected = ["thought", "i", "see", "action", "go", "way", "ünder", "2"]
    assert words('Thought: I see.\nAction: go{"way": "Ünder 2"}') == expected


def test_distinct_by_hand() -> None:
    """a b a b and a c: 3 words of 6, 3 pairs of 4 (ab ba ac; ab twice), 2 triples of 2; runs do not cross texts."""
    texts = [["a", "b", "a", "b"], ["a", "c"]]
    assert distinct(texts, 1) == 3 / 6
    assert distinct(texts, 2) == 3 / 4
    assert distinct(texts, 3) == 2 / 2
    assert distinct(texts, 5) == 0.0
    assert distinct([], 1) == 0.0


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=8), max_size=6), st.integers(1, 3))
def test_distinct_is_a_share_that_repetition_lowers(texts: list[list[str]], length: int) -> None:
    """Between 0 and 1; saying everything twice halves it."""
    share = distinct(texts, length)
    assert 0 <= share <= 1
    assert distinct([*texts, *texts], length) == pytest.approx(share / 2)


def test_compression_by_hand() -> None:
    """The size over the compressed size; text that repeats itself compresses better."""
    one = "the quick brown fox"
    assert compression([one]) == (len(one) + 1) / len(zlib.compress(f"{one}\n".encode(), 9))
    assert compression([one] * 50) > 10 * compression([one])
    assert compression([]) == 0.0


def test_diversity(records: list[Trajectory]) -> None:
    """The same record again adds no action sequence, and is a near-duplicate."""
    found = diversity(records)
    assert found.action_sequences == len({actions(record) for record in records}) <= 2
    assert found.near_duplicates == pytest.approx(1 / 3)
    assert diversity(records[:1]).near_duplicates == 0.0
    assert set(found.distinct) == {"1", "2", "3"}


def test_actions_are_what_was_accepted(records: list[Trajectory]) -> None:
    """Refused commands are no part of the sequence, nor is the skin."""
    accepted = [turn for turn in records[0].turns if turn.feedback.kind == "ok"]
    sequence = actions(records[0])
    assert sequence[0] == records[0].world.hash
    assert [each[0] for each in sequence[1:]] == [turn.command.action for turn in accepted if turn.command is not None]


def test_measures_of_a_run(records: list[Trajectory]) -> None:
    """Yield, means and costs by hand."""
    paid = Usage(prompt=900, cached=300, completion=90, calls=30)
    found = stats(records, 5, 4, Counter({"goal": 2, "model: empty": 1}), paid, 1.5)
    turns = [turn for record in records for turn in record.turns]
    errors = [turn for turn in turns if turn.error is not None]
    assert (found.asked, found.done, found.kept, found.attempts) == (5, 4, 3, 6)
    assert found.yielded == 0.5
    assert found.reasons == {"goal": 2, "model: empty": 1}
    assert found.turns == len(turns) / 3
    assert found.turns_median == sorted(len(record.turns) for record in records)[1]
    assert found.errors_a_hundred_turns == 100 * len(errors) / len(turns)
    assert sum(found.errors.values()) == sum(found.recoveries.values()) == len(errors)
    assert found.refinements == sum(record.outcome.refinements for record in records) / 3
    assert found.trained == sum(turn.trained for turn in turns) / 3
    assert (found.calls, found.tokens, found.cost) == (10, 330, 0.5)
    assert found.skins == {"natural": 2, "json": 1}
    assert sum(found.worlds.values()) == 3


def test_a_run_without_records() -> None:
    """Nothing is divided by nothing."""
    found = stats([], 5, 2, Counter({"goal": 16}), Usage(), None)
    assert (found.yielded, found.turns, found.diversity, found.calls, found.cost) == (0.0, 0.0, None, None, None)
    assert stats([], 5, 2, Counter(), Usage(calls=3), 1.0).cost is None


def test_difficulty_of_records(records: list[Trajectory]) -> None:
    """Each record's instance is judged anew; a record of another world is refused."""
    found = banded(records, [order().worlds[0].bundle])
    assert sum(found.values()) == 3
    assert set(found) <= {"easy", "medium", "hard"}
    with pytest.raises(ValueError, match="the texts of pantry are not there"):
        banded(records, [])
    stranger = records[0].model_copy(update={"task": TaskRef(name="dinner", args={})})
    with pytest.raises(ValueError, match="no task dinner"):
        banded([stranger], [order().worlds[0].bundle])
