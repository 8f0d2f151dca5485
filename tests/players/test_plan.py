"""Plans: shortest where the space is small, valid always, and never naming what was not told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from worldwright.bridges.pddl import import_pddl
from worldwright.compile.system import CompiledTask, System
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.players.plan import Effort, Planner
from worldwright.source import Source

BENCHMARKS = Path(__file__).parents[1] / "differential" / "pddl"


def shortest(system: System, task: CompiledTask, state: bytes) -> int | None:
    """The length of a shortest way to the goal, everything known: breadth first over the whole state graph."""
    depth = {state: 0}
    queue = deque([state])
    while queue:
        at = queue.popleft()
        if task.goal(at):
            return depth[at]
        for command in system.admissible(at):
            for after in system.outcomes(at, command):
                if after not in depth and task.failed(after) < 0:
                    depth[after] = depth[at] + 1
                    queue.append(after)
    return None


CASES = [("pantry", "lunch"), ("vending", "")]


@pytest.mark.parametrize(("name", "wanted"), CASES)
def test_plans_are_shortest_in_small_worlds(name: str, wanted: str, world: Callable[[str], System]) -> None:
    """Breadth-first planning finds what an exhaustive search finds."""
    system = world(name)
    for info in system.world.tasks.values():
        if wanted not in ("", info.name):
            continue
        for args in info.instances:
            task = system.task(info.name, args)
            planner = Planner(system, task)
            for state in system.start_states(100)[0][:6]:
                plan = planner.plan(state, -1)
                best = shortest(system, task, state)
                assert plan is not None
                assert len(plan) == best


@pytest.mark.parametrize("name", ["pantry", "vending", "cave", "keys_and_doors", "household"])
def test_plans_by_width_reach_the_goal(name: str, world: Callable[[str], System]) -> None:
    """Without any breadth-first budget, plans still lead to the goal, and shortening keeps them valid."""
    system = world(name)
    for info in system.world.tasks.values():
        args = info.instances[0]
        task = system.task(info.name, args)
        planner = Planner(system, task, Effort(exact=1))
        state = system.start(3)
        plan = planner.plan(state, -1)
        assert plan is not None
        for step in plan:
            assert not task.goal(state)
            assert system.refusal(state, step.command) < 0
            assert step.after in system.outcomes(state, step.command)
            state = step.after
        assert task.goal(state)


@pytest.mark.slow
def test_relaxed_plans_lead_where_width_does_not() -> None:
    """Two cocktails in a bar of four glasses: too many states to list, and no new value is ever near the goal."""
    domain, problem = ((BENCHMARKS / name).read_text("utf-8") for name in ("barman.pddl", "barman-2.pddl"))
    more = "".join(f"(ontable shot{n}) (clean shot{n}) (empty shot{n})" for n in (3, 4))
    problem = problem.replace("shot1 shot2 - shot", "shot1 shot2 shot3 shot4 - shot").replace(
        "(:init", f"(:init {more}"
    )
    problem = problem.replace("(contains shot2 ingredient2)", "(contains shot2 cocktail2)")
    (bar,) = import_pddl(Source("barman.pddl", domain), [Source("barman.pddl", problem)])
    system = load_text(bar.text)
    (name,) = system.world.tasks
    task = system.task(name, ())
    plan = Planner(system, task, Effort(wide=3_000)).plan(system.start(0), -1)
    assert plan is not None
    state = system.start(0)
    for step in plan:
        assert system.refusal(state, step.command) < 0
        state = step.after
    assert task.goal(state)


def test_a_plan_names_only_what_is_told_by_then(world: Callable[[str], System]) -> None:
    """In the household nothing can be named before it was seen: plans go and look first."""
    system = world("household")
    for seed in range(3):
        for info in system.world.tasks.values():
            episode = Episode(system, info.name, info.instances[seed % len(info.instances)], seed)
            planner = Planner(system, episode.task)
            plan = planner.plan(episode.state.state, episode.told)
            assert plan
            for step in plan:
                assert episode.act(step.command).kind == "ok"
            assert episode.ended == "goal"
