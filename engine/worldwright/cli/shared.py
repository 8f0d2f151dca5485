"""What several commands share: naming worlds, parameters, and how things are said on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem
from rich.console import Console

from ..diagnostics import WorldError
from ..pipeline import find
from ..report import render, visible
from ..shipped import shipped
from ..spell import nearest
from ..syntax.modules import read_modules
from ..syntax.nodes import Param

Value = int | bool | str
LISTED = 20
PIPED = 120
UNKNOWN = 3
"""The exit code where a limit leaves an answer open."""


def shipped_worlds() -> dict[str, Path]:
    """The shipped worlds by name, in alphabetical order, the classic ones among them."""
    files = (path for path in shipped("worlds").glob("**/*.world") if path.parent.name == path.stem)
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def complete_world(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shell completion for WORLD: shipped names, and files."""
    names = [CompletionItem(name) for name in shipped_worlds() if name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


def world_path(name: str) -> Path:
    """The file that WORLD means: a path that exists, else a shipped world. Raises a usage error that helps."""
    if not name:
        raise click.UsageError("the name of the world is empty")
    path = Path(name)
    if path.is_file():
        return path
    worlds = shipped_worlds()
    if name in worlds:
        return worlds[name]
    if find(name).is_file():
        return find(name)
    if path.is_dir():
        raise click.UsageError(f"{name} is a folder; name the .world file in it")
    if path.suffix == ".world" or "/" in name:
        return given_file(name)
    raise click.UsageError(unknown("world", name, worlds) + " `worldwright worlds` lists them.")


def given_file(name: str) -> Path:
    """The file of a name that was given, to be read. Raises a usage error that says why it is none."""
    path = Path(name)
    if not name:
        raise click.UsageError("the name of a file is empty")
    if path.is_dir():
        raise click.UsageError(f"{name} is a folder; name a file in it")
    if not path.is_file():
        raise click.UsageError(f"{name} is not a regular file" if path.exists() else f"there is no file {name}")
    return path


def given_files(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[Path, ...]:
    """The files that an argument names."""
    return tuple(given_file(name) for name in names)


def world_name(path: Path) -> str:
    """The name a world goes by: its file's name without the ending."""
    return path.stem


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """'there is no task "lunhc"; did you mean "lunch"?'"""
    names = list(known)
    near = nearest(name, names)
    if near:
        return f'there is no {kind} "{visible(name)}"; did you mean "{near[0]}"?'
    known_text = f" There is: {', '.join(names)}." if names and len(names) <= LISTED else ""
    return f'there is no {kind} "{visible(name)}".{known_text}'


def safe(text: str) -> str:
    """Text from a world, an agent or a record, safe for a terminal: only line ends and printable characters."""
    return "\n".join(visible(line) for line in text.split("\n"))


def assignments(pairs: Iterable[str]) -> dict[str, str]:
    """`name=value` options as a map."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"-p {pair}: write it as name=value")
        if name.strip() in found:
            raise click.UsageError(f"-p {name.strip()} is given twice")
        found[name.strip()] = value.strip()
    return found


def typed(value: str) -> Value:
    """A family parameter's value as it was meant: a whole number, true or false, else a word."""
    if value in ("true", "false"):
        return value == "true"
    try:
        return int(value) if len(value) <= 12 else value
    except ValueError:
        return value


def family(path: Path) -> tuple[str, ...]:
    """The parameters that a world's file and its modules declare."""
    return tuple(
        each.name.text for part in read_modules(path) for each in part.tree.declarations if isinstance(each, Param)
    )


def console(error: bool = False) -> Console:
    """A console that is plain when piped, and then wide enough for every table."""
    out = Console(stderr=error, highlight=False)
    return out if out.is_terminal or "COLUMNS" in os.environ else Console(stderr=error, highlight=False, width=PIPED)


def problem(message: str) -> None:
    """Say on the error stream what is wrong."""
    click.echo(f"worldwright: {message}", err=True)


def show_diagnostics(error: WorldError) -> None:
    """Draw a faulty world's diagnostics on the error stream."""
    click.echo(render(error.diagnostics, error.sources, color=sys.stderr.isatty()), err=True)
