"""docs/exploring.md: its commands print what it says, and its programs run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.docs.console import commands, matches, run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "exploring.md"


def said(printed: str) -> list[str]:
    """Lines without the blanks that only pad a table."""
    return [line.rstrip() for line in printed.splitlines()]


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 12
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, said(printed)), f"$ {command}\n{printed}"


def test_the_programs_run() -> None:
    """The page's Python does what it says."""
    programs = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(programs) == 2
    names: dict[str, Any] = {}
    for program in programs:
        exec(compile(program, str(PAGE), "exec"), names)
    assert names["facts"]["refused"]


def test_the_table_of_speed_is_whole() -> None:
    """Every problem of the bench has its row, with a count of states that the bench holds."""
    bench = (ROOT / "tests" / "benchmarks" / "bench_explore.py").read_text("utf-8")
    counts = re.findall(r", ([\d_]+)\),$", bench, re.MULTILINE)
    rows = re.findall(r"^\| [^|]+ \| ([\d,]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [int(count) for count in counts] == [int(row.replace(",", "")) for row in rows]
