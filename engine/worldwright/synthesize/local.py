"""Players of this machine at work on jobs: in this process, or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from ..diagnostics import WorldFault
from ..players.mind import Bewildered
from ..players.registry import maker
from .attempts import Attempt, attempt_at
from .done import Done
from .drive import play_out, reference_to
from .order import Order, Prove
from .plan import Job
from .signals import undisturbed

AHEAD = 2
"""Jobs handed out for each worker: enough that none waits, few enough that little is under way at an interruption."""


def make(order: Order, job: Job, prove: Prove) -> Done:
    """Do one job: play until an attempt is proved, at most `order.attempts` times, each with seeds of its own.

    A player may break in ways that it never declared. That is its attempt's fault and ends nothing else.
    """
    rejected: list[dict[str, Any]] = []
    traces = []
    for number in range(order.attempts):
        attempt = attempt_at(order, job, number)
        line: str | None = None
        try:
            line = _played(order, attempt)
            faults = prove(line, attempt.chosen.bundle)
        except WorldFault as fault:
            faults = (f"world fault: {fault}",)
        except Bewildered as fault:
            faults = (f"{'unsolvable' if fault.unsolvable else 'player'}: {fault}",)
        except Exception as error:  # noqa: BLE001 (whatever a player may raise; counted by class, traceback kept)
            faults = (crash(error),)
            traces.append((number, trace(error)))
            line = None
        if line is not None and (not faults or not order.only_proved):
            return Done(job.index, line, tuple(rejected), traces=tuple(traces))
        rejected.append(attempt.rejected(faults))
    return Done(job.index, None, tuple(rejected), traces=tuple(traces))


def crash(error: Exception) -> str:
    """The fault that an exception nobody declared is, by its exact class. Its message stays in the traceback: it may
    hold what differs from run to run."""
    kind = type(error)
    return f"crash: {kind.__qualname__ if kind.__module__ == 'builtins' else f'{kind.__module__}.{kind.__qualname__}'}"


def trace(error: Exception) -> str:
    """The traceback of an exception, for the author of what raised it."""
    return "".join(traceback.format_exception(error))


def _played(order: Order, attempt: Attempt) -> str:
    player = maker(order.player, order.min_refines)
    reference = reference_to(order.player, order.min_refines, attempt.own)
    return play_out(player, reference, attempt.chosen.name, attempt.episode(), attempt.own).line()


# ---------------------------------------------------------------- worker processes


@dataclass(frozen=True, slots=True)
class _Work:
    """A job with all it needs, as sent to a worker."""

    order: Order
    prove: Prove

    def __call__(self, job: Job) -> Done:
        return make(self.order, job, self.prove)


class Crew:
    """Does jobs and gives their results as they come. Use it in a `with`: leaving it ends all that is still at work."""

    def __init__(self, order: Order, prove: Prove, workers: int) -> None:
        self._work = _Work(order, prove)
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._pending: dict[Future[Done], Job] = {}

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._pool is None:
            return
        if kind is not None:
            for process in multiprocessing.active_children():
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def results(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Done]]:
        """The results of jobs. With several workers they come in any order."""
        if self._workers <= 1 or len(jobs) <= 1:
            for job in jobs:
                yield job, self._work(job)
            return
        context = multiprocessing.get_context("spawn")
        with undisturbed():
            pool = self._pool = ProcessPoolExecutor(self._workers, context, _follow_the_parent)
        for job in jobs:
            if len(self._pending) >= AHEAD * self._workers:
                yield from self._ready()
            with undisturbed():
                self._pending[pool.submit(self._work, job)] = job
        while self._pending:
            yield from self._ready()

    def remaining(self) -> Iterator[tuple[Job, Done]]:
        """After an interruption: the results of what is already handed out. Nothing new is begun.

        What ended the program may have ended the workers: then there is nothing to wait for.
        """
        try:
            while self._pending:
                yield from self._ready()
        except BrokenProcessPool:
            self._pending.clear()

    def _ready(self) -> Iterator[tuple[Job, Done]]:
        """Wait for a result; give all there are."""
        finished, _ = wait(self._pending, return_when=FIRST_COMPLETED)
        for future in sorted(finished, key=lambda each: self._pending[each].index):
            yield self._pending[future], future.result()
            del self._pending[future]


def _follow_the_parent() -> None:
    """Leave Ctrl-C to the parent, and end when the parent ends in any way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
