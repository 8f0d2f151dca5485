"""`prove`: every promise and every task of a world, proved or refuted with the shortest script that shows it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..check.world import PromiseInfo, Where
from ..compile.system import System
from .abstractly import Abstractly, Shown
from .budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES, Budget, Tell, silent
from .conditions import Condition, masks, promise_condition, task_conditions
from .edges import Edges, Ids, Mask, States, Way, numbers_of, way_back
from .nodes import Node
from .script import Script, Setting, script, setting, settings
from .search import Moves
from .space import MOST_INSTANCES, UNKNOWN, Found, find

Answer = Literal["proved", "refuted", "unknown"]

QUICK_STATES = 300_000
"""States that are listed before it is tried to do without listing them all."""

MOST_VIEWS = 6_000_000
"""Views of a world that are listed in an abstraction."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was claimed, where, and what became of it."""

    claim: str
    kind: str
    """always, never, possible, recoverable, solvable, earned (the goal does not come by itself)."""
    answer: Answer
    because: str
    source: str
    line: int
    script: Script | None = None
    """Refuted: the shortest commands that show it. Proved: the shortest that reach what can be reached."""
    warning: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in Proof.__slots__}
        data["script"] = None if self.script is None else self.script.to_json()
        return data


@dataclass(slots=True)
class _Prover:
    system: System
    found: Found
    starts: Ids
    plays: list[Setting]
    abstractly: Abstractly | None = None
    """How to prove what the listed states leave open."""

    @property
    def states(self) -> States:
        return self.found.states

    @property
    def _why(self) -> str:
        """Why something is not known."""
        layers = self.found.layers
        if not layers.complete:
            symmetry = "" if layers.moves.orbits is None else " (up to symmetry)"
            known = f"the {layers.states:,} states{symmetry} up to {layers.depth} commands"
            return f"{UNKNOWN[layers.reason]}: only {known} are known"
        return "there is no memory for the edges between the states"

    def _all(self) -> str:
        count = len(self.states)
        if self.found.layers.moves.orbits is not None:
            return f"all reachable states, which are {counted(count, 'state')} up to symmetry"
        return f"all {count:,} reachable states" if count > 1 else "the only reachable state"

    def _script(self, way: Way, plays: list[Setting] | None = None) -> Script:
        return script(self.system, self.states, way, plays or self.plays)

    # ------------------------------------------------------------ promises

    def promise(self, index: int, info: PromiseInfo) -> list[Proof]:
        """The proof of one promise other than `recoverable`."""
        mask = masks(self.states, [promise_condition(self.system, index)])[0]
        claim = f'{info.op} "{info.text}"' if _named(info) else info.op
        if info.op == "possible":
            return [self._possible(claim, info.where, mask, promise_condition(self.system, index))]
        broken = mask if info.op == "never" else ~mask
        if broken.any():
            way = way_back(self.states, int(np.argmax(broken)))
            because = f"it is broken after {counted(len(way.commands), 'command')}"
            return [_proof(claim, info.op, "refuted", because, info.where, self._script(way))]
        if self.found.layers.complete:
            return [_proof(claim, info.op, "proved", f"it holds in {self._all()}", info.where)]
        if self.abstractly is not None:
            node = self._node(promise_condition(self.system, index))
            shown = self.abstractly.never(node) if info.op == "never" else self.abstractly.always(node)
            if shown is not None:
                return [_proof(claim, info.op, "proved", f"it holds in every state: {_how(shown)}", info.where)]
        return [_proof(claim, info.op, "unknown", self._why, info.where)]

    def _node(self, condition: Condition) -> Node:
        """A condition as an abstraction reads it."""
        assert self.abstractly is not None
        return self.abstractly.ground.condition(condition.form, condition.args)

    def _reached_abstractly(
        self, claim: str, kind: str, where: Where, goal: Condition, fails: Sequence[Condition] = ()
    ) -> Proof | None:
        """Whether an abstraction shows that there is a way; for `recoverable` from every state, else every start."""
        if self.abstractly is None:
            return None
        everywhere = kind == "recoverable"
        shown = self.abstractly.reached(self._node(goal), [self._node(c) for c in fails], everywhere)
        if shown is None:
            return None
        if everywhere:
            because = f"the goal can be reached from every state: {_how(shown)}"
        else:
            because = f"it takes at most {counted(shown.commands, 'command')}: {_how(shown)}"
        return _proof(claim, kind, "proved", because, where)

    def _possible(self, claim: str, where: Where, mask: Mask, condition: Condition) -> Proof:
        """From every start there is a way."""
        if len(self.starts) == 1 and mask.any():
            way = way_back(self.states, int(np.argmax(mask)))
            because = f"it takes {counted(len(way.commands), 'command')}"
            return _proof(claim, "possible", "proved", because, where, self._script(way))
        edges = self.found.edges
        if edges is None:
            unknown = _proof(claim, "possible", "unknown", self._why, where)
            return self._reached_abstractly(claim, "possible", where, condition) or unknown
        return self._reached(claim, "possible", where, edges, mask, np.zeros(len(mask), dtype=bool), self.plays)

    def recoverable(self, info: PromiseInfo, name: str, args: tuple[int, ...]) -> list[Proof]:
        """From every state there is a way to the goal; what a task calls a failure is no matter here."""
        play = setting(self.system, name, args)
        claim = f'recoverable "{info.text}": {play.text}' if _named(info) else f"recoverable: {play.text}"
        edges = self.found.edges
        condition = task_conditions(self.system, self.system.task(name, args)).goal
        if edges is None:
            unknown = _proof(claim, "recoverable", "unknown", self._why, info.where)
            return [self._reached_abstractly(claim, "recoverable", info.where, condition) or unknown]
        goal = masks(self.states, [condition])[0]
        lost = edges.distances(np.flatnonzero(goal)) < 0
        if not lost.any():
            because = f"the goal can be reached from {self._all()}"
            return [_proof(claim, "recoverable", "proved", because, info.where)]
        levels = edges.levels(self.starts, ending=goal)
        numbers = np.flatnonzero(lost & (levels >= 0))
        if len(numbers):
            way = edges.way_up(int(numbers[int(np.argmin(levels[numbers]))]), levels, goal)
        else:
            way = way_back(self.states, int(np.argmax(lost)))
        because = f"after {counted(len(way.commands), 'command')} the goal is out of reach"
        return [_proof(claim, "recoverable", "refuted", because, info.where, self._script(way, [play, *self.plays]))]

    def _reached(
        self, claim: str, kind: str, where: Where, edges: Edges, aim: Mask, closed: Mask, plays: list[Setting]
    ) -> Proof:
        """Whether there is a way from every start, without leaving a closed state."""
        distances = edges.distances(np.flatnonzero(aim & ~closed), closed)
        far = distances[self.starts]
        if (far < 0).any():
            number = int(self.starts[int(np.argmax(far < 0))])
            count = int((far < 0).sum())
            because = f"there is no way from {count:,} of {counted(len(far), 'start')}"
            return _proof(claim, kind, "refuted", because, where, self._script(Way((number,), ()), plays))
        best, worst = int(far.min()), int(far.max())
        way = edges.way_down(int(self.starts[int(np.argmax(far))]), distances)
        length = counted(best, "command") if best == worst else f"{best} to {worst} commands, depending on the start"
        return _proof(claim, kind, "proved", f"it takes {length}", where, self._script(way, plays))

    # ------------------------------------------------------------ tasks

    def task(self, name: str, args: tuple[int, ...]) -> list[Proof]:
        """That a task can be solved from every start, and is not solved by itself."""
        task = self.system.task(name, args)
        play = setting(self.system, name, args)
        conditions = task_conditions(self.system, task)
        goal, *rest = masks(self.states, conditions.all)
        failed = rest[0] if conditions.fails else np.zeros(len(goal), dtype=bool)
        goal &= ~failed
        where = task.info.where
        claim = f"{play.text} can be solved"
        claim_of_earning = f"{play.text} is not solved by doing nothing"
        earned = self._earned(claim_of_earning, where, goal, failed, play, conditions.goal)
        edges = self.found.edges
        if edges is not None:
            proof = self._reached(claim, "solvable", where, edges, goal, failed, [play])
            texts = [m.text for m in task.info.milestones]
            return [self._doubted(proof, task.limit, goal, failed, rest[len(conditions.fails) :], texts, edges), earned]
        if len(self.starts) == 1 and goal.any() and not failed.any():
            way = way_back(self.states, int(np.argmax(goal)))
            because = f"it takes {counted(len(way.commands), 'command')}"
            return [_proof(claim, "solvable", "proved", because, where, self._script(way, [play])), earned]
        unknown = _proof(claim, "solvable", "unknown", self._why, where)
        return [
            self._reached_abstractly(claim, "solvable", where, conditions.goal, conditions.fails) or unknown,
            earned,
        ]

    def _doubted(
        self,
        proof: Proof,
        limit: int,
        goal: Mask,
        failed: Mask,
        milestones: Sequence[Mask],
        texts: Sequence[str],
        edges: Edges,
    ) -> Proof:
        """A proof with a warning where the plan is longer than the limit, or passes milestones by."""
        if proof.answer != "proved":
            return proof
        distances = edges.distances(np.flatnonzero(goal), failed)
        far = distances[self.starts]
        way = edges.way_down(int(self.starts[int(np.argmin(far))]), distances)
        passed = [t for t, mask in zip(texts, milestones, strict=True) if not mask[list(way.numbers)].any()]
        warning = ""
        if int(far.max()) > limit:
            warning = f"from some start it takes {int(far.max())} commands, more than its limit of {limit}"
        elif passed:
            names = ", ".join(f'"{text}"' for text in passed)
            steps = counted(len(way.commands), "command")
            warning = f"it can be solved in {steps} without the milestone{'s' * (len(passed) > 1)} {names}"
        elif len(way.commands) < len(texts):
            warning = f"it can be solved in {counted(len(way.commands), 'command')}, fewer than its milestones"
        return replace(proof, warning=warning)

    def _earned(self, claim: str, where: Where, goal: Mask, failed: Mask, play: Setting, condition: Condition) -> Proof:
        """The goal holds in no start, and does not come by commands that do nothing of themselves."""
        solved = goal[self.starts]
        if solved.any():
            number = int(self.starts[int(np.argmax(solved))])
            because = f"the goal holds at {int(solved.sum()):,} of {counted(len(solved), 'start')} already"
            return _proof(claim, "earned", "refuted", because, where, self._script(Way((number,), ()), [play]))
        kernel = self.found.layers.moves.kernel
        edges = self.found.edges
        if self.found.layers.reason == "starts" or (self.system.program.turn and edges is None):
            shown = None if self.abstractly is None else self.abstractly.absent(self._node(condition))
            if shown is None:
                return _proof(claim, "earned", "unknown", self._why, where)
            because = f"the goal holds at no start, and does not come by waiting: {_how(shown)}"
            return _proof(claim, "earned", "proved", because, where)
        if not self.system.program.turn:
            return _proof(claim, "earned", "proved", "the goal holds at no start, and time changes nothing", where)
        if kernel is None or edges is None:
            return _proof(claim, "earned", "unknown", self._why, where)
        idle = {c.command for c in kernel.commands if not c.stages and not c.free}
        waits = np.array([command in idle for command in edges.commands], dtype=bool)
        levels = _waiting(edges, self.starts, waits, goal | failed)
        reached = np.flatnonzero(goal & (levels >= 0))
        if len(reached):
            because = f"waiting {counted(int(levels[reached].min()), 'turn')} is enough"
            return _proof(claim, "earned", "refuted", because, where)
        return _proof(claim, "earned", "proved", "the goal holds at no start, and does not come by waiting", where)


def prove(
    system: System,
    *,
    max_states: int = MAX_STATES,
    max_memory: int = MAX_MEMORY,
    max_seconds: float = MAX_SECONDS,
    symmetry: bool = False,
    tell: Tell = silent,
) -> list[Proof]:
    """Every promise and every task of a world within a budget (`max_memory` in bytes), in the order of the text.

    Where the states are too many to be listed at once, what can be is proved by abstraction, and only what that leaves
    open is a reason to list them all.
    """
    began = time.monotonic()
    moves = Moves.of(system)
    found = find(moves, Budget(min(max_states, QUICK_STATES), max_memory, max_seconds), True, tell)
    if found.layers.complete:
        return _proofs(system, found, None)
    until = began + max_seconds
    proofs = _proofs(system, found, Abstractly.of(system, min(max_states, MOST_VIEWS), until))
    left = until - time.monotonic()
    if found.layers.reason != "states" or max_states <= QUICK_STATES or left <= 0 or not _open(proofs):
        return proofs
    found = find(moves, Budget(max_states, max_memory, left), True, tell)
    listed = _proofs(system, found, None)
    return [new if old.answer == "unknown" else old for old, new in zip(proofs, listed, strict=True)]


def _open(proofs: Sequence[Proof]) -> bool:
    return any(proof.answer == "unknown" for proof in proofs)


def _proofs(system: System, found: Found, abstractly: Abstractly | None) -> list[Proof]:
    starts = numbers_of(found.states, found.layers.starts)
    prover = _Prover(system, found, starts, settings(system), abstractly)
    proofs: list[Proof] = []
    for index, info in enumerate(system.world.promises):
        if info.op == "recoverable":
            proofs += [proof for each in instances(system) for proof in prover.recoverable(info, *each)]
        else:
            proofs += prover.promise(index, info)
    return proofs + [proof for each in instances(system) for proof in prover.task(*each)]


def instances(system: System) -> list[tuple[str, tuple[int, ...]]]:
    """Every task with each of its arguments; with the first hundred where there are more."""
    return [(name, args) for name, info in system.world.tasks.items() for args in info.instances[:MOST_INSTANCES]]


def _how(shown: Shown) -> str:
    """On what a proof by abstraction rests."""
    if not shown.variables:
        return "nothing can change that"
    views = "one view" if shown.views == 1 else f"{shown.views:,} views"
    return f"shown on {views} of {counted(shown.variables, 'variable')}"


def _named(info: PromiseInfo) -> bool:
    return info.text not in ("", info.op)


def counted(number: int, noun: str) -> str:
    """1 command, 2 commands."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _proof(
    claim: str,
    kind: str,
    answer: Answer,
    because: str,
    where: Where,
    shown: Script | None = None,
    warning: str = "",
) -> Proof:
    return Proof(claim, kind, answer, because, where.source, where.line, shown, warning)


def _waiting(edges: Edges, starts: Ids, waits: Mask, ending: Mask) -> Ids:
    """Turns after which a state comes by waiting alone; -1 where it does not."""
    level = np.full(len(ending), -1, dtype=np.int32)
    level[starts] = 0
    front = [int(s) for s in starts]
    depth = 0
    while front:
        depth += 1
        after: dict[int, None] = {}
        for state in front:
            if ending[state]:
                continue
            row = slice(edges.rows[state], edges.rows[state + 1])
            for target in edges.targets[row][waits[edges.labels[row]]].tolist():
                if level[target] < 0:
                    level[target] = depth
                    after[target] = None
        front = list(after)
    return level
