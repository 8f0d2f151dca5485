"""The fuzzer, short: the kept inputs, seeded faults, and a minute of search."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fuzz import run, targets
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.worker import CORPUS, Judge, seeds

from worldwright.play.episode import Episode

CORPUS_BYTES = 200_000


def judge(target: Target, folder: Path) -> Judge:
    """A judge with the limits of the search."""
    return Judge("tried", target, folder, targets.SECONDS, targets.MEGABYTES, 1.0)


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in ("world", "explore", "format")])
def test_kept_inputs(name: str, tmp_path: Path) -> None:
    """Every input of the corpus is answered, in time."""
    tried = judge(TARGETS[name], tmp_path)
    for data in seeds(name):
        tried.try_(data)
    assert tried.tried >= 1
    assert {what for what in tried.found.values() if not what.startswith("large")} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["world", "explore", "format"])
def test_kept_worlds(name: str, tmp_path: Path) -> None:
    """The same for the dearer ones."""
    test_kept_inputs(name, tmp_path)


def test_the_corpus_is_small() -> None:
    """It is kept in the repository, and every target has a part of it."""
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < CORPUS_BYTES


@pytest.mark.slow
def test_a_minute_of_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All targets share a minute, guided by coverage; nothing is found."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed: pip install 'worldwright[fuzz]'")
    assert run.main(["60", "--findings", str(tmp_path)]) == 0, capsys.readouterr().out


# ---------------------------------------------------------------- a fuzzer that finds nothing must be able to


def crash(data: bytes) -> None:
    """Breaks at one byte."""
    if b"\x00" in data:
        raise KeyError("a byte")


def spin(data: bytes) -> None:
    """Takes too long."""
    total = 0
    while b"slow" in data and total < 600_000:
        total += 1


@pytest.mark.parametrize(("target", "data", "found"), [(crash, b"a\x00b", "KeyError"), (spin, b"slow", "slow")])
def test_what_does_harm_is_found(
    target: targets.Callable[[bytes], None], data: bytes, found: str, tmp_path: Path
) -> None:
    """An undocumented exception and a slow input are kept, once, with the input; a harmless one is not."""
    tried = Judge("tried", Target(target), tmp_path, 0.05, targets.MEGABYTES, 1.0)
    tried.try_(b"fine")
    assert not tried.found
    tried.try_(data)
    tried.try_(data)
    assert [what.split()[0] for what in tried.found.values()] == [found]
    assert data in [path.read_bytes() for path in tmp_path.iterdir()]


def test_a_documented_exception_is_no_finding(tmp_path: Path) -> None:
    """What a target says that it raises may be raised."""
    tried = judge(Target(crash, (KeyError,)), tmp_path)
    tried.try_(b"\x00")
    assert not tried.found


def test_a_refusal_that_changes_something_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken engine: a refused command counts as a turn."""
    plain = Episode._refuse

    def broken(self: Episode, *given: object) -> object:
        self.turn += 1
        return plain(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Episode, "_refuse", broken)
    tried = judge(TARGETS["reply"], tmp_path)
    tried.try_(b"Thought: a\nAction: dance")
    assert any("a refusal changed something" in what for what in tried.found.values())


def test_a_worker_tells_what_it_found(tmp_path: Path) -> None:
    """A process of its own replays inputs and prints JSON."""
    command = [sys.executable, "-m", "tests.fuzz.worker", "run_json", "replay", "0", "1", str(tmp_path)]
    done = subprocess.run(
        [*command, *map(str, (CORPUS / "run_json").iterdir())], capture_output=True, text=True, check=True, cwd=run.ROOT
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["findings"] == [] and told["tried"] == 1


def test_changes_keep_to_the_length() -> None:
    """Inputs are made from others, never longer than allowed, and the same from the same number."""

    for number in range(200):
        one, other = (mutated(b'say "x" end', [b"a b", b""], ("tell",), random.Random(number), 50) for _ in range(2))
        assert one == other and len(one) <= 50
