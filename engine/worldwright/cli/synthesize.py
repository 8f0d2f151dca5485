"""`worldwright synthesize`: make trajectories that can be proved."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from ..compile.system import System
from ..explore.difficulty import BANDS
from ..limits import RUN_JOBS
from ..models.ask import AskFailed
from ..models.client import Client
from ..models.prices import Price
from ..models.probe import probe
from ..pipeline import load_world
from ..play.skins import NAMES as SKINS
from ..players.llm import Offers, offers_of
from ..players.registry import NAMES as PLAYERS
from ..startup import INTERRUPTED
from ..synthesize.asking import Asking, Connection, MakeWithModel
from ..synthesize.bands import offered
from ..synthesize.database import StoreFailed
from ..synthesize.done import Done
from ..synthesize.estimate import Estimate, estimate
from ..synthesize.folder import RECORDS
from ..synthesize.lock import RunBusy
from ..synthesize.model.work import make_with_model
from ..synthesize.order import Chosen, ModelOrder, Order, choose
from ..synthesize.readable import readable
from ..synthesize.run import Result, RunDiffers
from ..synthesize.run import synthesize as run
from ..synthesize.store import Store
from ..synthesize.summary import tally
from ..synthesize.trajectory import Trajectory
from ..verify.files import lines
from ..verify.prove import prove
from .live import bill, live, short
from .model_options import LLM, ModelOptions, Pressing, endpoint, model_options, model_order, pressing_options, price_of
from .options import WithHeadings, gathered, opt
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

Making = Callable[..., Awaitable[Done]]
"""Does a job with a model: see `make_with_model`."""

LIMIT = 3


@dataclass(frozen=True, slots=True)
class What:
    """What is to be made."""

    count: int
    seed: int
    player: str
    min_refines: int
    skins: str
    pairs: tuple[str, ...]
    bands: tuple[str, ...]
    attempts: int
    keep_unproved: bool


@dataclass(frozen=True, slots=True)
class How:
    """How the work is done, and what is shown of it."""

    workers: int
    sample: bool
    dry_run: bool
    preview: int | None
    yes: bool


_WHAT = gathered(
    "what",
    What,
    "What is made",
    opt("-n", "count", default=100, show_default=True, type=click.IntRange(1, RUN_JOBS), help="Trajectories to make."),
    opt("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The seed of everything."),
    opt("--player", default="novice", show_default=True, help=f"Who plays: {', '.join(PLAYERS)}, {LLM}."),
    opt("--min-refines", default=2, show_default=True, type=click.IntRange(min=0), help="Refined errors, at least."),
    opt("--skins", default=",".join(SKINS), show_default=True, help="Action surfaces to vary, with commas between."),
    opt("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the (one) world's family."),
    opt("--band", "bands", multiple=True, help=f"Only tasks this hard: {', '.join(BANDS)}; may be given again."),
    opt("--attempts", default=8, show_default=True, type=click.IntRange(min=1), help="Seeds tried a trajectory."),
    opt("--keep-unproved", is_flag=True, help="Keep trajectories that reach no goal or lack refinements, too."),
)
_HOW = gathered(
    "how",
    How,
    "How it is done",
    opt("--workers", default=2, show_default=True, type=click.IntRange(min=1), help="Processes, for other players."),
    opt("--sample", is_flag=True, help="Print one of the trajectories."),
    opt("--dry-run", is_flag=True, help="Only say what would be made and, about, what it would cost."),
    opt(
        "--preview",
        metavar="N",
        type=click.IntRange(min=1),
        help="Show the first N, then ask before the rest.",
    ),
    opt("--yes", is_flag=True, help="After --preview go on without asking."),
)


@click.command(cls=WithHeadings)
@click.argument("names", metavar="[WORLD]...", nargs=-1, shell_complete=complete_world)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder of the run.")
@_WHAT
@_HOW
@model_options
@pressing_options
@click.pass_context
def synthesize(
    ctx: click.Context,
    names: tuple[str, ...],
    out: Path,
    what: What,
    how: How,
    asked: ModelOptions,
    pressing: Pressing,
) -> None:
    """Make trajectories in worlds (in all shipped ones, if none is named), and keep those that are proved.

    OUT gets trajectories.jsonl, byte-identical for the same arguments, the worlds' texts in worlds/, and what was
    rejected in rejected.jsonl. Nothing that stops it loses anything (Ctrl-C, a crash, a full disk, an endpoint that
    fails): the same command goes on where it stopped, and pays for no answer twice.

    \b
    Examples:
      worldwright synthesize --out run -n 200
      worldwright synthesize pantry household --out run -n 50 --seed 7
      worldwright synthesize pantry --out run -n 10 --player expert --min-refines 0 --skins natural,json
      worldwright synthesize --out run -n 500 --player llm --model MODEL --base-url http://127.0.0.1:8000/v1
    """
    if what.player not in (*PLAYERS, LLM):
        raise click.UsageError(unknown("player", what.player, (*PLAYERS, LLM)))
    price = price_of(asked.model, pressing, asked.cost_budget)
    model = model_order(ctx, what.player, asked, price)
    order = ordered_from(names, what, model)
    asking = None if model is None else asking_with(model, pressing, price)
    if how.dry_run:
        foretell(estimate(order), price)
        return
    work = partial(run_or_exit, order, out, how.workers, price, asking)
    if how.preview is not None and how.preview < order.count:
        previewed(work(how.preview), out, how.yes)
    report(work(None), out, how.sample, price)


def ordered_from(names: tuple[str, ...], what: What, model: ModelOrder | None) -> Order:
    """The order that the options make."""
    bands = chosen_bands(what.bands)
    return Order(
        worlds=chosen_worlds(names, what.pairs, bands),
        count=what.count,
        seed=what.seed,
        player=what.player,
        min_refines=0 if what.player == "expert" else what.min_refines,
        skins=chosen_skins(what.skins),
        attempts=what.attempts,
        only_proved=not what.keep_unproved,
        model=model,
        bands=bands,
    )


def asking_with(model: ModelOrder, pressing: Pressing, price: Price | None, make: Making = make_with_model) -> Asking:
    """How the model of an order is asked. `make` does a job with it."""
    where = endpoint(model, pressing)

    async def connect(store: Store) -> tuple[Connection, MakeWithModel]:
        spent = 0.0 if price is None else price.cost(store.paid()) or 0.0
        client = Client(where, store, price, pressing.max_cost, spent)
        return client, partial(make, offers=await offers(client, model, store))

    return Asking(connect, pressing.concurrency)


async def offers(client: Client, model: ModelOrder, store: Store) -> Offers:
    """How the endpoint can constrain replies: asked once a run, and the same ever after, or other questions follow."""
    if model.shape == "plain":
        return Offers()
    found = store.found("offers")
    if not isinstance(found, dict):
        able = await probe(client)
        if not able.answers:
            raise AskFailed("not_found", "; ".join(f"{what}: {came}" for what, came in able.found))
        found = offers_of(able).to_json()
        store.find("offers", found)
    return Offers.from_json(found)


def run_or_exit(
    order: Order, out: Path, workers: int, price: Price | None, asking: Asking | None, first: int | None
) -> Result:
    """Do the run, or the first jobs of it. What stops it is said in one line, and the program ends."""
    try:
        with live(order.count if first is None else first, price) as heard:
            return run(order, out, prove, workers, heard, asking, first)
    except RunDiffers as error:
        problem(str(error))
        problem("choose another --out, or delete that folder")
    except (RunBusy, StoreFailed) as error:
        problem(str(error))
    except BrokenProcessPool:
        problem("a worker process died; what was done is kept, and the same command goes on")
    except OSError as error:
        kept = "; what was done is kept, and the same command goes on" if (out / "run.json").is_file() else ""
        problem(f"{error.filename or out}: {error.strerror}{kept}")
    sys.exit(1)


def chosen_worlds(names: tuple[str, ...], pairs: tuple[str, ...], bands: tuple[str, ...] = ()) -> tuple[Chosen, ...]:
    """The worlds to play, each once, with their texts; with bands only the tasks that have instances in them."""
    if pairs and len(names) != 1:
        raise click.UsageError("-p belongs to one world: name exactly one")
    params = {name: typed(value) for name, value in assignments(pairs).items()}
    chosen = []
    for name in dict.fromkeys(names or shipped_worlds()):
        path = world_path(name)
        checked = load_world(path, params)
        world = choose(world_name(path), checked)
        if not world.tasks:
            raise click.UsageError(f"{name} has no task, so there is nothing to reach in it")
        if bands:
            system = System(checked)
            world = replace(world, tasks=tuple(task for task in world.tasks if offered(system, task, bands)))
        if world.tasks:
            chosen.append(world)
    if not chosen:
        raise click.UsageError(f"no task was found to be {' or '.join(bands)}; `worldwright worlds` shows what is")
    return tuple(chosen)


def chosen_bands(given: tuple[str, ...]) -> tuple[str, ...]:
    """Bands of difficulty, easiest first, from options that may have commas."""
    asked = {name.strip() for text in given for name in text.split(",")}
    for name in sorted(asked):
        if name not in BANDS:
            raise click.UsageError(unknown("band", name, BANDS))
    return tuple(band for band in BANDS if band in asked)


def chosen_skins(text: str) -> tuple[str, ...]:
    """Skin names from a list with commas."""
    skins = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in skins:
        if name.partition(":")[0] not in SKINS:
            raise click.UsageError(unknown("skin", name, SKINS))
    if not skins:
        raise click.UsageError("--skins names no skin")
    return skins


# ---------------------------------------------------------------- what is said before, in between and after


def foretell(found: Estimate, price: Price | None) -> None:
    """Say what a run would make, and about what it would cost."""
    click.echo(f"{found.jobs} trajectories: {found.worlds} worlds, {found.tasks} tasks, skins {', '.join(found.skins)}")
    if found.usage is None:
        click.echo("No model is asked.")
        return
    usage = found.usage
    click.echo(
        f"about {usage.calls:,} calls; {short(usage.prompt)} tokens to read, {short(usage.cached)} of them again (many "
        f"endpoints charge less for those); {short(usage.completion)} to write"
    )
    cost = None if price is None else price.cost(usage)
    click.echo("cost: the price is not known (--prices)" if cost is None else f"cost: about {cost:.2f}")
    click.echo(found.basis)


def previewed(result: Result, out: Path, yes: bool) -> None:
    """Show the first trajectories, and find out whether to go on."""
    for _, line in lines(out):
        click.echo(safe(readable(Trajectory.model_validate_json(line))) + "\n")
    if result.reasons:
        click.echo(f"rejected attempts: {counted(result.reasons)}")
    if result.interrupted or result.stopped:
        report(result, out, False, None)
    if yes:
        return
    question = f"These are the first {result.done} of {result.asked}. Go on?"
    if not sys.stdin.isatty():
        click.echo(f"These are the first {result.done} of {result.asked}; the same command with --yes makes the rest.")
        sys.exit(0)
    if not click.confirm(question):
        click.echo("What is made is kept; the same command goes on.")
        sys.exit(0)


def report(result: Result, out: Path, sample: bool, price: Price | None) -> None:
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
    if result.paid.calls:
        click.echo(f"the model: {bill(result.paid, price)}")
    broken = sum(count for reason, count in result.reasons.items() if reason.startswith("crash:"))
    if broken:
        problem(f"a player broke {broken} times; `worldwright runs show {out} --traces` shows where")
    if result.interrupted:
        click.echo(
            f"Interrupted with {result.kept} of {result.asked}. Nothing is lost: the same command goes on.", err=True
        )
        sys.exit(INTERRUPTED)
    click.echo(f"{result.kept} of {result.asked} trajectories in {os.fspath(out / RECORDS)}")
    if result.stopped:
        problem(f"stopped: {result.stopped}")
    if result.put_off:
        problem(f"put off, because the endpoint failed: {counted(result.put_off)}")
    if not result.complete:
        problem(f"{result.asked - result.done} are still to do; the same command goes on")
        sys.exit(LIMIT if result.hopeless == "budget" else 1)
    if result.kept < result.asked:
        problem(f"{result.asked - result.kept} could not be made; rejected.jsonl says why. More --attempts may help.")
        sys.exit(1)
