"""A run: a folder of trajectories, made by playing and keeping what can be proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from ..models.ask import Fault, Usage
from . import store as stores
from .asking import Asked, Asking, ask_for
from .attempts import fault_class
from .bundle import save_bundle
from .compare import differences
from .done import Done
from .files import write_whole
from .folder import RECORDS, REJECTED, RUN, SIBLINGS, NoRun, described, description, kind_of
from .local import Crew
from .lock import held
from .order import Order, Prove
from .plan import Job, plan
from .signals import interrupt, signals
from .store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `reasons` counts rejected attempts by class; `paid` is what all answers so far cost."""

    done: int
    total: int
    kept: int
    rejected: int
    reasons: Counter[str]
    paid: Usage


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to, or has come to so far.

    `done` of `asked` jobs are done, `kept` with a record. `reasons` counts rejected attempts by class, `put_off` the
    jobs that are still to do because an endpoint failed, by class; `stopped` says why a model is asked no more, and
    `hopeless` by which class of failure, if by one.
    """

    asked: int
    done: int
    kept: int
    reasons: Counter[str]
    paid: Usage
    interrupted: bool = False
    put_off: Counter[str] = field(default_factory=Counter)
    stopped: str = ""
    hopeless: Fault | None = None

    @property
    def complete(self) -> bool:
        """Whether all jobs are done."""
        return self.done == self.asked


class RunDiffers(Exception):
    """The folder holds a run with other arguments, or something else. The message lists the differences, one a line."""


def _no_news(_: Progress) -> None:
    """Tells nobody."""


def synthesize(
    order: Order,
    folder: Path,
    prove: Prove,
    workers: int = 2,
    tell: Callable[[Progress], None] = _no_news,
    asking: Asking | None = None,
    first: int | None = None,
) -> Result:
    """Make a run's trajectories in a folder, or go on with what was interrupted there: see `carry_out`.

    With `first`, only so many jobs of the plan are done, and the run stays open.
    """
    jobs = plan(order.count, [len(world.tasks) for world in order.worlds], order.skins)[:first]
    return carry_out(order, jobs, folder, prove, workers, tell, asking)


def carry_out(
    order: Order,
    jobs: Sequence[Job],
    folder: Path,
    prove: Prove,
    workers: int = 2,
    tell: Callable[[Progress], None] = _no_news,
    asking: Asking | None = None,
) -> Result:
    """Do those of an order's jobs that are not done yet; a run with `order.count` of them done is complete.

    Players of this machine work in `workers` processes; a language model (`order.model`) is asked as `asking` says.

    The folder gets the store `run.db`, which every result goes into as it comes, and from it `trajectories.jsonl`, the
    `worlds/` texts, `run.json`, and `rejected.jsonl` and `siblings.jsonl` if there is anything in them. Ctrl-C leaves
    all that is done in place; so does everything else that can end a process.

    Raises RunDiffers if the folder holds another run, RunBusy if another process is at work on it, StoreFailed and
    OSError if it cannot be written.
    """
    if (order.model is None) != (asking is None):
        raise ValueError("a model is asked if and only if the order names one")
    _refuse_others(order, folder)
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder):
        _refuse_others(order, folder)  # somebody may have been quicker
        if not (folder / stores.NAME).exists():
            stores.create(folder, order)
        with stores.opened(folder) as store:
            _agree(order, folder, store)
            if _is_complete(folder):
                return _result(order, store, Asked())
            done = store.done()
            left = [job for job in jobs if job.index not in done]
            asked = _work(_Desk(order, store, tell), left, prove, workers, asking)
            result = _result(order, store, asked)
            write_records(store, folder, result.complete)
            return result


class _Desk:
    """Takes results in: keeps each in the store, counts, and tells how far the run is."""

    def __init__(self, order: Order, store: Store, tell: Callable[[Progress], None]) -> None:
        counts = store.counts()
        self.order = order
        self.store = store
        self._tell = tell
        self._done, self._kept, self._reasons = counts.jobs, counts.kept, counts.reasons

    def note(self, job: Job, done: Done) -> None:
        """Keep one result, and count it once: an interruption may hand it in again."""
        if self.store.finish(self.order, job, done):
            self._done += 1
            self._kept += done.kept is not None
            self._reasons.update(fault_class(entry["faults"][0]) for entry in done.rejected)
        self.tell()

    def tell(self) -> None:
        """Say how far the run is."""
        rejected = self._reasons.total()
        paid = self.store.paid()
        self._tell(Progress(self._done, self.order.count, self._kept, rejected, self._reasons, paid))


def _work(desk: _Desk, jobs: list[Job], prove: Prove, workers: int, asking: Asking | None) -> Asked:
    """Do the jobs in the way that the player asks for."""
    try:
        desk.tell()
        if asking is not None and jobs:
            return ask_for(desk.order, jobs, prove, asking, desk.store, desk.note, desk.tell)
        with signals(interrupt), Crew(desk.order, prove, workers) as crew:
            return _play(desk, jobs, crew)
    except KeyboardInterrupt:
        return Asked(interrupted=True)


def _play(desk: _Desk, jobs: list[Job], crew: Crew) -> Asked:
    """Have a crew do the jobs. At an interruption what is at work already is waited for."""
    try:
        for job, done in crew.results(jobs):
            desk.note(job, done)
    except KeyboardInterrupt:
        for job, done in crew.remaining():
            desk.note(job, done)
        return Asked(interrupted=True)
    return Asked()


# ---------------------------------------------------------------- the folder


def _refuse_others(order: Order, folder: Path) -> None:
    """Raises RunDiffers for a folder without a store in which the order's run cannot begin."""
    if (folder / stores.NAME).exists():
        return
    if (folder / RUN).exists():
        try:
            _same(order.arguments(), description(folder)["arguments"], folder)
        except NoRun as error:
            raise RunDiffers(str(error)) from error
        if _is_complete(folder):
            raise RunDiffers(f"{folder} holds the records of this very run, but not its store {stores.NAME}")
    elif (folder / RECORDS).exists():
        raise RunDiffers(f"{folder} holds {RECORDS} but no {stores.NAME}, so it is not a run to go on with")


def _agree(order: Order, folder: Path, store: Store) -> None:
    """Make sure that the store is this order's, and that the folder says so."""
    _same(order.arguments(), store.arguments(), folder)
    if not (folder / RUN).exists():
        write_whole(folder / RUN, [described(order.arguments(), complete=False, records=None)])


def _same(asked: dict[str, Any], there: dict[str, Any], folder: Path) -> None:
    if kind_of(asked) != kind_of(there):
        raise RunDiffers(f"{folder} holds {kind_of(there)}, not {kind_of(asked)}")
    found = [f"{place}: {old} there, {new} asked for" for place, new, old in differences(asked, there)]
    if found:
        raise RunDiffers("\n".join([f"{folder} holds a run with other arguments:", *found]))


def _is_complete(folder: Path) -> bool:
    """Whether the record files of a complete run are there: run.json, written last, says so."""
    try:
        return description(folder).get("complete") is True and (folder / RECORDS).exists()
    except NoRun:
        return False


def write_records(store: Store, folder: Path, complete: bool) -> None:
    """Write the record files of what the store holds. Of a complete run, `run.json` says so at the end."""
    for bundle in store.worlds():
        save_bundle(bundle, folder)
    write_whole(folder / RECORDS, store.kept())
    for name, lines in ((REJECTED, store.rejected()), (SIBLINGS, store.siblings())):
        first = next(lines, None)
        if first is not None:
            write_whole(folder / name, chain([first], lines))
    if complete:
        write_whole(folder / RUN, [described(store.arguments(), complete=True, records=store.counts().kept)])


def _result(order: Order, store: Store, asked: Asked) -> Result:
    """Count what the store holds."""
    counts = store.counts()
    return Result(
        asked=order.count,
        done=counts.jobs,
        kept=counts.kept,
        reasons=counts.reasons,
        paid=counts.paid,
        interrupted=asked.interrupted,
        put_off=asked.faults(),
        stopped=asked.stopped,
        hopeless=asked.hopeless,
    )
