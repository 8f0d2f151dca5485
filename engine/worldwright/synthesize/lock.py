"""One process at a time works on a run's folder. The lock dies with its owner, however that ends."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NAME = "run.lock"
PATIENCE = 1.0
"""Seconds that a lock is waited for: somebody may just be looking whether it is held."""


class RunBusy(Exception):
    """Another process is at work on the folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds the lock of an existing folder. Raises RunBusy if another process does.

    SQLite's own lock on an empty file, because that is the same on every system and needs no tidying up: the operating
    system drops it when the process ends, also by SIGKILL. The file stays: removing it would let two owners in.
    """
    path = folder / NAME
    try:
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    except sqlite3.Error as error:
        raise _untakable(path, error) from error
    with closing(connection):
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if code_of(error) == sqlite3.SQLITE_BUSY:
                raise RunBusy(f"another process is at work on {folder}; wait for it, or stop it") from error
            raise _untakable(path, error) from error
        yield


def is_held(folder: Path) -> bool:
    """Whether a process is at work on the folder. A folder that was never locked is not made one."""
    path = folder / NAME
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=0, uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return code_of(error) == sqlite3.SQLITE_BUSY
    return False


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary code for an error; 0 for one that is not SQLite's own."""
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _untakable(path: Path, error: sqlite3.Error) -> OSError:
    return OSError(errno.EIO, f"the lock of the run cannot be taken: {error}", str(path))
