"""SIGKILL at random moments: nothing is lost, nothing doubled, nothing paid for twice, and the bytes are the same."""

from __future__ import annotations

import multiprocessing
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.models.server import Plays, Server
from tests.synthesize import victim
from tests.synthesize.orders import contents

from worldwright.synthesize.store import NAME, looked_at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

KILLED = -signal.SIGKILL
LIFE = 0.3
"""The longest that a process lives before it is killed, as a share of the time that a whole run takes."""


def processes() -> Any:
    """Where processes come from that have read everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.synthesize.victim"])
    return context


def lives(target: Callable[..., None], arguments: tuple[Any, ...], rng: random.Random, longest: float) -> Iterator[int]:
    """Start a process again and again until it ends by itself, killing it each time after a random while of at most
    `longest` seconds. Yields the exit code of every life.
    """
    context = processes()
    while True:
        process = context.Process(target=target, args=arguments)
        process.start()
        process.join(rng.uniform(0, longest))
        process.kill()
        process.join(60)
        yield process.exitcode
        if process.exitcode != KILLED:
            return


def undisturbed(target: Callable[..., None], *arguments: Any) -> float:
    """The seconds that a run takes which nobody kills."""
    for begin in (processes().Process(), processes().Process(target=target, args=arguments)):  # the first one is slow
        begun = time.monotonic()
        begin.start()
        begin.join(120)
        assert begin.exitcode == 0
    return time.monotonic() - begun


def check_local(tmp_path: Path, kills: int) -> None:
    """Run after run is killed until it ends, until so many kills have landed; all end like an undisturbed one."""
    whole = tmp_path / "whole"
    longest = undisturbed(victim.alone, whole) * LIFE
    rng = random.Random(1)
    moments: list[int] = []
    run = 0
    while len(moments) < kills:
        folder = tmp_path / str(run)
        run += 1
        for code in lives(victim.alone, (folder,), rng, longest):
            assert code in (KILLED, 0)
            if code == KILLED:
                moments.append(done(folder))
        assert contents(folder) == contents(whole)
    assert len(set(moments)) >= min(10, kills // 3)  # at many moments, not always at the start


def check_asked(tmp_path: Path, kills: int) -> None:
    """The same with a model; and all that is paid for twice is what a kill kept from coming back."""
    with Server(Plays(victim.recorded(victim.ASKED))) as server:
        whole = tmp_path / "whole"
        longest = undisturbed(victim.asked, whole, server.url) * LIFE
        assert set(server.paid.values()) == {1}
        rng = random.Random(2)
        moments: list[int] = []
        run = 0
        while len(moments) < kills:
            folder = tmp_path / str(run)
            run += 1
            before = server.paid.copy()
            paid = stored = lost = 0
            for code in lives(victim.asked, (folder, server.url), rng, longest):
                assert code in (KILLED, 0)
                settle(server)
                now, kept = (server.paid - before).total(), answers(folder)
                on_the_way = (now - paid) - (kept - stored)
                assert 0 <= on_the_way <= victim.CONCURRENCY
                paid, stored, lost = now, kept, lost + on_the_way
                if code == KILLED:
                    moments.append(stored)
            again = (server.paid - before).total() - len(server.paid - before)
            assert again == lost
            assert contents(folder) == contents(whole)
        assert len(set(moments)) >= max(1, kills // 6)


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_kills_of_a_local_run(tmp_path: Path, kills: int) -> None:
    """A dozen (and a hundred) kills of runs of the novice."""
    check_local(tmp_path, kills)


@pytest.mark.slow
def test_a_hundred_kills_of_a_run_with_a_model(tmp_path: Path) -> None:
    """A hundred kills of runs that ask a model. What had come back is never asked for again."""
    check_asked(tmp_path, 100)


def done(folder: Path) -> int:
    """The jobs that a store holds; none if there is no store yet."""
    if not (folder / NAME).exists():
        return 0
    with looked_at(folder) as store:
        return len(store.done())


def answers(folder: Path) -> int:
    """The answers that a store holds."""
    if not (folder / NAME).exists():
        return 0
    with looked_at(folder) as store:
        return store.paid().calls


def settle(server: Server) -> None:
    """Wait until the endpoint has noticed that the other side is gone."""
    for _ in range(2000):
        if not server.under_way:
            return
        time.sleep(0.005)
    raise AssertionError("the endpoint is still at work")
