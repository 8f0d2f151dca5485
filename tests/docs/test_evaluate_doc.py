"""docs/evaluate.md: its commands print what it says, its program runs, its measures are those of the tables.

`python tests/docs/test_evaluate_doc.py` writes the output of its commands anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.docs.console import BLOCK, commands, matches, run
from tests.evaluate.plays import play

from worldwright.evaluate.measure import measures
from worldwright.evaluate.run import Column
from worldwright.evaluate.words import rows
from worldwright.models.ask import Usage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evaluate.md"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_measure_is_told_of() -> None:
    """The rows of the table, and no others."""
    column = Column("x", 1, 0, {}, measures([play(0, True)]), {}, None, (), Usage(), None, {})
    told = PAGE.read_text("utf-8").split("| measure | is |")[1].split("\n\n")[0]
    names = [row.name for row in rows(column) if not row.name.startswith("  ") and row.name != "episodes"]
    assert [name for name in names if f"`{name}`" not in told] == []
    listed = re.findall(r"^\| `([^`]+)`", told, re.MULTILINE)
    assert set(listed) <= set(names)


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) == 4
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"


@pytest.mark.slow
def test_the_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The page's Python holds as it stands."""
    (program,) = PROGRAM.findall(PAGE.read_text(encoding="utf-8"))
    exec(compile(program, str(PAGE), "exec"), {})
    assert "value=1.0" in capsys.readouterr().out


def anew(page: str) -> str:
    """The page with what its commands print now."""
    with TemporaryDirectory() as folder:

        def block(found: re.Match[str]) -> str:
            command = found.group(1).splitlines()[0].removeprefix("$ ")
            printed = "\n".join(line.rstrip() for line in run(command, Path(folder)).strip("\n").splitlines())
            return f"```console\n$ {command}\n{printed}\n```"

        return BLOCK.sub(block, page)


if __name__ == "__main__":
    PAGE.write_text(anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
