"""Ways home: what is said to be reachable from every state is, where all states can be listed."""

from __future__ import annotations

import numpy as np
import pytest
from tests.explore.random_worlds import random_world
from tests.explore.test_boxes import inside, ranked

from worldwright.compile.system import System
from worldwright.explore.abstractly import Abstractly
from worldwright.explore.budget import Budget, never
from worldwright.explore.conditions import masks, promise_condition, task_conditions
from worldwright.explore.found import find
from worldwright.explore.homeward import Homeward
from worldwright.explore.prove import Proof, instances, prove
from worldwright.explore.search import Moves
from worldwright.explore.unlisted import Unlisted
from worldwright.pipeline import load, load_text
from worldwright.shipped import shipped

HALL = """world "The Tidy Shed"
about "Tools hang on the wall, lie about, or are in your hand."
type Place
type Tool
object door, bench, wall: Place
object saw, axe, file, rasp, plane: Tool
state here: Place = door
state at(Tool): Place | hand
state sharp(Tool): bool = false
start
  for t: Tool do at(t) = any Place end
action go(p: Place)
  say "go to {p}"
  need here != p else "You are there."
  set here = p
  tell "You go."
action take(t: Tool)
  say "take {t}"
  need at(t) = here else "It is not here."
  need not exists o: Tool (at(o) = hand) else "Your hand is full."
  set at(t) = hand
  tell "Taken."
action put(t: Tool)
  say "put {t}"
  need at(t) = hand else "You do not hold it."
  set at(t) = here
  tell "Put."
action sharpen(t: Tool)
  say "sharpen {t}"
  need at(t) = hand and here = bench else "Take it to the bench."
  set sharp(t) = true
  tell "It is sharp."
task hang(t: Tool) "Hang {t} up, sharp."
  goal at(t) = wall and sharp(t)
recoverable
"""
BROKEN = {
    "a tool that is put down anywhere is stuck there": (
        "  need at(t) = here else",
        "  need at(t) = here and here != wall else",
    ),
    "the door falls shut": ("  need here != p else", "  need here != p and here != door else"),
    "nothing is ever put down": ("  set at(t) = here\n", "  set at(t) = at(t)\n"),
    "the hand may be full of two": ("  need at(t) = hand else", "  need at(t) = hand and not sharp(t) else"),
}
"""Changes after which some goal is out of reach from some state."""


def home_of(system: System) -> tuple[Homeward, Abstractly]:
    """A world's way home."""
    abstractly = Abstractly.of(system, 1_000, never)
    assert abstractly is not None
    promises = enumerate(system.world.promises)
    conditions = [promise_condition(system, i) for i, promise in promises if promise.op == "always"]
    nodes = [abstractly.ground.condition(c.form, c.args) for c in conditions]
    kept = [node for node in nodes if abstractly.kept(node)]
    home = Homeward.of(abstractly.ground, abstractly.beginning, kept, never)
    assert home is not None
    return home, abstractly


def agrees(system: System) -> tuple[int, int]:
    """Holds a world's home against all its states. How many goals can be reached from everywhere, and of how many of
    them that was shown."""
    found = find(Moves.of(system), Budget(100_000), True)
    assert found.layers.complete and found.edges is not None
    home, abstractly = home_of(system)
    listed = [ranked(system, state) for state in found.layers.moves.packing.unpack(found.states.words)]
    assert all(inside(state, home.reachable) for state in listed)
    at_home = np.array([inside(state, home.home) for state in listed])
    assert (found.edges.distances(np.flatnonzero(at_home)) >= 0).all()
    true = shown = 0
    for each in instances(system):
        task = system.task(*each)
        goal = task_conditions(system, task).goal
        longest = home.reached(task, abstractly.ground.condition(goal.form, goal.args))
        distances = found.edges.distances(np.flatnonzero(masks(found.states, [goal])[0]))
        assert longest is None or (distances >= 0).all()
        assert longest is None or distances[at_home].max() <= longest
        true += bool((distances >= 0).all())
        shown += longest is not None
    return true, shown


@pytest.mark.parametrize("name", ["pantry", "vending", "gripper", "blocksworld", "store"])
def test_shipped_worlds(name: str) -> None:
    """Small members of shipped worlds; the small store is shown in full."""
    parameters = {"gripper": {"balls": 3}, "blocksworld": {"blocks": 4}, "store": {"stock": "small"}}
    true, shown = agrees(load(name, parameters.get(name, {})))
    assert shown == true or name in ("pantry", "vending", "blocksworld")  # these are too small and too intricate


def test_made_up_worlds() -> None:
    """Home and what is reached from there, in worlds made up at random, with chance and with turns."""
    counts = [agrees(load_text(random_world(seed))) for seed in range(10)]
    assert sum(shown for _, shown in counts) * 2 >= sum(true for true, _ in counts) > 0


@pytest.mark.slow
def test_many_made_up_worlds() -> None:
    """More of them."""
    counts = [agrees(load_text(random_world(seed))) for seed in range(10, 60)]
    assert sum(shown for _, shown in counts) * 2 >= sum(true for true, _ in counts) > 0


def recoverable(text: str) -> list[Proof]:
    """What is said of `recoverable`, not all states being listed."""
    return [p for p in prove(load_text(text), max_states=2_000) if p.kind == "recoverable"]


def test_a_world_with_a_way_home() -> None:
    """Some 60,000 states: proved without listing them, for every tool."""
    found = recoverable(HALL)
    assert len(found) == 5
    assert all(proof.answer == "proved" and "a way home" in proof.because for proof in found)


@pytest.mark.parametrize("what", BROKEN)
def test_a_world_without_one(what: str) -> None:
    """With a dead end in it nothing is proved."""
    old, new = BROKEN[what]
    assert old in HALL
    small = HALL.replace(", file, rasp, plane", "").replace(old, new)
    assert any(proof.answer == "refuted" for proof in prove(load_text(small)) if proof.kind == "recoverable")
    for text in (small, HALL):
        system = load_text(text.replace(old, new))
        home, abstractly = home_of(system)
        for each in instances(system):
            task = system.task(*each)
            goal = task_conditions(system, task).goal
            assert home.reached(task, abstractly.ground.condition(goal.form, goal.args)) is None


TRAPS = {
    "there is no way back from the far side": ("  exit(far_side, east) = ravine\n", "", "visit(kitchen)"),
    "nobody wakes up who has drowned": (
        '  need fate != well else "You are as awake as anybody on this land."\n',
        '  need fate = fallen else "You are as awake as anybody on this land."\n',
        "visit(kitchen)",
    ),
    "a rope that is tied stays tied": (
        '  need here = ravine else "There is no rope here that you could untie."\n',
        '  need here = ravine and here = mill else "There is no rope here that you could untie."\n',
        "find(rope)",
    ),
}
"""Changes to the old mill after which a goal is out of reach from some state, and one such goal."""


@pytest.mark.slow
@pytest.mark.parametrize("what", TRAPS)
def test_a_trap_in_a_large_world(what: str) -> None:
    """A world of a billion states with a trap in it: nothing that the trap forbids is proved."""
    old, new, lost = TRAPS[what]
    text = (shipped("worlds") / "classic/old_mill/old_mill.world").read_text("utf-8")
    assert old in text
    system = load_text(text.replace(old, new))
    tasks = [system.task(*each) for each in instances(system)]
    names = [f"{name}({', '.join(system.world.atoms[a].name for a in args)})" for name, args in instances(system)]
    unlisted = Unlisted.of(system, None, tasks, 20_000, never)
    assert unlisted.recoverable(tasks[names.index(lost)]) is None
