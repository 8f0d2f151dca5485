"""`plan` on the command line: scripts that play, what is said about them, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands

STUCK = """
world "Stuck"
about "A chest with its own key inside."
state chest: locked | open = locked
state key: bool = false
state rung: bool = false
action ring
  say "ring"
  set rung = not rung
  tell "It rings."
action take
  say "take the key"
  need chest = open else "The chest is locked."
  set key = true
  tell "You take it."
action open_it
  say "open the chest"
  need key else "You have no key."
  set chest = open
  tell "It is open."
task treasure "Open the chest."
  goal chest = open
"""


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("world", "options"),
    [
        ("pantry", ["--seed", "2"]),
        ("vending", ["--task", "get(chocolate)"]),
        ("cave", ["--task", "pay_the_troll", "--seed", "1"]),
        ("household", ["--task", "place", "--seed", "4"]),
        ("blocksworld", ["-p", "blocks=5"]),
    ],
)
def test_the_plan_can_be_played(world: str, options: list[str], tmp_path: Path) -> None:
    """What is printed, notes and all, is a script that reaches the goal, in as many steps as it says."""
    planned = run("plan", world, *options)
    assert planned.exit_code == 0
    assert planned.output.startswith("# A shortest plan: ")
    script = tmp_path / "plan.txt"
    script.write_text(planned.output, "utf-8")
    played = run("play", world, *options, "--script", script)
    assert "Goal reached" in played.output
    data = json.loads(run("plan", world, *options, "--json").output)
    lines = [line for line in planned.output.splitlines() if not line.startswith("#")]
    assert data["plan"]["commands"] == lines
    assert data["optimal"] and data["at_least"] == data["at_most"] <= len(lines)


def test_no_time_no_plan() -> None:
    """Without time nothing is claimed, and the exit code says that it is not known."""
    result = run("plan", "household", "--task", "pick_two", "-p", "copies=5", "--max-seconds", "0")
    assert result.exit_code == 3
    assert "No plan was found in time; any plan takes at least" in result.output


def test_no_plan_at_all(tmp_path: Path) -> None:
    """What cannot be done is said to be so, with exit code 1."""
    world = tmp_path / "stuck.world"
    world.write_text(STUCK, "utf-8")
    result = run("plan", world)
    assert (result.exit_code, result.output) == (1, "# There is no plan: the goal cannot be reached.\n")
    assert json.loads(run("plan", world, "--json").output)["unsolvable"] is True


def test_wrong_use(tmp_path: Path) -> None:
    """A world without a task has nothing to plan for; unknown tasks are named."""
    world = tmp_path / "idle.world"
    world.write_text(STUCK.partition("task ")[0], "utf-8")
    assert run("plan", world).exit_code == 2
    assert 'there is no task "lunhc"; did you mean "lunch"?' in run("plan", "pantry", "--task", "lunhc").output
