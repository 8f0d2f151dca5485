"""Proved trajectories as training files."""

from __future__ import annotations

from .exporting import export
from .formats import FORMATS
from .select import Wish
from .source import Source

__all__ = ["FORMATS", "Source", "Wish", "export"]
