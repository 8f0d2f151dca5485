"""`Predictor`: what the rules say would be read, and what follows, if a state were the true one.

The agent does not know the episode's draws, so a state can answer a command in several ways: chance gives several
results, and a `tell` one of several wordings. `Predictor` finds all results of a command, and which of them agree with
a text that was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from worldwright.check.world import Chance, For, If, Show, Statement, Tell
from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, CompiledTask, System
from worldwright.play.words import joined

Thing = TypeVar("Thing")

Result = tuple[bytes, int]
"""A state, and the names told by then."""

MOST_BRANCHES = 512
"""Chance is followed into so many outcomes of one command."""


TRIALS = 8
"""Chances are estimated from so many draws."""


@dataclass(slots=True)
class _Draws:
    """Answers draws by site: what was fixed for it, else `usual` (as far as it goes). Remembers what was asked."""

    fixed: dict[int, int]
    usual: int = 0
    asked: dict[int, int] = field(default_factory=dict)

    def __call__(self, site: int, n: int) -> int:
        self.asked[site] = n
        return min(self.fixed.get(site, self.usual), n - 1)


@dataclass(frozen=True, slots=True)
class Telling:
    """One result of a command, with every wording of every fragment that it tells."""

    state: bytes
    told: int
    pieces: tuple[tuple[str, ...], ...]

    def could_read(self, text: str) -> bool:
        """Does some choice of wordings give exactly this text?"""
        if joined([piece[0] for piece in self.pieces]) == text:
            return True
        if all(len(piece) == 1 for piece in self.pieces):
            return False
        return _fits([piece for piece in self.pieces if any(piece)], text)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a start state could open with: the names told by it, every wording of every fragment."""

    told: int
    pieces: tuple[tuple[str, ...], ...]

    def could_open(self, before: str, text: str) -> bool:
        """Does some choice of wordings give this text, after what is read before the world's own opening?"""
        rest = text.removeprefix(before)
        if before and len(rest) == len(text):
            return False
        if before and any(piece[0] for piece in self.pieces):
            if not rest.startswith("\n"):
                return False
            rest = rest[1:]
        return Telling(b"", 0, self.pieces).could_read(rest)


def _fits(pieces: Sequence[tuple[str, ...]], text: str) -> bool:
    """Match the fragments against the text from left to right, keeping every place they could have come to."""
    places: dict[int, None] = {0: None}
    for index, wordings in enumerate(pieces):
        following: dict[int, None] = {}
        for place in places:
            for wording in wordings:
                start = place
                if index and not wording.startswith("\n") and not text[:place].endswith("\n"):
                    if not text.startswith(" ", place):
                        continue
                    start = place + 1
                if text.startswith(wording, start):
                    following[start + len(wording)] = None
        places = following
    return len(text) in places


class Predictor:
    """What would be read in a supposed state. Pure functions of the system's rules, some of them remembered."""

    def __init__(self, system: System) -> None:
        self.system = system
        each_turn = _has_chance(system.world.each_turn)
        self.chancy = tuple(
            _has_chance(action.body) or (each_turn and not action.free) for action in system.world.actions
        )
        world = system.world
        bodies = [world.each_turn, *(a.body for a in world.actions), *(v.body for v in world.views.values())]
        self._wordings = frozenset(site for body in bodies for site in _worded(body))
        self._object_slots = tuple(
            tuple(
                place
                for place, parameter in enumerate(action.parameters, start=1)
                if world.domains[parameter.domain].sort == "atom"
            )
            for action in world.actions
        )

    # ------------------------------------------------------------ names

    def named(self, command: Command) -> int:
        """The mask of the objects that a command names."""
        mask = 0
        for place in self._object_slots[command[0]]:
            if self.system.world.atoms[command[place]].is_object:
                mask |= 1 << command[place]
        return mask

    # ------------------------------------------------------------ what follows

    def state_after(self, state: bytes, command: Command) -> bytes:
        """The state that an accepted command leads to; with the first outcome of chance, if chance has a say."""
        return self.system.apply(state, command, _first)

    def states_after(self, state: bytes, command: Command) -> tuple[bytes, ...]:
        """Every state that an accepted command can lead to, in a fixed order."""
        if not self.chancy[command[0]]:
            return (self.system.apply(state, command, _first),)
        draws = _Draws({})
        after = self.system.apply(state, command, draws)
        return self.system.outcomes(state, command) if draws.asked else (after,)

    def luck(self, state: bytes, command: Command, outcomes: Sequence[bytes]) -> tuple[int, ...]:
        """What each outcome costs in certain steps: how often one would have to try, by a few fixed draws."""
        if len(outcomes) == 1:
            return (1,)
        tally = Counter(self.system.apply(state, command, draw_for(seed, 0)) for seed in range(TRIALS))
        return tuple(max(1, round(TRIALS / (tally[after] + 0.5))) for after in outcomes)

    def results(self, state: bytes, command: Command, told: int) -> tuple[Result, ...]:
        """Every result of an accepted command, told names included, in a fixed order."""
        if not self.chancy[command[0]]:
            after, _, names = self.system.narrate(state, command, _first, told)
            return ((after, names),)
        return tuple(dict.fromkeys((telling.state, telling.told) for telling in self.tellings(state, command, told)))

    def tellings(self, state: bytes, command: Command, told: int) -> list[Telling]:
        """Every result of an accepted command and all that it could say."""
        if not self.chancy[command[0]]:
            return [self._worded(state, command, told)]
        found: list[Telling] = []
        self._branch(state, command, told, {}, found)
        return found

    def _worded(self, state: bytes, command: Command, told: int) -> Telling:
        """The only result of a command without chance: the first wordings of all tells, then the second, …"""
        draws = _Draws({})
        after, fragments, names = self.system.narrate(state, command, draws, told)
        versions = [fragments]
        for usual in range(1, max(draws.asked.values(), default=1)):
            _, fragments, also = self.system.narrate(state, command, _Draws({}, usual), told)
            versions.append(fragments)
            names &= also
        return Telling(after, names, _alternatives(versions))

    def _branch(self, state: bytes, command: Command, told: int, fixed: dict[int, int], found: list[Telling]) -> None:
        """Follow chance. A draw that only rewords one fragment is a wording; any other is followed all ways.

        Chance is a draw compared with a number strictly between: its first and its last number stand for both ways.
        """
        if len(found) >= MOST_BRANCHES:
            return
        draws = _Draws(fixed)
        after, fragments, names = self.system.narrate(state, command, draws, told)
        versions = [fragments]
        for site, n in draws.asked.items():
            if site in fixed:
                continue
            values = range(1, n) if site in self._wordings else (n - 1,)
            for value in values:
                other, also, known = self.system.narrate(state, command, _Draws({**fixed, site: value}), told)
                if other == after and len(also) == len(fragments) and _one_differs(also, fragments):
                    versions.append(also)
                    names &= known
                else:
                    for choice in (0, *values):
                        self._branch(state, command, told, {**fixed, site: choice}, found)
                    return
        telling = Telling(after, names, _alternatives(versions))
        if telling not in found:
            found.append(telling)

    # ------------------------------------------------------------ what was read

    def heard(
        self, states: Sequence[bytes], command: Command, told: int, kind: str, text: str
    ) -> list[tuple[Result, ...]]:
        """For each supposed state the results of the command that agree with what was read; none rule it out."""
        return [self._agreeing(state, command, told, kind, text) for state in states]

    def _agreeing(self, state: bytes, command: Command, told: int, kind: str, text: str) -> tuple[Result, ...]:
        need = self.system.refusal(state, command)
        if need >= 0:
            agrees = kind == "precondition" and self.system.refusal_text(state, command, need, told) == text
            return ((state, told),) if agrees else ()
        if kind != "ok":
            return ()
        if not self.chancy[command[0]]:
            draws = _Draws({})
            after, fragments, names = self.system.narrate(state, command, draws, told)
            if all(n == 1 for n in draws.asked.values()):
                return ((after, names),) if joined(fragments) == text else ()
        tellings = self.tellings(state, command, told)
        return tuple(dict.fromkeys((telling.state, telling.told) for telling in tellings if telling.could_read(text)))

    def goes_on(self, task: CompiledTask, results: Sequence[Sequence[Result]]) -> list[tuple[Result, ...]]:
        """For each supposed state the results after which the episode is not over."""
        return [tuple(result for result in some if not self.ends(task, result[0])) for some in results]

    def ends(self, task: CompiledTask, state: bytes) -> bool:
        """Is the episode over in a state, whatever is done: is it the goal, or a failure?"""
        return task.goal(state) or (bool(task.info.fails) and task.failed(state) >= 0)

    def said(self, state: bytes, command: Command, told: int) -> str:
        """What would be read, with the first wordings and the first outcome of chance."""
        need = self.system.refusal(state, command)
        if need >= 0:
            return self.system.refusal_text(state, command, need, told)
        _, fragments, _ = self.system.narrate(state, command, _first, told)
        return joined(fragments)

    def accepted_in_all(self, states: Iterable[bytes], command: Command) -> bool:
        """Is the command accepted in all of these states?"""
        refusal = self.system.refusal
        return all(refusal(state, command) < 0 for state in states)

    # ------------------------------------------------------------ the opening

    def opens(self, task: CompiledTask, state: bytes, opening: str) -> int | None:
        """The names told if the episode began in `state` and opened with this text; None if it could not have."""
        before, told = self.preface(task)
        said = self.begins(state, told)
        return said.told if said.could_open(before, opening) else None

    def begins(self, state: bytes, told: int) -> Opening:
        """All that a start state could open with, some names being told by then."""
        draws = _Draws({})
        fragments, names = self.system.opening(state, draws, told)
        versions = [fragments]
        for usual in range(1, max(draws.asked.values(), default=1)):
            fragments, also = self.system.opening(state, _Draws({}, usual), told)
            versions.append(fragments)
            names &= also
        return Opening(names, _alternatives(versions))

    def opening(self, task: CompiledTask, state: bytes) -> str:
        """The opening text of a start state, with the first wordings."""
        before, told = self.preface(task)
        fragments, _ = self.system.opening(state, _first, told)
        return "\n".join(text for text in (before, joined(fragments)) if text)

    def preface(self, task: CompiledTask) -> tuple[str, int]:
        """What is read before the world's own opening: what it is about, and the task."""
        about, told = self.system.about(self.system.always_told)
        wanted, told = task.text(told)
        return "\n".join(text for text in (about, wanted) if text), told


def apart(a: bytes, b: bytes) -> int:
    """The bits in which two states differ, as a number of which byte n is the states' byte n."""
    return int.from_bytes(a, "little") ^ int.from_bytes(b, "little")


def places(difference: int) -> list[int]:
    """The bytes that are not 0 in a difference, in order. Quick where these are few."""
    found: list[int] = []
    while difference:
        place = (difference & -difference).bit_length() - 1 >> 3
        found.append(place)
        difference &= -1 << 8 * (place + 1)
    return found


def unequal(a: bytes, b: bytes) -> list[int]:
    """The places in which two states differ, in order."""
    return places(apart(a, b))


def spread(states: Sequence[Thing], most: int) -> Sequence[Thing]:
    """At most so many of the states (or of whatever), evenly spread."""
    if len(states) <= most:
        return states
    return [states[index * len(states) // most] for index in range(most)]


@lru_cache(maxsize=16)
def predictor(system: System) -> Predictor:
    """The predictor of a system, one for all players of it in this process."""
    return Predictor(system)


def _first(_: int, __: int) -> int:
    return 0


def _alternatives(versions: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """For every fragment its different wordings."""
    if len(versions) == 1:
        return tuple((fragment,) for fragment in versions[0])
    return tuple(tuple(dict.fromkeys(wordings)) for wordings in zip(*versions, strict=True))


def _one_differs(a: Sequence[str], b: Sequence[str]) -> bool:
    return sum(x != y for x, y in zip(a, b, strict=True)) <= 1


def _worded(statements: Sequence[Statement]) -> Iterator[int]:
    """The sites of the tells among statements: what is drawn there is the number of a wording."""
    for statement in statements:
        match statement:
            case Tell(_, site):
                yield site
            case If(branches=branches, otherwise=otherwise):
                for body in (*(branch.body for branch in branches), otherwise):
                    yield from _worded(body)
            case For(body=body):
                yield from _worded(body)
            case Chance(then=then, otherwise=otherwise):
                yield from _worded((*then, *otherwise))
            case _:
                pass


def _has_chance(statements: Sequence[Statement]) -> bool:
    for statement in statements:
        match statement:
            case Chance():
                return True
            case If(branches=branches, otherwise=otherwise):
                if any(_has_chance(branch.body) for branch in branches) or _has_chance(otherwise):
                    return True
            case For(body=body):
                if _has_chance(body):
                    return True
            case Tell() | Show():
                pass
            case _:
                pass
    return False
