"""How far a search of the state graph is: a line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..explore.budget import Progress, Tell
from .progress import LOG_SECONDS
from .shared import console


def megabytes(number: int) -> int:
    """Bytes as whole MB."""
    return number // 1_000_000


@contextmanager
def watched() -> Iterator[Tell]:
    """Shows a search's progress on the error stream."""
    out = console(error=True)
    if not out.is_terminal:
        last = 0.0

        def log(progress: Progress) -> None:
            nonlocal last
            if progress.seconds - last >= LOG_SECONDS:
                last = progress.seconds
                click.echo(_line(progress), err=True)

        yield log
        return
    with out.status("searching") as status:
        yield lambda progress: status.update(_line(progress))


def _line(progress: Progress) -> str:
    rate = progress.states / progress.seconds if progress.seconds else 0
    return f"{progress.states:,} states, {progress.depth} commands deep, {rate:,.0f} states a second"
