"""Makes the warehouses of worlds/classic/sokoban, and knows their least moves and pushes without our engine.

Layouts are drawn with a seed: walls at random, of which the largest connected floor is kept, and marks. Going backwards
from the crates on their marks, all situations that can be put in order are found with the moves that they take, and one
is chosen that lies in the band. Least moves and pushes are found once more by a search forwards.
`python -m tests.worlds.warehouses` prints the part of the world file that holds the warehouses, and writes some of them
as problems of PDDL, which planners prove to take as many moves.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

WIDTH, HEIGHT = 7, 6
WAYS = ((0, -1), (0, 1), (-1, 0), (1, 0))
NAMES = ("north", "south", "west", "east")
SEED = 6
BANDS = {"easy": (8, 20), "medium": (26, 40), "hard": (56, 999)}
"""Least moves, from and to."""

EACH = 3
PLANNED = (1,)
MOST = 60_000
"""Warehouses with more situations are left out."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A layout: what is no floor, crates, marks, and where the keeper stands."""

    walls: frozenset[Place]
    crates: frozenset[Place]
    marks: frozenset[Place]
    keeper: Place

    def is_floor(self, place: Place) -> bool:
        """Can something be here?"""
        return 1 <= place[0] <= WIDTH and 1 <= place[1] <= HEIGHT and place not in self.walls


def least(house: Warehouse, pushes: bool) -> int | None:
    """The fewest commands that store all crates, or the fewest of them that are pushes.

    None where there is no way, or too many situations.
    """
    start = (house.keeper, house.crates)
    best = {start: 0}
    ticket = count()
    queue = [(0, next(ticket), start)]
    while queue and len(best) <= MOST:
        cost, _, (keeper, crates) = heapq.heappop(queue)
        if cost > best[keeper, crates]:
            continue
        if crates == house.marks:
            return cost
        for way in WAYS:
            there, beyond = _step(keeper, way), _step(_step(keeper, way), way)
            moved = crates
            if there in crates:
                if not house.is_floor(beyond) or beyond in crates:
                    continue
                moved = crates - {there} | {beyond}
            elif not house.is_floor(there):
                continue
            after, price = (there, moved), cost + (moved != crates or not pushes)
            if price < best.get(after, price + 1):
                best[after] = price
                heapq.heappush(queue, (price, next(ticket), after))
    return None


def drawn(draw: random.Random, band: str) -> Warehouse | None:
    """A warehouse of a band; None where a draw does not make one."""
    places = [(x, y) for x in range(1, WIDTH + 1) for y in range(1, HEIGHT + 1)]
    floor = _largest([place for place in places if draw.random() > 0.3])
    if not 14 <= len(floor) <= 28:
        return None
    marks = frozenset(draw.sample(floor, 2))
    walls = frozenset(places) - frozenset(floor)
    low, high = BANDS[band]
    fitting = [
        Warehouse(walls, crates, marks, keeper)
        for (keeper, crates), moves in _backwards(Warehouse(walls, marks, marks, floor[0]), floor)
        if low <= moves <= high and not crates & marks
    ]
    if not fitting:
        return None
    return fitting[-1] if band == "hard" else draw.choice(fitting)


def _backwards(stored: Warehouse, floor: list[Place]) -> list[tuple[tuple[Place, frozenset[Place]], int]]:
    """Every situation from which the crates can be stored, and the moves that it takes, the nearest first."""
    moves = {(keeper, stored.marks): 0 for keeper in floor if keeper not in stored.marks}
    found = list(moves)
    for keeper, crates in found:
        for x, y in WAYS:
            before, pushed = (keeper[0] - x, keeper[1] - y), (keeper[0] + x, keeper[1] + y)
            if stored.is_floor(before) and before not in crates:
                earlier = [(before, crates)]
                if pushed in crates:
                    earlier.append((before, crates - {pushed} | {keeper}))
                for each in earlier:
                    if each not in moves:
                        moves[each] = moves[keeper, crates] + 1
                        found.append(each)
    return [(each, moves[each]) for each in found]


def _largest(places: list[Place]) -> list[Place]:
    """The places that hang together with most others, in order."""
    left, found = dict.fromkeys(places), list[Place]()
    while left:
        part = [next(iter(left))]
        del left[part[0]]
        for place in part:
            beside = [_step(place, way) for way in WAYS if _step(place, way) in left]
            for each in beside:
                del left[each]
            part += beside
        found = max(found, part, key=len)
    return sorted(found)


def _step(place: Place, way: Place) -> Place:
    return place[0] + way[0], place[1] + way[1]


def chosen() -> list[tuple[str, int, Warehouse]]:
    """Bands, least moves and warehouses, in the order of their numbers."""
    draw = random.Random(SEED)
    found = []
    for band in BANDS:
        houses: list[tuple[int, Warehouse]] = []
        while len(houses) < EACH:
            house = drawn(draw, band)
            moves = None if house is None else least(house, False)
            if house is not None and moves is not None:
                houses.append((moves, house))
        found += [(band, moves, house) for moves, house in sorted(houses, key=lambda each: each[0])]
    return found


def block(number: int, band: str, house: Warehouse) -> Iterator[str]:
    """A warehouse as a part of the world's start."""
    yield f"  if level = {number} then  # {band}"
    for name, places in (("pillar", house.walls), ("crate", house.crates), ("marked", house.marks)):
        listed = ", ".join(f"square[{x}, {y}]" for x, y in sorted(places))
        yield f"    for s: Square where s in {{{listed}}} do {name}(s) = true end"
    yield f"    here = square[{house.keeper[0]}, {house.keeper[1]}]"
    yield "  end"


def problem(number: int, house: Warehouse) -> str:
    """A warehouse as a problem of PDDL."""
    floor = [(x, y) for x in range(1, WIDTH + 1) for y in range(1, HEIGHT + 1) if house.is_floor((x, y))]
    facts = [f"(keeper {_named(house.keeper)})"]
    facts += [f"({'crate' if place in house.crates else 'free'} {_named(place)})" for place in floor]
    for place in floor:
        beside = [(name, _step(place, way)) for name, way in zip(NAMES, WAYS, strict=True)]
        facts += [f"(next {_named(place)} {_named(to)} {name})" for name, to in beside if house.is_floor(to)]
    return "\n".join(
        [
            f"(define (problem sokoban-{number})",
            "  (:domain sokoban)",
            f"  (:objects {' '.join(map(_named, floor))} - square {' '.join(NAMES)} - way)",
            *(f"  {'(:init ' if n == 0 else '  '}{fact}" for n, fact in enumerate(facts)),
            "  )",
            f"  (:goal (and {' '.join(f'(crate {_named(mark)})' for mark in sorted(house.marks))})))\n",
        ]
    )


def _named(place: Place) -> str:
    return f"s-{place[0]}-{place[1]}"


if __name__ == "__main__":
    made = chosen()
    for number, (band, _, house) in enumerate(made, start=1):
        print("\n".join(block(number, band, house)))
    for number in PLANNED:
        path = Path(__file__).parents[1] / "differential" / "pddl" / f"sokoban-{number}.pddl"
        path.write_text(problem(number, made[number - 1][2]), "utf-8", newline="\n")
