"""docs/mutants.md: its commands print what it says, its program runs, its table is that of the operators.

`python tests/docs/test_mutants_doc.py` writes the table anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.console import commands, matches, run

from worldwright.mutate.mutant import OPERATORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mutants.md"
TABLE = re.compile(r"(?<=<!-- operators -->\n).*?(?=\nOnly the world's)", re.DOTALL)
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def table() -> str:
    """The operators as a table of the page."""
    rows = [f"| `{name}` | {what} |" for name, what in OPERATORS.items()]
    return "\n".join(["", "| change | what is done |", "|---|---|", *rows, ""])


def test_operators_are_in_the_table() -> None:
    """Every operator with what it does."""
    assert TABLE.findall(PAGE.read_text(encoding="utf-8")) == [table()]


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) == 3
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"


@pytest.mark.slow
def test_the_program_runs() -> None:
    """The page's Python holds as it stands."""
    (program,) = PROGRAM.findall(PAGE.read_text(encoding="utf-8"))
    exec(compile(program, str(PAGE), "exec"), {})


if __name__ == "__main__":
    PAGE.write_text(TABLE.sub(table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
