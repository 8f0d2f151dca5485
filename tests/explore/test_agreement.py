"""The batch back end and the scalar one agree on every shipped world and on the compiler's tricky ones."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import pytest
from tests.shipped import paced

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, System
from worldwright.explore.kernel import Kernel
from worldwright.explore.packing import Packing
from worldwright.pipeline import load
from worldwright.shipped import shipped

TRICKY = sorted((Path(__file__).parent.parent / "compile" / "worlds").glob("*.world"))
SHIPPED = sorted(p for p in shipped("worlds").glob("**/*.world") if p.stem == p.parent.name)
SLOW = ("order",)
"""A tricky world whose kernel takes long to make."""
WORLDS = [pytest.param(p, marks=pytest.mark.slow) if p.stem in SLOW else p for p in TRICKY] + paced(SHIPPED)


@lru_cache
def kernel_of(path: Path) -> tuple[System, Kernel]:
    """A world and its kernel."""
    system = load(path)
    return system, Kernel.of(system, Packing(system))


def reachable(system: System, number: int, seed: int) -> list[bytes]:
    """States met on random walks from several starts."""
    choose = random.Random(seed)
    found: dict[bytes, None] = {}
    for walk in range(8):
        state = system.start(choose.randrange(1000))
        for turn in range(number // 8):
            found[state] = None
            commands = system.admissible(state)
            if not commands:
                break
            state = system.apply(state, choose.choice(commands), draw_for(walk, turn))
    return list(found)


Moves = dict[bytes, dict[Command, set[bytes]]]


def by_scalar(system: System, states: list[bytes]) -> Moves:
    """What the scalar back end says: for every state its commands with their results."""
    return {s: {c: set(system.outcomes(s, c, cap=10_000)) for c in system.admissible(s)} for s in states}


def by_batch(kernel: Kernel, states: list[bytes]) -> Moves:
    """The same by the batch back end."""
    found: Moves = {state: {} for state in states}
    for number, chosen, words in kernel.successors(kernel.packing.pack(states)):
        command = kernel.commands[number].command
        for index, after in zip(chosen.tolist(), kernel.packing.unpack(words), strict=True):
            results = found[states[index]].setdefault(command, set())
            assert after not in results, "a result is given twice"
            results.add(after)
    return found


@pytest.mark.parametrize("path", WORLDS, ids=lambda p: p.stem)
@pytest.mark.parametrize("seed", range(2))
def test_same_commands_and_results(path: Path, seed: int) -> None:
    """In states met at random both accept the same commands, and each leads to the same states."""
    system, kernel = kernel_of(path)
    states = reachable(system, 160, seed)
    expected, found = by_scalar(system, states), by_batch(kernel, states)
    for state in states:
        assert found[state].keys() == expected[state].keys(), system.decode(state)
        for command, results in expected[state].items():
            assert found[state][command] == results, (command, system.decode(state))


@pytest.mark.parametrize("path", WORLDS, ids=lambda p: p.stem)
def test_packing_goes_both_ways(path: Path) -> None:
    """Packed and unpacked, one by one or together, a state is what it was."""
    system, kernel = kernel_of(path)
    states = reachable(system, 80, 3)
    words = kernel.packing.pack(states)
    assert kernel.packing.unpack(words) == states
    together = list(zip(*(w.tolist() for w in words), strict=True))
    assert [kernel.packing.pack_one(state) for state in states] == together


@pytest.mark.parametrize("path", WORLDS, ids=lambda p: p.stem)
def test_conditions_agree(path: Path) -> None:
    """Goals, fails and promises hold in the same states."""
    system, kernel = kernel_of(path)
    states = reachable(system, 80, 4)
    words = kernel.packing.pack(states)
    program = system.program
    promises = kernel.conditions([kernel.ground.condition(form) for form in program.promises])(*words)
    for i, mask in enumerate(promises):
        assert mask.tolist() == [system.promise_holds(i, s) for s in states]
    for name, aim in program.aims.items():
        for args in random.Random(name).sample(system.world.tasks[name].instances, 1):
            task = system.task(name, args)
            bound = {p.name: v for p, v in zip(aim.parameters, args, strict=True)}
            nodes = [kernel.ground.condition(form, bound) for form in (aim.goal, *aim.milestones)]
            masks = kernel.conditions(nodes)(*words)
            assert masks[0].tolist() == [task.goal(s) for s in states]
            for bit, mask in enumerate(masks[1:]):
                assert mask.tolist() == [bool(task.milestones(s) >> bit & 1) for s in states]
