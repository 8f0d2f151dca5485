"""The ledger of a run in progress: one line a job, in the order of the plan, appended as jobs are done.

It is the only file that grows during a run. Whatever stops the run, its complete lines stay; a torn last line is cut
off and its job done again. When the run is done, the record files are written from it and it goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .trajectory import canonical

NAME = "progress.jsonl"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one job: the line that is kept, if any, and what was rejected on the way."""

    job: int
    kept: str | None
    rejected: tuple[dict[str, Any], ...]


def recover(folder: Path) -> int:
    """Cut off what is not a complete line of the ledger, and return how many jobs are done."""
    path = folder / NAME
    if not path.exists():
        return 0
    whole = count = 0
    with path.open("rb") as file:
        for line in file:
            if _parsed(line, count) is None:
                break
            whole += len(line)
            count += 1
    with path.open("rb+") as file:
        file.truncate(whole)
    return count


def append(file: BinaryIO, done: Done) -> None:
    """Add one job's line and hand it to the operating system."""
    entry = {"job": done.job, "kept": done.kept, "rejected": list(done.rejected)}
    file.write(canonical(entry).encode() + b"\n")
    file.flush()


def entries(folder: Path) -> Iterator[Done]:
    """The jobs done so far."""
    path = folder / NAME
    if not path.exists():
        return
    with path.open("rb") as file:
        for count, line in enumerate(file):
            done = _parsed(line, count)
            if done is None:
                return
            yield done


def _parsed(line: bytes, job: int) -> Done | None:
    """The ledger line of a job, or None if it is torn or not that job's."""
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("job") != job:
        return None
    return Done(job, entry["kept"], tuple(entry["rejected"]))
