"""`Report`: what an export came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Report:
    """Counts of an export; filled while it is written.

    `records` counts by split, `examples` by file: a format may make several examples of a record, or none. `worlds`
    counts records by world (name and hash) and split. `left_out` counts records that were not chosen, `lacking`
    examples that could not be made, both by reason. `longest` is the most characters that an example has.
    """

    to: str
    records: dict[str, int] = field(default_factory=dict)
    examples: dict[str, int] = field(default_factory=dict)
    worlds: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    longest: int = 0

    def to_json(self) -> dict[str, Any]:
        """The report as data, in an order that depends on nothing but the counts."""
        worlds = [
            {"name": name, "hash": text_hash, "records": dict(splits)}
            for (name, text_hash), splits in sorted(self.worlds.items())
        ]
        return {
            "to": self.to,
            "records": self.records,
            "examples": self.examples,
            "left_out": dict(sorted(self.left_out.items())),
            "lacking": dict(sorted(self.lacking.items())),
            "longest_characters": self.longest,
            "worlds": worlds,
        }
