"""Plays the episodes of an evaluation, in a folder that can be gone on with, and measures what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..compile.system import System
from ..diagnostics import WorldFault
from ..explore.difficulty import difficulty
from ..models.ask import Asker, Usage
from ..models.prices import Price
from ..players.llm import NOTHING_OFFERED, Offers
from ..synthesize.asking import Asking
from ..synthesize.attempts import attempt_at, fault_class
from ..synthesize.done import Done
from ..synthesize.model.play import play
from ..synthesize.model.sitting import sitting_at
from ..synthesize.order import Chosen, ModelOrder, Order, Prove
from ..synthesize.plan import Job
from ..synthesize.run import Progress, Result, carry_out
from ..synthesize.store import Store, opened
from ..synthesize.trajectory import Trajectory
from ..verify.prove import prove_true
from .best import Best, best_of
from .measure import GROUPS, Measures, Play, grouped, measures, play_of
from .plan import plan
from .robust import Robustness, robustness

FORMAT = "worldwright.evaluation/1"
BANDS = "bands"
"""The fact under which a store keeps the difficulty of the starts."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one player's plays came to.

    `asked` episodes were to be played; `failures` counts those without a play to judge, by the exact class of what
    failed (the endpoint, the world, the player's program), `to_do` are still to be played, all others are measured.
    `robustness` is there for several skins, `best` for several samples. `cost` is None where the price is not known.
    """

    name: str
    asked: int
    to_do: int
    failures: Mapping[str, int]
    whole: Measures
    groups: Mapping[str, Mapping[str, Measures]]
    robustness: Robustness | None
    best: tuple[Best, ...]
    usage: Usage
    cost: float | None
    arguments: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The column as data."""
        usage = self.usage
        return {
            "name": self.name,
            "asked": self.asked,
            "to_do": self.to_do,
            "failures": dict(self.failures),
            "measures": self.whole.to_json(),
            **{f"by_{by}": {name: each.to_json() for name, each in some.items()} for by, some in self.groups.items()},
            "robustness": None if self.robustness is None else self.robustness.to_json(),
            "best_of": [row.to_json() for row in self.best],
            "usage": {
                "calls": usage.calls,
                "prompt": usage.prompt,
                "cached": usage.cached,
                "completion": usage.completion,
            },
            "cost": self.cost,
            "arguments": dict(self.arguments),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Players side by side, on the same starts."""

    columns: tuple[Column, ...]

    def to_json(self) -> dict[str, Any]:
        """The evaluation as data."""
        return {"format": FORMAT, "players": [column.to_json() for column in self.columns]}


def order_for(
    worlds: tuple[Chosen, ...],
    starts: int,
    seed: int,
    player: str,
    skins: tuple[str, ...],
    samples: int = 1,
    model: ModelOrder | None = None,
    bands: tuple[str, ...] = (),
) -> Order:
    """What an evaluation of one player plays: `starts` starts, each `samples` times under every skin.

    Every play counts: there is one attempt at each, nothing is asked of its errors, and it is kept, won or not.
    """
    count = starts * samples * len(skins)
    return Order(worlds, count, seed, player, 0, skins, attempts=1, model=model, bands=bands, samples=samples)


def jobs_of(order: Order) -> tuple[Job, ...]:
    """The episodes of an order for an evaluation."""
    samples = order.samples or 1
    starts = order.count // (samples * len(order.skins))
    return plan(starts, samples, [len(world.tasks) for world in order.worlds], order.skins)


def evaluate(
    order: Order,
    folder: Path,
    workers: int = 2,
    tell: Callable[[Progress], None] = lambda _: None,
    asking: Asking | None = None,
) -> Result:
    """Play the episodes of an order (`order_for` makes it) in a folder, or those that are not played there yet.

    The folder is a run's: its records are all true, won or not. Raises what `synthesize.run.carry_out` raises.
    """
    if order.samples is None:
        raise ValueError("this is no order for an evaluation")
    return carry_out(order, jobs_of(order), folder, prove_true, workers, tell, asking)


async def play_with_model(order: Order, job: Job, prove: Prove, ask: Asker, offers: Offers = NOTHING_OFFERED) -> Done:
    """Have the order's model play one episode, turn by turn. What the endpoint breaks off is no play."""
    if order.model is None:
        raise ValueError("the order has no model")
    attempt = attempt_at(order, job, 0)
    try:
        played = await play(sitting_at(attempt, order.model, 0, ask, offers), job.sample)
    except WorldFault as fault:
        return Done(job.index, None, (attempt.rejected((f"world fault: {fault}",)),))
    notes = {"ended": {fault_class(played.ended): 1}}
    line = played.trajectory.line()
    faults = (played.ended,) if played.broken else prove(line, attempt.chosen.bundle)
    if faults:
        return Done(job.index, None, (attempt.rejected(faults),), (), played.usage, notes)
    return Done(job.index, line, (), (), played.usage, notes)


# ---------------------------------------------------------------- measuring


def column_of(order: Order, folder: Path, name: str, price: Price | None = None) -> Column:
    """The measures of what has been played in a folder by now. Raises StoreFailed if it cannot be read."""
    jobs = jobs_of(order)
    with opened(folder) as store:
        bands = _bands(order, jobs, store)
        plays = [_play(jobs[number], line, bands) for number, line in store.episodes()]
        counts = store.counts()
    samples = order.samples or 1
    return Column(
        name=name,
        asked=len(jobs),
        to_do=len(jobs) - counts.jobs,
        failures=dict(sorted(counts.reasons.items())),
        whole=measures(plays),
        groups={by: grouped(plays, by) for by in GROUPS},
        robustness=robustness(plays, order.skins) if len(order.skins) > 1 else None,
        best=best_of(plays, samples) if samples > 1 else (),
        usage=counts.paid,
        cost=None if price is None else price.cost(counts.paid),
        arguments=order.arguments(),
    )


def _play(job: Job, line: str, bands: Mapping[int, str]) -> Play:
    start = _start(job)
    return play_of(Trajectory.model_validate_json(line), start, job.sample, job.skin, bands[start])


def _start(job: Job) -> int:
    """The number of the start that a job plays."""
    return job.index if job.start is None else job.start


def _bands(order: Order, jobs: Sequence[Job], store: Store) -> dict[int, str]:
    """The difficulty band of every start. Worked out once a folder, for some worlds take a while."""
    known = store.found(BANDS)
    found = dict(known) if isinstance(known, dict) else {}
    missing = {_start(job): job for job in jobs if str(_start(job)) not in found}
    for start, job in missing.items():
        attempt = attempt_at(order, job, 0)
        found[str(start)] = _band(attempt.system, attempt.task, attempt.instance, attempt.seed)
    if missing:
        store.find(BANDS, found)
    return {_start(job): str(found[str(_start(job))]) for job in jobs}


@lru_cache(maxsize=4096)
def _band(system: System, task: str, instance: tuple[int, ...], seed: int) -> str:
    return difficulty(system, system.task(task, instance), seed).band or "unsolvable"
