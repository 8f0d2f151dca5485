"""Files that are whole or not there: written beside their place, then moved into it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each with a line end, so that `path` only ever holds the old file or the complete new one.

    A link is followed. What is there and is no ordinary file (a device, a pipe) is left alone: OSError.
    """
    with together(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line)
            file.write("\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def together(path: Path) -> Iterator[Path]:
    """A place beside `path` to write a file in, which takes its place if nothing goes wrong.

    Both the place and what a program may have left there are gone afterwards.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not an ordinary file, and only those are replaced", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with named(path, beside):
        beside.unlink(missing_ok=True)
        try:
            yield beside
            beside.replace(path)
            settle(path.parent)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def named(path: Path, beside: Path) -> Iterator[None]:
    """Trouble with a place beside a path is told as trouble with the path, which is the one that somebody named."""
    try:
        yield
    except OSError as error:
        if error.filename is None or not Path(error.filename).is_relative_to(beside):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def settle(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system lets a folder be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
