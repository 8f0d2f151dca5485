"""`worldwright export`: turn proved records into a training file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..compile.system import System
from ..export.formats import FORMATS
from ..export.formats import export as write_export
from ..synthesize.trajectory import Trajectory
from ..verify.files import lines, record_file, texts_beside
from ..verify.prove import system_for
from ..verify.prove import verify as verify_line
from .progress import Tell, progress
from .shared import problem


class _Unproved(Exception):
    """A record that is not proved stands in the way."""


@click.command()
@click.argument("path", metavar="DIR|FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--to", "format_name", required=True, type=click.Choice(sorted(FORMATS)), help="The format to write.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--skip-faulty", is_flag=True, help="Leave out records that are not proved, instead of stopping.")
def export(path: Path, format_name: str, out: Path, skip_faulty: bool) -> None:
    """Write a training file from records. Every record is proved again on the way.

    The file is written whole or not at all. Errors of the agent are in it, with weight 0: they are read, not learnt.

    \b
    Examples:
      worldwright export run --to openai --out train.jsonl
    """
    if not record_file(path).is_file():
        raise click.UsageError(f"there is no {record_file(path)}")
    skipped = 0

    def proved(tell: Tell) -> Iterator[tuple[Trajectory, System]]:
        nonlocal skipped
        find = texts_beside(path)
        read = 0
        for number, line in lines(path):
            read += len(line)
            tell(read, f"{number} records")
            verdict = verify_line(line, find)
            if verdict.proved and verdict.trajectory is not None:
                yield verdict.trajectory, system_for(verdict.trajectory, find)
            elif skip_faulty:
                skipped += 1
            else:
                raise _Unproved(f"line {number}: {verdict.faults[0]}")

    try:
        with progress(record_file(path).stat().st_size) as tell:
            count = write_export(proved(tell), format_name, out)
    except _Unproved as fault:
        problem(f"{fault}\nNothing was written. --skip-faulty leaves such records out.")
        sys.exit(1)
    if not count:
        problem("there are no records to write; an interrupted run goes on with the same synthesize command")
        sys.exit(1)
    click.echo(f"{count} records written to {out}" + (f", {skipped} left out" if skipped else ""))
