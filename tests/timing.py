"""Limits of time that know when a tracer watches: coverage makes Python several times slower."""

from __future__ import annotations

import sys

TRACED = 5


def seconds(limit: float) -> float:
    """The limit, or a multiple of it while coverage is measured."""
    return limit * TRACED if sys.gettrace() is not None else limit
