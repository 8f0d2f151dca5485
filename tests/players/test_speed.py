"""The expert thinks quickly where there is much to know."""

from __future__ import annotations

import pytest
from tests.benchmarks.bench_expert import BAR, best_steps
from tests.timing import seconds

BUSY = 2
"""The machine that runs this may be busy with other things."""


@pytest.mark.slow
@pytest.mark.parametrize("task", ["place", "look_in_light", "clean_and_place", "heat_and_place", "pick_two"])
def test_a_step_among_thirty_receptacles(task: str) -> None:
    """Every step after the first within 50 ms of processor time, and every goal reached."""
    goals, _, later = best_steps(task, range(2))
    assert goals == 2
    assert max(later) <= seconds(BUSY * BAR)
