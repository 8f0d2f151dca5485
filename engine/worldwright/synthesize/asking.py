"""Language models at work on jobs: many episodes at once in one event loop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..models.ask import HOPELESS, Answer, Asker, AskFailed, Fault, Question
from .attempts import attempt_at
from .database import StoreFailed
from .done import Done
from .local import crash, trace
from .order import Order, Prove
from .plan import Job
from .signals import signals
from .store import Store

WEATHER: frozenset[Fault] = frozenset({"rate_limit", "server", "timeout", "connection", "protocol"})
"""Failures that say nothing about the question: on another day it would have been answered. A job that meets one is
put off, not failed, so that what a run makes never depends on the weather."""

ROUNDS = 2
"""Times that a job which was put off is taken up in one run; the next run takes it up again."""

IN_A_ROW = 20
"""Questions in a row, of all episodes, that the endpoint leaves unanswered before the run stops asking it."""


class Connection(Protocol):
    """What asks an endpoint, as `models.client.Client` does."""

    async def ask(self, question: Question) -> Answer:
        """The answer to a question. Raises AskFailed, and what the store raises if it cannot keep an answer."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


MakeWithModel = Callable[[Order, Job, Prove, Asker], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Asking:
    """How a run asks its model. None of it decides what the records are.

    `connect` opens the way to the endpoint, with the store as its cache, and says how a job is done with it;
    `concurrency` episodes are played at once. It may raise AskFailed where asking is hopeless.
    """

    connect: Callable[[Store], Awaitable[tuple[Connection, MakeWithModel]]]
    concurrency: int = 8


@dataclass(slots=True)
class Asked:
    """How asking went. `stopped` says why nothing more is asked, if so; `hopeless` is the class of the failure that
    was the reason; `put_off` holds the class of what went wrong with each job that is still to do."""

    stopped: str = ""
    hopeless: Fault | None = None
    interrupted: bool = False
    put_off: dict[int, Fault] = field(default_factory=dict)

    def faults(self) -> Counter[str]:
        """The jobs that were put off, by the class of what went wrong."""
        return Counter(f"model: {fault}" for fault in self.put_off.values())


def ask_for(
    order: Order,
    jobs: Sequence[Job],
    prove: Prove,
    asking: Asking,
    store: Store,
    note: Callable[[Job, Done], None],
    tell: Callable[[], None],
) -> Asked:
    """Do jobs with a model. `note` gets each result as it comes, `tell` is called after every answer.

    Ctrl-C (or SIGTERM) lets the questions that are under way be answered, for they are paid for, and asks nothing
    more; a second one stops at once. Raises StoreFailed when the store can keep no more.
    """
    return asyncio.run(_Floor(order, prove, asking, store, note, tell).work(jobs))


class _Floor:
    """Where the episodes of a run are played at once."""

    def __init__(
        self,
        order: Order,
        prove: Prove,
        asking: Asking,
        store: Store,
        note: Callable[[Job, Done], None],
        tell: Callable[[], None],
    ) -> None:
        self._order = order
        self._prove = prove
        self._asking = asking
        self._store = store
        self._note = note
        self._tell = tell
        self._asked = Asked()
        self._unanswered = 0

    async def work(self, jobs: Sequence[Job]) -> Asked:
        """Do the jobs; those that were put off once more at the end."""
        loop = asyncio.get_running_loop()
        main = asyncio.current_task()

        def interrupt() -> None:
            if self._asked.interrupted and main is not None:
                loop.call_soon_threadsafe(main.cancel)
            self._asked.interrupted = True

        try:
            with signals(interrupt), self._store.reserve():
                connection, make = await self._asking.connect(self._store)
                try:
                    await self._rounds(jobs, connection, make)
                finally:
                    await connection.close()
        except AskFailed as failed:
            self._asked.stopped, self._asked.hopeless = str(failed), failed.fault
        except asyncio.CancelledError:
            if not self._asked.interrupted:
                raise
        return self._asked

    async def _rounds(self, jobs: Sequence[Job], connection: Connection, make: MakeWithModel) -> None:
        for _ in range(ROUNDS):
            await self._round(jobs, connection, make)
            jobs = [job for job in jobs if job.index in self._asked.put_off]
            if not jobs or self._stopping():
                return

    async def _round(self, jobs: Sequence[Job], connection: Connection, make: MakeWithModel) -> None:
        queue = iter(jobs)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._asking.concurrency, len(jobs))):
                    group.create_task(self._seat(queue, connection, make))
        except ExceptionGroup as failures:
            kept = failures.subgroup(StoreFailed)
            if kept is None:
                raise
            raise _first(kept) from failures

    async def _seat(self, queue: Iterator[Job], connection: Connection, make: MakeWithModel) -> None:
        """One episode after the other."""
        for job in queue:
            if self._stopping():
                return
            done = await self._done(job, connection, make)
            if done is not None:
                self._asked.put_off.pop(job.index, None)
                self._note(job, done)

    async def _done(self, job: Job, connection: Connection, make: MakeWithModel) -> Done | None:
        """What becomes of a job; None if the run stops before, or the job is put off."""
        left = False

        async def ask(question: Question) -> Answer:
            nonlocal left
            if left or self._stopping():
                left = True
                raise asyncio.CancelledError
            try:
                answer = await connection.ask(question)
            except AskFailed as failed:
                left = self._leave(job, failed)
                if left:
                    raise asyncio.CancelledError from failed
                raise
            self._unanswered = 0
            self._tell()
            return answer

        try:
            done = await make(self._order, job, self._prove, ask)
        except StoreFailed:
            raise
        except asyncio.CancelledError:
            if not left:
                raise
            return None
        except Exception as error:  # noqa: BLE001 (whatever playing may raise; counted by class, traceback kept)
            rejected = attempt_at(self._order, job, 0).rejected((crash(error),))
            done = Done(job.index, None, (rejected,), traces=((0, trace(error)),))
        return None if left else done

    def _leave(self, job: Job, failed: AskFailed) -> bool:
        """Whether a failure ends the work on a job: because of the weather, or because asking is hopeless."""
        if failed.fault in HOPELESS:
            self._asked.stopped, self._asked.hopeless = str(failed), failed.fault
            return True
        if failed.fault not in WEATHER:
            return False
        self._asked.put_off[job.index] = failed.fault
        self._unanswered += 1
        if self._unanswered >= IN_A_ROW and not self._asked.stopped:
            self._asked.stopped = f"the endpoint left {IN_A_ROW} questions in a row unanswered: {failed}"
        self._tell()
        return True

    def _stopping(self) -> bool:
        if self._store.full and not self._asked.stopped:
            self._asked.stopped = "the disk is full; every answer that was paid for is kept"
        return bool(self._asked.interrupted or self._asked.stopped)


def _first(failures: ExceptionGroup[StoreFailed]) -> StoreFailed:
    """One of a group of failures: they all say the same."""
    first = failures.exceptions[0]
    return first if isinstance(first, StoreFailed) else _first(first)
