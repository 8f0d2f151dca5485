"""Our household by ALFWorld's rules beside ALFWorld: accepted and refused, what is so, and the moment of the goal.

Our side is driven by text, in ALFWorld's words as alfworld_side.py turns them into ours. Built like test_minigrid.py.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from tests.differential import alfworld_games
from tests.differential.alfworld_peers import Shown, missing
from tests.differential.alfworld_side import GOALS, Flat
from tests.differential.record_alfworld import (
    BARE,
    MANY,
    RECORDED,
    SHOWN,
    Made,
    data_of_game,
    game_of,
    opened,
    read,
    walks,
)

from worldwright.pipeline import find, load_text

ROOT = Path(__file__).resolve().parents[2]
LARGE = {"cabinets": 4, "drawers": 3, "shelves": 3, "countertops": 2, "tables": 2}
MEMBERS: tuple[dict[str, int], ...] = (BARE, {}, MANY, LARGE)
GAMES = 12
"""Games of the long form, two of each kind of task, in different members."""
WRONG = (
    ("clean", "alfworld or not washed(x)", "not washed(x)"),
    ("heat", "alfworld or warmth(x) != hot", "warmth(x) != hot"),
    ("heat", "alfworld or door(f) = open", "door(f) = open"),
    ("cool", "alfworld or warmth(x) != cold", "warmth(x) != cold"),
    ("look", "not alfworld or at(x) = player", "alfworld or at(x) = player"),
    ("look", "at(lamp) = here and used(lamp)", "at(lamp) = here and lit(lamp)"),
    ("look", "at(lamp) = here and used(lamp)", "used(lamp)"),
    (
        "two_many",
        "fitting(r) = f and count x: Item (kind(x) = k and at(x) = r)",
        "count x: Item (kind(x) = k and stored(x, f))",
    ),
    ("clean", "need not exists y: Thing (at(y) = player)", "need not exists y: Lamp (at(y) = player)"),
)
"""Rules of the household that are ALFWorld's, each with one that is not, and a record that tells."""


@cache
def flat_of(params: tuple[tuple[str, int], ...]) -> Flat:
    """A member of the household, compiled once."""
    return Flat.of(dict(params))


class Beside:
    """Our household, taken through what ALFWorld was taken through."""

    def __init__(self, flat: Flat, made: Made, start: Shown) -> None:
        self.flat = flat
        self.episode = opened(flat, made)
        self.compare(start)

    def step(self, said: str, theirs: Shown) -> bool:
        """Says something and compares; whether it was accepted."""
        heard = self.flat.heard(said, self.episode.state.state)
        feedback = None if heard is None else self.episode.step(heard)
        assert theirs.accepted == (feedback is not None and feedback.accepted), (said, feedback)
        self.compare(theirs)
        return theirs.accepted

    def compare(self, theirs: Shown) -> None:
        """ALFWorld's moment is ours."""
        state = self.episode.state.state
        assert self.flat.so(state) == theirs.so
        assert (self.episode.ended == "goal") == theirs.won
        assert self.flat.can(state) == theirs.can


def followed(flat: Flat, made: Made, walk: list[tuple[str, Shown]]) -> list[bool]:
    """Takes our household through a walk; what was accepted."""
    beside = Beside(flat, made, walk[0][1])
    return [beside.step(said, shown) for said, shown in walk[1:]]


@pytest.mark.parametrize("name", RECORDED)
def test_the_household_follows_the_recorded_walks(name: str) -> None:
    """The same accepted and refused, the same commands to come, the same facts, the goal at the same moment."""
    made, found = read(name)
    flat = flat_of(tuple(made.params.items()))
    accepted = [each for walk in found for each in followed(flat, made, walk)]
    assert {True, False} == {*accepted}
    assert sum(walk[-1][1].won for walk in found) >= 2
    assert name not in SHOWN or found[-1][-1][1].won


def test_the_page_says_how_much_is_recorded() -> None:
    """docs/worlds.md counts the recorded commands."""
    steps = sum(len(walk) - 1 for name in RECORDED for walk in read(name)[1])
    assert f"| {steps:,} recorded commands" in (ROOT / "docs" / "worlds.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "rule", "wrong"), WRONG)
def test_a_rule_that_is_not_alfworlds_is_noticed(name: str, rule: str, wrong: str) -> None:
    """Every rule that has ALFWorld's way tells in a recorded walk, and the one hand does."""
    text = find("household").read_text("utf-8")
    assert rule in text
    made, found = read(name)
    flat = Flat(load_text(text.replace(rule, wrong), {**made.params, "alfworld": True}))
    with pytest.raises(AssertionError):
        for walk in found:
            followed(flat, made, walk)


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing() or "installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(GAMES))
def test_the_household_is_alfworld(number: int) -> None:
    """Other flats, starts and tasks: our expert's walk, random ones, and random ones that end at the goal."""
    params, choose = MEMBERS[number % len(MEMBERS)], random.Random(number)
    flat, task = flat_of(tuple(params.items())), list(GOALS)[number % len(GOALS)]
    world = flat.system.world
    names = [world.atoms[value].name for value in choose.choice(world.tasks[task].instances)]
    made = Made(params, f"{task}({', '.join(names)})", number)
    for walk in walks(flat, made, game_of(flat, made), range(1_000 + 4 * number, 1_004 + 4 * number)):
        assert walk
        followed(flat, made, walk)


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing() or "installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["clean", "look", "two"])
def test_alfworlds_pddl_is_taken_over(name: str) -> None:
    """Our importer's world of a game plays like ALFWorld, operator by operator, to the goal."""
    made = RECORDED[name]
    agreed = alfworld_games.Beside(data_of_game(flat_of(tuple(made.params.items())), made)).walk(random.Random(name))
    assert agreed.won and agreed.slicing
