"""Tables of what is in a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from ..synthesize.summary import Row, total
from .shared import safe
from .table import plain_table


def summary_table(rows: Iterable[Row]) -> Table:
    """World by world: trajectories, tasks, turns, errors by kind, refinements. All of them verified."""
    numbers = ("verified", "tasks", "turns", "trained", "refined")
    table = plain_table("world", "verified", "tasks", "turns", "trained", "refined", "errors by kind", numbers=numbers)
    every = list(rows)
    for row in [*every, total(every)] if len(every) > 1 else every:
        if row.world == "all":
            table.add_section()
        table.add_row(
            escape(safe(row.world)),
            str(row.trajectories),
            str(len(row.tasks)),
            str(row.turns),
            str(row.trained),
            str(row.refinements),
            counted(row.errors),
        )
    return table


def counted(counts: Counter[str]) -> str:
    """'precondition 12, format 3', the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
