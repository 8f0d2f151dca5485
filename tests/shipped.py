"""Which shipped worlds the costly tests take every time, and which only together with the slow tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from worldwright.shipped import shipped

EVERY_TIME = ("cave", "helpdesk", "household", "keys_and_doors", "laboratory", "pantry", "store", "vending")
"""Between them and the tricky worlds of tests/compile they have every form of the language."""


def paced(worlds: Iterable[Path] | Iterable[str]) -> list[Any]:
    """Worlds (files, folders or names) to parametrise a test with: those not taken every time are marked slow."""
    often = [*EVERY_TIME, *(path.stem for path in shipped("worlds").glob("std/*.world"))]
    return [each if Path(each).stem in often else pytest.param(each, marks=pytest.mark.slow) for each in worlds]
