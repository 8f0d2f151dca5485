"""The compiled system and the slow reference agree on everything, on tricky worlds and on all shipped ones."""

from __future__ import annotations

import ast
import random
from functools import lru_cache
from math import prod
from pathlib import Path

import pytest
from tests.shipped import paced

import worldwright.testing
from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command
from worldwright.pipeline import load
from worldwright.shipped import shipped
from worldwright.testing.agreement import Pair, opened
from worldwright.testing.reference import Reference

TRICKY = sorted((Path(__file__).parent.parent / "compile" / "worlds").glob("*.world"))
SHIPPED = sorted(p for p in shipped("worlds").glob("**/*.world") if p.stem == p.parent.name)
WORLDS = pytest.mark.parametrize("path", [*TRICKY, *paced(SHIPPED)], ids=lambda p: p.stem)
SLOW = ("recursion",)
"""The tricky world on which the reference takes seconds."""
TRICKY_WORLDS = pytest.mark.parametrize(
    "path", [pytest.param(p, marks=pytest.mark.slow) if p.stem in SLOW else p for p in TRICKY], ids=lambda p: p.stem
)
ALLOWED = {"check.world", "compile.rng", "reference", "reference_text"}
"""What the reference may use of the engine: the checked world, and the published arithmetic of random sites."""


@pytest.mark.parametrize("name", ["reference", "reference_text", "reference_play"])
def test_the_reference_shares_no_code(name: str) -> None:
    """It imports nothing of the compiler or of play but the arithmetic of random sites."""
    path = Path(worldwright.testing.__file__).parent / f"{name}.py"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not (isinstance(node, ast.Import) and any("worldwright" in a.name for a in node.names))
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.module in ALLOWED, node.module
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None and not node.module.startswith("worldwright")


@lru_cache
def pair(path: Path) -> Pair:
    """A world, compiled and for the reference."""
    return Pair.of(load(path))


def sampled(rng: random.Random, reference: Reference, number: int) -> tuple[list[Command], bool]:
    """Some commands with any arguments, and whether they are all: where these are few."""
    sizes = [[reference.values(p.domain) for p in action.parameters] for action in reference.world.actions]
    if sum(prod(map(len, values)) for values in sizes) <= number:
        return list(reference.commands()), True
    some = [i for i, values in enumerate(sizes) if all(values)]  # of a type without objects nothing can be named
    chosen = (rng.choice(some) for _ in range(number))
    return [(i, *(rng.choice(values) for values in sizes[i])) for i in chosen], False


@WORLDS
def test_start_states(path: Path) -> None:
    """Both give a seed the same start and opening; where there are few starts, both list the same."""
    pair(path).starts(range(3))


def walk(path: Path, seed: int, steps: int, commands: int) -> int:
    """Compares along a random walk that is refused now and then; gives the number of accepted steps."""
    both = pair(path)
    system = both.system
    rng = random.Random(seed)
    state, told, turn, accepted = system.start(seed), system.always_told, 1, 0
    for _ in range(steps):
        truth = opened(system, state)
        some, every = sampled(rng, both.reference, commands)
        both.refusals(state, truth, some, told)
        both.judged(state, truth)
        both.admissible(state, truth, some, told, every)
        by_action: dict[int, list[Command]] = {}
        for command in system.admissible(state):
            by_action.setdefault(command[0], []).append(command)
        if not by_action:
            return accepted
        draw = draw_for(seed, turn)
        chosen = [rng.choice(commands_) for commands_ in by_action.values()]
        results = [(c, both.step(state, truth, c, draw, told)) for c in chosen]
        command, (after, told_after) = rng.choice(results)
        if rng.random() < 0.2:
            told_after |= rng.getrandbits(len(system.world.atoms))
        if not system.actions[command[0]].free:
            turn += 1
        state, told, accepted = after, told_after, accepted + 1
    return accepted


@TRICKY_WORLDS
@pytest.mark.parametrize("seed", range(2))
def test_tricky_walks(path: Path, seed: int) -> None:
    """Every command is compared in every state of a walk."""
    assert walk(path, seed, 10, 400) > 0


@pytest.mark.parametrize("path", paced(SHIPPED), ids=lambda p: p.stem)
def test_shipped_walks(path: Path) -> None:
    """The same for the shipped worlds, on some commands in each state."""
    assert walk(path, 1, 8, 60) > 0


@pytest.mark.slow
@WORLDS
@pytest.mark.parametrize("seed", range(10, 14))
def test_long_walks(path: Path, seed: int) -> None:
    """The same, longer."""
    assert walk(path, seed, 40, 400) > 0
