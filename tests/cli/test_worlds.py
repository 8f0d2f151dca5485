"""`worlds` on the command line: every world with how hard its tasks are."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from worldwright.cli import commands
from worldwright.explore.difficulty import BANDS
from worldwright.pipeline import load_world


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
