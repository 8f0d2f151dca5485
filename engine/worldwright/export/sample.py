"""`Sample`: what a format is given of one proved record, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..compile.system import System
from ..synthesize.trajectory import Trajectory

Row = dict[str, Any]
"""One training example, a JSON object."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """In place of an example: why there is none, in words that can be counted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A proved record, its compiled world (made when it is asked for), and other plays of the same instance.

    `siblings` are replayed and true, but need not have reached the goal; empty for formats that do not ask for them.
    """

    record: Trajectory
    system: Callable[[], System]
    siblings: tuple[Trajectory, ...] = ()


Rows = Callable[[Sample], Iterator[Row | LeftOut]]
"""Turns a record into its training examples."""
