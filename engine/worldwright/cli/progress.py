"""How far long work is: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from .shared import console

LOG_SECONDS = 10.0

Tell = Callable[[int, str], None]
"""Takes how much is done of the whole, and what there is to say about it."""


@contextmanager
def progress(whole: int) -> Iterator[Tell]:
    """Shows on the error stream how much of the whole is done."""
    out = console(error=True)
    if not out.is_terminal:
        yield plain_log(whole, time.monotonic)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("starting", total=whole)

        def tell(done: int, text: str) -> None:
            bar.update(task, completed=done, description=text)

        yield tell


def plain_log(whole: int, clock: Callable[[], float], before: int = 0) -> Tell:
    """Writes a line every ten seconds, with the time left. `before` of the whole were done before this began."""
    began = last = clock()

    def tell(done: int, text: str) -> None:
        nonlocal last
        now = clock()
        if now - last >= LOG_SECONDS and done > before:
            last = now
            left = (now - began) / (done - before) * (whole - done)
            click.echo(f"{done / whole:.0%} done, {text}, {left:.0f} s left", err=True)

    return tell
