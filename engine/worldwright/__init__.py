"""Worldwright: worlds as text, compiled into transition systems, played through episodes with exact feedback."""

from __future__ import annotations

from .check.builder import WorldBuilder
from .check.world import World
from .compile.system import Command, System
from .diagnostics import Diagnostic, WorldError, WorldFault
from .pipeline import load, load_text, load_world
from .play.episode import Episode, EpisodeState
from .play.feedback import Feedback
from .version import ENGINE as __version__

__all__ = [
    "Command",
    "Diagnostic",
    "Episode",
    "EpisodeState",
    "Feedback",
    "System",
    "World",
    "WorldBuilder",
    "WorldError",
    "WorldFault",
    "__version__",
    "load",
    "load_text",
    "load_world",
]
