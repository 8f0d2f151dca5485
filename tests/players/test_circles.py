"""The expert goes round in no circles: it looks for news, learns from what did not end, takes its best chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from worldwright.compile.system import System
from worldwright.pipeline import load, load_text
from worldwright.players.belief import Exact, start_states
from worldwright.players.expert import Expert
from worldwright.players.factored import Factored
from worldwright.players.lookout import Lookout
from worldwright.players.mind import Bewildered
from worldwright.players.predict import predictor
from worldwright.shipped import shipped

Play = Callable[..., Any]

LOCK = """world "The Dumb Lock"
about "Nothing says which letters are right."
state noise(1..14): 1..3 = 1
state dial(1..2): 1..3 = 1
state secret(1..2): 1..3
start
  for i: 1..2 do secret(i) = any 1..3 end
  need secret(1) != 1
  {more}
  tell "A lock."
action turn(i: 1..2, v: 1..3)
  say "turn dial {{i}} to {{v}}"
  set dial(i) = v
  tell "Click."
task open "Open the lock."
  goal forall i: 1..2 (dial(i) = secret(i))
  {fail}
  limit 60
"""
DOORS = """world "Three Doors"
about "Behind one door is a garden, behind the others is a drop."
state garden: 1..3
state through: 0..3 = 0
start
  garden = one of 1, 2, 2, 3
  tell "Three doors."
action knock(d: 1..3)
  say "knock at door {d}"
  tell "Nobody answers."
action open(d: 1..3)
  say "open door {d}"
  set through = d
  tell "You step through."
task out "Get into the garden."
  goal through = garden
  fail through != 0 and through != garden "You fall."
  limit 20
"""
DICE = """world "A Die"
about "You need a six."
state six: bool = false
start
  tell "A die."
action roll
  say "roll the die"
  chance 1 in 6 then set six = true end
  tell "It rolls."
task luck "Throw a six."
  goal six
  limit 100
"""
TRAPPED = """world "A Dry Well"
about "You have fallen into a dry well. Somebody may pass, or not."
state passes: bool
state shouted: 0..3 = 0
state saved: bool = false
start
  passes = one of true, false
  tell "It is dark."
action shout
  say "shout"
  need shouted < 3 else "You are hoarse."
  set shouted = shouted + 1
  if passes and shouted >= 3 then set saved = true end
  tell "You shout."
action listen free
  say "listen"
  tell "Silence."
task up "Get out."
  goal saved
  limit 40
"""


@pytest.fixture(name="wumpus", scope="module")
def wumpus_fixture() -> System:
    """The wumpus world, whose cave must be felt out."""
    return load(shipped("worlds") / "classic" / "wumpus" / "wumpus.world")


@pytest.mark.parametrize("seed", [53, 140, 227, 236, 240, 251, 315, 340, 364, 377])
def test_no_pit_and_no_circle_where_there_are_signs(seed: int, wumpus: System, play: Play) -> None:
    """Where the nearest step is a danger, signs elsewhere are looked for; and that ends."""
    played = play(Expert, wumpus, "slay", (), seed)
    assert played.episode.ended == "goal" and len(played.turns) <= 30


@pytest.mark.parametrize(("seed", "task"), [(1615757370, "slay"), (2091597435, "treasure"), (6960902, "slay")])
def test_no_pit_of_two(seed: int, task: str, play: Play) -> None:
    """Of caves with more pits all starts are known as well."""
    system = load(shipped("worlds") / "classic" / "wumpus" / "wumpus.world", {"pits": 2})
    assert play(Expert, system, task, (), seed).episode.ended == "goal"


@pytest.mark.slow
@pytest.mark.parametrize("task", ["slay", "treasure"])
def test_every_cave_is_solved(task: str, wumpus: System, play: Play) -> None:
    """Each of 200 caves, none of which asks for a guess."""
    assert {play(Expert, wumpus, task, (), seed).episode.ended for seed in range(200)} == {"goal"}


def test_caution_uses_only_what_was_read(wumpus: System, play: Play) -> None:
    """Over many hidden caves, the next reply is a function of what was read so far."""
    replies: dict[tuple[str, ...], str] = {}
    hidden: dict[tuple[str, ...], set[bytes]] = {}
    for seed in range(40):
        played = play(Expert, wumpus, "slay", (), seed)
        history: tuple[str, ...] = (played.briefing.opening,)
        for reply, feedback in played.turns:
            assert replies.setdefault(history, reply) == reply
            hidden.setdefault(history, set()).add(feedback.before)
            history = (*history, feedback.kind, feedback.text)
    assert max(len(states) for states in hidden.values()) > 1


@pytest.mark.parametrize("more", ["", "for i: 1..14 do noise(i) = any 1..3 end"])
def test_that_it_goes_on_is_news(more: str, play: Play) -> None:
    """A lock that says nothing is opened in few turns, with a listed and with a factored belief."""
    system = load_text(LOCK.format(more=more, fail=""))
    assert bool(start_states(system)) == (not more)
    for seed in range(12):
        played = play(Expert, system, "open", (), seed)
        assert played.episode.ended == "goal" and len(played.turns) <= 12


@pytest.mark.parametrize("more", ["", "for i: 1..14 do noise(i) = any 1..3 end"])
def test_states_in_which_it_would_be_over_are_not_believed(more: str) -> None:
    """Neither those in which the goal would have been reached, nor those in which the task would have failed."""
    fail = 'fail dial(2) != 1 and secret(2) = 3 "It jams."'
    system = load_text(LOCK.format(more=more, fail=fail))
    task = system.task("open")
    predict = predictor(system)
    opening = predict.opening(task, system.start(0))
    belief = Factored(predict, task, opening) if more else Exact(predict, task, opening)
    turn = next(command for command in system.admissible(belief.states[0]) if command[1:] == (2, 2))
    assert any(predict.ends(task, system.apply(state, turn, lambda site, n: 0)) for state in belief.states)
    belief.hear(turn, "ok", "Click.")
    assert belief.states
    assert not any(task.goal(state) or task.failed(state) >= 0 for state in belief.states)


def test_the_best_chance_is_taken(play: Play) -> None:
    """Where nothing tells, the likelier door is not known, but one door is tried and no knocking goes on for ever."""
    system = load_text(DOORS)
    for seed in range(6):
        played = play(Expert, system, "out", (), seed)
        assert played.episode.ended in ("goal", "fail") and len(played.turns) <= 4
    states = start_states(system)
    assert Lookout(system, system.task("out"), predictor(system)).chance(states, [(1, 2)]) == (1, 2)


def test_luck_is_tried_again(play: Play) -> None:
    """A die is thrown as often as it takes: that is no circle."""
    system = load_text(DICE)
    lengths = [len(play(Expert, system, "luck", (), seed).turns) for seed in range(8)]
    assert max(lengths) > 3


def test_where_nothing_is_left_it_gives_up(play: Play) -> None:
    """What was done in vain is not done again: the well is given up, or left."""
    system = load_text(TRAPPED)
    ends = []
    for seed in range(6):
        try:
            played = play(Expert, system, "up", (), seed)
            ends.append((played.episode.ended, len(played.turns)))
        except Bewildered as fault:
            ends.append((str(fault).split(" ")[0], 0))
    assert ("goal", 3) in ends
    assert {end for end, _ in ends} == {"goal", "from"}
