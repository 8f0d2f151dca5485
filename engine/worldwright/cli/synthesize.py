"""`worldwright synthesize`: make trajectories that can be proved."""

from __future__ import annotations

import os
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import click

from ..pipeline import load_world
from ..play.skins import NAMES as SKINS
from ..players.registry import NAMES as PLAYERS
from ..synthesize.folder import RECORDS
from ..synthesize.lock import RunBusy
from ..synthesize.order import Chosen, Order, choose
from ..synthesize.readable import readable
from ..synthesize.run import Progress, Result, RunDiffers
from ..synthesize.run import synthesize as run
from ..synthesize.store import StoreFailed
from ..synthesize.summary import tally
from ..synthesize.trajectory import Trajectory
from ..verify.files import lines
from ..verify.prove import prove
from .progress import progress
from .shared import (
    assignments,
    complete_world,
    console,
    problem,
    safe,
    shipped_worlds,
    typed,
    unknown,
    world_name,
    world_path,
)
from .tables import counted, summary_table

INTERRUPTED = 130


@click.command()
@click.argument("names", metavar="[WORLD]...", nargs=-1, shell_complete=complete_world)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder of the run.")
@click.option("-n", "count", default=100, show_default=True, type=click.IntRange(min=1), help="Trajectories to make.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The seed of everything.")
@click.option("--player", default="novice", show_default=True, help=f"Who plays: {', '.join(PLAYERS)}.")
@click.option(
    "--min-refines", default=2, show_default=True, type=click.IntRange(min=0), help="Refined errors, at least."
)
@click.option(
    "--skins", default=",".join(SKINS), show_default=True, help="Action surfaces to vary, with commas between."
)
@click.option("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the (one) world's family.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(min=1), help="Processes.")
@click.option("--attempts", default=8, show_default=True, type=click.IntRange(min=1), help="Seeds tried a trajectory.")
@click.option("--keep-unproved", is_flag=True, help="Keep trajectories that reach no goal or lack refinements, too.")
@click.option("--sample", is_flag=True, help="Print one of the trajectories.")
def synthesize(
    names: tuple[str, ...],
    out: Path,
    count: int,
    seed: int,
    player: str,
    min_refines: int,
    skins: str,
    pairs: tuple[str, ...],
    workers: int,
    attempts: int,
    keep_unproved: bool,
    sample: bool,
) -> None:
    """Make trajectories in worlds (in all shipped ones, if none is named), and keep those that are proved.

    OUT gets trajectories.jsonl, byte-identical for the same arguments, the worlds' texts in worlds/, and what was
    rejected in rejected.jsonl. Ctrl-C loses nothing: the same command goes on where it stopped.

    \b
    Examples:
      worldwright synthesize --out run -n 200
      worldwright synthesize pantry household --out run -n 50 --seed 7
      worldwright synthesize pantry --out run -n 10 --player expert --min-refines 0 --skins natural,json
    """
    if player not in PLAYERS:
        raise click.UsageError(unknown("player", player, PLAYERS))
    order = Order(
        worlds=chosen_worlds(names, pairs),
        count=count,
        seed=seed,
        player=player,
        min_refines=min_refines if player == "novice" else 0,
        skins=chosen_skins(skins),
        attempts=attempts,
        only_proved=not keep_unproved,
    )
    try:
        with progress(count) as tell:

            def heard(made: Progress) -> None:
                tell(made.done, f"{made.kept} verified, {made.rejected} rejected")

            result = run(order, out, prove, workers, heard)
    except RunDiffers as error:
        problem(str(error))
        problem("choose another --out, or delete that folder")
        sys.exit(1)
    except (RunBusy, StoreFailed) as error:
        problem(str(error))
        sys.exit(1)
    except BrokenProcessPool:
        problem("a worker process died; what was done is kept, and the same command goes on")
        sys.exit(1)
    except OSError as error:
        kept = "; what was done is kept, and the same command goes on" if (out / "run.json").is_file() else ""
        problem(f"{error.filename or out}: {error.strerror}{kept}")
        sys.exit(1)
    report(result, out, sample)


def chosen_worlds(names: tuple[str, ...], pairs: tuple[str, ...]) -> tuple[Chosen, ...]:
    """The worlds to play, each once, with their texts."""
    if pairs and len(names) != 1:
        raise click.UsageError("-p belongs to one world: name exactly one")
    params = {name: typed(value) for name, value in assignments(pairs).items()}
    chosen = []
    for name in dict.fromkeys(names or shipped_worlds()):
        path = world_path(name)
        world = load_world(path, params)
        if not world.tasks:
            raise click.UsageError(f"{name} has no task, so there is nothing to reach in it")
        chosen.append(choose(world_name(path), world))
    return tuple(chosen)


def chosen_skins(text: str) -> tuple[str, ...]:
    """Skin names from a list with commas."""
    skins = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in skins:
        if name.partition(":")[0] not in SKINS:
            raise click.UsageError(unknown("skin", name, SKINS))
    if not skins:
        raise click.UsageError("--skins names no skin")
    return skins


def report(result: Result, out: Path, sample: bool) -> None:
    """Say what the run came to, and exit accordingly."""
    records = [Trajectory.model_validate_json(line) for _, line in lines(out)]
    if records:
        console().print(summary_table(tally(records)))
    if sample and records:
        typical = sorted(records, key=lambda record: (record.skin != "natural", len(record.turns), record.seed))
        natural = [record for record in typical if record.skin == typical[0].skin]
        click.echo(safe(readable(natural[len(natural) // 2])) + "\n")
    if result.reasons:
        click.echo(f"rejected attempts: {counted(result.reasons)}")
    if result.interrupted:
        click.echo(
            f"Interrupted with {result.kept} of {result.asked}. Nothing is lost: the same command goes on.", err=True
        )
        sys.exit(INTERRUPTED)
    click.echo(f"{result.kept} of {result.asked} trajectories in {os.fspath(out / RECORDS)}")
    if result.kept < result.asked:
        problem(f"{result.asked - result.kept} could not be made; rejected.jsonl says why. More --attempts may help.")
        sys.exit(1)
