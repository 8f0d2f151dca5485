"""Which choices of `start` hang together, so that one of them alone cannot be looked at.

Where things are dealt out (which file holds what, each of them something else), one choice decides what the next ones
mean: changing it alone changes them all. Such choices are taken together as one *block*, whose values are all that its
choices can be together. Where a block would have too many values, its choices stand alone all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worldwright.players.predict import Predictor, unequal
from worldwright.players.rebuild import start_from

MOST_VALUES = 1_000
"""Blocks with more values fall apart into single choices."""

Values = tuple[int, ...]
"""A value for each choice of a block."""


@dataclass(frozen=True, slots=True)
class Block:
    """Choices that hang together, by their places, and what they can be, with the start states that come of it."""

    sites: tuple[int, ...]
    values: tuple[Values, ...]
    states: tuple[bytes, ...]

    def put_in(self, choices: Sequence[int], number: int) -> list[int]:
        """All choices, with those of this block by one of its values."""
        changed = list(choices)
        for site, value in zip(self.sites, self.values[number], strict=True):
            changed[site] = value
        return changed

    def number(self, choices: Sequence[int]) -> int:
        """Which of the block's values some choices have."""
        return self.values.index(tuple(choices[site] for site in self.sites))


def blocks_of(predictor: Predictor, choices: Sequence[int]) -> tuple[Block, ...]:
    """The blocks of all choices, in order, the other blocks being as these choices say. No need rejects the choices."""
    reference, _, sizes = start_from(predictor, choices)
    assert reference is not None
    leader = list(range(len(sizes)))

    def head(site: int) -> int:
        while leader[site] != site:
            site = leader[site]
        return site

    def join(one: int, two: int) -> None:
        one, two = sorted((head(one), head(two)))
        leader[two] = one

    changes: dict[int, int] = {}
    singles = [_values(predictor, choices, (site,), size) for site, size in enumerate(sizes)]
    for site, found in enumerate(singles):
        for (value,), state in found or ():
            _, _, sizes_then = start_from(predictor, [*choices[:site], value, *choices[site + 1 :]])
            for other in range(site + 1, len(sizes)):
                if state is not None and sizes_then[other : other + 1] != sizes[other : other + 1]:
                    join(site, other)
            for place in unequal(state, reference) if state is not None else ():
                join(site, changes.setdefault(place, site))
    members: dict[int, list[int]] = {}
    for site in range(len(sizes)):
        members.setdefault(head(site), []).append(site)
    made: dict[int, Block] = {}
    for sites in members.values():
        whole = _values(predictor, choices, tuple(sites), MOST_VALUES) if len(sites) > 1 else None
        if whole is not None:
            made[sites[0]] = _block(tuple(sites), whole)
            continue
        for site in sites:
            made[site] = _block((site,), singles[site] or [])
    return tuple(made[site] for site in sorted(made))


def _block(sites: tuple[int, ...], found: Sequence[tuple[Values, bytes | None]]) -> Block:
    """A block of the values that no need rejects."""
    fitting = [(values, state) for values, state in found if state is not None]
    return Block(sites, tuple(values for values, _ in fitting), tuple(state for _, state in fitting))


def _values(
    predictor: Predictor, choices: Sequence[int], sites: tuple[int, ...], most: int
) -> list[tuple[Values, bytes | None]] | None:
    """All that some choices can be together, with the start states (None where a need rejects them); None if that is
    more than `most`."""
    found: list[tuple[Values, bytes | None]] = []
    values = [0] * len(sites)
    while True:
        tried = list(choices)
        for site, value in zip(sites, values, strict=True):
            tried[site] = value
        state, _, sizes = start_from(predictor, tried)
        found.append((tuple(values), state))
        place = len(sites) - 1
        while place >= 0 and values[place] >= (sizes[sites[place]] if sites[place] < len(sizes) else 1) - 1:
            values[place] = 0
            place -= 1
        if place < 0:
            return found
        if len(found) >= most:
            return None
        values[place] += 1
