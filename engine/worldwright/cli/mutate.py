"""`worldwright mutate`: what would nobody notice if it were wrong in a world?"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..mutate.judge import MAX_STATES, Choice, Tell
from ..mutate.judge import mutate as judge_all
from ..mutate.mutant import OPERATORS
from ..mutate.report import VERDICTS, Outcome, Report, percent
from ..play.golden import SUFFIX, Golden, GoldenFault, plays_beside, read
from .progress import LOG_SECONDS
from .shared import UNKNOWN, assignments, complete_world, console, problem, safe, typed, world_path
from .table import plain_table
from .tables import counted

SHOWN = 20


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the world's family.")
@click.option(
    "--plays",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=f"Golden plays (*{SUFFIX}) are in this folder, not beside the world.",
)
@click.option(
    "--only", "only", metavar="OPERATOR", multiple=True, type=click.Choice(tuple(OPERATORS)), help="Only these."
)
@click.option("--max-mutants", type=click.IntRange(min=1), help="At most so many, drawn by --seed.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Draws them.")
@click.option(
    "--max-states", default=MAX_STATES, show_default=True, type=click.IntRange(min=1), help="At most, of each mutant."
)
@click.option("--max-seconds", type=click.FloatRange(min=0), help="Mutants that are not reached by then are unknown.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Exit with 1 if the score is below this.")
@click.option("--survivors", is_flag=True, help="Show every survivor's change, and a play that would notice it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def mutate(
    world: str,
    pairs: tuple[str, ...],
    plays: Path | None,
    only: tuple[str, ...],
    max_mutants: int | None,
    seed: int,
    max_states: int,
    max_seconds: float | None,
    threshold: float | None,
    survivors: bool,
    as_json: bool,
) -> None:
    """Change a world in every small way, and report the changes that nobody would notice.

    A mutant is the world with one need dropped, one condition turned, one effect left out and so on. It is killed if
    the checker warns, a golden play reads differently, a promise or a task is refuted, or a milestone is never reached.
    What survives is a hole in the world's tests; --survivors shows the shortest play that would close it. A mutant that
    no play at all tells from the world is equivalent, where that can be proved, and counts neither way.

    Exits with 0; with --threshold with 1 if the score (killed of killed and survived) is below it, and with 3 if that
    depends on mutants of which nothing is known.

    \b
    Examples:
      worldwright mutate pantry
      worldwright mutate vending --survivors
      worldwright mutate my.world --max-mutants 100 --threshold 0.8
    """
    path = world_path(world)
    params = {name: typed(value) for name, value in assignments(pairs).items()}
    try:
        golden = golden_plays(path, plays)
        with watched() as tell:
            report = judge_all(
                path,
                params,
                golden,
                Choice(only, max_mutants, seed),
                max_states=max_states,
                max_seconds=max_seconds,
                tell=tell,
            )
    except GoldenFault as fault:
        problem(str(fault))
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        show(report, path, world, len(golden), survivors)
    sys.exit(0 if threshold is None else judged(report, threshold))


def golden_plays(path: Path, folder: Path | None) -> list[Golden]:
    """The golden plays of a folder, else those beside the world. Raises GoldenFault."""
    found = plays_beside(path) if folder is None else sorted(p for p in folder.glob("*" + SUFFIX) if p.is_file())
    return [read(each) for each in found]


def judged(report: Report, threshold: float) -> int:
    """The exit code: 0 at or above the threshold whatever the unknown ones are, 1 below it, 3 where they decide."""
    least, most = report.bounds
    return 0 if least >= threshold else 1 if most < threshold else UNKNOWN


def show(report: Report, path: Path, name: str, plays: int, survivors: bool) -> None:
    """The report as a table, and the survivors. `name` is what the world was called by."""
    family = ", ".join(f"{name} = {value}" for name, value in report.params.items())
    click.echo(safe(report.world) + (f" ({family})" if family else ""))
    table = plain_table("change", "mutants", *VERDICTS, numbers=("mutants", *VERDICTS))
    rows = report.by_operator()
    for operator, counts in rows.items():
        table.add_row(operator, str(counts.total()), *(str(counts[verdict] or "") for verdict in VERDICTS))
    if len(rows) > 1:
        table.add_section()
        table.add_row("all", str(len(report.outcomes)), *(str(report.counts[verdict] or "") for verdict in VERDICTS))
    console().print(table)
    if len(report.outcomes) < report.mutants:
        click.echo(f"These are {len(report.outcomes)} of {report.mutants} mutants.")
    noticed = f"Noticed by: {counted(report.killers)}." if report.killers else "Nobody noticed any."
    click.echo(f"{noticed} There {'is 1 golden play' if plays == 1 else f'are {plays} golden plays'}.")
    if not report.complete:
        click.echo("The world has more states than were looked at: what survives is found by plays, not by proof.")
    shown = report.survivors if survivors else report.survivors[:SHOWN]
    for outcome in shown:
        _show_survivor(outcome, path, name, report, survivors)
    if len(shown) < len(report.survivors):
        click.echo(f"… and {len(report.survivors) - len(shown)} more; --survivors has all.")
    least, most = report.bounds
    between = "" if least == most else f", between {percent(least)} and {percent(most)} with what is not known"
    click.echo("No mutant was judged." if report.score is None else f"Mutation score {percent(report.score)}{between}.")


def _show_survivor(outcome: Outcome, path: Path, name: str, report: Report, full: bool) -> None:
    m = outcome.mutant
    click.echo(f"{path.name}:{m.line}: {m.operator} in {safe(m.owner)}: {safe(m.description)}")
    if not full:
        return
    for line in m.diff.splitlines():
        click.echo(f"  {safe(line)}")
    telling = outcome.telling
    if telling is None:
        click.echo(f"  no play was found that shows it: {safe(outcome.because)}")
        return
    task = "" if telling.task is None else f' --task "{telling.task}"'
    pairs = "".join(f" -p {name}={str(value).lower()}" for name, value in report.params.items())
    click.echo(f"  noticed by: worldwright play {name}{pairs}{task} --seed {telling.seed}")
    for command in telling.commands:
        click.echo(f"    {safe(command)}")
    click.echo(f"    world:  {_one_line(telling.original)}")
    click.echo(f"    mutant: {_one_line(telling.mutant)}")


def _one_line(text: str) -> str:
    return safe(" / ".join(text.split("\n"))) or "(nothing)"


@contextmanager
def watched() -> Iterator[Tell]:
    """Shows on the error stream how many mutants are judged: a line that changes, or a line now and then."""
    out = console(error=True)
    if not out.is_terminal:
        last = time.monotonic()

        def log(done: int, whole: int, _: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= LOG_SECONDS:
                last = now
                click.echo(f"{done} of {whole} mutants judged", err=True)

        yield log
        return
    with out.status("making mutants") as status:
        yield lambda done, whole, _: status.update(f"{done} of {whole} mutants judged")
