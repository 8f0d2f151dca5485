"""Reads record files: a run's folder, or one file with the texts in `worlds/` beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..synthesize.bundle import Bundle, load_bundle
from ..synthesize.folder import RECORDS
from .prove import MAX_BYTES, Find


def record_file(path: Path) -> Path:
    """The record file that a path means: the file itself, or `trajectories.jsonl` of a run's folder."""
    return path / RECORDS if path.is_dir() else path


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a record file. No line is read beyond what a record may have."""
    with record_file(path).open("rb") as file:
        number = 0
        while line := file.readline(MAX_BYTES + 2):
            number += 1
            yield number, line
            while len(line) > MAX_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES)


def texts_beside(path: Path) -> Find:
    """Finds texts by hash in the folder of the records, and nowhere else."""
    folder = record_file(path).parent
    found: dict[str, Bundle] = {}

    def find(text_hash: str) -> Bundle:
        if text_hash not in found:
            found[text_hash] = load_bundle(text_hash, folder)
        return found[text_hash]

    return find
