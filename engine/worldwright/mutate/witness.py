"""What an author has to notice a mutant with: the checker, golden plays, promises, and what is proved of the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..check.checker import check_report
from ..check.world import World
from ..compile.system import System
from ..diagnostics import Diagnostic, WorldError
from ..explore.budget import Budget
from ..explore.conditions import masks, promise_condition
from ..explore.found import find
from ..explore.prove import Proof, prove
from ..explore.search import Moves
from ..explore.space import StateSpace, explore
from ..play.golden import Golden, GoldenFault, Mismatch, Value, mismatch, play
from ..source import Source
from ..syntax.modules import Part
from ..syntax.parse import parse

MAX_MEMORY = 1_000_000_000
"""Bytes for one exploration: a mutant's graph is no larger than what `max_states` allows."""

Params = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Author:
    """A world's text with the modules it uses, and one member of its family."""

    name: str
    modules: tuple[Part, ...]
    params: Params

    def check(self, text: str, params: Params | None = None) -> tuple[World | None, tuple[Diagnostic, ...]]:
        """The world of a text, None if it has errors, with all diagnostics."""
        source = Source(self.name, text)
        try:
            part = Part("", source, parse(source))
        except WorldError as error:
            return None, error.diagnostics
        return check_report((*self.modules, part), self.params if params is None else params)


@dataclass(frozen=True, slots=True)
class Kill:
    """Who noticed a mutant: `by` is play, checker, promise, task or milestone."""

    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Plays:
    """Golden plays, each with all params of the member of the family that it is played in."""

    author: Author
    plays: tuple[tuple[Golden, Params], ...]

    @staticmethod
    def of(author: Author, text: str, plays: Sequence[Golden]) -> Plays:
        """Golden plays of a world's text. Raises GoldenFault for one that already differs in the world itself."""
        systems: dict[tuple[tuple[str, Value], ...], System] = {}
        found: list[tuple[Golden, Params]] = []
        for golden in plays:
            key = tuple(golden.params)
            if key not in systems:
                world, diagnostics = author.check(text, dict(key))
                if world is None:
                    raise GoldenFault(golden.name, 0, f"the world is faulty with its params: {diagnostics[0].message}")
                systems[key] = System(world)
            different = differs(golden, systems[key])
            if different is not None:
                message = "the world does not play like this any more; write the play anew before it judges mutants"
                raise GoldenFault(golden.name, different.line, message)
            found.append((golden, systems[key].world.params))
        return Plays(author, tuple(found))

    def killed(self, text: str, system: System) -> Kill | None:
        """The first golden play that reads differently in a mutant, given its text and its system."""
        systems: dict[tuple[tuple[str, Value], ...], System | None] = {_key(system.world.params): system}
        for golden, params in self.plays:
            key = _key(params)
            if key not in systems:
                world, _ = self.author.check(text, params)
                systems[key] = System(world) if world is not None else None
            member = systems[key]
            if member is None:
                return Kill("play", f"{Path(golden.name).name}: the world with its params is faulty")
            found = differs(golden, member)
            if found is not None:
                return Kill("play", f"{Path(golden.name).name}:{found.line}")
        return None


def differs(golden: Golden, system: System) -> Mismatch | None:
    """The first line of a golden play that reads differently; its first command's line where it cannot begin."""
    try:
        return mismatch(golden, play(golden, system))
    except GoldenFault as error:
        return Mismatch(1, None, str(error))


def _key(params: Params) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(params.items()))


def warned(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> Kill | None:
    """A warning of the checker that the original does not have."""
    known = {(d.code, d.message) for d in before}
    for d in after:
        if (d.code, d.message) not in known:
            return Kill("checker", f"{d.code} {d.message}")
    return None


def broken(system: System, max_states: int) -> tuple[int, ...]:
    """The promises, `always` and `never`, that fail in one of so many states around the start."""
    promises = [(i, p.op) for i, p in enumerate(system.world.promises) if p.op in ("always", "never")]
    states = find(Moves.of(system), Budget(max_states, MAX_MEMORY), edges=False).states
    held = masks(states, [promise_condition(system, i) for i, _ in promises])
    return tuple(i for (i, op), mask in zip(promises, held, strict=True) if (mask if op == "never" else ~mask).any())


@dataclass(slots=True)
class Proved:
    """What is proved of a world whose states are gone through."""

    proofs: dict[tuple[str, str], Proof]
    space: StateSpace
    milestones: dict[tuple[str, str], int] = field(default_factory=dict)

    @staticmethod
    def of(system: System, max_states: int) -> Proved:
        """Promises, tasks, and in how many states each milestone holds."""
        proofs = prove(system, max_states=max_states, max_memory=MAX_MEMORY)
        space = explore(system, max_states=max_states, max_memory=MAX_MEMORY, edges=False, coverage=False)
        held = {(task.task, text): count for task in space.tasks for text, count in task.milestones.items()}
        return Proved({(p.kind, p.claim): p for p in proofs}, space, held)

    def killed(self, mutant: Proved) -> Kill | None:
        """What is refuted or doubted of a mutant, and was not of this world."""
        for key, proof in mutant.proofs.items():
            mine = self.proofs.get(key)
            by = "task" if proof.kind in ("solvable", "earned") else "promise"
            if proof.answer == "refuted" and (mine is None or mine.answer != "refuted"):
                return Kill(by, f"{proof.claim}: {proof.because}")
            if proof.warning and mine is not None and not mine.warning and mine.answer == "proved":
                return Kill("milestone" if "milestone" in proof.warning else "task", f"{proof.claim}: {proof.warning}")
        if self.space.complete and mutant.space.complete:
            for (task, text), count in mutant.milestones.items():
                if not count and self.milestones.get((task, text)):
                    return Kill("milestone", f'the milestone "{text}" of {task} is never reached')
        return None
