"""What is to happen at Ctrl-C, and when the system asks a process to end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDINGS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def signals(heard: Callable[[], object]) -> Iterator[None]:
    """Calls `heard` for each Ctrl-C and SIGTERM meanwhile. Outside the main thread, where no signal comes, nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(each, signal.signal(each, lambda *_: heard() and None)) for each in ENDINGS]
    try:
        yield
    finally:
        for each, handler in before:
            signal.signal(each, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """What is done here is done whole: a signal takes effect when it is over. Processes that begin here hear no Ctrl-C,
    which reaches the whole process group, from their first line on.
    """
    heard: list[bool] = []
    with signals(lambda: heard.append(True)), _blocked():
        yield
    if heard:
        interrupt()


@contextmanager
def _blocked() -> Iterator[None]:
    """Keeps Ctrl-C back, where that can be done: a process inherits it, whereas a handler is its own affair."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interrupt() -> None:
    """What Ctrl-C does by itself."""
    raise KeyboardInterrupt
