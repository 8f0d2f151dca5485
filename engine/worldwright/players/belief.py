"""What an agent can know: the states that agree with everything it has been told.

`Exact` holds every such state. It starts from all start states of the world and keeps, after every feedback, those that
could have given this very text (for some choice of wordings and of luck) and in which the episode is not over: that it
goes on says that neither the goal nor a failure has come about. `factored.Factored` takes over where there
are too many to list. Both compare what the agent reads with what the rules would have said, and use nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from worldwright.compile.rng import Draw, draw_for
from worldwright.compile.system import Command, CompiledTask, System
from worldwright.players.factored import Factored
from worldwright.players.predict import Opening, Predictor

EXACT_STARTS = 200_000
"""Up to so many start states are listed; beyond, the belief is factored."""

PATIENCE = 60
"""So many times the attempts that one start may take are made to list them all: two minutes in a world written to make
every draw as dear as can be. `wumpus` with two pits takes 50 times as many, and a fifth of a second."""

WORTH_TRYING = 1_000_000
"""Beyond so many draws, listing start states is not tried."""

PROBES = 64
"""Draws at random by which it is estimated how many there are."""

WORTH_KEEPING = 200
"""What is left of a belief larger than this is remembered for other episodes."""

MOST_STATES = 200_000
"""Chance that nobody sees multiplies believed states; beyond this many the later ones are forgotten."""


class Belief(Protocol):
    """A set of believed states, never empty unless the rules were broken, in a fixed order."""

    @property
    def told(self) -> int:
        """The names that the agent has been told for certain."""
        ...

    @property
    def states(self) -> Sequence[bytes]:
        """Believed states, each once."""
        ...

    def hear(self, command: Command, kind: str, text: str) -> None:
        """Keep what agrees with the feedback to a command, after which the episode goes on."""
        ...

    def accepts(self, command: Command) -> bool:
        """Is the command accepted in every believed state?"""
        ...


class Exact:
    """Every state that agrees with what was told."""

    def __init__(self, predictor: Predictor, task: CompiledTask, opening: str) -> None:
        self._predict = predictor
        self._task = task
        self._states, self._told = _after_opening(predictor, task, opening)

    @property
    def told(self) -> int:
        """The names that the agent has been told for certain."""
        return self._told

    @property
    def states(self) -> Sequence[bytes]:
        """All believed states, in the order of the start states they came from."""
        return self._states

    def hear(self, command: Command, kind: str, text: str) -> None:
        """Keep the results of the command that agree with the feedback."""
        narrow = _narrowed_before if len(self._states) > WORTH_KEEPING else _narrowed
        self._states, self._told = narrow(self._predict, self._task, self._states, self._told, command, kind, text)

    def accepts(self, command: Command) -> bool:
        """Is the command accepted in every believed state?"""
        return self._predict.accepted_in_all(self._states, command)


def believe(predictor: Predictor, task: CompiledTask, opening: str) -> Belief:
    """What can be believed after the opening text: exact where the start states can be listed."""
    if start_states(predictor.system):
        return Exact(predictor, task, opening)
    return Factored(predictor, task, opening)


@lru_cache(maxsize=16)
def start_states(system: System) -> tuple[bytes, ...]:
    """All start states, or nothing if there are too many to list. Worked out once a system."""
    if _draws(system) > WORTH_TRYING:
        return ()
    states, complete = system.start_states(EXACT_STARTS, patience=PATIENCE)
    return states if complete else ()


def _draws(system: System) -> int:
    """How many draws of `start` there are to go through, about: a need that fails ends a draw and all that begin alike.

    The product of the choices where that is no more than can be listed, else estimated by drawing at random (Knuth,
    "Estimating the efficiency of backtrack programs", 1975).
    """

    def product(draw: Draw) -> int:
        size = 1

        def counted(site: int, n: int) -> int:
            nonlocal size
            size *= n
            return draw(site, n)

        system.start_with(counted)
        return size

    found = product(_nought)
    return found if found <= EXACT_STARTS else sum(product(draw_for(seed, 0)) for seed in range(PROBES)) // PROBES


def _nought(_: int, __: int) -> int:
    return 0


@lru_cache(maxsize=256)
def _after_opening(predictor: Predictor, task: CompiledTask, opening: str) -> tuple[tuple[bytes, ...], int]:
    """The start states that open with this text, and the names that it tells."""
    states = start_states(predictor.system)
    before, told = predictor.preface(task)
    found: list[int] = []
    names: list[int] = []
    for said, places in _openings(predictor, told).items():
        if said.could_open(before, opening):
            found += places
            names.append(said.told)
    begun = tuple(states[place] for place in sorted(found) if not predictor.ends(task, states[place]))
    return begun, _all_of(names) if names else predictor.system.always_told


@lru_cache(maxsize=16)
def _openings(predictor: Predictor, told: int) -> dict[Opening, list[int]]:
    """Everything that some start state could open with, and the places of these in the list of all start states."""
    found: dict[Opening, list[int]] = {}
    for place, state in enumerate(start_states(predictor.system)):
        found.setdefault(predictor.begins(state, told), []).append(place)
    return found


def _narrowed(
    predictor: Predictor,
    task: CompiledTask,
    states: tuple[bytes, ...],
    told: int,
    command: Command,
    kind: str,
    text: str,
) -> tuple[tuple[bytes, ...], int]:
    """The states that agree with a feedback, and with its not being the last; and the names told then."""
    after = predictor.goes_on(task, predictor.heard(states, command, told, kind, text))
    names = [known for results in after for _, known in results]
    left = tuple(dict.fromkeys(state for results in after for state, _ in results))[:MOST_STATES]
    return left, _all_of(names) if names else told


_narrowed_before = lru_cache(maxsize=64)(_narrowed)
"""The same for large beliefs, remembered: many episodes of a world begin alike."""


def _all_of(told: Sequence[int]) -> int:
    known = told[0]
    for names in told[1:]:
        known &= names
    return known
