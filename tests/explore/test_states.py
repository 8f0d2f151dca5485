"""Sets of packed states are exact, also when different states share a key."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright.explore.packing import Column, Words
from worldwright.explore.states import Mixer, Runs, keyed, merged, mixed, ordered, positions, words_of

State = tuple[int, ...]


def weak(words: Words) -> Column:
    """A key with so few bits that it collides all the time."""
    key: Column = words[0] % np.uint64(3)
    return key


def columns(states: list[State], width: int) -> Words:
    """States as words."""
    return tuple(np.array([s[w] for s in states], dtype=np.uint64) for w in range(width))


def listed(found: Words) -> list[State]:
    """Words as states."""
    return list(zip(*(w.tolist() for w in found), strict=True))


def batches(width: int) -> st.SearchStrategy[list[list[State]]]:
    """Batches of states with many repetitions."""
    word = st.integers(0, 5) | st.sampled_from([2**63, 2**64 - 1])
    return st.lists(st.lists(st.tuples(*[word] * width), max_size=30), max_size=6)


def check(groups: list[list[State]], width: int, mix: Mixer) -> None:
    """A growing set against Python's own."""
    runs, known = Runs(mix), set()
    for group in groups:
        if not group:
            continue
        sorted_ones = ordered(keyed(columns(group, width), mix))
        assert sorted(listed(words_of(sorted_ones))) == sorted(set(group))
        new = runs.outside(sorted_ones)
        assert set(listed(words_of(new))) == set(group) - known
        runs.add(new)
        known |= set(group)
        assert runs.size == len(known)
    if known:
        whole = runs.whole()
        states = listed(words_of(whole))
        assert sorted(states) == sorted(known)
        at = positions(keyed(columns(states, width), mix), whole)
        assert [states[i] for i in at] == states
        absent = [tuple(7 for _ in range(width))]
        assert positions(keyed(columns(absent, width), mix), whole).tolist() == [-1]


@settings(deadline=None)
@given(batches(1))
def test_one_word(groups: list[list[State]]) -> None:
    """States of one word."""
    check(groups, 1, mixed)


@settings(deadline=None)
@given(batches(3))
def test_several_words(groups: list[list[State]]) -> None:
    """States of several words under a good key."""
    check(groups, 3, mixed)


@settings(deadline=None)
@given(batches(3))
def test_colliding_keys(groups: list[list[State]]) -> None:
    """States of several words whose keys collide: nothing is lost and nothing is taken for something else."""
    check(groups, 3, weak)


def test_merging_keeps_the_order() -> None:
    """Two sorted runs merge into a sorted one."""
    first, second = (np.array([1, 5, 9], dtype=np.uint64),), (np.array([2, 5, 30], dtype=np.uint64),)
    assert merged(first, second)[0].tolist() == [1, 2, 5, 5, 9, 30]
