"""Difficulty: numbers that can be checked by hand or by the whole graph, and bands that follow from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worldwright.explore.difficulty import BANDS, Difficulty, difficulty, sampled
from worldwright.explore.space import explore
from worldwright.pipeline import load, load_text

HIDING = """
world "Hiding"
about "A coin lies under one of three cups; one of two lamps burns; it is one of four days."
type Cup
object red, green, blue: Cup
type Day = monday | tuesday | friday | sunday
state under: Cup
state bright: bool = false
state day: Day = monday
state broken: bool = false
state found: bool = false
start
  under = any Cup
  day = any Day
  bright = any bool
  if bright then tell "It is bright." else tell "It is dark." end
action lift(c: Cup)
  say "lift {c}"
  need not broken else "There is nothing left to lift."
  need c = under else "There is nothing under {the c}."
  set found = true
  tell "A coin!"
action smash
  say "smash everything"
  need not broken else "It is broken already."
  set broken = true
  tell "Crash."
action note_day free
  say "what day is it"
  tell "It is {day}."
task coin "Find the coin."
  goal found
"""


def numbers(**changes: float | None) -> Difficulty:
    """A difficulty with some numbers."""
    return replace(Difficulty(3, 3, 4.0, 0.0, True, 0, 0), **changes)  # type: ignore[arg-type]


def test_what_is_hidden() -> None:
    """The coin's place and the day are not told, the light is; the plan hangs on the coin's place only."""
    system = load_text(HIDING)
    for seed in range(4):
        found = difficulty(system, system.task("coin"), seed)
        assert (found.hidden, found.needed) == (2, 1)
        assert (found.shortest, found.exact) == (1, True)


def test_dead_ends_and_branching() -> None:
    """Of the three states (begun, found, broken; found and broken comes after the goal) one is a dead end."""
    system = load_text(HIDING)
    found = difficulty(system, system.task("coin"), 0)
    assert found.dead_ends == pytest.approx(1 / 3)
    # In the beginning one may lift, smash and ask for the day; with all broken only ask.
    assert found.branching == pytest.approx((3 + 1) / 2)


@pytest.mark.parametrize(("name", "params"), [("gripper", {"balls": 3}), ("blocksworld", {"blocks": 4})])
def test_exact_where_the_graph_is_small(name: str, params: dict[str, int | bool | str]) -> None:
    """The shortest plan and the dead ends are those of the whole graph."""
    system = load(name, params)
    space = explore(system, coverage=False)
    assert space.task is not None
    task = next(iter(system.world.tasks))
    found = difficulty(system, system.task(task), 0)
    assert found.exact and found.shortest == space.task.shortest
    assert (found.dead_ends, found.hidden) == (space.task.dead_ends, 0)


def test_what_cannot_be_solved_has_no_band() -> None:
    """It is told apart from what is hard."""
    system = load_text(HIDING.replace("need c = under", "need c = under and not found and broken"))
    found = difficulty(system, system.task("coin"), 0)
    assert found.unsolvable and found.band is None and found.to_json()["band"] is None


def test_bands_rise_with_every_number() -> None:
    """Longer, wider, more hidden, less forgiving: never an easier band; the thresholds are what is documented."""
    assert numbers().band == "easy"
    assert numbers(at_least=7, at_most=7).band == "easy"
    assert numbers(at_least=11, at_most=11).band == "medium"
    assert numbers(at_least=7, at_most=7, needed=1).band == "medium"
    assert numbers(at_least=16, at_most=16, needed=1).band == "hard"
    assert numbers(needed=3, branching=12.0, dead_ends=0.05).band == "hard"
    assert numbers(at_most=None).band == "hard"
    for low, high in [(3, 6), (6, 7), (10, 11), (15, 16)]:
        ranks = [BANDS.index(numbers(at_least=n, at_most=n).band or "easy") for n in (low, high)]
        assert ranks == sorted(ranks)


def test_the_same_everywhere() -> None:
    """A fresh world says the same, and the sample of instances is fixed."""
    first, second = load("household"), load("household")
    assert sampled(first, "place") == sampled(second, "place")
    (args, seed), *_ = sampled(first, "place")
    assert difficulty(first, first.task("place", args), seed) == difficulty(second, second.task("place", args), seed)


def test_bounds_hold_where_the_graph_is_large() -> None:
    """The plan's length lies between the bounds; nothing is called exact that is not."""
    system = load("cave")
    for args, seed in sampled(system, "find"):
        found = difficulty(system, system.task("find", args), seed)
        assert found.at_most is not None and 0 < found.at_least <= found.at_most
        assert not found.exact and found.branching > 1


@pytest.mark.parametrize(
    ("name", "task", "shortest"),
    [
        ("cave", "pay_the_troll", 16),
        ("sokoban", "store", 17),
        ("tyreworld", "change", 14),
        ("tyreworld", "drive_on", 19),
    ],
)
def test_a_short_plan_is_proved_to_be_a_shortest(name: str, task: str, shortest: int) -> None:
    """Where a few thousand states settle it, the shortest plan's length is known, however the first plan was found."""
    system = load(name)
    args, seed = sampled(system, task)[0]
    assert difficulty(system, system.task(task, args), seed).shortest == shortest
