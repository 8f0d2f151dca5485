"""Proofs about worlds whose states cannot be listed: through abstractions that are sharpened until they tell.

What is proved here is proved of every state and every start. What is not proved is not refuted: it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..compile.system import System
from .abstraction import Abstraction, Classes, Face
from .beginning import Beginning
from .budget import checking
from .cases import taken_apart
from .ground import Ground, GroundCommand
from .modal import Modal
from .nodes import FALSE, TRUE, Node, TooLarge
from .relevance import views
from .sums import invariant

MOST_STARTS = 200_000
"""Start views of one abstraction."""

MOST_WAYS = 4
"""Ways to a goal (`this or that`) that are tried one by one."""

KEPT = 6
"""Explored abstractions that are kept for the next question."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof: how many views of how many variables it took; for what can be reached, in at most how many commands
    from the start where it takes most."""

    views: int
    variables: int
    commands: int = 0

    def beside(self, other: Shown) -> Shown:
        """Two proofs as one."""
        return Shown(self.views + other.views, max(self.variables, other.variables), max(self.commands, other.commands))


@dataclass(slots=True)
class Abstractly:
    """Proves by abstraction, within a number of views, until `late` says that time is up."""

    ground: Ground
    beginning: Beginning
    limit: int
    late: Callable[[], bool]
    _kept: dict[tuple[object, Face], Modal | None] = field(default_factory=dict)

    @staticmethod
    def of(system: System, limit: int, late: Callable[[], bool]) -> Abstractly | None:
        """None: the world's rules or its start take too many expressions. Raises OverBudget when it is late, as all
        questions do."""
        try:
            return Abstractly(Ground.of(system, checking(late)), Beginning.of(system, checking(late)), limit, late)
        except TooLarge:
            return None

    def never(self, condition: Node) -> Shown | None:
        """Proves that a condition holds in no state that can be reached."""
        graph = self.ground.graph
        condition = graph.any_of(taken_apart(self.ground, self.beginning, condition))
        key = graph.keys[condition]
        whole = self._never(condition) if key.op != "or" else None
        if whole is not None or key.op != "or":
            return whole
        total: Shown | None = Shown(0, 0)
        for part in key.parts:
            shown = self._never(part)
            total = None if shown is None or total is None else total.beside(shown)
            if total is None:
                return self._never(condition)
        return total

    def always(self, condition: Node) -> Shown | None:
        """Proves that a condition holds in every state that can be reached."""
        graph = self.ground.graph
        key = graph.keys[condition]
        parts = key.parts if key.op == "and" else (condition,)
        return self.never(graph.any_of([graph.opposite(part) for part in parts]))

    def kept(self, condition: Node) -> bool:
        """Proves that an equation between sums holds in every state, because every command keeps it."""
        return invariant(self.ground, self.beginning, condition)

    def reached(self, goal: Node, fails: Sequence[Node], everywhere: bool) -> Shown | None:
        """Proves that a goal can be reached without passing a state that fails: from every start, or (`everywhere`)
        from every state that can be reached."""
        key = self.ground.graph.keys[goal]
        ways = [*key.parts[:MOST_WAYS], goal] if key.op == "or" else [goal]
        for way in ways:
            shown = self._reached(way, fails, everywhere)
            if shown is not None:
                return shown
        return None

    def absent(self, condition: Node) -> Shown | None:
        """Proves that a condition holds at no start, and does not come by waiting, whatever waiting is."""
        idle = GroundCommand((0,), TRUE, False, ())
        waiting = Ground(self.ground.system, self.ground.graph, self.ground.reader, (idle,), self.ground.turn)
        alone = Abstractly(waiting, self.beginning, self.limit, self.late)
        return alone.never(condition)

    # ------------------------------------------------------------ one question, sharper and sharper

    def _never(self, condition: Node) -> Shown | None:
        if condition == FALSE:
            return Shown(0, 0)
        for modal, classes in self._explored([condition], "may"):
            if not modal.mask(condition, "may").any():
                return Shown(len(modal), len(classes))
        return None

    def _reached(self, goal: Node, fails: Sequence[Node], everywhere: bool) -> Shown | None:
        for modal, classes in self._explored([goal, *fails], "may" if everywhere else "must"):
            closed = np.zeros(len(modal), dtype=bool)
            for condition in fails:
                closed |= modal.mask(condition, "may")
            distances = modal.distances(modal.mask(goal, "must"), closed)
            if distances is None:
                return None
            asked = distances if everywhere else distances[modal.starts]
            if (asked >= 0).all():
                return Shown(len(modal), len(classes), int(distances[modal.starts].max()))
        return None

    def _explored(self, question: Sequence[Node], face: Face) -> Iterator[tuple[Modal, Classes]]:
        """Ever sharper abstractions, explored, up to the first that is too large."""
        for classes in views(self.ground, question):
            modal = None if self.late() else self._modal(classes, face)
            if modal is None:
                return
            yield modal, classes

    def _modal(self, classes: Classes, face: Face) -> Modal | None:
        key = (tuple(classes.items()), face)
        if key not in self._kept:
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = self._find(classes, face)
        else:
            self._kept[key] = self._kept.pop(key)
        return self._kept[key]

    def _find(self, classes: Classes, face: Face) -> Modal | None:
        try:
            rows = self.beginning.projected(classes, MOST_STARTS)
            if rows is None:
                return None
            return Modal.of(Abstraction(self.ground, classes), face, rows, self.limit, self.late)
        except TooLarge:
            return None
