"""Plans from one state: as short as the whole graph says, and estimates and bounds that are never wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from tests.explore.test_prove import WAITING

from worldwright.compile.rng import draw_for
from worldwright.compile.system import CompiledTask, System
from worldwright.explore.budget import Budget
from worldwright.explore.conditions import masks, task_conditions
from worldwright.explore.found import Found, find
from worldwright.explore.frontier import Proof, Spending, Steps, breadth_first
from worldwright.explore.heuristics import INFINITE
from worldwright.explore.plan import Effort, Planned, heuristics_of, moves_of, seek
from worldwright.pipeline import load, load_text

SMALL: list[tuple[str, dict[str, int | bool | str]]] = [
    ("pantry", {}),
    ("vending", {}),
    ("gripper", {"balls": 3}),
    ("blocksworld", {"blocks": 4}),
]
DOORS = pytest.param("keys_and_doors", {"rooms": 2}, marks=pytest.mark.slow)
SOKOBAN = pytest.param("sokoban", {}, marks=pytest.mark.slow)
RICH = """
world "Rich"
about "Numbers, counts, conditional effects, loops, luck, and what every turn does."
type Cup
type Spot
object a, b, c: Cup
object left, right, shelf: Spot
state at(Cup): Spot = left
state full(Cup): bool = false
state coins: 0..6 = 2
state heat: 0..4 = 0
state here: Spot = left
define near(x: Cup) = at(x) = here
define laid(n: 0..3) = count x: Cup (at(x) = shelf) >= n
action walk(s: Spot)
  say "walk to {s}"
  need here != s else "No."
  if coins > 3 and s = shelf then set coins = coins - 2 end
  set here = s
action fill(x: Cup)
  say "fill {x}"
  need near(x) and coins >= 1 else "No."
  set coins = coins - 1
  set full(x) = true
  for y: Cup where at(y) = at(x) and y != x do set full(y) = false end
action move(x: Cup, s: Spot)
  say "move {x} to {s}"
  need near(x) and s != here else "No."
  set at(x) = s
  set here = s
  if not full(x) then set coins = max(0, coins - 1) end
action earn
  say "earn"
  need coins < 6 else "No."
  chance 1 in 3 then set coins = min(6, coins + 2) else set coins = coins + 1 end
each turn
  if exists x: Cup (full(x) and at(x) = right) then
    if heat < 4 then set heat = heat + 1 end
  end
task tidy "Tidy."
  goal laid(2) and forall x: Cup (at(x) != shelf or full(x))
task warm "Warm." fail heat > 3 "Too hot."
  goal heat = 3 and sum x: Cup (if full(x) then 2 else 0) >= 4
  limit 60
"""
SEARCHES = {
    "relaxed plans and A*": Effort(around=0, batch=0),
    "A* alone": Effort(around=0, quick=0, better=0, batch=0, patient=0, proof=10_000),
    "in batch": Effort(around=0, quick=0, better=0, first_proof=0, patient=0, proof=0),
}


@lru_cache(maxsize=16)
def known(name: str, params: tuple[tuple[str, Any], ...]) -> tuple[System, Found]:
    """A world and its whole graph."""
    texts: Mapping[str, str] = {"rich": RICH, "waiting": WAITING}
    system = load_text(texts[name]) if name in texts else load(name, dict(params))
    found = find(moves_of(system), Budget(states=300_000), edges=True)
    assert found.layers.complete and found.edges is not None
    return system, found


def distances(system: System, found: Found, task: CompiledTask) -> tuple[Any, Any]:
    """The true distance of every state to the goal (-1: none), and the states that failed."""
    conditions = task_conditions(system, task)
    goal, *rest = masks(found.states, conditions.all)
    failed = rest[0] if conditions.fails else np.zeros(len(goal), dtype=bool)
    assert found.edges is not None
    return found.edges.distances(np.flatnonzero(goal & ~failed), closed=failed), failed


def tasks(system: System) -> list[CompiledTask]:
    """Every task with its first and its last arguments."""
    infos = system.world.tasks.values()
    return [system.task(t.name, args) for t in infos for args in dict.fromkeys((t.instances[0], t.instances[-1]))]


def some(found: Found, most: int) -> range:
    """States of a graph, evenly spread."""
    return range(0, len(found.states), max(1, len(found.states) // most))


def check_law(name: str, params: dict[str, Any], most: int) -> None:
    """No lower bound above the true distance; no plan in the relaxation means no plan."""
    system, found = known(name, tuple(params.items()))
    for task in tasks(system)[:8]:
        true, failed = distances(system, found, task)
        heuristics, blunt = heuristics_of(system, task), heuristics_of(system, task, sharp=False)
        assert heuristics is not None and blunt is not None
        for number in some(found, most):
            state = found.states.state(number)
            far = INFINITE if true[number] < 0 else int(true[number])
            if not failed[number]:
                assert heuristics.farthest(state) <= heuristics.landmarks(state) <= far
                assert blunt.farthest(state) <= min(blunt.landmarks(state), heuristics.farthest(state))
                assert blunt.landmarks(state) <= far
                assert heuristics.relaxed_plan(state) is not None or far == INFINITE
                assert (heuristics.landmarks(state) == 0) <= (far == 0 or task.goal(state))


@pytest.mark.parametrize(("name", "params"), [("rich", {}), ("waiting", {}), *SMALL, ("sokoban", {}), DOORS])
def test_lower_bounds_are_never_above_the_distance(name: str, params: dict[str, Any]) -> None:
    """In a sample of states of small worlds, for every kind of task."""
    check_law(name, params, 5 if name == "keys_and_doors" else 25)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "params"), [("rich", {}), ("waiting", {}), *SMALL[:4], ("eight_puzzle", {})])
def test_lower_bounds_in_all_states(name: str, params: dict[str, Any]) -> None:
    """In every state of the smallest worlds, in hundreds of the others."""
    check_law(name, params, 500)


def playable(system: System, task: CompiledTask, state: bytes, planned: Planned, seed: int | None = None) -> None:
    """A plan is accepted step by step, with the states it says, and ends at the goal."""
    turn = 0
    for command, after in planned.way or ():
        assert system.refusal(state, command) < 0
        if seed is None:
            assert after in system.outcomes(state, command)
        else:
            assert after == system.apply(state, command, draw_for(seed, turn))
            turn += not system.actions[command[0]].free
        assert task.failed(after) < 0
        state = after
    assert planned.way is None or task.goal(state)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("name", "params"), [("rich", {}), ("waiting", {}), *SMALL, SOKOBAN, DOORS])
def test_plans_are_as_short_as_the_graph_says(name: str, params: dict[str, Any], search: str) -> None:
    """From the start and from states far from it, by each search alone; where the bound stays open it is true."""
    system, found = known(name, tuple(params.items()))
    if search == "in batch" and any(moves_of(system).chancy):
        pytest.skip("the search in batch is for worlds without chance")
    for task in tasks(system)[: 2 if name == "keys_and_doors" else 4]:
        true, failed = distances(system, found, task)
        for number in some(found, 3):
            if failed[number]:
                continue
            state = found.states.state(number)
            planned = seek(system, task, state, SEARCHES[search])
            far = int(true[number])
            playable(system, task, state, planned)
            if far < 0:
                assert planned.way is None and planned.unsolvable
            else:
                assert not planned.unsolvable
                assert planned.at_least <= far
                assert planned.at_most is None or planned.at_most >= far
                assert planned.optimal and planned.at_most == far


def test_the_bound_rises_and_the_plan_shortens() -> None:
    """The more states may be looked at, the nearer both come to the true number, and they never pass it."""
    system, found = known("blocksworld", (("blocks", 4),))
    task = tasks(system)[0]
    state = found.states.state(0)
    true = int(distances(system, found, task)[0][0])
    least, most = 0, 1 << 30
    for effort in (1, 10, 30, 100, 1_000):
        planned = seek(system, task, state, Effort(0, 20 * effort, effort, effort, 0, 0, effort))
        assert least <= planned.at_least <= true
        least = planned.at_least
        if planned.at_most is not None:
            assert true <= planned.at_most <= most
            most = planned.at_most
    assert least == most == true


def test_the_proof_may_be_interrupted() -> None:
    """A* carried on one state at a time says what A* in one go says."""
    system, found = known("blocksworld", (("blocks", 4),))
    task = tasks(system)[0]
    state = found.states.state(0)
    heuristics = heuristics_of(system, task)
    assert heuristics is not None
    proofs = [Proof(Steps(moves_of(system), task), (state, 0), heuristics.landmarks) for _ in range(2)]
    proofs[0].carry_on(1 << 20, Spending())
    bounds = []
    while not proofs[1].done:
        proofs[1].carry_on(1, Spending())
        bounds.append(proofs[1].least)
    assert bounds == sorted(bounds)
    assert proofs[1].best == proofs[0].best is not None
    assert bounds[-1] == len(proofs[1].best or ()) == distances(system, found, task)[0][0]


def test_time_that_is_up_leaves_a_true_bound() -> None:
    """Without any time there is no plan, and nothing is claimed."""
    system, found = known("sokoban", ())
    task = tasks(system)[0]
    planned = seek(system, task, found.states.state(0), Effort(around=0, seconds=0.0))
    assert not planned.unsolvable and not planned.optimal
    assert planned.at_least <= distances(system, found, task)[0][0]


@pytest.mark.parametrize("seed", [0, 3])
def test_plans_under_a_seeds_luck(seed: int) -> None:
    """Where chance has a say, the plan for a seed meets that seed's own luck; found as by breadth-first search."""
    system = load("cave")
    for name in ("find", "pay_the_troll"):
        task = system.task(name, system.world.tasks[name].instances[0])
        state = system.start(seed)
        planned = seek(
            system, task, state, Effort(around=0, better=100, first_proof=50, batch=0, patient=0, proof=0), seed
        )
        playable(system, task, state, planned, seed)
        steps = Steps(moves_of(system), task, seed)
        way, least, whole = breadth_first(steps, (state, 0), 4_000, Spending())
        assert planned.way is not None and whole
        assert planned.at_least <= least == len(way or ()) <= len(planned.way)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["place", "look_in_light", "clean_and_place", "pick_two"])
def test_too_large_for_the_graph(name: str) -> None:
    """A flat with thirty pieces of furniture: plans are found at once, and proved shortest or nearly so."""
    params = {"cabinets": 8, "drawers": 8, "shelves": 4, "countertops": 3, "tables": 3, "copies": 3}
    system = load("household", params)
    info = system.world.tasks[name]
    for seed in range(2):
        task = system.task(name, info.instances[5 * seed])
        state = system.start(seed)
        planned = seek(system, task, state, Effort(around=300, better=100, first_proof=50, batch=0, patient=0, proof=0))
        playable(system, task, state, planned)
        assert planned.way is not None
        assert 2 * len(planned.way) <= 3 * planned.at_least <= 3 * len(planned.way)


def test_the_same_question_has_the_same_answer() -> None:
    """Efforts are counted, so the plan is the same every time."""
    system = load("household")
    task = system.task("pick_two", system.world.tasks["pick_two"].instances[0])
    effort = Effort(around=300, better=30, first_proof=20, batch=0, patient=0, proof=0)
    found = [seek(load("household"), task, system.start(1), effort) for _ in range(2)]
    assert found[0] == found[1]


BARRED = """world "A Barred Way"
about "Six rooms in a row. One door is locked, and the key is behind you."
type Room
type Way = east | west
object far, near, mid, gate, court, tower: Room
state leads(Room, Way): Room | none = none
state here: Room = mid
state key: Room | held = far
state well: bool = true
start
  leads(far, east) = near
  leads(near, east) = mid
  leads(mid, east) = gate
  leads(gate, east) = court
  leads(court, east) = tower
  leads(tower, west) = court
  leads(court, west) = gate
  leads(gate, west) = mid
  leads(mid, west) = near
  leads(near, west) = far
action go(w: Way)
  say "go {w}"
  need well else "You cannot."
  need leads(here, w) != none else "There is no way."
  need here != gate or leads(here, w) != court or key = held else "The gate is locked."
  set here = leads(here, w)
action pick
  say "take the key"
  need well else "You cannot."
  need key = here and here != mid else "It is not here."
  set key = held
action leap
  say "leap"
  set well = false
action wake
  say "wake up"
  need not well else "You are awake."
  set well = true
  set here = tower
task climb "Climb the tower."
  goal here = tower
  fail not well "You fell."
"""


def test_a_barred_way_is_seen_in_the_relaxation() -> None:
    """That the key is needed where the door is, though not elsewhere; and that what fails leads nowhere."""
    system = load_text(BARRED)
    task = system.task("climb", ())
    heuristics = heuristics_of(system, task)
    assert heuristics is not None
    start = system.start(0)
    relaxed = heuristics.relaxed_plan(start)
    assert relaxed is not None
    # West from two rooms, the key, and east from three: the way back through two rooms is not seen.
    assert (relaxed.length, heuristics.landmarks(start)) == (6, 6)
    assert [system.actions[command[0]].name for command in relaxed.preferred] == ["go", "go"]
    assert seek(system, task, start).at_most == 8
    nowhere = load_text(BARRED.replace("here != mid else", "here != far else"))
    hopeless = heuristics_of(nowhere, nowhere.task("climb", ()))
    assert hopeless is not None and hopeless.relaxed_plan(nowhere.start(0)) is None


def test_estimates_do_not_depend_on_what_was_asked_before() -> None:
    """What one task's estimates make of the expressions is not seen by the next."""
    first, second = load("old_mill"), load("old_mill")
    tasks = [("inheritance", ()), ("visit", first.world.tasks["visit"].instances[5])]
    state = first.start(3)
    one = [heuristics_of(first, first.task(*each)) for each in tasks]
    other = [heuristics_of(second, second.task(*each)) for each in reversed(tasks)]
    for a, b in zip(one, reversed(other), strict=True):
        assert a is not None and b is not None
        assert (a.relaxed_plan(state), a.landmarks(state)) == (b.relaxed_plan(state), b.landmarks(state))
