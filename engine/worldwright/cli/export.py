"""`worldwright export`: turn proved records into training files."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import click

from ..export.commands import exported_by, made_by
from ..export.exporting import Empty, is_folder
from ..export.exporting import export as write_export
from ..export.folder import refuse_foreign
from ..export.formats import FORMATS
from ..export.parquet import Lacking
from ..export.report import Report
from ..export.select import Dedup, Impossible, SplitBy, Wish
from ..export.source import Changed, Source, Unproved
from ..verify.files import record_file
from .progress import progress
from .shared import problem, unknown

_HELP = """Write training files from records. Every record is proved again on the way.

OUT is a file, or a folder where a format takes several files or there is a test side; it is written whole or not at
all. Errors of the agent are in it: they are read, and no loss falls on them. docs/exports.md says how each trainer
loads what it gets.

\b
Formats:
{formats}

\b
Examples:
  worldwright export run --to openai --out train.jsonl
  worldwright export run --to trl --out data --dedup near --test-share 0.1 --split-by task
  worldwright export run --to parquet --out data --test-worlds pantry --max-share-per-world 0.3
"""


def _listed() -> str:
    width = max(map(len, FORMATS))
    return "\n".join(f"  {name:{width}}  {form.summary}" for name, form in FORMATS.items())


@click.command(help=_HELP.format(formats=_listed()))
@click.argument("path", metavar="DIR|FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--to", "to", required=True, type=click.Choice(list(FORMATS)), help="The format to write.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file or folder to write.")
@click.option(
    "--dedup", type=click.Choice(get_args(Dedup)), default="none", show_default=True, help="Leave out repeats."
)
@click.option("--test-worlds", metavar="A,B", default="", help="Keep these worlds for the test side.")
@click.option("--test-tasks", metavar="T,W/T", default="", help="Keep these tasks (of any world, or of W) for it.")
@click.option(
    "--test-share", type=click.FloatRange(0, 1, max_open=True), help="Keep this share of the records for it …"
)
@click.option("--split-by", type=click.Choice(get_args(SplitBy)), help="… in whole worlds, tasks or instances.")
@click.option(
    "--max-share-per-world", type=click.FloatRange(0, 1, min_open=True), help="No world has more of the train side."
)
@click.option("--skip-faulty", is_flag=True, help="Leave out records that are not proved, instead of stopping.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(
    path: Path,
    to: str,
    out: Path,
    dedup: Dedup,
    test_worlds: str,
    test_tasks: str,
    test_share: float | None,
    split_by: SplitBy | None,
    max_share_per_world: float | None,
    skip_faulty: bool,
    as_json: bool,
) -> None:
    """See _HELP."""
    if (test_share is not None) and (test_worlds or test_tasks):
        raise click.UsageError("--test-share chooses the test side by itself: leave out --test-worlds and --test-tasks")
    if split_by is not None and test_share is None:
        raise click.UsageError("--split-by says in what units --test-share is taken: give both")
    wish = Wish(
        dedup=dedup,
        test_worlds=_names(test_worlds),
        test_tasks=_names(test_tasks),
        test_share=test_share or 0.0,
        split_by=split_by or "instance",
        max_share_per_world=max_share_per_world,
    )
    _check_place(path, to, out, wish)
    commands = [*(made_by(path) if path.is_dir() else []), exported_by(path, to, out, wish, skip_faulty)]
    try:
        with progress(record_file(path).stat().st_size) as tell:
            source = Source(path, tell, skip_faulty, FORMATS[to].siblings)
            _check_names(wish, source)
            report = write_export(source, to, out, wish, commands)
    except Unproved as fault:
        problem(f"{fault}\nNothing was written. --skip-faulty leaves such records out.")
        sys.exit(1)
    except (Empty, Impossible, Changed, Lacking) as reason:
        problem(f"{reason}\nNothing was written.")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({"out": str(out), **report.to_json()}, indent=2, ensure_ascii=False))
    else:
        _tell(report, out)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _check_place(path: Path, to: str, out: Path, wish: Wish) -> None:
    """Say what is wrong with the places before any time is spent on proving."""
    if not record_file(path).is_file():
        raise click.UsageError(f"there is no {record_file(path)}")
    if is_folder(FORMATS[to], wish):
        if out.suffix in (".jsonl", ".json", ".parquet"):
            raise click.UsageError(f"this export is a folder of several files: name one, such as {out.with_suffix('')}")
        refuse_foreign(out)
    elif out.is_dir():
        raise click.UsageError(
            f"this export is one file, and {out} is a folder: name a file, such as {out}/train.jsonl"
        )


def _check_names(wish: Wish, source: Source) -> None:
    """Worlds and tasks that are named must be there."""
    worlds = sorted({entry.world for entry in source.entries})
    tasks = sorted({entry.task for entry in source.entries})
    full = sorted({f"{entry.world}/{entry.task}" for entry in source.entries})
    for name in wish.test_worlds:
        if name not in worlds:
            raise click.UsageError(f"--test-worlds: {unknown('world', name, worlds)}")
    for name in wish.test_tasks:
        known = full if "/" in name else tasks
        if name not in known:
            raise click.UsageError(f"--test-tasks: {unknown('task', name, known)}")


def _tell(report: Report, out: Path) -> None:
    """What was written and what was not, in a few lines."""
    whole = sum(report.records.values())
    left_out = sum(report.left_out.values())
    click.echo(f"{whole} records written to {out}" + (f", {left_out} left out" if left_out else ""))
    if len(report.examples) > 1 or whole != sum(report.examples.values()):
        for file, count in report.examples.items():
            click.echo(f"  {file}: {count} examples")
    _tell_reasons("left out", report.left_out)
    _tell_reasons("no example", report.lacking)
    click.echo(f"  the longest example has {report.longest:,} characters: set your trainer's length limit above that")


def _tell_reasons(what: str, counts: Counter[str]) -> None:
    for reason, count in sorted(counts.items()):
        click.echo(f"  {what}: {count}, {reason}")
