"""Circles in graphs, against a general graph library."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from worldwright.circles import circles

GRAPHS = st.integers(0, 12).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, n + 1), max_size=5), min_size=n, max_size=n)
)


@given(GRAPHS)
def test_the_same_groups_as_networkx_finds(rows: list[list[int]]) -> None:
    """The groups are the strongly connected components, each after all that it leads to; ends that are no node count
    for nothing."""
    edges = dict(enumerate(rows))
    found = circles(edges)
    graph = nx.DiGraph([(a, b) for a, ends in edges.items() for b in ends if b in edges])
    graph.add_nodes_from(edges)
    assert {frozenset(group) for group in found} == {frozenset(c) for c in nx.strongly_connected_components(graph)}
    place = {node: number for number, group in enumerate(found) for node in group}
    assert all(place[b] <= place[a] for a, b in graph.edges)
    assert all(group == sorted(group) for group in found)


def test_a_long_chain_needs_no_deep_recursion() -> None:
    """Ten thousand nodes one behind the other, and in a ring."""
    chain = {n: [n + 1] for n in range(10_000)}
    assert [group for (group,) in circles(chain)] == [*reversed(range(10_000))]
    assert len(circles({**chain, 9_999: [0]})) == 1
