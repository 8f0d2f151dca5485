"""Plans that are mended lead to the goal, and only where it can be reached."""

from __future__ import annotations

import pytest
from tests.explore.random_worlds import random_world

from worldwright.compile.system import CompiledTask, System
from worldwright.explore import mending
from worldwright.explore.budget import Budget, never
from worldwright.explore.byplans import EFFORT, ByPlans
from worldwright.explore.conditions import masks, task_conditions
from worldwright.explore.found import find
from worldwright.explore.mending import Plans, carried_out
from worldwright.explore.prove import instances
from worldwright.explore.search import Moves
from worldwright.pipeline import load_text

CELLARS = """world "Cellars"
about "The lamp is in one of the cellars."
type Cellar
object first, second, third, fourth: Cellar
state here: Cellar | hall = hall
state at: Cellar | hand = hand
state lost: bool = false
start
  at = any Cellar
action down(c: Cellar)
  say "down to {c}"
  need here = hall else "You are in a cellar."
  set here = c
  tell "Down."
action up
  say "up"
  need here != hall else "You are in the hall."
  set here = hall
  tell "Up."
action take
  say "take the lamp"
  need at = here else "It is not here."
  set at = hand
  tell "Taken."
action despair
  say "despair"
  set lost = true
  tell "Lost."
task lamp "Bring the lamp up."
  goal at = hand and here = hall
  fail lost "You despaired."
"""


def starts_of(system: System) -> list[bytes]:
    """All starts."""
    return list(find(Moves.of(system), Budget(100_000), True).layers.starts)


def test_a_plan_grows_until_it_serves_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where plans are dear, each start adds the cellar that was not looked into yet."""
    monkeypatch.setattr(mending, "DEAR", -1_000_000)
    system = load_text(CELLARS)
    task = system.task("lamp", ())
    plans = Plans(system, task, EFFORT, never)
    starts = starts_of(system)
    grown = [plans.plan(start) for start in starts]
    assert [len(plan or ()) for plan in grown] == [3, 6, 9, 12]
    last = grown[-1]
    assert last is not None
    traces = [carried_out(system, task, start, last) for start in starts]
    assert [trace.commands if trace is not None and trace.reached else 0 for trace in traces] == [3, 5, 7, 9]
    whole = [carried_out(system, task, start, last, whole=True) for start in starts]
    assert [trace is not None for trace in whole] == [True, False, False, False]
    assert ByPlans(system, starts, never).solved(task) == 9


def test_a_plan_that_fails_the_task_is_none() -> None:
    """What a task calls a failure ends a plan, wherever it comes."""
    system = load_text(CELLARS)
    task = system.task("lamp", ())
    start = starts_of(system)[0]
    plan = Plans(system, task, EFFORT, never).plan(start)
    despair = (next(i for i, action in enumerate(system.actions) if action.name == "despair"),)
    assert plan is not None
    assert carried_out(system, task, start, (*plan[:1], despair, *plan[1:])) is None


def check(system: System, task: CompiledTask) -> None:
    """Holds the plans from all starts against all states."""
    found = find(Moves.of(system), Budget(100_000), True)
    assert found.layers.complete and found.edges is not None
    listed = {found.states.state(number): number for number in range(len(found.states))}
    goal, *fails = masks(found.states, task_conditions(system, task).all)
    closed = fails[0] if task_conditions(system, task).fails else goal & ~goal
    far = found.edges.distances((goal & ~closed).nonzero()[0], closed)
    starts = list(found.layers.starts)
    plans = Plans(system, task, EFFORT, never)
    for start in starts:
        plan = plans.plan(start)
        assert plan is None or far[listed[start]] >= 0
        trace = None if plan is None else carried_out(system, task, start, plan)
        if trace is not None and trace.reached:
            assert all(state in listed for state in trace.states)
            assert far[listed[start]] <= trace.commands
            assert task.goal(trace.states[-1]) and task.failed(trace.states[-1]) < 0
    longest = ByPlans(system, starts, never).solved(task)
    distances = [int(far[listed[start]]) for start in starts]
    assert longest is None or (min(distances) >= 0 and max(distances) <= longest)


@pytest.mark.parametrize("seed", range(6))
def test_made_up_worlds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In worlds made up at random, with chance and with turns, nothing is planned that cannot be."""
    monkeypatch.setattr(mending, "DEAR", -1_000_000)
    system = load_text(random_world(seed))
    for each in instances(system):
        check(system, system.task(*each))
