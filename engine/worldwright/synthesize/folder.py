"""The folder of a run: its files' names, what its description says, and how the record files come to be.

Light on purpose: whoever only reads records needs nothing of how runs are made.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RUN_FORMAT = "worldwright.run/1"
RECORDS = "trajectories.jsonl"
REJECTED = "rejected.jsonl"
SIBLINGS = "siblings.jsonl"
RUN = "run.json"
MAX_BYTES = 4_000_000
"""A description of a run: more than thousands of worlds take."""


class NoRun(Exception):
    """The folder holds no description of a run, or one that cannot be read."""


def description(folder: Path) -> dict[str, Any]:
    """What run.json says: `arguments`, `complete`, `records`. Raises NoRun."""
    path = folder / RUN
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MAX_BYTES).decode("utf-8"))
    except OSError as error:
        raise NoRun(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NoRun(f"{path} is not the description of a run") from error
    if not isinstance(found, dict) or found.get("format") != RUN_FORMAT or not isinstance(found.get("arguments"), dict):
        raise NoRun(f"{path} is not the description of a run")
    return found


def kind_of(arguments: dict[str, Any]) -> str:
    """What a run with these arguments is, in words: trajectories kept because they are proved, or plays that count."""
    return "an evaluation" if "samples" in arguments else "a run of synthesize"


def is_evaluation(folder: Path) -> bool:
    """Whether a folder says that it holds an evaluation."""
    try:
        return "samples" in description(folder)["arguments"]
    except NoRun:
        return False


def described(arguments: dict[str, Any], complete: bool, records: int | None) -> str:
    """The text of run.json. `records` is how many a complete run wrote."""
    facts = {"format": RUN_FORMAT, "arguments": arguments, "complete": complete, "records": records}
    return json.dumps(facts, indent=2, ensure_ascii=False)


def promised_records(folder: Path) -> int | None:
    """How many records a complete run says that it wrote; None if the folder does not say."""
    try:
        found = description(folder).get("records")
    except NoRun:
        return None
    return found if isinstance(found, int) else None
