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
    from .law import Law, LawBroken, Verdict
    from .laws import conformance
    from .machine import WorldBroken, world_machine
    from .mutation import MutantsSurvived, mutation_score
    from .peer import ForkingPeer, Gymnasium, Peer, Rules, Shown, Simulator, TextWorld
    from .random_replies import replies
    from .random_worlds import Written, worlds
    from .reachable import states
    from .relations import metamorphic
    from .saying import Attempt, commands, episodes
    from .situation import Situation, Transition
    from .spots import Effort
else:
    _LATER = {
        "Attempt": "saying",
        "Comparison": "comparison",
        "CounterExample": "counterexample",
        "Decision": "decision",
        "Difference": "comparison",
        "Effort": "spots",
        "ForkingPeer": "peer",
        "Gymnasium": "peer",
        "Law": "law",
        "LawBroken": "law",
        "MutantsSurvived": "mutation",
        "Peer": "peer",
        "PeerMapping": "comparison",
        "Rules": "peer",
        "Shown": "peer",
        "Simulator": "peer",
        "Situation": "situation",
        "TextWorld": "peer",
        "Transition": "situation",
        "Verdict": "law",
        "WorldBroken": "machine",
        "Written": "random_worlds",
        "commands": "saying",
        "conformance": "laws",
        "differential": "comparison",
        "episodes": "saying",
        "every_play": "decision",
        "every_state": "decision",
        "every_transition": "decision",
        "metamorphic": "relations",
        "mutation_score": "mutation",
        "replies": "random_replies",
        "states": "reachable",
        "world_machine": "machine",
        "worlds": "random_worlds",
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
    "Effort",
    "ForkingPeer",
    "Gymnasium",
    "Law",
    "LawBroken",
    "MutantsSurvived",
    "Peer",
    "PeerMapping",
    "Rules",
    "Shown",
    "Simulator",
    "Situation",
    "TextWorld",
    "Transition",
    "Verdict",
    "WorldBroken",
    "Written",
    "commands",
    "conformance",
    "differential",
    "episodes",
    "every_play",
    "every_state",
    "every_transition",
    "metamorphic",
    "mutation_score",
    "replies",
    "states",
    "world_machine",
    "worlds",
]
