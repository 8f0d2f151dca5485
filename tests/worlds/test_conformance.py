"""What every shipped world must be: clean, settled in form, lawful when walked at random, solvable in every task."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import pytest
from tests.shipped import paced
from tests.worlds.laws import graph, keeps_promises, leads_to, solve

from worldwright.check import check_report
from worldwright.check.world import World
from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules
from worldwright.testing import Effort, conformance

WORLDS = sorted(path for path in shipped("worlds").glob("*/*.world") if path.parent.name != "std")
MODULES = sorted(shipped("worlds").glob("std/*.world"))
SHORT = Effort(situations=0, plays=3, steps=20, commands=4)
LONG = Effort(situations=10, plays=3, steps=30, commands=4)
LEFT_OUT = ("engine is reference", "play is reference", "batch is scalar", "skins accept the same", "starts are drawn")
"""Laws that have tests of their own for all worlds: tests/reference, tests/explore, tests/play."""
APART = "same bytes everywhere"
SMALL = ("pantry", "vending")
FAMILIES = {
    "babyai": (
        {"columns": 1, "size": 3},
        {"boxed": True},
        {"sentences": True, "columns": 1, "size": 3},
        {"corridor": True},
    ),
    "cave": ({"oil": 200},),
    "household": (
        {"cabinets": 0, "drawers": 0, "shelves": 0, "countertops": 0, "tables": 0},
        {"cabinets": 8, "drawers": 8, "shelves": 4, "countertops": 3, "tables": 3, "copies": 5},
        {"alfworld": True},
    ),
    "keys_and_doors": ({"size": 5}, {"rooms": 3}),
    "store": ({"money": 300},),
}
"""Far members of the families, beside the default one."""


def name(path: Path) -> str:
    """How pytest calls a world or module."""
    return path.stem


@lru_cache(maxsize=2)
def system_of(path: Path) -> System:
    """A world's default member, compiled once for the tests that follow each other."""
    return load(path, {})


@pytest.mark.parametrize("path", WORLDS, ids=name)
def test_checks_clean(path: Path) -> None:
    """No diagnostic, not even a warning, in the default member and in far ones."""
    for params in ({}, *FAMILIES.get(path.stem, ())):
        world, diagnostics = check_report(read_modules(path), params)
        assert world is not None
        assert [f"{d.code} {d.message}" for d in diagnostics] == []


@pytest.mark.parametrize("path", [*WORLDS, *MODULES], ids=name)
def test_is_formatted(path: Path) -> None:
    """`fmt` has nothing to change."""
    text = path.read_text(encoding="utf-8")
    assert format_text(Source(path.name, text)) == text


@pytest.mark.parametrize("path", WORLDS, ids=name)
def test_json_round_trip(path: Path) -> None:
    """A world's JSON form is the same world again."""
    world = system_of(path).world
    assert World.model_validate_json(world.model_dump_json()) == world


@pytest.mark.parametrize("path", paced(WORLDS), ids=name)
def test_random_plays_are_lawful(path: Path) -> None:
    """Refusals change nothing, what is offered is accepted, undo goes back, replay repeats, promises hold."""
    system = system_of(path)
    keeps_promises(system, SHORT)
    for law in conformance(system, effort=SHORT):
        if law.name not in (*LEFT_OUT, APART):
            law()


@pytest.mark.slow
@pytest.mark.parametrize("path", WORLDS, ids=name)
def test_long_random_plays_are_lawful(path: Path) -> None:
    """The same, further and more often, and in far members of the families, in every skin."""
    for params in ({}, *FAMILIES.get(path.stem, ())):
        system = load(path, dict(params))
        keeps_promises(system, LONG)
        for law in conformance(system, effort=LONG):
            if law.name not in (*LEFT_OUT[:3], APART):
                law()


@pytest.mark.parametrize("world", SMALL)
def test_small_worlds_hold_their_promises_everywhere(world: str) -> None:
    """Every state that can be reached: no promise broken, and no dead end that the task does not call a failure."""
    system = system_of(shipped("worlds") / world / f"{world}.world")
    states = graph(system, limit=5_000)
    assert len(states) > 5
    assert [state for state in states if system.check_always(state)] == []
    for task, info in system.world.tasks.items():
        for args in info.instances:
            compiled = system.task(task, args)
            hopeful = leads_to(states, {state for state in states if compiled.goal(state)})
            failed = {state for state in states if compiled.failed(state) >= 0}
            assert set(states) - hopeful - failed == set(), task


@pytest.mark.parametrize("path", WORLDS, ids=name)
def test_tasks_are_told_in_full(path: Path) -> None:
    """Every instance of every task reads as a sentence, and what it names can be named by the agent."""
    system = system_of(path)
    for task, info in system.world.tasks.items():
        assert info.instances, task
        for args in info.instances:
            text, _ = system.task(task, args).text(system.always_told)
            assert text[0].isupper() and text[-1] in ".!?", text
            assert "nothing" not in text.split() and "{" not in text, text


@pytest.mark.parametrize("path", paced(WORLDS), ids=name)
def test_the_expert_solves_a_sample_of_every_task(path: Path) -> None:
    """Two instances of every task, each from two starts, well within the limit."""
    system = system_of(path)
    choose = random.Random(path.stem)
    for task, info in system.world.tasks.items():
        for args in choose.sample(info.instances, min(2, len(info.instances))):
            solved(system, task, args, seeds=(choose.randrange(1000), choose.randrange(1000)))


@pytest.mark.slow
@pytest.mark.parametrize("path", WORLDS, ids=name)
def test_the_expert_solves_every_task(path: Path) -> None:
    """Every instance of every task, each from a start of its own; tasks of few instances from a dozen starts."""
    system = system_of(path)
    for task, info in system.world.tasks.items():
        starts = max(1, 12 // len(info.instances))
        for number, args in enumerate(info.instances):
            solved(system, task, args, seeds=tuple(range(number * starts, (number + 1) * starts)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "params"),
    [(w, p) for w, all_params in FAMILIES.items() for p in all_params],
)
def test_the_expert_solves_far_members_of_families(world: str, params: dict[str, int]) -> None:
    """The smallest and the largest home, a mission of several deeds, …: one instance of every task."""
    system = load(shipped("worlds") / world / f"{world}.world", dict(params))
    choose = random.Random(world)
    for task, info in system.world.tasks.items():
        for args in choose.sample(info.instances, 1):
            solved(system, task, args, seeds=(choose.randrange(1000),))


def solved(system: System, task: str, args: tuple[int, ...], seeds: tuple[int, ...]) -> None:
    """The expert reaches the goal with no more than half of the turns that a task allows."""
    for seed in seeds:
        episode = Episode(system, task=task, args=args, seed=seed)
        solve(episode)
        assert episode.ended == "goal", f"{task}{args} from seed {seed}\n{episode.transcript()}"
        assert episode.state.steps * 2 <= episode.task.limit, f"{task}{args} from seed {seed}: too long"
