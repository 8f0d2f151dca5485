"""From a world's text to a transition system: the engine's first three stages as one sentence.

text ──read_modules──▶ Part … ──check──▶ World ──System──▶ System
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .check.checker import check
from .check.world import World
from .compile.system import System
from .shipped import shipped
from .source import Source
from .syntax.modules import SUFFIX, read_modules

Parameters = Mapping[str, int | bool | str]
"""The values of a family's parameters by name; the others keep their defaults."""


def load(name_or_path: str | Path, params: Parameters | None = None) -> System:
    """The compiled world of a shipped world's name or of a path. Raises WorldError with all that is wrong with it."""
    return System(load_world(name_or_path, params))


def load_world(name_or_path: str | Path, params: Parameters | None = None) -> World:
    """The checked world of a shipped world's name or of a path."""
    return check(read_modules(find(name_or_path)), params or {})


def load_text(text: str, params: Parameters | None = None, name: str = "text") -> System:
    """The compiled world of a text in memory; it may use the standard library."""
    return System(check(read_modules(Source(name, text)), params or {}))


def find(name_or_path: str | Path) -> Path:
    """The file of a shipped world ("pantry"), else the path itself."""
    name = str(name_or_path)
    if name.isidentifier():
        for folder in (shipped("worlds"), *sorted(p for p in shipped("worlds").iterdir() if p.is_dir())):
            path = folder / name / f"{name}{SUFFIX}"
            if path.is_file():
                return path
    return Path(name_or_path)
