"""Proved trajectories as training files."""

from __future__ import annotations

from .formats import FORMATS, export

__all__ = ["FORMATS", "export"]
