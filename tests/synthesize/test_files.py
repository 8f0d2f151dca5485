"""Files are whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from worldwright.synthesize.files import together, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A writer that fails leaves the old file as it was, and nothing beside it."""
    path = tmp_path / "deep" / "file.jsonl"
    write_whole(path, ["one", "zwei é"])
    assert path.read_bytes() == "one\nzwei é\n".encode()

    def failing() -> Iterator[str]:
        yield "new"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_whole(path, failing())
    assert path.read_text("utf-8") == "one\nzwei é\n"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path: Path) -> None:
    """A half-written file beside the place is replaced, and gone afterwards."""
    path = tmp_path / "file.jsonl"
    (tmp_path / ".file.jsonl.new").write_text("half a li")
    write_whole(path, ["whole"])
    assert path.read_text("utf-8") == "whole\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_not_taken_leaves_nothing(tmp_path: Path) -> None:
    """A file that was never written beside its place does not pretend to have been."""
    with pytest.raises(FileNotFoundError), together(tmp_path / "file"):
        pass
    assert list(tmp_path.iterdir()) == []
