"""The map of a world's places: whatever variable leads from a place and a way to a place, found by its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot

from ..check.world import NONE, StateInfo, World
from ..compile.system import System
from .layered import Link, arrange, drawable
from .picture import Edge, Line, Mark, Move, Node, Picture
from .svg import box_of, label_of

STARTS = 500
"""Start states that are compared to see what lies in different places at different starts."""
THINGS = 8
"""Things that one place names; the page names them all."""
MOVES = 200
"""Ways that the page tells of one place."""
FAR = 12
"""How far from its neighbour a place may be put to find room."""
GAP_X = 62.0
GAP_Y = 46.0

COMPASS: Mapping[str, tuple[int, int]] = {
    "north": (0, -1), "south": (0, 1), "east": (1, 0), "west": (-1, 0),
    "northeast": (1, -1), "northwest": (-1, -1), "southeast": (1, 1), "southwest": (-1, 1),
    "north_east": (1, -1), "north_west": (-1, -1), "south_east": (1, 1), "south_west": (-1, 1),
    "up": (1, -1), "down": (-1, 1),
}  # fmt: skip
"""East is right, south is down; up and down are drawn aslant and named."""
NAMED = frozenset({"up", "down"})


class NoMap(ValueError):
    """The world has no variable that leads from place and way to place."""


@dataclass(frozen=True, slots=True)
class Way:
    """From a place, by a way (atoms), to a place."""

    source: int
    way: int
    target: int


def map_variable(world: World) -> StateInfo | None:
    """The variable with the shape of a map: an object and an enumeration value give such an object, or none."""
    for state in world.states.values():
        if len(state.parameters) != 2:
            continue
        place, way = (world.domains[name] for name in state.parameters)
        value = world.domains[state.domain]
        if {place.sort, way.sort, value.sort} != {"atom"} or len(place.values) < 2:
            continue
        objects = all(world.atoms[v].is_object for v in place.values)
        ways = all(v != NONE and not world.atoms[v].is_object for v in way.values)
        if objects and ways and set(value.values) <= {NONE, *place.values} and set(value.values) != {NONE}:
            return state
    return None


def draw_map(system: System, seed: int = 0) -> Picture:
    """Draw the places of a world, the ways between them, and where things are at the start of a seed. Raises NoMap."""
    world = system.world
    variable = map_variable(world)
    if variable is None:
        raise NoMap(f"{world.title}: no variable leads from a place and a way to a place, so there is no map to draw")
    state = system.start(seed)
    places = world.domains[variable.parameters[0]].values
    ways = [
        Way(p, w, q)
        for p in places
        for w in world.domains[variable.parameters[1]].values
        if (q := system.value(state, variable.name, (p, w))) != NONE
    ]
    things = _things(system, state, places)
    here = _here(system, state, places)
    lines = [(Line("", system.names.bare[p]), *(Line(text, "") for text in _few(things.get(p, [])))) for p in places]
    boxes = [box_of(some, 84.0) for some in lines]
    compass = all(world.atoms[w.way].name in COMPASS for w in ways) and bool(ways)
    if compass:
        corners, edges, size = _by_compass(system, places, ways, boxes)
    else:
        corners, edges, size = _by_layers(system, places, ways, boxes, here)
    leaving: dict[int, list[Way]] = {p: [] for p in places}
    for way in ways:
        leaving[way.source].append(way)
    index = {p: i for i, p in enumerate(places)}
    nodes = tuple(
        _node(system, p, (*corners[i], *boxes[i]), lines[i], things.get(p, []), leaving[p], index, p in here)
        for i, p in enumerate(places)
    )
    notes: list[str] = []
    if things:
        notes.append(f"Where things are at the start of seed {seed}; a question mark: at other starts it is elsewhere.")
    if not compass and len(edges) < sum(way.source != way.target for way in ways):
        notes.append(f"{len(edges):,} of {len(ways):,} ways are drawn: ask a place for the others.")
    subtitle = f"{len(places)} places · {variable.name}"
    shown = {mark for node in nodes for mark in node.marks}
    legend = (("here", "you are here"),) if "here" in shown else ()
    return Picture(world.title, subtitle, tuple(notes), nodes, edges, *size, legend)


def _few(names: list[str]) -> list[str]:
    return names if len(names) <= THINGS else [*names[: THINGS - 1], f"and {len(names) - THINGS + 1} more"]


def _node(
    system: System,
    place: int,
    box: tuple[float, float, float, float],
    lines: tuple[Line, ...],
    things: list[str],
    ways: list[Way],
    index: Mapping[int, int],
    here: bool,
) -> Node:
    names = system.names.bare
    moves = tuple(Move(names[w.way], f"to {system.names.the[w.target]}", f"p{index[w.target]}") for w in ways[:MOVES])
    marks: tuple[Mark, ...] = ("here",) if here else ()
    rows = tuple((f"thing {i}", thing) for i, thing in enumerate(things, 1))
    return Node(f"p{index[place]}", *box, lines, names[place], "box", marks, rows, "", moves)


# ---------------------------------------------------------------- what is where


def _here(system: System, state: bytes, places: tuple[int, ...]) -> set[int]:
    """Where the player is: the value of the first variable without parameters that can be any of the places."""
    world = system.world
    for name, info in world.states.items():
        if not info.parameters and set(places) <= set(world.domains[info.domain].values):
            return {system.value(state, name)}
    return set()


def _things(system: System, state: bytes, places: tuple[int, ...]) -> dict[int, list[str]]:
    """For each place what is there at the start: "oak chest (apple)"."""
    world = system.world
    starts = system.start_states(STARTS)[0]
    holder: dict[int, int] = {}
    moving: set[int] = set()
    for name, info in world.states.items():
        if len(info.parameters) != 1 or world.domains[info.parameters[0]].sort != "atom":
            continue
        if not set(places) & set(world.domains[info.domain].values) or world.domains[info.domain].sort != "atom":
            continue
        for thing in world.domains[info.parameters[0]].values:
            if not world.atoms[thing].is_object or thing in holder or thing in places:
                continue
            holder[thing] = system.value(state, name, (thing,))
            if len({system.value(other, name, (thing,)) for other in starts}) > 1:
                moving.add(thing)
    inside: dict[int, list[int]] = {}
    for thing, where in holder.items():
        inside.setdefault(where, []).append(thing)

    def told(thing: int, depth: int = 0) -> str:
        name = system.names.bare[thing] + ("?" if thing in moving else "")
        within = inside.get(thing, []) if depth < 4 else []
        return f"{name} ({', '.join(told(each, depth + 1) for each in within)})" if within else name

    return {place: [told(thing) for thing in inside[place]] for place in places if place in inside}


# ---------------------------------------------------------------- where to put the places

Cell = tuple[int, int]
"""A column and a row."""

_Drawn = tuple[list[tuple[float, float]], tuple[Edge, ...], tuple[float, float]]


def _by_layers(
    system: System,
    places: tuple[int, ...],
    ways: list[Way],
    boxes: list[tuple[float, float]],
    here: set[int],
) -> _Drawn:
    index = {p: i for i, p in enumerate(places)}
    after: list[list[int]] = [[] for _ in places]
    for way in ways:
        after[index[way.source]].append(index[way.target])
    layers = [-1] * len(places)
    parents: list[int | None] = [None] * len(places)
    for first in sorted(range(len(places)), key=lambda i: places[i] not in here):
        todo = [first] if layers[first] < 0 else []
        for i in todo:
            layers[i] = max(layers[i], 0)
        for i in todo:  # grows while we go
            for j in after[i]:
                if layers[j] < 0:
                    layers[j], parents[j] = layers[i] + 1, i
                    todo.append(j)
    kept = [way for way in ways if way.source != way.target]
    kept = [kept[link] for link in drawable([(index[w.source], index[w.target]) for w in kept], layers, parents)]
    labels = [label_of(system.names.bare[way.way]) for way in kept]
    links = [
        Link(index[w.source], index[w.target], wide, high) for w, (_, wide, high) in zip(kept, labels, strict=True)
    ]
    placed = arrange(boxes, layers, links)
    edges = tuple(
        Edge(
            f"w{i}", f"p{link.source}", f"p{link.target}", route.path, route.tip, label[0], route.label,
            _title(system, way), "way",
        )
        for i, (way, link, route, label) in enumerate(zip(kept, links, placed.routes, labels, strict=True))
    )  # fmt: skip
    return list(placed.corners), edges, (placed.width, placed.height)


def _title(system: System, way: Way) -> str:
    names = system.names.bare
    return f"{names[way.source]}: {names[way.way]} to {names[way.target]}"


def _grid(system: System, places: tuple[int, ...], ways: list[Way]) -> dict[int, tuple[int, int]]:
    """A cell for each place, by the compass as far as there is room; what is not connected stands to the right."""
    near: dict[int, list[tuple[int, tuple[int, int]]]] = {p: [] for p in places}
    aslant: list[tuple[int, int, tuple[int, int]]] = []
    for way in ways:
        name = system.world.atoms[way.way].name
        dx, dy = COMPASS[name]
        for one, other, step in ((way.source, way.target, (dx, dy)), (way.target, way.source, (-dx, -dy))):
            if name in NAMED:
                aslant.append((one, other, step))
            else:
                near[one].append((other, step))
    cells: dict[int, tuple[int, int]] = {}

    def put(place: int, by: tuple[int, int], step: tuple[int, int]) -> None:
        todo = [(place, by, step)]
        for one, (x, y), (dx, dy) in todo:  # grows while we go
            if one not in cells:
                taken = {*cells.values()}
                room = (cell for k in range(1, FAR) if (cell := (x + k * dx, y + k * dy)) not in taken)
                cells[one] = next(room, (max((cx for cx, _ in taken), default=-1) + 1, y))
                todo += [(other, cells[one], way) for other, way in near[one] if other not in cells]

    def free(by: tuple[int, int], step: tuple[int, int]) -> tuple[int, int]:
        """The direction aslant, or another one nearby if that cell is taken."""
        (x, y), (dx, dy) = by, step
        taken = {*cells.values()}
        tried = (step, (-dx, dy), (dx, 0), (-dx, 0), (0, dy))
        return next(((a, b) for a, b in tried if (x + a, y + b) not in taken), step)

    for first in places:
        if first not in cells:
            put(first, (max((x for x, _ in cells.values()), default=-2) + 1, 0), (1, 0))
        while True:  # up and down last: they go wherever there is room
            found = next(((b, cells[a], step) for a, b, step in aslant if a in cells and b not in cells), None)
            if found is None:
                break
            put(found[0], found[1], free(found[1], found[2]))
    left = min(x for x, _ in cells.values())
    top = min(y for _, y in cells.values())
    return {place: (x - left, y - top) for place, (x, y) in cells.items()}


def _by_compass(system: System, places: tuple[int, ...], ways: list[Way], boxes: list[tuple[float, float]]) -> _Drawn:
    index = {p: i for i, p in enumerate(places)}
    cells = _grid(system, places, ways)
    wide = [0.0] * (max(x for x, _ in cells.values()) + 1)
    high = [0.0] * (max(y for _, y in cells.values()) + 1)
    for place, (x, y) in cells.items():
        wide[x] = max(wide[x], boxes[index[place]][0])
        high[y] = max(high[y], boxes[index[place]][1])
    lefts = [sum(wide[:i]) + GAP_X * sum(w > 0 for w in wide[:i]) for i in range(len(wide))]
    tops = [12 + sum(high[:i]) + GAP_Y * sum(h > 0 for h in high[:i]) for i in range(len(high))]
    corners = []
    for place in places:
        (x, y), (w, h) = cells[place], boxes[index[place]]
        corners.append((round(lefts[x] + (wide[x] - w) / 2, 1), round(tops[y] + (high[y] - h) / 2, 1)))
    rects = {p: (*corners[index[p]], *boxes[index[p]]) for p in places}
    edges: list[Edge] = []
    done: dict[tuple[int, int], int] = {}
    backs = _backs(system, ways)
    answered = _answered(backs, ways)
    there = {cell: place for place, cell in cells.items()}
    for way in ways:
        if way.source == way.target or way in answered:
            continue
        pair = (min(way.source, way.target), max(way.source, way.target))
        again = done.get(pair, 0)
        done[pair] = again + 1
        between = [rects[p] for p in _between(cells, there, way.source, way.target)]
        edges.append(_straight(system, way, backs.get(way), rects, between, index, len(edges), again))
    size = (lefts[-1] + wide[-1], tops[-1] + high[-1])
    return corners, tuple(edges), (round(size[0], 1), round(size[1], 1))


def _between(cells: Mapping[int, Cell], there: Mapping[Cell, int], one: int, other: int) -> list[int]:
    """The places that a straight line between two may pass: those in the cells from one to the other."""
    (ax, ay), (bx, by) = cells[one], cells[other]
    left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    if (right - left + 1) * (bottom - top + 1) > len(cells):
        found = [p for p, (x, y) in cells.items() if left <= x <= right and top <= y <= bottom]
    else:
        every = ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
        found = [there[cell] for cell in every if cell in there]
    return [p for p in found if p not in (one, other)]


def _backs(system: System, ways: list[Way]) -> dict[Way, Way]:
    """The way back of each way that has one: from the target, in the opposite direction, to the source."""
    first: dict[tuple[int, int, Cell], Way] = {}
    for way in ways:
        first.setdefault((way.source, way.target, COMPASS[system.world.atoms[way.way].name]), way)
    found: dict[Way, Way] = {}
    for way in ways:
        dx, dy = COMPASS[system.world.atoms[way.way].name]
        back = first.get((way.target, way.source, (-dx, -dy)))
        if back is not None:
            found[way] = back
    return found


def _answered(backs: Mapping[Way, Way], ways: list[Way]) -> set[Way]:
    """Of each pair of ways there and back, the second: one line stands for both."""
    found: set[Way] = set()
    for way in ways:
        back = backs.get(way)
        if back is not None and way not in found and back != way:
            found.add(back)
    return found


Rect = tuple[float, float, float, float]


def _straight(
    system: System,
    way: Way,
    back: Way | None,
    rects: Mapping[int, Rect],
    between: Sequence[Rect],
    index: Mapping[int, int],
    number: int,
    again: int,
) -> Edge:
    """A line from border to border; bent if another place is in between, or another line."""
    a, b = rects[way.source], rects[way.target]
    (ax, ay), (bx, by) = _middle(a), _middle(b)
    length = hypot(bx - ax, by - ay) or 1.0
    crowded = any(_meets(rect, (ax, ay), (bx, by)) for rect in between)
    bend = (60.0 if crowded else 0.0) + 36.0 * again
    mx, my = (ax + bx) / 2 - (by - ay) / length * bend, (ay + by) / 2 + (bx - ax) / length * bend
    start, end = _border(a, (mx, my)), _border(b, (mx, my))
    if bend:
        path = f"M{start[0]:g} {start[1]:g} Q{round(mx, 1):g} {round(my, 1):g} {end[0]:g} {end[1]:g}"
    else:
        path = f"M{start[0]:g} {start[1]:g} L{end[0]:g} {end[1]:g}"
    names, name = system.names.bare, system.world.atoms[way.way].name
    dx, dy = COMPASS[name]
    plain = (dx * (bx - ax) > 0 or not dx) and (dy * (by - ay) > 0 or not dy) and name not in NAMED
    label: tuple[str, ...] = ()
    if not plain or bend:
        label = (names[way.way] + (f" / {names[back.way]}" if back is not None else ""),)
    title = _title(system, way) + ("\n" + _title(system, back) if back is not None else "")
    angle = degrees(atan2(end[1] - my, end[0] - mx)) if bend else degrees(atan2(end[1] - start[1], end[0] - start[0]))
    arrow = None if back is not None else (end[0], end[1], round(angle, 1))
    middle = (round((start[0] + 2 * mx + end[0]) / 4, 1), round((start[1] + 2 * my + end[1]) / 4 - 16, 1))
    moves = 1 if back is None else 2
    return Edge(
        f"w{number}", f"p{index[way.source]}", f"p{index[way.target]}", path, arrow, label, middle, title, "way", moves
    )


def _middle(rect: Rect) -> tuple[float, float]:
    return rect[0] + rect[2] / 2, rect[1] + rect[3] / 2


def _border(rect: Rect, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from a box's middle towards a point leaves the box."""
    x, y = _middle(rect)
    dx, dy = towards[0] - x, towards[1] - y
    if not dx and not dy:
        return x, y
    share = min(rect[2] / 2 / abs(dx) if dx else 9e9, rect[3] / 2 / abs(dy) if dy else 9e9)
    return round(x + dx * share, 1), round(y + dy * share, 1)


def _meets(rect: Rect, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a line passes through a box."""
    for step in range(1, 40):
        x = start[0] + (end[0] - start[0]) * step / 40
        y = start[1] + (end[1] - start[1]) * step / 40
        if rect[0] < x < rect[0] + rect[2] and rect[1] < y < rect[1] + rect[3]:
            return True
    return False
