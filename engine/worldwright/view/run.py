"""A run to look at: its records as they come, from its store or from its record files.

What is read is untrusted and only read: nothing of it is proved here, and nothing of it is believed by what shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..synthesize.bundle import Bundle
from ..synthesize.folder import REJECTED, SIBLINGS
from ..synthesize.narrow import Wide, narrow
from ..synthesize.store import NAME, looked_at
from ..synthesize.trajectory import Trajectory
from ..verify.files import lines, record_file, texts_beside
from ..verify.prove import MAX_BYTES, Find

M = TypeVar("M", bound=BaseModel)


class NoRecord(Exception):
    """A line is no record. The message says which line of which file."""


class Rejected(BaseModel):
    """An attempt that was not kept, as a line of rejected.jsonl tells of it."""

    job: int
    attempt: int
    world: str
    task: str
    args: dict[str, str]
    seed: int
    skin: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run to look at. Records come in the order of the run and can be read once; reading them raises NoRecord.

    `texts` finds the texts of a world by its hash, or raises ValueError.
    """

    name: str
    kept: Iterable[Trajectory]
    siblings: Iterable[Trajectory]
    rejected: Iterable[Rejected]
    texts: Find


@contextmanager
def looked_into(path: Path) -> Iterator[Run]:
    """A run by its folder, also while it is being made; or a file of records alone.

    Raises StoreFailed where the store cannot be read, FileNotFoundError where there are no records at all.
    """
    name = path.resolve().name
    if path.is_dir() and (path / NAME).is_file():
        with looked_at(path) as store:
            worlds = {bundle.hash: bundle for bundle in store.worlds()}
            file = path / NAME
            yield Run(
                name,
                _read(Trajectory, _numbered(store.kept()), "record", file),
                _read(Trajectory, _numbered(store.siblings()), "sibling", file),
                _read(Rejected, _numbered(store.rejected()), "rejected attempt", file),
                _among(worlds),
            )
        return
    file = record_file(path)
    if not file.is_file():
        raise FileNotFoundError(str(file))
    folder = path if path.is_dir() else None
    yield Run(
        name,
        _read(Trajectory, lines(file), "line", file),
        () if folder is None else _from_file(Trajectory, folder / SIBLINGS),
        () if folder is None else _from_file(Rejected, folder / REJECTED),
        texts_beside(path),
    )


def _numbered(found: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(found, 1):
        yield number, line.encode()


def _from_file(form: type[M], file: Path) -> Iterator[M]:
    """The records of a file; none if it is not there."""
    return _read(form, lines(file), "line", file) if file.is_file() else iter(())


def _read(form: type[M], found: Iterable[tuple[int, bytes]], what: str, file: Path) -> Iterator[M]:
    for number, line in found:
        if len(line) > MAX_BYTES:
            raise NoRecord(f"{what} {number} of {file} has more than {MAX_BYTES:,} bytes")
        try:
            narrow(line)
            yield form.model_validate_json(line)
        except Wide as error:
            raise NoRecord(f"{what} {number} of {file} is not a record: {error}") from error
        except ValidationError as error:
            raise NoRecord(f"{what} {number} of {file} is not a record: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, on one line."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def _among(worlds: dict[str, Bundle]) -> Find:
    def find(text_hash: str) -> Bundle:
        if text_hash not in worlds:
            raise ValueError(f"there are no texts of {text_hash}")
        return worlds[text_hash]

    return find
