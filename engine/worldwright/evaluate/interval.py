"""Values with 95 % confidence intervals. The independent unit is always a start: plays of one start are alike.

* Proportions: the score interval of Wilson (1927, "Probable Inference, the Law of Succession, and Statistical
  Inference"), with the number of starts for n. Where a start was played several times, that is as if its plays were
  copies of each other, so the interval is too wide rather than too narrow.
* Means and ratios of sums: percentiles of the bootstrap (Efron 1979, "Bootstrap Methods: Another Look at the
  Jackknife") over starts, 2,000 resamples drawn by a generator whose stream is fixed for ever.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054
"""The standard normal's 97.5th percentile."""
RESAMPLES = 2_000
SEED = 1979
AT_ONCE = 2_000_000
"""Numbers drawn at once, so that thousands of starts take little memory."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the interval from `low` to `high`; all None where nothing is known (no episode, no error …).

    The bounds are None too where one start alone says nothing about how starts differ.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields, in order."""
        return asdict(self)


NOTHING = Estimate(None)


def wilson(share: float, n: int) -> Estimate:
    """The score interval of a proportion `share` (0 to 1) of `n` independent trials."""
    if n == 0:
        return NOTHING
    square = Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Estimate(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def ratios(tops: Sequence[Sequence[float]], bottoms: Sequence[Sequence[float]]) -> list[Estimate]:
    """Ratios of sums over starts, with bootstrap intervals; a row a start, a column a ratio.

    A mean over episodes has the start's sum above and its episodes below. Resamples in which nothing stands below say
    nothing and are left out.
    """
    top, bottom = np.array(tops, dtype=float), np.array(bottoms, dtype=float)
    starts, columns = top.shape if top.ndim == 2 else (0, 0)
    if starts < 2:
        whole = [_ratio(above, below) for above, below in zip(top.sum(0), bottom.sum(0), strict=True)] if starts else []
        return [Estimate(value) for value in whole]
    resampled = _resampled(top, bottom)
    found = []
    for column in range(columns):
        value = _ratio(top[:, column].sum(), bottom[:, column].sum())
        known = resampled[:, column]
        known = known[~np.isnan(known)]
        if value is None or not known.size:
            found.append(Estimate(value))
            continue
        low, high = np.percentile(known, (2.5, 97.5))
        found.append(Estimate(value, float(low), float(high)))
    return found


def _resampled(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ratios of every resample, NaN where nothing stands below."""
    starts = len(top)
    # The legacy generator: its stream is frozen, so that reports have the same bytes under every version of NumPy.
    generator = np.random.RandomState(SEED)
    found = []
    left = RESAMPLES
    while left:
        rows = min(left, max(1, AT_ONCE // starts))
        drawn = generator.randint(0, starts, size=(rows, starts))
        counts = np.zeros((rows, starts))
        np.add.at(counts, (np.arange(rows)[:, None], drawn), 1)
        above, below = counts @ top, counts @ bottom
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(np.where(below > 0, above / below, np.nan))
        left -= rows
    return np.concatenate(found)


def _ratio(above: float, below: float) -> float | None:
    return float(above / below) if below else None
