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
    """A leak of a few kilobytes an episode is more growth than there may be."""
    kept: list[bytearray] = []
    plain = run.episode

    def leaking(systems: list[System], seed: int, number: int) -> str:
        kept.append(bytearray(b"x" * 200_000))
        return plain(systems, seed, number)

    monkeypatch.setattr(run, "episode", leaking)
    _, growth = run.soak([load("vending")], 200, tell=False)
    assert growth > run.GROWTH
