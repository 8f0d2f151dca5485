"""Players of this machine: one that breaks, an interruption, a full disk: none of them loses anything."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.synthesize.orders import contents, order

from worldwright.cli import commands
from worldwright.diagnostics import WorldFault
from worldwright.players.player import Briefing, Heard
from worldwright.synthesize import local
from worldwright.synthesize.folder import REJECTED
from worldwright.synthesize.run import Progress, synthesize
from worldwright.synthesize.store import looked_at
from worldwright.verify.prove import prove


@dataclass
class Breaks:
    """A player that raises in its second turn if its seed is even."""

    briefing: Briefing

    def reply(self, heard: Heard | None) -> str:
        if heard is not None and self.briefing.seed % 2 == 0:
            raise LookupError(f"nothing at {id(self)}")
        return "Action: look"


def test_a_player_that_breaks_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted by its exact class; the store tells its author where; the record files hold no traceback."""
    monkeypatch.setattr(local, "maker", lambda *_: Breaks)
    result = synthesize(order(3, "expert", 0), tmp_path, prove, workers=1)
    assert result.complete
    assert result.kept == 0
    assert set(result.reasons) == {"crash: LookupError", "goal"}
    assert result.reasons.total() == 24
    assert "nothing at" not in (tmp_path / REJECTED).read_text("utf-8")
    with looked_at(tmp_path) as store:
        traces = list(store.traces())
    assert len(traces) == result.reasons["crash: LookupError"]
    assert "in reply" in traces[0][2]
    assert "LookupError: nothing at" in traces[0][2]


def test_classes_of_this_package_are_named_in_full() -> None:
    """Two classes of one name are told apart."""
    assert local.crash(KeyError("x")) == "crash: KeyError"
    assert local.crash(WorldFault("x")) == "crash: worldwright.diagnostics.WorldFault"


@pytest.mark.slow
def test_an_interruption_waits_for_what_is_at_work(tmp_path: Path) -> None:
    """With several processes, the first Ctrl-C begins nothing new and keeps what is nearly done."""
    seen: list[int] = []

    def tell(made: Progress) -> None:
        seen.append(made.done)
        if seen.count(1) == 1 == made.done:
            signal.raise_signal(signal.SIGTERM)

    result = synthesize(order(40), tmp_path, prove, workers=2, tell=tell)
    assert result.interrupted
    assert seen[-1] == result.done
    assert 1 < result.done <= 1 + 2 * local.AHEAD
    with looked_at(tmp_path) as store:
        assert len(store.done()) == result.done


def limited(size: int) -> None:
    """In a child: files may not grow beyond this size, as on a disk with little room."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


ARGUMENTS = ("synthesize", "pantry", "-n", "5", "--workers", "1", "--out")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_no_room_for_more(tmp_path: Path) -> None:
    """A write that fails is one line and exit code 1; with room again the run ends like an undisturbed one."""
    failed = subprocess.run(
        [sys.executable, "-m", "worldwright", *ARGUMENTS, str(tmp_path / "full")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: limited(120_000),
    )
    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1
    assert failed.stderr.startswith("worldwright: ")
    with looked_at(tmp_path / "full") as store:
        assert 0 < len(store.done()) < 5
    for name in ("full", "whole"):
        assert CliRunner().invoke(commands, [*ARGUMENTS, str(tmp_path / name)]).exit_code == 0
    assert contents(tmp_path / "full") == contents(tmp_path / "whole")
