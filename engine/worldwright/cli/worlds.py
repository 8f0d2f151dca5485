"""`worldwright worlds`: the shipped worlds."""

from __future__ import annotations

import json

import click

from ..pipeline import load_world
from .describe import description
from .shared import console, shipped_worlds
from .tables import plain_table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def worlds(as_json: bool) -> None:
    """List the shipped worlds: their tasks, and how many goals each stands for.

    \b
    Examples:
      worldwright worlds
      worldwright worlds --json
    """
    described = [description(name, load_world(path)) for name, path in shipped_worlds().items()]
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    numbers = ("tasks", "goals", "objects", "actions")
    table = plain_table("world", "title", "tasks", "goals", "objects", "actions", "family", numbers=numbers)
    for each in described:
        table.add_row(
            each["name"],
            each["title"],
            str(len(each["tasks"])),
            str(sum(task["instances"] for task in each["tasks"])),
            str(len(each["objects"])),
            str(len(each["actions"])),
            ", ".join(each["params"]),
        )
    console().print(table)
