"""The classics have as many states, and take as many moves, as the literature says. Each figure names its source."""

from __future__ import annotations

from collections import Counter

import pytest

from worldwright.compile.rng import draw_for
from worldwright.compile.system import System
from worldwright.explore.judge import TaskSpace
from worldwright.explore.space import StateSpace, explore
from worldwright.pipeline import load

Params = dict[str, int | bool | str]


def space(world: str, params: Params) -> StateSpace:
    """All that can be reached in a member, every task judged."""
    found = explore(load(world, params), coverage=False)
    assert found.complete
    return found


def judged(world: str, params: Params, task: str) -> TaskSpace:
    """What the graph says of one task, which has to have no unannounced dead end."""
    return next(t for t in space(world, params).tasks if t.task == task)


@pytest.mark.parametrize(
    ("params", "task", "moves"),
    [
        # Lucas 1883: 2^n - 1.
        ({"disks": 2}, "tower(peg_3)", 3),
        ({"disks": 3}, "tower(peg_3)", 7),
        ({"disks": 5}, "tower(peg_2)", 31),
        # Pegs in a row, from end to end: 3^n - 1, a Hamiltonian path (Scorer, Grundy and Smith 1944).
        ({"disks": 3, "rule": "row"}, "tower(peg_3)", 26),
        ({"disks": 4, "rule": "row"}, "tower(peg_3)", 80),
        # Pegs in a ring, one step and two steps on (Atkinson 1981, "The cyclic towers of Hanoi").
        ({"disks": 3, "rule": "ring"}, "tower(peg_2)", 15),
        ({"disks": 3, "rule": "ring"}, "tower(peg_3)", 21),
        ({"disks": 4, "rule": "ring"}, "tower(peg_2)", 43),
        ({"disks": 4, "rule": "ring"}, "tower(peg_3)", 59),
        # Four pegs: Frame and Stewart 1941, proved least by Bousch 2014.
        ({"disks": 4, "pegs": 4}, "tower(peg_4)", 9),
        ({"disks": 5, "pegs": 4}, "tower(peg_4)", 13),
        ({"disks": 6, "pegs": 4}, "tower(peg_4)", 17),
    ],
    ids=str,
)
def test_hanoi(params: Params, task: str, moves: int) -> None:
    """Moves of the shortest solution; every state can be left for the goal."""
    found = judged("hanoi", params, task)
    assert (found.shortest, found.dead_ends) == (moves, 0)


@pytest.mark.parametrize("disks", [3, 4, 6])
def test_hanoi_graph(disks: int) -> None:
    """3^n states, none farther from a corner than 2^n - 1 (Hinz 1989)."""
    found = space("hanoi", {"disks": disks})
    assert (found.states, found.depth) == (3**disks, 2**disks - 1)


def test_river_crossing() -> None:
    """Alcuin's seven crossings, and 10 safe states of 16 (Schwartz 1961)."""
    found = space("river_crossing", {})
    assert found.states == 10
    assert {t.task: t.shortest for t in found.tasks}["ferry"] == 7


@pytest.mark.parametrize(
    ("params", "crossings"),
    [
        # Pressman and Singmaster 1989, "The jealous husbands and the missionaries and cannibals".
        ({"pairs": 2}, 5),
        ({"pairs": 3}, 11),
        ({"pairs": 2, "rule": "couples"}, 5),
        ({"pairs": 3, "rule": "couples"}, 11),
        pytest.param({"pairs": 4}, None, marks=pytest.mark.slow),
        pytest.param({"pairs": 4, "seats": 3}, 9, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_missionaries(params: Params, crossings: int | None) -> None:
    """Crossings of the shortest way over; four pairs with two seats have none."""
    assert judged("missionaries", params, "cross").shortest == crossings


@pytest.mark.parametrize(
    ("rows", "columns", "quiet", "all_on"),
    [
        # Anderson and Feil 1998; the sets of presses that change nothing are OEIS A159257, the fewest presses A075462.
        (2, 2, 0, 4),
        (3, 3, 0, 5),
        (4, 4, 4, 4),
        pytest.param(5, 5, 2, 15, marks=pytest.mark.slow),
    ],
)
def test_lights_out(rows: int, columns: int, quiet: int, all_on: int) -> None:
    """From the dark, 2^(lamps - quiet) patterns: 2^23 of five by five, with 4 sets of presses that change nothing."""
    system = load("lights_out", {"rows": rows, "columns": columns, "presses": 0})
    small = rows < 5
    found = explore(system, coverage=False, edges=small)
    assert found.states == 2 ** (rows * columns - quiet)
    if small:
        assert found.task is not None and found.task.shortest == all_on
    else:
        assert found.depth == all_on  # no pattern takes more than 15, and all lamps is one that does


def test_three_tiles() -> None:
    """Half of all orders, and six slides for the farthest one."""
    found = space("n_puzzle", {"columns": 2})
    upward = next(t for t in found.tasks if t.task == "order(upward)")
    assert (found.states, upward.longest, upward.dead_ends) == (12, 6, 0)


@pytest.mark.parametrize(
    ("rows", "states", "most", "farthest"),
    [
        (2, 360, 21, 1),
        # Schofield 1967, Reinefeld 1993.
        pytest.param(3, 181_440, 31, 2, marks=pytest.mark.slow),
    ],
)
def test_n_puzzle_from_order(rows: int, states: int, most: int, farthest: int) -> None:
    """All orders, the slides to the farthest, and how many are so far: of the eight tiles two."""
    found = explore(load("n_puzzle", {"rows": rows, "start": "ordered"}), "order", coverage=False)
    assert (found.states, found.depth) == (states, most)
    assert found.task is not None and found.task.by_distance is not None
    assert (len(found.task.by_distance) - 1, found.task.by_distance[-1]) == (most, farthest)


def test_wumpus() -> None:
    """The only dead ends are announced: the pit, the wumpus, the last arrow, and leaving too early."""
    found = space("wumpus", {})
    assert [t.dead_ends for t in found.tasks] == [0, 0]
    assert all(t.solvable and t.fail_states > 0 for t in found.tasks)


@pytest.mark.parametrize(("fours", "most"), [(0, 16), (1, 32)])
def test_grid_2048(fours: int, most: int) -> None:
    """Four squares come to 2^5 and no farther, with twos alone to 2^4; as many grids as a plain enumeration finds."""
    found = space("grid_2048", {"width": 2, "top": 64, "fours": fours})
    assert {t.task: t.solvable for t in found.tasks} == {f"reach({n})": n <= most for n in (8, 16, 32, 64)}
    assert found.states == len(grids(2, 2, (2, 4) if fours else (2,)))


@pytest.mark.slow
def test_grid_2048_of_six_squares() -> None:
    """The default member."""
    assert space("grid_2048", {}).states == len(grids(3, 2, (2, 4)))


def test_new_tiles_of_2048() -> None:
    """A new tile comes in every free square equally often, and is a 4 in one case of ten."""
    system = load("grid_2048", {"width": 2})
    state = next(s for s in system.start_states(100)[0] if system.value(s, "tile", (square(system, 1, 1),)) == 1)
    slide = next(c for c in system.admissible(state) if system.actions[c[0]].name == "slide")
    seeds = 3_000
    after = Counter(system.apply(state, slide, draw_for(seed, 1)) for seed in range(seeds))
    assert set(after) == set(system.outcomes(state, slide))
    tiles = [system.value(s, "tile", (square(system, i, j),)) for s in after for i in (1, 2) for j in (1, 2)]
    free = len(after) // 2
    assert tiles.count(0) == len(after) * (free - 1)
    for number in after.values():
        share = 0.9 if number > seeds / free / 2 else 0.1
        assert abs(number - seeds / free * share) < 4 * (seeds / free * share) ** 0.5


def square(system: System, column: int, row: int) -> int:
    """The square of a grid, as an atom."""
    return next(i for i, atom in enumerate(system.world.atoms) if atom.name == f"square_{column}_{row}")


Grid = tuple[tuple[int, ...], ...]


def grids(width: int, height: int, tiles: tuple[int, ...]) -> set[Grid]:
    """All grids that a play from two tiles can come to, by the rules of the game and nothing else."""
    empty = ((0,) * width,) * height
    begun = {two for one in added(empty, tiles) for two in added(one, tiles)}
    found, waiting = set(begun), list(begun)
    while waiting:
        grid = waiting.pop()
        for turns in range(4):
            slid = turned(tuple(map(pushed, turned(grid, turns))), -turns % 4)
            for after in added(slid, tiles) if slid != grid else ():
                if after not in found:
                    found.add(after)
                    waiting.append(after)
    return found


def added(grid: Grid, tiles: tuple[int, ...]) -> list[Grid]:
    """The grid with one more tile somewhere."""
    return [
        tuple(tuple(new if (i, j) == (r, c) else x for c, x in enumerate(row)) for r, row in enumerate(grid))
        for i, line in enumerate(grid)
        for j, old in enumerate(line)
        if not old
        for new in tiles
    ]


def pushed(row: tuple[int, ...]) -> tuple[int, ...]:
    """A row pushed to its front: each tile doubles once at most, those in front first."""
    done: list[int] = []
    last = 0  # the last tile, if it may still double
    for tile in filter(None, row):
        if tile == last:
            done[-1], last = 2 * tile, 0
        else:
            done.append(tile)
            last = tile
    return (*done, *(0,) * (len(row) - len(done)))


def turned(grid: Grid, times: int) -> Grid:
    """A grid turned by quarters."""
    for _ in range(times):
        grid = tuple(zip(*reversed(grid), strict=True))
    return grid
