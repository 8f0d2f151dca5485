"""docs/records.md tells of every field, and its example is what the command prints.

`python tests/docs/test_records_doc.py` writes the example anew.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from click.testing import CliRunner
from pydantic import BaseModel

from worldwright.cli import commands
from worldwright.play.feedback import Kind
from worldwright.synthesize import trajectory as records
from worldwright.verify.verdict import PROOFS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "records.md"
EXAMPLE = re.compile(r"(?<=<!-- example -->\n```json\n).*?(?=```)", re.DOTALL)
COMMANDS = re.compile(r"^worldwright (.+)$", re.MULTILINE)
LONG = 160


def shortened(value: Any) -> Any:
    """A record for the page: long texts are cut."""
    if isinstance(value, str) and len(value) > LONG:
        return value[:LONG].rsplit(" ", 1)[0] + " …"
    if isinstance(value, list):
        return [shortened(each) for each in value]
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return value


def example(page: str) -> str:
    """What the page's commands print, shortened."""
    runner = CliRunner()
    printed = ""
    with tempfile.TemporaryDirectory() as folder:
        for line in COMMANDS.findall(page)[:2]:
            words = [f"{folder}/run" if word == "run" else word for word in line.split()]
            result = runner.invoke(commands, words)
            assert result.exit_code == 0, result.output
            printed = result.output
    record = json.loads(printed)
    error = next(index for index, turn in enumerate(record["turns"]) if turn["refined_by"] is not None)
    chosen = sorted({error, record["turns"][error]["refined_by"]})
    record["turns"] = [record["turns"][index] for index in chosen]
    record["digests"]["turns"] = [record["digests"]["turns"][index] for index in chosen]
    return json.dumps(shortened(record), indent=2, ensure_ascii=False) + "\n"


def fields(model: type[BaseModel]) -> Iterator[str]:
    """The names of a model's fields."""
    yield from model.model_fields


def test_the_example_is_what_the_command_prints() -> None:
    """Nobody wrote it by hand."""
    page = DOCUMENT.read_text("utf-8")
    found = EXAMPLE.search(page)
    assert found is not None
    assert found.group() == example(page)


def test_every_field_is_told_of() -> None:
    """Each field of each part of a record has its row, and no row tells of what is not there."""
    told = set(re.findall(r"^\| `([a-z_.]+)` \|", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    expected = set(fields(records.Trajectory)) | set(fields(records.Turn)) | set(fields(records.Outcome))
    expected |= set(fields(records.FeedbackRecord)) | set(PROOFS)
    for prefix, model in {
        "world": records.WorldRef,
        "engine": records.EngineRef,
        "task": records.TaskRef,
        "player": records.PlayerRef,
        "command": records.Command,
        "need": records.NeedRef,
        "detail": records.Detail,
        "changes": records.Change,
        "recovery": records.RecoveryCounts,
    }.items():
        expected |= {f"{prefix}.{name}" for name in fields(model)}
    files = {"trajectories.jsonl", "run.json", "rejected.jsonl", "siblings.jsonl", "run.db", "run.lock"}
    assert told - files == expected


def test_every_kind_is_named() -> None:
    """All kinds of feedback stand on the page."""
    page = DOCUMENT.read_text("utf-8")
    assert all(f"`{kind}`" in page for kind in get_args(Kind))


if __name__ == "__main__":
    page = DOCUMENT.read_text("utf-8")
    new = example(page)
    DOCUMENT.write_text(EXAMPLE.sub(lambda _: new, page), "utf-8")
