"""Our BabyAI beside Minigrid: the same grid, agent, thing carried, end and field of vision after every step.

What the agent sees is taken from the text that it reads (minigrid_side.py says how). Built like test_pddl.py.
"""

from __future__ import annotations

import pytest
from tests.differential.minigrid_peers import LEVELS, House, Level, Shown, chosen, missing, registered
from tests.differential.minigrid_side import WAYS, Side, image, sides, system_of
from tests.differential.record_minigrid import RECORDED, read

from worldwright.compile.rng import draw_for
from worldwright.pipeline import load

SEEDS, STEPS = 8, 60
"""Walks through each level in the long form, and their length."""

QUICK = ("BabyAI-PutNextLocal-v0", "BabyAI-GoToLocal-v0", "BabyAI-KeyInBox-v0", "BabyAI-MiniBossLevel-v0")


class Beside:
    """Our world, taken through what Minigrid was taken through."""

    def __init__(self, house: House, start: Shown) -> None:
        self.side = Side(system_of(house, start))
        self.goals = self.side.goals(house)
        assert self.goals
        self.state = self.side.start(house, start)
        assert self.side.mission(self.state) in (None, house.sentence.text)
        self.ours = self.side.shown(self.state, self.goals)
        self.compare(start)

    def step(self, action: int, theirs: Shown) -> bool:
        """Takes an action and compares; whether it was accepted."""
        system, command = self.side.system, self.side.commands[action]
        accepted = system.refusal(self.state, command) < 0
        if accepted:
            self.state = system.apply(self.state, command, draw_for(0, 1))
            self.ours = self.side.shown(self.state, self.goals)
        self.compare(theirs)
        return accepted

    def compare(self, theirs: Shown) -> None:
        """Minigrid's moment is ours."""
        assert self.ours == theirs, self.side.told(self.state)


def levels() -> list[object]:
    """The recorded levels; those with members of the family that no other test needs are slow."""
    return [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in RECORDED]


@pytest.mark.parametrize("level", levels())
def test_the_world_follows_a_recorded_walk(level: str) -> None:
    """A random walk and one of Minigrid's bot, which reaches its goal where the trace says so."""
    accepted = []
    for walk in read(level):
        beside = Beside(walk.house, walk.start)
        accepted += [beside.step(action, shown) for action, shown in walk.steps]
    assert {True, False} == {*accepted}


def test_missions_of_several_deeds_come_to_their_ends() -> None:
    """What is recorded holds missions that are done in either order, and one that fails."""
    ends = {
        (walk.house.sentence.order, walk.steps[-1][1].done, walk.steps[-1][1].failed)
        for level in RECORDED
        for walk in read(level)
    }
    assert ends >= {(order, True, False) for order in ("all_at_once", "first_said_first", "last_said_first")}
    assert ("first_said_first", True, True) in ends


def test_sides_are_as_minigrid_counts_them() -> None:
    """In starts of our own, everything in the room of the agent is on the side of it where it would be in Minigrid."""
    side = Side(load("babyai", {"sentences": True, "columns": 2, "rows": 2, "size": 3, "things": 6}))
    for seed in range(12):
        is_so = side.system.decode(side.system.start(seed))
        x, y = (int(number) - 1 for number in is_so["here"].split("_")[1:])
        where = {key.split("(")[1][:-1]: square for key, square in is_so.items() if key.startswith(("at(", "doorway("))}
        known = sides(3, (x, y), WAYS.index(is_so["facing"]), where)
        told = {key: value for key, value in is_so.items() if key.startswith(("flank", "depth")) and value != "neither"}
        assert told == {f"{name}({thing})": value for (name, thing), value in known.items()}


def test_a_walk_that_is_not_minigrids_is_noticed() -> None:
    """Left is not right: the comparison can fail."""
    walk = read("BabyAI-PutNextLocal-v0")[0]
    at = next(n for n, (action, _) in enumerate(walk.steps) if action in (0, 1))
    beside = Beside(walk.house, walk.start)
    for action, shown in walk.steps[:at]:
        beside.step(action, shown)
    with pytest.raises(AssertionError):
        beside.step(1 - walk.steps[at][0], walk.steps[at][1])


def test_a_told_field_of_vision_is_read_whole() -> None:
    """Every kind of line has its cell."""
    chart = ["? ? ? ? ? ? ?"] * 5 + ["X X L X X X ?", "X k . ^ o X ?"]
    rest = ["Red key: 2 to the left.", "Blue ball: 1 to the right.", "Grey door, locked: 1 ahead and 1 to the left."]
    rest.append("You are carrying a green box.")
    seen = image("\n".join(["You are facing north.", *chart[:5], chart[5], chart[6], *rest]))
    assert seen[1][6] == (5, 0, 0) and seen[4][6] == (6, 2, 0) and seen[2][5] == (4, 5, 2)
    assert seen[3][6] == (7, 1, 0) and seen[6] == ((0, 0, 0),) * 7


# ---------------------------------------------------------------- the long form


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_no_level_is_left_out() -> None:
    """All levels of BabyAI that Minigrid knows are compared."""
    assert set(LEVELS) == registered()


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("name", LEVELS)
def test_the_world_is_minigrid(name: str) -> None:
    """Seven walks in eight are random, in the others Minigrid's bot plays; each ends where Minigrid ends it, or is left
    where Minigrid takes a thing to be where it was."""
    for seed in range(SEEDS):
        level = Level(name, seed)
        beside = Beside(level.house(), level.shown())
        for action in chosen(level, seed, STEPS):
            level.step(action)
            if level.led_astray:
                break
            shown = level.shown()
            beside.step(action, shown)
            if shown.done:
                break
