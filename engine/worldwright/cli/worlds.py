"""`worldwright worlds`: the shipped worlds."""

from __future__ import annotations

import json
from typing import Any

import click

from ..explore.difficulty import BANDS
from ..pipeline import load_world
from .describe import description
from .listing import listing
from .shared import console, shipped_worlds
from .table import plain_table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def worlds(as_json: bool) -> None:
    """List the shipped worlds: their tasks, how many goals each stands for, and how hard they are.

    Under easy, medium and hard stands for how many of the tasks one sampled instance is so; --json has the numbers.
    Other instances may be easier or harder: `synthesize --band` plays only those of a band.

    \b
    Examples:
      worldwright worlds
      worldwright worlds --json
    """
    entries = listing()
    if as_json:
        described = [_described(entry) for entry in entries]
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    numbers = ("tasks", "goals", *BANDS)
    table = plain_table("world", "title", *numbers, "family", numbers=numbers)
    for each in entries:
        table.add_row(
            each["name"],
            each["title"],
            str(len(each["tasks"])),
            str(sum(task["instances"] for task in each["tasks"])),
            *(str(sum(band in task["bands"] for task in each["tasks"])) for band in BANDS),
            ", ".join(each["params"]),
        )
    console().print(table)


def _described(entry: dict[str, Any]) -> dict[str, Any]:
    """All that a world offers, with the difficulty of some instances of its tasks."""
    found = description(entry["name"], load_world(shipped_worlds()[entry["name"]]))
    for task, judged in zip(found["tasks"], entry["tasks"], strict=True):
        task["bands"] = judged["bands"]
        task["difficulty"] = judged["difficulty"]
    return found
