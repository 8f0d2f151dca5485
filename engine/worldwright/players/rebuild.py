"""Finding choices that explain a whole history, where a factored belief cannot be repaired step by step.

A local search over the choices of `start`: each candidate's start state is played through everything that was done, and
the candidate is the better, the later the first text that it would not have said, and the nearer its words to the words
heard there. It changes one choice at a time, then two, then begins anew elsewhere. All of it is deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from worldwright.compile.system import Command, CompiledTask
from worldwright.players.predict import Predictor

Heardings = Sequence[tuple[Command, str, str]]
Apart = Callable[[str, str], tuple[int, int]]
"""How far one text is from another."""

REPLAYS = 6_000
RESTARTS = 12
FAR = (1 << 30, 0)


@dataclass(frozen=True, slots=True)
class Replay:
    """How far choices explain what was heard: feedbacks left unexplained, distance at the first, the state then."""

    left: int
    apart: tuple[int, int]
    state: bytes
    told: int
    choices: tuple[int, ...]

    @property
    def score(self) -> tuple[int, tuple[int, int]]:
        """Smaller is better; (0, (0, 0)) explains everything."""
        return self.left, self.apart


def start_from(predictor: Predictor, choices: Sequence[int]) -> tuple[bytes | None, list[int], list[int]]:
    """The start state of these choices, the choices that were really made, and how many values each had."""
    made: list[int] = []
    sizes: list[int] = []

    def draw(_: int, n: int) -> int:
        place = len(made)
        made.append(min(choices[place], n - 1) if place < len(choices) else 0)
        sizes.append(n)
        return made[-1]

    state = predictor.system.start_with(draw)
    return state, made, sizes


class Rebuilding:
    """One search for choices that explain an opening and all feedbacks since."""

    def __init__(
        self, predictor: Predictor, task: CompiledTask, opening: str, history: Heardings, apart: Apart
    ) -> None:
        self._predict = predictor
        self._task = task
        self._opening = opening
        self._history = history
        self._apart = apart
        self._left = REPLAYS

    def replay(self, choices: Sequence[int]) -> Replay:
        """Play the start state of these choices through the history."""
        self._left -= 1
        start, made, _ = start_from(self._predict, choices)
        steps = len(self._history) + 1
        if start is None:
            return Replay(steps + 1, FAR, b"", 0, tuple(made))
        state, made_ = start, tuple(made)
        told = self._predict.opens(self._task, state, self._opening)
        if told is None or self._predict.ends(self._task, state):
            said = self._predict.opening(self._task, state)
            return Replay(steps, self._apart(said, self._opening), state, 0, made_)
        for place, (command, kind, text) in enumerate(self._history, start=1):
            heard = self._predict.heard([state], command, told, kind, text)
            results = self._predict.goes_on(self._task, heard)[0]
            if not results:
                said = self._predict.said(state, command, told)
                return Replay(steps - place, self._apart(said, text), state, told, made_)
            state, told = results[0]
        return Replay(0, (0, 0), state, told, made_)

    def search(self, choices: Sequence[int]) -> Replay | None:
        """Choices that explain everything, sought from these; None if none was found in the time there is."""
        _, _, sizes = start_from(self._predict, choices)
        for restart in range(RESTARTS):
            begin = choices if restart == 0 else [(restart * (5 + 2 * n)) % size for n, size in enumerate(sizes)]
            found = self._descend(self.replay(begin))
            if found is not None or self._left <= 0:
                return found
        return None

    def _descend(self, best: Replay) -> Replay | None:
        while self._left > 0:
            if best.score == (0, (0, 0)):
                return best
            better = self._best_of(best, self._changes(best.choices)) or self._best_of(best, self._swaps(best.choices))
            if better is None:
                return None
            best = better
        return None

    def _best_of(self, best: Replay, candidates: Iterator[list[int]]) -> Replay | None:
        """The best of some candidates if it is better than what there is."""
        found = best
        for candidate in candidates:
            if self._left <= 0:
                break
            tried = self.replay(candidate)
            if tried.score < found.score:
                found = tried
        return None if found is best else found

    def _changes(self, choices: Sequence[int]) -> Iterator[list[int]]:
        """Every change of one choice."""
        _, made, sizes = start_from(self._predict, choices)
        for site, size in enumerate(sizes):
            for value in range(size):
                if value != made[site]:
                    yield [*made[:site], value, *made[site + 1 :]]

    def _swaps(self, choices: Sequence[int]) -> Iterator[list[int]]:
        """Every change of two neighbouring choices."""
        _, made, sizes = start_from(self._predict, choices)
        for site in range(len(sizes) - 1):
            for one, two in product(range(sizes[site]), range(sizes[site + 1])):
                if one != made[site] and two != made[site + 1]:
                    yield [*made[:site], one, two, *made[site + 2 :]]
