"""Parquet: the conversations as a table, with what each is a play of. Needs pyarrow, which is an optional extra."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from ..synthesize.trajectory import canonical
from .messages import weighted
from .sample import Row, Sample

BATCH = 256


class Lacking(Exception):
    """The optional extra is not installed. The message says how to install it."""


def table_row(sample: Sample) -> Iterator[Row]:
    """One play: its messages (`weight` is null where nothing could be learnt), and where it comes from."""
    record = sample.record
    yield {
        "messages": [{"weight": None, **message} for message in weighted(record)],
        "world": record.world.name,
        "world_hash": record.world.hash,
        "params": canonical(record.world.params),
        "task": record.task.name,
        "args": canonical(record.task.args),
        "seed": record.seed,
        "skin": record.skin,
        "player": record.player.name,
        "success": record.outcome.success,
        "steps": record.outcome.steps,
        "errors": record.outcome.errors,
        "refinements": record.outcome.refinements,
    }


def require() -> None:
    """Raises Lacking unless tables can be written."""
    if find_spec("pyarrow") is None:
        raise Lacking("parquet needs pyarrow, which is not installed: pip install 'worldwright[parquet]'")


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows of `table_row` as a table, a batch at a time."""
    # Found here and not above: it is optional, and every command would pay for its loading.
    pyarrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    schema = _schema(pyarrow)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        each = iter(rows)
        while batch := list(islice(each, BATCH)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))


def _schema(pyarrow: Any) -> Any:
    message = pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string()), ("weight", pyarrow.int8())])
    texts = ("world", "world_hash", "params", "task", "args")
    counts = ("steps", "errors", "refinements")
    return pyarrow.schema(
        [
            ("messages", pyarrow.list_(message)),
            *((name, pyarrow.string()) for name in texts),
            ("seed", pyarrow.int64()),
            ("skin", pyarrow.string()),
            ("player", pyarrow.string()),
            ("success", pyarrow.bool_()),
            *((name, pyarrow.int32()) for name in counts),
        ]
    )
