"""Verification finds and names whatever is wrong with a record, and proves what is right."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worldwright.synthesize.bundle import FORMAT, Bundle, Text, hash_of, load_bundle
from worldwright.synthesize.trajectory import Trajectory, canonical, digests
from worldwright.verify.files import texts_beside
from worldwright.verify.prove import MAX_BYTES, Find, verify
from worldwright.verify.verdict import Verdict


@pytest.fixture(scope="session")
def find(run_folder: Path) -> Find:
    """The texts beside the record."""
    return texts_beside(run_folder)


def places(verdict: Verdict) -> set[str]:
    """The places that a verdict names."""
    return {fault.place for fault in verdict.faults}


def changed(trajectory: Trajectory, change: Callable[[dict[str, Any]], None], resealed: bool = True) -> bytes:
    """The record's line after a change, with fitting digests unless a careless hand changed it."""
    parts = trajectory.model_dump(mode="json")
    change(parts)
    if resealed and isinstance(parts["turns"], list):
        parts["digests"] = digests(parts)
    return canonical(parts).encode()


def test_a_true_record_is_proved(trajectory: Trajectory, find: Find) -> None:
    """The scripted play is proved, with two refinements and all errors resolved."""
    verdict = verify(trajectory.line().encode(), find)
    assert verdict.faults == ()
    assert verdict.trajectory == trajectory
    assert verify(trajectory.line().encode() + b"\n", find).proved
    assert trajectory.outcome.refinements >= 2
    assert trajectory.outcome.recovery.met == 2
    assert trajectory.outcome.recovery.corrected == 1


def flipped(line: bytes, position: int, rng: random.Random) -> bytes:
    """The line with one byte changed."""
    other = rng.choice([byte for byte in range(256) if byte != line[position]])
    return line[:position] + bytes([other]) + line[position + 1 :]


def assert_flips_are_found(trajectory: Trajectory, find: Find, count: int, seed: int) -> None:
    """Whatever byte is changed to whatever, there is a fault and it names a place."""
    rng = random.Random(seed)
    line = trajectory.line().encode()
    for _ in range(count):
        position = rng.randrange(len(line))
        verdict = verify(flipped(line, position, rng), find)
        assert not verdict.proved, f"byte {position} changed and nothing was found"
        assert all(fault.place and fault.message for fault in verdict.faults)


def test_changed_bytes_are_found(trajectory: Trajectory, find: Find) -> None:
    """Hundreds of single changed bytes."""
    assert_flips_are_found(trajectory, find, 300, seed=1)


@pytest.mark.slow
def test_many_changed_bytes_are_found(trajectory: Trajectory, find: Find) -> None:
    """Thousands of single changed bytes."""
    assert_flips_are_found(trajectory, find, 2_000, seed=2)


def test_every_turn_is_watched(trajectory: Trajectory, find: Find) -> None:
    """A careless change of any field of any turn is named by its turn."""
    for index, turn in enumerate(trajectory.model_dump(mode="json")["turns"]):
        for field in turn:

            def change(parts: dict[str, Any], index: int = index, field: str = field) -> None:
                parts["turns"][index][field] = None

            verdict = verify(changed(trajectory, change, resealed=False), find)
            if turn[field] is not None:
                assert any(f"turns[{index}]" in place for place in places(verdict)), (index, field)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("turns.0.feedback.text", "The oak chest opens.", "turns[0].feedback.text"),
        ("turns.0.trained", True, "turns[0].trained"),
        ("turns.0.refined_by", 3, "turns[0].refined_by"),
        ("turns.0.refined", "corrected", "turns[0].refined"),
        ("turns.1.error", None, "turns[1].error"),
        ("turns.3.reason", "because", "turns[3].reason"),
        ("turns.3.state", "0" * 16, "turns[3].state"),
        ("turns.3.thought", "I know where the key is.", "turns[3].thought"),
        ("turns.3.command.args", {"x": "apple"}, "turns[3].command.args.x"),
        ("turns.3.feedback.reward", 0.25, "turns[3].feedback.reward"),
        ("turns.0.feedback.need.line", 1, "turns[0].feedback.need.line"),
        ("outcome.refinements", 9, "outcome.refinements"),
        ("outcome.success", False, "outcome.success"),
        ("opening", "You are in a cellar.", "opening"),
        ("instructions", "Do as you please.", "instructions"),
        ("world.title", "Another", "world.title"),
        ("world.text", "worlds/../../secret.json", "world.text"),
        ("engine.language", "0", "engine.language"),
    ],
)
def test_a_careful_forger_is_found(trajectory: Trajectory, find: Find, path: str, value: object, place: str) -> None:
    """A change with fitting digests is found by replaying, and the very field is named."""

    def change(parts: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        inner: Any = parts
        for step in steps:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        inner[last] = value

    verdict = verify(changed(trajectory, change), find)
    assert place in places(verdict)
    assert {fault.proof for fault in verdict.faults} <= {"replay"}


def test_a_missing_turn_and_an_extra_one(trajectory: Trajectory, find: Find) -> None:
    """Turns cannot be dropped, doubled or put in another order."""

    def drop(parts: dict[str, Any]) -> None:
        del parts["turns"][3]

    def double(parts: dict[str, Any]) -> None:
        parts["turns"].append(parts["turns"][-1])

    def swap(parts: dict[str, Any]) -> None:
        parts["turns"][0], parts["turns"][1] = parts["turns"][1], parts["turns"][0]

    for change in (drop, double, swap):
        assert not verify(changed(trajectory, change), find).proved
    assert f"turns[{len(trajectory.turns)}]" in places(verify(changed(trajectory, double), find))


def test_an_unfinished_play_is_no_proof(trajectory: Trajectory, find: Find) -> None:
    """More refinements than there are, are not proved."""
    verdict = verify(trajectory.line().encode(), find, min_refines=5)
    assert [fault.proof for fault in verdict.faults] == ["refinements"]


HOSTILE = [
    b"",
    b"\n",
    b"null",
    b"[]",
    b"{}",
    b"{" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b"\xff\xfe",
    b'"\\ud800"',
    b"1e999",
    b"9" * 100_000,
    b'{"format":"worldwright.trajectory/2"}',
    b'{"format":"worldwright.trajectory/3"}',
    b"x" * (MAX_BYTES + 10),
]


@pytest.mark.parametrize("line", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_hostile_lines_are_data(find: Find, line: bytes) -> None:
    """Whatever stands on a line, the verdict is a fault with a place, and no exception."""
    verdict = verify(line, find)
    assert not verdict.proved
    assert all(fault.place for fault in verdict.faults)


def test_hostile_values_are_data(trajectory: Trajectory, find: Find) -> None:
    """A record of the right form with senseless values is faulty, whatever they are."""
    for path, values in {
        "seed": [-1, 2**63, 2**200, True, 1.5, "1", None],
        "skin": ["", "nonsense", "renamed:x", "../natural"],
        "world.hash": ["", "0" * 64, "../../etc/passwd", "A" * 64],
        "world.params": [{"shelves": 3}, {"": ""}, {"a" * 1000: True}],
        "world.name": ["", "../x", "\x00", "x" * 100_000],
        "task.name": ["", "nothing", "lunch(", "x" * 100_000],
        "task.args": [{"x": "apple"}, {"": ""}],
        "turns": [[], None, [None]],
    }.items():
        for value in values:

            def change(parts: dict[str, Any], path: str = path, value: object = value) -> None:
                first, _, second = path.partition(".")
                if second:
                    parts[first][second] = value
                else:
                    parts[first] = value

            verdict = verify(changed(trajectory, change), find)
            assert not verdict.proved, (path, value)
            assert all(fault.place for fault in verdict.faults)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    ),
    st.sampled_from(sorted(Trajectory.model_fields)),
)
def test_any_value_anywhere(trajectory: Trajectory, find: Find, value: object, field: str) -> None:
    """Any JSON value in place of any part gives a verdict."""
    parts = trajectory.model_dump(mode="json")
    same = canonical(parts[field]) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    parts[field] = value
    line = json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()
    assert not verify(line, find).proved or same


def test_texts_are_believed_by_hash_only(trajectory: Trajectory, run_folder: Path, tmp_path: Path) -> None:
    """Missing, changed or exchanged texts are a fault; no path of the record is followed."""
    line = trajectory.line().encode()
    assert [fault.proof for fault in verify(line, texts_beside(tmp_path / "none.jsonl")).faults] == ["texts"]
    worlds = tmp_path / "worlds"
    worlds.mkdir()
    path = worlds / f"{trajectory.world.hash}.json"
    true = (run_folder / trajectory.world.text).read_text("utf-8")
    for text in (true.replace("oak", "elm"), "{}", "", "\x00", true[:-10], '{"format":' * 1000):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"."):
            load_bundle(trajectory.world.hash, tmp_path)
        assert {fault.proof for fault in verify(line, texts_beside(tmp_path / "x.jsonl")).faults} == {"texts"}
    path.write_text(true, encoding="utf-8")
    assert verify(line, texts_beside(tmp_path / "x.jsonl")).proved


def test_a_text_that_is_no_world(trajectory: Trajectory) -> None:
    """Texts with the right hash that are no world are a fault of the texts."""
    bundle = bundle_with_text('world "x" nonsense')

    def change(parts: dict[str, Any]) -> None:
        parts["world"]["hash"] = bundle.hash
        parts["world"]["text"] = f"worlds/{bundle.hash}.json"

    verdict = verify(changed(trajectory, change), lambda _: bundle)
    assert [fault.proof for fault in verdict.faults] == ["texts"]


def bundle_with_text(text: str) -> Bundle:
    """Texts that consist of one main source, with their hash."""
    unhashed = Bundle(format=FORMAT, hash="0" * 64, texts=(Text(name="", text=text),))
    return unhashed.model_copy(update={"hash": hash_of(unhashed)})
