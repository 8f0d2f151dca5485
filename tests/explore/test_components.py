"""Strongly connected components: as a general graph library finds them, and within the memory that is promised."""

from __future__ import annotations

import tracemalloc
from typing import Any, cast

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worldwright.explore import components as components_module
from worldwright.explore.budget import Budget, OverBudget, Watch
from worldwright.explore.components import Components
from worldwright.explore.edges import EDGE_BYTES, Edges, States
from worldwright.explore.search import Moves, search
from worldwright.pipeline import load


def edges_of(rows: list[list[int]]) -> Edges:
    """A graph given as the targets of each state."""
    states = States(cast(Any, None), (np.arange(len(rows)),), np.array([0, len(rows)]))
    ends = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    targets = np.array([target for row in rows for target in row], dtype=np.int32)
    return Edges(states, ends, targets, np.zeros(len(targets), dtype=np.uint16), ((0,),))


def check(rows: list[list[int]]) -> Components:
    """Compares the components of a graph with those that NetworkX finds."""
    graph: Any = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(rows)))
    graph.add_edges_from((a, b) for a, row in enumerate(rows) for b in row)
    expected = [sorted(group) for group in nx.strongly_connected_components(graph)]
    terminal = sum(all(b in own for a in own for b in rows[a]) for own in map(set, expected))
    found = Components.of(edges_of(rows))
    groups: dict[int, list[int]] = {}
    for state, first in enumerate(found.first.tolist()):
        groups.setdefault(first, []).append(state)
    assert sorted(groups.values()) == sorted(expected)
    assert all(first == group[0] for first, group in groups.items())
    assert (found.count, found.largest, found.terminal) == (len(expected), max(map(len, expected)), terminal)
    assert found.undoable == (len(expected) == 1)
    return found


def graphs(most: int, degree: int) -> st.SearchStrategy[list[list[int]]]:
    """Graphs with a few edges a state, also to itself and twice the same."""
    return st.integers(1, most).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, n - 1), max_size=degree), min_size=n, max_size=n)
    )


@given(graphs(30, 3), st.sampled_from([1, 4, 1 << 16]))
def test_as_networkx_finds_them(rows: list[list[int]], block: int) -> None:
    """Whatever the graph, and however many edges are looked at together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components_module, "BLOCK", block)
        check(rows)


def test_shapes() -> None:
    """A ring, a chain, rings on a chain, pairs on a ring of one direction, and nothing at all."""
    n = 200
    assert check([[(i + 1) % n] for i in range(n)]).undoable
    assert check([[min(i + 1, n - 1)] for i in range(n)]).terminal == 1
    rings = [[i // 10 * 10 + (i + 1) % 10, min(i + 10, n - 1)] for i in range(n)]
    assert check(rings).count == n // 10
    pairs = [[i ^ 1, (i + 2) % n] for i in range(n)]
    assert check([[], *[[target + 1 for target in row] for row in pairs]]).count == 2
    assert Components.of(edges_of([])).count == 0


def test_a_long_circle_is_found_at_speed() -> None:
    """No step of the algorithm is for it but the last; thirty thousand states."""
    n = 30_000
    assert check([[], *[[(i + 1) % n + 1] for i in range(n)]]).largest == n


@pytest.mark.parametrize(
    ("name", "params", "count", "terminal"),
    [
        ("gripper", {"balls": 10}, 1, 1),
        pytest.param("sokoban", {"width": 6, "height": 6, "crates": 3}, None, None, marks=pytest.mark.slow),
    ],
)
def test_sixteen_bytes_an_edge(name: str, params: dict[str, int], count: int | None, terminal: int | None) -> None:
    """The edges in both directions, labels and all, take no more than promised; nor does what the components need
    beside them, at its height."""
    edges = Edges.of(States.of(search(Moves.of(load(name, params)), Budget())))
    tracemalloc.start()
    try:
        edges.back()
        turned = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        found = Components.of(edges)
        beside = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert edges.bytes <= EDGE_BYTES * len(edges)
    assert turned <= EDGE_BYTES * len(edges)
    assert beside <= EDGE_BYTES * len(edges)
    if count is not None:
        assert (found.count, found.terminal) == (count, terminal)


def test_stops_when_time_is_up() -> None:
    """Whatever step it is at."""
    rows = [[], *[[(i + 1) % 1000 + 1] for i in range(1000)]]
    edges = edges_of(rows)
    edges.states.check = Watch(Budget(seconds=0)).check
    with pytest.raises(OverBudget):
        Components.of(edges)
