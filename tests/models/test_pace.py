from __future__ import annotations

import asyncio
import heapq
from bisect import bisect_left
from collections.abc import Coroutine
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright.models.pace import RECOVERED, SLOWEST, Bucket, Pace


class World:
    """A clock that goes on when nobody has anything left to do at this moment."""

    def __init__(self) -> None:
        self.time = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()

    def now(self) -> float:
        """Seconds since the beginning."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Wait on this clock."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.time + seconds, next(self._number), future))
        await future

    async def run(self, *work: Coroutine[Any, Any, None]) -> None:
        """Do all the work."""
        tasks = [asyncio.create_task(each) for each in work]
        while not all(task.done() for task in tasks):
            for _ in range(12):
                await asyncio.sleep(0)
            if self._waiting:
                self.time, _, future = heapq.heappop(self._waiting)
                future.set_result(None)
        await asyncio.gather(*tasks)


jobs = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 400)), min_size=1, max_size=30)
rates = st.none() | st.floats(5, 600)


@settings(max_examples=30, deadline=None)
@given(jobs, st.integers(1, 6), rates, st.none() | st.floats(500, 60_000))
def test_limits_hold(work: list[tuple[float, int]], concurrency: int, rpm: float | None, tpm: float | None) -> None:
    """However long requests take: never more at once than allowed, never more begun in any stretch of time than the
    rate and one bucket give, first come first served, and everybody is."""
    world = World()
    pace = Pace(concurrency, rpm, tpm, world.now, world.sleep)
    begun: list[tuple[float, int, int]] = []
    running = [0]

    async def one(number: int, seconds: float, tokens: int) -> None:
        permit = await pace.enter(tokens)
        begun.append((world.time, number, tokens))
        running[0] += 1
        assert running[0] <= concurrency
        await world.sleep(seconds)
        running[0] -= 1
        pace.leave(permit, tokens)

    asyncio.run(world.run(*(one(n, seconds, tokens) for n, (seconds, tokens) in enumerate(work))))
    assert [number for _, number, _ in begun] == list(range(len(work)))
    times = [at for at, _, _ in begun]
    for start in times:
        for end in times[bisect_left(times, start) :]:
            if rpm is not None:
                inside = sum(start <= at <= end for at in times)
                assert inside <= max(1.0, rpm / 60) + (end - start) * rpm / 60 + 1e-6
            if tpm is not None:
                taken = sum(tokens for at, _, tokens in begun if start <= at < end)
                assert taken <= max(1.0, tpm / 60) + (end - start) * tpm / 60 + 400 + 1e-6


def test_nobody_waits_for_nothing() -> None:
    """Within the limits requests begin at once; beyond the rate they are spread evenly."""
    world = World()
    pace = Pace(10, 60.0, None, world.now, world.sleep)
    begun: list[float] = []

    async def one() -> None:
        pace.leave(await pace.enter(1), None)
        begun.append(world.time)

    asyncio.run(world.run(*(one() for _ in range(5))))
    assert [round(at, 6) for at in begun] == [0, 1, 2, 3, 4]


def test_tokens_that_were_not_used_are_given_back() -> None:
    """A short reply to a question with room for a long one lets the next begin earlier."""
    bucket = Bucket(600.0, 0.0)
    bucket.take(30)
    assert round(bucket.delay(10, 1.0, 0.0), 6) == 3.0
    bucket.take(-20)
    assert round(bucket.delay(10, 1.0, 0.0), 6) == 1.0


def test_complaints_halve_once() -> None:
    """Many complaints about one burst halve the pace once; it comes back little by little; there is a least pace."""
    world = World()
    pace = Pace(8, None, None, world.now, world.sleep)

    async def run() -> None:
        burst = [await pace.enter(1) for _ in range(8)]
        world.time = 1.0
        for permit in burst:
            pace.slow(permit, 2.0)
            pace.leave(permit, None)
        assert pace.share == 0.5 and pace.width == 4
        later = asyncio.create_task(pace.enter(1))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not later.done()

        async def after() -> None:
            permit = await later
            assert world.time == 3.0
            pace.slow(permit, 0.0)
            pace.leave(permit, None)

        await world.run(after())
        assert pace.share == 0.25
        for _ in range(int(0.75 / RECOVERED)):
            assert pace.share < 1
            pace.recover()
        assert pace.share == 1.0 and pace.width == 8
        for _ in range(20):
            world.time += 1
            permit = await pace.enter(1)
            pace.slow(permit, 0.0)
            pace.leave(permit, None)
        assert pace.share == SLOWEST and pace.width == 1

    asyncio.run(run())


def test_who_gives_up_leaves_no_trace() -> None:
    """A question that is cancelled while it waits takes nobody's place."""
    world = World()
    pace = Pace(1, None, None, world.now, world.sleep)

    async def run() -> None:
        permit = await pace.enter(1)
        waiting = [asyncio.create_task(pace.enter(1)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        waiting[1].cancel()
        await asyncio.sleep(0)
        pace.leave(permit, None)
        await asyncio.wait_for(waiting[2], 1)

    asyncio.run(run())
