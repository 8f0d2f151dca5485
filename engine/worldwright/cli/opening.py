"""The episode that a command's options ask for."""

from __future__ import annotations

from pathlib import Path

import click

from ..pipeline import load
from ..play.episode import Episode
from ..play.skins import NAMES as SKINS
from .shared import family, typed, unknown


def opened(path: Path, task: str | None, given: dict[str, str], seed: int, skin: str) -> Episode:
    """The episode that the options ask for. Raises usage errors that help."""
    names = family(path)
    system = load(path, {name: typed(value) for name, value in given.items() if name in names})
    arguments = {name: value for name, value in given.items() if name not in names}
    tasks = system.world.tasks
    asked = (task or "").partition("(")[0].strip()
    if asked and asked not in tasks:
        raise click.UsageError(unknown("task", asked, tasks))
    if skin.partition(":")[0] not in SKINS:
        raise click.UsageError(unknown("skin", skin, SKINS))
    chosen = asked or next(iter(tasks), None)
    slots = [] if chosen is None else [binder.name for binder in tasks[chosen].parameters]
    for name in arguments:
        if name not in slots:
            raise click.UsageError(unknown("family parameter or task argument", name, [*names, *slots]))
    missing = [name for name in slots if arguments and name not in arguments]
    if missing:
        raise click.UsageError(f"task {chosen} also takes {', '.join(missing)}: give all of its arguments, or none")
    try:
        return Episode(system, task, [arguments[name] for name in slots] if arguments else None, seed, skin)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
