"""The records that are exported: proved once, found again by their place in the file.

A record is proved when it is read the first time. It is read a second time when it is written out, and then it must
be the same bytes; so a file of any size is exported without being held in memory, and nothing unproved slips in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..synthesize.bundle import Bundle
from ..synthesize.folder import SIBLINGS
from ..synthesize.trajectory import Trajectory, Turn, canonical
from ..verify.files import record_file, texts_beside
from ..verify.prove import MAX_BYTES, system_for
from ..verify.prove import verify as verify_line
from ..verify.verdict import TRUTH
from .sample import Sample

Tell = Callable[[int, str], None]
"""Hears how many bytes have been read, and what there is to say about them."""


class Unproved(Exception):
    """A record that is not proved stands in the way. The message says which, and what is wrong with it."""


class Changed(Exception):
    """The records changed while they were being exported."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A proved record: what it is a play of, what was done in it, and where it stands.

    `instance` names the world, the task and everything that shapes the start, in canonical JSON; the skin is not part
    of it. `deeds` are the actions in order, whatever they are called under the skin.
    """

    world: str
    world_hash: str
    task: str
    instance: str
    skin: str
    deeds: tuple[str, ...]
    offset: int
    length: int
    digest: bytes


class Source:
    """The proved records of a run's folder, or of one file."""

    def __init__(self, path: Path, tell: Tell, skip_faulty: bool = False, with_siblings: bool = False) -> None:
        """Reads and proves everything. Raises Unproved unless `skip_faulty`, which counts faulty records instead."""
        self._path = record_file(path)
        self._find = texts_beside(path)
        self.entries: list[Entry] = []
        self.faulty = 0
        for number, offset, line in _lines(self._path):
            tell(offset + len(line), f"{number} records")
            verdict = verify_line(line, self._find)
            if verdict.proved and verdict.trajectory is not None:
                self.entries.append(_entry(verdict.trajectory, offset, line))
            elif skip_faulty:
                self.faulty += 1
            else:
                raise Unproved(f"line {number}: {verdict.faults[0]}")
        self.has_siblings = with_siblings and self._siblings_path.is_file()
        self._siblings = self._read_siblings(skip_faulty) if self.has_siblings else {}

    @property
    def _siblings_path(self) -> Path:
        return self._path.with_name(SIBLINGS)

    def _read_siblings(self, skip_faulty: bool) -> dict[tuple[str, str], list[Entry]]:
        """The other plays by instance and skin. They must replay, but need not have reached anything."""
        found: dict[tuple[str, str], list[Entry]] = {}
        for number, offset, line in _lines(self._siblings_path):
            verdict = verify_line(line, self._find)
            faults = [fault for fault in verdict.faults if fault.proof in TRUTH]  # a sibling may have failed its task
            if verdict.trajectory is not None and not faults:
                entry = _entry(verdict.trajectory, offset, line)
                found.setdefault((entry.instance, entry.skin), []).append(entry)
            elif skip_faulty:
                self.faulty += 1
            else:
                raise Unproved(f"{SIBLINGS}, line {number}: {faults[0]}")
        return found

    def sample(self, entry: Entry) -> Sample:
        """A record with all that belongs to it. Raises Changed."""
        record = _read(self._path, entry)
        siblings = self._siblings.get((entry.instance, entry.skin), [])
        others = [_read(self._siblings_path, sibling) for sibling in siblings if sibling.digest != entry.digest]
        return Sample(record, partial(system_for, record, self._find), tuple(others))

    def line(self, entry: Entry) -> str:
        """A record's line as it stands in the file. Raises Changed."""
        return _bytes(self._path, entry).decode().rstrip("\n")

    def texts(self, world_hash: str) -> Bundle:
        """The texts of a world of which there are records."""
        return self._find(world_hash)


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Numbered lines with their offsets; of a line that is too long for a record only the beginning."""
    with path.open("rb") as file:
        number = offset = 0
        while line := file.readline(MAX_BYTES + 2):
            number += 1
            yield number, offset, line
            while len(line) > MAX_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES)
            offset = file.tell()


def _entry(record: Trajectory, offset: int, line: bytes) -> Entry:
    world = record.world
    instance = canonical([world.name, world.hash, world.params, record.task.name, record.task.args, record.seed])
    return Entry(
        world=world.name,
        world_hash=world.hash,
        task=record.task.name,
        instance=instance,
        skin=record.skin,
        deeds=tuple(_deed(turn) for turn in record.turns),
        offset=offset,
        length=len(line),
        digest=hashlib.sha256(line).digest(),
    )


def _deed(turn: Turn) -> str:
    """What was done in a turn: the kind of feedback, and the command as far as it was understood."""
    command = "" if turn.command is None else canonical([turn.command.action, turn.command.args])
    return f"{turn.feedback.kind} {command}"


def _bytes(path: Path, entry: Entry) -> bytes:
    with path.open("rb") as file:
        file.seek(entry.offset)
        line = file.read(entry.length)
    if hashlib.sha256(line).digest() != entry.digest:
        raise Changed(f"{path.name} changed while it was being exported")
    return line


def _read(path: Path, entry: Entry) -> Trajectory:
    return Trajectory.model_validate_json(_bytes(path, entry).decode())
