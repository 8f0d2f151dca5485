"""`worldwright evaluate`: how well players play, in figures with intervals."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from ..evaluate.report import report
from ..evaluate.run import Column, Evaluation, column_of, order_for, play_with_model
from ..evaluate.run import evaluate as play_all
from ..explore.difficulty import BANDS
from ..limits import RUN_JOBS
from ..models.prices import Price
from ..play.skins import NAMES as SKINS
from ..players.registry import NAMES as PLAYERS
from ..startup import INTERRUPTED
from ..synthesize.asking import Asking
from ..synthesize.database import StoreFailed
from ..synthesize.files import write_whole
from ..synthesize.lock import RunBusy
from ..synthesize.order import Api, Chosen, ModelOrder, Order, ShapeChoice
from ..synthesize.run import Result, RunDiffers
from ..synthesize.store import NAME, looked_at
from .evaluated import show
from .live import live
from .model_options import LLM, Pressing, cost_budget, endpoint, pressing_options, price_of
from .options import Decorator, WithHeadings, gathered, given, opt
from .shared import complete_world, problem, unknown
from .synthesize import asking_with, chosen_bands, chosen_skins, chosen_worlds
from .tables import counted

LIMIT = 3
ALL = "all"


@dataclass(frozen=True, slots=True)
class What:
    """What is played, and by whom besides models."""

    count: int
    seed: int
    players: str
    skins: str
    best_of: int
    pairs: tuple[str, ...]
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where the episodes and the report go."""

    out: Path | None
    as_json: bool
    html: Path | None
    workers: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which models play, and how they are asked."""

    models: tuple[str, ...]
    base_url: str | None
    api: Api
    shape: ShapeChoice
    temperature: float
    top_p: float
    max_tokens: int
    turn_budget: int | None
    token_budget: int | None
    cost_budget: float | None
    stuck_after: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """One player: the name of its column, what it plays, where, and how it is asked if it is a model."""

    name: str
    order: Order
    folder: Path
    price: Price | None
    asking: Asking | None


_LEAST_ONE = click.IntRange(min=1)
_PLAYS = click.IntRange(1, RUN_JOBS)
_WHAT = gathered(
    "what",
    What,
    "What is played",
    opt("-n", "count", default=50, show_default=True, type=_PLAYS, help="Starts (world, task, seed) to play."),
    opt("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The seed of everything."),
    opt("--player", "players", default="", metavar="NAME,…", help=f"Players to compare: {', '.join(PLAYERS)}."),
    opt("--skins", default="natural", show_default=True, help=f"Action surfaces, each with every start; or {ALL}."),
    opt("--best-of", default=1, show_default=True, type=_PLAYS, help="Plays of each start under each skin."),
    opt("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the (one) world's family."),
    opt("--band", "bands", multiple=True, help=f"Only tasks this hard: {', '.join(BANDS)}; may be given again."),
)
_WHERE = gathered(
    "where",
    Where,
    "What comes of it",
    opt(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep the episodes in this folder; the same command goes on with what is in it.",
    ),
    opt("--json", "as_json", is_flag=True, help="Print JSON."),
    opt("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a report to read in a browser."),
    opt("--workers", default=2, show_default=True, type=_LEAST_ONE, help="Processes, for players that are no models."),
)
_ASKED: Decorator = gathered(
    "asked",
    Asked,
    "A language model plays (the key comes from OPENAI_API_KEY)",
    opt("--model", "models", metavar="NAME", multiple=True, help="The model; may be given again."),
    opt("--base-url", metavar="URL", help="The endpoint, up to its /v1; without it OpenAI's own."),
    opt("--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True, help="Which API."),
    opt(
        "--shape",
        type=click.Choice(["plain", "auto"]),
        default="plain",
        show_default=True,
        help="auto: constrain replies where the endpoint can.",
    ),
    opt("--temperature", type=click.FloatRange(0, 2), default=0.0, show_default=True, help="Of sampling."),
    opt("--top-p", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True, help="Of sampling."),
    opt("--max-tokens", type=_LEAST_ONE, default=512, show_default=True, help="A reply, at most."),
    opt("--turn-budget", type=_LEAST_ONE, help="Turns of an episode, at most."),
    opt("--token-budget", type=_LEAST_ONE, help="Tokens of an episode, at most."),
    cost_budget,
    opt(
        "--stuck-after", type=_LEAST_ONE, default=3, show_default=True, help="Refusals of one command that end a play."
    ),
)


@click.command(cls=WithHeadings)
@click.argument("names", metavar="[WORLD]...", nargs=-1, shell_complete=complete_world)
@_WHAT
@_WHERE
@_ASKED
@pressing_options
@click.pass_context
def evaluate(
    ctx: click.Context,
    names: tuple[str, ...],
    what: What,
    where: Where,
    asked: Asked,
    pressing: Pressing,
) -> None:
    """Measure how well players play worlds (all shipped ones, if none is named).

    Success, progress, steps, errors by kind, repeated and recovered errors, clairvoyant thoughts; by world, task,
    difficulty and skin; with 95 % intervals. All players play the same starts, and every episode counts. What an
    endpoint fails to answer is counted apart.

    \b
    Examples:
      worldwright evaluate pantry vending --player expert,novice,random
      worldwright evaluate --model MODEL --base-url http://127.0.0.1:8000/v1 --out eval --html eval.html
      worldwright evaluate --model MODEL --skins all -n 100 --out eval
      worldwright evaluate --model MODEL --best-of 10 --temperature 1 --out eval
    """
    players = chosen_players(ctx, what, asked)
    skins = SKINS if what.skins.strip() == ALL else chosen_skins(what.skins)
    plays = what.count * what.best_of * len(skins)
    if plays > RUN_JOBS:
        raise click.UsageError(f"these are {plays:,} plays, and {RUN_JOBS:,} are the most: lower -n or --best-of")
    bands = chosen_bands(what.bands)
    worlds = chosen_worlds(names, what.pairs, bands)
    with folder_for(where.out) as out:
        several = len(players) + len(asked.models) > 1
        contestants = [contestant(each, None, what, worlds, skins, bands, out, several, pressing) for each in players]
        for name in asked.models:
            model = ordered_model(name, asked, price_of(name, pressing, asked.cost_budget))
            contestants.append(contestant(LLM, model, what, worlds, skins, bands, out, several, pressing))
        columns, results = played(contestants, where.workers)
    found = Evaluation(tuple(columns))
    if where.html is not None:
        write_whole(where.html, report(found).splitlines())
    if where.as_json:
        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        show(found)
    sys.exit(verdict(columns, results, where.out))


# ---------------------------------------------------------------- what is asked for


def chosen_players(ctx: click.Context, what: What, asked: Asked) -> tuple[str, ...]:
    """The players besides models, each once."""
    players = tuple(dict.fromkeys(name.strip() for name in what.players.split(",") if name.strip()))
    for name in players:
        if name == LLM:
            raise click.UsageError("a language model plays where --model names it")
        if name not in PLAYERS:
            raise click.UsageError(unknown("player", name, PLAYERS))
    if not asked.models:
        stray = [*given(ctx, Asked), *given(ctx, Pressing)]
        if stray:
            raise click.UsageError(f"{stray[0]} is for --model")
        if not players:
            raise click.UsageError(f"say who plays: --model NAME, or --player {','.join(PLAYERS)}")
    if asked.models and what.best_of > 1 and asked.temperature == 0:
        raise click.UsageError("--best-of needs a --temperature above 0, or all plays of a start are alike")
    return players


def ordered_model(name: str, asked: Asked, price: Price | None) -> ModelOrder:
    """How a model is to play."""
    return ModelOrder(
        model=name,
        base_url=asked.base_url,
        api=asked.api,
        temperature=asked.temperature,
        top_p=asked.top_p,
        max_tokens=asked.max_tokens,
        shape=asked.shape,
        turn_budget=asked.turn_budget,
        token_budget=asked.token_budget,
        stuck_after=asked.stuck_after,
        cost_budget=asked.cost_budget,
        price=price if asked.cost_budget is not None else None,
    )


def contestant(
    player: str,
    model: ModelOrder | None,
    what: What,
    worlds: tuple[Chosen, ...],
    skins: tuple[str, ...],
    bands: tuple[str, ...],
    out: Path,
    several: bool,
    pressing: Pressing,
) -> Contestant:
    """One player with all it needs."""
    order = order_for(worlds, what.count, what.seed, player, skins, what.best_of, model, bands)
    name = player if model is None else model.model
    folder = place(out, order, name, several)
    if model is None:
        return Contestant(name, order, folder, None, None)
    endpoint(model, pressing)  # a usage error here, before anybody plays
    price = price_of(model.model, pressing, model.cost_budget)
    return Contestant(name, order, folder, price, asking_with(model, pressing, price, play_with_model))


def place(out: Path, order: Order, name: str, several: bool) -> Path:
    """The folder of a player: `out` itself where it plays alone, or has; else a folder of its own in it."""
    beside = out / (re.sub(r"[^A-Za-z0-9_.-]+", "_", name).lstrip(".") or LLM)
    if (out / NAME).is_file():
        try:
            with looked_at(out) as store:
                mine = store.arguments() == order.arguments()
        except StoreFailed as error:
            problem(str(error))
            sys.exit(1)
        return beside if several and not mine else out
    return beside if several or (beside / NAME).is_file() else out


@contextmanager
def folder_for(out: Path | None) -> Iterator[Path]:
    """The folder that was named, or one for the time being."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="worldwright-") as folder:
        yield Path(folder)


# ---------------------------------------------------------------- playing


def played(contestants: list[Contestant], workers: int) -> tuple[list[Column], list[Result]]:
    """Let them play one after the other; an interruption leaves out those who have not begun."""
    columns: list[Column] = []
    results: list[Result] = []
    for each in contestants:
        results.append(result_or_exit(each, workers))
        columns.append(column_of(each.order, each.folder, each.name, each.price))
        if results[-1].interrupted:
            break
    return columns, results


def result_or_exit(each: Contestant, workers: int) -> Result:
    """Have one player play. What stops it is said in one line, and the program ends."""
    try:
        with live(each.order.count, each.price, f"played by {each.name}") as heard:
            return play_all(each.order, each.folder, workers, heard, each.asking)
    except RunDiffers as error:
        problem(str(error))
        problem("choose another --out, or delete that folder")
    except (RunBusy, StoreFailed) as error:
        problem(str(error))
    except BrokenProcessPool:
        problem("a worker process died; what was played with --out is kept, and the same command goes on")
    sys.exit(1)


def verdict(columns: list[Column], results: list[Result], out: Path | None) -> int:
    """The exit code; says what is missing."""
    kept = "the same command goes on" if out is not None else "nothing is kept without --out"
    code = 0
    for column, result in zip(columns, results, strict=True):
        if result.stopped:
            problem(f"{column.name}: stopped: {result.stopped}")
        if result.put_off:
            problem(f"{column.name}: put off, because the endpoint failed: {counted(result.put_off)}")
        if result.interrupted:
            problem(f"interrupted; {kept}")
            return INTERRUPTED
        if column.to_do:
            problem(f"{column.name}: {column.to_do} episodes are still to be played; {kept}")
            code = max(code, LIMIT if result.hopeless == "budget" else 1)
        elif not column.whole.episodes:
            problem(f"{column.name}: no episode could be judged: {counted(result.reasons)}")
            code = max(code, 1)
    return code
