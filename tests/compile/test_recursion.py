from __future__ import annotations

from itertools import pairwise

import pytest
from tests.compile.texts import world

from worldwright.compile.form import Function
from worldwright.compile.recursion import groups, linear
from worldwright.compile.system import System

GRAPH = """
type Node
object n[5] "node": Node
state edge(Node, Node): bool = false
state up(Node): Node | none = none
action link(a: Node, b: Node)
  say "link {a} with {b}"
  need not edge(a, b) else "Linked."
  set edge(a, b) = true
action hang(a: Node, b: Node)
  say "hang {a} on {b}"
  need up(a) != b else "Hung."
  set up(a) = b
"""


def test_groups() -> None:
    """Callees come first, names that call one another together."""
    calls = {"a": ["b", "c"], "b": ["d"], "c": ["e"], "d": ["b", "e"], "e": ["e"], "f": []}
    found = groups(calls)
    assert sorted(map(sorted, found)) == [["a"], ["b", "d"], ["c"], ["e"], ["f"]]
    place = {name: i for i, group in enumerate(found) for name in group}
    assert all(place[callee] <= place[name] for name, callees in calls.items() for callee in callees)


def test_long_chain_of_calls() -> None:
    """Ten thousand definitions, each calling the next, need no deep stack."""
    calls = {f"d{i}": [f"d{i + 1}"] if i < 9_999 else [] for i in range(10_000)}
    assert [g[0] for g in groups(calls)] == [f"d{i}" for i in reversed(range(10_000))]


def compiled(definition: str) -> tuple[System, Function]:
    """A system with a definition named reach, and its function."""
    system = world(f"{GRAPH}{definition}\n", goal="reach(n_1, n_5)")
    return system, next(f for f in system.program.functions if f.define == "reach")


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("up(x) = y or (up(x) != none and reach(up(x), y))", 1),
        (
            "x = y or up(x) != none and edge(x, y) and reach(up(x), y)"
            " or up(x) != none and x = n_1 and reach(up(x), y)",
            1,
        ),
        ("x = y or exists z: Node (edge(x, z) and reach(z, y))", 1),
        ("x = y or reach(y, x) or exists z: Node (edge(x, z) and reach(z, y))", 2),
        ("x = y or (if edge(x, y) then reach(y, x) else edge(y, x))", 1),
        ("edge(x, y) or exists z: Node (reach(x, z) and reach(z, y))", None),
        ("x = y or forall z: Node (not edge(x, z) or reach(z, y))", None),
    ],
)  # fmt: skip
def test_kinds(body: str, paths: int | None) -> None:
    """One call in every disjunct is a search along paths; calls to one target share theirs; the rest are tables."""
    _, function = compiled(f"define reach(x: Node, y: Node) = {body}")
    found = linear(function)
    assert (None if found is None else len(found.paths)) == paths


def test_cycles_end() -> None:
    """A chain that comes round, and one through every node."""
    system, _ = compiled("define reach(x: Node, y: Node) = up(x) = y or (up(x) != none and reach(up(x), y))")
    goal = system.task("end_it").goal
    nodes = [i for i, a in enumerate(system.world.atoms) if a.is_object]
    hang = 1
    state = system.start(0)
    for a, b in zip(nodes[:4], [*nodes[1:4], nodes[0]], strict=True):
        assert not goal(state)
        state = system.apply(state, (hang, a, b), lambda site, n: 0)
    assert not goal(state)
    state = system.apply(state, (hang, nodes[3], nodes[4]), lambda site, n: 0)
    assert goal(state)


@pytest.mark.parametrize(
    "body",
    [
        "up(x) = none or (up(x) != none and reach(up(x)))",
        "x = n_5 or exists z: Node (up(x) = z and reach(z))",
        "x = n_5 or exists z: Node, y: Node (up(x) = z and y != z and reach(z) and reach(z))",
    ],
)
def test_longest_way(body: str) -> None:
    """A chain, a search and a table find an end that lies as far away as there are nodes."""
    system = world(f"{GRAPH}define reach(x: Node) = {body}\n", goal="reach(n_1) and up(n_4) != none")
    nodes = [i for i, a in enumerate(system.world.atoms) if a.is_object]
    state = system.start(0)
    for a, b in pairwise(nodes):
        assert not system.task("end_it").goal(state)
        state = system.apply(state, (1, a, b), lambda site, n: 0)
    assert system.task("end_it").goal(state)
