"""Measures as people read them, the same on a terminal and in a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .interval import Estimate
from .measure import Measures
from .run import Column

NONE = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one column: its name, its value in words and, for a share from 0 to 1, the share."""

    name: str
    text: str
    share: Estimate | None = None


def percent(estimate: Estimate) -> str:
    """ "62% (48–74)" """
    if estimate.value is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return share(estimate)
    return f"{100 * estimate.value:.0f}% ({100 * estimate.low:.0f}–{100 * estimate.high:.0f})"


def share(estimate: Estimate) -> str:
    """ "62%": without the interval."""
    return NONE if estimate.value is None else f"{100 * estimate.value:.0f}%"


def value(estimate: Estimate) -> str:
    """ "12.3": without the interval."""
    return NONE if estimate.value is None else f"{estimate.value:.1f}"


def number(estimate: Estimate) -> str:
    """ "12.3 (10.9–14.0)" """
    if estimate.value is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return value(estimate)
    return f"{estimate.value:.1f} ({estimate.low:.1f}–{estimate.high:.1f})"


def points(value: float | None) -> str:
    """A share in per cent with one decimal, as tables of papers have it: "48.5"."""
    return NONE if value is None else f"{100 * value:.1f}"


def signed(estimate: Estimate) -> str:
    """A difference of shares in per cent points: "-3.1 (-6.0 to -0.2)"."""
    if estimate.value is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return f"{100 * estimate.value:+.1f}"
    return f"{100 * estimate.value:+.1f} ({100 * estimate.low:+.1f} to {100 * estimate.high:+.1f})"


def counts(counted: Mapping[str, int]) -> str:
    """'goal 12, limit 3', in the order given, without what never occurred."""
    return ", ".join(f"{name} {count}" for name, count in counted.items() if count) or NONE


def rows(column: Column) -> Iterator[Row]:
    """The measures of a column, in the order in which they are shown. All columns have the same rows."""
    found = column.whole
    yield Row("episodes", f"{found.episodes} of {column.asked}")
    yield Row("success", percent(found.success), found.success)
    yield Row("progress", percent(found.progress), found.progress)
    yield Row("steps", number(found.steps))
    yield Row("steps to the goal", number(found.steps_to_goal))
    yield Row("errors a hundred turns", number(found.errors))
    for kind, estimate in found.kinds.items():
        yield Row(f"  {kind.replace('_', ' ')}", number(estimate))
    yield Row("errors repeated", percent(found.repeats), found.repeats)
    yield Row("errors recovered", percent(found.recovery), found.recovery)
    yield Row("clairvoyant thoughts", percent(found.clairvoyance), found.clairvoyance)
    yield Row("ended by", counts(found.endings))
    yield Row("not judged", counts(_failures(column)))


def both(found: Measures | None) -> str:
    """Success and progress in per cent: "44.8/63.8"."""
    if found is None:
        return NONE
    return f"{points(found.success.value)}/{points(found.progress.value)}"


def _failures(column: Column) -> dict[str, int]:
    """Episodes without a play to judge: what failed, and what is still to be played."""
    return {**column.failures, "to do": column.to_do}
