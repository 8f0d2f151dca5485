"""The README's commands print what the README says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.docs.console import commands, matches, run

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_tour_prints_what_it_says(tmp_path: Path) -> None:
    """Every console block of the README, in order, in one folder."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    found = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(found) >= 5
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"
