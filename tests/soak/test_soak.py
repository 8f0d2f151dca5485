"""The soak, short: laws hold and memory stays flat."""

from __future__ import annotations

import pytest
from tests.soak import run

from worldwright.compile.system import System
from worldwright.pipeline import load


def test_a_few_episodes_of_every_world() -> None:
    """The laws hold, and an episode is a pure function of its number."""
    systems = [load("pantry"), load("vending")]
    assert [run.episode(systems, 3, n) for n in range(12)] == [run.episode(systems, 3, n) for n in range(12)]


@pytest.mark.slow
def test_memory_is_flat() -> None:
    """Thousands of episodes: no law is broken, and memory does not grow after the warm-up."""
    count, growth = run.soak(run.worlds(), 4_000, limit=12, tell=False)
    assert count > 200
    assert growth < run.GROWTH


@pytest.mark.slow
def test_a_leak_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leak of a megabyte an episode is more growth than there may be, however large the process was before."""
    kept: list[bytearray] = []
    plain = run.episode

    def leaking(systems: list[System], seed: int, number: int) -> str:
        kept.append(bytearray(b"x" * 1_000_000))
        return plain(systems, seed, number)

    monkeypatch.setattr(run, "episode", leaking)
    _, growth = run.soak([load("vending")], 200, tell=False)
    assert growth > run.GROWTH


@pytest.mark.parametrize(("leak", "seen"), [(0, False), (1, True)])
def test_a_leak_of_a_kilobyte_an_episode(monkeypatch: pytest.MonkeyPatch, leak: int, seen: bool) -> None:
    """The long form tells a kilobyte an episode from a memory that only comes and goes.

    Played for real, so small a leak shows in the process' memory after some ten thousand episodes at the earliest; here
    the memory is told instead: 160 MB once the first ten thousand episodes have filled what is remembered, up to 2 MB
    more or less as it happens, and what leaks.
    """
    played = 0

    def nothing(systems: list[System], seed: int, number: int) -> str:
        nonlocal played
        played += 1
        return ""

    def told() -> int:
        return 160_000 - max(0, 10_000 - played) * 6 + played * 7_919 % 2_000 + leak * played

    monkeypatch.setattr(run, "episode", nothing)
    monkeypatch.setattr(run, "resident", told)
    count, growth = run.soak([], 100_000, tell=False)
    assert count == 100_000
    assert (growth > run.GROWTH) is seen
