"""Near-duplicates among sequences: sets of n-grams, candidates by MinHash, decided by the true Jaccard similarity.

MinHash with banding (Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", ch. 3) finds pairs that
may be similar without comparing all; the similarity of a candidate is then computed exactly, so nothing is called a
near-duplicate that is none. A pair of similarity 0.8 is missed with probability (1 - 0.8**4)**16, about 1 in 4,600.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GRAM = 3
BANDS = 16
ROWS = 4

Signature = NDArray[np.uint64]


def _stream(label: str) -> Signature:
    """Numbers that look random and never change, one for each row of each band."""
    words = [hashlib.sha256(f"{label} {index}".encode()).digest()[:8] for index in range(BANDS * ROWS)]
    return np.frombuffer(b"".join(words), dtype="<u8").astype(np.uint64)


_FACTORS = _stream("factor") | np.uint64(1)
_OFFSETS = _stream("offset")


def grams(sequence: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The runs of three that stand in a sequence; a shorter sequence is one run."""
    if len(sequence) < GRAM:
        return frozenset({tuple(sequence)})
    return frozenset(tuple(sequence[at : at + GRAM]) for at in range(len(sequence) - GRAM + 1))


def similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Jaccard: what is in both, as a share of what is in either."""
    return len(one & other) / len(one | other)


def signature(found: frozenset[tuple[str, ...]]) -> tuple[bytes, ...]:
    """The MinHash of a set, a key for each band: similar sets are likely to share one."""
    hashes = [hashlib.sha256("\0".join(gram).encode()).digest()[:8] for gram in sorted(found)]
    words = np.frombuffer(b"".join(hashes), dtype="<u8").astype(np.uint64)
    mixed = (words[:, None] * _FACTORS + _OFFSETS) >> np.uint64(32)
    least = mixed.min(axis=0).astype("<u4").reshape(BANDS, ROWS)
    return tuple(band.tobytes() for band in least)


class Seen:
    """Sequences seen so far, asked whether a further one is nearly the same as one of them."""

    def __init__(self, threshold: float) -> None:
        """Sets whose similarity is at least `threshold` (0 to 1) are nearly the same."""
        self._threshold = threshold
        self._sets: list[frozenset[tuple[str, ...]]] = []
        self._bands: dict[tuple[int, bytes], list[int]] = {}

    def near(self, sequence: Sequence[str]) -> bool:
        """Is it nearly the same as one that was seen? If it is not, it has now been seen."""
        found = grams(sequence)
        keys = list(enumerate(signature(found)))
        candidates = sorted({index for key in keys for index in self._bands.get(key, ())})
        if any(similarity(found, self._sets[index]) >= self._threshold for index in candidates):
            return True
        for key in keys:
            self._bands.setdefault(key, []).append(len(self._sets))
        self._sets.append(found)
        return False
