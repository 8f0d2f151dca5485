"""Worldwright: worlds as text, compiled into transition systems, played through episodes with exact feedback."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .version import ENGINE as __version__

if TYPE_CHECKING:
    from .check.builder import WorldBuilder
    from .check.world import World
    from .compile.system import Command, System
    from .diagnostics import Diagnostic, WorldError, WorldFault
    from .explore.graph import graph
    from .explore.progress import measure
    from .explore.prove import prove
    from .explore.space import explore as state_space
    from .pipeline import load, load_text, load_world
    from .play.episode import Episode, EpisodeState
    from .play.feedback import Feedback
else:
    _LATER = {
        "Command": ("compile.system", "Command"),
        "Diagnostic": ("diagnostics", "Diagnostic"),
        "Episode": ("play.episode", "Episode"),
        "EpisodeState": ("play.episode", "EpisodeState"),
        "Feedback": ("play.feedback", "Feedback"),
        "System": ("compile.system", "System"),
        "World": ("check.world", "World"),
        "WorldBuilder": ("check.builder", "WorldBuilder"),
        "WorldError": ("diagnostics", "WorldError"),
        "WorldFault": ("diagnostics", "WorldFault"),
        "graph": ("explore.graph", "graph"),
        "load": ("pipeline", "load"),
        "load_text": ("pipeline", "load_text"),
        "load_world": ("pipeline", "load_world"),
        "measure": ("explore.progress", "measure"),
        "prove": ("explore.prove", "prove"),
        "state_space": ("explore.space", "explore"),
    }

    def __getattr__(name: str) -> object:
        """What is here is read when it is asked for: the command line is then up, and hears Ctrl-C, at once."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, there = _LATER[name]
        return getattr(import_module(f".{module}", __name__), there)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATER})


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
    "graph",
    "load",
    "load_text",
    "load_world",
    "measure",
    "prove",
    "state_space",
]
