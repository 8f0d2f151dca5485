"""Measures against values counted by hand."""

from __future__ import annotations

import pytest
from tests.evaluate.plays import play, played

from worldwright.evaluate.measure import grouped, measures, play_of
from worldwright.synthesize.trajectory import Trajectory


def test_a_play_is_counted_as_by_hand() -> None:
    """Ten turns: three accepted, seven refused; three say again what was refused for the same reason."""
    record = played(
        ("The apple is in the oak chest.", "open chest"),  # refused (locked), and nobody spoke of an apple
        ("So?", "open chest"),  # again
        ("x", "look"),
        ("x", "open chest"),  # again: what lies between makes no difference
        ("x", "unlock chest with key"),  # refused: the key is not in the hand
        ("x", "take key"),
        ("x", "unlock chest with key"),  # accepted, which resolves the refusal
        ("x", "unlock chest with key"),  # refused for another reason, and it was accepted in between
        ("x", "dance"),  # no such command
        ("x", "dance"),  # again
    )
    found = play_of(record, 3, band="easy")
    assert (found.turns, found.success, found.progress, found.ended) == (10, False, 0.5, "stopped")
    assert found.errors == {"precondition": 5, "unknown_command": 2}
    assert (found.repeats, found.recoveries) == (3, {"met": 1, "unresolved": 6})
    assert (found.thoughts, found.flagged) == (10, 1)
    whole = measures([found])
    assert whole.errors.value == pytest.approx(70.0)
    assert whole.kinds["precondition"].value == pytest.approx(50.0)
    assert whole.kinds["unknown_command"].value == pytest.approx(20.0)
    assert whole.kinds["format"].value == 0
    assert whole.repeats.value == pytest.approx(3 / 7)
    assert whole.recovery.value == pytest.approx(1 / 7)
    assert whole.clairvoyance.value == pytest.approx(1 / 10)
    assert whole.steps_to_goal.value is None
    assert (whole.endings["stopped"], whole.recoveries["met"]) == (1, 1)


def test_a_won_play(trajectory: Trajectory) -> None:
    """Eight turns, three errors, all of them resolved."""
    found = measures([play_of(trajectory, 0)])
    assert (found.success.value, found.progress.value, found.steps.value, found.steps_to_goal.value) == (1, 1, 8, 8)
    assert found.errors.value == pytest.approx(37.5)
    assert (found.recovery.value, found.repeats.value) == (1.0, 0.0)
    assert found.recoveries == {"corrected": 1, "met": 2, "bypassed": 0, "unresolved": 0}


def test_means_and_ratios_are_of_all_turns_and_errors() -> None:
    """A long play weighs more in what is counted a hundred turns, not in what is counted an episode."""
    one = play(0, True, turns=10, errors={"format": 1}, recoveries={"corrected": 1}, repeats=0)
    two = play(1, False, turns=30, errors={"format": 2, "precondition": 1}, recoveries={"unresolved": 3}, repeats=2)
    found = measures([one, two])
    assert found.success.value == 0.5 and found.progress.value == 0.5
    assert (found.steps.value, found.steps_to_goal.value) == (20, 10)
    assert found.errors.value == pytest.approx(100 * 4 / 40)
    assert found.kinds["format"].value == pytest.approx(100 * 3 / 40)
    assert found.repeats.value == pytest.approx(2 / 4) and found.recovery.value == pytest.approx(1 / 4)
    assert found.endings == {"goal": 1, "fail": 0, "limit": 1, "stopped": 0}


def test_nothing_is_measured_of_nothing() -> None:
    """No episodes, no errors, no thoughts: no value rather than a good one."""
    empty = measures([])
    assert (empty.episodes, empty.success.value, empty.steps.value) == (0, None, None)
    silent = measures([play(0, True, thoughts=0)])
    assert (silent.recovery.value, silent.repeats.value, silent.clairvoyance.value) == (None, None, None)


def test_groups_tell_apart() -> None:
    """By world, task, band and skin; a start without a band is in none."""
    plays = [play(0, True), play(1, False, world="vending", task="get", band="hard"), play(2, True, band="")]
    assert {name: each.success.value for name, each in grouped(plays, "world").items()} == {"pantry": 1, "vending": 0}
    assert list(grouped(plays, "task")) == ["pantry: lunch", "vending: get"]
    assert {name: each.episodes for name, each in grouped(plays, "band").items()} == {"easy": 1, "hard": 1}
    assert list(grouped(plays, "skin")) == ["natural"]
