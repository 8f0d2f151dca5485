"""docs/worlds.md: its tables are made of data, and the data are of today.

`python tests/docs/test_worlds_doc.py` counts what has changed and writes the tables anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.digests import digest
from tests.docs.worlds_table import PROOFS, counted, kept, page, renew, worlds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "worlds.md"
SMALL = ("blocksworld", "gripper")


def test_the_tables_are_made_of_the_data() -> None:
    """What the page shows is what was counted, recorded and measured."""
    text = PAGE.read_text("utf-8")
    assert page(text, kept()) == text


def test_every_proof_has_its_world() -> None:
    """Nothing claims to be equal to something and does not ship."""
    assert set(PROOFS) <= {path.stem for path in worlds()}


@pytest.mark.parametrize("path", [path for path in worlds() if path.stem in SMALL], ids=lambda path: path.stem)
def test_small_worlds_are_counted_again(path: Path) -> None:
    """Tasks, states, plans and refusals."""
    assert kept()[path.stem] == counted(path)


@pytest.mark.slow
def test_every_world_was_counted_as_it_is() -> None:
    """Every shipped world has its row, counted from its text and plays of today."""
    assert {name: counts.digest for name, counts in kept().items()} == {path.stem: digest(path) for path in worlds()}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8"), renew()), "utf-8", newline="\n")
