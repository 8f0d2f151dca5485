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
    from .peer import ForkingPeer, Gymnasium, Peer, Rules, Shown, Simulator, TextWorld
else:
    _LATER = {
        "Comparison": "comparison",
        "CounterExample": "counterexample",
        "Difference": "comparison",
        "ForkingPeer": "peer",
        "Gymnasium": "peer",
        "Peer": "peer",
        "PeerMapping": "comparison",
        "Rules": "peer",
        "Shown": "peer",
        "Simulator": "peer",
        "TextWorld": "peer",
        "differential": "comparison",
    }

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f".{_LATER[name]}", __name__), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATER})


__all__ = [
    "Comparison",
    "CounterExample",
    "Difference",
    "ForkingPeer",
    "Gymnasium",
    "Peer",
    "PeerMapping",
    "Rules",
    "Shown",
    "Simulator",
    "TextWorld",
    "differential",
]
