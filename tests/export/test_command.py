"""`worldwright export`: what it says, what it refuses, and that trouble leaves nothing behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import commands
from worldwright.export import parquet
from worldwright.export.commands import made_by
from worldwright.export.formats import FORMATS
from worldwright.synthesize.folder import RECORDS, SIBLINGS


def run(*words: object) -> Result:
    """The command with these words."""
    return CliRunner().invoke(commands, ["export", *map(str, words)])


def copied(folder: Path, to: Path) -> Path:
    """A copy of a run that may be changed."""
    shutil.copytree(folder, to)
    return to


def test_help_lists_every_format() -> None:
    """Each with its line, none broken by the width of the page."""
    printed = run("--help").output
    for name, form in FORMATS.items():
        assert f"{name} " in printed and form.summary in printed


def test_what_it_says(varied: Path, tmp_path: Path) -> None:
    """Records, examples, what was left out and why, and the longest example."""
    (varied_copy := copied(varied, tmp_path / "run")).joinpath(RECORDS).write_text(
        (varied / RECORDS).read_text("utf-8") + (varied / RECORDS).read_text("utf-8"), "utf-8"
    )
    out = tmp_path / "data"
    result = run(varied_copy, "--to", "trl", "--out", out, "--dedup", "exact", "--test-worlds", "kettle")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    count = len((varied / RECORDS).read_text("utf-8").splitlines())
    assert lines[0].startswith(f"{count} records written to {out}, {count} left out")
    assert "  test.jsonl: 4 examples" in lines
    assert f"  left out: {count}, the same actions as an earlier record" in lines
    longest = max(
        sum(len(message["content"]) for message in json.loads(line)["messages"])
        for side in ("train", "test")
        for line in (out / f"{side}.jsonl").read_text("utf-8").splitlines()
    )
    assert f"{longest:,} characters" in lines[-1]
    again = run(varied_copy, "--to", "trl", "--out", out, "--dedup", "exact", "--test-worlds", "kettle", "--json")
    told = json.loads(again.output)
    assert told["records"] == {"train": count - 4, "test": 4} and told["longest_characters"] == longest
    assert [world["name"] for world in told["worlds"]] == ["kettle", "pantry", "vending"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "trl", "--out", "x.jsonl"), "a folder of several files"),
        (("--to", "openai", "--out", "x.jsonl", "--test-share", "0.5"), "a folder of several files"),
        (("--to", "openai", "--out", "."), "is a folder: name a file"),
        (("--to", "openai", "--out", "d", "--test-worlds", "pantri"), 'did you mean "pantry"'),
        (("--to", "openai", "--out", "d", "--test-tasks", "pantry/lunhc"), 'did you mean "pantry/lunch"'),
        (("--to", "openai", "--out", "d", "--test-share", "0.1", "--test-worlds", "pantry"), "by itself"),
        (("--to", "openai", "--out", "d", "--split-by", "world"), "give both"),
        (("--to", "openai", "--out", "d", "--test-share", "1.5"), "1.5"),
        (("--to", "opnai", "--out", "d"), "openai"),
    ],
)
def test_wrong_use(
    words: tuple[str, ...], said: str, varied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear message, exit code 2, nothing written."""
    monkeypatch.chdir(tmp_path)
    result = run(varied, *words)
    assert result.exit_code == 2 and said in result.output.replace("\n", " "), result.output
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_had(varied: Path, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single world cannot be split, a share may be too small, pairs need other plays: 1, and nothing is written."""
    out = tmp_path / "data"
    result = run(run_folder, "--to", "openai", "--out", out, "--test-share", "0.5", "--split-by", "world")
    assert result.exit_code == 1 and "nothing would be left to train on" in result.output
    result = run(varied, "--to", "openai", "--out", tmp_path / "a.jsonl", "--max-share-per-world", "0.2")
    assert result.exit_code == 1 and "of 13 records of 3 worlds, no choice" in result.output
    result = run(run_folder, "--to", "preference", "--out", tmp_path / "p.jsonl")
    assert result.exit_code == 1 and "there is no siblings.jsonl beside the records" in result.output
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    result = run(varied, "--to", "parquet", "--out", out)
    assert result.exit_code == 1 and "pip install 'worldwright[parquet]'" in result.output
    assert not list(tmp_path.iterdir())


def test_faulty_records_and_siblings(varied: Path, tmp_path: Path) -> None:
    """A forged record or sibling stops the export and is named; with --skip-faulty it is left out and counted."""
    folder = copied(varied, tmp_path / "run")
    for file, line in ((RECORDS, "line 1: "), (SIBLINGS, f"{SIBLINGS}, line 1: ")):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace("oak chest", "elm chest", 1), "utf-8")
        result = run(folder, "--to", "preference", "--out", tmp_path / "p.jsonl")
        assert result.exit_code == 1 and line in result.output, result.output
        assert not (tmp_path / "p.jsonl").exists()
        (folder / file).write_text(text, "utf-8")
    (folder / SIBLINGS).write_text("nonsense\n" + text, "utf-8")
    result = run(folder, "--to", "preference", "--out", tmp_path / "p.jsonl", "--skip-faulty")
    assert result.exit_code == 0 and "  left out: 1, not proved" in result.output, result.output


def test_the_command_of_a_run(tmp_path: Path) -> None:
    """It makes the same run again; where an endpoint was is nobody's business, and nonsense is not believed."""
    assert made_by(tmp_path) == []
    words = ["synthesize", "pantry", "-n", "1", "--seed", "7", "--player", "expert", "--min-refines", "0"]
    words += ["--skins", "json", "--attempts", "3"]
    assert CliRunner().invoke(commands, [*words, "--out", str(tmp_path / "run")]).exit_code == 0
    (line,) = made_by(tmp_path / "run")
    assert line == f"worldwright {' '.join(words)} --out run"
    described = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    described["arguments"]["model"] = {
        "model": "m",
        "base_url": "http://10.0.0.1/v1",
        "best_of": 3,
        "token_budget": None,
    }
    (tmp_path / "run" / "run.json").write_text(json.dumps(described), "utf-8")
    (line,) = made_by(tmp_path / "run")
    assert "--model m --best-of 3" in line and "10.0.0.1" not in line and "token" not in line
    described["arguments"]["worlds"] = 3
    (tmp_path / "run" / "run.json").write_text(json.dumps(described), "utf-8")
    assert made_by(tmp_path / "run") == []
