"""`worldwright show`: what a world offers, or what a run made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..compile.system import System
from ..pipeline import load, load_world
from ..play.grammars import NOTATIONS, gbnf, lark
from ..play.language import NothingToSay, reply_rules
from ..play.skins import UnknownSkin
from ..play.table import table_of
from ..synthesize.readable import readable
from ..synthesize.summary import tally
from ..synthesize.trajectory import read_record
from ..verify.files import lines, record_file
from .describe import description
from .shared import assignments, complete_world, console, safe, typed, world_name, world_path
from .table import plain_table
from .tables import summary_table


@click.command()
@click.argument("what", metavar="WORLD|DIR|FILE.jsonl", shell_complete=complete_world)
@click.option("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the world's family.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Of a run: print its Nth trajectory.")
@click.option("--grammar", type=click.Choice(NOTATIONS), help="Of a world: print the grammar of replies, for servers.")
@click.option("--skin", default="natural", show_default=True, help="The action surface of that grammar.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(what: str, pairs: tuple[str, ...], sample: int | None, grammar: str | None, skin: str, as_json: bool) -> None:
    """Show a world's tasks, actions and objects; or what a run's folder holds, and a trajectory of it to read.

    \b
    Examples:
      worldwright show household
      worldwright show household -p shelves=6
      worldwright show pantry --grammar gbnf --skin json
      worldwright show run
      worldwright show run --sample 3
    """
    path = Path(what)
    if path.is_dir() or path.suffix == ".jsonl":
        _show_run(path, sample, as_json)
        return
    source = world_path(what)
    params = {name: typed(value) for name, value in assignments(pairs).items()}
    if grammar is not None:
        _show_grammar(load(source, params), grammar, skin)
        return
    described = description(world_name(source), load_world(source, params))
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
    else:
        _show_world(described)


def _show_grammar(system: System, notation: str, skin: str) -> None:
    """The full command language of a skin. It names every object of the world, told or not."""
    try:
        rules = reply_rules(table_of(system).skin(skin))
    except (UnknownSkin, NothingToSay) as error:
        raise click.UsageError(str(error)) from None
    click.echo(gbnf(rules) if notation == "gbnf" else lark(rules), nl=False)


def _show_world(described: dict[str, Any]) -> None:
    out = console()
    click.echo(f"{described['title']} ({described['name']})")
    if described["params"]:
        family = ", ".join(
            f"{name} = {str(value).lower() if isinstance(value, bool) else value}"
            for name, value in described["params"].items()
        )
        click.echo(f"family: {family}   (choose with -p name=value)")
    tasks = plain_table("task", "arguments", "goals", "milestones", "limit", numbers=("goals", "limit"))
    for task in described["tasks"]:
        arguments = ", ".join(f"{name}: {domain}" for name, domain in task["parameters"].items())
        tasks.add_row(
            task["name"], arguments, str(task["instances"]), "; ".join(task["milestones"]), str(task["limit"])
        )
    out.print(tasks)
    actions = plain_table("action", "arguments", "say")
    for action in described["actions"]:
        arguments = ", ".join(f"{name}: {domain}" for name, domain in action["parameters"].items())
        actions.add_row(action["name"] + (" (free)" if action["free"] else ""), arguments, " | ".join(action["say"]))
    out.print(actions)
    objects = [each["display"] for each in described["objects"]]
    click.echo(f"{len(objects)} objects: {', '.join(objects)}")
    for promise in described["promises"]:
        click.echo(f"promise: {promise}")


def _show_run(path: Path, sample: int | None, as_json: bool) -> None:
    if not record_file(path).is_file():
        raise click.UsageError(f"there is no {record_file(path)}")
    records = []
    for number, line in lines(path):
        try:
            records.append(read_record(line))
        except ValueError as error:
            raise click.ClickException(
                f"line {number} is no trajectory; `worldwright verify {path}` says why"
            ) from error
    if sample is not None:
        if sample > len(records):
            raise click.UsageError(f"there are {len(records)} trajectories")
        chosen = records[sample - 1]
        click.echo(chosen.model_dump_json(indent=2) if as_json else safe(readable(chosen)))
    elif as_json:
        click.echo(json.dumps([row.to_json() for row in tally(records)], indent=2, ensure_ascii=False))
    else:
        console().print(summary_table(tally(records)))
