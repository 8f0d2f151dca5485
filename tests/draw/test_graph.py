"""A small world's graph: its states and commands, against an independent count; and its files."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import Any

import networkx as nx
import pytest
from tests.draw.worlds import HOSTILE, dice, hostile

import worldwright
from worldwright import Episode, load
from worldwright.explore.graph import dot, graph, graphml, node_link
from worldwright.explore.walk import TooManyStates, judge, outcomes, refusals, walk


def test_the_pantry() -> None:
    """States, openings, observations and the goal are those of a play; numbering follows discovery."""
    system = load("pantry")
    made: Any = graph(system, system.task("lunch"))
    assert len(made) == 12
    assert list(made) == list(range(12))
    starts = [node for node, facts in made.nodes(data=True) if facts["start"]]
    assert starts == [0, 1]
    depths = [facts["depth"] for _, facts in made.nodes(data=True)]
    assert depths == sorted(depths)
    for start in starts:
        reached: Any = nx.single_source_shortest_path_length(made, start)
        assert all(made.nodes[node]["depth"] <= far for node, far in reached.items())
    (goal,) = (node for node, facts in made.nodes(data=True) if facts["goal"])
    assert made.nodes[goal]["state"]["at(apple)"] == "player"
    assert not any(facts["dead_end"] or facts["failed"] for _, facts in made.nodes(data=True))
    assert "oak chest" in made.nodes[0]["opening"]


def test_edges_are_what_an_episode_says() -> None:
    """Every command of every state, said in an episode that stands there, tells what its edge tells and leads there."""
    system = load("pantry")
    made: Any = graph(system, refused=0)
    walked = walk(system, system.start_states(10)[0])
    for number, state in enumerate(walked.states):
        said = []
        for _, target, facts in made.out_edges(number, data=True):
            command = Episode(system, "lunch").skin.read(facts["command"], -1)
            assert isinstance(command, tuple)
            after, fragments, _ = system.narrate(state, command, lambda site, n: 0, -1)
            assert after == walked.states[target]
            assert facts["observation"] == " ".join(fragments)
            said.append(command)
        assert sorted(said) == sorted(system.admissible(state))


def test_chance_and_dead_ends() -> None:
    """Each outcome of a chance is an edge of its own, with its own words; after failing the goal is out of reach."""
    system = dice()
    made: Any = graph(system, system.task("top"), refused=0)
    assert len(made) == 8
    rolls = [(target, facts) for _, target, facts in made.out_edges(0, data=True) if facts["command"] == "roll"]
    assert {facts["observation"] for _, facts in rolls} == {"Higher!", "Nothing."}
    assert all(facts["chance"] for _, facts in rolls)
    lost = {node for node, facts in made.nodes(data=True) if facts["state"]["lost"] == "true"}
    assert lost == {node for node, facts in made.nodes(data=True) if facts["failed"]}
    assert lost == {node for node, facts in made.nodes(data=True) if facts["dead_end"]}
    assert [facts["goal"] for _, facts in made.nodes(data=True)].count(True) == 1
    state = system.start(0)
    assert sorted(after for after, _ in outcomes(system, state, (0,))) == sorted(system.outcomes(state, (0,)))


def test_refusals() -> None:
    """One for each reason, refused indeed, with its sentence; loops in the graph when asked for."""
    system = load("pantry")
    state = system.start(3)
    found = refusals(system, state)
    assert len({each.need for each in found}) == len(found) > 3
    for each in found:
        failing = system.refusal(state, each.command)
        assert system.need(each.command[0], failing).id == each.need
        assert system.refusal_text(state, each.command, failing, -1) == each.told
    assert len(refusals(system, state, 2)) == 2
    plain: Any = graph(system, refused=0)
    loops: Any = graph(system, refused=3)
    refused = [(a, b) for a, b, facts in loops.edges(data=True) if facts["refused"]]
    assert len(refused) == 3 * len(loops)
    assert all(a == b for a, b in refused)
    assert len(loops.edges) == len(plain.edges) + len(refused)


def test_budget() -> None:
    """Too many states are an error that says what to do; a walk stops with what it has and claims no more."""
    system = load("vending")
    with pytest.raises(TooManyStates, match="more than 100 states can be reached"):
        graph(system, max_states=100)
    walked = walk(system, system.start_states(10)[0], 100)
    assert len(walked.states) == 100
    assert not walked.complete
    whole = walk(system, system.start_states(10)[0])
    assert whole.complete
    assert len(whole.states) == 867
    assert walked.states == whole.states[:100]
    known = [move for move in whole.moves if move.source < walked.expanded]
    assert list(walked.moves) == known
    assert not judge(walked, system.task("thirst")).dead


def test_graphml_is_read_back() -> None:
    """NetworkX reads the file and finds the same graph, hostile texts and all."""
    for system in (load("pantry"), hostile()):
        made: Any = graph(system, refused=2)
        text = graphml(made)
        ET.fromstring(text)
        again: Any = nx.parse_graphml(text, node_type=int, force_multigraph=True)
        assert len(again) == len(made)
        assert len(again.edges) == len(made.edges)
        for node, facts in made.nodes(data=True):
            assert json.loads(again.nodes[node]["state"]) == facts["state"]
        told = sorted(facts["observation"] for _, _, facts in made.edges(data=True))
        assert sorted(facts.get("observation", "") for _, _, facts in again.edges(data=True)) == told


def test_node_link_is_read_back() -> None:
    """NetworkX makes the same graph of the JSON."""
    for system in (load("pantry"), hostile()):
        made: Any = graph(system)
        data = json.loads(node_link(made))
        again: Any = nx.MultiDiGraph(**data["graph"])
        again.add_nodes_from((node.pop("id"), node) for node in data["nodes"])
        again.add_edges_from((e.pop("source"), e.pop("target"), e.pop("key"), e) for e in data["edges"])
        assert nx.utils.graphs_equal(again, made)


def test_one_line_from_the_package() -> None:
    """`worldwright.graph(load(…))` has commands, observations and refusals; `state_space` and `prove` stand beside it;
    none of them is read before it is asked for."""
    made: Any = worldwright.graph(worldwright.load("pantry"))
    assert {facts["refused"] for _, _, facts in made.edges(data=True)} == {True, False}
    assert all(facts["command"] and facts["observation"] for _, _, facts in made.edges(data=True))
    assert worldwright.state_space(worldwright.load("pantry")).states == len(made)
    assert all(proof.answer == "proved" for proof in worldwright.prove(worldwright.load("pantry")))
    assert set(worldwright.__all__) <= set(dir(worldwright))
    with pytest.raises(AttributeError, match="has no attribute 'grap'"):
        getattr(worldwright, "grap")  # noqa: B009
    code = "import sys, worldwright\nprint([name for name in ('numpy', 'networkx') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_dot_is_escaped() -> None:
    """Every line is a statement of its own, whatever stands in the texts."""
    system = hostile()
    made: Any = graph(system, refused=2)
    made.nodes[0]["state"]["odd"] = 'a"b\\c\nd'
    text = dot(made)
    assert '\\"b\\\\c\\nd' in text
    lines = text.splitlines()
    assert len(lines) == 6 + len(made) + len(made.edges)
    assert all(line.count('"') % 2 == (line.count('\\"') % 2) for line in lines)
    assert HOSTILE in text


def test_control_characters_do_not_break_xml() -> None:
    """What XML cannot hold is replaced."""
    made: Any = nx.MultiDiGraph()
    made.add_node(0, label="a\x00b\x1bc")
    assert ET.fromstring(graphml(made)) is not None
