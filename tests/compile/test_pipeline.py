from __future__ import annotations

from pathlib import Path

import pytest

from worldwright.diagnostics import WorldError
from worldwright.pipeline import find, load, load_text, load_world
from worldwright.shipped import shipped


def test_shipped_name_and_path() -> None:
    """A shipped world by its name, and the same by its path."""
    path = shipped("worlds") / "pantry" / "pantry.world"
    assert find("pantry") == path
    assert load_world("pantry").text_hash == load_world(path).text_hash == load_world(str(path)).text_hash


def test_parameters() -> None:
    """A member of a family: more cabinets, more places."""
    small, large = (load("household", {"cabinets": n}) for n in (1, 6))
    assert len(large.slots) > len(small.slots)


def test_unknown_world() -> None:
    """A name that is neither shipped nor a file is a diagnostic."""
    with pytest.raises(WorldError):
        load("no_such_world")
    with pytest.raises(WorldError):
        load("std")


def test_text(tmp_path: Path) -> None:
    """A text in memory is the world of the same text in a file."""
    text = find("pantry").read_text("utf-8")
    (tmp_path / "mine.world").write_text(text, "utf-8")
    assert load_text(text).source == load(tmp_path / "mine.world").source
    with pytest.raises(WorldError):
        load_text(text.replace("here: Place", "here: Plce"))
