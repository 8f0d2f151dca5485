"""Integer division and remainder: how they round, and between which numbers a result lies.

`a div b` is the whole number next below a / b (*floored division*: Knuth, The Art of Computer Programming, vol. 1,
section 1.2.4), and `a mod b` is what is left, a - b * (a div b): it has the sign of b and is smaller than b.

The checker sees to it that no world divides by 0. Back ends may still compute what decides nothing, such as the other
side of an `if`; dividing by 0 gives 0 there, everywhere.
"""

from __future__ import annotations

Span = tuple[int, int]
"""The least and the greatest of some numbers."""


def quotient(a: int, b: int) -> int:
    """`a div b`; 0 where b is 0."""
    return a // b if b else 0


def remainder(a: int, b: int) -> int:
    """`a mod b`; 0 where b is 0."""
    return a % b if b else 0


def quotient_span(left: Span, right: Span) -> Span:
    """Between which numbers `a div b` lies, for a and b within two spans."""
    ends = [quotient(a, b) for divisors in _signed(right) for a in left for b in divisors]
    return min(ends), max(ends)


def remainder_span(left: Span, right: Span) -> Span:
    """Between which numbers `a mod b` lies, for a and b within two spans."""
    ends = [end for divisors in _signed(right) for end in _remainders(left, divisors)]
    return min(ends), max(ends)


def _signed(right: Span) -> list[Span]:
    """The negative numbers, 0 and the positive numbers of a span, as spans."""
    low, high = right
    parts = [(low, min(high, -1)), (max(low, 0), min(high, 0)), (max(low, 1), high)]
    return [part for part in parts if part[0] <= part[1]]


def _remainders(left: Span, right: Span) -> Span:
    """As `remainder_span`, for divisors of one sign."""
    (a, b), (c, d) = left, right
    if c == d and quotient(a, c) == quotient(b, c):
        return remainder(a, c), remainder(b, c)
    if c > 0:
        return (a, b) if a >= 0 and b < c else (0, min(b, d - 1) if a >= 0 else d - 1)
    return (a, b) if b <= 0 and a > d else (max(a, c + 1) if b <= 0 else c + 1, 0)
