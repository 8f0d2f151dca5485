"""Our BabyAI world in Minigrid's terms.

A layout of Minigrid's becomes a state of a member of the family: the member has the layout's rooms, doors for all doors
and things for all things; every thing and door is put where Minigrid has put it. Squares count from 1, Minigrid's cells
from 0. In the other direction a state is read as Minigrid's grid, and *what the agent is told* as Minigrid's image: the
chart gives the cells, the lines below it the colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from tests.differential.minigrid_peers import (
    BALL,
    BOX,
    DOOR,
    EMPTY,
    KEY,
    UNSEEN,
    WALL,
    Cell,
    Deed,
    Described,
    Grid,
    House,
    Sentence,
    Shown,
)  # fmt: skip

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, CompiledTask, System
from worldwright.pipeline import load
from worldwright.play.words import joined

KINDS = {KEY: "key", BALL: "ball", BOX: "box"}
NAMED = {**KINDS, DOOR: "door_of_rooms"}
COLOURS = ("red", "green", "blue", "purple", "yellow", "grey")
WAYS = ("east", "south", "west", "north")
LOCKS = ("open", "shut", "locked")
SPOTS = {"left": "on_left", "right": "on_right", "front": "in_front", "behind": "behind"}
SAID = ("deed", "what", "tint", "placed")
"""State variables of a sentence, by the numbers of its deeds and descriptions."""
ACTIONS = (("turn", "left"), ("turn", "right"), ("forward",), ("pick_up",), ("drop",), ("toggle",), ("done",))
"""Minigrid's seven, in the order of their numbers."""

MARKS = {"X": WALL, ".": EMPTY, "?": UNSEEN}
LINE = re.compile(
    r"(?P<colour>\w+) (?P<what>key|ball|box|door)(?:, (?P<lock>\w+))?: "
    r"(?:where you stand|(?:(?P<ahead>\d) ahead)?(?: and )?(?:(?P<aside>\d) to the (?P<side>left|right))?)\."
)
CARRIED = re.compile(r"You are carrying a (\w+) (\w+)\.")
MOST = 18
"""Things by which all missions can be told; more are distractors."""


@cache
def member(columns: int, rows: int, size: int, plan: str, distractors: int, shortcuts: int, strict: int) -> System:
    """A member of the family. Its `plan` is "walled", "open_plan" or "corridor"; without sentences `strict` is -1."""
    params: dict[str, int | bool] = {"columns": columns, "rows": rows, "size": size, "things": MOST, "secured": False}
    params |= {"distractors": distractors, "shortcuts": shortcuts, "sentences": strict >= 0, "strict": max(strict, 0)}
    return load("babyai", params if plan == "walled" else {**params, plan: True})


def system_of(house: House, start: Shown) -> System:
    """The member that a layout is put into. One thing and one door are drawn, so that all may have any colour."""
    cells = [cell for column in start.grid for cell in column]
    doors = sum(cell[0] == DOOR for cell in cells)
    things = sum(cell[0] in KINDS for cell in cells) + len(house.inside) + (start.carrying is not None)
    joining = (house.columns - 1) * house.rows + house.rows - 1
    plan = _plan(house, start.grid)
    shortcuts = 0 if joining == 0 or plan == "open_plan" else 1 if doors <= joining + 1 else 4
    distractors = 1 if things <= MOST + 1 else 12
    strict = _strict(house.sentence) if _task(house, joining) is None else -1
    return member(house.columns, house.rows, house.size, plan, distractors, shortcuts, strict)


def _task(house: House, joining: int) -> Deed | None:
    """The only deed of a mission, if it is a task of its own. None where a sentence is needed: for several deeds, for
    one that speaks of where a thing was, is strict, puts a thing beside a door, or is done to a door of a colour that
    a house with so few doors need not have."""
    deeds = (*house.sentence.first, *house.sentence.then)
    deed = deeds[0]
    if len(deeds) > 1 or deed.strict or (deed.beside is not None and deed.beside[0] in (DOOR, None)):
        return None
    alike = deed.what[2] is None and (deed.beside is None or deed.beside[2] is None)
    doors = deed.what[0] in (DOOR, None) and deed.deed in ("reach", "open_up")
    return deed if alike and (joining >= len(COLOURS) or not doors) else None


def _strict(sentence: Sentence) -> int:
    """How many of a sentence's deeds are strict, each clause counted as two."""
    first, then = ({deed.strict for deed in clause} for clause in (sentence.first, sentence.then))
    assert len(first) == 1 and (then != {True} or first == then)
    return 4 if first == {True} and then in (set(), {True}) else 2 if first == {True} else 0


def _plan(house: House, grid: Grid) -> str:
    """Where there are no walls: between two rooms, or in the middle of three."""
    wall = house.size + 1
    if house.columns == 2 and house.rows == 1 and all(grid[wall][y][0] != WALL[0] for y in range(1, wall)):
        return "open_plan"
    middle = range(wall + 1, 2 * wall)
    if house.columns == 3 and house.rows > 1 and all(grid[x][wall][0] != WALL[0] for x in middle):
        return "corridor"
    return "walled"


@dataclass(frozen=True)
class Side:
    """A member, with its names."""

    system: System

    @cached_property
    def atoms(self) -> dict[str, int]:
        """Atoms by name."""
        return {atom.name: number for number, atom in enumerate(self.system.world.atoms)}

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """The commands that Minigrid's actions are."""
        numbers = {action.name: number for number, action in enumerate(self.system.world.actions)}
        return tuple((numbers[name], *(self.atoms[a] for a in rest)) for name, *rest in ACTIONS)

    @cached_property
    def look(self) -> Command:
        """The command that says what is seen."""
        return (next(n for n, action in enumerate(self.system.world.actions) if action.name == "look"),)

    def square(self, x: int, y: int) -> str:
        """The name of a cell's square."""
        return f"square_{x + 1}_{y + 1}"

    # ------------------------------------------------------------ a layout as a state

    def start(self, house: House, shown: Shown) -> bytes:
        """The state in which all is as Minigrid has it."""
        values = dict(self._placed(house, shown))
        if self._sentences:
            values.update(self._said(house.sentence))
            where = {key[1]: square for key, square in values.items() if key[0] in ("at", "doorway")}
            values.update(sides(house.size, shown.place, shown.direction, where))
        state = bytearray(self.system.default)
        for slot in self.system.slots:
            names = tuple(self.system.world.atoms[a].name for a in slot.args)
            numbers = slot.name in SAID
            key = (slot.name, *map(str, slot.args)) if numbers else (slot.name, *names)
            name = values.get(key, "gone" if slot.name == "at" else "none")
            if name in self.atoms and self.atoms[name] in slot.values:
                code = self.atoms[name] - slot.base
                state[slot.offset : slot.offset + slot.width] = code.to_bytes(slot.width, "little")
        return bytes(state)

    def _placed(self, house: House, shown: Shown) -> Iterator[tuple[tuple[str, ...], str]]:
        yield ("here",), self.square(*shown.place)
        yield ("facing",), WAYS[shown.direction]
        doors = things = 0
        boxes: dict[tuple[int, int], str] = {}
        for x, column in enumerate(shown.grid):
            for y, (kind, colour, lock) in enumerate(column):
                if kind == DOOR:
                    doors += 1
                    yield ("doorway", f"door_{doors}"), self.square(x, y)
                    yield ("paint", f"door_{doors}"), COLOURS[colour]
                    yield ("lock", f"door_{doors}"), LOCKS[lock]
                elif kind in KINDS:
                    things += 1
                    boxes[x, y] = f"thing_{things}"
                    yield from self._thing(f"thing_{things}", kind, colour, self.square(x, y))
        for x, y, kind, colour in house.inside:
            things += 1
            yield from self._thing(f"thing_{things}", kind, colour, boxes[x, y])
        if shown.carrying is not None:
            yield from self._thing(f"thing_{things + 1}", *shown.carrying, "held")

    def _said(self, sentence: Sentence) -> Iterator[tuple[tuple[str, ...], str]]:
        yield ("order",), sentence.order
        for begin, clause in ((1, sentence.first), (3, sentence.then)):
            for n, deed in enumerate(clause, start=begin):
                yield ("deed", str(n)), deed.deed
                yield from self._about(n, deed.what)
                if deed.beside is not None:
                    yield from self._about(n + 4, deed.beside)

    def _about(self, n: int, described: Described) -> Iterator[tuple[tuple[str, ...], str]]:
        kind, colour, spot = described
        yield ("what", str(n)), "any_kind" if kind is None else NAMED[kind]
        yield ("tint", str(n)), "any_tint" if colour is None else COLOURS[colour]
        yield ("placed", str(n)), "anywhere" if spot is None else SPOTS[spot]

    def _thing(self, name: str, kind: int, colour: int, at: str) -> Iterator[tuple[tuple[str, ...], str]]:
        yield ("kind", name), KINDS[kind]
        yield ("colour", name), COLOURS[colour]
        yield ("at", name), at

    # ------------------------------------------------------------ a state as Minigrid shows it

    def shown(self, state: bytes, goals: tuple[CompiledTask, ...]) -> Shown:
        """A state in Minigrid's terms; what is seen is read from what the agent is told."""
        is_so = self.system.decode(state)
        grid = [list(column) for column in self._walls]
        failed = any(goal.failed(state) >= 0 for goal in goals)
        for door, square in _indexed(is_so, "doorway"):
            if square != "none":
                x, y = _cell(square)
                grid[x][y] = (DOOR, self._colour(is_so, "paint", door), LOCKS.index(is_so[f"lock({door})"]))
        carrying = None
        for thing, at in _indexed(is_so, "at"):
            kind = next(k for k, name in KINDS.items() if name == is_so[f"kind({thing})"])
            colour = self._colour(is_so, "colour", thing)
            if at.startswith("square"):
                x, y = _cell(at)
                grid[x][y] = (kind, colour, 0)
            elif at == "held":
                carrying = (kind, colour)
        return Shown(
            tuple(map(tuple, grid)),
            _cell(is_so["here"]),
            WAYS.index(is_so["facing"]),
            carrying,
            image(self.told(state)),
            failed or any(goal.goal(state) for goal in goals),
            failed,
        )

    def told(self, state: bytes) -> str:
        """What an agent that looks around reads, but for a mission that is said in a sentence."""
        return self._read(state).split("\n", self._sentences)[-1]

    def mission(self, state: bytes) -> str | None:
        """The sentence of a mission, where it is said in one."""
        return self._read(state).split("\n")[0].removeprefix("Your mission: ") if self._sentences else None

    def _read(self, state: bytes) -> str:
        system = self.system
        return joined(system.narrate(state, self.look, draw_for(0, 0), system.always_told)[1])

    @cached_property
    def _sentences(self) -> int:
        """How many lines of what is read say a mission."""
        return int("sentence" in self.system.world.tasks)

    def _colour(self, is_so: Mapping[str, str], name: str, thing: str) -> int:
        return COLOURS.index(is_so[f"{name}({thing})"])

    @cached_property
    def _walls(self) -> Grid:
        wall = [atom.name for atom in self.system.world.atoms if atom.name.startswith("square_")]
        places = {_cell(name): self.system.value(b"", "wall", (self.atoms[name],)) for name in wall}
        width, height = (1 + max(place[i] for place in places) for i in (0, 1))
        return tuple(tuple(WALL if places[x, y] else EMPTY for y in range(height)) for x in range(width))

    # ------------------------------------------------------------ missions

    def goals(self, house: House) -> tuple[CompiledTask, ...]:
        """The tasks of which one must be done for a mission."""
        if self._sentences:
            return (self.system.task("sentence"),)
        deed = house.sentence.first[0]
        found: list[tuple[str, tuple[int, ...]]] = []
        for what in self._kinds(deed.what):
            if deed.beside is None:
                found.append(("mission", (self.atoms[deed.deed], *what)))
            else:
                found += [("put_next", (*what, *beside)) for beside in self._kinds(deed.beside)]
        known = self.system.world.tasks
        return tuple(self.system.task(name, args) for name, args in found if args in known[name].instances)

    def _kinds(self, described: Described) -> list[tuple[int, int]]:
        kind, colour, _ = described
        kinds = list(NAMED.values()) if kind is None else [NAMED[kind]]
        colours = list(COLOURS) if colour is None else [COLOURS[colour]]
        return [(self.atoms[k], self.atoms[c]) for k in kinds for c in colours]


def sides(size: int, place: tuple[int, int], direction: int, where: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """On which side of the agent the things and doors in its room lie, walls included, by Minigrid's rule."""
    across, along = ((1, 0), (0, 1), (-1, 0), (0, -1))[direction]
    wall = size + 1
    found: dict[tuple[str, ...], str] = {}
    for thing, square in where.items():
        if not square.startswith("square"):
            continue
        away = [there - here for there, here in zip(_cell(square), place, strict=True)]
        inside = [0 <= there - here // wall * wall <= wall for there, here in zip(_cell(square), place, strict=True)]
        right, ahead = away[1] * across - away[0] * along, away[0] * across + away[1] * along
        if all(inside) and right:
            found["flank", thing] = "on_left" if right < 0 else "on_right"
        if all(inside) and ahead:
            found["depth", thing] = "behind" if ahead < 0 else "in_front"
    return found


def image(told: str) -> Grid:
    """What the agent is told, as Minigrid's image of it."""
    first, *lines = told.split("\n")
    assert first.startswith("You are facing "), first
    chart, rest = [line.split(" ") for line in lines[:7]], lines[7:]
    cells: list[list[Cell | None]] = [[MARKS.get(chart[j][i]) for j in range(7)] for i in range(7)]
    cells[3][6] = EMPTY
    for line in rest:
        carried = CARRIED.fullmatch(line)
        if carried is not None:
            colour, kind = carried[1], carried[2]
            cells[3][6] = (next(k for k, name in KINDS.items() if name == kind), COLOURS.index(colour), 0)
            continue
        found = LINE.fullmatch(line)
        assert found is not None, line
        aside = int(found["aside"] or 0) * (-1 if found["side"] == "left" else 1)
        i, j = 3 + aside, 6 - int(found["ahead"] or 0)
        colour = COLOURS.index(found["colour"].lower())
        if (i, j) == (3, 6):
            continue  # an open door in which the agent stands
        if found["what"] == "door":
            assert chart[j][i] == {"open": "_", "shut": "D", "locked": "L"}[found["lock"]]
            cells[i][j] = (DOOR, colour, LOCKS.index(found["lock"]))
        else:
            assert chart[j][i] == {"key": "k", "ball": "o", "box": "b"}[found["what"]]
            cells[i][j] = (next(k for k, name in KINDS.items() if name == found["what"]), colour, 0)
    whole = tuple(tuple(cell for cell in column if cell is not None) for column in cells)
    assert all(len(column) == 7 for column in whole), told
    return whole


def _cell(square: str) -> tuple[int, int]:
    _, i, j = square.split("_")
    return int(i) - 1, int(j) - 1


def _indexed(is_so: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """The values of a state variable with one argument."""
    start = f"{name}("
    return [(key[len(start) : -1], value) for key, value in is_so.items() if key.startswith(start)]
