"""Trajectories made with a language model: played turn by turn or written and checked, then mended and proved."""

from __future__ import annotations
