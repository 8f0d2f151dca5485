"""`mutate`: makes the mutants of a world and finds out of each who notices it, cheapest first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..check.checker import check
from ..compile.system import System
from ..diagnostics import Diagnostic
from ..explore.budget import Budget
from ..explore.search import Moves, search
from ..limits import START_ATTEMPTS
from ..play.golden import Golden
from ..syntax.modules import read_modules
from .lockstep import Comparison, compare, compare_in_words
from .mutant import Mutant
from .operators import mutants
from .report import Outcome, Report
from .same import same_program
from .telling import Telling, tell
from .walks import Walk, misled, record, walk_through
from .witness import MAX_MEMORY, Author, Kill, Params, Plays, Proved, broken, warned

MAX_STATES = 20_000
"""Pairs of states of one comparison, and states of one exploration."""

NEAR = 1_000
"""Pairs that are looked at around the start of a world that is too large to go through."""

WALKS = 120
"""Random plays that are given to the mutants of a world that is too large to go through."""

Tell = Callable[[int, int, str], None]
"""Takes how many mutants are judged, of how many, and what the last one was."""


def silent(_: int, __: int, ___: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which mutants are judged: those of some operators (all if none is named), at most so many, drawn by a seed."""

    only: tuple[str, ...] = ()
    most: int | None = None
    seed: int = 0

    def of(self, every: Sequence[Mutant]) -> tuple[Mutant, ...]:
        """The chosen ones in their order."""
        fitting = [m for m in every if not self.only or m.operator in self.only]
        if self.most is None or len(fitting) <= self.most:
            return tuple(fitting)
        drawn = random.Random(self.seed).sample(range(len(fitting)), self.most)
        return tuple(fitting[number] for number in sorted(drawn))


def mutate(
    path: Path,
    params: Params,
    plays: Sequence[Golden],
    choice: Choice = Choice(),
    *,
    max_states: int = MAX_STATES,
    max_seconds: float | None = None,
    tell: Tell = silent,
) -> Report:
    """Judges the mutants of a world's file.

    Raises WorldError for a faulty world, GoldenFault for a golden play that already differs in the world itself.
    Mutants that are not reached within `max_seconds` are unknown.
    """
    parts = read_modules(path)
    system = System(check(parts, params))
    source = parts[-1].source
    author = Author(source.name, parts[:-1], params)
    every = mutants(system.world, source, parts[-1].tree)
    chosen = choice.of(every)
    judge = _Judge.of(author, system, source.text, tuple(plays), max_states)
    began = time.monotonic()
    outcomes = []
    for number, mutant in enumerate(chosen):
        if max_seconds is not None and time.monotonic() - began > max_seconds:
            outcomes.append(Outcome(mutant, "unknown", because="the limit on time was reached"))
            continue
        outcomes.append(judge.judged(mutant))
        tell(number + 1, len(chosen), outcomes[-1].verdict)
    return Report(system.world.title, dict(system.world.params), len(every), tuple(outcomes), judge.small)


@dataclass(slots=True)
class _Judge:
    """Judges one mutant after the other; what it needs of the original it makes when first asked."""

    author: Author
    system: System
    warnings: tuple[Diagnostic, ...]
    plays: Plays
    max_states: int
    small: bool
    """Whether all states of the original are within the budget."""
    _proved: Proved | None = None
    _broken: tuple[int, ...] | None = None
    _walks: tuple[Walk, ...] | None = None

    @staticmethod
    def of(author: Author, system: System, text: str, plays: tuple[Golden, ...], max_states: int) -> _Judge:
        _, warnings = author.check(text)
        small = search(Moves.of(system), Budget(max_states, MAX_MEMORY)).complete
        return _Judge(author, system, warnings, Plays.of(author, text, plays), max_states, small)

    def judged(self, mutant: Mutant) -> Outcome:
        """The verdict on a mutant."""
        world, diagnostics = self.author.check(mutant.shown)
        if world is None:
            first = diagnostics[0]
            return Outcome(mutant, "stillborn", because=f"{first.code} {first.message}")
        kill = warned(self.warnings, diagnostics)
        if kill is not None:
            return Outcome(mutant, "killed", kill)
        text = mutant.shown
        if not mutant.moves_nothing:
            quiet, _ = self.author.check(mutant.judged)
            world, text = (world, text) if quiet is None else (quiet, mutant.judged)
        system = System(world)
        if not system.start_states(1)[0]:
            return Outcome(mutant, "stillborn", because=f"no start among {START_ATTEMPTS:,} draws")
        if same_program(self.system, system):
            return Outcome(mutant, "equivalent", because="it compiles to the same program")
        kill = self.plays.killed(text, system)
        if kill is not None:
            return Outcome(mutant, "killed", kill)
        return self._compared(mutant, system) if self.small else self._walked(mutant, system)

    # ------------------------------------------------------------ mutants that the golden plays do not notice

    def _compared(self, mutant: Mutant, system: System) -> Outcome:
        """In a world whose states can be gone through."""
        kill = self._refuted(system)
        if kill is not None:
            return Outcome(mutant, "killed", kill)
        found = compare(self.system, system, self.max_states)
        if found.equivalent:
            return Outcome(mutant, "equivalent", because=f"alike in all {found.pairs:,} pairs of states")
        telling, steps = self._told(system, found), 0
        if telling is None:
            walked = walk_through(self.system, system, self._all_walks())
            telling, steps = walked.telling, walked.steps
        if telling is not None:
            return Outcome(mutant, "survived", telling=telling, because=_first(found))
        in_words = compare_in_words(self.system, system, self.max_states)
        if in_words.equivalent:
            because = f"alike in all {in_words.pairs:,} pairs of states that words lead to"
            return Outcome(mutant, "equivalent", because=because)
        if in_words.differences:
            return Outcome(mutant, "survived", because=_first(in_words))
        because = f"not told apart in {found.pairs:,} pairs of states and {steps:,} steps"
        return Outcome(mutant, "unknown", because=because)

    def _walked(self, mutant: Mutant, system: System) -> Outcome:
        """In a world that has too many states: by plays of the original, and near the start."""
        walked = walk_through(self.system, system, self._all_walks())
        if walked.broken is not None:
            return self._breaking(mutant, walked.broken, "on a play")
        found = Comparison((), 0, False)
        telling = walked.telling
        if telling is None:
            found = compare(self.system, system, NEAR)
            if found.equivalent:
                return Outcome(mutant, "equivalent", because=f"alike in all {found.pairs:,} pairs of states")
            telling = self._told(system, found) or misled(self.system, system)
        if self._broken is None:
            self._broken = broken(self.system, self.max_states)
        for index in broken(system, self.max_states):
            if index not in self._broken:
                return self._breaking(mutant, index, "near the start")
        if telling is not None:
            return Outcome(mutant, "survived", telling=telling)
        because = f"not told apart in {walked.steps:,} steps and {found.pairs:,} pairs of states near the start"
        return Outcome(mutant, "unknown", because=because)

    def _breaking(self, mutant: Mutant, index: int, where: str) -> Outcome:
        promise = self.system.world.promises[index]
        return Outcome(mutant, "killed", Kill("promise", f'{promise.op} "{promise.text}": it is broken {where}'))

    def _told(self, system: System, found: Comparison) -> Telling | None:
        for difference in found.differences:
            telling = tell(self.system, system, difference)
            if telling is not None:
                return telling
        return None

    def _refuted(self, system: System) -> Kill | None:
        if self._proved is None:
            self._proved = Proved.of(self.system, self.max_states)
        return self._proved.killed(Proved.of(system, self.max_states))

    def _all_walks(self) -> tuple[Walk, ...]:
        if self._walks is None:
            self._walks = record(self.system, WALKS)
        return self._walks


def _first(found: Comparison) -> str:
    return found.differences[0].what if found.differences else ""
