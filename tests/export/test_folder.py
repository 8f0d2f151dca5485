"""Folders are whole or not there, and nothing of anybody else's is removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from worldwright.export.folder import MANIFEST, new_folder, write_manifest


def export(out: Path, text: str) -> None:
    """A small export."""
    with new_folder(out) as folder:
        (folder / "data").mkdir()
        (folder / "data" / "train.jsonl").write_text(text, "utf-8")
        write_manifest(folder, {"to": "test"})


def left(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_folder_is_replaced_by_a_new_one(tmp_path: Path) -> None:
    """An earlier export gives way, with all its files; nothing is left beside it."""
    export(tmp_path / "out", "one")
    export(tmp_path / "out", "two")
    assert (tmp_path / "out" / "data" / "train.jsonl").read_text("utf-8") == "two"
    assert left(tmp_path) == ["out", "out/data", "out/data/train.jsonl", f"out/{MANIFEST}"]
    listed = json.loads((tmp_path / "out" / MANIFEST).read_text("utf-8"))["files"]
    assert listed["data/train.jsonl"]["bytes"] == 3 and len(listed["data/train.jsonl"]["sha256"]) == 64


def test_trouble_leaves_the_old_one(tmp_path: Path) -> None:
    """A fault half-way changes nothing."""
    export(tmp_path / "out", "one")
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("…", "utf-8")
        raise ZeroDivisionError
    assert (tmp_path / "out" / "data" / "train.jsonl").read_text("utf-8") == "one"
    assert left(tmp_path) == ["out", "out/data", "out/data/train.jsonl", f"out/{MANIFEST}"]


@pytest.mark.parametrize("manifest", [None, "nonsense", "[]", '{"format": "other", "files": {"mine": {}}}'])
def test_what_is_not_an_export_stays(manifest: str | None, tmp_path: Path) -> None:
    """A folder with anything in it that no export wrote is refused; so is a file."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("precious", "utf-8")
    if manifest is not None:
        (out / MANIFEST).write_text(manifest, "utf-8")
    with pytest.raises(OSError, match="which no export wrote"):
        export(out, "one")
    assert (out / "mine").read_text("utf-8") == "precious"
    (tmp_path / "file").write_text("precious", "utf-8")
    with pytest.raises(OSError, match="there is a file of that name"):
        export(tmp_path / "file", "one")


def test_what_was_added_to_an_export_stays(tmp_path: Path) -> None:
    """A model that was trained into the folder is not removed with it."""
    export(tmp_path / "out", "one")
    (tmp_path / "out" / "model.bin").write_text("precious", "utf-8")
    with pytest.raises(OSError, match=r"it holds model\.bin"):
        export(tmp_path / "out", "two")
    assert (tmp_path / "out" / "data" / "train.jsonl").read_text("utf-8") == "one"


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    """Somebody made it for this."""
    (tmp_path / "out").mkdir()
    export(tmp_path / "out", "one")
    assert (tmp_path / "out" / "data" / "train.jsonl").is_file()
