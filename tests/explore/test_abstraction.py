"""Proofs by abstraction never say more than listing all states says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from worldwright.compile.system import System
from worldwright.explore.abstraction import Abstraction
from worldwright.explore.abstractly import Abstractly
from worldwright.explore.beginning import Beginning
from worldwright.explore.budget import Budget, never
from worldwright.explore.edges import numbers_of
from worldwright.explore.found import Found, find
from worldwright.explore.ground import Ground
from worldwright.explore.kernel import Kernel
from worldwright.explore.modal import Modal
from worldwright.explore.nodes import Node
from worldwright.explore.packing import Places
from worldwright.explore.prove import prove
from worldwright.explore.search import Moves
from worldwright.pipeline import load, load_text

SMALL = ["pantry", "vending", "gripper"]
WORLDS = Path(__file__).parent.parent / "compile" / "worlds"
TRICKY = sorted(p.stem for p in WORLDS.glob("*.world") if p.stem != "many_binders")  # that one is wide, not tricky
FAMILY = {"gripper": {"balls": 3}, "blocksworld": {"blocks": 4}}
NOBODY = 1_000_000


def opened(name: str) -> System:
    """A shipped world, or one of the tricky ones that the compiler is tested with."""
    path = WORLDS / f"{name}.world"
    return load(path) if path.is_file() else load(name, FAMILY.get(name, {}))


def listed(system: System) -> Found:
    """All states of a system, with the edges."""
    found = find(Moves.of(system), Budget(60_000), True)
    if not found.layers.complete:
        pytest.skip("too large to be listed here")
    return found


def masks(found: Found, ground: Ground, nodes: list[Node]) -> list[np.ndarray]:
    """Where conditions hold among the listed states."""
    packing = found.layers.moves.packing
    kernel = Kernel(ground, Places(packing.fields, packing.words, packing.dtype))
    return [np.asarray(mask) for mask in kernel.conditions(nodes)(*found.states.words)]


@pytest.mark.parametrize("name", [*SMALL, *TRICKY])
def test_nothing_false_is_proved(name: str) -> None:
    """For every variable and value: that it is never so, and that it can come to be so from anywhere, and from every
    start; each of these is proved only if it is true. And of what is true, much is proved."""
    system = opened(name)
    found = listed(system)
    assert found.edges is not None
    abstractly = Abstractly.of(system, NOBODY, never)
    assert abstractly is not None
    graph = abstractly.ground.graph
    nodes = [
        graph.equal(graph.slot(i), value)
        for i, slot in enumerate(system.slots)
        for value in slot.values
        if len(slot.values) > 1
    ]
    nodes = nodes[:: max(1, len(nodes) // 8)]
    starts = numbers_of(found.states, found.layers.starts)
    proved = true = 0
    for node, mask in zip(nodes, masks(found, abstractly.ground, nodes), strict=True):
        distances = found.edges.distances(np.flatnonzero(mask))
        facts = (not mask.any(), bool((distances >= 0).all()), bool((distances[starts] >= 0).all()))
        shown = (
            abstractly.never(node),
            abstractly.reached(node, (), everywhere=True),
            abstractly.reached(node, (), everywhere=False),
        )
        for fact, proof in zip(facts, shown, strict=True):
            assert fact or proof is None
            true += fact
            proved += proof is not None
        if shown[2] is not None:
            assert shown[2].commands >= distances[starts].max()
    assert not true or proved > 0


@pytest.mark.parametrize("name", [*SMALL, "blocksworld"])
def test_the_sharpest_view_is_the_world(name: str) -> None:
    """With every value told apart, both faces are the state graph itself."""
    system = opened(name)
    found = listed(system)
    ground, beginning = Ground.of(system), Beginning.of(system)
    whole = {i: tuple(range(len(s.values))) for i, s in enumerate(system.slots) if len(s.values) > 1}
    rows = beginning.projected(whole, 1000)
    assert rows is not None
    assert len(rows) == len(found.layers.starts)
    for face in ("may", "must"):
        modal = Modal.of(Abstraction(ground, whole), face, rows, NOBODY)
        assert modal is not None
        assert len(modal) == found.layers.states


@pytest.mark.parametrize("name", [*SMALL, "helpdesk", "laboratory", "store", "cave", "keys_and_doors", *TRICKY])
def test_starts_seen_through_some_variables(name: str) -> None:
    """What the start can be, seen through every third variable, is what the listed starts are, seen so."""
    system = opened(name)
    starts, complete = system.start_states(5_000)
    if not complete:
        pytest.skip("too many starts to be listed here")
    chosen = [i for i, s in enumerate(system.slots) if len(s.values) > 1][::3]
    classes = {i: tuple(min(r, 2) for r in range(len(system.slots[i].values))) for i in chosen}
    rows = Beginning.of(system).projected(classes, 5_000)
    assert rows is not None
    expected = {
        tuple(classes[i][system.slots[i].values.index(system.slots[i].read(state))] for i in chosen) for state in starts
    }
    assert {tuple(row) for row in rows.tolist()} == expected


HALL = """world "A Hall of Lamps"
about "Lamps without number."
type Lamp
object lamp[22]: Lamp
state lit(Lamp): bool
state held: Lamp | none = none
state broken(Lamp): bool = false
start
  for l: Lamp do lit(l) = one of true, false end
action take(l: Lamp)
  say "take {l}"
  need held = none else "Your hands are full."
  set held = l
  tell "Taken."
action drop
  say "drop it"
  need held != none else "You hold nothing."
  set held = none
  tell "Dropped."
action light(l: Lamp)
  say "light {l}"
  need held = l else "Take it first."
  need not lit(l) else "It is lit."
  set lit(l) = true
  tell "It burns."
task shine(l: Lamp) "Light {l}."
  goal lit(l)
  limit 10
never exists l: Lamp (broken(l)) "nothing breaks"
always held = none or not broken(held)
possible forall l: Lamp (lit(l))
recoverable
"""


def test_a_world_with_more_states_than_can_be_listed() -> None:
    """2^22 starts: promises and tasks are proved all the same, and what is false is not."""
    system = load_text(HALL)
    found = prove(system, max_states=20_000)
    assert not [proof.claim for proof in found if "planned from each" in proof.because]  # not all starts are listed
    answers = {proof.claim: proof.answer for proof in found}
    assert answers['never "nothing breaks"'] == "proved"
    assert sum(claim.startswith("recoverable") and answer == "proved" for claim, answer in answers.items()) == 22
    assert sum(claim.endswith("can be solved") and answer == "proved" for claim, answer in answers.items()) == 22
    solved = [proof for proof in found if proof.kind == "earned"]
    assert all(proof.answer == "refuted" for proof in solved)  # a lamp may be lit at the start


def test_failures_close_the_way() -> None:
    """A way through a state that fails the task does not count."""
    text = """world "A Bridge"
about "One way leads over a rotten bridge."
type Place
object bank, bridge, far: Place
state here: Place = bank
state clutter: 0..60
state fallen: bool = false
start
  clutter = any 0..60
action cross
  say "cross"
  need here != far else "You are over."
  if here = bank then
    set here = bridge
    set fallen = true
  else
    set here = far
  end
  tell "On."
task over "Get over."
  goal here = far
  fail fallen "You fell."
  limit 9
"""
    system = load_text(text.replace("clutter = any 0..60", "clutter = one of 1, 2, 3"))
    abstractly = Abstractly.of(system, NOBODY, never)
    assert abstractly is not None
    graph = abstractly.ground.graph
    there = graph.equal(graph.slot(0), system.slots[0].values[2])
    fallen = next(graph.slot(i) for i, slot in enumerate(system.slots) if slot.name == "fallen")
    assert abstractly.reached(there, (), everywhere=True) is not None
    assert abstractly.reached(there, (fallen,), everywhere=False) is None
