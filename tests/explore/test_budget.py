"""Budgets hold for every part of an answer: wherever one ends, what is said is true, and what is not known is said."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from tests.explore.test_prove import PROMISES
from tests.explore.test_space import TRAP

from worldwright.explore import nodes as nodes_module
from worldwright.explore import search as search_module
from worldwright.explore.budget import Budget, OverBudget, Watch, never
from worldwright.explore.conditions import masks, task_conditions
from worldwright.explore.edges import EDGE_BYTES, STATE_BYTES
from worldwright.explore.found import find
from worldwright.explore.nodes import TooLarge
from worldwright.explore.prove import prove
from worldwright.explore.search import WORKING_BYTES, Moves
from worldwright.explore.space import StateSpace, explore
from worldwright.explore.unlisted import Unlisted
from worldwright.pipeline import load, load_text


def after(calls: int) -> Callable[[], bool]:
    """Somebody who says stop when asked for so many times."""
    left = [calls]

    def stopped() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopped


def parts(space: StateSpace) -> dict[str, object]:
    """What a space says, part by part; None where it says nothing."""
    said = space.to_json()
    return {name: said[name] for name in ("branching", "components", "task", "coverage", "stuck_states")}


@pytest.mark.parametrize("wide", [1, 10**9])
def test_explore_stops_anywhere(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at each moment in turn: every part is there and right, or missing and the reason said."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    system = load_text(TRAP)
    whole = explore(system)
    seen = set()
    for calls in range(1000):
        space = explore(system, stopped=after(calls))
        assert space.states == whole.states or (space.states < whole.states and not space.complete)
        if not space.unknown:
            assert parts(space) == parts(whole)
            break
        assert all("it was interrupted" in said or said.startswith("so ") for said in space.unknown)
        if space.complete:
            for name, said in parts(space).items():
                assert said is None or said == parts(whole)[name] or space.found.edges is None
            assert any(said is None for said in parts(space).values()) or len(space.tasks) < len(whole.tasks)
        seen.add(tuple(name for name, said in parts(space).items() if said is None))
    else:
        raise AssertionError("it never ends")
    assert len(seen) >= 3  # before the edges, before the components, before the coverage


@pytest.mark.parametrize("wide", [1, 10**9])
def test_prove_stops_anywhere(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every claim is always answered, and never otherwise than with all the time in the world, or with unknown."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    system = load_text(TRAP + PROMISES)
    whole = prove(system)
    for calls in range(1000):
        proofs = prove(system, stopped=after(calls))
        assert [proof.claim for proof in proofs] == [proof.claim for proof in whole]
        for found, known in zip(proofs, whole, strict=True):
            assert found.answer in ("unknown", known.answer)
            assert found.answer != "unknown" or "it was interrupted" in found.because
        if all(found.answer != "unknown" for found in proofs):
            break
    else:
        raise AssertionError("it never ends")


def test_late_plans_prove_nothing() -> None:
    """Where states are not listed, too: what would have been shown is not known when time is up."""
    system = load("gripper", {"balls": 6})
    task = system.task("tidy")
    starts = system.start_states(10)[0]
    assert Unlisted.of(system, starts, [task], 1000, never).solvable(task) is not None
    assert Unlisted.of(system, starts, [task], 1000, lambda: True).solvable(task) is None
    assert Watch(Budget(seconds=0)).late() and Watch(Budget(stopped=lambda: True)).late() and not Watch(Budget()).late()


def test_time_is_for_all_parts() -> None:
    """No time at all gives no answer but the starts; of a little, searching takes a part and leaves the rest."""
    space = explore(load("vending"), max_seconds=0)
    assert space.states == space.start_states and space.task is None and space.coverage is None
    assert all("limit on time" in said or said.startswith("so ") for said in space.unknown)
    with pytest.raises(OverBudget, match="seconds"):
        Watch(Budget(seconds=0)).check()
    assert Watch(Budget(seconds=10)).share(0.8).budget.seconds == 8


@pytest.mark.parametrize(
    ("name", "params"),
    [("gripper", {"balls": 8}), ("blocksworld", {"blocks": 6})],
    ids=["gripper", "blocksworld"],
)
def test_memory_is_for_all_parts(name: str, params: dict[str, int]) -> None:
    """What a graph with all that is asked of it takes at its height is no more than was asked for beforehand."""
    system = load(name, params)
    found = explore(system, edges=False).found
    layers, words = found.layers, sum(word.nbytes for word in found.states.words)
    needed = layers.states * STATE_BYTES + 2 * words + layers.transitions * EDGE_BYTES
    tracemalloc.start()
    try:
        space = explore(system, max_memory=needed + WORKING_BYTES)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert space.components is not None and space.branching is not None and not space.unknown
    assert peak <= needed + WORKING_BYTES / 2
    without = explore(system, max_memory=WORKING_BYTES + 1)
    assert "limit on memory" in without.unknown[0]


def test_the_batch_back_end_has_limits() -> None:
    """A world whose rules take too much to work out is explored state by state, with the same answers; and working
    them out stops when time is up."""
    system = load("vending")
    whole = explore(system)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes_module, "CHECKED", 10)
        patch.setattr(nodes_module, "MOST_WORK", 500)
        assert Moves.of(system).kernel is None
        one_by_one = explore(system)
        patch.setattr(nodes_module, "MOST_WORK", 10**9)
        moves = Moves.of(system)
        moves.check = Watch(Budget(seconds=0)).check
        with pytest.raises(OverBudget):
            moves.batch(1000)
        # what is asked of the rules later may be too much as well
        moves = Moves.of(system)
        found = find(moves, Budget(), True)
        assert moves.kernel is not None
        patch.setattr(nodes_module, "CHECKED", 1)
        patch.setattr(nodes_module, "MOST_WORK", 0)
        condition = task_conditions(system, system.task("thirst")).goal
        with pytest.raises(TooLarge):
            moves.kernel.ground.condition(condition.form, condition.args)
        thirst = next(task for task in whole.tasks if task.task == "thirst")
        assert masks(found.states, [condition])[0].sum() == thirst.goal_states
    assert one_by_one.coverage is None
    assert {**parts(one_by_one), "coverage": None} == {**parts(whole), "coverage": None}
