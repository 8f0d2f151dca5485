"""`worldwright runs`: what runs there are, how far they are, what they are worth."""

from __future__ import annotations

import json
import sys
import webbrowser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from ..models.ask import Usage
from ..models.prices import Price, PriceFault, read_prices
from ..synthesize.database import StoreFailed
from ..synthesize.files import write_whole
from ..synthesize.folder import RUN, NoRun, description
from ..synthesize.lock import is_held
from ..synthesize.stats import Stats, banded
from ..synthesize.stats import stats as measured
from ..synthesize.store import NAME, Counts, Store, looked_at
from ..synthesize.trajectory import read_record
from ..view.data import looked_at as data_of
from ..view.page import Fact, page
from ..view.run import NoRecord, looked_into
from .live import bill, short
from .shared import console, problem, safe
from .table import plain_table
from .tables import counted

DEEP = 3
"""Folders below the root in which runs are looked for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as its folder shows it: `state` is "complete", "at work", "open" or what is wrong with it."""

    folder: Path
    state: str
    arguments: dict[str, Any]
    counts: Counts | None

    def to_json(self) -> dict[str, Any]:
        """The run as data."""
        counts = self.counts
        return {
            "folder": str(self.folder),
            "state": self.state,
            "asked": self.arguments.get("count"),
            "done": None if counts is None else counts.jobs,
            "records": None if counts is None else counts.kept,
            "rejected": None if counts is None else counts.reasons.total(),
        }


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def runs() -> None:
    """Look at runs: list them, show how far one is, measure it, compare two, read one in a browser.

    \b
    Examples:
      worldwright runs ls
      worldwright runs show run
      worldwright runs stats run --prices prices.toml
      worldwright runs compare run other
      worldwright runs view run
    """


_RUN = click.Path(exists=True, file_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_PRICES = click.option(
    "--prices", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Prices, as for synthesize."
)
_BANDS = click.option("--bands", is_flag=True, help="Count difficulty bands, too (up to a second a trajectory).")


@runs.command()
@click.argument("root", default=".", type=_RUN)
@_JSON
def ls(root: Path, as_json: bool) -> None:
    """List the runs in a folder and below, with how far each is."""
    found = [seen(folder) for folder in folders(root, DEEP)]
    if as_json:
        click.echo(json.dumps([each.to_json() for each in found], indent=2))
        return
    if not found:
        click.echo(f"there are no runs in {root}")
        return
    numbered = ("done", "records", "rejected")
    table = plain_table("run", "state", "player", *numbered, numbers=numbered)
    for each in found:
        counts = each.counts
        player = str(each.arguments.get("player", ""))
        numbers = ("", "", "") if counts is None else (str(counts.jobs), str(counts.kept), str(counts.reasons.total()))
        table.add_row(_plain(str(each.folder)), _plain(each.state), _plain(player), *numbers)
    console().print(table)


@runs.command()
@click.argument("run", type=_RUN)
@click.option("--traces", is_flag=True, help="Show where players broke, for their authors.")
@_PRICES
@_JSON
def show(run: Path, traces: bool, prices: Path | None, as_json: bool) -> None:
    """Show what a run was asked for, how far it is, what failed, and what it cost."""
    with _store(run) as store:
        counts, arguments, notes = store.counts(), store.arguments(), store.notes()
        broken = list(store.traces()) if traces else []
    state = seen(run).state
    price = _price(prices, arguments)
    cost = None if price is None else price.cost(counts.paid)
    if as_json:
        found = {
            "state": state,
            "arguments": arguments,
            "done": counts.jobs,
            "records": counts.kept,
            "rejected": dict(sorted(counts.reasons.items())),
            "paid": _usage(counts.paid),
            "cost": cost,
            "notes": notes,
            "traces": [{"job": job, "attempt": attempt, "trace": text} for job, attempt, text in broken],
        }
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    click.echo(f"{run}: {state}, {counts.jobs} of {arguments.get('count')} done, {counts.kept} records")
    for name, value in arguments.items():
        click.echo(safe(f"  {name}: {_shown(name, value)}"))
    if counts.reasons:
        click.echo(safe(f"rejected attempts: {counted(counts.reasons)}"))
    if counts.paid.calls:
        click.echo(f"the model: {bill(counts.paid, price)}")
    if notes:
        click.echo(safe(f"notes: {json.dumps(notes, ensure_ascii=False)}"))
    for job, attempt, text in broken:
        click.echo(safe(f"job {job}, attempt {attempt}:\n{text}"))


@runs.command()
@click.argument("run", type=_RUN)
@_PRICES
@_BANDS
@_JSON
def stats(run: Path, prices: Path | None, bands: bool, as_json: bool) -> None:
    """Measure a run: yield, errors, refinements, recoveries, turns, cost a verified trajectory, diversity."""
    found = _measured(run, prices, bands)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        return
    table = plain_table("measure", _plain(str(run)))
    for name, value in _rows(found):
        table.add_row(name, _plain(value))
    console().print(table)


@runs.command()
@click.argument("one", type=_RUN)
@click.argument("other", type=_RUN)
@_PRICES
@_BANDS
@_JSON
def compare(one: Path, other: Path, prices: Path | None, bands: bool, as_json: bool) -> None:
    """Measure two runs side by side."""
    found = [_measured(run, prices, bands) for run in (one, other)]
    if as_json:
        both = dict(zip((str(one), str(other)), (each.to_json() for each in found), strict=True))
        click.echo(json.dumps(both, indent=2, ensure_ascii=False))
        return
    table = plain_table("measure", _plain(str(one)), _plain(str(other)))
    left, right = (dict(_rows(each)) for each in found)
    for name in dict.fromkeys([*left, *right]):
        table.add_row(name, _plain(left.get(name, "")), _plain(right.get(name, "")))
    console().print(table)


@runs.command()
@click.argument("run", metavar="RUN|FILE.jsonl", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The page; else RUN-view.html, here.")
@click.option("--limit", default=2000, show_default=True, type=click.IntRange(min=1), help="Records of a kind to show.")
@click.option("--open/--no-open", "opens", default=None, help="Open it in a browser; a terminal does, a pipe does not.")
@_PRICES
def view(run: Path, out: Path | None, limit: int, opens: bool | None, prices: Path | None) -> None:
    """Make one HTML page of a run that needs nothing else: filter and search its records, read them turn by turn.

    Each turn stands with its feedback, the need that failed, what changed, and whether and why it is trained on. The
    records are shown as they are; `worldwright verify` proves them.
    """
    try:
        with looked_into(run) as found:
            looked = data_of(found, limit)
            name = found.name
        shown = sum(len(looked.data[kind]) for kind in ("kept", "siblings", "rejected"))
        if not shown:
            problem(safe(f"{run} has no records to show"))
            sys.exit(1)
        head = _head(run, prices) if run.is_dir() else []
        out = out or Path(f"{name.removesuffix('.jsonl')}-view.html")
        write_whole(out, [page(name, looked, head)])
    except (NoRecord, StoreFailed) as error:
        problem(safe(str(error)))
        sys.exit(1)
    except FileNotFoundError as error:
        raise click.UsageError(f"there is no {error.filename or error}") from error
    except OSError as error:
        raise click.ClickException(safe(f"{error.filename or run}: {error.strerror}")) from error
    click.echo(safe(f"{out}: {shown:,} record{'' if shown == 1 else 's'} of {name}"))
    for note in looked.notes:
        click.echo(note)
    if (sys.stdout.isatty() if opens is None else opens) and not webbrowser.open(out.resolve().as_uri()):
        click.echo("no browser could be opened; open the page in one")


def _head(run: Path, prices: Path | None) -> list[Fact]:
    """What the folder of a run tells beside its records."""
    found = seen(run)
    facts = [("state", found.state), ("player", str(found.arguments.get("player", "")))]
    model = found.arguments.get("model")
    facts.append(("model", str(model.get("model", "")) if isinstance(model, dict) else ""))
    bands = found.arguments.get("bands")
    facts.append(("difficulty", ", ".join(map(str, bands)) if isinstance(bands, list) else ""))
    if found.counts is not None:
        facts.append(("done", f"{found.counts.jobs:,} of {found.arguments.get('count')}"))
        if found.counts.paid.calls:
            facts.append(("asked", bill(found.counts.paid, _price(prices, found.arguments))))
    return [(name, value) for name, value in facts if value]


# ---------------------------------------------------------------- reading runs


def folders(root: Path, deep: int) -> Iterator[Path]:
    """The folders of runs in a folder and below, in order. Links are not followed."""
    if (root / RUN).is_file() or (root / NAME).is_file():
        yield root
        return
    if deep > 0:
        for path in sorted(root.iterdir()):
            if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
                yield from folders(path, deep - 1)


def seen(folder: Path) -> Seen:
    """A run as its folder shows it, whatever is wrong with it."""
    try:
        found = description(folder)
    except NoRun:
        found = {}
    if (folder / NAME).is_file():
        try:
            with looked_at(folder) as store:
                arguments, counts = store.arguments(), store.counts()
        except StoreFailed as error:
            return Seen(folder, str(error), found.get("arguments", {}), None)
        complete = found.get("complete") is True
        state = "complete" if complete else "at work" if is_held(folder) else "open"
        return Seen(folder, state, arguments, counts)
    return Seen(folder, "records only" if found else "no run", found.get("arguments", {}), None)


@contextmanager
def _store(run: Path) -> Iterator[Store]:
    """The store of a run. Where it cannot be read, a message and exit code 1."""
    if not (run / NAME).is_file():
        raise click.UsageError(f"there is no {run / NAME}; `worldwright show {run}` reads records without it")
    try:
        with looked_at(run) as store:
            yield store
    except StoreFailed as error:
        problem(str(error))
        sys.exit(1)


def _measured(run: Path, prices: Path | None, bands: bool) -> Stats:
    with _store(run) as store:
        counts, arguments = store.counts(), store.arguments()
        try:
            records = [read_record(line) for line in store.kept()]
        except ValueError as error:
            raise StoreFailed(f"{run / NAME} holds what is no record: {str(error).splitlines()[0]}") from error
        price = _price(prices, arguments)
        cost = None if price is None else price.cost(counts.paid)
        try:
            hardness = banded(records, store.worlds()) if bands else None
        except ValueError as error:
            raise StoreFailed(f"{run / NAME} holds a record that cannot be played: {error}") from error
        asked = arguments.get("count")
        count = asked if isinstance(asked, int) else 0
        return measured(records, count, counts.jobs, counts.reasons, counts.paid, cost, hardness)


def _price(path: Path | None, arguments: dict[str, Any]) -> Price | None:
    """The price of a run's model, if the file knows it."""
    model = arguments.get("model")
    name = model.get("model") if isinstance(model, dict) else None
    try:
        return None if path is None or not isinstance(name, str) else read_prices(path).of(name)
    except PriceFault as fault:
        raise click.UsageError(str(fault)) from fault


# ---------------------------------------------------------------- words


def _rows(found: Stats) -> Iterator[tuple[str, str]]:
    """The measures by name, as people read them; those that the run does not have are left out."""
    yield "records", f"{found.kept} of {found.asked}"
    yield "yield", f"{found.yielded:.0%} of {found.attempts} attempts"
    if found.reasons:
        yield "rejected", counted(Counter(found.reasons))
    yield "worlds", str(len(found.worlds))
    yield "skins", counted(Counter(found.skins))
    yield "turns", f"{found.turns:.1f} a record, median {found.turns_median:g}, {found.trained:.1f} trained"
    yield "errors", f"{found.errors_a_hundred_turns:.1f} a hundred turns: {counted(Counter(found.errors))}"
    yield "refinements", f"{found.refinements:.1f} a record"
    yield "recoveries", counted(Counter(found.recoveries))
    if found.flagged:
        yield "flagged", f"{found.flagged:.1%} of the turns"
    if found.calls is not None and found.tokens is not None:
        yield "a record", f"{found.calls:.1f} calls, {short(found.tokens)} tokens"
    if found.cost is not None:
        yield "its cost", f"{found.cost:.4f}"
    if found.bands is not None:
        yield "difficulty", counted(Counter(found.bands))
    unlike = found.diversity
    if unlike is not None:
        grams = ", ".join(f"{length}: {share:.3f}" for length, share in unlike.distinct.items())
        yield "distinct n-grams", grams
        yield "compression ratio", f"{unlike.compression:.1f}"
        yield "action sequences", f"{unlike.action_sequences} different ones"
        yield "near-duplicates", f"{unlike.near_duplicates:.1%}"


def _plain(text: str) -> str:
    """Text from anywhere as a table's cell: nothing in it is taken for markup."""
    return escape(safe(text))


def _shown(name: str, value: Any) -> str:
    """An argument of a run, on one line."""
    if name == "worlds" and isinstance(value, list):
        return ", ".join(str(each.get("name")) if isinstance(each, dict) else str(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _usage(paid: Usage) -> dict[str, int]:
    return {"calls": paid.calls, "prompt": paid.prompt, "cached": paid.cached, "completion": paid.completion}
