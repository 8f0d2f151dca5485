"""Property-based testing of worlds: strategies, properties decided by exploring, differential tests, a pytest plugin.

Hypothesis and NumPy are read when something that needs them is asked for. No module here is named like what it gives:
the one would hide the other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .comparison import Comparison, Difference, PeerMapping, differential
    from .counterexample import CounterExample
    from .decision import Decision, every_play, every_state, every_transition
    from .machine import WorldBroken, world_machine
    from .peer import ForkingPeer, Gymnasium, Peer, Rules, Shown, Simulator, TextWorld
    from .reachable import states
    from .saying import Attempt, commands, episodes
    from .situation import Situation, Transition
else:
    _LATER = {
        "Attempt": "saying",
        "Comparison": "comparison",
        "CounterExample": "counterexample",
        "Decision": "decision",
        "Difference": "comparison",
        "ForkingPeer": "peer",
        "Gymnasium": "peer",
        "Peer": "peer",
        "PeerMapping": "comparison",
        "Rules": "peer",
        "Shown": "peer",
        "Simulator": "peer",
        "Situation": "situation",
        "TextWorld": "peer",
        "Transition": "situation",
        "WorldBroken": "machine",
        "commands": "saying",
        "differential": "comparison",
        "episodes": "saying",
        "every_play": "decision",
        "every_state": "decision",
        "every_transition": "decision",
        "states": "reachable",
        "world_machine": "machine",
    }

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f".{_LATER[name]}", __name__), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATER})


__all__ = [
    "Attempt",
    "Comparison",
    "CounterExample",
    "Decision",
    "Difference",
    "ForkingPeer",
    "Gymnasium",
    "Peer",
    "PeerMapping",
    "Rules",
    "Shown",
    "Simulator",
    "Situation",
    "TextWorld",
    "Transition",
    "WorldBroken",
    "commands",
    "differential",
    "episodes",
    "every_play",
    "every_state",
    "every_transition",
    "states",
    "world_machine",
]
