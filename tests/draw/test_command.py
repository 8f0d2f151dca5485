"""`worldwright draw`: what it writes, what it says, and how wrong use is explained."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands


def run(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(commands, ["draw", *map(str, arguments)])


def test_kinds_of_files(tmp_path: Path) -> None:
    """The file's ending chooses; every kind of picture can be written in every form."""
    for what in ("states", "lifecycle", "map"):
        for ending in (".svg", ".html", ".dot", ".graphml"):
            out = tmp_path / f"{what}{ending}"
            result = run("pantry", "--what", what, "--out", out)
            assert result.exit_code == 0, result.output
            assert str(out) in result.output
            text = out.read_text("utf-8")
            assert text.startswith(
                {".svg": "<svg", ".html": "<!DOCTYPE html>", ".dot": "digraph"}.get(ending, "<graphml")
            )
            if ending in (".svg", ".graphml"):
                ET.fromstring(text)


def test_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page named after the world and what is drawn, in the folder where one is."""
    monkeypatch.chdir(tmp_path)
    assert run("pantry").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["pantry-states.html"]


def test_a_recorded_play(run_folder: Path, tmp_path: Path) -> None:
    """From the run alone, by the texts beside it; or with the world's file."""
    out = tmp_path / "play.svg"
    result = run(run_folder, "--out", out)
    assert result.exit_code == 0, result.output
    first = out.read_text("utf-8")
    assert "The oak chest is locked." in first
    result = run("pantry", "--what", "trajectory", "--record", run_folder, "--line", "1", "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_text("utf-8") == first
    result = run("vending", "--record", run_folder, "--out", out)
    assert result.exit_code == 1
    assert "recorded in another world" in result.output
    result = run(run_folder, "--line", "2", "--out", out)
    assert result.exit_code == 2
    assert "has no line 2" in result.output
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n", encoding="utf-8")
    result = run(bad)
    assert result.exit_code == 1
    assert "no trajectory" in result.output


def test_collapse_splits_at_commas_outside_brackets(tmp_path: Path) -> None:
    """Slots and whole variables."""
    result = run("pantry", "--collapse", "at(apple), lid", "--out", tmp_path / "x.svg")
    assert result.exit_code == 0, result.output
    assert "those that agree on at(apple), lid(…) are one box" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pantry", "--out", "x.png"), "the name should end in .html, .svg, .dot, .graphml"),
        (("pantry", "--collapse", "nothing"), 'there is no variable "nothing" that changes'),
        (("pantry", "--what", "trajectory"), "name it with --record"),
        (("pantri",), 'did you mean "pantry"?'),
        (("store", "--what", "lifecycle"), "no action changes a variable with `change`"),
        (("vending", "--what", "map"), "there is no map to draw"),
        (("household", "--out", "x.dot"), "more than 2,000 states"),
    ],
)
def test_wrong_use_is_explained(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that helps, and no file."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.output.split())
    assert not list(tmp_path.iterdir())
