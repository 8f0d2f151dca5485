"""What is to happen at Ctrl-C, and when the system asks a process to end."""

from __future__ import annotations

import signal
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


def interrupt() -> None:
    """What Ctrl-C does by itself."""
    raise KeyboardInterrupt
