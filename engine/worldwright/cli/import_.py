"""`worldwright import`: worlds made from what other systems describe."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from ..bridges.pddl import import_pddl
from ..bridges.textworld import import_textworld
from ..diagnostics import WorldError
from ..report import render
from ..syntax.modules import SUFFIX, read_source
from ..synthesize.files import write_whole
from .shared import given_file, given_files, safe

PLACE = click.Path(path_type=Path)


def _one(_: click.Context, __: click.Parameter, name: str | None) -> Path | None:
    """The file that is named, if one is."""
    return None if name is None else given_file(name)


@click.group("import")
def import_() -> None:
    """Make worlds from what other systems describe.

    What cannot be taken over is named, with its line; nothing is left out silently.

    \b
    Examples:
      worldwright import pddl domain.pddl problem.pddl -o my.world
      worldwright import textworld game.json -o my.world
    """


@import_.command()
@click.argument("domain", metavar="DOMAIN", type=click.Path(), callback=_one)
@click.argument("problems", metavar="PROBLEM...", nargs=-1, required=True, type=click.Path(), callback=given_files)
@click.option(
    "--wording", metavar="FILE", type=click.Path(), callback=_one, help="Better English than can be guessed, in TOML."
)
@click.option("--strict", is_flag=True, help="Refuse what is warned of: arguments of other types than declared.")
@click.option("-o", "--out", type=PLACE, help="Where to write: a file, or for several worlds a folder.")
def pddl(domain: Path, problems: tuple[Path, ...], wording: Path | None, strict: bool, out: Path | None) -> None:
    """Make a world from a PDDL domain and a problem.

    Takes STRIPS, types, equality, negation, disjunction, quantifiers, conditional effects, derived predicates,
    constants and action costs. Problems that differ in their goals only become tasks of one world, others become
    worlds of their own.

    \b
    Examples:
      worldwright import pddl domain.pddl problem.pddl -o my.world
      worldwright import pddl domain.pddl p01.pddl p02.pddl -o worlds
      worldwright import pddl domain.pddl problem.pddl --wording words.toml
    """
    words = None if wording is None else read_source(wording)
    sources = [read_source(path) for path in (domain, *problems)]
    worlds = import_pddl(sources[0], sources[1:], words)
    warnings = dict.fromkeys(warning for world in worlds for warning in world.warnings)
    if warnings and strict:
        raise WorldError([replace(warning, severity="error") for warning in warnings], sources)
    if warnings:
        click.echo(render(warnings, sources, color=sys.stderr.isatty()), err=True)
    if out is None:
        if len(worlds) > 1:
            raise click.UsageError(f"these problems make {len(worlds)} worlds; name a folder for them with -o")
        click.echo(safe(worlds[0].text), nl=False)
    elif len(worlds) == 1 and not out.is_dir():
        write_whole(out, [worlds[0].text.removesuffix("\n")])
        click.echo(f"{out}: {_tasks(worlds[0].problems)}")
    else:
        out.mkdir(parents=True, exist_ok=True)
        for name, world in zip(_names([w.name for w in worlds]), worlds, strict=True):
            path = out / f"{name}{SUFFIX}"
            write_whole(path, [world.text.removesuffix("\n")])
            click.echo(f"{path}: {_tasks(world.problems)}")


@import_.command()
@click.argument("game", metavar="GAME.json", type=click.Path(), callback=_one)
@click.option("-o", "--out", type=PLACE, help="Where to write the world.")
def textworld(game: Path, out: Path | None) -> None:
    """Make a world from a TextWorld game.

    Takes the `.json` file that TextWorld writes beside each game: rooms, doors, containers, supporters, keys, food and
    recipes, quests with what wins and what loses them.

    \b
    Examples:
      worldwright import textworld game.json -o my.world
    """
    world = import_textworld(read_source(game))
    if out is None:
        click.echo(safe(world.text), nl=False)
        return
    write_whole(out, [world.text.removesuffix("\n")])
    wins = sum(quest.counts for quest in world.quests)
    click.echo(f"{out}: {wins} quest{'' if wins == 1 else 's'} to win")


def _names(names: list[str]) -> list[str]:
    """Names of files, none twice."""
    found: list[str] = []
    for name in names:
        number = 2
        own = name
        while own in found:
            own, number = f"{name}-{number}", number + 1
        found.append(own)
    return found


def _tasks(problems: tuple[str, ...]) -> str:
    return f"{len(problems)} task{'s' if len(problems) > 1 else ''} ({', '.join(problems)})"
