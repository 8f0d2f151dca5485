"""The classics have as many states, and take as many moves, as the literature says. Each figure names its source."""

from __future__ import annotations

import pytest

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


def test_grid_2048() -> None:
    """With twos alone, a grid of four squares makes a 16 and nothing larger: 2 to the number of squares."""
    found = space("grid_2048", {"width": 2, "top": 32})
    assert {t.task: t.solvable for t in found.tasks} == {"reach(8)": True, "reach(16)": True, "reach(32)": False}
