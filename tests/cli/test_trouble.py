"""Trouble with files is one clear message, and never a traceback; nothing that is no ordinary file is replaced."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from worldwright import limits
from worldwright.cli import main
from worldwright.export.folder import new_folder
from worldwright.synthesize import Trajectory
from worldwright.synthesize.files import write_whole


def run(*arguments: str | Path | int) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as end:
        main([str(a) for a in arguments])
    return int(end.value.code or 0)


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    """What is no ordinary file stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not an ordinary file"):
        write_whole(pipe, ["text"])
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """The file behind a link is written; the link stays."""
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write_whole(link, ["text"])
    assert link.is_symlink()
    assert target.read_text() == "text\n"


def test_trouble_is_told_of_the_place_that_was_named(tmp_path: Path) -> None:
    """Not of the place beside it where a file or a folder is written first."""
    place = tmp_path / ("x" * 253)
    with pytest.raises(OSError) as caught:
        write_whole(place, ["text"])
    assert (caught.value.filename, caught.value.errno) == (str(place), errno.ENAMETOOLONG)
    with pytest.raises(OSError) as caught, new_folder(place):
        pass
    assert caught.value.filename == str(place)
    other = tmp_path / "other"
    with pytest.raises(FileNotFoundError) as missing, new_folder(tmp_path / "export"):
        other.read_text()
    assert missing.value.filename == str(other)


def test_a_script_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A binary script gives one line."""
    script = tmp_path / "script"
    script.write_bytes(b"\xff\xfe\x00look")
    assert run("play", "pantry", "--script", script) == 1
    assert "not UTF-8" in capsys.readouterr().err


def test_a_folder_is_no_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is called a folder, a pipe no regular file, and no name no name."""
    pipe = tmp_path / "pipe.world"
    os.mkfifo(pipe)
    reading = (["check"], ["fmt"], ["play"], ["import", "pddl", "-"], ["import", "textworld"])
    for name, said in (
        (tmp_path, "is a folder"),
        (pipe, "is not a regular file"),
        ("/dev/null", "is not a regular file"),
        (tmp_path / "none.world", "there is no file"),
        ("", "is empty"),
    ):
        for command in reading:
            arguments = [name if each == "-" else each for each in command]
            assert run(*arguments, name) == 2
            assert said in capsys.readouterr().err


def test_a_member_of_a_family_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`-p` chooses which member `check` looks at."""
    world = tmp_path / "w.world"
    world.write_text(
        'world "W"\nparam top: 1..9 = 3\nstate level: 0..5 = 0\n'
        'action climb\n  say "climb"\n  need level < top else "That is high enough."\n'
        '  set level = level + 1\n  tell "Up to {level}."\ntask up "Climb."\n  goal level = 2\n'
    )
    assert run("check", world) == 0
    assert run("check", world, "-p", "top=8") == 1
    assert "level" in capsys.readouterr().out


def test_a_lost_record_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A record that was taken out of a run's file is a fault, though the others are proved."""
    out = tmp_path / "run"
    assert run("synthesize", "pantry", "--out", out, "-n", "3", "--workers", "1") == 0
    assert run("verify", out) == 0
    records = out / "trajectories.jsonl"
    lines = records.read_text("utf-8").splitlines(keepends=True)
    assert all(Trajectory.model_validate_json(line) for line in lines)
    records.write_text("".join(lines[:-1]), "utf-8")
    capsys.readouterr()
    assert run("verify", out) == 1
    assert "wrote 3 records, and there are 2" in capsys.readouterr().out


def test_a_run_has_its_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """More trajectories or plays than a run may have are refused before anything is planned, also as a product."""
    most = limits.RUN_JOBS
    assert run("synthesize", "pantry", "--out", tmp_path / "run", "-n", most + 1) == 2
    assert f"is not in the range 1<=x<={most}" in capsys.readouterr().err
    assert run("evaluate", "pantry", "--player", "expert", "-n", "99999999999") == 2
    assert f"is not in the range 1<=x<={most}" in capsys.readouterr().err
    assert run("evaluate", "pantry", "--player", "random", "-n", most, "--best-of", "2", "--skins", "natural,json") == 2
    assert "these are 4,000,000 plays, and 1,000,000 are the most" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
