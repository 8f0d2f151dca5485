"""`worldwright runs view`: where the page goes, what is said of it, and what is wrong otherwise."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.view.runs import in_folder, passed_on

from worldwright.cli import commands


def view(*arguments: str | Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(commands, ["runs", "view", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with its store."""
    return in_folder(tmp_path_factory.mktemp("runs") / "mine")


def test_a_page_is_made(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named after the run, in this folder; what the run's folder knows stands at its head."""
    monkeypatch.chdir(tmp_path)
    result = view(folder)
    assert (result.exit_code, result.output) == (0, "mine-view.html: 6 records of mine\n")
    text = Path("mine-view.html").read_text("utf-8")
    for fact in ("state</dt><dd>open", "player</dt><dd>novice", "done</dt><dd>2 of 3"):
        assert fact in text
    assert view(folder / "..", "--out", "x.html").exit_code == 2
    assert not Path("x.html").exists()


def test_records_that_were_passed_on(folder: Path, tmp_path: Path) -> None:
    """Without a store, and a file alone; the limit says what it leaves out."""
    files = passed_on(folder, tmp_path / "files")
    result = view(files, "--out", tmp_path / "deeper" / "a.html", "--limit", 1)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"{tmp_path / 'deeper' / 'a.html'}: 3 records of files",
        "the first 1 of 2 trajectories are shown; --limit shows more",
        "the first 1 of 3 rejected attempts are shown; --limit shows more",
    ]
    assert view(files / "trajectories.jsonl", "--out", tmp_path / "b.html").output.endswith(
        "2 records of trajectories.jsonl\n"
    )


def test_it_is_opened_where_that_is_wanted(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--open opens it and says so if there is no browser; a pipe does not; nor does --no-open."""
    opened: list[str] = []
    page = tmp_path / "a b.html"
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(opened.append(url)))
    assert len(view(folder, "--out", page).output.splitlines()) == 1
    assert len(view(folder, "--out", page, "--no-open").output.splitlines()) == 1
    assert opened == []
    assert "open the page in one" in view(folder, "--out", page, "--open").output
    assert opened == [page.as_uri()]


def test_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    """One message each, and no page."""
    files = passed_on(folder, tmp_path / "files")
    lines = files / "trajectories.jsonl"
    lines.write_bytes(lines.read_bytes() + b'{"\x1b[31m": 1}\n')
    (tmp_path / "taken").write_text("")
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "bin.jsonl").write_bytes(b"\x00\xff\n")
    for run, out, code, said in (
        (files, "a.html", 1, f"worldwright: line 3 of {lines} is not a record"),
        (tmp_path / "bin.jsonl", "a.html", 1, "bin.jsonl is not a record: Invalid JSON"),
        (tmp_path / "empty.jsonl", "a.html", 1, "empty.jsonl has no records to show"),
        (tmp_path / "nowhere", "a.html", 2, "does not exist"),
        (tmp_path, "a.html", 2, "there is no "),
        (folder, "taken/a.html", 1, "Error: "),
        (folder, "", 2, "is a directory"),
    ):
        result = view(run, "--out", tmp_path / out)
        assert (result.exit_code, said in result.output) == (code, True), result.output
        assert "\x1b" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert not (tmp_path / "a.html").exists()
