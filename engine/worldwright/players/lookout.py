"""`Lookout`: what a player can perceive before it does something that may go wrong.

All searches here go through commands that are accepted and do not fail the task in every case that they look at, and
compare what would be read: where two cases would say something else, there is news to be had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from worldwright.compile.system import Command, CompiledTask, System
from worldwright.players.belief import Belief
from worldwright.players.experiment import Experiments, Pair
from worldwright.players.predict import Predictor, spread, unequal

SAMPLE = 400
"""Where a check over all believed states would be slow, this many of them, evenly spread, stand for all."""

SENSING = 1_500
SENSING_DEPTH = 3

NEWS = 30_000
"""Results that are looked at in search of any news, where to go on without would be dangerous or in circles."""

NEWS_CASES = 48

Cases = tuple[bytes, ...]
"""States of which each could be the true one, all after the same commands and the same texts."""


@dataclass(slots=True)
class Lookout:
    """Looks ahead in the states that one player believes in."""

    system: System
    task: CompiledTask
    predict: Predictor

    def harmless(self, states: Sequence[bytes], command: Command) -> bool:
        """Does the command, where it is accepted, fail the task in no believed state (of a sample)?"""
        return not self.task.info.fails or all(
            self.task.failed(after) < 0
            for state in spread(states, SAMPLE)
            if self.system.refusal(state, command) < 0
            for after in self.predict.states_after(state, command)
        )

    def chance(self, states: Sequence[bytes], commands: Sequence[Command]) -> tuple[int, int]:
        """In how many of some states the commands reach the goal, and in how many they fail the task."""
        won = lost = 0
        for state in states:
            for command in commands:
                if self.system.refusal(state, command) >= 0:
                    break
                state = self.predict.states_after(state, command)[0]
                if self.task.failed(state) >= 0:
                    lost += 1
                    break
                if self.task.goal(state):
                    won += 1
                    break
        return won, lost

    def sense(self, belief: Belief, command: Command) -> Command | None:
        """The first command of a short way to perceive something that bears on whether `command` will work."""
        split = self._split(belief.states, command, 6, 6)
        if split is None:
            return None
        good, bad = split
        cases = (*good, *bad)
        left = SENSING
        queue: list[tuple[tuple[bytes, ...], int, Command | None]] = [(cases, belief.told, None)]
        seen = {cases}
        for _ in range(SENSING_DEPTH):
            following: list[tuple[tuple[bytes, ...], int, Command | None]] = []
            for states, told, first in queue:
                for step in self.system.admissible(states[0], told):
                    left -= len(states)
                    if left < 0:
                        return None
                    if step == command and first is None:
                        continue
                    if not all(self._good(state, step) for state in states):
                        continue
                    begun = first or step
                    said = [self.predict.said(state, step, told) for state in states]
                    if set(said[: len(good)]) != set(said[len(good) :]):
                        if first is not None or belief.accepts(step):
                            return begun
                        continue
                    after = tuple(self.predict.states_after(state, step)[0] for state in states)
                    if after not in seen and (first is not None or belief.accepts(step)):
                        seen.add(after)
                        following.append((after, told, begun))
            queue = following
        return None

    def news(self, belief: Belief, wanted: Command, avoid: Callable[[Command], bool]) -> tuple[Command, ...]:
        """The shortest way found, without danger, to something that is not known yet: if there is such a way, to what
        bears on whether the `wanted` command will work. Empty if there is none, or none that begins otherwise than
        with what is to be avoided.

        What is near is found breadth first. If nothing is, but more could be done than was looked at, the search goes
        on for what tells one case in which the wanted command does well from one in which it does not.
        """
        split = self._split(belief.states, wanted, NEWS_CASES // 2, NEWS_CASES // 2)
        good, bad = split or ((), ())
        cases = (*good, *bad) if split else tuple(spread(belief.states, NEWS_CASES))
        found: tuple[Command, ...] = ()
        queue: list[tuple[Cases, tuple[Command, ...]]] = [(cases, ())]
        seen = {cases}
        left = NEWS
        for states, way in queue:
            for step, said, after in self._steps(belief, states, None if way else avoid):
                left -= len(states)
                if left < 0:
                    return found if found or not split else self._far_news(belief, _most_alike(good, bad), avoid)
                if set(said[: len(good)]) != set(said[len(good) :]) and split:
                    return (*way, step)
                if len(set(said)) > 1:
                    found = found or (*way, step)
                elif after not in seen:
                    seen.add(after)
                    queue.append((after, (*way, step)))
        return found

    def _far_news(self, belief: Belief, pair: Pair, avoid: Callable[[Command], bool]) -> tuple[Command, ...]:
        """An experiment that tells two cases apart; empty if none is found, or if it is a danger in other cases."""

        def begin(step: Command) -> bool:
            return not avoid(step) and belief.accepts(step) and self.harmless(belief.states, step)

        way = Experiments(self.system, self.task, self.predict, self._good).tell_apart(pair, belief.told, begin)
        return way if self.chance(spread(belief.states, SAMPLE), way)[1] == 0 else ()

    def _steps(
        self, belief: Belief, states: Cases, avoid: Callable[[Command], bool] | None
    ) -> Iterator[tuple[Command, list[str], Cases]]:
        """Every command that is accepted and no danger in any of some cases, what would be read, the cases after it.

        `avoid` is given for what would be done at once: that has to be harmless in all believed states.
        """
        for step in self.system.admissible(states[0], belief.told):
            if avoid is not None and (
                avoid(step) or not belief.accepts(step) or not self.harmless(belief.states, step)
            ):
                continue
            if all(self._good(state, step) for state in states):
                said = [self.predict.said(state, step, belief.told) for state in states]
                yield step, said, tuple(self.predict.states_after(state, step)[0] for state in states)

    def _split(
        self, states: Sequence[bytes], command: Command, most_good: int, most_bad: int
    ) -> tuple[Sequence[bytes], Sequence[bytes]] | None:
        """Some believed states in which a command does well, and some in which it does not; None if one are all."""
        good: list[bytes] = []
        bad: list[bytes] = []
        for state in spread(states, SAMPLE):
            (good if self._good(state, command) else bad).append(state)
        return (spread(good, most_good), spread(bad, most_bad)) if good and bad else None

    def _good(self, state: bytes, command: Command) -> bool:
        return self.system.refusal(state, command) < 0 and all(
            self.task.failed(after) < 0 for after in self.predict.states_after(state, command)
        )


def _most_alike(some: Sequence[bytes], others: Sequence[bytes]) -> Pair:
    """Of some states and of others those two that differ least."""
    return min(product(some, others), key=lambda pair: len(unequal(*pair)))
