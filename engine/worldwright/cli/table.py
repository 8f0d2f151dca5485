"""The one style of the tables that commands print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.table import Table


def plain_table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table in the one style of all commands; the columns in `numbers` stand to the right."""
    right = set(numbers)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=position == 0)
    return table
