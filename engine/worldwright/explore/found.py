"""`Found`: the states of a world and the edges between them, searched and made within one budget."""

from __future__ import annotations

from dataclasses import dataclass

from .budget import Budget, OverBudget, Reason, Tell, Watch, silent
from .edges import EDGE_BYTES, STATE_BYTES, Edges, States
from .search import Layers, Moves, search_within

SEARCH_SHARE = 0.8
"""The part of the time that searching may take: what was found wants to be judged as well."""

UNKNOWN: dict[Reason, str] = {
    "": "",
    "states": "the limit on states was reached",
    "memory": "the limit on memory was reached",
    "seconds": "the limit on time was reached",
    "stopped": "it was interrupted",
    "starts": "the world has more start states than are explored",
    "chance": "one command has more results than are told apart",
}


@dataclass(slots=True)
class Found:
    """What all answers are taken from. Asking it for more than the budget allows raises OverBudget."""

    layers: Layers
    states: States
    edges: Edges | None
    reason: Reason
    """Why there are no edges, though they were asked for."""

    @property
    def why(self) -> str:
        """Why not all is known; empty where it is."""
        return UNKNOWN[self.layers.reason or self.reason]


def find(moves: Moves, budget: Budget, edges: bool, tell: Tell = silent) -> Found:
    """Searches, and then makes the edges if all states were found and the budget allows."""
    watch = Watch(budget)
    layers = search_within(moves, watch.share(SEARCH_SHARE), tell)
    states = States.of(layers, watch.check)
    if layers.reason or not edges:
        return Found(layers, states, None, layers.reason)
    words = sum(word.nbytes for word in states.words)
    try:
        watch.room(len(states) * STATE_BYTES + 2 * words + layers.transitions * EDGE_BYTES)
        return Found(layers, states, Edges.of(states), "")
    except OverBudget as stop:
        return Found(layers, states, None, stop.reason)
