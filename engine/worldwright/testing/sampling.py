"""Looking for something wrong by drawing plays: Hypothesis draws legal commands, shrinks what it found, and a
breadth-first cut through all places that were visited makes it shorter still.

What is drawn is always legal. Drawing any command, where most are refused, spends nearly every step on standing still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, find, settings, target
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from .playing import Judge, Play, Plays, Visited, cut, legal

EXAMPLES = 200
"""Plays that are drawn, unless more are asked for."""

STEPS = 50
"""Commands of the longest play that is drawn."""

STEPS_AT_MOST = 10_000

SEEDS = 1 << 16
"""Plays begin with seeds below this."""


@dataclass(slots=True)
class Sampling:
    """What drawing plays came to."""

    plays: Plays
    judge: Judge
    steps: int = 0
    """Commands that were given."""
    shortest: int = STEPS_AT_MOST
    """Commands of the shortest play with something wrong: no longer one is of use."""
    visited: Visited = field(init=False)

    def __post_init__(self) -> None:
        self.visited = Visited(self.plays)

    def search(self, examples: int = EXAMPLES, length: int = STEPS) -> Play | None:
        """A play with something wrong, as short as it was made; None if none was found. The same every time."""
        found = self._found(examples, length)
        return None if found is None else cut(found, self.visited, self.judge)

    def _found(self, examples: int, length: int) -> Play | None:
        quiet = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate, Phase.target, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )

        def wrong(drawn: tuple[Play, int]) -> bool:
            play, places = drawn
            target(float(places), label="places that were new")
            return bool(play.wrong)

        try:
            return find(self.drawn(length), wrong, settings=quiet)[0]
        except NoSuchExample:
            return None

    def drawn(self, length: int) -> st.SearchStrategy[tuple[Play, int]]:
        """Plays up to the first thing wrong, and how many different places each has been to."""

        @st.composite
        def play(draw: Callable[[st.SearchStrategy[int]], int]) -> tuple[Play, int]:
            tasks = self.plays.tasks
            task = tasks[draw(st.integers(0, len(tasks) - 1))] if len(tasks) > 1 else tasks[0]
            episode = self.plays.begin(task, draw(st.integers(0, SEEDS)))
            self.visited.note(episode)
            commands: list[tuple[int, ...]] = []
            here = {self.plays.key(episode): None}
            wrong = self.judge(episode, None)
            for _ in range(min(draw(st.integers(length // 4, length)), self.shortest)):
                choices = legal(episode)
                if not choices or wrong:
                    break
                command = choices[draw(st.integers(0, len(choices) - 1))]
                commands.append(command)
                feedback = episode.act(command)
                self.steps += 1
                self.visited.note(episode)
                here[self.plays.key(episode)] = None
                wrong = self.judge(episode, feedback)
            if wrong:
                self.shortest = len(commands)
            return Play(episode, tuple(commands), wrong), len(here)

        return play()
