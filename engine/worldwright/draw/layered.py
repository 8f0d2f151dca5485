"""Places boxes in layers from left to right, and leads arrows between them with room for what is written on them.

Every arrow becomes a chain of points, one in each rank between its ends; its label is a point of the size of the label.
Ranks are ordered by barycentres in a few sweeps, keeping the order with the fewest crossings. Heights are then settled
rank by rank: the closest places to what the neighbours want that keep order and distance (pool adjacent violators).
Labels are therefore never on top of boxes or of each other.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 12
SETTLINGS = 16
GAP_X = 30.0
GAP_Y = 16.0
LOOSE = 6.0
"""The distance between points that carry nothing."""
LINKS = 2_000
"""Arrows of one picture: of more nobody sees where they lead, and placing them would take minutes."""
POINTS = 10_000
"""Points of all their chains."""


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow to be led from box to box, and the room that its label needs."""

    source: int
    target: int
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """Where an arrow runs (an SVG path), its tip (x, y, degrees), and the middle of its label's upper edge."""

    path: str
    tip: tuple[float, float, float]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """The upper left corners of the boxes, the routes of the links, the size of it all."""

    corners: tuple[tuple[float, float], ...]
    routes: tuple[Route, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Plan:
    """Points with sizes in ranks, and the segments between neighbouring ranks."""

    rank: list[int] = field(default_factory=list)
    wide: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    left: list[list[int]] = field(default_factory=list)
    right: list[list[int]] = field(default_factory=list)
    chains: list[list[int]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    beside: set[int] = field(default_factory=set)
    """Labels of links within one layer."""

    def point(self, rank: int, wide: float, high: float) -> int:
        self.rank.append(rank)
        self.wide.append(wide)
        self.high.append(high)
        self.left.append([])
        self.right.append([])
        return len(self.rank) - 1

    def segment(self, a: int, b: int) -> None:
        if self.rank[a] > self.rank[b]:
            a, b = b, a
        self.right[a].append(b)
        self.left[b].append(a)


def arrange(sizes: Sequence[tuple[float, float]], layers: Sequence[int], links: Sequence[Link]) -> Placed:
    """Place boxes (width, height) whose layers are given; links go between different boxes."""
    plan = _planned(sizes, layers, links)
    ranks = _ordered(plan, len(sizes))
    y = _settled(plan, ranks)
    x, total = _columns(plan, ranks, y)
    routes = tuple(
        _route(plan, chain, label, x, y, ports)
        for chain, label, ports in zip(plan.chains, plan.labels, _ports(plan, y), strict=True)
    )
    corners = tuple((x[i], y[i] - plan.high[i] / 2) for i in range(len(sizes)))
    height = max((y[i] + plan.high[i] / 2 for i in range(len(plan.rank))), default=0.0)
    return Placed(corners, routes, total, height)


def drawable(ends: Sequence[tuple[int, int]], layers: Sequence[int], parents: Sequence[int | None]) -> tuple[int, ...]:
    """The numbers of the links that are drawn, in order: all of few; of many those by which the boxes are reached (from
    their parents), then the shortest, within LINKS and POINTS."""

    def points(link: int) -> int:
        return max(1, 2 * abs(layers[ends[link][0]] - layers[ends[link][1]]) - 1)

    found: list[int] = []
    room = POINTS
    for link in sorted(range(len(ends)), key=lambda link: (parents[ends[link][1]] != ends[link][0], points(link))):
        room -= points(link)
        if room < 0 or len(found) == LINKS:
            break
        found.append(link)
    return tuple(sorted(found))


def _planned(sizes: Sequence[tuple[float, float]], layers: Sequence[int], links: Sequence[Link]) -> _Plan:
    """Boxes at even ranks, labels at odd ones, bare points where an arrow passes a rank."""
    plan = _Plan()
    for (wide, high), layer in zip(sizes, layers, strict=True):
        plan.point(2 * layer, wide, high)
    for link in links:
        a, b = 2 * layers[link.source], 2 * layers[link.target]
        step = 1 if b > a else -1
        between = list(range(a + step, b, step)) if a != b else [a + 1]
        points = [
            plan.point(rank, *((link.width, link.height) if at == 0 else (0.0, 0.0))) for at, rank in enumerate(between)
        ]
        chain = [link.source, *points, link.target]
        for one, other in pairwise(chain):
            plan.segment(one, other)
        if a == b:
            plan.beside.add(points[0])
        plan.chains.append(chain)
        plan.labels.append(points[0])
    return plan


# ---------------------------------------------------------------- order within ranks


def _ordered(plan: _Plan, boxes: int) -> list[list[int]]:
    ranks: list[list[int]] = [[] for _ in range(max(plan.rank, default=-1) + 1)]
    seen = [False] * len(plan.rank)
    for first in range(len(plan.rank)):  # depth first, so that what belongs together begins together
        todo = [first]
        while todo:
            point = todo.pop()
            if not seen[point]:
                seen[point] = True
                ranks[plan.rank[point]].append(point)
                todo += reversed(plan.right[point])
    best, fewest = [list(rank) for rank in ranks], _crossings(plan, ranks)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        for at in range(len(ranks)) if forward else reversed(range(len(ranks))):
            _by_barycentre(plan, ranks, at, plan.left if forward else plan.right, forward)
        crossings = _crossings(plan, ranks)
        if crossings < fewest:
            best, fewest = [list(rank) for rank in ranks], crossings
    return best


def _by_barycentre(plan: _Plan, ranks: list[list[int]], at: int, neighbours: list[list[int]], forward: bool) -> None:
    beside = at - 1 if forward else at + 1
    if not 0 <= beside < len(ranks):
        return
    place = {point: i for i, point in enumerate(ranks[beside])}
    scale = len(ranks[beside]) / max(1, len(ranks[at]))
    keys = {
        point: sum(place[n] for n in neighbours[point]) / len(neighbours[point]) if neighbours[point] else i * scale
        for i, point in enumerate(ranks[at])
    }
    ranks[at].sort(key=keys.__getitem__)


def _crossings(plan: _Plan, ranks: list[list[int]]) -> int:
    total = 0
    for here, there in pairwise(ranks):
        place = {point: i for i, point in enumerate(there)}
        seen: list[int] = []
        for point in here:
            ends = sorted(place[n] for n in plan.right[point])
            for end in ends:
                total += len(seen) - bisect_left(seen, end + 1)
            for end in ends:
                insort(seen, end)
    return total


# ---------------------------------------------------------------- heights


def _settled(plan: _Plan, ranks: list[list[int]]) -> list[float]:
    """The middles of all points."""
    y = [0.0] * len(plan.rank)
    for rank in ranks:
        below = 0.0
        for point in rank:
            y[point] = below + plan.high[point] / 2
            below += plan.high[point] + GAP_Y
    for turn in range(SETTLINGS):
        both = turn >= SETTLINGS - 4
        forward = turn % 2 == 0
        for rank in ranks if forward else reversed(ranks):
            wanted: list[float] = []
            weights: list[float] = []
            for point in rank:
                near = plan.left[point] if forward else plan.right[point]
                if both or not near:
                    near = plan.left[point] + plan.right[point]
                bare = plan.high[point] == 0
                wanted.append(sum(y[n] for n in near) / len(near) if near else y[point])
                weights.append(3.0 if bare else 1.0 if near else 0.2)
            for point, height in zip(rank, _apart(plan, rank, wanted, weights), strict=True):
                y[point] = height
    top = min((y[i] - plan.high[i] / 2 for i in range(len(y))), default=0.0)
    return [round(v - top, 1) for v in y]


def _apart(plan: _Plan, rank: list[int], wanted: list[float], weights: list[float]) -> list[float]:
    """The heights nearest to the wanted ones (least squares) in this order and with enough distance."""
    offsets = [0.0]
    for a, b in pairwise(rank):
        gap = LOOSE if plan.high[a] == 0 and plan.high[b] == 0 else GAP_Y
        offsets.append(offsets[-1] + (plan.high[a] + plan.high[b]) / 2 + gap)
    blocks: list[list[float]] = []  # mean, weight, length
    for want, offset, weight in zip(wanted, offsets, weights, strict=False):
        blocks.append([want - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, heavy, length = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * heavy) / (last[1] + heavy)
            last[1] += heavy
            last[2] += length
    means = [mean for mean, _, length in blocks for _ in range(int(length))]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


# ---------------------------------------------------------------- columns and arrows


def _columns(plan: _Plan, ranks: list[list[int]], y: list[float]) -> tuple[list[float], float]:
    """The left sides of all points, each in the middle of its rank's column; steep places get wider gaps."""
    x = [0.0] * len(plan.rank)
    left = 0.0
    for at, rank in enumerate(ranks):
        wide = max((plan.wide[point] for point in rank), default=0.0)
        for point in rank:
            x[point] = round(left + (0.0 if point in plan.beside else (wide - plan.wide[point]) / 2), 1)
        steep = max((abs(y[point] - y[n]) for point in rank for n in plan.right[point]), default=0.0)
        left += wide + (GAP_X + min(60.0, steep / 6) if at + 1 < len(ranks) else 0.0)
    return x, round(left, 1)


def _ports(plan: _Plan, y: list[float]) -> list[tuple[float, float]]:
    """Where each chain leaves its first box and enters its last, away from the middle so that arrows keep apart."""
    sides: dict[tuple[int, bool], list[tuple[float, int, bool]]] = {}
    for number, chain in enumerate(plan.chains):
        for end, (box, near) in enumerate(((chain[0], chain[1]), (chain[-1], chain[-2]))):
            right = plan.rank[near] > plan.rank[box]
            sides.setdefault((box, right), []).append((y[near], number, bool(end)))
    found = [[0.0, 0.0] for _ in plan.chains]
    for (box, _), ends in sides.items():
        room = min(plan.high[box] * 0.7, 22.0 * (len(ends) - 1))
        for place, (_, number, end) in enumerate(sorted(ends)):
            share = place / (len(ends) - 1) - 0.5 if len(ends) > 1 else 0.0
            found[number][end] = round(y[box] + share * room, 1)
    return [(a, b) for a, b in found]


def _route(
    plan: _Plan, chain: list[int], label: int, x: list[float], y: list[float], ports: tuple[float, float]
) -> Route:
    """A smooth line through the chain, level at every point and along the label; in one layer out and back again."""
    middle = (round(x[label] + plan.wide[label] / 2, 1), round(y[label] - plan.high[label] / 2, 1))
    first, last = chain[0], chain[-1]
    if plan.rank[first] == plan.rank[last]:
        out, back = x[first] + plan.wide[first], x[last] + plan.wide[last]
        far, height = x[label] - 4, y[label]
        path = (
            f"M{out:g} {ports[0]:g} C{far:g} {ports[0]:g} {far:g} {(ports[0] + height) / 2:g} {far:g} {height:g}"
            f" C{far:g} {(ports[1] + height) / 2:g} {far:g} {ports[1]:g} {back:g} {ports[1]:g}"
        )
        return Route(path, (back, ports[1], 180.0), middle)
    forward = plan.rank[last] > plan.rank[first]

    def side(point: int, right: bool) -> float:
        return round(x[point] + (plan.wide[point] if right else 0.0), 1)

    here, height = side(first, forward), ports[0]
    path = f"M{here:g} {height:g}"
    for point in chain[1:]:
        comes, goes = side(point, not forward), side(point, forward)
        level = round(y[point] + max(0.0, plan.high[point] / 2 - 3), 1) if point != last else ports[1]
        bend = (comes - here) / 2
        path += f" C{here + bend:g} {height:g} {comes - bend:g} {level:g} {comes:g} {level:g}"
        if goes != comes and point != last:
            path += f" H{goes:g}"
        here, height = goes, level
    return Route(path, (side(last, not forward), ports[1], 0.0 if forward else 180.0), middle)
