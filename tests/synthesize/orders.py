"""Orders, jobs and results for tests of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from worldwright.models.ask import Usage
from worldwright.pipeline import load_world
from worldwright.shipped import shipped
from worldwright.synthesize.done import Done
from worldwright.synthesize.order import ModelOrder, Order, choose
from worldwright.synthesize.plan import Job, plan

SKINS = ("natural", "json", "renamed")


def order(count: int = 6, player: str = "novice", min_refines: int = 2, names: tuple[str, ...] = ("pantry",)) -> Order:
    """An order for shipped worlds."""
    chosen = [choose(name, load_world(shipped("worlds") / name / f"{name}.world")) for name in names]
    return Order(tuple(chosen), count, 5, player, min_refines, SKINS)


def asked_order(count: int = 6, base_url: str | None = None, **settings: Any) -> Order:
    """An order for a language model in the pantry."""
    world = choose("pantry", load_world(shipped("worlds") / "pantry" / "pantry.world"))
    model = ModelOrder("scripted", base_url, **settings)
    return Order((world,), count, 5, "llm", 0, ("natural",), attempts=3, model=model)


def jobs(order: Order) -> tuple[Job, ...]:
    """The jobs of an order."""
    return plan(order.count, [len(world.tasks) for world in order.worlds], order.skins)


def rejected(job: int, attempt: int, fault: str = "goal: outcome: not reached") -> dict[str, Any]:
    """What is said of a rejected attempt."""
    found: dict[str, Any] = {"job": job, "attempt": attempt, "world": "pantry", "task": "lunch", "args": {}}
    return {**found, "seed": 100 + attempt, "player_seed": 7, "skin": "natural", "faults": [fault, "goal: too"]}


def result(job: int, kept: str | None = None, failures: int = 1, **more: Any) -> Done:
    """The result of a job."""
    faults = tuple(rejected(job, attempt) for attempt in range(failures))
    return Done(job, kept, faults, usage=Usage(10, 4, 2, 1), **more)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but for the store, which holds how a run came about, and the lock."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: data for name, data in found.items() if name not in ("run.db", "run.lock")}
