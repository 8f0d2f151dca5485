"""The PDDL benchmarks: worlds imported and worlds ported by hand, beside planners and a simulator that run the PDDL.

How the differential tests are built, also for peers to come:

- `NAME_peers.py` runs the peer, and says what of it is `missing`.
- `record_NAME.py` records small traces of it into traces/, which every `make test` replays: the *short form*, which
  needs no peer. It is run with the peer's own Python.
- `test_NAME.py` replays them. Tests of the *long form* are marked `differential`, run the peer itself, and are skipped
  with the reason where it is not installed. `make differential` installs it in an environment of its own, checks that
  the traces are what the peer does today, and runs the long form.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.bridges.pddl_names import mapping
from tests.differential.hand_ports import COUNTED, PORTS, Act, Port, renamed
from tests.differential.pddl_corpus import STEPS, WALKS, Beside
from tests.differential.pddl_peers import INSTANCES, files, missing, simulated
from tests.differential.record_pddl import TRACES
from tests.differential.sides import Side, port_mapping

from worldwright.bridges.pddl import Imported, import_pddl
from worldwright.explore.space import explore
from worldwright.pipeline import load, load_text
from worldwright.syntax.modules import read_source
from worldwright.testing.comparison import differential
from worldwright.testing.peer import Rules, Simulator

LIVE = ("blocksworld-3", "blocksworld-4", "gripper-4", "tyreworld-1", "barman-1")
LARGE = 10_000
"""Instances of more states than this are taken with the slow tests."""


@cache
def recorded(instance: str) -> dict[str, Any]:
    """What the peers did."""
    found: dict[str, Any] = json.loads((TRACES / f"{instance}.json").read_text("utf-8"))
    return found


@cache
def imported(instance: str) -> Imported:
    """The world that is made of an instance."""
    domain, problem = files(instance)
    (world,) = import_pddl(read_source(domain), [read_source(problem)])
    return world


def counts(instance: str) -> Any:
    """An instance with its weight as a test."""
    slow = recorded(instance)["states"] > LARGE
    return pytest.param(instance, marks=pytest.mark.slow) if slow else instance


def replay(side: Side, trace: dict[str, Any], named: Any) -> None:
    """Follows a recorded walk: the same is accepted in every state, and the same becomes true and false."""
    state = side.system.start(0)
    facts = {tuple(fact.split()) for fact in trace["start"]}
    for number, step in enumerate(trace["steps"]):
        assert side.facts(state) == {named(fact) for fact in facts}, number
        accepted = side.accepted(state)
        applicable = {act for a in step["applicable"] if (act := named(tuple(a.split()), True)) is not None}
        assert set(accepted) == applicable, number
        act = named(tuple(step["action"].split()), True)
        facts = (facts - {tuple(f.split()) for f in step["deleted"]}) | {tuple(f.split()) for f in step["added"]}
        state = side.after(state, accepted[act]) if act is not None else state
    assert side.facts(state) == {named(fact) for fact in facts}


@pytest.mark.parametrize("instance", [counts(instance) for instance in INSTANCES])
def test_an_imported_world_follows_the_simulator(instance: str) -> None:
    """unified-planning's walk, step by step."""
    world = imported(instance)
    system = load_text(world.text)
    replay(Side(system, mapping(world, system)), recorded(instance), lambda fact, act=False: fact)


def port_side(port: Port) -> Side:
    """A port as a side."""
    return Side(load(port.world, dict(port.params)), port_mapping(port.facts, port.free))


@pytest.mark.parametrize("instance", PORTS)
def test_a_port_follows_the_simulator(instance: str) -> None:
    """The same walk, in the port's words."""
    port = PORTS[instance]

    def named(fact: Act, act: bool = False) -> Act | None:
        reduced = port.reduced(fact) if act else fact
        return None if reduced is None else renamed(port, reduced)

    replay(port_side(port), recorded(instance), named)


@pytest.mark.parametrize("instance", [counts(instance) for instance in INSTANCES])
def test_states_and_plans_are_the_planners(instance: str) -> None:
    """As many states as pyperplan reaches, and plans as short as pyperplan's and Fast Downward's."""
    trace = recorded(instance)
    found = explore(load_text(imported(instance).text), coverage=False)
    assert found.task is not None
    assert (found.states, found.task.shortest) == (trace["states"], trace["shortest"])


@pytest.mark.parametrize("instance", [counts(i) for i in (*PORTS, *COUNTED)])
def test_ports_have_as_many_states(instance: str) -> None:
    """The same again of the worlds ported by hand; plans where the goal is the instance's."""
    trace = recorded(instance)
    port = PORTS.get(instance)
    name, params = (port.world, port.params) if port else COUNTED[instance]
    system = load(name, dict(params))
    task, args = _task(system, port.task) if port and port.task else (None, None)
    found = explore(system, task, args, coverage=False)
    assert found.states == trace["states"]
    if task is not None:
        assert found.task is not None
        assert found.task.shortest == trace["shortest"]


def _task(system: Any, task: str) -> tuple[str, tuple[int, ...]]:
    name, _, rest = task.rstrip(")").partition("(")
    ids = {atom.name: number for number, atom in enumerate(system.world.atoms)}
    return name, tuple(ids[word.strip()] for word in rest.split(",") if word)


# ---------------------------------------------------------------- the long form


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("instance", LIVE)
def test_an_imported_world_is_the_simulator(instance: str) -> None:
    """Every action in every state, as far as the steps go."""
    world = imported(instance)
    system = load_text(world.text)
    differential(system, Simulator(simulated(instance)), mapping(world, system), max_steps=400).require()


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("instance", INSTANCES)
def test_an_imported_world_is_what_the_translator_makes_of_it(instance: str) -> None:
    """As `python -m tests.differential.pddl_corpus` compares the benchmarks of others."""
    agreed = Beside(*files(instance)).compare(seconds=20)
    assert agreed.plan == recorded(instance)["shortest"]
    assert agreed.walked == WALKS * STEPS


@pytest.mark.differential
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("instance", [i for i in LIVE if i in PORTS])
def test_a_port_is_the_simulator(instance: str) -> None:
    """The same of the worlds ported by hand."""
    port = PORTS[instance]
    side = port_side(port)
    system = side.system
    peer = Simulator(reduced(simulated(instance), port))
    ours = port_mapping(port.facts, port.free)
    if port.task is None:
        ours = type(ours)(action=ours.action, state=ours.state, ended=None)
    differential(system, peer, ours, task=port.task or next(iter(system.world.tasks)), max_steps=400).require()


def reduced(rules: Rules[Any], port: Port) -> Rules[Any]:
    """A simulator that speaks the port's language."""

    def ways(state: Any) -> dict[Act, Act]:
        found = {}
        for act in rules.applicable(state):
            assert isinstance(act, tuple)
            short = port.reduced(act)
            if short is not None:
                found[renamed(port, short)] = act
        return found

    def shown(state: Any) -> frozenset[Act]:
        facts = rules.shown(state)
        assert isinstance(facts, frozenset)
        return frozenset(renamed(port, fact) for fact in facts)

    return Rules(rules.start, ways, lambda state, act: rules.apply(state, ways(state)[act]), rules.goal, shown)
