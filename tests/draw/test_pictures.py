"""Pictures have what they are pictures of: counts, marks, places, ways, steps; the same bytes every time; no markup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.draw.worlds import HOSTILE, dice, hostile

from worldwright import Episode, System, load, load_text
from worldwright.draw.layered import Link, arrange
from worldwright.draw.lifecycle import NoLifecycle, draw_lifecycles
from worldwright.draw.page import page
from worldwright.draw.path import Journey, draw_path
from worldwright.draw.picture import Node, Picture, as_graph
from worldwright.draw.places import NoMap, draw_map
from worldwright.draw.states import UnknownVariable, draw_states
from worldwright.draw.svg import svg
from worldwright.draw.words import clip, width, wrap
from worldwright.explore.graph import graph

SVG = "{http://www.w3.org/2000/svg}"
PLAY = ("open chest", "go north", "go south", "sing", "take brass key", "look", "go north", "unlock chest with key")


def groups(text: str, name: str) -> list[ET.Element]:
    """The drawn groups of a class, those of the legend left out."""
    root = ET.fromstring(text)
    return [g for g in root.iter(f"{SVG}g") if name in (g.get("class") or "").split() and g.get("id")]


def path(system: System, *said: str, seed: int = 3) -> Picture:
    """A play of the first task."""
    replies = tuple(f"Thought: so.\nAction: {each}" for each in said)
    return draw_path(system, Journey(next(iter(system.world.tasks)), (), seed, "natural", replies, (4,) + (None,) * 20))


def every_picture() -> list[Picture]:
    """One of each kind."""
    system = load("pantry")
    pictures = [draw_states(system, system.task("lunch")), draw_lifecycles(system), draw_map(system)]
    return [*pictures, path(system, *PLAY), draw_map(load("cave")), draw_lifecycles(load("helpdesk"))]


def values(node: Node) -> dict[str, str]:
    """What a box says, by name."""
    return {line.name: line.value for line in node.lines}


# ---------------------------------------------------------------- states


def test_states_are_those_of_the_graph() -> None:
    """A box for each state, an arrow for each pair that a command joins, each command told in the page's data."""
    system = load("pantry")
    task = system.task("lunch")
    made: Any = graph(system, task, refused=0)
    picture = draw_states(system, task)
    assert len(picture.nodes) == len(made)
    pairs = {(f"n{a}", f"n{b}") for a, b in made.edges() if a != b}
    assert {(edge.source, edge.target) for edge in picture.edges} == pairs
    assert sum(edge.moves for edge in picture.edges) == sum(a != b for a, b in made.edges())
    for number, node in enumerate(picture.nodes):
        facts = made.nodes[number]
        assert dict(node.rows) == facts["state"]
        assert ("start" in node.marks, "goal" in node.marks) == (facts["start"], facts["goal"])
        commands = [(facts["command"], facts["observation"]) for _, _, facts in made.out_edges(number, data=True)]
        assert sorted((m.said, m.told) for m in node.moves if m.kind != "refused") == sorted(commands)
    text = svg(picture)
    assert len(groups(text, "node")) == len(made)
    assert len(groups(text, "edge")) == len(pairs)


def test_dead_ends_and_chance_are_marked() -> None:
    """Failed states, and arrows that are one of several outcomes."""
    system = dice()
    picture = draw_states(system, system.task("top"))
    failed = [node for node in picture.nodes if "failed" in node.marks]
    assert len(failed) == 4
    assert {edge.kind for edge in picture.edges} == {"ok", "chance"}
    assert {sign for sign, _ in picture.legend} == {"start", "goal", "failed", "ok", "chance"}


def test_collapse() -> None:
    """States that agree on the chosen variables are one box, and the picture says so; nothing is lost in counting."""
    system = load("vending")
    task = system.task("thirst")
    picture = draw_states(system, task)
    assert sum(node.stands_for for node in picture.nodes) == 867
    large = max(picture.nodes, key=lambda node: node.stands_for)
    assert dict(large.rows)["machine"] in ("idle", "ready", "serving")
    assert dict(large.rows)["purse"].startswith("varies: ")
    assert len(picture.nodes) < 80
    assert any("867 states drawn as" in note and "thirsty" in note for note in picture.notes)
    asked = draw_states(system, task, ["machine", "have(tea)"])
    assert len(asked.nodes) == len({tuple(values(node).items()) for node in asked.nodes})
    assert all(set(values(node)) == {"machine", "have(tea)"} for node in asked.nodes)
    with pytest.raises(UnknownVariable, match="there is no variable"):
        draw_states(system, task, ["nothing"])


def test_a_large_world_says_what_is_missing() -> None:
    """Beyond the budget the picture is partial, says so, and claims no dead ends."""
    system = load("household")
    picture = draw_states(system, system.task("place", system.world.tasks["place"].instances[0]), max_states=60)
    notes = " ".join(picture.notes)
    assert "seed 0" in notes
    assert "Only the first 60 states" in notes
    assert any("open" in node.marks for node in picture.nodes)
    assert not any("dead" in node.marks for node in picture.nodes)


# ---------------------------------------------------------------- lifecycles


def test_lifecycle() -> None:
    """From value to value by the actions that `change` it; plain sets in another style; beginnings from a dot."""
    picture = draw_lifecycles(load("vending"))
    names = {node.id: node.heading.removeprefix("machine = ") for node in picture.nodes}
    found = {(names[e.source], names[e.target], " ".join(e.label), e.kind) for e in picture.edges}
    assert found == {
        ("machine at the start", "idle", "", "ok"),
        ("idle", "ready", "insert", "set"),
        ("ready", "serving", "choose", "ok"),
        ("serving", "idle", "take", "ok"),
        ("serving", "ready", "take", "set"),
        ("ready", "idle", "refund", "ok"),
    }
    with pytest.raises(NoLifecycle):
        draw_lifecycles(load("store"))


# ---------------------------------------------------------------- maps


def test_map_by_the_compass() -> None:
    """North is up, east is right; a way there and back is one line; things are where they start."""
    system = load("cave")
    picture = draw_map(system)
    at = {node.heading: node for node in picture.nodes}
    assert at["hillside"].x > at["hut"].x + at["hut"].width
    assert at["cave mouth"].y + at["cave mouth"].height < at["hillside"].y
    assert "brass lamp" in [line.name for line in at["hut"].lines]
    assert "here" in at["hut"].marks
    assert sum(edge.moves for edge in picture.edges) == sum(len(node.moves) for node in picture.nodes)
    boxes = picture.nodes
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart, (a.heading, b.heading)
    with pytest.raises(NoMap):
        draw_map(load("vending"))


def test_map_without_a_compass() -> None:
    """Ways that are no directions are written on arrows between layers."""
    system = load_text("""\
world "Web"
type Place
type Door = red | green
object a, b, c: Place
state link(Place, Door): Place | none = none
state here: Place = a
start
  link(a, red) = b
  link(b, green) = c
  link(c, red) = a
action go(d: Door)
  say "go {d}"
  need link(here, d) != none else "No."
  set here = link(here, d)
""")
    picture = draw_map(system)
    assert [edge.label for edge in picture.edges] == [("red",), ("green",), ("red",)]
    assert all(edge.arrow is not None for edge in picture.edges)


# ---------------------------------------------------------------- plays


def test_path() -> None:
    """Each state once, each refusal a loop with its sentence, a step back an arrow back, a refined error linked."""
    system = load("pantry")
    seed = next(s for s in range(9) if "brass key" in Episode(system, "lunch", seed=s).observation)
    picture = path(system, *PLAY, seed=seed)
    states = [node for node in picture.nodes if node.shape == "box"]
    assert len(states) == 4
    refused = [edge for edge in picture.edges if edge.kind == "refused"]
    assert [edge.source == edge.target for edge in refused] == [True, True, True]
    assert "The oak chest is locked." in refused[0].title
    notes = [node for node in picture.nodes if node.shape == "note"]
    assert notes[0].told == "The oak chest is locked."
    assert [edge.title for edge in picture.edges if edge.kind == "link"] == ["step 1 was refined by step 5"]
    steps = [int(m.note.rpartition(" ")[2]) for node in states for m in node.moves if m.note != "not done"]
    assert sorted(steps) == list(range(1, len(PLAY) + 1))
    assert any(edge.source == "s1" and edge.target == "s0" for edge in picture.edges)
    assert any(node.shape == "ghost" for node in picture.nodes)
    assert f"{len(PLAY)} steps, 3 refused" in picture.subtitle


# ---------------------------------------------------------------- files


class _Reader(HTMLParser):
    """Collects the elements and the texts of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1] += data


def read(text: str) -> _Reader:
    """A page as a parser sees it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


@pytest.mark.parametrize("number", range(6))
def test_page_and_svg_have_every_part(number: int) -> None:
    """Both are well formed; both hold every node and edge; the page loads nothing."""
    picture = every_picture()[number]
    text = svg(picture)
    for name, parts in (("node", picture.nodes), ("edge", picture.edges)):
        assert [g.get("id") for g in groups(text, name)] == [part.id for part in parts]
    reader = read(page(picture))
    data = json.loads(reader.scripts[0])
    assert [node["id"] for node in data["nodes"]] == [node.id for node in picture.nodes]
    drawn = [attrs["id"] for tag, attrs in reader.tags if tag == "g" and attrs.get("id") not in (None, "view")]
    assert sorted(map(str, drawn)) == sorted(part.id for part in (*picture.nodes, *picture.edges))
    assert len(set(drawn)) == len(drawn)
    assert not [attrs for _, attrs in reader.tags if "src" in attrs or "href" in attrs]
    assert "http" not in page(picture).replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    ids = {node.id for node in picture.nodes}
    for edge in picture.edges:
        assert edge.source in ids
        assert edge.target in ids
    made = as_graph(picture)
    assert (len(made), len(made.edges)) == (len(picture.nodes), len(picture.edges))
    assert "prefers-color-scheme:dark" in text


def test_nothing_is_outside_the_picture() -> None:
    """Every box lies within the size that the picture says it has."""
    for picture in every_picture():
        for node in picture.nodes:
            assert node.x >= 0
            assert node.x + node.width <= picture.width + 0.1
            assert node.y + node.height <= picture.height + 0.1


def test_hostile_texts() -> None:
    """Markup in names and sentences is text in the SVG and in the page."""
    system = hostile()
    pictures = [draw_states(system, system.task("t")), draw_lifecycles(system), draw_map(system)]
    pictures.append(path(system, "go south", "light", HOSTILE, "go north", "\x1b[31mred\x00"))
    for picture in pictures:
        text = svg(picture)
        root = ET.fromstring(text)
        assert {each.tag for each in root.iter()} <= {
            f"{SVG}{name}" for name in ("svg", "g", "title", "style", "rect", "path", "text")
        }
        assert not any(name.startswith("on") for each in root.iter() for name in each.attrib)
        assert (root.find(f"{SVG}title") is not None) and root.find(f"{SVG}title").text == HOSTILE  # type: ignore[union-attr]
        whole = page(picture)
        reader = read(whole)
        assert len(reader.scripts) == 2
        assert "img" not in {tag for tag, _ in reader.tags}
        assert "\x1b" not in whole + text
        assert "\x00" not in whole + text
        data = json.loads(reader.scripts[0])
        said = "\n".join(node["heading"] + node["told"] for node in data["nodes"])
        assert "<img src=x" in said or "<b>off</b>" in said


PROGRAM = """
import hashlib
from tests.draw.test_pictures import every_picture
from worldwright.draw.page import page
from worldwright.draw.svg import svg
print(hashlib.sha256("".join(svg(p) + page(p) for p in every_picture()).encode()).hexdigest())
"""


def test_same_bytes_in_every_process() -> None:
    """Pictures do not depend on the order of sets."""
    found = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert len(found.pop()) == 65


# ---------------------------------------------------------------- parts


def test_layers_keep_apart() -> None:
    """Boxes of a layer and labels of a rank do not touch, whatever the links."""
    sizes = [(60.0, 30.0)] * 9
    layers = [0, 0, 1, 1, 1, 2, 2, 2, 3]
    pairs = [(a, b) for a in range(9) for b in range(9) if a != b and (a * 7 + b * 5) % 3 == 0]
    placed = arrange(sizes, layers, [Link(a, b, 40.0, 18.0) for a, b in pairs])
    boxes = [(x, y, 60.0, 30.0) for x, y in placed.corners]
    boxes += [(route.label[0] - 20, route.label[1], 40.0, 18.0) for route in placed.routes]
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def test_words() -> None:
    """Long words are clipped, long texts wrapped, nothing is longer than its room."""
    assert clip("short", 100) == "short"
    long = "an exceedingly long name that nobody can say in one breath"
    assert clip(long, 80).endswith("…")
    assert width(clip(long, 80)) <= 80
    lines = wrap(long, 120, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(width(line) <= 120 for line in lines)
    assert wrap("", 100, 2) == ()
