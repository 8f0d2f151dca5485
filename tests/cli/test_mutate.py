"""`worldwright mutate`: the table, the survivors, JSON, exit codes, trouble."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands
from worldwright.mutate.mutant import OPERATORS

LAMP = """\
world "The Lamp"
about "It is dark."
state lamp: off | on = off
action switch
  say "switch on"
  need lamp = off else "It is on."
  set lamp = on
  tell "Click."
action look free
  say "look"
  if lamp = on then tell "Light." else tell "Dark." end
task light "Make light."
  goal lamp = on
  limit 5
"""


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    """A world without golden plays."""
    path = tmp_path / "lamp.world"
    path.write_text(LAMP, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_table_and_survivors(lamp: Path) -> None:
    """Counts by change, who noticed, the survivors where they stand, the score."""
    result = run("mutate", lamp)
    assert result.exit_code == 0
    assert "tell-drop" in result.output and "There are 0 golden plays." in result.output
    assert 'lamp.world:8: tell-drop in action switch: without `tell "Click."`' in result.output
    assert "Mutation score" in result.output
    assert "noticed by" not in result.output
    full = run("mutate", lamp, "--survivors").output
    assert '-  tell "Click."' in full
    assert f'  noticed by: worldwright play {lamp} --task "light" --seed 0\n    switch on\n' in full
    assert "    world:  Click. / You have done what you set out to do. / [ended: goal]\n" in full


def test_as_json(lamp: Path) -> None:
    """Counts, score, and every outcome with its diff and script; the same bytes again."""
    result = run("mutate", lamp, "--json")
    data = json.loads(result.output)
    assert data["mutants"] == data["judged"] == len(data["outcomes"])
    assert (
        data["killed"] + data["survived"] + data["equivalent"] + data["stillborn"] + data["unknown"] == data["judged"]
    )
    assert set(data["operators"]) <= set(OPERATORS)
    survivor = next(o for o in data["outcomes"] if o["verdict"] == "survived")
    assert survivor["diff"] and survivor["script"]["commands"] is not None
    assert run("mutate", lamp, "--json").output == result.output


def test_choosing_and_threshold(lamp: Path) -> None:
    """Some operators, some mutants; 1 below the threshold, 3 where unknown ones decide."""
    only = json.loads(run("mutate", lamp, "--only", "tell-drop", "--json").output)
    assert list(only["operators"]) == ["tell-drop"]
    few = run("mutate", lamp, "--max-mutants", "2")
    assert f"These are 2 of {json.loads(run('mutate', lamp, '--json').output)['mutants']} mutants." in few.output
    assert run("mutate", lamp, "--only", "tell-drop", "--threshold", "0.9").exit_code == 1
    assert run("mutate", lamp, "--only", "tell-drop", "--threshold", "0").exit_code == 0
    assert run("mutate", lamp, "--only", "tell-drop", "--max-seconds", "0", "--threshold", "0.9").exit_code == 3


def test_plays_from_a_folder(lamp: Path, tmp_path: Path) -> None:
    """Golden plays are found beside the world, or where --plays says; a stale one is named."""
    folder = tmp_path / "plays"
    folder.mkdir()
    good = "# task light\n# seed 0\n# skin natural\n\nIt is dark.\nMake light.\n> switch on\nClick.\n"
    good += "You have done what you set out to do.\n[ended: goal]\n"
    (folder / "on.play").write_text(good, encoding="utf-8")
    before, after = (json.loads(run("mutate", lamp, "--json", *more).output) for more in ((), ("--plays", folder)))
    assert after["survived"] < before["survived"] and after["killed_by"]["play"] >= 1
    lamp.with_name("old.play").write_text(good.replace("Click", "Clack"), encoding="utf-8")
    stale = run("mutate", lamp)
    assert stale.exit_code == 1 and "old.play:8: " in stale.output
    lamp.with_name("old.play").write_text("not a play", encoding="utf-8")
    assert run("mutate", lamp).exit_code == 1


def test_trouble(lamp: Path, tmp_path: Path) -> None:
    """Wrong use is 2, a faulty world is 1."""
    assert run("mutate", lamp, "--only", "everything").exit_code == 2
    assert run("mutate", tmp_path / "none.world").exit_code == 2
    assert run("mutate", lamp, "--plays", tmp_path / "nowhere").exit_code == 2
