from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from worldwright.compile.rng import draw_for, retried, scramble, site_at


def test_splitmix_reference() -> None:
    """The mixing step gives SplitMix64's published first outputs for the seed 1234567."""
    golden = 0x9E3779B97F4A7C15
    outputs = [scramble(1234567 + i * golden) for i in range(3)]
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_recorded_draws() -> None:
    """Draws never change: records of every version rely on them."""
    assert [draw_for(7, turn)(site, 1000) for turn in (0, 1) for site in (0, 1, 2)] == RECORDED


RECORDED = [393, 288, 805, 542, 389, 864]


@given(st.integers(), st.integers(0, 10**6), st.integers(0, 2**64), st.integers(1, 10**6))
def test_in_range(seed: int, turn: int, site: int, n: int) -> None:
    """Any seed, of any size and sign, gives numbers below n, the same ones each time."""
    k = draw_for(seed, turn)(site, n)
    assert 0 <= k < n
    assert k == draw_for(seed, turn)(site, n)


def test_even() -> None:
    """Seeds, turns and sites each spread evenly over the choices."""
    for draws in (
        [draw_for(seed, 0)(3, 6) for seed in range(6000)],
        [draw_for(5, turn)(3, 6) for turn in range(6000)],
        [draw_for(5, 0)(site, 6) for site in range(6000)],
        [draw_for(5, 0)(site_at(3, k, 7), 6) for k in range(6000)],
        [retried(draw_for(5, 0), k)(3, 6) for k in range(6000)],
    ):
        assert all(880 < n < 1120 for n in Counter(draws).values())


def test_big_seeds_differ() -> None:
    """All bits of a seed count, also above 64 and the sign."""
    seeds = [1, -1, 2**64 + 1, -(2**64) + 1, 2**128 + 1, 2**200, -(2**200)]
    assert len({tuple(draw_for(s, 0)(site, 2**30) for site in range(3)) for s in seeds}) == len(seeds)


def test_sites() -> None:
    """A site in a loop depends on the order of the values; without values it is the written one."""
    assert site_at(5) == 5
    assert len({site_at(5, 1, 2), site_at(5, 2, 1), site_at(5, 1), site_at(5, 2)}) == 4
    assert retried(d := draw_for(1, 0), 0) is d
