"""docs/difficulty.md: its commands print what it says, its programs run, its thresholds are the engine's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.docs.console import commands, matches, run

from worldwright.explore import difficulty

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "difficulty.md").read_text("utf-8")


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    for command, promised in commands(PAGE):
        printed = run(command, tmp_path)
        lines = [line.rstrip() for line in printed.splitlines()]
        assert matches(promised, lines), f"$ {command}\n{printed}"


def test_the_programs_run() -> None:
    """The page's Python does what it says."""
    names: dict[str, Any] = {}
    for program in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(program, "difficulty.md", "exec"), names)
    assert names["measure"].farthest == 7


def test_the_thresholds() -> None:
    """The table of points is the engine's, and so are the bands' limits."""
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^`]+) \|$", PAGE.partition("## The bands")[2], re.MULTILINE))
    numbers = {name: [int(n) for n in re.findall(r"\d+", row)] for name, row in rows.items()}
    assert numbers == {
        "at_most": [*difficulty.POINTS_LENGTH],
        "needed": [*difficulty.POINTS_HIDDEN],
        "branching": [int(n) for n in difficulty.POINTS_BRANCHING],
        "dead_ends": [round(100 * n) for n in difficulty.POINTS_DEAD_ENDS],
    }
    assert (difficulty.MEDIUM, difficulty.HARD) == (2, 4)
