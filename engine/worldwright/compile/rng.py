"""Randomness as a pure function of (seed, turn, site): no generator state, so undo, fork and replay are free.

The mixing step is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
Generators", OOPSLA 2014, with the constants of David Stafford's Mix13). A number below n is taken from the top of a
128-bit product (Lemire, "Fast Random Integer Generation in an Interval", 2019) without the rejection step: the bias is
below n / 2**64.
"""

from __future__ import annotations

from collections.abc import Callable

Draw = Callable[[int, int], int]
"""(site, n) -> a number k with 0 <= k < n. The same site asked twice gives the same answer."""

_MASK = (1 << 64) - 1


def scramble(number: int) -> int:
    """One SplitMix64 step: 64 well mixed bits of any integer."""
    z = (number + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def site_at(site: int, *values: int) -> int:
    """The site of one round of a loop: the written site mixed with the values of the loops' variables."""
    for value in values:
        site = scramble(site ^ scramble(value))
    return site


def _key(seed: int) -> int:
    """All bits of a seed of any size and sign count."""
    key = scramble(seed & _MASK)
    rest = seed >> 64
    while rest not in (0, -1):
        key = scramble(key ^ (rest & _MASK))
        rest >>= 64
    return key if rest == 0 else scramble(key)


def draw_for(seed: int, turn: int) -> Draw:
    """The draws of one turn of one seed. Turn 0 is the start; an accepted command that is not free adds one."""
    key = scramble(_key(seed) ^ scramble(turn))

    def draw(site: int, n: int) -> int:
        z = ((key ^ (site * 0x9E3779B97F4A7C15)) + 0x9E3779B97F4A7C15) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((z ^ (z >> 31)) * n) >> 64

    return draw


def retried(draw: Draw, attempt: int) -> Draw:
    """The draws of a further attempt at a start: attempt 0 is `draw` itself."""
    if attempt == 0:
        return draw

    def again(site: int, n: int) -> int:
        return draw(site_at(site, attempt), n)

    return again
