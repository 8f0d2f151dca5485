"""How far a search of the state graph is, and a person who stops it.

A line that changes on a terminal, a line now and then elsewhere. The first Ctrl-C asks the search to stop with what it
has; the second ends the program at once.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import click

from ..explore.budget import Progress, Tell
from ..startup import INTERRUPTED
from .progress import LOG_SECONDS
from .shared import console


def megabytes(number: int) -> int:
    """Bytes as whole MB."""
    return number // 1_000_000


@dataclass(slots=True)
class Watching:
    """Somebody at the terminal: is told of progress, and may have said stop."""

    tell: Tell
    interrupted: bool = False

    def stopped(self) -> bool:
        """Whether to stop with what there is."""
        return self.interrupted

    def leave(self, code: int = 0) -> None:
        """Ends the program with an exit code, if there is one: as one that was interrupted, if it was."""
        if self.interrupted or code:
            sys.exit(INTERRUPTED if self.interrupted else code)


@contextmanager
def watched() -> Iterator[Watching]:
    """Shows a search's progress on the error stream, and takes Ctrl-C for a wish to stop."""
    out = console(error=True)
    if not out.is_terminal:
        with _interruptible(Watching(_log())) as watching:
            yield watching
        return
    with (
        out.status("searching") as status,
        _interruptible(Watching(lambda progress: status.update(_line(progress)))) as watching,
    ):
        yield watching


@contextmanager
def _interruptible(watching: Watching) -> Iterator[Watching]:
    if threading.current_thread() is not threading.main_thread():  # only there a signal may be handled
        yield watching
        return
    before = signal.getsignal(signal.SIGINT)

    def stop(_: int, __: FrameType | None) -> None:
        watching.interrupted = True
        signal.signal(signal.SIGINT, before)
        click.echo("Stopping with what is known; once more to stop at once.", err=True)

    signal.signal(signal.SIGINT, stop)
    try:
        yield watching
    finally:
        signal.signal(signal.SIGINT, before)


def _log() -> Callable[[Progress], None]:
    last = 0.0

    def log(progress: Progress) -> None:
        nonlocal last
        if progress.seconds - last >= LOG_SECONDS:
            last = progress.seconds
            click.echo(_line(progress), err=True)

    return log


def _line(progress: Progress) -> str:
    rate = progress.states / progress.seconds if progress.seconds else 0
    return f"{progress.states:,} states, {progress.depth} commands deep, {rate:,.0f} states a second"
