"""`states(world)`: Hypothesis draws states that can be reached, each depth as likely as any other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from ..explore.budget import Budget
from ..explore.found import Found, find
from ..explore.search import Moves
from ..play.golden import Value
from .given import Given, Subject
from .playing import Plays, legal
from .sampling import SEEDS
from .situation import Situation

MAX_STATES = 50_000
"""States that are explored to draw from; a world that has more is walked through."""

FARTHEST = 60
"""Commands of the longest walk to a state."""

BANDS = 12
"""Bands of depths; where there are fewer depths, each is a band."""


def states(
    world: Given, *, max_states: int = MAX_STATES, params: Mapping[str, Value] | None = None
) -> st.SearchStrategy[Situation]:
    """States that can be reached, as `Situation`s: first a band of depths is drawn, then a state in it.

    Where the world has at most `max_states` they are explored, once, here: every state can be drawn. Else states are
    drawn by walks of legal commands, of lengths drawn alike. Shrinks towards a start.
    """
    subject = Subject.of(world, params)
    found = find(Moves.of(subject.system), Budget(max_states), edges=False)
    return _explored(subject, found) if found.layers.complete else _walked(subject)


def _explored(subject: Subject, found: Found) -> st.SearchStrategy[Situation]:
    first = found.states.first.tolist()
    depths = len(first) - 1
    edges = sorted({depths * band // BANDS for band in range(BANDS + 1)})
    bands = [(first[low], first[high]) for low, high in itertools.pairwise(edges)]

    def within(band: tuple[int, int]) -> st.SearchStrategy[int]:
        return st.integers(band[0], band[1] - 1)

    numbers = st.sampled_from(bands).flatmap(within)
    return numbers.map(lambda number: Situation(subject.system, found.states.state(number)))


def _walked(subject: Subject) -> st.SearchStrategy[Situation]:
    plays = Plays.of(subject)

    @st.composite
    def reached(draw: Callable[[st.SearchStrategy[int]], int]) -> Situation:
        length = draw(st.integers(0, FARTHEST))
        task = plays.tasks[draw(st.integers(0, len(plays.tasks) - 1))]
        episode = plays.begin(task, draw(st.integers(0, SEEDS)))
        for _ in range(length):
            choices = legal(episode)
            if not choices:
                break
            episode.act(choices[draw(st.integers(0, len(choices) - 1))])
        return Situation(subject.system, episode.state.state)

    return reached()
