"""docs/import.md: its commands print what it says, its files are the shipped ones, its program runs.

`python tests/docs/test_import_doc.py` writes the outputs anew.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from tests.docs.console import BLOCK, commands, matches, run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "import.md"
FILE = re.compile(r"<!-- file (\S+) -->\n```toml\n(.*?)```", re.DOTALL)


def prepared(folder: Path) -> Path:
    """A folder with the examples."""
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block, in order, in one folder."""
    folder = prepared(tmp_path)
    for command, promised in commands(PAGE.read_text("utf-8")):
        printed = run(command, folder)
        assert matches(promised, [line.rstrip() for line in printed.rstrip().splitlines()]), f"$ {command}\n{printed}"


def test_files_are_the_shipped_ones() -> None:
    """A file shown on the page is the one that ships."""
    found = FILE.findall(PAGE.read_text("utf-8"))
    assert found
    for name, text in found:
        assert (ROOT / name).read_text("utf-8") == text, name


def test_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's Python prints what its comment says."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, str(PAGE), "exec"), {})
    assert printed.getvalue().strip() == program.rpartition("# ")[2].strip()


def renewed(page: str) -> str:
    """The page with the outputs of today."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name))

        def block(match: re.Match[str]) -> str:
            lines = []
            for command, _ in commands(match[0]):
                lines += [f"$ {command}", *(line.rstrip() for line in run(command, folder).rstrip().splitlines())]
            return "```console\n" + "\n".join(lines) + "\n```"

        page = BLOCK.sub(block, page)
    return FILE.sub(lambda m: f"<!-- file {m[1]} -->\n```toml\n{(ROOT / m[1]).read_text('utf-8')}```", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8", newline="\n")
