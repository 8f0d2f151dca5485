"""`worldwright draw`: pictures of a world: its states, the lives of its variables, its map, a recorded play."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..check.world import World
from ..compile.system import CompiledTask, System
from ..diagnostics import WorldError
from ..draw.lifecycle import draw_lifecycles
from ..draw.page import page
from ..draw.path import Journey, draw_path
from ..draw.picture import Picture, as_graph
from ..draw.places import draw_map
from ..draw.states import MAX_NODES, draw_states
from ..draw.svg import svg
from ..explore.graph import graph, save
from ..explore.walk import MAX_STATES, REFUSALS, TooManyStates
from ..pipeline import load
from ..synthesize.trajectory import Trajectory, read_record
from ..verify.files import lines, record_file, texts_beside
from ..verify.prove import system_for
from .opening import opened
from .shared import assignments, complete_world, safe, typed, world_name, world_path

WHAT = ("states", "lifecycle", "map", "trajectory")
FILES = (".html", ".svg", ".dot", ".graphml")
WORDS = {
    "states": ("Commands", "Refused", "State"),
    "lifecycle": ("Becomes", "Refused", "Values"),
    "map": ("Ways", "Refused", "Here"),
    "trajectory": ("Commands", "Refused", "State"),
}


@click.command()
@click.argument("world", metavar="WORLD|DIR|FILE.jsonl", shell_complete=complete_world)
@click.option("--what", type=click.Choice(WHAT), help="What to draw; else the states, of a run a trajectory.")
@click.option("--task", help='The task, also with arguments: "lunch" or "fetch(apple, kitchen)". Else the first.')
@click.option(
    "-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A family parameter, or an argument of the task."
)
@click.option("--seed", type=click.IntRange(min=0), help="Only from this seed's start; of a map, where things are.")
@click.option("--collapse", metavar="NAMES", help='States that agree on these variables are one box: "here,at(apple)".')
@click.option("--max-states", default=MAX_STATES, show_default=True, type=click.IntRange(min=1), help="States to find.")
@click.option("--max-boxes", default=MAX_NODES, show_default=True, type=click.IntRange(min=2), help="Boxes to draw.")
@click.option(
    "--record", type=click.Path(exists=True, path_type=Path), help="A run's folder or file with the trajectory."
)
@click.option("--line", "number", default=1, show_default=True, type=click.IntRange(min=1), help="Which line of it.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=f"The file: {', '.join(FILES)}.")
def draw(
    world: str,
    what: str | None,
    task: str | None,
    pairs: tuple[str, ...],
    seed: int | None,
    collapse: str | None,
    max_states: int,
    max_boxes: int,
    record: Path | None,
    number: int,
    out: Path | None,
) -> None:
    """Draw a world: the graph of its states, lifecycles of its variables, the map of its places, or a recorded play.

    An .html file can be searched, zoomed and asked (without --out it is one, named after the world); an .svg file goes
    anywhere; .dot and .graphml are for other tools, with every command and what it tells.

    \b
    Examples:
      worldwright draw pantry
      worldwright draw vending --task supper --collapse machine,credit --out vending.svg
      worldwright draw cave --what map
      worldwright draw pantry --what trajectory --record run --line 3
      worldwright draw run --line 3
    """
    if out is not None and out.suffix not in FILES:
        raise click.UsageError(f"--out {out}: the name should end in {', '.join(FILES)}")
    given = Path(world)
    if record is None and (given.is_dir() or given.suffix == ".jsonl"):
        record = given
    what = what or ("states" if record is None else "trajectory")
    if what == "trajectory":
        if record is None:
            raise click.UsageError("a trajectory is drawn from a record: name it with --record")
        system, journey, name = _recorded(None if record == given else world, pairs, record, number)
        picture = draw_path(system, journey)
        _write(picture, what, out or Path(f"{name}-trajectory-{number}.html"))
        return
    if record is not None:
        raise click.UsageError(f"--record goes with --what trajectory, not with {what}")
    path = world_path(world)
    out = out or Path(f"{world_name(path)}-{what}.html")
    episode = opened(path, task, assignments(pairs), seed or 0, "natural")
    system = episode.system
    if what == "states":
        chosen = episode.task if episode.limit is not None else None
        start = system.start(seed) if seed is not None else None
        _states(system, chosen, _names(collapse), start, max_states, max_boxes, out)
        return
    try:
        picture = draw_lifecycles(system) if what == "lifecycle" else draw_map(system, seed or 0)
    except ValueError as error:
        raise click.ClickException(safe(str(error))) from error
    _write(picture, what, out)


def _names(collapse: str | None) -> list[str]:
    """The variables of --collapse: split at commas that stand outside brackets."""
    names, depth = [""], 0
    for c in collapse or "":
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            names.append("")
        else:
            names[-1] += c
    return [name.strip() for name in names if name.strip()]


def _states(
    system: System,
    task: CompiledTask | None,
    collapse: list[str],
    start: bytes | None,
    max_states: int,
    max_boxes: int,
    out: Path,
) -> None:
    """Draw the states; as a file for other tools all of them, unless they are to be merged."""
    if out.suffix in (".dot", ".graphml") and not collapse:
        try:
            made: Any = graph(system, task, max_states, REFUSALS, start)
        except TooManyStates as error:
            raise click.ClickException(safe(f"{error}: --max-states, --seed, or --collapse to merge states")) from error
        save(made, out)
        click.echo(f"{out}: {made.number_of_nodes():,} states, {made.number_of_edges():,} commands")
        return
    try:
        picture = draw_states(system, task, collapse, start, max_states, max_boxes)
    except ValueError as error:
        raise click.UsageError(safe(str(error))) from error
    _write(picture, "states", out)


def _write(picture: Picture, what: str, out: Path) -> None:
    if out.suffix in (".dot", ".graphml"):
        save(as_graph(picture), out)
    else:
        text = svg(picture) if out.suffix == ".svg" else page(picture, WORDS[what])
        out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(safe(f"{out}: {picture.title}. {picture.subtitle}"))
    for note in picture.notes:
        click.echo(safe(note))


# ---------------------------------------------------------------- records


def _recorded(world: str | None, pairs: tuple[str, ...], record: Path, number: int) -> tuple[System, Journey, str]:
    """The world and the replies of a recorded play; the world from its texts beside the record unless it is named."""
    if not record_file(record).is_file():
        raise click.UsageError(f"there is no {record_file(record)}")
    line = next((text for at, text in lines(record) if at == number), None)
    if line is None:
        raise click.UsageError(f"{record_file(record)} has no line {number}")
    try:
        found = read_record(line)
    except ValueError as error:
        raise click.ClickException(f"line {number} is no trajectory; `worldwright verify {record}` says why") from error
    if world is None:
        try:
            system = system_for(found, texts_beside(record))
        except WorldError:
            raise
        except ValueError as error:
            raise click.ClickException(safe(str(error))) from error
    else:
        asked = {name: typed(value) for name, value in assignments(pairs).items()}
        system = load(world_path(world), {**found.world.params, **asked})
        if system.world.text_hash != found.world.hash:
            raise click.ClickException(
                f"line {number} was recorded in another world or in another version of this one; "
                f"`worldwright draw {record} --line {number}` takes the texts beside the record"
            )
    return system, _journey(found, system.world), found.world.name if found.world.name.isidentifier() else "record"


def _journey(found: Trajectory, world: World) -> Journey:
    info = world.tasks.get(found.task.name)
    slots = [] if info is None else [binder.name for binder in info.parameters]
    if info is None or sorted(slots) != sorted(found.task.args):
        raise click.ClickException(safe(f"the world has no task {found.task.name} with these arguments"))
    return Journey(
        found.task.name,
        tuple(found.task.args[name] for name in slots),
        found.seed,
        found.skin,
        tuple(turn.reply for turn in found.turns),
        tuple(turn.refined_by for turn in found.turns),
    )
