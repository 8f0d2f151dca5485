"""How much a player depends on the words for its actions: the same starts under different skins.

The table is that of the robustness analysis in AgentRefine (Fu et al. 2025): an agent that has learnt the surface of
one world by heart falls where actions are written in another way, one that reads what they are called does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from .interval import NOTHING, Estimate, ratios
from .measure import Measures, Play, measures


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over skins: with the first skin (`plain`), and over the others (`perturbed`) the mean, the sample
    standard deviation (None for fewer than two), the least, and by how much the mean differs from `plain`, on the
    starts that were played under all skins."""

    plain: float | None
    mean: float | None
    deviation: float | None
    least: float | None
    difference: Estimate

    def to_json(self) -> dict[str, Any]:
        """The fields as data."""
        return {
            "plain": self.plain,
            "mean": self.mean,
            "deviation": self.deviation,
            "least": self.least,
            "difference": self.difference.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Robustness:
    """The measures under each skin, the first being the unperturbed one, and their spread.

    Only the `starts` that were played under every skin count, so that all skins have the same instances.
    """

    starts: int
    skins: dict[str, Measures]
    success: Spread
    progress: Spread

    def to_json(self) -> dict[str, Any]:
        """The table as data."""
        return {
            "starts": self.starts,
            "skins": {name: found.to_json() for name, found in self.skins.items()},
            "success": self.success.to_json(),
            "progress": self.progress.to_json(),
        }


def robustness(plays: Sequence[Play], skins: Sequence[str]) -> Robustness:
    """The table for plays under these skins (two at least)."""
    by_start: dict[int, dict[str, list[Play]]] = {}
    for play in plays:
        by_start.setdefault(play.start, {}).setdefault(play.skin, []).append(play)
    whole = {start: found for start, found in by_start.items() if all(skin in found for skin in skins)}
    found = {skin: measures(play for each in whole.values() for play in each[skin]) for skin in skins}
    starts = list(whole.values())
    return Robustness(
        len(starts),
        found,
        _spread([found[skin].success.value for skin in skins], starts, skins, lambda play: float(play.success)),
        _spread([found[skin].progress.value for skin in skins], starts, skins, lambda play: play.progress),
    )


def _spread(
    values: Sequence[float | None],
    starts: Sequence[dict[str, list[Play]]],
    skins: Sequence[str],
    worth: Callable[[Play], float],
) -> Spread:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return Spread(None, None, None, None, NOTHING)
    plain, *perturbed = known
    rows = []
    for found in starts:
        first, *others = (fmean(worth(play) for play in found[skin]) for skin in skins)
        rows.append([fmean(others) - first])
    (difference,) = ratios(rows, [[1.0]] * len(rows))
    deviation = stdev(perturbed) if len(perturbed) > 1 else None
    return Spread(plain, fmean(perturbed), deviation, min(perturbed), difference)
