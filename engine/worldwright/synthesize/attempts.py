"""One attempt at a job: which episode is played. A pure function of the order, the job and the attempt's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..compile.system import System
from ..explore.difficulty import Instance
from ..play.episode import Episode
from ..play.table import table_of
from .bands import chosen_from
from .bundle import system_of
from .order import Chosen, Order
from .plan import Job, mixed
from .trajectory import ordered

RENAMINGS = 1000
"""The `renamed` skin without a number stands for this many, one drawn for each job."""

DRAWS = 40
"""Instances drawn for one attempt until one lies in the bands that are asked for."""

DEEPER = ("model", "crash")
"""Faults whose class is in their second part: "model: rate_limit: …", "crash: KeyError: …"."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An episode to play. `seed` is the world's, `own` the player's; `instance` is the task's arguments in numbers."""

    job: int
    number: int
    chosen: Chosen
    system: System
    task: str
    instance: tuple[int, ...]
    seed: int
    own: int
    skin: str

    def episode(self) -> Episode:
        """A new episode of this attempt, at its start."""
        return Episode(self.system, self.task, self.instance, self.seed, self.skin)

    def args(self) -> dict[str, str]:
        """The task's arguments by parameter, objects by identifier."""
        parameters = self.system.world.tasks[self.task].parameters
        names = table_of(self.system).names(self.task, self.instance)
        return ordered({parameter.name: name for parameter, name in zip(parameters, names, strict=True)})

    def rejected(self, faults: Sequence[str]) -> dict[str, Any]:
        """What rejected.jsonl says of it. The first fault decides the class that it is counted under."""
        return {
            "job": self.job,
            "attempt": self.number,
            "world": self.chosen.name,
            "task": self.task,
            "args": self.args(),
            "seed": self.seed,
            "player_seed": self.own,
            "skin": self.skin,
            "faults": list(faults),
        }


def attempt_at(order: Order, job: Job, number: int) -> Attempt:
    """The attempt of this number at a job; each number has seeds of its own."""
    chosen = order.worlds[job.world]
    system = compiled(chosen)
    task = system.world.tasks[chosen.tasks[job.task]]
    start = job.index if job.start is None else job.start
    own = mixed(order.seed, start, number, "player", *([job.sample] if job.sample else []))

    def drawn(*again: int) -> Instance:
        seed, place = (mixed(order.seed, start, number, what, *again) for what in ("episode", "task"))
        return task.instances[place % len(task.instances)], seed

    instance, seed = drawn()
    if order.bands:
        tries = (drawn(*([again] if again else [])) for again in range(DRAWS))
        instance, seed = chosen_from(system, task.name, tries, order.bands)
    skin = f"renamed:{mixed(order.seed, start, 'skin') % RENAMINGS}" if job.skin == "renamed" else job.skin
    return Attempt(job.index, number, chosen, system, task.name, instance, seed, own, skin)


def fault_class(fault: str) -> str:
    """The class that a fault is counted under: "goal", "model: rate_limit", "crash: KeyError"."""
    parts = [part.strip() for part in fault.split(":", 2)]
    return ": ".join(parts[:2]) if parts[0] in DEEPER else parts[0]


@lru_cache(maxsize=64)
def compiled(chosen: Chosen) -> System:
    """The compiled world, once a process. Compiled from the bundled texts, as `verify` will do it."""
    return system_of(chosen.bundle, chosen.name, dict(chosen.params))
