"""Folders that are whole or not there: written beside their place, then moved into it.

Every folder of an export has a manifest, `export.json`, that lists what is in it. A folder is only ever replaced by a
new one if it is an earlier export with nothing else in it; whatever somebody put there is never removed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..synthesize.files import named

MANIFEST = "export.json"
FORMAT = "worldwright.export/1"


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """An empty folder to write into; it becomes `path` when the block ends well, and goes when it does not.

    Raises OSError if something stands at `path` that is not an export.
    """
    path = path.resolve()
    refuse_foreign(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside, old = path.with_name(f".{path.name}.new"), path.with_name(f".{path.name}.old")
    with named(path, beside):
        _clear(beside)
        beside.mkdir()
        try:
            yield beside
            _clear(old)
            if path.exists():
                path.replace(old)
            beside.replace(path)
            _clear(old)
        finally:
            _clear(beside)


def refuse_foreign(path: Path) -> None:
    """Raises OSError unless nothing, an empty folder, or an export with nothing else in it stands at a path."""
    if not path.exists():
        return
    if not path.is_dir():
        raise OSError(errno.EEXIST, "this export is a folder, and there is a file of that name", str(path))
    found = {each.relative_to(path).as_posix() for each in path.rglob("*") if not each.is_dir()}
    foreign = sorted(found - _listed(path))
    if foreign:
        reason = f"it holds {foreign[0]}, which no export wrote; name another folder, or take it away"
        raise OSError(errno.EEXIST, reason, str(path))


def write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    """Write the manifest over all that is in a folder: each file's size and SHA-256, after the given facts."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    listed = {each.relative_to(folder).as_posix(): _file(each) for each in files}
    text = json.dumps({"format": FORMAT, **facts, "files": listed}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _file(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _listed(folder: Path) -> set[str]:
    """The files that the manifest of a folder says an export wrote; none if it has no manifest that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return set()
    files = manifest.get("files")
    return {MANIFEST, *files} if isinstance(files, dict) else set()


def _clear(folder: Path) -> None:
    """Remove a folder of ours, if it is there."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)
