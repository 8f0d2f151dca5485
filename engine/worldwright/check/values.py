"""Sets of values: what the checker knows about an expression.

A set holds atoms (a bit mask, bit 0 is none), one interval of integers, and truth values (bit 0 false, bit 1 true).
Intervals are hulls: a set of integers with gaps is held as the interval around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .ir import NONE_INT, Sort


@dataclass(frozen=True, slots=True)
class Values:
    """A set of values. `unknown` marks a fault that has been reported: nothing more is said about it."""

    atoms: int = 0
    low: int = 1
    high: int = 0
    bools: int = 0
    unknown: bool = False

    @property
    def empty(self) -> bool:
        """Nothing is in the set."""
        return not (self.atoms or self.bools or self.low <= self.high or self.unknown)

    @property
    def has_ints(self) -> bool:
        """Some integer is in the set."""
        return self.low <= self.high

    @property
    def may_be_none(self) -> bool:
        """`none` is in the set."""
        return bool(self.atoms & 1)

    def union(self, other: Values) -> Values:
        """What is in one or the other."""
        if not self.has_ints:
            low, high = other.low, other.high
        elif not other.has_ints:
            low, high = self.low, self.high
        else:
            low, high = min(self.low, other.low), max(self.high, other.high)
        return Values(self.atoms | other.atoms, low, high, self.bools | other.bools, self.unknown or other.unknown)

    def intersection(self, other: Values) -> Values:
        """What is in both."""
        if other.unknown:
            return self
        if self.unknown:
            return other
        return Values(
            self.atoms & other.atoms, max(self.low, other.low), min(self.high, other.high), self.bools & other.bools
        )

    def minus(self, other: Values) -> Values:
        """What is left without the other's values; integers can only be taken off the ends."""
        if self.unknown or other.unknown:
            return self
        low, high = self.low, self.high
        if low <= high and other.has_ints:
            if other.low <= low <= other.high:
                low = other.high + 1
            if other.low <= high <= other.high:
                high = other.low - 1
        return Values(self.atoms & ~other.atoms, low, high, self.bools & ~other.bools)

    def within(self, other: Values) -> bool:
        """Every value is in the other set, or a fault makes the question idle."""
        if self.unknown or other.unknown:
            return True
        return (
            not self.atoms & ~other.atoms
            and not self.bools & ~other.bools
            and (self.low > self.high or (other.low <= self.low and self.high <= other.high))
        )

    def meets(self, other: Values) -> bool:
        """Some value is in both."""
        return self.unknown or other.unknown or not self.intersection(other).empty

    def kind(self) -> Literal["atom", "int", "bool", "none", "empty", "unknown"]:
        """What sort of values these are, beside `none`."""
        if self.unknown:
            return "unknown"
        if self.has_ints:
            return "int"
        if self.bools:
            return "bool"
        if self.atoms & ~1:
            return "atom"
        return "none" if self.atoms else "empty"

    def single(self) -> bool:
        """Exactly one value is in the set."""
        if self.unknown:
            return False
        ints = max(0, self.high - self.low + 1)
        return ints + self.atoms.bit_count() + self.bools.bit_count() == 1


NOTHING = Values()
ANYTHING = Values(unknown=True)
NONE_ONLY = Values(atoms=1)
BOOLS = Values(bools=3)


def interval(low: int, high: int) -> Values:
    """The integers from low to high."""
    return Values(low=low, high=high) if low <= high else NOTHING


def values_of(sort: Sort, value: int) -> Values:
    """The set that holds one value."""
    if sort == "atom":
        return Values(atoms=1 << value)
    if sort == "bool":
        return Values(bools=1 << value)
    return NONE_ONLY if value == NONE_INT else interval(value, value)


def listed(sort: Sort, values: tuple[int, ...]) -> Values:
    """The set of listed values."""
    if sort == "int":
        numbers = [v for v in values if v != NONE_INT]
        none = 1 if NONE_INT in values else 0
        return Values(none, min(numbers), max(numbers)) if numbers else Values(none)
    mask = 0
    for value in values:
        mask |= 1 << value
    return Values(atoms=mask) if sort == "atom" else Values(bools=mask)


def atoms_in(mask: int) -> Iterator[int]:
    """The atoms of a mask, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
