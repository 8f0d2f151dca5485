"""Finding choices that explain a whole history, where a factored belief cannot be repaired step by step.

A local search over the choices of `start`: each candidate's start state is played through everything that was done, and
the candidate is the better, the later the first text that it would not have said, and the nearer its words to the words
heard there. It changes one choice at a time, then two, then begins anew elsewhere; from where that ends, it goes on by
how much of the text is right from its beginning. All of it is deterministic.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count, product

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, CompiledTask
from worldwright.players.predict import Predictor, spread

Heardings = Sequence[tuple[Command, str, str]]
Apart = Callable[[str, str], tuple[int, int]]
"""How far one text is from another."""

REPLAYS = 24_000
RESTARTS = 12
PAIRS = 3_000
PROBES = 3
OTHERS = 6
FINALISTS = 3
"""From so many of the best that descents end at, the search goes on letter by letter, …"""

LETTERS = 1_000
"""… with about so many replays each."""

FAR = (1 << 30, 0)
NOTHING_LEFT = (0, (0, 0))


@dataclass(frozen=True, slots=True)
class Replay:
    """How far choices explain what was heard: feedbacks left unexplained, distance at the first, the state then."""

    left: int
    apart: tuple[int, int]
    state: bytes
    told: int
    choices: tuple[int, ...]
    said: str = ""
    """What it would have said there."""

    @property
    def score(self) -> tuple[int, tuple[int, int]]:
        """Smaller is better; `NOTHING_LEFT` explains everything."""
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


def drawn(predictor: Predictor, seed: int) -> list[int]:
    """The choices of a draw at random."""
    choices: list[int] = []
    draw = draw_for(seed, 0)

    def made(site: int, n: int) -> int:
        choices.append(draw(site, n))
        return choices[-1]

    predictor.system.start_with(made)
    return choices


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
        self._others = [drawn(predictor, seed) for seed in range(OTHERS)]
        """What else the other choices may be, where a start is rejected."""

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
            return Replay(steps, self._apart(said, self._opening), state, 0, made_, said)
        for place, (command, kind, text) in enumerate(self._history, start=1):
            heard = self._predict.heard([state], command, told, kind, text)
            results = self._predict.goes_on(self._task, heard)[0]
            if not results:
                said = self._predict.said(state, command, told)
                return Replay(steps - place, self._apart(said, text), state, told, made_, said)
            state, told = results[0]
        return Replay(0, (0, 0), state, told, made_)

    def search(self, choices: Sequence[int]) -> Replay | None:
        """Choices that explain everything, sought from these; None if none was found in the time there is."""
        ends: list[Replay] = []
        for begin in self._beginnings(choices):
            end = self._descend(begin)
            if end.score == NOTHING_LEFT:
                return end
            if len(ends) < FINALISTS or end.score < ends[FINALISTS - 1].score:
                found = self._letter_by_letter(end)
                if found is not None:
                    return found
            ends = sorted([*ends, end], key=_score)
        for end in ends:
            better = self._best_of(end, self._swaps(end.choices))
            found = None if better is None else self._descend(better)
            if found is not None and found.score == NOTHING_LEFT:
                return found
        return None

    def _beginnings(self, choices: Sequence[int]) -> Iterator[Replay]:
        """Where descents begin: the choices given; then, of the two on which most of what is read depends (where one
        stands and which way one looks, say), the pairs of values that come nearest; then anything."""
        given = self.replay(choices)
        yield given
        _, made, sizes = start_from(self._predict, choices)
        leading = sorted(self._leading(given, sizes))
        if leading:
            pairs = list(product(*(range(sizes[site]) for site in leading)))
            found: dict[tuple[int, ...], Replay] = {}
            for pair in spread(pairs, PAIRS):
                tries: list[Replay] = []
                for others in (made, *self._others):
                    tried = [*others, *made[len(others) :]]
                    for site, value in zip(leading, pair, strict=True):
                        tried[site] = value
                    tries.append(self.replay(tried))
                    if tries[-1].apart != FAR and len(tries) * len(pairs) >= PAIRS:
                        break
                found[pair] = min(tries, key=_score)
            ranked = sorted(found, key=lambda pair: found[pair].score)
            fewer = min(range(len(leading)), key=lambda place: sizes[leading[place]])
            each: dict[int, tuple[int, ...]] = {}
            for pair in ranked:
                each.setdefault(pair[fewer], pair)
            for pair in dict.fromkeys((*each.values(), *ranked)):
                if self._left < REPLAYS // 4:
                    break
                yield self._in_turn(found[pair], leading) or found[pair]
        for restart in range(1, RESTARTS):
            yield self.replay([(restart * (5 + 2 * n)) % size for n, size in enumerate(sizes)])

    def _leading(self, given: Replay, sizes: Sequence[int]) -> list[int]:
        """The two choices that move what is read farthest, on average over a few of their values."""
        moved: list[tuple[float, int]] = []
        for site, size in enumerate(sizes):
            others = [v for v in spread(range(size), PROBES) if v != given.choices[site]]
            tried = [self.replay([*given.choices[:site], v, *given.choices[site + 1 :]]) for v in others]
            read = [self._apart(given.said, each.said) for each in tried if each.said]
            if read:
                moved.append((-sum(sum(apart) for apart in read) / len(read), site))
        return [site for far, site in sorted(moved)[:2] if far]

    def _descend(self, best: Replay) -> Replay:
        """Gives each choice in turn the value that is best, as long as that helps, or else two each other's (of two
        things that may not be in one place, neither could go first)."""
        better: Replay | None = best
        while better is not None:
            best = better
            better = self._in_turn(best) or self._best_of(best, self._exchanges(best.choices))
        return best

    def _in_turn(self, best: Replay, but: Collection[int] = ()) -> Replay | None:
        """A better one by giving each choice in turn, but for some, the value that is best; None if there is none."""
        found = best
        for site, size in enumerate(start_from(self._predict, best.choices)[2]):
            made = found.choices
            if site in but:
                continue
            if found.score == NOTHING_LEFT or site >= len(made):
                break
            others = (value for value in range(size) if value != made[site])
            found = self._best_of(found, ([*made[:site], v, *made[site + 1 :]] for v in others)) or found
        return None if found is best else found

    def _letter_by_letter(self, best: Replay) -> Replay | None:
        """Choices that explain everything, sought one change after the other, those first with which most of the text
        is right from its beginning; None if none was found soon. Of those that would say the same, one goes on.

        In a sentence that is put together from many choices, what is right already says little about the rest of it
        by its words, but much by how far it goes.
        """
        ticket = count()
        left, self._left = self._left, LETTERS
        seen = {best.said}
        queue = [(self._wrong(best), next(ticket), best)]
        found: Replay | None = None
        while queue and found is None and self._left > 0:
            each = heapq.heappop(queue)[2]
            for tried in map(self.replay, self._changes(each.choices)):
                found = tried if tried.score == NOTHING_LEFT else found
                if tried.said and tried.said not in seen:
                    seen.add(tried.said)
                    heapq.heappush(queue, (self._wrong(tried), next(ticket), tried))
        self._left = left
        return found

    def _changes(self, choices: Sequence[int]) -> Iterator[list[int]]:
        """Every change of one choice."""
        _, made, sizes = start_from(self._predict, choices)
        for site, size in enumerate(sizes):
            yield from ([*made[:site], value, *made[site + 1 :]] for value in range(size) if value != made[site])

    def _wrong(self, replay: Replay) -> tuple[int, int, tuple[int, int]]:
        """How far a replay is from what was heard: the first text that is wrong, and from where on it is."""
        place = len(self._history) + 1 - replay.left
        heard = self._opening if place <= 0 else self._history[place - 1][2]
        right = next((n for n, (a, b) in enumerate(zip(replay.said, heard, strict=False)) if a != b), len(replay.said))
        return replay.left, -right, replay.apart

    def _best_of(self, best: Replay, candidates: Iterable[list[int]]) -> Replay | None:
        """The best of some candidates if it is better than what there is."""
        found = best
        for candidate in candidates:
            if self._left <= 0:
                break
            tried = self.replay(candidate)
            if tried.score < found.score:
                found = tried
        return None if found is best else found

    def _exchanges(self, choices: Sequence[int]) -> Iterator[list[int]]:
        """Every exchange of the values of two choices among equally many."""
        _, made, sizes = start_from(self._predict, choices)
        for one, two in combinations(range(len(sizes)), 2):
            if sizes[one] == sizes[two] and made[one] != made[two]:
                changed = list(made)
                changed[one], changed[two] = made[two], made[one]
                yield changed

    def _swaps(self, choices: Sequence[int]) -> Iterator[list[int]]:
        """Every change of two neighbouring choices."""
        _, made, sizes = start_from(self._predict, choices)
        for site in range(len(sizes) - 1):
            for one, two in product(range(sizes[site]), range(sizes[site + 1])):
                if one != made[site] and two != made[site + 1]:
                    yield [*made[:site], one, two, *made[site + 2 :]]


def _score(replay: Replay) -> tuple[int, tuple[int, int]]:
    return replay.score
