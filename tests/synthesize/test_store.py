"""The store keeps what is committed, hands out what was put in, and believes nothing that it finds."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.synthesize.orders import jobs, order, result

from worldwright.models.ask import Answer, Message, Question, ToolCall, Usage
from worldwright.synthesize import store as stores
from worldwright.synthesize.database import StoreFailed
from worldwright.synthesize.done import merged
from worldwright.synthesize.store import Store, create, looked_at, opened

ORDER = order(4)
RECORD = '{"world":{"hash":"aa"},"task":{"name":"lunch","args":{}},"seed":3,"skin":"natural"}'
QUESTION = Question("m", (Message("user", "hello"),), 5, 0.0)
ANSWER = Answer("Thought: ü\nAction: look", ToolCall("1", "go", "{}"), "stop", Usage(100, 60, 7, 1), "m-2")


def filled(folder: Path) -> Path:
    """A store with two jobs and an answer."""
    create(folder, ORDER)
    with opened(folder) as store:
        notes = {"ended": {"goal": 1}, "cut": 2}
        store.finish(ORDER, jobs(ORDER)[2], result(2, RECORD, 2, siblings=("{1}", "{2}"), notes=notes))
        store.finish(ORDER, jobs(ORDER)[0], result(0, None, 3, notes=notes, traces=((1, "where\nit broke"),)))
        store.put("k", QUESTION, ANSWER)
    return folder / stores.NAME


def everything(store: Store) -> list[Any]:
    """All that can be read out of a store."""
    found: list[Any] = [store.arguments(), store.done(), store.counts(), store.used(), store.notes(), store.get("k")]
    return [*found, *store.kept(), *store.rejected(), *store.siblings(), *store.traces(), *store.worlds()]


def test_what_is_put_in_comes_out(tmp_path: Path) -> None:
    """Results come out in the jobs' order, whatever order they came in; counts and costs add up."""
    filled(tmp_path)
    with looked_at(tmp_path) as store:
        assert store.arguments() == ORDER.arguments()
        assert store.done() == {0, 2}
        assert list(store.kept()) == [RECORD]
        assert [line[:21] for line in store.rejected()] == [
            f'{{"job":{j},"attempt":{a},' for j, a in [(0, 0), (0, 1), (0, 2), (2, 0), (2, 1)]
        ]
        assert list(store.siblings()) == ["{1}", "{2}"]
        assert list(store.traces()) == [(0, 1, "where\nit broke")]
        assert store.notes() == {"cut": 4, "ended": {"goal": 2}}
        assert store.counts().reasons == {"goal": 5}
        assert (store.used(), store.paid()) == (Usage(20, 8, 4, 2), Usage(100, 60, 7, 1))
        assert [bundle.hash for bundle in store.worlds()] == [ORDER.worlds[0].bundle.hash]
        answer = store.get("k")
        assert answer == ANSWER.again()
        assert store.get("another") is None


def test_attempts_are_keyed_by_all_that_decides_them(tmp_path: Path) -> None:
    """World, task, arguments, seed, skin, player, model, settings and attempt find an attempt."""
    path = filled(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT job, attempt FROM attempts WHERE world = ? AND task = 'lunch' AND args = '{}' AND seed = 101"
        key = (ORDER.worlds[0].bundle.hash,)
        query += " AND skin = 'natural' AND player = 'novice' AND model = '' AND settings = '{\"min_refines\":2}'"
        assert db.execute(query + " AND attempt = 1 ORDER BY job", key).fetchall() == [(0, 1), (2, 1)]


def test_nothing_is_doubled(tmp_path: Path) -> None:
    """A result that is there already stays as it is; so does an answer."""
    filled(tmp_path)
    with opened(tmp_path) as store:
        store.put("new", QUESTION, ANSWER)
        assert store.paid() == ANSWER.usage + ANSWER.usage
        with looked_at(tmp_path) as other:
            assert other.paid() == store.paid()
        before = everything(store)
        assert not store.finish(ORDER, jobs(ORDER)[0], result(0, RECORD, 1))
        store.put("k", QUESTION, Answer("other", None, "stop", Usage(1, 1, 1, 1), "m"))
        assert everything(store) == before


def test_a_result_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """When a part of a result cannot be kept, no part is."""
    filled(tmp_path)
    with opened(tmp_path) as store:
        before = everything(store)
        bad = result(1, None, 1, siblings=("fine", "\ud800"))  # no UTF-8
        with pytest.raises(UnicodeEncodeError):
            store.finish(ORDER, jobs(ORDER)[1], bad)
        assert everything(store) == before
        store.finish(ORDER, jobs(ORDER)[1], result(1))
        assert store.done() == {0, 1, 2}


def test_ctrl_c_between_any_two_lines(tmp_path: Path) -> None:
    """Wherever keeping a result is broken off, it is kept whole or not at all, and can be handed in again."""
    filled(tmp_path)
    job, broken = jobs(ORDER)[1], 0

    def broken_off(at: int) -> bool:
        """Hands in a result and interrupts it at a line of the store, counted from 1: whether it came to that."""
        lines = 0

        def trace(frame: FrameType, event: str, _: object) -> Any:
            nonlocal lines
            if frame.f_code.co_filename != stores.__file__:
                return None
            lines += event == "line"
            if event == "line" and lines == at:
                raise KeyboardInterrupt
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            store.finish(ORDER, job, result(1))
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(before)
        return False

    with opened(tmp_path) as store:
        while broken_off(broken + 1):
            broken += 1
            assert store.done() in ({0, 2}, {0, 1, 2})
            if 1 in store.done():
                break
        store.finish(ORDER, job, result(1))
        assert store.done() == {0, 1, 2}
    assert broken > 10


def test_reading_while_another_writes(tmp_path: Path) -> None:
    """Who looks sees what is committed, and makes nothing wait."""
    filled(tmp_path)
    with opened(tmp_path) as store:
        store.finish(ORDER, jobs(ORDER)[1], result(1))
        with looked_at(tmp_path) as other:
            assert other.done() == {0, 1, 2}
            store.finish(ORDER, jobs(ORDER)[3], result(3))
            assert other.done() == {0, 1, 2, 3}
            with pytest.raises(StoreFailed, match="cannot be written"):
                other.find("offers", {})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_reading_where_nothing_may_be_written(tmp_path: Path) -> None:
    """The store of a run that is over is read without making a file."""
    filled(tmp_path)
    tmp_path.chmod(0o500)
    with looked_at(tmp_path) as store:
        assert store.done() == {0, 2}
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON jobs BEGIN DELETE FROM answers; END", "its tables are others"),
        ("CREATE VIEW v AS SELECT 1", "its tables are others"),
        ("ALTER TABLE jobs ADD COLUMN more TEXT", "its tables are others"),
        ("DROP INDEX attempt", "its tables are others"),
        ("PRAGMA application_id = 7", "is no store of a run"),
        ("PRAGMA user_version = 9", "another version"),
        ("UPDATE jobs SET kept = x'00ff'", "a text in it is none"),
        ("UPDATE jobs SET kept = 'two' || char(10) || 'lines'", "a line in it is several"),
        ("UPDATE jobs SET notes = '['", "no JSON"),
        ("UPDATE jobs SET notes = replace(hex(zeroblob(100000)), '0', '[')", "no JSON"),
        ("UPDATE attempts SET rejected = '{}' WHERE job = 2", "has no fault"),
        ("UPDATE attempts SET rejected = '[]' WHERE job = 2", "has no fault"),
        ("UPDATE answers SET answer = '{}'", "an answer in it is none"),
        ("UPDATE answers SET answer = '[]'", "an answer in it is none"),
        ("UPDATE answers SET prompt = -5", "a count in it is none"),
        ("UPDATE answers SET prompt = 'many'", "a count in it is none"),
        ("UPDATE worlds SET texts = '{}'", "texts of a world in it are none"),
        ("UPDATE worlds SET texts = replace(texts, 'kitchen', 'bedroom')", "do not have their hash"),
        ("DELETE FROM facts", "no arguments"),
        ("UPDATE facts SET value = '[]'", "no arguments"),
        ("UPDATE jobs SET kept = CAST(x'c328' AS TEXT)", "decode"),
    ],
)
def test_what_is_no_store_is_refused(tmp_path: Path, damage: str, message: str) -> None:
    """A store from elsewhere brings no trigger, no view and no value that is not what it should be."""
    path = filled(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(damage)
    with pytest.raises(StoreFailed, match=message) as caught, opened(tmp_path) as store:
        everything(store)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"precious", b"SQLite format 3\0" + b"\xff" * 5000, None])
def test_what_is_no_database_is_refused(tmp_path: Path, data: bytes | None) -> None:
    """Any other file in the store's place is left alone; so is a folder."""
    path = tmp_path / stores.NAME
    path.mkdir() if data is None else path.write_bytes(data)
    with pytest.raises(StoreFailed), opened(tmp_path) as store:
        everything(store)
    assert data is None or path.read_bytes() == data


def test_a_journal_that_no_run_leaves(tmp_path: Path) -> None:
    """A journal would be played back into the store, or make SQLite look for other files."""
    path = filled(tmp_path)
    path.with_name("run.db-journal").write_bytes(b"anything")
    with pytest.raises(StoreFailed, match="journal"), opened(tmp_path):
        pass


def test_damage_anywhere_is_one_message(tmp_path: Path) -> None:
    """Bytes overwritten at random, ends cut off: what is read is data or StoreFailed, nothing else."""
    path = filled(tmp_path)
    whole = path.read_bytes()
    rng = random.Random(3)
    failed = 0
    for _ in range(60):
        damaged = bytearray(whole)
        if rng.random() < 0.3:
            del damaged[rng.randrange(len(damaged)) :]
        else:
            for _ in range(rng.choice((1, 4, 40))):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            with opened(tmp_path) as store:
                everything(store)
                store.finish(ORDER, jobs(ORDER)[3], result(3))
        except StoreFailed as error:
            failed += 1
            assert "\n" not in str(error)
        for log in tmp_path.glob("run.db-*"):
            log.unlink()
    assert failed > 20


def test_a_full_disk_loses_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is no more room, what was held back is given up, and the paid answer is kept after all."""
    create(tmp_path, ORDER)
    with opened(tmp_path) as store, store.reserve():
        reserve = tmp_path / stores.RESERVE
        assert reserve.stat().st_size == stores.RESERVED
        monkeypatch.setattr(store, "_db", Full(store._db, reserve))
        store.put("k", QUESTION, ANSWER)
        assert store.full
        assert not reserve.exists()
        assert store.get("k") == ANSWER.again()
        with pytest.raises(StoreFailed, match="the disk is full; what was done is kept"):
            store.finish(ORDER, jobs(ORDER)[0], result(0))
    with looked_at(tmp_path) as store:
        assert store.done() == frozenset()
        assert store.get("k") == ANSWER.again()


class Full:
    """A connection to a disk on which there is room for answers only once the reserve is gone."""

    def __init__(self, db: sqlite3.Connection, reserve: Path) -> None:
        self.db = db
        self.reserve = reserve

    def execute(self, query: str, *values: Any) -> Any:
        if query.startswith("INSERT") and (self.reserve.exists() or "jobs" in query):
            self.db.execute("PRAGMA max_page_count = 1")  # SQLite's own way to be out of room
            values = ((*values[0][:1], "x" * 100_000, *values[0][2:]),)
            try:
                return self.db.execute(query, *values)
            finally:
                self.db.execute("PRAGMA max_page_count = 1000000")
        return self.db.execute(query, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


def test_no_room_to_hold_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full at the start is said at the start, and leaves nothing."""
    create(tmp_path, ORDER)

    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stores.os, "fsync", no_room)
    with opened(tmp_path) as store, pytest.raises(OSError, match="No space"), store.reserve():
        pass
    assert not (tmp_path / stores.RESERVE).exists()


def test_notes_add_up() -> None:
    """Numbers are added, maps merged, anything else replaced; the order of merging numbers does not matter."""
    one, other = {"a": 1, "b": {"c": 2}, "d": "x"}, {"b": {"c": 3, "e": 1.5}, "d": "y"}
    assert merged(one, other) == {"a": 1, "b": {"c": 5, "e": 1.5}, "d": "y"}
    assert list(merged({"z": 1}, {"a": {"y": 1, "b": 2}})["a"]) == ["b", "y"]
    assert merged(merged({}, one), {"a": -1})["a"] == 0
