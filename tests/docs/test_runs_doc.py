"""docs/runs.md: its commands print what it says, and it tells of every key and filter of the page.

`python tests/docs/test_runs_doc.py` prints the outputs anew that hold no "…".
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from tests.docs.console import BLOCK, commands, matches, run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "runs.md"
SCRIPT = ROOT / "engine" / "worldwright" / "view" / "view.js"


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 8
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"


def test_every_key_and_filter_is_told_of() -> None:
    """Those of the page's script, and no others."""
    page, script = PAGE.read_text("utf-8"), SCRIPT.read_text("utf-8")
    keys = script.partition("KEYS = [")[2].partition("];")[0]
    found = [(name.split(), does) for name, does in re.findall(r'\["([^"]+)", "([^"]+)"\]', keys)]
    table = page.partition("| keys | |")[2].partition("\n\n")[0]
    told = [(re.findall("`([^`]+)`", name), does) for name, does in re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.M)]
    assert told == found
    filters = re.findall(r'\["(\w+)", \(one\)', script.partition("FACETS = [")[2].partition("];")[0])
    table = page.partition("| filter | values |")[2].partition("\n\n")[0]
    assert ", ".join(re.findall(r"^\| ([\w, ]+) \|", table, re.M)).split(", ") == filters


def anew(page: str, folder: Path) -> str:
    """The page with what its commands print now."""

    def block(found: re.Match[str]) -> str:
        lines = ["```console"]
        for command, promised in commands(found.group()):
            printed = [line.rstrip() for line in run(command, folder).splitlines()]
            lines += [f"$ {command}", *(promised if "…" in promised else printed)]
        return "\n".join([*lines, "```"])

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PAGE.write_text(anew(PAGE.read_text("utf-8"), Path(place)), encoding="utf-8", newline="\n")
