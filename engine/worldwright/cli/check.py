"""`worldwright check`: find the mistakes of worlds."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from ..check import check_report
from ..diagnostics import Diagnostic, WorldError
from ..report import render, to_json
from ..source import Source
from ..syntax.modules import read_modules
from .shared import Value, assignments, given_files, typed


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(), callback=given_files)
@click.option("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the worlds' family.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list of all diagnostics.")
def check(files: tuple[Path, ...], pairs: tuple[str, ...], as_json: bool) -> None:
    """Find the mistakes in worlds, all in one pass, each with its place and a hint.

    Exits with 0 if there are none, 1 if there are (warnings count), 2 if it was called wrongly.

    \b
    Examples:
      worldwright check my.world
      worldwright check worlds/*/*.world --json
      worldwright check my.world -p rooms=4
    """
    params = {name: typed(value) for name, value in assignments(pairs).items()}
    bad = False
    data = []
    for path in files:
        diagnostics, sources = examine(path, params)
        bad |= bool(diagnostics)
        if as_json:
            data.extend(to_json(diagnostics, sources))
        elif diagnostics:
            click.echo(render(diagnostics, sources, color=sys.stdout.isatty()), nl=False)
        else:
            click.echo(f"{path}: no mistakes")
    if as_json:
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    sys.exit(1 if bad else 0)


def examine(path: Path, params: Mapping[str, Value]) -> tuple[tuple[Diagnostic, ...], dict[str, Source]]:
    """All diagnostics of one member of a world's family, warnings included, and the sources they point into."""
    try:
        parts = read_modules(path)
    except WorldError as error:
        return error.diagnostics, error.sources
    _, diagnostics = check_report(parts, params)
    return diagnostics, {part.source.name: part.source for part in parts}
