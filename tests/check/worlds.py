"""Short ways from text to checked worlds."""

from __future__ import annotations

from collections.abc import Mapping

from worldwright.check import check, check_report
from worldwright.check.world import World
from worldwright.source import Source
from worldwright.syntax.modules import read_modules


def world_of(text: str, params: Mapping[str, int | bool | str] | None = None, **modules: str) -> World:
    """The world of a text; a title is added."""
    return check(read_modules(Source("test", text + '\nworld "Test"\n'), modules), params or {})


def codes_of(text: str, params: Mapping[str, int | bool | str] | None = None, **modules: str) -> list[str]:
    """The codes of all diagnostics of a text; a title is added."""
    parts = read_modules(Source("test", text + '\nworld "Test"\n'), modules)
    return [d.code for d in check_report(parts, params or {})[1]]
