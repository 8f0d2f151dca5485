"""The command line: forms and exit codes that scripts rely on, and messages that help."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worldwright.cli import COMMANDS, commands
from worldwright.cli.progress import plain_log
from worldwright.shipped import shipped

PANTRY = shipped("worlds") / "pantry" / "pantry.world"
PROGRAM = [sys.executable, "-c", "from worldwright.cli import main; main()"]


def run(*arguments: str | Path, text: str | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], input=text)


def process(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as a user does."""
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches(name: str) -> None:
    """Every command explains itself with an example."""
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"worldwright {name}" in result.output


def test_help_lists_the_commands() -> None:
    """Each with what it is for; a name that is none is answered with the nearest; what a command does not need, such
    as an endpoint's client or a graph library, is not read."""
    listed = run("--help").output
    assert all(f"  {name} " in listed and about in listed for name, about in COMMANDS.items())
    wrong = run("explor")
    assert wrong.exit_code == 2 and 'did you mean "explore"?' in wrong.output
    code = "import sys\nfrom worldwright.cli import commands\ncommands(['explore', 'pantry'], standalone_mode=False)\n"
    unread = ("networkx", "openai", "hypothesis", "asyncio", "worldwright.synthesize")
    code += f"print([name for name in {unread} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# ---------------------------------------------------------------- check and fmt


def test_check(tmp_path: Path) -> None:
    """0 for a clean world, 1 with a caret for a faulty one, 2 for wrong use."""
    assert run("check", PANTRY).exit_code == 0
    bad = tmp_path / "bad.world"
    bad.write_text(PANTRY.read_text("utf-8").replace("lid(chest) = open", "lit(chest) = open"), encoding="utf-8")
    result = run("check", bad, PANTRY)
    assert result.exit_code == 1
    assert "^" in result.output
    assert "lid" in result.output
    found = json.loads(run("check", bad, "--json").output)
    assert {each["severity"] for each in found} >= {"error"}
    assert json.loads(run("check", PANTRY, "--json").output) == []
    assert run("check").exit_code == 2
    missing = run("check", tmp_path / "none.world")
    assert missing.exit_code == 2
    assert "there is no file" in missing.output


def test_fmt(tmp_path: Path) -> None:
    """--check tells, fmt does, and then there is nothing to tell."""
    path = tmp_path / "my.world"
    path.write_text('# mine\nworld    "x"\n\n\n\nobject a:Thing\ntype Thing\n', encoding="utf-8")
    before = path.read_bytes()
    assert run("fmt", "--check", path).exit_code == 1
    assert path.read_bytes() == before
    assert run("fmt", "--diff", path).output.startswith("---")
    assert run("fmt", path).exit_code == 0
    assert "# mine" in path.read_text("utf-8")
    assert run("fmt", "--check", path).exit_code == 0
    path.write_text("world [", encoding="utf-8")
    assert run("fmt", path).exit_code == 1
    assert path.read_text("utf-8") == "world ["


# ---------------------------------------------------------------- worlds and show


def test_worlds() -> None:
    """All shipped worlds are listed, as a table and as JSON."""
    names = sorted(path.stem for path in shipped("worlds").rglob("*.world") if path.parent.name != "std")
    assert len(names) >= 8
    table = run("worlds").output
    assert all(name in table for name in names)
    assert [world["name"] for world in json.loads(run("worlds", "--json").output)] == names


def test_show(run_folder: Path) -> None:
    """A world's tasks and actions; a run's table and a record to read."""
    assert "unlock {b} with {k}" in run("show", "pantry").output
    assert json.loads(run("show", PANTRY, "--json").output)["tasks"][0]["name"] == "lunch"
    assert "pantry" in run("show", run_folder).output
    assert "The oak chest is locked." in run("show", run_folder, "--sample", "1").output
    assert json.loads(run("show", run_folder, "--json").output)[0]["trajectories"] == 1
    assert run("show", run_folder, "--sample", "2").exit_code == 2


# ---------------------------------------------------------------- play


def test_play_a_script(tmp_path: Path) -> None:
    """Commands are echoed and answered; comments are passed over; it ends with exit code 0."""
    script = tmp_path / "script.txt"
    script.write_text("# first\n\nopen chest\nlook\nquit\ntake key\n", encoding="utf-8")
    result = run("play", "pantry", "--task", "lunch", "--seed", "3", "--script", script)
    assert result.exit_code == 0
    assert "> open chest\nThe oak chest is locked.\n> look\n" in result.output
    assert "take key" not in result.output
    assert result.output.endswith("(Stopped after 2 steps, progress 0%)\n")
    assert (
        run("play", "pantry", "--seed", "3", "--script", "-", text="open chest\nlook\nquit\n").output == result.output
    )


def test_play_json() -> None:
    """Every line is JSON, and every command has one."""
    result = run("play", "pantry", "--script", "-", "--json", text="open chest\nsing\n")
    opening, *answers = [json.loads(line) for line in result.output.splitlines()]
    assert "opening" in opening
    assert [answer["kind"] for answer in answers] == ["precondition", "unknown_command"]


def test_the_game_master() -> None:
    """help, hint and undo answer without the world; following the hints reaches the goal."""
    lines = ["help", "undo", "look", "undo"]
    result = run("play", "pantry", "--script", "-", text="\n".join(lines))
    assert "There is nothing to take back." in result.output
    assert "Taken back." in result.output
    played: list[str] = []
    for _ in range(20):
        output = run("play", "pantry", "--script", "-", text="\n".join([*played, "hint"])).output
        if "Goal reached" in output:
            break
        played.append(output.rsplit("Try: ", 1)[1].splitlines()[0])
    assert "Goal reached" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("play", "pantri"), 'there is no world "pantri"; did you mean "pantry"?'),
        (("play", "nowhere/x.world"), "there is no file nowhere/x.world"),
        (("play", "pantry", "--task", "lunhc"), 'there is no task "lunhc"; did you mean "lunch"?'),
        (("play", "pantry", "--skin", "natual"), 'there is no skin "natual"; did you mean "natural"?'),
        (("play", "pantry", "--skin", "renamed:x"), "skin"),
        (("play", "pantry", "-p", "shelves"), "write it as name=value"),
        (("play", "pantry", "-p", "shelves=3"), 'there is no family parameter or task argument "shelves"'),
        (("play", "household", "-p", "copeis=3"), 'did you mean "copies"?'),
        (("play", "pantry", "--task", "lunch(apple)"), "lunch takes 0 arguments"),
        (("synthesize", "pantry", "--out", "x", "--player", "expret"), 'did you mean "expert"?'),
        (("synthesize", "pantry", "--out", "x", "--skins", "naturl"), 'did you mean "natural"?'),
        (("synthesize", "-p", "a=1", "--out", "x"), "name exactly one"),
        (("export", ".", "--to", "openia", "--out", "x"), "openai"),
        (("verify", "no/such/folder"), "does not exist"),
    ],
)
def test_wrong_use_is_explained(arguments: tuple[str, ...], message: str) -> None:
    """Wrong use exits with 2 and says what would be right."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())


def test_no_traceback_for_a_faulty_world(tmp_path: Path) -> None:
    """Every command that takes a world draws the diagnostics of a faulty one."""
    bad = tmp_path / "bad.world"
    bad.write_text('world "x"\nobject a: Thing\n', encoding="utf-8")
    for arguments in (("play", bad), ("show", bad), ("synthesize", bad, "--out", tmp_path / "out")):
        done = process(*arguments)
        assert done.returncode == 1
        assert "^" in done.stderr
        assert "Traceback" not in done.stderr + done.stdout


def test_a_family_parameter_out_of_range() -> None:
    """A value that the family does not have is a diagnostic, not a traceback."""
    done = process("play", "household", "-p", "copies=99", "--script", "-")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "copies" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_closed_pipe_is_no_error() -> None:
    """Whoever reads only the first line sees no traceback."""
    program = f"'{sys.executable}' -c 'from worldwright.cli import main; main()' show household --json | head -n 1"
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.stdout == "{\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    """Each shell gets its script."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_WORLDWRIGHT_COMPLETE" in result.output


def test_the_plain_log_says_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    """Not on a terminal: a line every ten seconds, with the time left."""
    times = iter([0.0, 5.0, 10.0, 12.0, 20.0])
    tell = plain_log(200, lambda: next(times))
    for done in (25, 50, 60, 100):
        tell(done, f"{done} verified")
    assert capsys.readouterr().err.splitlines() == [
        "25% done, 50 verified, 30 s left",
        "50% done, 100 verified, 20 s left",
    ]


# ---------------------------------------------------------------- verify and export


def test_verify(run_folder: Path, tmp_path: Path) -> None:
    """0 when all is proved, 1 with the place when anything is not, 1 when there is nothing."""
    result = run("verify", run_folder)
    assert result.exit_code == 0, result.output
    assert "1 of 1 records proved" in result.output
    assert run("verify", run_folder / "trajectories.jsonl").exit_code == 0
    assert json.loads(run("verify", run_folder, "--json").output)["faulty"] == []
    (tmp_path / "worlds").symlink_to(run_folder / "worlds")
    line = (run_folder / "trajectories.jsonl").read_text("utf-8")
    forged = tmp_path / "forged.jsonl"
    forged.write_text(line + line.replace("The oak chest is locked.", "The oak chest opens."), encoding="utf-8")
    result = run("verify", forged)
    assert result.exit_code == 1
    assert "line 2: replay: turns[0].feedback.text" in result.output
    assert "1 of 2 records proved" in result.output
    forged.write_text("", encoding="utf-8")
    assert run("verify", forged).exit_code == 1


def test_export(run_folder: Path, tmp_path: Path) -> None:
    """A training file from proved records; nothing at all from others."""
    out = tmp_path / "train.jsonl"
    result = run("export", run_folder, "--to", "openai", "--out", out)
    assert result.exit_code == 0, result.output
    assert len(out.read_text("utf-8").splitlines()) == 1
    (tmp_path / "worlds").symlink_to(run_folder / "worlds")
    forged = tmp_path / "forged.jsonl"
    forged.write_text((run_folder / "trajectories.jsonl").read_text("utf-8") + "{}\n", encoding="utf-8")
    other = tmp_path / "other.jsonl"
    result = run("export", forged, "--to", "openai", "--out", other)
    assert result.exit_code == 1
    assert not other.exists()
    result = run("export", forged, "--to", "openai", "--out", other, "--skip-faulty")
    assert "1 records written" in result.output
    assert "1 left out" in result.output
