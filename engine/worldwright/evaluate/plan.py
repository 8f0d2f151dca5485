"""Which episodes an evaluation plays: a pure function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence

from ..synthesize.plan import Job


def plan(starts: int, samples: int, task_counts: Sequence[int], skins: Sequence[str]) -> tuple[Job, ...]:
    """`starts` starts (the worlds in turn, within a world its tasks in turn), each `samples` times under every skin.

    What is drawn for a start (the task's arguments, the world's seed, the player's own) is the same under every skin,
    so skins are compared on the same instances. The plan for more starts begins with the plan for fewer.
    """
    jobs: list[Job] = []
    for start in range(starts):
        visit, world = divmod(start, len(task_counts))
        for skin in skins:
            for sample in range(samples):
                jobs.append(Job(len(jobs), world, visit % task_counts[world], skin, start, sample))
    return tuple(jobs)
