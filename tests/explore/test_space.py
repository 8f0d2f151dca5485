"""What `explore` says of worlds small enough to know by heart."""

from __future__ import annotations

import json

from worldwright.explore.script import Script
from worldwright.explore.space import explore
from worldwright.pipeline import load, load_text
from worldwright.play.episode import Episode

TRAP = """
world "Trap"
about "A hall with a pit."
type Place
type Thing
object hall, garden, pit: Place
object bell: Thing
state here: Place = hall
state rung: bool = false
start
  tell "{The hall} lies between {the garden} and {the pit}. There is {a bell}."

action go(p: Place)
  say "go to {p}"
  need here != pit else "The pit is too deep."
  need here != p else "You are there."
  set here = p
  tell "You go to {the p}."

action ring(x: Thing)
  say "ring {x}"
  need here = garden else "The bell hangs in the garden."
  need here != pit else "Never said."
  set rung = true
  if here = hall then tell "Never told." else tell "Ding." end

task out "Ring the bell and come back."
  milestone "at the bell" here = garden
  milestone "in the air" here = hall and here = pit
  goal rung and here = hall
  fail rung and here = pit "You fell."
  limit 10
"""


def test_a_world_by_heart() -> None:
    """States, dead ends, plans, branching and what is never used."""
    system = load_text(TRAP)
    space = explore(system)
    # here: 3 places; not rung anywhere, or rung: 6 states.
    assert (space.states, space.transitions, space.depth) == (6, 10, 3)
    assert space.complete and space.unknown == ()
    assert space.branching is not None
    assert (space.branching.least, space.branching.most) == (0, 3)
    assert space.stuck_states == 2
    assert (space.goal_states, space.dead_ends) == (1, 1)
    task = space.task
    assert task is not None
    assert (task.fail_states, task.solvable, task.shortest) == (1, True, 3)
    assert task.plan == Script(("go to garden", "ring bell", "go to hall"), 0, "out")
    assert task.dead_end == Script(("go to pit",), 0, "out")
    assert task.skipped == ("in the air",)
    assert space.coverage is not None
    assert [(p.kind, p.name) for p in space.coverage.unused] == [("need", "ring.2"), ("tell", "ring")]
    lines = TRAP.splitlines()
    assert "Never said" in lines[space.coverage.unused[0].line - 1]
    assert "Never told" in lines[space.coverage.unused[1].line - 1]
    data = json.loads(json.dumps(space.to_json()))
    assert data["dead_ends"] == 1 and data["task"]["plan"]["commands"][0] == "go to garden"


def test_plans_can_be_played() -> None:
    """Every plan reaches its goal from its seed, in its length."""
    for name in ("pantry", "vending", "keys_and_doors"):
        system = load(name)
        task = explore(system, coverage=False).task
        assert task is not None and task.plan is not None and task.plan.seed is not None
        assert not task.plan.note and len(task.plan) == task.shortest
        episode = Episode(system, task.plan.task, seed=task.plan.seed)
        for line in task.plan.commands:
            assert episode.step(line).accepted
        assert episode.ended == "goal"


def test_looks_around_where_nothing_was_told() -> None:
    """A plan begins by looking, when that is what tells a player the names."""
    text = TRAP.replace(
        'start\n  tell "{The hall} lies between {the garden} and {the pit}. There is {a bell}."',
        'action look free\n  say "look"\n  tell "{The hall}, {the garden}, {the pit}, {the bell}."',
    )
    plan = getattr(explore(load_text(text)).task, "plan", None)
    assert plan is not None and plan.commands[0] == "look" and not plan.note and len(plan) == 4


def test_partial_answers_say_so() -> None:
    """Counts are bounds, the rest is not known, and sentences say why."""
    space = explore(load("gripper", {"balls": 8}), max_states=1000)
    assert not space.complete and space.states <= 1000
    assert space.dead_ends is None
    assert space.task is not None and space.task.solvable is None
    assert "limit on states" in space.unknown[0]


def test_impossible_tasks_are_found_out() -> None:
    """No way from one of two starts."""
    text = TRAP.replace("start\n", "start\n  here = one of hall, pit\n")
    task = explore(load_text(text)).task
    assert task is not None
    assert (task.solvable, task.unsolvable_starts, task.shortest) == (False, 1, 3)
