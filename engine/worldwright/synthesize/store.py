"""The store of a run: one SQLite file, the single source of truth. The record files are written from it.

What is committed stays: SIGKILL at any moment loses at most what was not committed, and `synchronous=FULL` makes every
commit wait for the disk, so that a power cut does not take back what was paid for. (Measured: 500 to 2,000 commits a
second, by disk; a run makes a few dozen.) A job's result is one transaction, an answer of a model another, made before
anything uses it.

A store may come from elsewhere: it is data. Its tables must be, word for word, those of `database`, so it brings no
trigger and no view; every value is checked when it is read; whatever is wrong is one `StoreFailed`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models.ask import Answer, Question, Usage
from . import database
from .attempts import fault_class
from .bundle import Bundle, hash_of, read_bundle
from .database import StoreFailed, connected, disk_full, speaking
from .done import Done, merged
from .order import Order
from .plan import Job
from .trajectory import canonical

NAME = "run.db"
RESERVE = "run.reserve"
RESERVED = 4_000_000
"""Bytes held back while a model is asked, given up when the disk is full: the answers that are on their way by then
are paid for and must still be kept."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds. `reasons` counts the rejected attempts by class; `paid` is every answer, used or not."""

    jobs: int
    kept: int
    reasons: Counter[str]
    paid: Usage


class Store:
    """An open store. It is the cache of the run's model answers, too (`get`, `put`)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path
        self._paid: Usage | None = None
        self.full = False

    # ------------------------------------------------------------ what was asked for

    def arguments(self) -> dict[str, Any]:
        """The arguments of the run, as in run.json."""
        found = self.found("arguments")
        if not isinstance(found, dict):
            raise self._damaged("it has no arguments")
        return found

    def found(self, name: str) -> Any:
        """What was found out about the endpoint under this name, as JSON; None if nothing was."""
        row = self._row("SELECT value FROM facts WHERE name = ?", name)
        return None if row is None else self._parsed(row[0])

    def find(self, name: str, value: Any) -> None:
        """Keep what was found out about the endpoint, so that going on asks the same questions."""
        with self._speaking(), self._transaction():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, canonical(value)))

    # ------------------------------------------------------------ results

    def finish(self, order: Order, job: Job, done: Done) -> bool:
        """Keep what became of a job: all of it or, if anything fails, nothing.

        What is kept already stays as it is, and the answer is False.
        """
        chosen = order.worlds[job.world]
        model = "" if order.model is None else order.model.model
        settings = canonical(order.player_settings())
        usage = done.usage
        traces = dict(done.traces)
        rows: list[tuple[Any, ...]] = [
            (
                *(done.job, number, chosen.bundle.hash, entry["task"], canonical(entry["args"])),
                *(entry["seed"], entry["skin"], order.player, model, settings, entry["attempt"]),
                *(canonical(entry), traces.get(entry["attempt"])),
            )
            for number, entry in enumerate(done.rejected)
        ]
        if done.kept is not None:
            record = json.loads(done.kept)
            attempt = 1 + max((entry["attempt"] for entry in done.rejected), default=-1)
            task = record["task"]
            rows.append(
                (
                    *(done.job, len(rows), record["world"]["hash"], task["name"], canonical(task["args"])),
                    *(record["seed"], record["skin"], order.player, model, settings, attempt, None, None),
                )
            )
        with self._speaking(), self._transaction():
            inserted = self._db.execute(
                "INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?)",
                (done.job, done.kept, canonical(merged({}, done.notes)), *_columns(usage)),
            )
            if not inserted.rowcount:
                return False
            self._db.executemany("INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.executemany(
                "INSERT INTO siblings VALUES (?, ?, ?)",
                [(done.job, number, line) for number, line in enumerate(done.siblings)],
            )
        return True

    def done(self) -> frozenset[int]:
        """The numbers of the jobs that are done."""
        return frozenset(self._number(job) for (job,) in self._rows("SELECT job FROM jobs"))

    def kept(self) -> Iterator[str]:
        """The lines of the records that are kept, in the jobs' order."""
        for (line,) in self._rows("SELECT kept FROM jobs WHERE kept IS NOT NULL ORDER BY job"):
            yield self._line(line)

    def episodes(self) -> Iterator[tuple[int, str]]:
        """The same lines, each with the number of its job."""
        for job, line in self._rows("SELECT job, kept FROM jobs WHERE kept IS NOT NULL ORDER BY job"):
            yield self._number(job), self._line(line)

    def rejected(self) -> Iterator[str]:
        """The lines of rejected.jsonl, in the order of jobs and attempts."""
        for (line,) in self._rows("SELECT rejected FROM attempts WHERE rejected IS NOT NULL ORDER BY job, number"):
            yield self._line(line)

    def siblings(self) -> Iterator[str]:
        """The lines of siblings.jsonl, in the jobs' order."""
        for (line,) in self._rows("SELECT record FROM siblings ORDER BY job, number"):
            yield self._line(line)

    def traces(self) -> Iterator[tuple[int, int, str]]:
        """Job, attempt and traceback of every player that broke."""
        for row in self._rows("SELECT job, attempt, trace FROM attempts WHERE trace IS NOT NULL ORDER BY job, number"):
            yield self._number(row[0]), self._number(row[1]), self._text(row[2])

    def worlds(self) -> Iterator[Bundle]:
        """The texts of the run's worlds, by hash."""
        for (texts,) in self._rows("SELECT texts FROM worlds ORDER BY hash"):
            try:
                bundle = read_bundle(self._text(texts))
            except ValueError as error:
                raise self._damaged("the texts of a world in it are none") from error
            if hash_of(bundle) != bundle.hash:
                raise self._damaged("the texts of a world in it do not have their hash")
            yield bundle

    # ------------------------------------------------------------ sums

    def counts(self) -> Counts:
        """What the store holds by now."""
        jobs, kept = self._row("SELECT count(*), count(kept) FROM jobs") or (0, 0)
        reasons = Counter(fault_class(self._fault(line)) for line in self.rejected())
        return Counts(self._number(jobs), self._number(kept), reasons, self.paid())

    def paid(self) -> Usage:
        """What all answers cost, those of unfinished jobs too. Added up once, and then kept up to date by `put`."""
        if self._paid is None:
            self._paid = self._usage("answers")
        return self._paid

    def used(self) -> Usage:
        """What the answers that finished jobs used cost."""
        return self._usage("jobs")

    def notes(self) -> dict[str, Any]:
        """The notes of all jobs together."""
        found: dict[str, Any] = {}
        for (text,) in self._rows("SELECT notes FROM jobs ORDER BY job"):
            notes = self._parsed(text)
            found = merged(found, notes if isinstance(notes, dict) else {})
        return found

    # ------------------------------------------------------------ answers of a model

    def get(self, key: str) -> Answer | None:
        """The answer to a question that was asked before in this run."""
        row = self._row("SELECT answer FROM answers WHERE question = ?", key)
        if row is None:
            return None
        try:
            return Answer.from_json(self._parsed(row[0])).again()
        except (KeyError, TypeError) as error:
            raise self._damaged("an answer in it is none") from error

    def put(self, key: str, question: Question, answer: Answer) -> None:
        """Keep a paid answer. When the disk is full, what was held back is given up for it, and `full` is set."""
        try:
            self._put(key, question, answer)
        except StoreFailed as error:
            reserve = self._path.with_name(RESERVE)
            if not disk_full(error.__cause__) or not reserve.exists():
                raise
            reserve.unlink()
            self.full = True
            self._put(key, question, answer)

    def _put(self, key: str, question: Question, answer: Answer) -> None:
        row = (key, canonical(answer.to_json()), question.model, *_columns(answer.usage))
        with self._speaking(), self._transaction():
            inserted = self._db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount
        if inserted and self._paid is not None:
            self._paid += answer.usage

    @contextmanager
    def reserve(self) -> Iterator[None]:
        """Holds some room on the disk back for answers that are on their way when it fills up."""
        path = self._path.with_name(RESERVE)
        try:
            path.unlink(missing_ok=True)
            with path.open("xb") as file:
                file.write(os.urandom(RESERVED))  # random: a file system that compresses would hold nothing back
                file.flush()
                os.fsync(file.fileno())
            yield
        finally:
            path.unlink(missing_ok=True)

    # ------------------------------------------------------------ reading what may be anything

    def _row(self, query: str, *values: str) -> tuple[Any, ...] | None:
        with self._speaking():
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return found

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._speaking():
            rows = self._db.execute(query)
        while True:
            with self._speaking():
                row = rows.fetchone()
            if row is None:
                return
            yield row

    def _usage(self, table: str) -> Usage:
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in ("prompt", "cached", "completion", "calls"))
        return Usage(*(self._number(each) for each in self._row(f"SELECT {sums} FROM {table}") or ()))

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._damaged("a text in it is none")
        return value

    def _line(self, value: Any) -> str:
        line = self._text(value)
        if "\n" in line:
            raise self._damaged("a line in it is several")
        return line

    def _number(self, value: Any) -> int:
        if not isinstance(value, int) or value < 0:
            raise self._damaged("a count in it is none")
        return value

    def _parsed(self, value: Any) -> Any:
        try:
            return json.loads(self._text(value))
        except (ValueError, RecursionError) as error:
            raise self._damaged("it holds what is no JSON") from error

    def _fault(self, line: str) -> str:
        """The first fault of a rejected attempt."""
        entry = self._parsed(line)
        faults = entry.get("faults") if isinstance(entry, dict) else None
        if not isinstance(faults, list) or not faults or not isinstance(faults[0], str):
            raise self._damaged("a rejected attempt in it has no fault")
        return faults[0]

    def _damaged(self, what: str) -> StoreFailed:
        return StoreFailed(f"{self._path} is damaged: {what}")

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        with speaking(self._path):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing. Ctrl-C may come between any two steps, so one that was broken off can still be open."""
        try:
            self._roll_back()
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


# ---------------------------------------------------------------- opening


def create(folder: Path, order: Order) -> None:
    """Make the store of a run that has none. It is there whole or not at all."""
    bundles = {chosen.bundle.hash: chosen.bundle for chosen in order.worlds}
    worlds = [(name, canonical(bundle.model_dump(mode="json"))) for name, bundle in bundles.items()]
    database.create(folder / NAME, [("arguments", canonical(order.arguments()))], worlds)


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store of a run to go on with. Raises StoreFailed if there is something else in its place."""
    path = folder / NAME
    with connected(path, "mode=rw") as db:
        with speaking(path):
            db.execute("PRAGMA synchronous = FULL")
        yield Store(db, path)


@contextmanager
def looked_at(folder: Path) -> Iterator[Store]:
    """The store of a run to read, perhaps while another process works on it."""
    path = folder / NAME
    # Without a write-ahead log nobody is writing; then no file has to be made beside the store to read it.
    unlogged = not path.with_name(f"{NAME}-wal").exists()
    with connected(path, "immutable=1" if unlogged else "mode=ro") as db:
        yield Store(db, path)


def _columns(usage: Usage) -> tuple[int, int, int, int]:
    return usage.prompt, usage.cached, usage.completion, usage.calls
