"""docs/endpoints.md: its commands print what it says, its program runs, its prices are read, its classes are all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.console import commands, matches, run

from worldwright.models.ask import FAULTS, HOPELESS, Usage
from worldwright.models.client import AGAIN
from worldwright.models.prices import read_prices

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "endpoints.md").read_text("utf-8")


def test_every_class_of_failure_is_there() -> None:
    """The table has every class in order, and says truly which are tried again and which end a run."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| (yes|no)([^|]*)\|$", PAGE, re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(FAULTS)
    assert {name for name, again, _ in rows if again == "yes"} == AGAIN
    assert {name for name, _, then in rows if "nothing more" in then} == HOPELESS


def test_prices_are_read(tmp_path: Path) -> None:
    """The file of prices on the page is one."""
    [text] = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "prices.toml").write_text(text, "utf-8")
    prices = read_prices(tmp_path / "prices.toml")
    assert prices.cost("gpt-5-mini", Usage(1_000_000, 0, 0, 1)) == 0.25
    assert prices.cost("local/qwen2.5", Usage(1, 0, 1, 1)) == 0.0


def test_the_program_runs() -> None:
    """The Python on the page runs, and what it asserts holds."""
    [program] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(program, "endpoints.md", "exec"), {})


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page."""
    found = commands(PAGE)
    assert len(found) == 2
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"
