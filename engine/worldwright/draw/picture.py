"""`Picture`: what is drawn, placed and told of; SVG and the page are two ways to write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import networkx as nx

Mark = Literal["start", "goal", "failed", "dead", "open", "here"]
"""start: play begins here · goal: the task is done here · failed: it has failed · dead: its goal is out of reach ·
open: not looked into · here: where the player is."""

Kind = Literal["ok", "chance", "set", "refused", "link", "ghost", "way"]
"""ok: a command · chance: one of several outcomes · set: a plain `set` · refused: a refused command · link: from an
error to what refined it · ghost: a way not taken · way: between places."""

Shape = Literal["box", "pill", "dot", "ghost", "note"]

MARKS: dict[Mark, str] = {
    "start": "start",
    "goal": "goal",
    "failed": "failed",
    "dead": "dead end",
    "open": "not looked into",
    "here": "you are here",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line in a box: a name (muted) and a value; either may be empty. `changed` sets it off."""

    name: str
    value: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What the page tells of one command: what was said, what came of it, where it led (the id of a node or "")."""

    said: str
    told: str
    target: str = ""
    kind: Kind = "ok"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A box with its place (the upper left corner), and all that the page tells of it."""

    id: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]
    heading: str
    shape: Shape = "box"
    marks: tuple[Mark, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    told: str = ""
    moves: tuple[Move, ...] = ()
    stands_for: int = 1


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn line from node to node: an SVG path, where its arrow points, its label; how many moves it stands for."""

    id: str
    source: str
    target: str
    path: str
    arrow: tuple[float, float, float] | None
    """Tip (x, y) and direction in degrees (0 points right)."""
    label: tuple[str, ...]
    at: tuple[float, float]
    """The middle of the label's upper edge."""
    title: str
    kind: Kind = "ok"
    moves: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float
    legend: tuple[tuple[str, str], ...] = ()
    """What the styles mean: the name of a mark or kind, and words."""
    captions: tuple[tuple[float, float, str], ...] = ()


def as_graph(picture: Picture) -> Any:
    """A picture as a NetworkX graph: what the pictures that are no state graphs give as DOT and GraphML."""
    made: Any = nx.MultiDiGraph(title=f"{picture.title}: {picture.subtitle}")
    for node in picture.nodes:
        text = "\n".join(" ".join(filter(None, (line.name, line.value))) for line in node.lines) or node.heading
        made.add_node(
            node.id,
            label=text,
            start="start" in node.marks,
            goal="goal" in node.marks,
            dead_end="dead" in node.marks or "failed" in node.marks,
        )
    for edge in picture.edges:
        label = " ".join(edge.label) if edge.label else edge.title
        made.add_edge(edge.source, edge.target, label=label, kind=edge.kind, refused=edge.kind == "refused")
    return made
