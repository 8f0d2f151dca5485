"""`worlds` on the command line: every world with how hard its tasks are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.worlds.listing import text

from worldwright.cli import commands
from worldwright.cli.listing import FILE, digest, listing
from worldwright.cli.shared import shipped_worlds
from worldwright.explore.difficulty import BANDS
from worldwright.pipeline import load_world
from worldwright.shipped import shipped


def test_the_list_is_kept_up_to_date() -> None:
    """Every world has an entry made from its present text: if not, `python -m tests.worlds.listing` makes it."""
    kept = {entry["name"]: entry["sources"] for entry in json.loads((shipped("worlds") / FILE).read_text("utf-8"))}
    assert kept == {name: digest(path) for name, path in shipped_worlds().items()}


@pytest.mark.slow
def test_what_is_kept_is_what_would_be_found() -> None:
    """The list, worked out anew, is the same to the letter."""
    assert (shipped("worlds") / FILE).read_text("utf-8") == text()


@pytest.mark.parametrize("broken", ["missing", "of another text"])
def test_without_the_list(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an entry is missing or of another text, the world is judged at once, with the same result."""
    (tmp_path / "pantry").mkdir()
    world = tmp_path / "pantry" / "pantry.world"
    source = (shipped("worlds") / "pantry" / "pantry.world").read_text("utf-8")
    expected = next(entry for entry in listing() if entry["name"] == "pantry")
    if broken == "of another text":
        entry = {**expected, "title": "Something else"}
        (tmp_path / FILE).write_text(json.dumps([entry]))
        source += "\n"
    world.write_text(source)
    monkeypatch.setattr("worldwright.cli.listing.shipped", lambda _: tmp_path)
    monkeypatch.setattr("worldwright.cli.listing.shipped_worlds", lambda: {"pantry": world})
    (found,) = listing()
    assert {**found, "sources": ""} == {**expected, "sources": ""}


@pytest.mark.slow
def test_bands_of_every_task() -> None:
    """Every task of every world has a sampled instance with its numbers, and one band; none is unsolvable."""
    result = CliRunner().invoke(commands, ["worlds", "--json"])
    assert result.exit_code == 0
    for world in json.loads(result.output):
        assert [task["name"] for task in world["tasks"]] == [*load_world(world["name"]).tasks]
        for task in world["tasks"]:
            (numbers,) = task["difficulty"]
            assert task["bands"] == [numbers["band"]] and numbers["band"] in BANDS
            assert numbers["at_most"] is None or 0 < numbers["at_least"] <= numbers["at_most"]
            assert numbers["needed"] <= numbers["hidden"] and not numbers["unsolvable"]
