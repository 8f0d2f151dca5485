"""The measure of progress: exact distances to the goal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worldwright
from worldwright.compile.system import System
from worldwright.explore.frontier import Spending, Steps, breadth_first
from worldwright.explore.plan import moves_of
from worldwright.explore.progress import Measure, measure
from worldwright.explore.space import explore
from worldwright.pipeline import load

SYSTEM = load("vending")
TASK = SYSTEM.task("supper")
MEASURE = measure(SYSTEM, TASK)


def test_distances_are_those_of_a_search() -> None:
    """In every state, as breadth-first search finds it anew."""
    states = MEASURE.found.states
    for number in range(0, len(states), 7):
        state = states.state(number)
        if TASK.failed(state) >= 0 or TASK.goal(state):
            continue
        way, least, whole = breadth_first(Steps(moves_of(SYSTEM), TASK), (state, 0), 10_000, Spending())
        assert whole
        assert MEASURE.to_goal(state) == (None if way is None else least)


@given(st.data())
def test_a_command_brings_at_most_one_nearer(data: st.DataObject) -> None:
    """A law of distances: along any edge they fall by one at most; progress is between 0 and 1, and 1 at goals only."""
    number = data.draw(st.integers(0, len(MEASURE.found.states) - 1))
    state = MEASURE.found.states.state(number)
    here = MEASURE.to_goal(state)
    assert 0.0 <= MEASURE.progress(state) <= 1.0
    assert (MEASURE.progress(state) == 1.0) == (here == 0)
    for _, results in moves_of(SYSTEM).one_by_one(state):
        for after in results:
            there = MEASURE.to_goal(after)
            assert there is None or here is None or there >= here - 1 or here == 0


def test_what_explore_says_of_distances() -> None:
    """As many states by distance as are neither dead ends nor failed; it ends with the farthest."""
    space = explore(SYSTEM, "supper", coverage=False)
    assert space.task is not None and space.task.by_distance is not None and space.task.dead_ends is not None
    assert sum(space.task.by_distance) == space.states - space.task.dead_ends - space.task.fail_states
    assert space.task.by_distance[0] == space.task.goal_states
    assert len(space.task.by_distance) == int(np.max(MEASURE.distances)) + 1


def test_only_where_the_graph_fits() -> None:
    """What is too large is refused with a reason; unknown states are told apart."""
    system: System = worldwright.load("blocksworld", {"blocks": 5})
    with pytest.raises(ValueError, match="not all of its states can be found within 10"):
        worldwright.measure(system, system.task("reverse"), max_states=10)
    found: Measure = worldwright.measure(system, system.task("reverse"))
    assert found.progress(system.start(0)) == 0.0
    with pytest.raises(KeyError):
        found.to_goal(bytes(len(system.start(0))))
