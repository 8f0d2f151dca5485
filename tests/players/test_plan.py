"""Plans: shortest where the space is small, valid always, and never naming what was not told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest

from worldwright.compile.system import CompiledTask, System
from worldwright.play.episode import Episode
from worldwright.players.plan import Effort, Planner


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
