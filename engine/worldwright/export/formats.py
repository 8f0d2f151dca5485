"""Every training format by its name. A format turns one record into one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ..compile.system import System
from ..synthesize.files import write_whole
from ..synthesize.trajectory import Trajectory
from .openai import conversation

Format = Callable[[Trajectory, System], dict[str, Any]]

FORMATS: dict[str, Format] = {"openai": conversation}


def export(records: Iterable[tuple[Trajectory, System]], format_name: str, out: Path) -> int:
    """Write records in a format to a file, whole or not at all, and return how many there were."""
    count = 0

    def written() -> Iterator[str]:
        nonlocal count
        for record, system in records:
            count += 1
            yield json.dumps(FORMATS[format_name](record, system), ensure_ascii=False)

    write_whole(out, written())
    return count
