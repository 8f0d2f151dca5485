"""Files that are whole or not there: written beside their place, then moved into it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each with a line end, so that `path` only ever holds the old file or the complete new one.

    A link is followed. What is there and is no ordinary file (a device, a pipe) is left alone: OSError.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not an ordinary file, and only those are replaced", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line)
                file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
