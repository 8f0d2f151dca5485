"""The warehouses are as they were made, and take as many moves and pushes as other searches say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.differential.pddl_peers import DATA, missing, optimal
from tests.worlds.warehouses import BANDS, EACH, HEIGHT, WIDTH, Warehouse, chosen, least, problem

from worldwright.compile.system import System
from worldwright.explore.space import explore
from worldwright.pipeline import load

LEVELS = range(1, len(BANDS) * EACH + 1)
LEAST = ((10, 4), (15, 4), (20, 2), (26, 8), (26, 6), (30, 8), (56, 10), (57, 12), (59, 5))
"""Moves (steps and pushes alike) and pushes; not the same plan need have both."""


@cache
def system(level: int) -> System:
    """A warehouse of the family."""
    return load("sokoban", {"level": level})


def drawn(level: int) -> Warehouse:
    """A warehouse as the world has it."""
    atoms = {atom.name: number for number, atom in enumerate(system(level).world.atoms)}
    places = [(x, y) for x in range(1, WIDTH + 1) for y in range(1, HEIGHT + 1)]
    state = system(level).start(0)

    def those(name: str) -> frozenset[tuple[int, int]]:
        return frozenset((x, y) for x, y in places if system(level).value(state, name, (atoms[f"square_{x}_{y}"],)))

    _, x, y = system(level).decode(state)["here"].split("_")
    return Warehouse(those("pillar"), those("crate"), those("marked"), (int(x), int(y)))


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_warehouse_takes(level: int) -> None:
    """Its moves lie in its band; moves and pushes are what a search forwards finds that knows nothing of the engine."""
    house = drawn(level)
    moves, pushes = LEAST[level - 1]
    low, high = list(BANDS.values())[(level - 1) // EACH]
    assert low <= moves <= high
    assert (least(house, False), least(house, True)) == (moves, pushes)


@pytest.mark.parametrize("level", [1, *(pytest.param(level, marks=pytest.mark.slow) for level in LEVELS[1:])])
def test_the_engine_finds_as_few_moves(level: int) -> None:
    """The shortest plan of all; and there are dead ends, as there should be."""
    found = explore(system(level), coverage=False)
    assert found.complete and found.task is not None
    assert found.task.shortest == LEAST[level - 1][0]
    assert found.task.dead_ends


@pytest.mark.slow
def test_the_warehouses_are_as_made() -> None:
    """The world file has what the script makes, which makes the same each time."""
    assert [drawn(level) for level in LEVELS] == [house for _, _, house in chosen()]


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("level", LEVELS)
def test_fast_downward_finds_as_few_moves(level: int, tmp_path: Path) -> None:
    """An optimal planner proves each of the figures."""
    path = tmp_path / "problem.pddl"
    path.write_text(problem(level, drawn(level)), "utf-8")
    assert optimal(DATA / "sokoban.pddl", path) == LEAST[level - 1][0]
