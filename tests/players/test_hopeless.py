"""Where beliefs are hard to list or there is no hope: what the expert makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from worldwright.cli import commands
from worldwright.compile.system import System
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.players.belief import Exact, start_states
from worldwright.players.expert import Expert
from worldwright.players.mind import Bewildered
from worldwright.players.plan import Effort, Planner
from worldwright.players.predict import predictor

Play = Callable[..., Any]

SEALED = """
world "Sealed"
about "Two chests; the key of one may lie in the other, or in itself."
type Chest
object red, blue: Chest
state key_in(Chest): Chest
state open_now(Chest): bool = false
state held(Chest): bool = false
start
  for c: Chest do key_in(c) = any Chest end
  set_open
  tell "Here are {list c: Chest}."
action open(c: Chest)
  say "open {c}"
  need held(c) else "You have no key to {the c}."
  set open_now(c) = true
  tell "{The c} is open."
action search(c: Chest)
  say "search {c}"
  need open_now(c) else "{The c} is locked."
  for d: Chest where key_in(d) = c do set held(d) = true end
  tell "You search {the c}."
task open_both "Open both chests."
  goal open_now(red) and open_now(blue)
"""
CHAIN = """
world "Chain"
about "Sixteen dials; each stands as the one before it, or one further."
state dial(1..16): 1..4
state seen: bool = false
start
  for i: 1..16 do
    dial(i) = any 1..4
    need i = 1 or dial(i) = dial(i - 1)
  end
  tell "Dials."
action look
  say "look at the first dial"
  set seen = true
  tell "It stands at {dial(1)}."
task see "Look."
  goal seen
"""


def test_no_hope_is_noticed_at_once(play: Play) -> None:
    """Where no believed state leads to the goal, the expert says so instead of running to the limit."""
    system = load_text(SEALED.replace("  set_open\n", ""))
    with pytest.raises(Bewildered, match="goal can be reached") as caught:
        play(Expert, system, "open_both", (), 0)
    assert caught.value.unsolvable


def test_some_hope_is_enough(play: Play) -> None:
    """Where some start can be solved and nothing tells which, the expert plays on."""
    text = SEALED.replace("  set_open\n", "  open_now(red) = true\n")
    system = load_text(text)
    ends = []
    for seed in range(8):
        try:
            ends.append(play(Expert, system, "open_both", (), seed).episode.ended)
        except Bewildered as fault:
            assert fault.unsolvable
            ends.append("unsolvable")
    assert set(ends) == {"goal", "unsolvable"}


def test_a_run_rejects_the_unsolvable(tmp_path: Path) -> None:
    """Under a class of its own."""
    world = tmp_path / "sealed.world"
    world.write_text(SEALED.replace("  set_open\n", ""), "utf-8")
    arguments = ["synthesize", str(world), "--out", str(tmp_path / "run"), "-n", "1", "--player", "expert"]
    CliRunner().invoke(commands, [*arguments, "--workers", "1", "--attempts", "2"])
    rejected = [json.loads(line) for line in (tmp_path / "run" / "rejected.jsonl").read_text("utf-8").splitlines()]
    assert [each["faults"][0].partition(":")[0] for each in rejected] == ["unsolvable", "unsolvable"]


def test_needs_may_leave_few_starts_of_very_many_draws() -> None:
    """Four thousand million draws, of which needs leave four: they are listed."""
    assert len(start_states(load_text(CHAIN))) == 4


def test_very_many_starts_are_not_listed(world: Callable[[str], System]) -> None:
    """Without needs that end draws early, it is not even tried."""
    assert start_states(world("household")) == ()


def test_what_the_start_opens_with_is_grouped(world: Callable[[str], System]) -> None:
    """The starts that agree with an opening are those that do one by one."""
    system = world("helpdesk")
    predict = predictor(system)
    for seed in range(3):
        episode = Episode(system, None, None, seed)
        belief = Exact(predict, episode.task, episode.observation)
        agree = [s for s in start_states(system) if predict.opens(episode.task, s, episode.observation) is not None]
        assert list(belief.states) == agree and agree


def test_a_far_goal_is_planned_from_afar(world: Callable[[str], System]) -> None:
    """Where the searches by layers and by width give up, the searches for known states go on."""
    system = world("blocksworld")
    task = system.task("reverse")
    planner = Planner(system, task, Effort(quick=1, exact=1, wide=12, shorten=1))
    start = system.start(0)
    plan = planner.plan(start, -1)
    assert plan is not None and task.goal(plan[-1].after)
    assert planner.plan(start, -1, thorough=False) is None
