"""One export from beginning to end: choose among the proved records, write them, say what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..synthesize.bundle import save_bundle
from ..synthesize.files import write_whole
from ..synthesize.folder import SIBLINGS
from .card import card
from .folder import new_folder, write_manifest
from .formats import FORMATS, Format
from .parquet import require, write_table
from .report import Report
from .sample import LeftOut, Row, Rows
from .select import Selected, Wish, select
from .source import Entry, Source

SPLITS = ("train", "test")


class Empty(ValueError):
    """There is nothing to write. The message says why."""


def export(source: Source, to: str, out: Path, wish: Wish, commands: Sequence[str] = ()) -> Report:
    """Write proved records in a format, whole or not at all: a file, or a folder if it takes several.

    `commands` are the shell commands that made the records and the export; they stand in the manifest and the card.
    Raises Impossible, Empty, Changed, parquet's Lacking, or OSError if what stands at `out` must not be replaced.
    """
    form = FORMATS[to]
    if form.card:
        require()
    selected = select(source.entries, wish)
    if not selected.train and not selected.test:
        raise Empty("there are no records to write; an interrupted run goes on with the same synthesize command")
    report = _begun(to, source, selected)
    sides = dict(zip(SPLITS, (selected.train, selected.test), strict=True))
    writing = _Writing(source, report)
    if not is_folder(form, wish):
        ((_, rows),) = form.tables.items()
        write_whole(out, writing.lines(out.name, rows, selected.train))
        return report
    with new_folder(out) as folder:
        writing.tables(folder, form, {name: entries for name, entries in sides.items() if entries})
        if form.card:
            _write_records(folder / "records", source, sides)
            (folder / "README.md").write_text(card(report, commands), encoding="utf-8", newline="\n")
        write_manifest(folder, {**report.to_json(), "commands": list(commands)})
    return report


def is_folder(form: Format, wish: Wish) -> bool:
    """Is an export a folder, rather than one file?"""
    return form.is_folder or wish.splits


def _begun(to: str, source: Source, selected: Selected) -> Report:
    """The report before any example was written."""
    report = Report(to, left_out=selected.left_out.copy())
    if source.faulty:
        report.left_out["not proved"] = source.faulty
    for split, entries in zip(SPLITS, (selected.train, selected.test), strict=True):
        if entries:
            report.records[split] = len(entries)
        for entry in entries:
            report.worlds.setdefault((entry.world, entry.world_hash), Counter())[split] += 1
    return report


class _Writing:
    """Turns records into examples and counts them on the way."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._report = report

    def tables(self, folder: Path, form: Format, sides: dict[str, tuple[Entry, ...]]) -> None:
        """Write all files of a format for all splits."""
        for split, entries in sides.items():
            for name, rows in form.tables.items():
                file = name.format(split)
                (folder / file).parent.mkdir(exist_ok=True)
                if form.card:
                    write_table(folder / file, self._rows(file, rows, entries))
                else:
                    write_whole(folder / file, self.lines(file, rows, entries))
        extras = form.extras(list(sides)) if form.extras is not None else {}
        for name, text in extras.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")

    def lines(self, file: str, rows: Rows, entries: Sequence[Entry]) -> Iterator[str]:
        """The examples of some records, one JSON line each."""
        return (json.dumps(row, ensure_ascii=False) for row in self._rows(file, rows, entries))

    def _rows(self, file: str, rows: Rows, entries: Sequence[Entry]) -> Iterator[Row]:
        """The examples of some records. Raises Empty after the last record if there were none."""
        count = 0
        lacking: Counter[str] = Counter()
        for entry in entries:
            sample = self._source.sample(entry)
            if not any(turn.trained for turn in sample.record.turns):
                lacking["no reply in the record is learnt"] += 1  # trainers refuse such an example, or average nothing
                continue
            for row in rows(sample):
                if isinstance(row, LeftOut):
                    lacking[row.reason] += 1
                    continue
                count += 1
                self._report.longest = max(self._report.longest, _characters(row))
                yield row
        self._report.examples[file] = count
        self._report.lacking.update(lacking)
        if not count:
            raise Empty(self._why_empty(file, lacking))

    def _why_empty(self, file: str, lacking: Counter[str]) -> str:
        """Why a file has no examples, though it has records."""
        why = "; ".join(f"{reason} ({count})" for reason, count in sorted(lacking.items()))
        if not self._source.has_siblings:
            why = f"there is no {SIBLINGS} beside the records, so there is no other play to compare any with"
        return f"{file} would have no examples: {why or 'no turn is learnt'}"


def _write_records(folder: Path, source: Source, sides: dict[str, tuple[Entry, ...]]) -> None:
    """The records themselves and the texts of their worlds, so that what was exported can be proved by anyone."""
    for split, entries in sides.items():
        if entries:
            write_whole(folder / f"{split}.jsonl", (source.line(entry) for entry in entries))
        for world_hash in sorted({entry.world_hash for entry in entries}):
            save_bundle(source.texts(world_hash), folder)


def _characters(value: Any) -> int:
    """The characters of the texts in an example: what its length in tokens depends on."""
    if isinstance(value, dict):
        texts = (len(each) if isinstance(each, str) else _characters(each) for each in _texts(value))
        return sum(texts)
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _texts(value: dict[str, Any]) -> Iterator[Any]:
    """What is read in an object: contents, and whatever holds them."""
    return (each for key, each in value.items() if key in ("content", "value") or not isinstance(each, str))
