"""Changes of inputs: bytes, and words of the target's own language, since few random bytes say anything."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_WORDS = re.compile(rb"[A-Za-z0-9_]+|\s+|[^\sA-Za-z0-9_]")
_TWISTS = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    "\u0430".encode(),
    "\ufeff".encode(),
    b"\\",
    b'"',
    b"{",
)


def mutated(data: bytes, others: Sequence[bytes], words: Sequence[str], choose: random.Random, longest: int) -> bytes:
    """One input made from another: a few changes, mostly of whole words, sometimes with a piece of another input."""
    for _ in range(choose.choice((1, 1, 1, 2, 3, 6))):
        data = _changed(data, others, words, choose)
    return data[:longest]


def _changed(data: bytes, others: Sequence[bytes], words: Sequence[str], choose: random.Random) -> bytes:
    kind = choose.random()
    if kind < 0.15 or not data:
        return _bytes(data, choose)
    pieces = _WORDS.findall(data)
    at = choose.randrange(len(pieces)) if pieces else 0
    end = min(len(pieces), at + choose.choice((1, 1, 2, 3, 8, 30)))
    if kind < 0.30:
        del pieces[at:end]
    elif kind < 0.45:
        pieces[at:at] = pieces[at:end] * choose.choice((1, 1, 1, 2, 5, 50))
    elif kind < 0.70 and words:
        pieces[at : choose.choice((at, at + 1))] = [b" ", choose.choice(words).encode("utf-8", "surrogatepass"), b" "]
    elif kind < 0.85 and pieces:
        pieces[at] = choose.choice(pieces)
    else:
        pieces[at:at] = _piece(choose.choice(others) if others else data, choose)
    return b"".join(pieces)


def _piece(data: bytes, choose: random.Random) -> list[bytes]:
    """Some words, or some whole lines, of an input."""
    pieces = data.splitlines(keepends=True) if choose.random() < 0.6 else _WORDS.findall(data)
    if not pieces:
        return []
    at = choose.randrange(len(pieces))
    return [b"\n", *pieces[at : at + choose.choice((1, 2, 4, 12))]]


def _bytes(data: bytes, choose: random.Random) -> bytes:
    """A byte changed, inserted or taken away."""
    at = choose.randrange(len(data) + 1)
    kind = choose.randrange(4)
    if kind == 0:
        return data[:at] + bytes([choose.randrange(256)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + choose.choice(_TWISTS) + data[at:]
    if kind == 2:
        return data[:at] + data[at + 1 :]
    return data[:at] + bytes([choose.randrange(256)]) * choose.choice((1, 3, 100)) + data[at:]
