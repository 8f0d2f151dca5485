"""`worldwright fmt`: write worlds in the one settled form."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from ..diagnostics import WorldError
from ..syntax.format import format_text
from ..syntax.modules import read_source
from ..synthesize.files import write_whole
from .shared import given_files, show_diagnostics


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(), callback=given_files)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if anything would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def fmt(files: tuple[Path, ...], only_check: bool, diff: bool) -> None:
    """Settle the spacing and line breaks of worlds. Comments stay, and so does the meaning.

    \b
    Examples:
      worldwright fmt my.world
      worldwright fmt --check worlds/*/*.world
    """
    changed = bad = False
    for path in files:
        try:
            source = read_source(path)
            formatted = format_text(source)
        except WorldError as error:
            show_diagnostics(error)
            bad = True
            continue
        if formatted == source.text:
            continue
        changed = True
        if diff:
            old, new = source.text.splitlines(keepends=True), formatted.splitlines(keepends=True)
            click.echo("".join(difflib.unified_diff(old, new, str(path), str(path))), nl=False)
        elif only_check:
            click.echo(f"{path} would change")
        else:
            write_whole(path, [formatted.removesuffix("\n")])
            click.echo(f"{path} formatted")
    sys.exit(1 if bad or (changed and (only_check or diff)) else 0)
