"""Novelty: what a search has seen before, at each distance to the goal.

After Lipovetzky and Geffner's width-based search: a state that shows a value, or a pair of values, never seen before
among states equally far from the goal is worth looking at first.
"""

from __future__ import annotations

from worldwright.players.predict import places

EVERYTHING = -1
"""The told mask of one who knows every name."""

Node = tuple[bytes, int]
"""A state, and the names told by then."""

_NAME = 1 << 23


class Seen:
    """Novelty: which values (and, in a full search, which pairs of values) were seen at each distance to the goal."""

    def __init__(self, pairs: bool) -> None:
        self._single: dict[int, set[int]] = {}
        self._pairs: dict[int, set[int]] | None = {} if pairs else None

    def width(self, distance: int, parent: Node | None, node: Node, difference: int = 0) -> int:
        """1 if the node shows a new value, 2 if a new pair of values, else 3; remembers what it shows.

        `difference` holds the bits in which its state differs from its parent's.
        """
        fresh = _facts(node) if parent is None else _fresh(parent, node, difference)
        single = self._single.setdefault(distance, set())
        width = 3 if single.issuperset(fresh) else 1
        single.update(fresh)
        if self._pairs is None:
            return width
        pairs = self._pairs.setdefault(distance, set())
        before = len(pairs)
        facts = _facts(node)
        for new in fresh:
            pairs.update([new << 24 | other if new > other else other << 24 | new for other in facts])
        return 2 if width == 3 and len(pairs) > before else width


def _facts(node: Node) -> list[int]:
    """A number for every (byte, value) of the state and for every name told."""
    state, told = node
    facts = [place << 8 | value for place, value in enumerate(state)]
    return facts if told == EVERYTHING else facts + _names(told)


def _fresh(parent: Node, node: Node, difference: int) -> list[int]:
    """The facts of a node that its parent does not have."""
    (_, old_told), (new, new_told) = parent, node
    facts = [place << 8 | new[place] for place in places(difference)]
    return facts if new_told == EVERYTHING else facts + _names(new_told & ~old_told)


def _names(told: int) -> list[int]:
    """A number for every name of a mask, unlike any for a byte."""
    found = []
    while told:
        low = told & -told
        found.append(_NAME | low.bit_length())
        told ^= low
    return found
