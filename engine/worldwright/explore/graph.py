"""A small world's state graph as people and tools want it: a NetworkX graph, and the files that are made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx

from ..compile.system import CompiledTask, System
from .walk import MAX_STATES, REFUSALS, TooManyStates, judge, opening, refusals, walk

_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")
"""Characters that XML cannot hold."""


def graph(
    system: System,
    task: CompiledTask | None = None,
    max_states: int = MAX_STATES,
    refused: int = REFUSALS,
    start: bytes | None = None,
) -> nx.MultiDiGraph:
    """The state graph of a small world, from all its start states or from one.

    Nodes are numbered in the order of their discovery, start states first. Node attributes: `state` (variables and
    values as text), `depth`, `start`, and with a task `goal`, `failed` and `dead_end`; start states have their
    `opening`. Edge attributes: `command` (as an agent says it), `action`, `observation`, `chance` (one of several
    outcomes), `refused`. Up to `refused` refused commands of each state are self-loops, whose observation is the
    sentence and whose `need` names the precondition. Raises TooManyStates.
    """
    starts, all_starts = ((start,), True) if start is not None else system.start_states(max_states)
    walked = walk(system, starts, max_states)
    if not walked.complete or not all_starts:
        raise TooManyStates(system.world.title, max_states)
    verdicts = judge(walked, task)
    made: nx.MultiDiGraph = nx.MultiDiGraph(title=system.world.title)
    for number, state in enumerate(walked.states):
        facts: dict[str, Any] = {"state": system.decode(state), "depth": walked.depths[number]}
        facts["start"] = number < walked.starts
        if facts["start"]:
            facts["opening"] = opening(system, state)
        if task is not None:
            facts["goal"], facts["failed"] = number in verdicts.goals, number in verdicts.failed
            facts["dead_end"] = number in verdicts.dead
        made.add_node(number, **facts)
    for move in walked.moves:
        action = system.actions[move.command[0]].name
        made.add_edge(
            move.source,
            move.target,
            command=move.said,
            action=action,
            observation=move.told,
            chance=move.chance,
            refused=False,
        )
    if refused:
        for number, state in enumerate(walked.states):
            for each in refusals(system, state, refused):
                action = system.actions[each.command[0]].name
                made.add_edge(
                    number,
                    number,
                    command=each.said,
                    action=action,
                    observation=each.told,
                    chance=False,
                    refused=True,
                    need=each.need,
                )
    return made


# ---------------------------------------------------------------- files


def _flat(facts: dict[str, Any]) -> dict[str, str | int | float | bool]:
    """Attributes as GraphML has them: maps and lists as JSON, no characters that XML cannot hold."""
    return {
        name: value if isinstance(value, int | float) else plain(value if isinstance(value, str) else _json(value))
        for name, value in facts.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def plain(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return text.translate(_CONTROL)


def graphml(made: nx.MultiDiGraph) -> str:
    """A graph as GraphML; the variables of a state are one JSON attribute."""
    flat: nx.MultiDiGraph = nx.MultiDiGraph(**_flat(made.graph))
    for node, facts in made.nodes(data=True):
        flat.add_node(node, **_flat(facts))
    for source, target, facts in made.edges(data=True):
        flat.add_edge(source, target, **_flat(facts))
    generate: Any = nx.generate_graphml
    return "\n".join(generate(flat)) + "\n"


def dot(
    made: nx.MultiDiGraph,
    label: Callable[[dict[str, Any]], str] | None = None,
) -> str:
    """A graph for Graphviz. Accepted commands are arrows, refused ones dashed loops."""
    label = label or _label
    lines = ["digraph {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    lines.append('  edge [fontname="sans-serif", fontsize=10];')
    if "title" in made.graph:
        lines.append(f"  label={quoted(made.graph['title'])};")
    for node, facts in made.nodes(data=True):
        extra = ", peripheries=2" if facts.get("goal") else ""
        extra += ", style=bold" if facts.get("start") else ""
        extra += ', style=dashed, color="#b34700"' if facts.get("dead_end") else ""
        lines.append(f"  {quoted(str(node))} [label={quoted(label(facts))}{extra}];")
    for source, target, facts in made.edges(data=True):
        extra = ', style=dashed, color="#b34700"' if facts.get("refused") else ""
        said = facts.get("command", facts.get("label", ""))
        told = facts.get("observation", "")
        hint = f", tooltip={quoted(told)}" if told else ""
        lines.append(f"  {quoted(str(source))} -> {quoted(str(target))} [label={quoted(said)}{hint}{extra}];")
    return "\n".join([*lines, "}"]) + "\n"


def _label(facts: dict[str, Any]) -> str:
    state = facts.get("state")
    return "\n".join(f"{name} = {value}" for name, value in state.items()) if isinstance(state, dict) else ""


def quoted(text: str) -> str:
    """A string as DOT has it: backslashes, quotes and line ends escaped."""
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n") + '"'


def node_link(made: nx.MultiDiGraph) -> str:
    """A graph as JSON in node-link form: `nx.node_link_graph(data, edges="edges")` reads it again.

    {"directed": true, "multigraph": true, "graph": {…}, "nodes": [{"id": 0, …}, …],
    "edges": [{"source": 0, "target": 1, "key": 0, …}, …]}
    """
    nodes = [{"id": node, **facts} for node, facts in made.nodes(data=True)]
    edges = [
        {"source": source, "target": target, "key": key, **facts}
        for source, target, key, facts in made.edges(keys=True, data=True)
    ]
    data = {"directed": True, "multigraph": True, "graph": dict(made.graph), "nodes": nodes, "edges": edges}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[nx.MultiDiGraph], str]] = {"dot": dot, "graphml": graphml, "json": node_link}
"""How a graph is written, by the ending of the file."""


def save(made: nx.MultiDiGraph, path: Path) -> None:
    """Write a graph as the file's ending says: .dot, .graphml or .json. Raises KeyError for another."""
    path.write_text(FORMATS[path.suffix[1:]](made), encoding="utf-8", newline="\n")
