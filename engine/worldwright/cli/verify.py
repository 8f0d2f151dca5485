"""`worldwright verify`: prove records again from the world's text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..synthesize.folder import is_evaluation, promised_records
from ..synthesize.summary import tally
from ..synthesize.trajectory import Trajectory
from ..verify.files import lines, record_file, texts_beside
from ..verify.prove import verify as verify_line
from ..verify.verdict import Verdict
from .progress import progress
from .shared import console, safe
from .tables import summary_table

SHOWN = 20


@click.command()
@click.argument("path", metavar="DIR|FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--min-refines", type=click.IntRange(min=0), help="Refinements asked for; else what the player promised.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def verify(path: Path, min_refines: int | None, as_json: bool) -> None:
    """Prove trajectories: replay each from its world's text, compare every field, check goal, recovery and masks.

    The texts are looked for in worlds/ beside the records. Exits with 0 if all records are proved, 1 if any has a
    fault (or there is none at all). In the folder of an evaluation, whose players may fail, all records must be true:
    replay as they stand, whatever came of it.

    \b
    Examples:
      worldwright verify run
      worldwright verify run/trajectories.jsonl --json
    """
    if not record_file(path).is_file():
        raise click.UsageError(f"there is no {record_file(path)}")
    find = texts_beside(path)
    proved: list[Trajectory] = []
    faulty: list[tuple[int, Verdict]] = []
    true = 0
    count = 0
    lenient = path.is_dir() and is_evaluation(path)
    read = 0
    with progress(record_file(path).stat().st_size) as tell:
        for number, line in lines(path):
            count, read = count + 1, read + len(line)
            verdict = verify_line(line, find, min_refines)
            if verdict.proved and verdict.trajectory is not None:
                proved.append(verdict.trajectory)
            elif lenient and verdict.true:
                true += 1
            else:
                faulty.append((number, verdict))
            tell(read, f"{len(proved)} proved, {len(faulty)} faulty")
    promised = promised_records(path) if path.is_dir() else None
    lacking = promised is not None and promised != count
    if as_json:
        found: dict[str, Any] = {"records": count, "promised": promised, "proved": len(proved)}
        if lenient:
            found["true"] = len(proved) + true
        faults = [{"line": number, **verdict.to_json()} for number, verdict in faulty]
        click.echo(json.dumps({**found, "faulty": faults}, indent=2, ensure_ascii=False))
    else:
        if proved:
            console().print(summary_table(tally(proved)))
        for number, verdict in faulty[:SHOWN]:
            for fault in verdict.faults[:3]:
                click.echo(safe(f"line {number}: {fault}"))
            if len(verdict.faults) > 3:
                click.echo(f"line {number}: … {len(verdict.faults) - 3} more")
        if len(faulty) > SHOWN:
            click.echo(f"… and {len(faulty) - SHOWN} more records with faults")
        if lacking:
            click.echo(f"the run wrote {promised} records, and there are {count}")
        if lenient and count:
            click.echo(f"{len(proved) + true} of {count} records are true to their worlds; {len(proved)} are proved")
        else:
            click.echo(f"{len(proved)} of {count} records proved" if count else "no records")
    sys.exit(0 if count and not faulty and not lacking else 1)
