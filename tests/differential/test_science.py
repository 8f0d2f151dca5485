"""Our science worlds on ScienceWorld's own gold action sequences: every scored moment at the same step, but for those
differences that science_differences.py lists and explains.
"""

from __future__ import annotations

import dataclasses
import re

import pytest
from tests.differential.record_science import RECORDED, read
from tests.differential.science_differences import DIFFERENCES, LEFT_OUT
from tests.differential.science_side import GOAL, PORTS, expected, scored


def known(task: str, variation: int) -> dict[str, tuple[int, int | None]]:
    """The differences that are listed for a variation."""
    chosen = [d for d in DIFFERENCES if (d.task, d.variation) == (task, variation)]
    return {d.milestone: (d.theirs, d.ours) for d in chosen}


def differences(task: str, variation: int) -> dict[str, tuple[int, int | None]]:
    """Milestones that are not reached when ScienceWorld scores the moments that they stand for."""
    port, gold = PORTS[task, variation], read(task, variation)
    ours, theirs = scored(port, gold), expected(port, gold)
    assert GOAL in theirs
    return {name: (at, ours.get(name)) for name, at in theirs.items() if ours.get(name) != at}


def test_every_recorded_variation_is_compared() -> None:
    """Each has its port, and each listed difference its variation."""
    assert set(PORTS) == set(RECORDED)
    assert {(d.task, d.variation) for d in DIFFERENCES} <= set(RECORDED)


@pytest.mark.parametrize(("task", "variation"), RECORDED)
def test_moments_come_when_they_do_there(task: str, variation: int) -> None:
    """All of them, but for the listed differences, which are just as they are listed."""
    assert differences(task, variation) == known(task, variation)


def test_every_scored_moment_is_accounted_for() -> None:
    """It has a milestone of ours, or a reason why not; and every reason has its moment."""
    used = set()
    for key, port in PORTS.items():
        for moment in (m for step in read(*key).steps for m in step.moments):
            if not any(re.fullmatch(pattern, moment) for pattern in port.moments):
                fitting = [pattern for pattern in LEFT_OUT if re.fullmatch(pattern, moment)]
                assert fitting, f"{key}: {moment}"
                used.update(fitting)
    assert used == set(LEFT_OUT)


def test_a_sequence_that_is_not_gold_is_noticed() -> None:
    """Without its last pour of water the plant does not flower in time: the comparison can fail."""
    gold = read("grow-plant", 0)
    last = max(n for n, step in enumerate(gold.steps[:-1]) if step.action.startswith("pour"))
    steps = list(gold.steps)
    steps[last] = dataclasses.replace(steps[last], action="wait1")
    ours = scored(PORTS["grow-plant", 0], dataclasses.replace(gold, steps=tuple(steps)))
    assert GOAL not in ours
