"""Which episodes a run plays: a pure function of its arguments, so that any part of it can be made again alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Job:
    """One trajectory to make: `world` and `task` are indexes into the run's worlds and the world's tasks.

    Jobs that share a `start` (their own index, unless they say another) play the same instance and seed; of these the
    `sample` tells plays under the same skin apart.
    """

    index: int
    world: int
    task: int
    skin: str
    start: int | None = None
    sample: int = 0


def plan(count: int, task_counts: Sequence[int], skins: Sequence[str]) -> tuple[Job, ...]:
    """`count` jobs: the worlds in turn; within a world its tasks in turn; each round of tasks under the next skins.

    So every task of every world meets every skin before any meets one again.
    """
    jobs = []
    for index in range(count):
        visit, world = divmod(index, len(task_counts))
        turn, task = divmod(visit, task_counts[world])
        jobs.append(Job(index, world, task, skins[(task + turn) % len(skins)]))
    return tuple(jobs)


def mixed(*parts: int | str) -> int:
    """A number below 2**31 that looks random and depends on nothing but the parts."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % SEEDS
