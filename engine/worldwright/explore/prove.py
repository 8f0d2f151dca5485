"""`prove`: every promise and every task of a world, proved or refuted with the shortest script that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from ..check.world import PromiseInfo, Where
from ..compile.system import CompiledTask, System
from ..diagnostics import WorldFault
from .budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES, Budget, OverBudget, Tell, Watch, never, silent
from .conditions import masks, promise_condition, task_conditions
from .edges import Edges, Ids, Mask, States, Way, numbers_of, way_back
from .found import UNKNOWN, Found, find
from .script import Script, Setting, script, setting, settings
from .search import Moves
from .space import MOST_INSTANCES
from .symmetry import Classes, Likeness, Question, promise_question, shared_classes, task_question
from .unlisted import Unlisted

Answer = Literal["proved", "refuted", "unknown"]

VIEW_BYTES = 64
"""Memory of a view of the world in an abstraction, about."""

QUICK_STATES = 300_000
"""States that are listed before it is tried to do without listing them all."""


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
    alike: tuple[tuple[str, ...], ...] = ()
    """The objects that were taken as interchangeable, by name, class by class."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in Proof.__slots__}
        data["script"] = None if self.script is None else self.script.to_json()
        data["alike"] = [list(members) for members in self.alike]
        return data


@dataclass(slots=True)
class _Prover:
    system: System
    found: Found
    starts: Ids
    plays: list[Setting]
    unlisted: Unlisted | None = None
    """How to prove what the listed states leave open."""

    @property
    def states(self) -> States:
        return self.found.states

    @property
    def _one_start(self) -> bool:
        return len(self.starts) == 1 and self.found.layers.all_starts

    @property
    def _why(self) -> str:
        """Why something is not known."""
        layers = self.found.layers
        if not layers.complete:
            symmetry = "" if layers.moves.orbits is None else " (up to symmetry)"
            known = f"the {layers.states:,} states{symmetry} up to {layers.depth} commands"
            return f"{self.found.why}: only {known} are known"
        return f"{self.found.why} before the edges between the states were there"

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
        claim = _claim(info)
        if info.op == "possible":
            return [self._possible(claim, info.where, mask, index)]
        broken = mask if info.op == "never" else ~mask
        if broken.any():
            way = way_back(self.states, int(np.argmax(broken)))
            because = f"it is broken after {counted(len(way.commands), 'command')}"
            return [_proof(claim, info.op, "refuted", because, info.where, self._script(way))]
        if self.found.layers.complete:
            return [_proof(claim, info.op, "proved", f"it holds in {self._all()}", info.where)]
        shown = None if self.unlisted is None else self.unlisted.holds(index)
        return [self._settled(_proof(claim, info.op, "unknown", self._why, info.where), shown)]

    @staticmethod
    def _settled(unknown: Proof, because: str | None) -> Proof:
        """What is not known yet, proved if there is a reason."""
        return unknown if because is None else replace(unknown, answer="proved", because=because)

    def _possible(self, claim: str, where: Where, mask: Mask, index: int) -> Proof:
        """From every start there is a way."""
        if self._one_start and mask.any():
            way = way_back(self.states, int(np.argmax(mask)))
            because = f"it takes {counted(len(way.commands), 'command')}"
            return _proof(claim, "possible", "proved", because, where, self._script(way))
        edges = self.found.edges
        if edges is None:
            shown = None if self.unlisted is None else self.unlisted.possible(index)
            return self._settled(_proof(claim, "possible", "unknown", self._why, where), shown)
        return self._reached(claim, "possible", where, edges, mask, np.zeros(len(mask), dtype=bool), self.plays)

    def recoverable(self, info: PromiseInfo, name: str, args: tuple[int, ...]) -> list[Proof]:
        """From every state there is a way to the goal; what a task calls a failure is no matter here."""
        play = setting(self.system, name, args)
        claim = _claim(info, play)
        edges = self.found.edges
        task = self.system.task(name, args)
        if edges is None:
            shown = None if self.unlisted is None else self.unlisted.recoverable(task)
            return [self._settled(_proof(claim, "recoverable", "unknown", self._why, info.where), shown)]
        goal = masks(self.states, [task_conditions(self.system, task).goal])[0]
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
        claim = _solvable(play)
        earned = self._earned(_earnest(play), where, goal, failed, play, task)
        edges = self.found.edges
        if edges is not None:
            proof = self._reached(claim, "solvable", where, edges, goal, failed, [play])
            texts = task.milestone_names
            return [self._doubted(proof, task.limit, goal, failed, rest[len(conditions.fails) :], texts, edges), earned]
        if self._one_start and goal.any() and not failed.any():
            way = way_back(self.states, int(np.argmax(goal)))
            because = f"it takes {counted(len(way.commands), 'command')}"
            return [_proof(claim, "solvable", "proved", because, where, self._script(way, [play])), earned]
        shown = None if self.unlisted is None else self.unlisted.solvable(task)
        return [self._settled(_proof(claim, "solvable", "unknown", self._why, where), shown), earned]

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

    def _earned(self, claim: str, where: Where, goal: Mask, failed: Mask, play: Setting, task: CompiledTask) -> Proof:
        """The goal holds in no start, and does not come by commands that do nothing of themselves."""
        solved = goal[self.starts]
        if solved.any():
            number = int(self.starts[int(np.argmax(solved))])
            because = f"the goal holds at {int(solved.sum()):,} of {counted(len(solved), 'start')} already"
            return _proof(claim, "earned", "refuted", because, where, self._script(Way((number,), ()), [play]))
        kernel = self.found.layers.moves.kernel
        edges = self.found.edges
        if not self.found.layers.all_starts or (self.system.program.turn and edges is None):
            shown = None if self.unlisted is None else self.unlisted.unearned(task)
            return self._settled(_proof(claim, "earned", "unknown", self._why, where), shown)
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
    stopped: Callable[[], bool] = never,
) -> list[Proof]:
    """Every promise and every task of a world within a budget (`max_memory` in bytes), in the order of the text.

    Where the states are too many to be listed at once, what can be is proved by plans and by abstraction, and only what
    that leaves open is a reason to list them all. When `stopped` says so, what is not proved by then is unknown.

    With `symmetry` a claim is judged on one state for all that differ only in which of some objects is which that
    neither the world nor the claim tells apart. Claims that tell different objects apart need searches of their own;
    the budget of time is for all of them together. Raises WorldFault for a world that has no start to prove it from.
    """
    until = time.monotonic() + max_seconds
    claims = _claims(system)
    likeness = Likeness(system) if symmetry else None
    divided: list[Classes] = [()] * len(claims)
    if likeness is not None:
        divided = shared_classes(likeness, [claim.question for claim in claims])
    proofs: dict[int, list[Proof]] = {}
    for classes in dict.fromkeys(divided):
        some = [i for i, own in enumerate(divided) if own == classes]
        seconds = max(0.0, until - time.monotonic())
        budget = Budget(max_states, max_memory, seconds, stopped)
        found = _proved(system, Moves.of(system, classes=classes), [claims[i] for i in some], budget, tell)
        names = () if likeness is None else likeness.names(classes)
        proofs.update((i, [replace(p, alike=names) for p in each]) for i, each in zip(some, found, strict=True))
    return [proof for i in range(len(claims)) for proof in proofs[i]]


def _proved(system: System, moves: Moves, claims: Sequence[_Claim], budget: Budget, tell: Tell) -> list[list[Proof]]:
    """The proofs of each of some claims by one search, or two where the first is not enough."""
    watch = Watch(budget)
    quick = replace(budget, states=min(budget.states, QUICK_STATES))
    found = find(moves, quick, True, tell)
    if found.layers.all_starts and not found.layers.starts:
        raise WorldFault(f"{system.world.title}: start rejected every draw, so there is nothing that could be proved")
    if found.layers.complete or budget.stopped():
        return _proofs(system, found, None, claims)
    starts = found.layers.starts if found.layers.all_starts else None
    tasks = [system.task(*each) for each in instances(system)]
    views = min(budget.states, budget.memory // VIEW_BYTES)
    proofs = _proofs(system, found, Unlisted.of(system, starts, tasks, views, watch.late), claims)
    left = budget.seconds - watch.elapsed()
    if found.layers.reason != "states" or budget.states <= QUICK_STATES or left <= 0 or not _open(proofs):
        return proofs
    found = find(moves, replace(budget, seconds=left), True, tell)
    listed = _proofs(system, found, None, claims)
    return [
        [new if old.answer == "unknown" else old for old, new in zip(before, after, strict=True)]
        for before, after in zip(proofs, listed, strict=True)
    ]


def _open(proofs: Sequence[Sequence[Proof]]) -> bool:
    return any(proof.answer == "unknown" for some in proofs for proof in some)


@dataclass(frozen=True, slots=True)
class _Claim:
    """Something to prove: what it asks of states, what it says, and how it is judged."""

    question: Question
    said: tuple[tuple[str, str, Where], ...]
    """Claim, kind and place of each of its proofs."""
    judge: Callable[[_Prover], list[Proof]]


def _claims(system: System) -> list[_Claim]:
    """All that is to be proved, in the order of the text."""
    tasks = [(name, args, setting(system, name, args)) for name, args in instances(system)]
    asked = [task_question(system, name, args) for name, args, _ in tasks]
    found: list[_Claim] = []
    for index, info in enumerate(system.world.promises):
        if info.op != "recoverable":
            judge = partial(_Prover.promise, index=index, info=info)
            found.append(_Claim(promise_question(system, index), ((_claim(info), info.op, info.where),), judge))
            continue
        for (name, args, play), question in zip(tasks, asked, strict=True):
            judge = partial(_Prover.recoverable, info=info, name=name, args=args)
            found.append(_Claim(question, ((_claim(info, play), info.op, info.where),), judge))
    for (name, args, play), question in zip(tasks, asked, strict=True):
        where = system.world.tasks[name].where
        both = ((_solvable(play), "solvable", where), (_earnest(play), "earned", where))
        found.append(_Claim(question, both, partial(_Prover.task, name=name, args=args)))
    return found


def _proofs(system: System, found: Found, unlisted: Unlisted | None, claims: Sequence[_Claim]) -> list[list[Proof]]:
    starts = numbers_of(found.states, found.layers.starts)
    prover = _Prover(system, found, starts, settings(system), unlisted)
    return [_in_time(claim.said, partial(claim.judge, prover)) for claim in claims]


def _in_time(claims: Sequence[tuple[str, str, Where]], prove: Callable[[], list[Proof]]) -> list[Proof]:
    """The proofs of some claims; that they are unknown, if the budget is used up before."""
    try:
        return prove()
    except OverBudget as stop:
        return [_proof(claim, kind, "unknown", UNKNOWN[stop.reason], where) for claim, kind, where in claims]


def _claim(info: PromiseInfo, play: Setting | None = None) -> str:
    """What a promise claims; `recoverable` of one task."""
    claim = f'{info.op} "{info.text}"' if info.text not in ("", info.op) else info.op
    return claim if play is None else f"{claim}: {play.text}"


def _solvable(play: Setting) -> str:
    return f"{play.text} can be solved"


def _earnest(play: Setting) -> str:
    return f"{play.text} is not solved by doing nothing"


def instances(system: System) -> list[tuple[str, tuple[int, ...]]]:
    """Every task with each of its arguments; with the first hundred where there are more."""
    return [(name, args) for name, info in system.world.tasks.items() for args in info.instances[:MOST_INSTANCES]]


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
