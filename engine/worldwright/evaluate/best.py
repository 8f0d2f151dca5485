"""What the best of several plays of one start comes to, and how different these plays are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from .interval import NOTHING, Estimate, ratios, wilson
from .measure import Play


@dataclass(frozen=True, slots=True)
class Best:
    """The best of `k` plays: the chance that one succeeds, the greatest progress to be expected, and how many different
    sequences of accepted actions there are among them; means over `starts` with at least `k` plays."""

    k: int
    starts: int
    success: Estimate
    progress: Estimate
    sequences: Estimate

    def to_json(self) -> dict[str, Any]:
        """The row as data."""
        return {
            "k": self.k,
            "starts": self.starts,
            "success": self.success.to_json(),
            "progress": self.progress.to_json(),
            "sequences": self.sequences.to_json(),
        }


def best_of(plays: Sequence[Play], samples: int) -> tuple[Best, ...]:
    """A row for each k from 1 to `samples`. Plays of one start under different skins are not put together."""
    groups: dict[tuple[int, str], list[Play]] = {}
    for play in plays:
        groups.setdefault((play.start, play.skin), []).append(play)
    rows = []
    for k in range(1, samples + 1):
        by_start: dict[int, list[tuple[float, float, float]]] = {}
        for (start, _), found in groups.items():
            if len(found) >= k:
                progress = [play.progress for play in found]
                kinds = Counter(play.actions for play in found)
                won = sum(play.success for play in found)
                row = pass_at(k, len(found), won), expected_best(k, progress), expected_kinds(k, list(kinds.values()))
                by_start.setdefault(start, []).append(row)
        tops = [[sum(row[column] for row in found) for column in range(3)] for found in by_start.values()]
        estimates = ratios(tops, [[float(len(found))] * 3 for found in by_start.values()])
        success, progress_, sequences = estimates or [NOTHING] * 3
        chance = NOTHING if success.value is None else wilson(success.value, len(by_start))
        rows.append(Best(k, len(by_start), chance, progress_, sequences))
    return tuple(rows)


def pass_at(k: int, n: int, won: int) -> float:
    """The chance that `k` of `n` plays, `won` of which succeeded, have a success among them.

    The unbiased estimator of Chen et al. (2021, "Evaluating Large Language Models Trained on Code"). 1 <= k <= n.
    """
    return 1 - comb(n - won, k) / comb(n, k)


def expected_best(k: int, values: Sequence[float]) -> float:
    """The greatest of `k` of the values, on average over all choices: the same estimator for numbers.

    The i-th smallest value is the greatest of comb(i - 1, k - 1) choices.
    """
    ways = [comb(place, k - 1) for place in range(len(values))]
    return sum(way * value for way, value in zip(ways, sorted(values), strict=True)) / comb(len(values), k)


def expected_kinds(k: int, counts: Sequence[int]) -> float:
    """How many different kinds there are among `k` of sum(counts) things, on average over all choices.

    `counts` says how many there are of each kind (rarefaction, Hurlbert 1971, "The Nonconcept of Species Diversity").
    """
    n = sum(counts)
    return sum(1 - comb(n - count, k) / comb(n, k) for count in counts)
