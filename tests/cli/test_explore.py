"""`explore` and `prove` on the command line: forms, exit codes, and scripts that can be played."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands

BROKEN = """
world "Broken"
about "A door that nobody should open."
state door: shut | open = shut
action open_it
  say "open the door"
  need door = shut else "It is open."
  set door = open
  tell "It opens."
task enter "Open the door."
  goal door = open
never door = open "it stays shut"
"""


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_explore_as_a_table() -> None:
    """Counts, tasks, a plan, coverage."""
    result = run("explore", "pantry")
    assert result.exit_code == 0
    assert "12" in result.output and "take brass key" in result.output and "All of 5 actions" in result.output


def test_explore_as_json() -> None:
    """The promised keys, family parameters, classics by name, tasks with arguments."""
    data = json.loads(run("explore", "blocksworld", "-p", "blocks=4", "--json").output)
    assert {"states", "transitions", "depth", "goal_states", "dead_ends", "complete"} <= data.keys()
    assert (data["states"], data["depth"], data["dead_ends"], data["complete"]) == (125, 12, 0, True)
    assert data["params"]["blocks"] == 4
    named = json.loads(run("explore", "vending", "--task", "get(chocolate)", "--json").output)
    assert named["task"]["task"] == "get(chocolate)"
    same = json.loads(run("explore", "vending", "--task", "get", "-p", "s=chocolate", "--json").output)
    assert same["task"] == named["task"]


def test_explore_within_a_budget() -> None:
    """A partial answer is an answer, says what is not known, and ends with 3 as everywhere."""
    result = run("explore", "gripper", "-p", "balls=8", "--max-states", "2000")
    assert result.exit_code == 3
    assert "at least" in result.output and "Not known: the limit on states was reached" in result.output
    data = json.loads(run("explore", "gripper", "-p", "balls=8", "--max-states", "2000", "--json").output)
    assert data["complete"] is False and data["dead_ends"] is None
    result = run("explore", "store", "--max-states", "10")
    assert (
        "start states   at least 10" in result.output
        and "10 start states are known, and there are more" in result.output
    )


def test_wrong_use() -> None:
    """Exit code 2 with a hint."""
    for arguments in (["explore", "pantri"], ["explore", "pantry", "--task", "lunhc"], ["prove", "nowhere.world"]):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert "there is no" in result.output


def test_prove(tmp_path: Path) -> None:
    """0 where all is proved, 3 where a limit was reached, 1 with a script that `play` takes."""
    proved = run("prove", "pantry")
    assert proved.exit_code == 0
    assert "4 proved\nThe table leaves out 1 of them: that a task is not solved by doing nothing.\n" in proved.output
    assert run("prove", "eight_puzzle", "--max-states", "1000").exit_code == 3
    world = tmp_path / "broken.world"
    world.write_text(BROKEN, encoding="utf-8")
    result = run("prove", world)
    assert result.exit_code == 1
    assert "refuted" in result.output and "open the door" in result.output and "broken.world:12" in result.output
    proof = next(p for p in json.loads(run("prove", world, "--json").output) if p["answer"] == "refuted")
    script = tmp_path / "script"
    script.write_text("\n".join(proof["script"]["commands"]), encoding="utf-8")
    seed, task = str(proof["script"]["seed"]), proof["script"]["task"]
    played = run("play", world, "--script", script, "--seed", seed, "--task", task)
    assert played.exit_code == 0 and "It opens." in played.output


INTERRUPT = """
import os, signal, sys
from worldwright.cli import main, searching
deep = int(sys.argv.pop(1))

def log():
    def tell(progress):
        if progress.depth == deep:
            os.kill(os.getpid(), signal.SIGINT)
    return tell

searching._log = log
main(sys.argv[1:])
"""
"""The command line where Ctrl-C is pressed when a search is so many commands deep."""


def interrupted(deep: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What is left of a command."""
    program = [sys.executable, "-c", INTERRUPT, str(deep), *arguments]
    return subprocess.run(program, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_interrupted_in_the_middle() -> None:
    """What is known by then is printed, the rest is called unknown, and the exit code says what happened."""
    done = interrupted(9, "explore", "blocksworld", "-p", "blocks=10")
    assert done.returncode == 130, done.stderr
    assert "at least" in done.stdout and "it was interrupted: all states up to" in done.stdout
    assert "Stopping with what is known" in done.stderr and "Traceback" not in done.stderr
    done = interrupted(9, "prove", "blocksworld", "-p", "blocks=10")
    assert done.returncode == 130, done.stderr
    assert "unknown" in done.stdout and "it was interrupted" in done.stdout and "Traceback" not in done.stderr
