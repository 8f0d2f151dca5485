"""Searching finds exactly what a plain breadth-first search finds, whichever back end it uses."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from tests.explore.test_states import weak

from worldwright.compile.system import System
from worldwright.explore import search as search_module
from worldwright.explore.budget import Budget
from worldwright.explore.edges import Edges, States, numbers_of, way_back
from worldwright.explore.search import Layers, Moves, search
from worldwright.explore.states import Mixer, mixed
from worldwright.pipeline import load, load_text

CHANCE = Path(__file__).parent.parent / "compile" / "worlds" / "chance.world"
CHAIN = """
world "Chain"
about "A long corridor."
param n: 2..4000 = 2000
state at: 1..n = 1
action step
  say "step"
  need at < n else "The end."
  if at < n then set at = at + 1 end
  tell "You go on."
"""
GRID = """
world "Grid"
about "Lamps in two rows, far too many for one word."
type Lamp
object lamp[lamps]: Lamp
param lamps: 1..80 = 70
state lit(Lamp): bool = false
state clicks: 0..2 = 0
action toggle(x: Lamp)
  say "toggle {x}"
  need clicks < 2 else "That is enough."
  if clicks < 2 then set clicks = clicks + 1 end
  set lit(x) = not lit(x)
  tell "Click."
"""


def naive(system: System) -> tuple[list[set[bytes]], int]:
    """Layers and the number of edges."""
    layer = set(system.start_states(100_000)[0])
    seen, layers, edges = set(layer), [layer], 0
    while layer:
        after = {r for s in sorted(layer) for c in system.admissible(s) for r in system.outcomes(s, c, 10_000)}
        edges += sum(len(system.outcomes(s, c, 10_000)) for s in layer for c in system.admissible(s))
        layer = after - seen
        seen |= layer
        layers.append(layer)
    return layers[:-1], edges


def check(system: System, mix: Mixer) -> Layers:
    """Compares a search with the plain one, layer by layer, and its edges and ways too."""
    layers, edges = naive(system)
    found = search(Moves.of(system, mix), Budget())
    packing = found.moves.packing
    assert found.complete
    assert [set(packing.unpack(found.words(i))) for i in range(len(found.layers))] == layers
    assert found.states == sum(map(len, layers))
    assert found.transitions == edges
    states = States.of(found)
    graph = Edges.of(states)
    assert len(graph) == edges
    for number, state in enumerate(states.all()[:50]):
        row = slice(graph.rows[number], graph.rows[number + 1])
        said = zip(graph.labels[row], graph.targets[row], strict=True)
        expected = {(c, r) for c in system.admissible(state) for r in system.outcomes(state, c, 10_000)}
        assert {(graph.commands[label], states.state(int(target))) for label, target in said} == expected
        assert int(graph.choices()[number]) == len(system.admissible(state))
    starts = numbers_of(states, found.starts)
    levels = graph.levels(starts)
    assert levels.tolist() == [i for i, layer in enumerate(layers) for _ in layer]
    last = len(states) - 1
    for way in (way_back(states, last), graph.way_up(last, levels)):
        assert len(way.commands) == states.level(last)
        path = [states.state(n) for n in way.numbers]
        assert path[0] in found.starts
        for before, command, after in zip(path[:-1], way.commands, path[1:], strict=True):
            assert after in system.outcomes(before, command, 10_000)
    distances = graph.distances(np.array([last]))
    way = graph.way_down(int(starts[0]), distances)
    assert way.numbers[-1] == last or distances[starts[0]] < 0
    return found


@pytest.mark.parametrize("wide", [1, 8, 10**9])
@pytest.mark.parametrize("name", ["pantry", "vending", "chance", "gripper", "lamps"])
def test_as_the_plain_search(name: str, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batch only, mixed, and one by one only; with and without colliding keys."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    monkeypatch.setattr(search_module, "BATCH", 500)
    monkeypatch.setattr(search_module, "KEPT_ONE_BY_ONE", 100)
    if name == "chance":
        # Too many states for the plain search: a smaller garden.
        text = CHANCE.read_text("utf-8").replace("seeds[4]", "seeds[2]").replace(">= 2", ">= 1").replace("1..4", "1..2")
        text = text.replace("n < 4", "n < 2").replace("0..9 | none = 3", "0..3 | none = 1").replace("< 9", "< 3")
        system = load_text(text)
    elif name == "lamps":
        system = load_text(GRID, {"lamps": 66 if wide > 1 else 12})
    else:
        system = load(name)
    check(system, mixed if name != "lamps" else weak)


def test_a_long_chain_is_cheap() -> None:
    """Two thousand layers of one state each."""
    system = load_text(CHAIN)
    began = time.process_time()
    found = search(Moves.of(system), Budget())
    spent = time.process_time() - began
    assert (found.states, found.transitions, found.depth) == (2000, 1999, 1999)
    assert spent / found.states < 50e-6 * 2  # twice the bar, for a busy machine


@pytest.mark.parametrize("wide", [1, 10**9])
def test_budgets_stop_cleanly(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found is whole layers, and the reason is said."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    system = load("gripper", {"balls": 6})
    whole = search(Moves.of(system), Budget())
    budgets = {"states": Budget(states=500), "seconds": Budget(seconds=0.0), "memory": Budget(memory=1)}
    for reason, budget in budgets.items():
        found = search(Moves.of(system), budget)
        assert found.reason == reason
        assert not found.complete
        assert 0 < found.states <= 500
        for number in range(len(found.layers)):
            assert len(found.words(number)[0]) == len(whole.words(number)[0])


def test_more_starts_than_are_explored() -> None:
    """A world with more starts than the limit is not called complete."""
    start = "start\n  for x: Lamp do lit(x) = one of true, false end\n\naction toggle"
    system = load_text(GRID.replace("action toggle", start))
    found = search(Moves.of(system), Budget(states=100))
    assert not found.complete
