"""The plan of a run is a pure function of its arguments."""

from __future__ import annotations

from worldwright.synthesize.plan import SEEDS, mixed, plan


def test_every_task_meets_every_skin() -> None:
    """After as many rounds as there are skins, every task of every world was played under every skin."""
    jobs = plan(2 * 3 * 4, [3, 3], ["natural", "call", "json", "tools"])
    assert {(job.world, job.task, job.skin) for job in jobs} == {
        (world, task, skin) for world in range(2) for task in range(3) for skin in ("natural", "call", "json", "tools")
    }


def test_worlds_with_unequal_tasks() -> None:
    """Worlds come in turn, whatever tasks they have."""
    jobs = plan(10, [1, 4, 2], ["natural"])
    assert [job.world for job in jobs] == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
    assert [job.task for job in jobs if job.world == 1] == [0, 1, 2]
    assert [job.index for job in jobs] == list(range(10))


def test_a_longer_plan_begins_with_the_shorter() -> None:
    """Asking for more changes nothing of what comes first."""
    assert plan(20, [2, 3], ["a", "b"])[:7] == plan(7, [2, 3], ["a", "b"])


def test_mixed_depends_on_every_part() -> None:
    """Neighbouring jobs get unlike seeds, always the same ones."""
    seeds = [mixed(1, job, attempt, "episode") for job in range(100) for attempt in range(8)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < SEEDS for seed in seeds)
    assert mixed(1, 2, 3, "episode") == 907524788
    assert mixed(1, 23) != mixed(12, 3)
