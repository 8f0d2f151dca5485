"""docs/exports.md: its commands print what it says, and it tells of every format, template and snippet that there is.

Its Python is run where the trainers are installed: tests/export/trainers/test_trl.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.console import commands, matches, run

from worldwright.export.formats import FORMATS
from worldwright.export.snippets import TEMPLATES, axolotl, llama_factory

PAGE = Path(__file__).resolve().parents[2] / "docs" / "exports.md"


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 7
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"


def test_every_format_has_its_row() -> None:
    """With a file where it writes one, and a folder where it writes several."""
    rows = re.findall(r"^\| `([\w-]+)` \| a (file|folder) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [(name, "folder" if form.is_folder else "file") for name, form in FORMATS.items()]


def test_every_template_has_its_row() -> None:
    """The shipped families, and no others."""
    page = PAGE.read_text("utf-8")
    table = page[page.index("| template |") : page.index("<!-- run: trl -->")]
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == sorted(p.stem for p in TEMPLATES.glob("*"))


def test_configurations_are_those_that_are_written() -> None:
    """The YAML of the page is what stands in the files, but for their comments."""
    shown = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    files = [axolotl(["train"])["axolotl.yaml"], llama_factory(["train"])["v0.yaml"]]
    assert shown == [re.sub(r"^#.*\n", "", file, flags=re.MULTILINE) for file in files]
