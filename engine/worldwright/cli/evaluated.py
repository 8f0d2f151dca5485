"""An evaluation as tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from ..evaluate.measure import GROUPS
from ..evaluate.run import Column, Evaluation
from ..evaluate.words import both, percent, points, rows, share, signed, value
from .live import bill
from .shared import console, safe
from .table import plain_table


def show(found: Evaluation) -> None:
    """Print all tables that there is something in."""
    columns = found.columns
    out = console()
    out.print(whole_table(columns))
    for by in GROUPS:
        table = group_table(columns, by)
        if table is not None:
            out.print(table)
    if any(column.robustness is not None for column in columns):
        out.print(robust_table(columns))
    if any(column.best for column in columns):
        out.print(best_table(columns))
    for column in columns:
        if column.usage.calls:
            cost = "" if column.cost is None else f", cost {column.cost:.2f}"
            out.print(plain(f"{column.name}: {bill(column.usage, None)}{cost}"))


def whole_table(columns: Sequence[Column]) -> Table:
    """The measures, a column a player."""
    table = plain_table("measure", *names(columns), numbers=names(columns))
    every = [{row.name: row.text for row in rows(column)} for column in columns]
    for name in dict.fromkeys(name for found in every for name in found):
        table.add_row(name, *(plain(found.get(name, "")) for found in every))
    return table


def group_table(columns: Sequence[Column], by: str) -> Table | None:
    """Success and progress by world, task, band or skin; nothing where there is but one."""
    groups = dict.fromkeys(name for column in columns for name in column.groups[by])
    if len(groups) < 2:
        return None
    heads = names(columns)
    table = plain_table(f"{by}: success, progress", "starts", *heads, numbers=("starts", *heads))
    for group in groups:
        every = [column.groups[by].get(group) for column in columns]
        starts = max(found.starts for found in every if found is not None)
        cells = ["" if found is None else f"{percent(found.success)}, {share(found.progress)}" for found in every]
        table.add_row(plain(group), str(starts), *cells)
    return table


def robust_table(columns: Sequence[Column]) -> Table:
    """Success/progress under each skin; then over those that are not the first."""
    tables = {plain(column.name): column.robustness for column in columns if column.robustness is not None}
    first, *others = dict.fromkeys(skin for each in tables.values() for skin in each.skins)
    table = plain_table("success/progress", *tables, numbers=tables)
    for skin in (first, *others):
        table.add_row(plain(skin), *(both(each.skins.get(skin)) for each in tables.values()))
    table.add_section()
    pairs = [(each.success, each.progress) for each in tables.values()]
    table.add_row("mean of the others", *(f"{points(one.mean)}/{points(two.mean)}" for one, two in pairs))
    table.add_row("their deviation", *(f"{points(one.deviation)}/{points(two.deviation)}" for one, two in pairs))
    table.add_row(f"success, them − {plain(first)}", *(signed(one.difference) for one, _ in pairs))
    table.add_row(f"progress, them − {plain(first)}", *(signed(two.difference) for _, two in pairs))
    return table


def best_table(columns: Sequence[Column]) -> Table:
    """The best of k plays: success, progress, and how many different ones there are."""
    heads = names(columns)
    table = plain_table("best of: success, progress, different", *heads, numbers=heads)
    for place in range(max(len(column.best) for column in columns)):
        cells = []
        for column in columns:
            row = column.best[place]
            cells.append(f"{percent(row.success)}, {share(row.progress)}, {value(row.sequences)}")
        table.add_row(str(place + 1), *cells)
    return table


def names(columns: Sequence[Column]) -> list[str]:
    """The columns' names, safe for a terminal."""
    return [plain(column.name) for column in columns]


def plain(text: str) -> str:
    """Text from anywhere as a cell: nothing in it is taken for markup."""
    return escape(safe(text))
