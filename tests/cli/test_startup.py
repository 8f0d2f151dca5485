"""The command line while it begins: it is up at once, and Ctrl-C ends it in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from importlib import metadata

import click
import pytest
from click.testing import CliRunner

import worldwright
from worldwright.cli import Commands, commands
from worldwright.startup import INTERRUPTED, main, starting

LIGHT = "import sys; import worldwright.startup; print(sorted(sys.modules.keys() & {'lark', 'click', 'pydantic'}))"
READING = """
import time
from worldwright.startup import starting
with starting():
    print("reading", flush=True)
    time.sleep(60)
"""


def test_it_begins_with_nothing_heavy() -> None:
    """Before Ctrl-C is heard, none of the libraries is read."""
    assert subprocess.check_output([sys.executable, "-c", LIGHT], text=True) == "[]\n"
    script = metadata.EntryPoint("worldwright", "worldwright.startup:main", "console_scripts")
    assert script.load() is main


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_while_modules_are_read() -> None:
    """One line and 130, no traceback."""
    process = subprocess.Popen(
        [sys.executable, "-c", READING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "worldwright: interrupted\n"
    assert process.returncode == INTERRUPTED


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_at_any_moment_of_the_start() -> None:
    """Whatever the command line is at: it ends with one line and 130, or is done."""
    for after in range(20):
        command = [sys.executable, "-X", "importtime", "-m", "worldwright", "prove", "pantry"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        while "worldwright.startup" not in process.stderr.readline():
            pass
        process.stderr.readline()  # the first module that is read by then
        time.sleep(after * 0.03)
        process.send_signal(signal.SIGINT)
        said = [line for line in process.communicate(timeout=60)[1].splitlines() if "import time" not in line]
        assert (process.returncode, said) in ((INTERRUPTED, ["worldwright: interrupted"]), (INTERRUPTED, []), (0, []))


def test_ctrl_c_is_an_exception_again_afterwards() -> None:
    """And it stays as it is where somebody else hears it, or where no signal comes."""
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with starting():
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with starting():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    reached = []

    def elsewhere() -> None:
        with starting():
            reached.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert reached == [before]


def test_all_that_the_package_gives_is_there() -> None:
    """Every public name, though it is read only when it is asked for; others are refused."""
    for name in worldwright.__all__:
        assert getattr(worldwright, name) is not None
        assert name in dir(worldwright)
    assert worldwright.World.__module__ == "worldwright.check.world"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = worldwright.nothing  # type: ignore[attr-defined]


def test_ctrl_c_at_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """It interrupts as everywhere; the end of the input is no interruption."""
    for raised, code in ((KeyboardInterrupt, INTERRUPTED), (EOFError, 1)):

        def ask(*_: object, error: type[BaseException] = raised) -> None:
            with monkeypatch.context() as patch:
                patch.setattr("click.termui.visible_prompt_func", lambda _: (_ for _ in ()).throw(error))
                click.confirm("Go on?")

        with monkeypatch.context() as patch:
            patch.setattr(Commands, "get_command", lambda *_: click.Command("ask", callback=ask))
            assert CliRunner().invoke(commands, ["ask"]).exit_code == code
