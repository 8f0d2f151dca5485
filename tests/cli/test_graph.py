"""`graph` on the command line: three formats, to a pipe or a file, and budgets that are refused in words."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from click.testing import CliRunner, Result

from worldwright.cli import commands


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_formats(tmp_path: Path) -> None:
    """The format is the one asked for, else that of the file's ending, else dot."""
    assert run("graph", "pantry").output.startswith("digraph {")
    data = json.loads(run("graph", "pantry", "--to", "json", "--refused", "2").output)
    assert len(data["nodes"]) == 12 and sum(node["goal"] for node in data["nodes"]) == 1
    assert sum(edge["refused"] for edge in data["edges"]) == 2 * 12
    out = tmp_path / "pantry.graphml"
    said = run("graph", "pantry", "--out", out, "--seed", "3")
    assert said.exit_code == 0 and "10 states, 78 commands" in said.output
    assert ET.parse(out).getroot().tag.endswith("graphml")
    odd = tmp_path / "pantry.txt"
    assert run("graph", "pantry", "--out", odd, "--to", "json").exit_code == 0
    assert json.loads(odd.read_text("utf-8"))["multigraph"] is True


def test_large_graphs_are_refused(tmp_path: Path) -> None:
    """With what to do; no file is left behind."""
    out = tmp_path / "vending.dot"
    said = run("graph", "vending", "--max-states", "100", "--out", out)
    assert said.exit_code == 3 and "more than 100 states" in said.output and "--max-states" in said.output
    assert not out.exists()
