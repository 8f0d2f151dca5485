"""The tables that commands print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.table import Table

from ..synthesize.summary import Row, total


def plain_table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table in the one style of all commands; the columns in `numbers` stand to the right."""
    right = set(numbers)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=position == 0)
    return table


def summary_table(rows: Iterable[Row]) -> Table:
    """World by world: trajectories, tasks, turns, errors by kind, refinements. All of them verified."""
    numbers = ("verified", "tasks", "turns", "trained", "refined")
    table = plain_table("world", "verified", "tasks", "turns", "trained", "refined", "errors by kind", numbers=numbers)
    every = list(rows)
    for row in [*every, total(every)] if len(every) > 1 else every:
        if row.world == "all":
            table.add_section()
        table.add_row(
            row.world,
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
