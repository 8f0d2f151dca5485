"""`worldwright worlds`: the shipped worlds."""

from __future__ import annotations

import json
from typing import Any

import click

from ..compile.system import System
from ..explore.difficulty import BANDS, difficulty, sampled
from ..pipeline import load_world
from .describe import description
from .shared import console, shipped_worlds
from .table import plain_table

SAMPLED_HERE = 1
"""Instances of each task that are judged: a list should not keep anybody waiting."""


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
    described = [_described(name, System(load_world(path))) for name, path in shipped_worlds().items()]
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    numbers = ("tasks", "goals", *BANDS)
    table = plain_table("world", "title", *numbers, "family", numbers=numbers)
    for each in described:
        table.add_row(
            each["name"],
            each["title"],
            str(len(each["tasks"])),
            str(sum(task["instances"] for task in each["tasks"])),
            *(str(sum(band in task["bands"] for task in each["tasks"])) for band in BANDS),
            ", ".join(each["params"]),
        )
    console().print(table)


def _described(name: str, system: System) -> dict[str, Any]:
    """A world with the difficulty of some instances of its tasks."""
    found = description(name, system.world)
    for task in found["tasks"]:
        some = [
            difficulty(system, system.task(task["name"], args), seed)
            for args, seed in sampled(system, task["name"])[:SAMPLED_HERE]
        ]
        task["bands"] = [band for band in BANDS if any(each.band == band for each in some)]
        task["difficulty"] = [each.to_json() for each in some]
    return found
