"""What a search of orbits stands for: which objects were interchangeable, and how many states the orbits hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compile.system import System
from .budget import OverBudget
from .edges import Edges, States, numbers_of
from .symmetry import Classes


@dataclass(frozen=True, slots=True)
class Reduction:
    """A search in which one state stood for all that differ only in which of some objects is which."""

    classes: tuple[tuple[str, ...], ...]
    """The objects that are interchangeable, by name."""
    shown: tuple[tuple[str, ...], ...]
    """The same as people call them."""
    full_states: int | None
    """The states that were stood for; None where there was no time to count them."""
    full_transitions: int | None
    """The transitions from all of these; None where none are known."""
    exact: bool
    """Whether the full numbers are exact; else they are upper bounds, because some start tells the objects apart or
    some orbits may have been met more than once."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data: dict[str, Any] = {"classes": [list(members) for members in self.classes]}
        return data | {
            "full_states": self.full_states,
            "full_transitions": self.full_transitions,
            "exact": self.exact,
        }


def reduction(system: System, states: States, edges: Edges | None, classes: Classes) -> Reduction:
    """What the states of a search of orbits stand for, and the edges from them."""
    atoms = system.world.atoms
    names = tuple(tuple(atoms[a].name for a in members) for members in classes)
    shown = tuple(tuple(atoms[a].display for a in members) for members in classes)
    orbits = states.found.moves.orbits
    if orbits is None:
        return Reduction(names, shown, len(states), None if edges is None else len(edges), True)
    try:
        sizes = orbits.sizes(states.words, states.check)
    except OverBudget:
        return Reduction(names, shown, None, None, False)
    # The starts are whole orbits if there are as many of them as their orbits hold.
    numbers = dict.fromkeys(numbers_of(states, states.found.starts).tolist())
    closed = _total([sizes[n] for n in numbers]) == len(states.found.starts)
    transitions = None
    if edges is not None:
        transitions = _total([s * int(d) for s, d in zip(sizes, np.diff(edges.rows), strict=True)])
    return Reduction(names, shown, _total(list(sizes)), transitions, closed and not orbits.cut)


def _total(numbers: Sequence[Any]) -> int:
    """A sum that does not overflow."""
    return sum(int(n) for n in numbers)
