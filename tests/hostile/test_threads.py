"""One compiled world used by many at once: the bytes of the sequential run, in threads and in processes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from tests.soak.run import episode, worlds

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode

THREADS = 32


def play(system: System, number: int) -> str:
    """One episode of a world, by number."""
    return episode([system], 7, number)


@pytest.mark.parametrize("name", ["pantry", pytest.param("vending", marks=pytest.mark.slow)])
def test_threads_give_the_same_bytes(name: str) -> None:
    """Thirty-two threads that begin together on one freshly compiled world, whose tables nobody has filled yet."""
    alone = [play(load(name), number) for number in range(THREADS)]
    shared = load(name)
    together = Barrier(THREADS)

    def begin(number: int) -> str:
        together.wait()
        return play(shared, number)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(begin, range(THREADS))) == alone


@pytest.mark.slow
def test_threads_give_the_same_bytes_in_every_world() -> None:
    """A few hundred episodes over all shipped worlds, in thirty-two threads."""
    systems = worlds()
    numbers = range(4 * len(systems))
    alone = [episode(systems, 11, number) for number in numbers]
    fresh = [System(system.world) for system in systems]
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(partial(episode, fresh, 11), numbers)) == alone


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn"])
def test_processes_give_the_same_bytes(method: str) -> None:
    """A world that travels to other processes plays there as it does here."""
    system = load("vending")
    alone = [play(system, number) for number in range(16)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert list(pool.map(partial(play, system), range(16))) == alone


def test_episodes_share_nothing_that_changes() -> None:
    """Two episodes of one world, step by step in turn, do not hear of each other."""
    system = load("pantry")
    alone = Episode(system, seed=1)
    heard = [alone.step(said).text for said in ("take brass key", "unlock chest with key")]
    one, other = Episode(system, seed=1), Episode(system, seed=2, skin="call")
    for said, text in zip(("take brass key", "unlock chest with key"), heard, strict=True):
        other.step("take(apple)")
        assert one.step(said).text == text
