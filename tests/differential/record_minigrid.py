"""Records what Minigrid does on some of BabyAI's levels, for machines that do not have it.

`make differential` runs it with `--check`: what is recorded must be what Minigrid does today. Without it the files in
traces/ are written anew. A trace holds walks through a level: its layout, the actions, and all that Minigrid shows
after each of them. Cells are letters, which the trace explains; of the grid only what has changed is kept.
"""

from __future__ import annotations

import json
import string
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.differential.minigrid_peers import Cell, Deed, Grid, House, Level, Sentence, Shown, chosen, missing
from tests.differential.recording import record

TRACES = Path(__file__).parent / "traces"
RECORDED = {
    "BabyAI-PutNextLocal-v0": 3,
    "BabyAI-PickupDist-v0": 3,
    "BabyAI-GoToLocal-v0": 3,
    "BabyAI-PutNextS6N3-v0": 3,
    "BabyAI-BlockedUnlockPickup-v0": 3,
    "BabyAI-KeyInBox-v0": 3,
    "BabyAI-UnlockLocalDist-v0": 3,
    "BabyAI-MiniBossLevel-v0": 51,
    "BabyAI-GoToSeqS5R2-v0": 107,
    "BabyAI-MoveTwoAcrossS5N2-v0": 3,
    "BabyAI-OpenDoorsOrderN2Debug-v0": 3,
    "BabyAI-PickupLoc-v0": 3,
    "BabyAI-KeyCorridorS3R2-v0": 3,
}
"""Levels, and the seed with which Minigrid's bot plays them."""

RANDOM = 5
"""The seed of the random walk through each level."""

STEPS, BOT_STEPS = 40, 90
"""How long the two walks may become."""


@dataclass(slots=True)
class Letters:
    """A letter for every cell that is met, in the order in which they are."""

    known: dict[Cell, str] = field(default_factory=dict)

    def of(self, cell: Cell) -> str:
        """The letter of a cell."""
        return self.known.setdefault(cell, string.ascii_letters[len(self.known) % 52])

    def grid(self, cells: Grid) -> str:
        """A grid, column by column."""
        return "/".join("".join(map(self.of, column)) for column in cells)


def walk(level: str, seed: int, letters: Letters) -> dict[str, Any]:
    """One walk, as it is written."""
    played = Level(level, seed)
    house, before = played.house(), played.shown()
    found: dict[str, Any] = {
        "seed": seed,
        "house": [house.columns, house.rows, house.size, [list(i) for i in house.inside]],
        "mission": [
            house.sentence.text,
            house.sentence.order,
            *map(_clause, (house.sentence.first, house.sentence.then)),
        ],
        "start": [letters.grid(before.grid), *_moment(before, letters)],
        "steps": [],
    }
    for action in chosen(played, seed, STEPS if seed == RANDOM else BOT_STEPS):
        played.step(action)
        after = played.shown()
        found["steps"].append([action, _changed(before.grid, after.grid, letters), *_moment(after, letters)])
        before = after
        assert not played.led_astray, "another seed is needed"
        if after.done:
            break
    return found


def _clause(deeds: tuple[Deed, ...]) -> list[list[Any]]:
    return [[deed.deed, deed.what, deed.beside, int(deed.strict)] for deed in deeds]


def _moment(shown: Shown, letters: Letters) -> list[Any]:
    return [[*shown.place, shown.direction], shown.carrying, letters.grid(shown.image), shown.done + shown.failed]


def _changed(before: Grid, after: Grid, letters: Letters) -> list[list[Any]]:
    places = ((x, y) for x, column in enumerate(after) for y in range(len(column)))
    return [[x, y, letters.of(after[x][y])] for x, y in places if before[x][y] != after[x][y]]


def trace(level: str) -> str:
    """All that is recorded of a level: a walk at random and one of Minigrid's bot."""
    letters = Letters()
    walks = [walk(level, seed, letters) for seed in (RANDOM, RECORDED[level])]
    assert len(letters.known) <= 52
    cells = {letter: list(cell) for cell, letter in letters.known.items()}
    lines = ",\n".join(json.dumps(w, separators=(",", ":")).replace("],[", "],\n[") for w in walks)
    return f'{{"level":"{level}","cells":{json.dumps(cells)},"walks":[\n{lines}\n]}}\n'


# ---------------------------------------------------------------- reading them


@dataclass(frozen=True, slots=True)
class Walk:
    """A recorded walk: the layout, the start, and each action with what is shown after it."""

    level: str
    seed: int
    house: House
    start: Shown
    steps: tuple[tuple[int, Shown], ...]


def read(level: str) -> list[Walk]:
    """The walks of a level's trace."""
    recorded = json.loads(path_of(level).read_text("utf-8"))
    cells: dict[str, Cell] = {letter: (c[0], c[1], c[2]) for letter, c in recorded["cells"].items()}
    return [_walk(level, each, cells) for each in recorded["walks"]]


def _walk(level: str, recorded: dict[str, Any], cells: dict[str, Cell]) -> Walk:
    def grid(text: str) -> Grid:
        return tuple(tuple(cells[letter] for letter in column) for column in text.split("/"))

    def shown(now: Grid, moment: list[Any]) -> Shown:
        (x, y, direction), carrying, image, done = moment
        return Shown(
            now, (x, y), direction, None if carrying is None else tuple(carrying), grid(image), bool(done), done == 2
        )

    columns, rows, size, inside = recorded["house"]
    text, order, *clauses = recorded["mission"]
    first, then = (tuple(map(_deed, clause)) for clause in clauses)
    now = [list(column) for column in grid(recorded["start"][0])]
    start = shown(tuple(map(tuple, now)), recorded["start"][1:])
    steps = []
    for action, changed, *moment in recorded["steps"]:
        for x, y, letter in changed:
            now[x][y] = cells[letter]
        steps.append((action, shown(tuple(map(tuple, now)), moment)))
    house = House(columns, rows, size, tuple(tuple(i) for i in inside), Sentence(text, order, first, then))
    return Walk(level, recorded["seed"], house, start, tuple(steps))


def _deed(recorded: list[Any]) -> Deed:
    deed, what, beside, strict = recorded
    return Deed(deed, tuple(what), None if beside is None else tuple(beside), bool(strict))


def path_of(level: str) -> Path:
    """Where a level's trace is."""
    return TRACES / f"minigrid_{level.removeprefix('BabyAI-').removesuffix('-v0')}.json"


if __name__ == "__main__":
    sys.exit(record(__doc__, missing(), {level: path_of(level) for level in RECORDED}, trace))
