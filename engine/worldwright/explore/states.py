"""Sets of packed states as sorted arrays: exact, compact, and quick to merge and to ask.

States of one word are sorted by that word. States of several words are sorted by a *key*, 64 mixed bits of all words;
equal keys are never taken for equal states, the words decide. A group of columns is the key (or the only word) first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .packing import Column, Words

Columns = tuple[Column, ...]
"""States in the order of the first column: (word,), or (key, word, word, …)."""

Mixer = Callable[[Words], Column]
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def mixed(words: Words) -> Column:
    """A 64-bit key of each state: SplitMix64's finaliser over all words in turn."""
    key = np.full(len(words[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for word in words:
        key ^= word
        key ^= key >> np.uint64(30)
        key *= _FIRST
        key ^= key >> np.uint64(27)
        key *= _SECOND
        key ^= key >> np.uint64(31)
    return key


def keyed(words: Words, mix: Mixer = mixed) -> Columns:
    """The columns of some states, not yet sorted."""
    return words if len(words) == 1 else (mix(words), *words)


def words_of(columns: Columns) -> Words:
    """The words of columns."""
    return columns if len(columns) == 1 else columns[1:]


def weight(columns: Columns) -> int:
    """Bytes of memory."""
    return sum(c.nbytes for c in columns)


def joined(groups: Sequence[Columns]) -> Columns:
    """Several groups of columns as one, one after the other."""
    return groups[0] if len(groups) == 1 else tuple(np.concatenate(cs) for cs in zip(*groups, strict=True))


def ordered(columns: Columns) -> Columns:
    """Sorted, every state once. May sort in place."""
    key = columns[0]
    if len(key) < 2:
        return columns
    if len(columns) == 1:
        key.sort()
        new = np.empty(len(key), dtype=bool)
        new[0] = True
        np.not_equal(key[1:], key[:-1], out=new[1:])
        return (key[new],)
    columns = _by_key(columns)
    same_key = columns[0][1:] == columns[0][:-1]
    if not same_key.any():
        return columns
    same = same_key.copy()
    for column in columns[1:]:
        same &= column[1:] == column[:-1]
    if not np.array_equal(same, same_key):
        # Different states share a key: equal ones need not be neighbours yet.
        columns = _taken(columns, np.lexsort(columns[::-1]))
        same = np.ones(len(key) - 1, dtype=bool)
        for column in columns:
            same &= column[1:] == column[:-1]
    return _taken(columns, np.concatenate(([True], ~same)))


def _by_key(columns: Columns) -> Columns:
    """Sorted by the key. What is sorted is the key's high bits with each state's number below: far quicker than
    `argsort`. Where the low bits would have mattered, which shows, it is done again in full."""
    key = columns[0]
    bits = np.uint64((len(key) - 1).bit_length())
    both = key >> bits
    both <<= bits
    both |= np.arange(len(key), dtype=np.uint64)
    both.sort()
    both &= np.uint64((1 << int(bits)) - 1)
    order = both.view(np.intp)
    found = key[order]
    if (found[1:] < found[:-1]).any():
        return _taken(columns, np.argsort(key, kind="stable"))
    return (found, *_taken(columns[1:], order))


def merged(first: Columns, second: Columns) -> Columns:
    """Two sorted groups of columns as one. A stable sort finds the two runs and merges them."""
    columns = joined((first, second))
    if len(columns) == 1:
        columns[0].sort(kind="stable")
        return columns
    return _taken(columns, np.argsort(columns[0], kind="stable"))


def positions(asked: Columns, run: Columns) -> npt.NDArray[np.intp]:
    """Where each state lies in a sorted group of columns; -1 where it does not."""
    key = run[0]
    if not len(key):
        return np.full(len(asked[0]), -1, dtype=np.intp)
    at = np.searchsorted(key, asked[0])
    at[at == len(key)] = len(key) - 1
    hit = key[at] == asked[0]
    if len(run) == 1:
        at[~hit] = -1
        return at
    found = np.full(len(at), -1, dtype=np.intp)
    open_ones = np.flatnonzero(hit)
    while len(open_ones):
        here = at[open_ones]
        same = np.ones(len(open_ones), dtype=bool)
        for a, b in zip(asked[1:], run[1:], strict=True):
            same &= a[open_ones] == b[here]
        found[open_ones[same]] = here[same]
        open_ones = open_ones[~same]
        at[open_ones] += 1
        inside = at[open_ones] < len(key)
        open_ones = open_ones[inside]
        open_ones = open_ones[key[at[open_ones]] == asked[0][open_ones]]
    return found


def _taken(columns: Columns, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Columns:
    return tuple(c[chosen] for c in columns)


@dataclass(slots=True)
class Runs:
    """A growing set of states as a few sorted runs, each at least twice as long as the next."""

    mix: Mixer = mixed
    runs: list[Columns] = field(default_factory=list)
    size: int = 0

    def outside(self, columns: Columns) -> Columns:
        """Those of some states that are not in the set, in the order given; the newest runs are asked first."""
        for run in reversed(self.runs):
            if not len(columns[0]):
                break
            if len(run) == 1:
                at = np.searchsorted(run[0], columns[0])
                at[at == len(run[0])] = 0
                columns = (columns[0][run[0][at] != columns[0]],)
            else:
                columns = _taken(columns, positions(columns, run) < 0)
        return columns

    def add(self, columns: Columns) -> None:
        """Adds sorted states, none of which is in the set yet."""
        if not len(columns[0]):
            return
        self.size += len(columns[0])
        self.runs.append(columns)
        while len(self.runs) > 1 and len(self.runs[-2][0]) < 2 * len(self.runs[-1][0]):
            second = self.runs.pop()
            self.runs[-1] = merged(self.runs[-1], second)

    def whole(self) -> Columns:
        """The set as one run."""
        while len(self.runs) > 1:
            second = self.runs.pop()
            self.runs[-1] = merged(self.runs[-1], second)
        return self.runs[0]

    @property
    def bytes(self) -> int:
        """Memory of all runs."""
        return sum(weight(run) for run in self.runs)
