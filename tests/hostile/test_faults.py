"""Seeded faults: broken copies of the engine, and the law of this folder that notices each."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.fuzz import targets
from tests.fuzz.targets import TARGETS
from tests.fuzz.worker import Judge
from tests.hostile import test_records, test_text, test_threads
from tests.soak.run import episode

from worldwright import limits
from worldwright.cli import verify as verify_command
from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.skins import Skin
from worldwright.synthesize import bundle, trajectory

Patch = pytest.MonkeyPatch
prove = import_module("worldwright.verify.prove")


def test_a_verify_that_overlooks_a_field(
    trajectory: trajectory.Trajectory, run_folder: Path, monkeypatch: Patch
) -> None:
    """Without digests and without looking at the opening, a flipped byte is proved: the law of flips notices."""
    plain = prove._differing

    def blind(one: Any, other: Any) -> Any:
        return ((place, a, b) for place, a, b in plain(one, other) if place != "opening")

    monkeypatch.setattr(prove, "_differing", blind)
    monkeypatch.setattr(prove, "_digest_faults", lambda _: [])
    with pytest.raises(AssertionError):
        test_records.assert_flips_are_named(trajectory, run_folder, 2_000)


def test_a_verify_that_believes_the_hash(
    trajectory: trajectory.Trajectory, run_folder: Path, monkeypatch: Patch
) -> None:
    """Texts that are not asked for their hash: the law of texts that are several things notices."""
    monkeypatch.setattr(bundle, "hash_of", lambda each: each.hash)
    monkeypatch.setattr(prove, "hash_of", lambda each: each.hash)
    monkeypatch.setattr(prove, "_differing", lambda *_: iter(()))
    with pytest.raises(AssertionError):
        test_records.test_texts_that_are_several_things_at_once()


def test_a_verify_that_prints_raw(
    trajectory: trajectory.Trajectory, run_folder: Path, tmp_path: Path, monkeypatch: Patch
) -> None:
    """Faults printed as they are: the law of terminals notices."""
    monkeypatch.setattr(verify_command, "safe", lambda text: text)
    with pytest.raises(AssertionError):
        test_records.test_what_is_printed_is_safe_for_a_terminal(trajectory, run_folder, tmp_path)


def test_a_parser_without_a_stack_limit(tmp_path: Path, monkeypatch: Patch) -> None:
    """Deep nesting reaches the later stages: the fuzzer's judge notices the exception that nothing documents."""
    text = ("define f = " + "(" * 3_000 + "not " * 1_000 + "true" + ")" * 3_000).encode()
    sound = Judge("sound", TARGETS["world"], tmp_path, targets.SECONDS, targets.MEGABYTES, 5.0)
    sound.try_(text)
    assert not sound.found
    monkeypatch.setattr(limits, "PARSER_STACK", 10**9)
    monkeypatch.setattr(limits, "NESTING_LEVELS", 10**9)
    broken = Judge("broken", TARGETS["world"], tmp_path, targets.SECONDS, targets.MEGABYTES, 5.0)
    broken.try_(text)
    assert any("RecursionError" in what for what in broken.found.values())


def test_a_reader_without_a_size_limit(monkeypatch: Patch) -> None:
    """A source of any length is read: the table of hostile texts notices the missing code."""
    text, code = test_text.texts()["ten megabytes of quotes"]
    monkeypatch.setattr(limits, "SOURCE_CHARACTERS", 10**9)
    monkeypatch.setattr(limits, "SOURCE_TOKENS", 100)
    with pytest.raises(targets.WorldError) as caught:
        targets.parse(targets.Source("broken", text[:10_000]))
    assert code not in [d.code for d in caught.value.diagnostics]


@pytest.mark.slow
def test_a_world_with_a_memory(monkeypatch: Patch) -> None:
    """A start that depends on how many there were: the law of threads notices."""
    plain, begun = System.start, [0]

    def counting(self: System, seed: int) -> bytes:
        begun[0] += 1
        return plain(self, seed + begun[0])

    monkeypatch.setattr(System, "start", counting)
    with pytest.raises(AssertionError):
        test_threads.test_threads_give_the_same_bytes("vending")


def test_a_skin_that_prints_what_it_cannot_read(monkeypatch: Patch) -> None:
    """A command that does not read back: the law of the soak notices."""
    systems = [load("pantry")]
    plain = Skin.__init__

    def broken(self: Skin, *given: Any) -> None:
        plain(self, *given)
        printed = self.print
        self.print = lambda command: printed(command) + " loudly and twice"  # type: ignore[assignment]

    monkeypatch.setattr(Skin, "__init__", broken)
    with pytest.raises(AssertionError):
        for number in range(20):
            episode(systems, 1, number)
