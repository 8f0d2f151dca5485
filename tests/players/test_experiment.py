"""Measuring before a danger: what the expert prepares, uses and waits for, to learn what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from worldwright.compile.system import Command, System
from worldwright.pipeline import load_text
from worldwright.players.experiment import Experiments
from worldwright.players.expert import Expert
from worldwright.players.predict import predictor

Play = Callable[..., Any]

HOUSE = """world "A House"
about "Which of two flasks is hot cannot be seen. What the grease is cannot be seen either, but when it sets."

type Room
type Thing
type Flask is Thing
type Box

object hall, cellar, attic, kitchen, yard: Room
object thermometer, key, pan, rope, broom, lamp, book, jar: Thing
object red "red flask", blue "blue flask": Flask
object drawer, chest, icebox: Box

state stands(Box): Room = hall
state at(Thing): Room | Box | hand = hall
state here: Room = cellar
state shut(Box): bool = true
state hot: Flask
state burnt: bool = false
state sets_at: 0..40
state warmth: 0..40 = 40
state firm: bool = false
state label: none | lard | wax = none

define in_reach(x: Thing) = at(x) in {here, hand} or (at(x) is Box and stands(at(x)) = here and not shut(at(x)))

start
  stands(drawer) = attic
  stands(icebox) = kitchen
  at(red) = cellar
  at(blue) = cellar
  at(thermometer) = drawer
  at(key) = chest
  at(jar) = yard
  at(rope) = kitchen
  hot = any Flask
  sets_at = one of 10, 25
  tell "There are {list r: Room}, {list b: Box}, {list x: Thing}."

each turn
  if at(jar) = icebox and warmth > 0 then set warmth = warmth - 1 end
  if warmth < sets_at and not firm then
    set firm = true
    if in_reach(jar) then tell "The grease sets." end
  end

action go(r: Room)
  say "go to {r}"
  need r != here else "You are there."
  need here = hall or r = hall else "Go by way of {the hall}."
  set here = r
  tell "You are in {the r}."

action open(b: Box)
  say "open {b}"
  need stands(b) = here else "It is not here."
  need shut(b) else "It is open."
  need b != drawer or at(key) = hand else "It is locked."
  set shut(b) = false
  tell "You open {the b}."

action take(x: Thing)
  say "take {x}"
  need in_reach(x) else "You cannot reach it."
  need at(x) != hand else "You have it."
  set at(x) = hand
  if x = hot then set burnt = true end
  tell "You take {the x}."

action put(x: Thing, b: Box)
  say "put {x} in {b}"
  need at(x) = hand else "You do not have it."
  need stands(b) = here and not shut(b) else "You cannot."
  set at(x) = b
  tell "You put {the x} in {the b}."

action measure(x: Thing)
  say "measure {x}"
  need in_reach(x) else "You cannot reach it."
  need at(thermometer) = hand else "With what?"
  if x = hot then tell "Ninety degrees." else tell "Twenty degrees." end

action mark(l: lard | wax)
  say "label it {l}"
  need in_reach(jar) else "You cannot reach it."
  set label = l
  tell "So it says."

task cool "Take the flask that is not hot."
  goal exists f: Flask (f != hot and at(f) = hand)
  fail burnt "You burn your hand."
  limit 60

task name_it "Label the jar of grease."
  goal label = (if sets_at = 10 then lard else wax)
  fail label != none and label != (if sets_at = 10 then lard else wax) "That is not what it is."
  limit 80
"""


@pytest.fixture(name="house", scope="module")
def house_fixture() -> System:
    """A house in which what one has to know takes many steps to find out."""
    return load_text(HOUSE)


@pytest.mark.parametrize("task", ["cool", "name_it"])
def test_it_measures_before_a_danger(task: str, house: System, play: Play) -> None:
    """A thermometer is fetched from a locked drawer; grease is put where it is cold, and watched until it sets.
    Whatever is hidden, equal observations lead to equal replies."""
    replies: dict[tuple[str, ...], str] = {}
    hidden: set[bytes] = set()
    for seed in range(3):
        played = play(Expert, house, task, (), seed)
        assert played.episode.ended == "goal" and set(played.kinds) == {"ok"}
        hidden.add(played.turns[0][1].before)
        history: tuple[str, ...] = (played.briefing.opening,)
        for reply, feedback in played.turns:
            assert replies.setdefault(history, reply) == reply
            history = (*history, feedback.text)
        named = [house.world.actions[feedback.command[0]].name for _, feedback in played.turns]
        assert ("measure" in named) == (task == "cool")
    assert len(hidden) > 1


def test_an_experiment_ends_with_what_tells(house: System) -> None:
    """Its last command, and none before it, reads differently in the two cases; nothing in it is a danger."""
    task = house.task("cool")
    predict = predictor(house)

    def good(state: bytes, command: Command) -> bool:
        accepted = house.refusal(state, command) < 0
        return accepted and task.failed(predict.state_after(state, command)) < 0

    cases = house.start_states(10)[0]
    one, two = next(
        (one, two)
        for one, two in combinations(cases, 2)
        if [slot.name for slot in house.slots if slot.read(one) != slot.read(two)] == ["hot"]
    )
    way = Experiments(house, task, predict, good).tell_apart((one, two), -1, lambda command: True)
    for place, command in enumerate(way, start=1):
        assert good(one, command) and good(two, command)
        assert (predict.said(one, command, -1) != predict.said(two, command, -1)) == (place == len(way))
        one, two = predict.state_after(one, command), predict.state_after(two, command)
    assert len(way) == 9
    assert not Experiments(house, task, predict, good).tell_apart((one, one), -1, lambda command: True)
