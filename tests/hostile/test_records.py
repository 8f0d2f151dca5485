"""Records, texts and run folders of another's making: data that can be wrong, and nothing more."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.hostile.apart import apart
from tests.timing import seconds

from worldwright import limits
from worldwright.cli import commands
from worldwright.play.episode import Episode, EpisodeState
from worldwright.synthesize.bundle import Bundle, Text, bundle_of, load_bundle, system_of
from worldwright.synthesize.database import StoreFailed
from worldwright.synthesize.folder import RECORDS
from worldwright.synthesize.recorder import Recorder
from worldwright.synthesize.store import NAME, looked_at
from worldwright.synthesize.trajectory import PlayerRef, Trajectory, canonical, digests
from worldwright.verify.files import texts_beside
from worldwright.verify.prove import MAX_BYTES, verify

ESCAPE = "\x1b]0;owned\x07\x9b2J\u202e"
"""What a terminal would obey: a title, a cleared screen, reordered text."""
ENDLESS = """
world "Endless"
state n: 0..9 = 0
action wait say "wait" set n = min(9, n + 1) tell "Time passes."
task t "Wait." goal n = 99 limit 100000
""".replace("n = 99", "n = 9 and n = 8")


def forged(record: Trajectory, path: str, value: Any, resealed: bool = True) -> bytes:
    """A record with one field changed, with digests that fit."""
    parts = record.model_dump(mode="json")
    *steps, last = path.split(".")
    inner: Any = parts
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    inner[last] = value
    if resealed:
        parts["digests"] = digests(parts)
    return canonical(parts).encode()


# ---------------------------------------------------------------- one byte


def flips(record: Trajectory, count: int, seed: int) -> Iterator[bytes]:
    """The record's line with one bit or one byte changed, at a place drawn at random."""
    choose = random.Random(seed)
    line = record.line().encode()
    for _ in range(count):
        at = choose.randrange(len(line))
        other = line[at] ^ 1 << choose.randrange(8) if choose.random() < 0.5 else choose.randrange(256)
        if other != line[at]:
            yield line[:at] + bytes([other]) + line[at + 1 :]


def assert_flips_are_named(record: Trajectory, folder: Path, count: int) -> None:
    """None of so many changes is proved, and each fault names its place."""
    find = texts_beside(folder)
    assert verify(record.line().encode(), find).proved
    for line in flips(record, count, seed=5):
        verdict = verify(line, find)
        assert not verdict.proved, line
        assert all(fault.place and fault.message for fault in verdict.faults)


def test_a_flipped_byte_is_named(trajectory: Trajectory, run_folder: Path) -> None:
    """A few hundred of them."""
    assert_flips_are_named(trajectory, run_folder, 200)


@pytest.mark.slow
def test_ten_thousand_flipped_bytes_are_named(trajectory: Trajectory, run_folder: Path) -> None:
    """Whatever single byte of a verified record changes to whatever, the record is proved no more."""
    assert_flips_are_named(trajectory, run_folder, 10_000)


# ---------------------------------------------------------------- what a record may say


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("world.name", "../../../../etc/passwd"),
        ("world.text", "../secret.json"),
        ("world.params", {"__import__('os')": 1}),
        ("task.name", "__import__('os').system('true')"),
        ("task.args", {"../x": "y"}),
        ("skin", "renamed:999999999999999999"),
        ("skin", "../natural"),
        ("engine.language", "../../x"),
        ("world.title", "{self.__class__}"),
    ],
)
def test_what_a_record_says_is_only_compared(trajectory: Trajectory, run_folder: Path, path: str, value: Any) -> None:
    """A field that looks like a path, a program or a template is a text that differs."""
    verdict = verify(forged(trajectory, path, value), texts_beside(run_folder))
    if path != "world.name":  # the name is the run's own to choose
        assert not verdict.proved
    json.dumps(verdict.to_json())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seed":', b'"seed":0,"seed":'),
        (b'"progress":', b'"progress":NaN,"x":'),
        (b'"reward":0.0', b'"reward":1e999'),
        (b'"reward":0.0', b'"reward":-0.0'),
        (b'"steps":', b'"steps":' + b"9" * 5_000),
        (b'"seed":', b'"seed":-'),
        (b'"thought":"', b'"thought":"\\ud800'),
        (b'"thought":"', b'"thought":"\xed\xa0\x80'),
        (b'"thought":"', b'"thought":"\x00'),
        (b'"params":{}', b'"params":{"n":' + b"9" * 4_300 + b"}"),
        (b'"params":{}', b'"params":{"n":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
        (b'"min_refines":', b'"min_refines":1e308,"min_refines":'),
        (b"{", b"\xef\xbb\xbf{"),
        (b"{", b" {"),
        (b"{", b"[{"),
    ],
)
def test_json_that_is_not_what_it_seems(trajectory: Trajectory, run_folder: Path, old: bytes, new: bytes) -> None:
    """Keys given twice, numbers that are none, halves of characters, byte order marks: a fault with a place each."""
    line = trajectory.line().encode()
    assert old in line
    verdict = verify(line.replace(old, new, 1), texts_beside(run_folder))
    assert not verdict.proved
    assert all(fault.place and fault.message for fault in verdict.faults)


def test_what_is_printed_is_safe_for_a_terminal(trajectory: Trajectory, run_folder: Path, tmp_path: Path) -> None:
    """Neither a proved record nor a faulty one makes a terminal do anything, and markup is only text."""
    (tmp_path / "worlds").symlink_to(run_folder / "worlds")
    lines = [
        forged(trajectory, "world.name", f"[/red][link=x]{ESCAPE}"),
        forged(trajectory, "world.params", {ESCAPE: 1}),
        forged(trajectory, "task.args", {ESCAPE: ESCAPE}),
        forged(trajectory, "turns.0.feedback.text", ESCAPE),
        forged(trajectory, "turns.0.feedback.text", ESCAPE, resealed=False),
        b'{"' + ESCAPE.encode() + b'": 1}',
        ESCAPE.encode(),
    ]
    (tmp_path / RECORDS).write_bytes(b"\n".join(lines) + b"\n")
    for command in (["verify"], ["show"], ["runs", "show"], ["runs", "stats"]):
        result = CliRunner().invoke(commands, [*command, str(tmp_path)])
        assert result.exception is None or isinstance(result.exception, SystemExit | OSError), command
        assert not set(result.output) & set("\x1b\x07\x9b\u202e"), command
    result = CliRunner().invoke(commands, ["verify", str(tmp_path)])
    assert result.exit_code == 1
    assert f"of {len(lines)} records proved" in result.output


# ---------------------------------------------------------------- the files beside it


def test_a_pipe_a_device_and_a_foreign_file_in_place_of_texts(tmp_path: Path) -> None:
    """Nothing hangs, nothing endless is read, and no word of a file that is something else is told."""
    (tmp_path / "secret").write_text('{"password": "hunter2"}', encoding="utf-8")
    (tmp_path / "worlds").mkdir()
    names = {"0" * 64: "/dev/zero", "1" * 64: tmp_path / "secret", "2" * 64: tmp_path, "3" * 64: "/dev/stdin"}
    for name, target in names.items():
        (tmp_path / "worlds" / f"{name}.json").symlink_to(target)
    os.mkfifo(tmp_path / "worlds" / f"{'4' * 64}.json")
    (tmp_path / "worlds" / f"{'5' * 64}.json").write_bytes(b"[" * 1_000_000)
    (tmp_path / "worlds" / f"{'6' * 64}.json").write_bytes(b" " * 9_000_000)
    (tmp_path / "worlds" / f"{'7' * 64}.json").write_bytes(b"\x1f\x8b\x08\x00" + b"\x00" * 1_000)
    for digit in range(8):
        with pytest.raises(ValueError, match="worlds/") as caught:
            load_bundle(str(digit) * 64, tmp_path)
        assert "hunter2" not in str(caught.value) and "password" not in str(caught.value)


def test_texts_that_are_several_things_at_once() -> None:
    """Two texts of one name, texts nobody uses, a NUL that moves the borders: another hash, or no world."""
    small = system_of(
        Bundle(format="worldwright.texts/1", hash="0" * 64, texts=(Text(name="", text=ENDLESS),)), "e", {}
    )
    true = bundle_of(small.world)
    record = Recorder("e", Episode(small, seed=1), PlayerRef(name="x", settings={}))
    record.reply("Thought: a\nAction: wait")
    line = record.trajectory().line().encode()
    assert verify(line, true).true
    for texts in (
        (*true.texts, Text(name="", text=ENDLESS)),
        (Text(name="", text="x"), *true.texts),
        (*true.texts, Text(name="unused", text="type T")),
        (Text(name="\0" + ENDLESS, text=""),),
        (Text(name="", text=ENDLESS + "\0"),),
        (),
    ):
        other = Bundle(format=true.format, hash=true.hash, texts=texts)
        assert not verify(line, other).true


def test_a_record_of_a_million_turns(run_folder: Path) -> None:
    """It is refused before any of them is looked at."""
    verdict = verify(b'{"turns":[' + b"{}," * 999_999 + b"{}]}", texts_beside(run_folder))
    assert [fault.proof for fault in verdict.faults] == ["form"]


LONG = """
from worldwright.synthesize.bundle import Bundle
from worldwright.verify.prove import verify
bundle = Bundle.model_validate_json(json.dumps(given["bundle"]))
line = Path(given["line"]).read_bytes()
measured("verified", lambda: [[f.proof, f.place] for f in verify(line, bundle).faults][:3])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a million turns", '{"turns":[' + ",".join(["{}"] * 1_000_000) + "]}"),
        ("a million names", '{"params":{' + ",".join(f'"{i}":null' for i in range(1_000_000)) + "}}"),
        (
            "many names, often",
            '{"turns":[' + ",".join(["{" + ",".join(f'"{i}":0' for i in range(900)) + "}"] * 900) + "]}",
        ),
        ("a million values", '{"turns":[{"x":[' + ",".join(["0"] * 1_000_000) + "]}]}"),
        ("longer than any", "[" * (MAX_BYTES + 1)),
        ("deep", "[" * (MAX_BYTES - 1)),
    ],
)
def test_records_that_are_too_much(name: str, line: str, run_folder: Path, tmp_path: Path) -> None:
    """They are refused in time and in memory, though every part of them is wrong."""
    path = tmp_path / name
    path.write_text(line, encoding="utf-8")
    found = apart(LONG, {"bundle": json.loads(load_any(run_folder)), "line": str(path)})["verified"]
    assert found.found[0][0] == "form"
    assert found.seconds < seconds(2)
    assert found.megabytes < 500


def load_any(folder: Path) -> str:
    """The texts of a run with one world."""
    return next((folder / "worlds").glob("*.json")).read_text("utf-8")


@pytest.mark.slow
def test_the_longest_record(tmp_path: Path) -> None:
    """A true record as long as a record may be: proved or refused in seconds and in memory."""
    system = system_of(
        Bundle(format="worldwright.texts/1", hash="0" * 64, texts=(Text(name="", text=ENDLESS),)), "e", {}
    )
    recorder = Recorder("e", Episode(system, seed=1), PlayerRef(name="x", settings={}))
    for _ in range(limits.RECORD_TURNS):
        recorder.reply("Thought: \nAction: wait")
    path = tmp_path / "long"
    path.write_text(recorder.trajectory().line(), encoding="utf-8")
    bundle = bundle_of(system.world)
    found = apart(LONG, {"bundle": bundle.model_dump(mode="json"), "line": str(path)})["verified"]
    assert found.found[0][0] == "goal"
    assert found.seconds < seconds(4)
    assert found.megabytes < 500


# ---------------------------------------------------------------- stores and saved plays


def test_a_store_of_anothers_making(tmp_path: Path) -> None:
    """Triggers, views, other tables, other applications, damaged pages: no store, and nothing of it runs."""
    path = tmp_path / NAME
    path.write_bytes((Path(__file__).parent.parent / "fuzz" / "corpus" / "store" / "small").read_bytes())
    with looked_at(tmp_path) as store:
        assert store.counts().jobs == 2
    good = path.read_bytes()
    for statement in (
        "CREATE TRIGGER t AFTER INSERT ON jobs BEGIN DELETE FROM jobs; END",
        "CREATE VIEW v AS SELECT load_extension('x')",
        "CREATE TABLE other (x)",
        "DROP TABLE answers",
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 99",
    ):
        path.write_bytes(good)
        with closing(sqlite3.connect(path)) as db:
            db.execute(statement)
            db.commit()
        with pytest.raises(StoreFailed), looked_at(tmp_path):
            pass
    choose = random.Random(3)
    for _ in range(60):
        at = choose.randrange(len(good) - 64)
        path.write_bytes(good[:at] + choose.randbytes(64) + good[at + 64 :])
        try:
            with looked_at(tmp_path) as store:
                store.counts()
                list(store.rejected())
                store.notes()
        except StoreFailed:
            continue


def test_a_saved_play_of_anothers_making() -> None:
    """What is no state of this world is refused when it is restored, not when it is played on."""
    small = system_of(
        Bundle(format="worldwright.texts/1", hash="0" * 64, texts=(Text(name="", text=ENDLESS),)), "e", {}
    )
    fields = Episode(small, seed=1).state.to_json()
    assert Episode.restore(small, EpisodeState.from_json(fields)).step("wait").accepted
    wrong: list[tuple[str, Any]] = [
        *(("state", value) for value in ("", "ff", "0000", "zz", 3, None)),
        *(("told", value) for value in ("-1", "f" * 1000, "x", 3)),
        *(("turn", value) for value in (-1, 10**30, "1", 1.5, True)),
        *(("steps", value) for value in (-1, 10**9, None)),
        *(("milestones", value) for value in (-1, 4)),
        *(("args", value) for value in (["x"], "x", [1], None)),
        *(("task", value) for value in ("no", 3)),
        *(("skin", value) for value in ("no", None)),
        *(("ended", value) for value in ("won", None)),
        *(("world", value) for value in ("x", 1)),
        *(("seed", value) for value in ("1", None)),
    ]
    for name, value in wrong:
        with pytest.raises(ValueError):
            Episode.restore(small, EpisodeState.from_json({**fields, name: value}))
    for strange in ({}, {**fields, "more": 1}, [], None):
        with pytest.raises(ValueError, match="not the state"):
            EpisodeState.from_json(strange)  # type: ignore[arg-type]
    save = Episode(small, seed=1)
    assert save.state.to_json() == fields
