"""Where the command line begins: Ctrl-C ends it in order even while its modules are still being read."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def main() -> None:
    """Run the command line on the program's arguments and exit."""
    try:
        with starting():
            cli = import_module(".cli", __package__)
        cli.main()
    except KeyboardInterrupt:
        _end()


@contextmanager
def starting() -> Iterator[None]:
    """Gets ready inside, by reading modules for instance. Ctrl-C ends the process there and then: nothing is begun yet,
    and an exception among half-read modules could be taken for another, or get lost.
    """
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: object) -> None:
    os.write(2, b"worldwright: interrupted\n")
    os._exit(INTERRUPTED)
