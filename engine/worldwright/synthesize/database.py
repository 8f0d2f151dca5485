"""The SQLite file of a run's store: its tables, how it is made, and how one that may be anything is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from .files import together
from .lock import code_of

APPLICATION = 0x57577274
"""Marks an SQLite file as a run's store."""

VERSION = 1
LONGEST = 64_000_000
"""Bytes of one value: four times the longest record."""

SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE worlds (hash TEXT PRIMARY KEY, texts TEXT NOT NULL);
CREATE TABLE jobs (
  job INTEGER PRIMARY KEY, kept TEXT, notes TEXT NOT NULL,
  prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL, calls INTEGER NOT NULL
);
CREATE TABLE attempts (
  job INTEGER NOT NULL, number INTEGER NOT NULL,
  world TEXT NOT NULL, task TEXT NOT NULL, args TEXT NOT NULL, seed INTEGER NOT NULL, skin TEXT NOT NULL,
  player TEXT NOT NULL, model TEXT NOT NULL, settings TEXT NOT NULL, attempt INTEGER NOT NULL,
  rejected TEXT, trace TEXT,
  PRIMARY KEY (job, number)
);
CREATE INDEX attempt ON attempts (world, task, args, seed, skin, player, model, settings, attempt);
CREATE TABLE siblings (job INTEGER NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (job, number));
CREATE TABLE answers (
  question TEXT PRIMARY KEY, answer TEXT NOT NULL, model TEXT NOT NULL,
  prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL, calls INTEGER NOT NULL
);
"""


class StoreFailed(Exception):
    """The store cannot be read or written. The message says what and what to do."""


def create(path: Path, facts: Iterable[tuple[str, str]], worlds: Iterable[tuple[str, str]]) -> None:
    """Make a store that holds these facts and worlds. It is there whole or not at all."""
    with together(path) as beside:
        for suffix in ("wal", "shm"):  # of a process that was killed right here
            beside.with_name(f"{beside.name}-{suffix}").unlink(missing_ok=True)
        with speaking(path), closing(sqlite3.connect(beside, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = MEMORY")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(f"BEGIN; {SCHEMA}")
            db.executemany("INSERT INTO facts VALUES (?, ?)", facts)
            db.executemany("INSERT INTO worlds VALUES (?, ?)", worlds)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")


@contextmanager
def connected(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is a run's store and nothing else."""
    if path.with_name(f"{path.name}-journal").exists():
        raise StoreFailed(f"{path} has a journal beside it that no run leaves; it is not touched")
    with speaking(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", timeout=10, isolation_level=None, uri=True)
    with closing(connection):
        with speaking(path):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            for setting in ("trusted_schema = OFF", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {setting}")
            application, version = (
                connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
            if application != APPLICATION:
                raise StoreFailed(f"{path} is no store of a run")
            if version != VERSION:
                raise StoreFailed(f"{path} was made by another version of Worldwright (store {version}, not {VERSION})")
            if _schema(connection) != _expected():
                raise StoreFailed(f"{path} is no store of a run: its tables are others")
            if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise StoreFailed(f"{path} is damaged: {' '.join(str(verdict).split())}")
        yield connection


def _schema(connection: sqlite3.Connection) -> list[Any]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


@lru_cache(maxsize=1)
def _expected() -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA)
        return _schema(db)


# ---------------------------------------------------------------- trouble


def disk_full(error: BaseException | None) -> bool:
    """Whether this is how SQLite says that the disk is full."""
    return isinstance(error, sqlite3.Error) and code_of(error) == sqlite3.SQLITE_FULL


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into one message."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise StoreFailed(f"{path}: it is damaged: a text in it is no UTF-8") from error
    except sqlite3.Error as error:
        known = {
            sqlite3.SQLITE_FULL: "the disk is full; what was done is kept, and the same command goes on",
            sqlite3.SQLITE_CORRUPT: "it is damaged",
            sqlite3.SQLITE_NOTADB: "it is no store of a run",
            sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
            sqlite3.SQLITE_READONLY: "it cannot be written to",
            sqlite3.SQLITE_BUSY: "another program has it locked",
        }
        raise StoreFailed(f"{path}: {known.get(code_of(error), str(error))}") from error
