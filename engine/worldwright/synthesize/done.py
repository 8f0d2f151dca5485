"""What became of one job of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..models.ask import Usage

NOTHING = Usage()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one job.

    `kept` is the canonical line of the record that is kept, if one is; `rejected` tells of the attempts that were not
    (`Attempt.rejected` makes them); `siblings` are canonical record lines of other plays of the same instance and seed
    (failures, longer successes), for preference pairs. `usage` sums the usage of every answer that the job used, the
    remembered ones too: they were paid for in an earlier process of the same run. `notes` are small counts, nested in
    maps, that add up over a run. `traces` are tracebacks of players that broke, by the attempt's number.
    """

    job: int
    kept: str | None
    rejected: tuple[dict[str, Any], ...]
    siblings: tuple[str, ...] = ()
    usage: Usage = NOTHING
    notes: Mapping[str, Any] = field(default_factory=dict)
    traces: tuple[tuple[int, str], ...] = ()


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two notes as one: numbers add up, maps are merged, of anything else the later stays. Keys are sorted."""
    found = dict(one)
    for key, value in other.items():
        old = found.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            found[key] = merged(old, value)
        elif isinstance(old, int | float) and isinstance(value, int | float):
            found[key] = old + value
        else:
            found[key] = merged({}, value) if isinstance(value, Mapping) else value
    return dict(sorted(found.items()))
