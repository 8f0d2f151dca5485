"""The count of distinct instances that are solved and proved: what was counted, and that counting counts."""

from __future__ import annotations

import pytest
from tests.worlds.instances import GOAL, families, kept


def test_enough_were_counted() -> None:
    """The goal is reached, and hardly a trajectory failed."""
    found = kept()
    assert sum(count.instances for count in found.values()) >= GOAL
    assert len(found) >= 30
    assert sum(count.solved for count in found.values()) >= 0.99 * sum(count.tried for count in found.values())


@pytest.mark.slow
def test_seeds_that_draw_the_same_start_are_one() -> None:
    """The pantry has one task and two starts, however many trajectories are made."""
    (pantry,) = families(["pantry"])
    pantry.go_on(share=3)
    assert (len(pantry.tasks), len(pantry.instances), pantry.worn) == (1, 2, True)
    assert pantry.solved == pantry.tried > 2
