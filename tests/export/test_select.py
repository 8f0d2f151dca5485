"""Choosing records: nothing on both sides, no repeats, no world above its share, the same choice every time."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright.export.select import NEAR, Impossible, SplitBy, Wish, largest_cap, select, unit
from worldwright.export.source import Entry
from worldwright.synthesize.minhash import Seen, grams, signature, similarity

LAWS = settings(max_examples=30, deadline=None)
DEEDS = st.lists(st.sampled_from(["ok take", "ok go", "precondition open", "ok open"]), min_size=1, max_size=8)


def entry(world: str, task: str, seed: int, skin: str, deeds: tuple[str, ...], offset: int) -> Entry:
    """A record as choosing sees it."""
    digest = hashlib.sha256(f"{world} {task} {seed} {skin} {deeds}".encode()).digest()
    return Entry(world, f"hash of {world}", task, f"{world} {task} {seed}", skin, deeds, offset, 1, digest)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Records of up to four worlds with two tasks each."""
    found = []
    for offset in range(draw(st.integers(1, 40))):
        world, task = draw(st.sampled_from("abcd")), draw(st.sampled_from("tu"))
        seed, skin = draw(st.integers(0, 5)), draw(st.sampled_from(["natural", "json"]))
        found.append(entry(world, task, seed, skin, tuple(draw(DEEDS)), offset))
    return found


@LAWS
@given(entries(), st.sampled_from(["world", "task", "instance"]), st.floats(0.01, 0.99))
def test_no_unit_is_on_both_sides(found: list[Entry], split_by: SplitBy, share: float) -> None:
    """Units are whole, nothing is lost, the test side has its share and no unit more than it takes."""
    try:
        selected = select(found, Wish(test_share=share, split_by=split_by))
    except Impossible:
        units = Counter(unit(each, split_by) for each in found)
        assert len(found) - max(units.values()) < share * len(found)
        return
    train, test = ({unit(each, split_by) for each in side} for side in (selected.train, selected.test))
    assert train and test and not train & test
    assert sorted(each.offset for each in (*selected.train, *selected.test)) == list(range(len(found)))
    sizes = Counter(unit(each, split_by) for each in selected.test)
    assert len(selected.test) >= share * len(found) > len(selected.test) - max(sizes.values())


@LAWS
@given(entries(), st.randoms(use_true_random=False))
def test_the_sides_do_not_depend_on_the_order(found: list[Entry], chance: object) -> None:
    """The same records in another order stand on the same sides."""
    other = list(found)
    chance.shuffle(other)  # type: ignore[attr-defined]
    wish = Wish(test_share=0.3, split_by="instance")
    try:
        one = select(found, wish)
    except Impossible:
        with pytest.raises(Impossible):
            select(other, wish)
        return
    assert {each.offset for each in one.test} == {each.offset for each in select(other, wish).test}


def test_named_worlds_and_tasks() -> None:
    """Worlds by name; tasks by name in any world, or in one."""
    found = [
        entry(world, task, 0, "natural", ("ok go",), i) for i, (world, task) in enumerate(["at", "au", "bt", "bu"])
    ]
    assert [each.offset for each in select(found, Wish(test_worlds=("b",))).test] == [2, 3]
    assert [each.offset for each in select(found, Wish(test_tasks=("t",))).test] == [0, 2]
    assert [each.offset for each in select(found, Wish(test_tasks=("b/t",))).test] == [2]
    assert [each.offset for each in select(found, Wish(test_worlds=("a",), test_tasks=("b/t",))).test] == [0, 1, 2]
    with pytest.raises(Impossible, match="nothing would be left to train on"):
        select(found, Wish(test_worlds=("a", "b")))


@LAWS
@given(entries())
def test_repeats_go(found: list[Entry]) -> None:
    """Of records that do the same in a task under a skin the first stays; no two that stay are near each other."""
    exact = select(found, Wish(dedup="exact"))
    keys = [(each.world, each.task, each.skin, each.deeds) for each in exact.train]
    assert len(keys) == len(set(keys)) == len({(e.world, e.task, e.skin, e.deeds) for e in found})
    assert exact.left_out.total() == len(found) - len(keys)
    near = select(found, Wish(dedup="near")).train
    assert {each.offset for each in near} <= {each.offset for each in exact.train}
    for index, one in enumerate(near):
        for other in near[:index]:
            if (one.world, one.task, one.skin) == (other.world, other.task, other.skin):
                assert similarity(grams(one.deeds), grams(other.deeds)) < NEAR


def test_near_duplicates() -> None:
    """One action more at the end of a long play is nearly the same; the same actions backwards are not."""
    long = tuple(f"ok {number}" for number in range(30))
    found = [
        entry("a", "t", seed, "natural", deeds, seed) for seed, deeds in enumerate([long, (*long, "ok x"), long[::-1]])
    ]
    selected = select(found, Wish(dedup="near"))
    assert [each.offset for each in selected.train] == [0, 2]
    assert selected.left_out == {"nearly the same actions as an earlier record": 1}
    assert len(select(found, Wish(dedup="exact")).train) == 3


@LAWS
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(0, 39))
def test_equal_sets_have_equal_signatures(numbers: list[int], at: int) -> None:
    """A signature depends on the set alone; a repeat is always found, and a set with nothing in common never."""
    words = [str(number) for number in numbers]
    assert signature(grams(words)) == signature(frozenset(sorted(grams(words), reverse=True)))
    seen = Seen(NEAR)
    assert not seen.near(words) and seen.near(words)
    assert not seen.near([f"other {word}" for word in words])


def test_most_near_pairs_are_found() -> None:
    """Of pairs of similarity 0.8 or more, nearly all come to the exact comparison."""
    missed = 0
    for trial in range(200):
        words = [f"{trial} {number}" for number in range(40)]
        seen = Seen(NEAR)
        seen.near(words)
        changed = [*words[:38], "x", "y"]
        assert similarity(grams(words), grams(changed)) >= NEAR
        missed += not seen.near(changed)
    assert missed <= 2


@LAWS
@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.floats(0.05, 1.0))
def test_shares(sizes: list[int], share: float) -> None:
    """No world has more than its share, and no larger cap would do."""
    cap = largest_cap(sizes, share)
    kept = [min(size, cap) for size in sizes]
    assert not cap or max(kept) <= share * sum(kept) + 1e-6
    for more in range(cap + 1, max(sizes) + 1):
        would = [min(size, more) for size in sizes]
        assert max(would) > share * sum(would)


def test_a_share_bounds_the_train_side() -> None:
    """The larger world gives, the test side stays as it is, and what cannot be is said."""
    found = [entry("a", "t", seed, "natural", ("ok go",), seed) for seed in range(20)]
    found += [
        entry(world, "t", seed, "natural", ("ok go",), 100 * ord(world) + seed) for world in "bcd" for seed in range(4)
    ]
    selected = select(found, Wish(test_worlds=("d",), max_share_per_world=0.5))
    assert Counter(each.world for each in selected.train) == {"a": 8, "b": 4, "c": 4}
    assert len(selected.test) == 4 and selected.left_out == {"more of a world than its share": 12}
    with pytest.raises(Impossible, match="32 records of 4 worlds"):
        select(found, Wish(max_share_per_world=0.1))
