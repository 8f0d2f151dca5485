"""What a random world has declared so far, and how choices are drawn: the ground under `worlds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeVar

from hypothesis import strategies as st

from ..source import Span
from ..syntax import nodes as n

SPAN = Span("", 0, 0)
NONE = "none"
Item = TypeVar("Item")


@lru_cache(512)
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


MOST_CHOICES = 2_500
"""Choices of one world; Hypothesis gives no more than some thousands."""


@dataclass(slots=True)
class Choose:
    """Choices between alternatives. The first option is the simplest: what a failure shrinks to, and what is taken when
    there have been too many choices."""

    between: Callable[[int, int], int]
    """Draws a number, both ends included: by Hypothesis, or as `random.Random(seed).randint` does."""
    left: int = MOST_CHOICES

    @staticmethod
    def by(draw: st.DrawFn) -> Choose:
        """Choices that Hypothesis makes."""
        return Choose(lambda low, high: draw(_integers(low, high)))

    def number(self, low: int, high: int) -> int:
        """A number from `low` to `high`."""
        if low == high or self.left == 0:
            return low
        self.left -= 1
        return self.between(low, high)

    def of(self, options: Sequence[Item]) -> Item:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def seldom(self, out_of: int) -> bool:
        """True once in so many times."""
        return self.number(0, out_of - 1) == out_of - 1

    def some(self, options: Sequence[Item], least: int, most: int) -> list[Item]:
        """Some different options, in a random order."""
        left = list(options)
        count = self.number(min(least, len(left)), min(most, len(left)))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class Kind:
    """The values that an expression can have: truth, numbers from `low` to `high`, or atoms by name.

    `none` among the atoms, or with numbers `maybe`, says that it can also be nothing.
    """

    sort: Literal["bool", "int", "atom"]
    atoms: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    maybe: bool = False

    def within(self, other: Kind) -> bool:
        """Whether every value of this kind is one of the other."""
        if self.sort != other.sort:
            return False
        if self.sort == "atom":
            return set(self.atoms) <= set(other.atoms)
        return self.sort == "bool" or (other.low <= self.low and self.high <= other.high and self.maybe <= other.maybe)


TRUTH = Kind("bool")


@dataclass(frozen=True, slots=True)
class Ranged:
    """A domain as it is written, and the kind of its values."""

    written: n.Domain
    kind: Kind


@dataclass(frozen=True, slots=True)
class Signature:
    """A state variable, definition or view: its name, its parameters, what it can be."""

    name: str
    parameters: tuple[Ranged, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that an expression may speak of at one place."""

    variables: Mapping[str, Kind] = field(default_factory=dict)
    params: Mapping[str, Kind] = field(default_factory=dict)
    domains: tuple[Ranged, ...] = ()
    """What variables may range over."""
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Types of objects with their objects."""
    families: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Indexed families of objects with their sizes."""
    states: tuple[Signature, ...] = ()
    defines: tuple[Signature, ...] = ()
    views: tuple[Signature, ...] = ()

    def bound(self, names: Mapping[str, Kind]) -> Scope:
        """The scope with more variables."""
        return replace(self, variables={**self.variables, **names})

    def fresh(self) -> str:
        """The name of the next variable."""
        return f"{'xyzuvw'[len(self.variables) % 6]}{len(self.variables) // 6 or ''}"


# ---------------------------------------------------------------- nodes without a place


def word(text: str) -> n.Word:
    """A name where it is declared."""
    return n.Word(text, span=SPAN)


def name(text: str) -> n.Name:
    """A name where it is used."""
    return n.Name(text, span=SPAN)


def number(value: int) -> n.Expression:
    """An integer of either sign."""
    return n.Number(value, span=SPAN) if value >= 0 else n.Negative(n.Number(-value, span=SPAN), span=SPAN)


def string(*parts: str | n.Insert | n.InsertList) -> n.String:
    """A string; neighbouring texts are joined and empty ones left out, as a parser would have it."""
    joined: list[str | n.Insert | n.InsertList] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return n.String(tuple(joined), span=SPAN)


def domain(*items: str | tuple[n.Expression, n.Expression]) -> n.Domain:
    """A domain of names and of ranges between two bounds."""
    return n.Domain(
        tuple(
            n.DomainName(item, span=SPAN) if isinstance(item, str) else n.DomainRange(*item, span=SPAN)
            for item in items
        ),
        span=SPAN,
    )


def named(each: Signature, args: tuple[n.Expression, ...]) -> n.Expression:
    """A state variable or definition where it is used."""
    return n.Call(word(each.name), args, span=SPAN) if args else name(each.name)


def binder(variable: str, ranged: Ranged) -> n.Binder:
    """A variable over a domain."""
    return n.Binder(word(variable), ranged.written, span=SPAN)
