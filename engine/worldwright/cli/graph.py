"""`worldwright graph`: a small world's state graph for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..explore.graph import FORMATS
from ..explore.graph import graph as graph_of
from ..explore.walk import MAX_STATES, REFUSALS, TooManyStates
from .opening import opened
from .shared import UNKNOWN, assignments, complete_world, problem, safe, world_path


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("--to", "form", type=click.Choice(list(FORMATS)), help="The format; else by the ending of --out, or dot.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else it is printed.")
@click.option("--task", help="Mark this task's goals and dead ends; else the first task's.")
@click.option(
    "-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A family parameter, or an argument of the task."
)
@click.option("--seed", type=click.IntRange(min=0), help="Only from this seed's start.")
@click.option(
    "--refused", default=REFUSALS, show_default=True, type=click.IntRange(min=0), help="Refused commands of a state."
)
@click.option("--max-states", default=MAX_STATES, show_default=True, type=click.IntRange(min=1), help="At most.")
def graph(
    world: str,
    form: str | None,
    out: Path | None,
    task: str | None,
    pairs: tuple[str, ...],
    seed: int | None,
    refused: int,
    max_states: int,
) -> None:
    """Write a small world's state graph: every state, every command with what it tells, refused ones as loops.

    dot is for Graphviz, graphml for graph tools, json is the node-link form that NetworkX and D3 read. A graph of more
    than --max-states states is refused (exit code 3), never cut; `worldwright explore` counts those of millions.

    \b
    Examples:
      worldwright graph pantry | dot -Tsvg > pantry.svg
      worldwright graph pantry --to json --refused 0
      worldwright graph keys_and_doors -p rooms=3 --max-states 100000 --out keys.graphml
    """
    named = out.suffix[1:] if out is not None and out.suffix[1:] in FORMATS else None
    episode = opened(world_path(world), task, assignments(pairs), seed or 0, "natural")
    system = episode.system
    chosen = episode.task if episode.limit is not None else None
    try:
        made: Any = graph_of(system, chosen, max_states, refused, system.start(seed) if seed is not None else None)
    except TooManyStates as error:
        problem(safe(f"{error}: --max-states, --seed"))
        sys.exit(UNKNOWN)
    text = FORMATS[form or named or "dot"](made)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(safe(f"{out}: {made.number_of_nodes():,} states, {made.number_of_edges():,} commands"))
