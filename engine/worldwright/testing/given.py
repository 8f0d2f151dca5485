"""The world that a test is about, however it was named: a shipped name, a path, or a compiled world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..compile.system import System
from ..pipeline import load
from ..play.golden import Value

UNNAMED = "WORLD"
"""Stands for the path of a world that was given compiled."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A compiled world and the word that `worldwright play` takes for it."""

    system: System = field(repr=False)
    name: str

    @staticmethod
    def of(given: Given, params: Mapping[str, Value] | None = None) -> Subject:
        """Compiles what is given by name. Raises WorldError for a world that is faulty or not there."""
        if isinstance(given, Subject):
            return given
        if isinstance(given, System):
            return Subject(given, UNNAMED)
        return Subject(load(given, params), str(given))


Given = System | str | Path | Subject
"""A shipped world's name, the path of a world's file, a compiled world, or one that has its name already."""
