"""Ctrl-C, which reaches a whole process group: it ends a run in order, whatever the workers are at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from tests.synthesize.orders import jobs, order

from worldwright.synthesize.done import Done
from worldwright.synthesize.local import Crew
from worldwright.synthesize.signals import undisturbed
from worldwright.verify.prove import prove

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

BLOCKED = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def interrupted(folder: Path, after: float) -> None:
    """Interrupt the process group of a run, so many seconds after its folder is there, which is before its workers."""
    command = [
        sys.executable,
        "-m",
        "worldwright",
        "synthesize",
        "pantry",
        "gripper",
        "--out",
        str(folder),
        "-n",
        "500",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (folder / "run.json").exists():
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "Nothing is lost: the same command goes on." in said


@pytest.mark.slow
def test_ctrl_c_while_the_workers_begin(tmp_path: Path) -> None:
    """No worker has read its modules yet: none of them says anything, and the run ends with 130."""
    interrupted(tmp_path / "run", 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.0, 0.3, 0.6, 1.0, 3.0])
def test_ctrl_c_at_other_moments(tmp_path: Path, after: float) -> None:
    """The same at other moments of the workers' lives."""
    interrupted(tmp_path / "run", after)


def test_what_is_undisturbed_is_done_whole() -> None:
    """A signal takes effect at the end, once, and the process is then as it was."""
    handler, mask = signal.getsignal(signal.SIGINT), signal.pthread_sigmask(signal.SIG_BLOCK, [])
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("all of it")
    assert done
    assert signal.getsignal(signal.SIGINT) is handler
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == mask


def test_processes_that_begin_undisturbed_hear_no_ctrl_c() -> None:
    """They inherit it blocked; others do not."""
    command = [sys.executable, "-S", "-c", BLOCKED]
    with undisturbed():
        assert subprocess.check_output(command, text=True) == "True\n"
    assert subprocess.check_output(command, text=True) == "False\n"


def test_workers_that_died_are_not_waited_for() -> None:
    """After an interruption it does not matter why a worker is gone; what was done before is given."""
    asked = order(2)
    first, second = jobs(asked)
    crew = Crew(asked, prove, 2)
    for job in (first, second):
        crew._pending[Future()] = job
    done = Done(first.index, None, ())
    finished, broken = crew._pending
    finished.set_result(done)
    broken.set_exception(BrokenProcessPool("a worker died"))
    assert list(crew.remaining()) == [(first, done)]
    assert list(crew.remaining()) == []
