"""The belief about worlds with too many start states to list: one reference and its single deviations.

A start state is a function of choices c_1 … c_k, some of which hang together as a block (`blocks`). `Factored` keeps
one *reference*, a choice of all of them that agrees with everything told, and for every block (mostly of one choice)
and every other value still possible the *deviation*: the state in which only that block is different, stored as the
bytes in which it differs from the reference. Every feedback is compared with
what the reference and each deviation would have said; a deviation that would have said something else is dropped: that
value is ruled out. When the reference itself is contradicted, deviations are merged into it that bring its words nearer
to the words heard, until they are the same. The whole history is then replayed on the new reference; if that does not
explain it, or nothing could be merged, `rebuild` searches for choices that do.

This is exact where blocks are independent and each feedback depends on them one by one. It is an approximation
otherwise: two blocks that only together explain what was heard are found by the repair, but a value may be ruled out
for the reference's sake that another combination would have allowed. Start needs are respected (a choice that a need
rejects is no deviation). Unseen chance follows its first outcome that agrees.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from worldwright.compile.system import Command, CompiledTask
from worldwright.players.blocks import Block, blocks_of
from worldwright.players.predict import Predictor, unequal
from worldwright.players.rebuild import Rebuilding, drawn, start_from

Difference = tuple[tuple[int, int], ...]
Result = tuple[bytes, int]
Key = tuple[int, int]
"""A block of choices and one of its values, by their numbers."""

Distance = tuple[int, int]
Far = Callable[[bytes], Distance]

FIRST_TRIES = 200
DRAWN_TRIES = 2_000
REPAIR_ROUNDS = 60
SENTENCE = 4
"""What a whole sentence weighs, where a word weighs 1."""

PAIRED = 40
"""Where no single deviation helps, pairs of so many of the nearest are tried."""


class Factored:
    """A reference state and what else each choice could be."""

    def __init__(self, predictor: Predictor, task: CompiledTask, opening: str) -> None:
        self._predict = predictor
        self._task = task
        self._opening = opening
        self._history: list[tuple[Command, str, str]] = []
        self._told = predictor.system.always_told
        self._listed: tuple[bytes, ...] | None = None
        names = sorted((atom.display for atom in predictor.system.world.atoms if atom.is_object), key=len, reverse=True)
        self._names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names) or r"(?!)")
        beginning = _beginning(predictor)
        self._choices = list(beginning.choices)
        self._blocks = beginning.blocks
        self._reference = beginning.reference
        self._others = dict(beginning.deviations)
        self._take_in(self._hear_opening, lambda state: predictor.opening(task, state), opening)

    # ------------------------------------------------------------ what it says

    @property
    def told(self) -> int:
        """The names that the agent has been told."""
        return self._told

    @property
    def states(self) -> Sequence[bytes]:
        """The reference, then the deviations by choice and value."""
        if not self._choices and not self._reference:
            return ()
        if self._listed is None:
            states = [self._reference]
            states.extend(_patch(self._reference, difference) for difference in self._others.values())
            self._listed = tuple(dict.fromkeys(states))
        return self._listed

    def accepts(self, command: Command) -> bool:
        """Is the command accepted in the reference and in every deviation?"""
        return self._predict.accepted_in_all(self.states, command)

    def hear(self, command: Command, kind: str, text: str) -> None:
        """Rule out what would have said something else; if that is the reference, repair it."""
        told = self._told

        def results(states: Sequence[bytes]) -> Sequence[Sequence[Result]]:
            return self._predict.goes_on(self._task, self._predict.heard(states, command, told, kind, text))

        self._history.append((command, kind, text))
        self._take_in(results, lambda state: self._predict.said(state, command, told), text)

    # ------------------------------------------------------------ taking in a feedback

    def _hear_opening(self, states: Sequence[bytes]) -> Sequence[Sequence[Result]]:
        heard: list[list[Result]] = []
        for state in states:
            told = self._predict.opens(self._task, state, self._opening)
            heard.append([] if told is None or self._predict.ends(self._task, state) else [(state, told)])
        return heard

    def _take_in(
        self,
        results: Callable[[Sequence[bytes]], Sequence[Sequence[Result]]],
        says: Callable[[bytes], str],
        text: str,
    ) -> None:
        if not self._reference:
            return
        self._listed = None
        if not results([self._reference])[0]:
            repaired = self._repair(results, says, text)
            if not repaired or not self._explains_all(results):
                self._rebuild()
                return
        keys = list(self._others)
        states = [self._reference, *(_patch(self._reference, self._others[key]) for key in keys)]
        after = results(states)
        self._reference, self._told = after[0][0]
        others: dict[Key, Difference] = {}
        for key, outcomes in zip(keys, after[1:], strict=True):
            if outcomes:
                difference = _difference(self._reference, outcomes[0][0])
                if difference:
                    others[key] = difference
        self._others = others

    # ------------------------------------------------------------ repairing

    def _explains_all(self, results: Callable[[Sequence[bytes]], Sequence[Sequence[Result]]]) -> bool:
        """Is the repaired reference what its choices lead to, played through everything that was heard?"""
        replay = self._rebuilding().replay(self._choices)
        return replay.left == 0 and any(state == replay.state for state, _ in results([self._reference])[0])

    def _rebuild(self) -> None:
        """Seek other choices that explain everything, and all deviations from them that do."""
        rebuilding = self._rebuilding()
        found = rebuilding.search(self._choices)
        self._others = {}
        if found is None:
            self._reference, self._choices = b"", []
            return
        self._reference, self._told, self._choices = found.state, found.told, list(found.choices)
        self._blocks = blocks_of(self._predict, self._choices)
        for number, block in enumerate(self._blocks):
            for value in range(len(block.values)):
                other = rebuilding.replay(block.put_in(self._choices, value))
                if other.left == 0 and other.state != self._reference:
                    self._others[number, value] = _difference(self._reference, other.state)

    def _rebuilding(self) -> Rebuilding:
        def apart(said: str, heard: str) -> Distance:
            return _distance(self._words(said), self._words(heard))

        return Rebuilding(self._predict, self._task, self._opening, self._history, apart)

    def _repair(
        self,
        results: Callable[[Sequence[bytes]], Sequence[Sequence[Result]]],
        says: Callable[[bytes], str],
        text: str,
    ) -> bool:
        """Merge deviations into the reference until it would have said the text. False if that fails."""
        heard = self._words(text)
        known: dict[str, Distance] = {}
        met: dict[bytes, Distance] = {}

        def far(state: bytes) -> Distance:
            found = met.get(state)
            if found is None:
                said = says(state)
                if said not in known:
                    known[said] = _distance(self._words(said), heard)
                found = met[state] = known[said]
            return found

        distance = far(self._reference)
        for _ in range(REPAIR_ROUNDS):
            ranked = sorted((far(_patch(self._reference, difference)), key) for key, difference in self._others.items())
            moved = self._move_nearer(ranked, distance, far)
            if not moved and not self._move_two(ranked[:PAIRED], distance, far):
                return False
            distance = far(self._reference)
            if results([self._reference])[0]:
                return True
        return False

    def _move_nearer(self, ranked: list[tuple[Distance, Key]], distance: Distance, far: Far) -> bool:
        """Take every deviation, at most one a block, that brings the reference nearer. False if none does.

        They are tried in the order given, by how near each would bring it alone. Those that would not alone (the most
        by far) may do so after others were taken: they wait for the next round.
        """
        moved: set[int] = set()
        begun = distance
        for before, (block, value) in ranked:
            if before > begun or (before == begun and any(begun)):
                break
            if block in moved or (block, value) not in self._others:
                continue
            now = far(_patch(self._reference, self._others[block, value]))
            if now < distance or (now == distance and not any(distance)):
                self._move(block, value)
                moved.add(block)
                distance = now
        return bool(moved)

    def _move_two(self, ranked: list[tuple[Distance, Key]], distance: Distance, far: Far) -> bool:
        """Take the two deviations that together bring the reference nearest, if they do at all."""
        best: tuple[Distance, Key, Key] | None = None
        for (_, one), (_, two) in combinations(ranked, 2):
            if one[0] != two[0]:
                both = _patch(_patch(self._reference, self._others[one]), self._others[two])
                now = far(both)
                if now < distance and (best is None or now < best[0]):
                    best = (now, one, two)
        if best is None:
            return False
        self._move(*best[1])
        self._move(*best[2])
        return True

    def _words(self, text: str) -> tuple[Counter[str], Counter[str]]:
        """The names of things in a text; its words, pairs of words, where words stand, whole sentences.

        Without the sentences, two that are each half right would weigh as much as one right and one wrong.
        """
        names = Counter(self._names.findall(text))
        found: Counter[str] = Counter()
        for row, line in enumerate(text.replace(".", " .").replace(",", " ,").split("\n")):
            words = line.split()
            found.update(dict.fromkeys(line.split(" ."), SENTENCE))
            found.update(words)
            found.update(f"{a} {b}" for a, b in pairwise(words))
            found.update(f"{row} {column} {word}" for column, word in enumerate(words))
        return names, found

    def _move(self, block: int, value: int) -> None:
        """Make a deviation the reference: the others keep their differences, its own block's are taken anew."""
        old = self._reference
        new = _patch(old, self._others.pop((block, value)))
        rivals = {key: _patch(old, self._others[key]) for key in self._others if key[0] == block}
        rivals[block, self._blocks[block].number(self._choices)] = old
        for key in sorted(rivals):
            self._others[key] = _difference(new, rivals[key])
        self._others = {key: self._others[key] for key in sorted(self._others)}
        self._choices = self._blocks[block].put_in(self._choices, value)
        self._reference = new


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Choices that no need rejects, their blocks, the start state they make, and every deviation from it."""

    choices: tuple[int, ...]
    blocks: tuple[Block, ...]
    reference: bytes
    deviations: tuple[tuple[Key, Difference], ...]


@lru_cache(maxsize=16)
def _beginning(predictor: Predictor) -> _Beginning:
    """Where every factored belief about a system begins. Worked out once a system."""
    choices, reference = _first(predictor)
    blocks = blocks_of(predictor, choices) if reference else ()
    found = [
        ((number, value), _difference(reference, state))
        for number, block in enumerate(blocks)
        for value, state in enumerate(block.states)
        if state != reference
    ]
    return _Beginning(tuple(choices), blocks, reference, tuple(found))


def _first(predictor: Predictor) -> tuple[list[int], bytes]:
    """Some choices that no need rejects: the first values, else spread-out ones in a fixed order, else drawn ones."""
    _, _, sizes = start_from(predictor, ())
    for attempt in range(FIRST_TRIES + DRAWN_TRIES):
        if attempt < FIRST_TRIES:
            choices = [(attempt * (7 + 4 * place) + attempt // 3) % size for place, size in enumerate(sizes)]
        else:
            choices = drawn(predictor, attempt)
        state, made, _ = start_from(predictor, choices)
        if state is not None:
            return made, state
    return [], b""


def _patch(state: bytes, difference: Difference) -> bytes:
    patched = bytearray(state)
    for place, value in difference:
        patched[place] = value
    return bytes(patched)


def _difference(old: bytes, new: bytes) -> Difference:
    return tuple([(place, new[place]) for place in unequal(old, new)])


def _distance(a: tuple[Counter[str], Counter[str]], b: tuple[Counter[str], Counter[str]]) -> Distance:
    """How many names differ, then how many words and pairs of words."""
    (names, words), (other_names, other_words) = a, b
    return _apart(names, other_names), _apart(words, other_words)


def _apart(a: Counter[str], b: Counter[str]) -> int:
    return (a - b).total() + (b - a).total()
