"""A plugin of coverage.py that reads worlds: `[run] plugins = worldwright.testing.coverage_files`.

It tells which lines of a world's file can be gone through; which were is in the data that the pytest plugin writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coverage.plugin import CoveragePlugin, FileReporter
from coverage.plugin_support import Plugins

from ..pipeline import load_world
from .touched import whole


class WorldFiles(CoveragePlugin):
    """Finds who reports a file."""

    def file_reporter(self, filename: str) -> WorldReporter:
        """The reporter of a world's file."""
        return WorldReporter(filename)


class WorldReporter(FileReporter):
    """The lines of one world's file."""

    def lines(self) -> set[int]:
        """Those that a play can go through. Raises WorldError for a file that has become faulty since."""
        return set(whole(load_world(Path(self.filename))).lines)


def coverage_init(reg: Plugins, options: dict[str, Any]) -> None:
    """What coverage.py calls."""
    reg.add_file_tracer(WorldFiles())
