"""Instances of a task in asked-for bands of difficulty. Pure functions of the system and the numbers given."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ..compile.system import System
from ..explore.difficulty import Instance, difficulty, sampled


@lru_cache(maxsize=1024)
def in_bands(system: System, task: str, instance: Instance, bands: tuple[str, ...]) -> bool:
    """Whether an instance lies in one of some bands."""
    args, seed = instance
    return difficulty(system, system.task(task, args), seed).band in bands


@lru_cache(maxsize=1024)
def offered(system: System, task: str, bands: tuple[str, ...]) -> Instance | None:
    """The first of a few sampled instances of a task that lies in one of some bands."""
    for instance in sampled(system, task):
        if in_bands(system, task, instance, bands):
            return instance
    return None


def chosen_from(system: System, task: str, drawn: Iterable[Instance], bands: tuple[str, ...]) -> Instance:
    """The first of some drawn instances that lies in one of the bands; if none does, one that is known to.

    Raises ValueError for a task that offers none.
    """
    for instance in drawn:
        if in_bands(system, task, instance, bands):
            return instance
    known = offered(system, task, bands)
    if known is None:
        raise ValueError(f"task {task} offers no instance in {' or '.join(bands)}")
    return known
