"""Instances by difficulty: only those of the bands that are asked for are played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands
from worldwright.compile.system import System
from worldwright.explore.difficulty import BANDS, difficulty
from worldwright.pipeline import load
from worldwright.synthesize.bands import chosen_from, in_bands, offered


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def band_of(system: System, record: dict[str, Any]) -> str | None:
    """The band of a record's instance, from its task, arguments and seed."""
    task, given, seed = record["task"]["name"], record["task"]["args"], record["seed"]
    atoms = {atom.name: number for number, atom in enumerate(system.world.atoms)}
    return difficulty(system, system.task(task, [atoms[name] for name in given.values()]), seed).band


@pytest.mark.parametrize("bands", [("easy",), ("medium", "hard")])
def test_only_the_bands_are_played(bands: tuple[str, ...], tmp_path: Path) -> None:
    """Every record is of an instance in one of the bands."""
    options = [part for band in bands for part in ("--band", band)]
    made = run("synthesize", "vending", "--out", tmp_path, "-n", "6", "--workers", "1", *options)
    assert made.exit_code == 0
    system = load("vending")
    records = [json.loads(line) for line in (tmp_path / "trajectories.jsonl").read_text("utf-8").splitlines()]
    assert len(records) == 6
    assert {band_of(system, record) for record in records} <= {*bands}
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["arguments"]["bands"] == list(bands)


def test_bands_with_commas_are_the_same_order(tmp_path: Path) -> None:
    """However bands are given, the run is the same and goes on."""
    first = run("synthesize", "vending", "--out", tmp_path, "-n", "2", "--workers", "1", "--band", "hard,medium")
    assert first.exit_code == 0
    again = run(
        "synthesize", "vending", "--out", tmp_path, "-n", "2", "--workers", "1", "--band", "medium", "--band", "hard"
    )
    assert again.exit_code == 0


def test_no_such_band(tmp_path: Path) -> None:
    """What is not there is said at once: unknown bands, worlds without an instance in a band."""
    wrong = run("synthesize", "pantry", "--out", tmp_path / "a", "--band", "hrad")
    assert wrong.exit_code == 2 and 'there is no band "hrad"; did you mean "hard"?' in wrong.output
    none = run("synthesize", "pantry", "--out", tmp_path / "b", "--band", "hard")
    assert none.exit_code == 2 and "no task was found to be hard" in none.output


def test_what_is_drawn_in_vain_is_replaced() -> None:
    """Where no drawn instance lies in the bands, the known one is taken; a task that has none is refused."""
    system = load("vending")
    bands = tuple(band for band in BANDS if offered(system, "supper", (band,)))
    others = tuple(band for band in BANDS if band not in bands)
    assert bands and others
    known = offered(system, "supper", bands)
    assert known is not None and in_bands(system, "supper", known, bands)
    assert chosen_from(system, "supper", [], bands) == known
    with pytest.raises(ValueError, match="supper offers no instance"):
        chosen_from(system, "supper", [known], others)
