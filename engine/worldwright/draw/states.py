"""The state graph as a picture; a large one with the states merged that agree on the variables that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..compile.system import CompiledTask, System
from ..explore.walk import MAX_STATES, Verdicts, Walked, judge, opening, refusals, walk
from .layered import Link, arrange, drawable
from .picture import Edge, Kind, Line, Mark, Move, Node, Picture
from .reads import task_reads
from .svg import box_of, label_of

MAX_NODES = 80
"""Boxes of one picture, unless more are asked for."""
LABELLED = 160
"""With more arrows than this, what is written on them is left to the page and the pointer."""
LINES = 6
"""Variables that a box names; the others are told when it is pointed at."""
NAMED = 10
"""Variables that a note names."""
VARIES = "varies: "
"""How the page begins what the states of one box do not agree on."""
MOVES = 200
"""Commands that the page tells of one box."""
START_DRAWS = 200
"""Single choices made to list the starts, for each state that is looked for."""

LEGEND: tuple[tuple[Mark | Kind, str], ...] = (
    ("start", "start"),
    ("goal", "the task is done"),
    ("failed", "the task has failed"),
    ("dead", "dead end: the goal is out of reach"),
    ("open", "not looked into"),
    ("ok", "command"),
    ("chance", "one of several outcomes"),
)


class UnknownVariable(ValueError):
    """There is no such state variable to collapse by."""


@dataclass(frozen=True, slots=True)
class Merged:
    """States put together: for each state its class, for each class its states; what they agree on (None: on all)."""

    class_of: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...] | None


def draw_states(
    system: System,
    task: CompiledTask | None,
    collapse: Sequence[str] = (),
    start: bytes | None = None,
    max_states: int = MAX_STATES,
    max_nodes: int = MAX_NODES,
) -> Picture:
    """Draw all states that can be reached from every start (or one); merged by some variables, or until they fit.

    A world that is too large from all its starts is drawn from the first; if it is still too large, as far as the
    budget reaches. The picture's notes say so. Raises UnknownVariable.
    """
    notes: list[str] = []
    walked = _walked(system, start, max_states, notes)
    merged = merge(walked, task, collapse, max_nodes)
    count = len(walked.states)
    if merged.slots is not None and len(merged.members) < count:
        names = _named(system, merged.slots)
        notes.append(f"{count:,} states drawn as {len(merged.members):,}: those that agree on {names} are one box.")
    nodes, edges, size, left_out = _drawn(walked, merged, task)
    if left_out:
        notes.append(
            f"{len(edges):,} of {len(edges) + left_out:,} arrows are drawn, first those by which each box is reached: "
            "ask a box for all its commands, or draw fewer boxes (--max-boxes, --collapse)."
        )
    subtitle = f"{count:,} state{'' if count == 1 else 's'}, {_between(walked):,} transitions"
    if task is not None:
        subtitle += f" · task {_task_name(system, task)}"
    shown = {mark for node in nodes for mark in node.marks} | {edge.kind for edge in edges}
    legend = tuple((sign, text) for sign, text in LEGEND if sign in shown)
    return Picture(system.world.title, subtitle, tuple(notes), nodes, edges, *size, legend)


def _named(system: System, slots: tuple[int, ...]) -> str:
    """Slots by name; a variable all of whose slots are among them once."""
    whole = {slot.name for slot in system.slots} - {s.name for i, s in enumerate(system.slots) if i not in slots}
    names = list(
        dict.fromkeys(
            f"{system.slots[i].name}(…)"
            if system.slots[i].name in whole and system.slots[i].args
            else system.slot_name(i)
            for i in slots
        )
    )
    return ", ".join(names if len(names) <= NAMED else [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"])


def _task_name(system: System, task: CompiledTask) -> str:
    atoms, domains = system.world.atoms, system.world.domains
    given = ", ".join(
        atoms[v].name if domains[b.domain].sort == "atom" else str(v)
        for b, v in zip(task.info.parameters, task.args, strict=True)
    )
    return f"{task.name}({given})" if given else task.name


def _between(walked: Walked) -> int:
    """Moves that change the state."""
    return sum(move.source != move.target for move in walked.moves)


def _walked(system: System, start: bytes | None, max_states: int, notes: list[str]) -> Walked:
    if start is not None:
        walked = walk(system, (start,), max_states)
        notes.append("From one start state.")
    else:
        starts, all_starts = system.start_states(max_states, draws=START_DRAWS * max_states)
        walked = walk(system, starts, max_states)
        if not all_starts or (not walked.complete and starts != (system.start(0),)):
            walked = walk(system, (system.start(0),), max_states)
            notes.append(f"From the start state of seed 0: all starts together have more than {max_states:,} states.")
    if not walked.complete:
        notes.append(
            f"Only the first {len(walked.states):,} states: there are more. What lies beyond is unknown, dead ends too."
        )
    return walked


# ---------------------------------------------------------------- merging


def merge(walked: Walked, task: CompiledTask | None, collapse: Sequence[str], max_nodes: int) -> Merged:
    """Merge states by the variables asked for; unasked, by what the task reads, less and less until they fit."""
    system = walked.system
    if collapse:
        return _merged(walked, _asked(system, collapse))
    every = range(len(walked.states))
    if len(walked.states) <= max_nodes:
        return Merged(tuple(every), tuple((i,) for i in every), None)
    slots = tuple(_read_slots(system, task) or _varying(walked))
    merged = _merged(walked, slots)
    few, many = 1, len(slots)  # the most variables, from the first one on, that make few enough boxes
    if len(merged.members) <= max_nodes:
        return merged
    while few < many - 1:
        middle = (few + many) // 2
        if len(_merged(walked, slots[:middle]).members) > max_nodes:
            many = middle
        else:
            few = middle
    return _merged(walked, slots[:few])


def _varying(walked: Walked) -> list[int]:
    """The slots that are not the same in all states."""
    system, raw = walked.system, _raw(walked.states)
    moved = (raw != raw[0]).any(axis=0)
    return [i for i, slot in enumerate(system.slots) if moved[slot.offset : slot.offset + slot.width].any()]


def _raw(states: Sequence[bytes]) -> npt.NDArray[np.uint8]:
    """States as rows of bytes."""
    return np.frombuffer(b"".join(states), dtype=np.uint8).reshape(len(states), -1)


def _read_slots(system: System, task: CompiledTask | None) -> list[int]:
    """The slots that a task's goal reads, then those that its milestones read."""
    if task is None:
        return []
    places = {(slot.name, slot.args): i for i, slot in enumerate(system.slots)}
    return [places[ground] for ground in task_reads(system.world, task) if ground in places]


def slot_codes(system: System, slot: int, state: bytes) -> bytes:
    """The bytes of one slot."""
    where = system.slots[slot]
    return state[where.offset : where.offset + where.width]


def _asked(system: System, names: Sequence[str]) -> tuple[int, ...]:
    """Slots by the name of their variable, or by their own: "at", "at(apple)"."""
    chosen: dict[int, None] = {}
    for name in names:
        wanted = name.replace(" ", "")
        found = [
            i
            for i, slot in enumerate(system.slots)
            if slot.name == wanted or system.slot_name(i).replace(" ", "") == wanted
        ]
        if not found:
            known = ", ".join(dict.fromkeys(slot.name for slot in system.slots))
            raise UnknownVariable(f'there is no variable "{name}" that changes; there is: {known}')
        chosen |= dict.fromkeys(found)
    return tuple(chosen)


def _merged(walked: Walked, slots: tuple[int, ...]) -> Merged:
    classes: dict[bytes, int] = {}
    members: list[list[int]] = []
    class_of = []
    places = [walked.system.slots[slot] for slot in slots]
    columns = [at for place in places for at in range(place.offset, place.offset + place.width)]
    for number, row in enumerate(_raw(walked.states)[:, columns]):
        key = row.tobytes()
        place = classes.setdefault(key, len(members))
        if place == len(members):
            members.append([])
        members[place].append(number)
        class_of.append(place)
    return Merged(tuple(class_of), tuple(map(tuple, members)), slots)


# ---------------------------------------------------------------- drawing


def _drawn(
    walked: Walked, merged: Merged, task: CompiledTask | None
) -> tuple[tuple[Node, ...], tuple[Edge, ...], tuple[float, float], int]:
    """Boxes, arrows, the size of it all, and how many arrows are left out."""
    verdicts = judge(walked, task)
    between: dict[tuple[int, int], list[int]] = {}
    for number, move in enumerate(walked.moves):
        ends = merged.class_of[move.source], merged.class_of[move.target]
        if ends[0] != ends[1]:
            between.setdefault(ends, []).append(number)
    layers, parents = _layers(walked, merged, between)
    lines = _lines(walked, merged, parents, task)
    every = len(between)
    pairs = list(between)
    between = {pairs[link]: between[pairs[link]] for link in drawable(pairs, layers, parents)}
    boxes = [box_of(some) for some in lines]
    labels = []
    for moves in between.values():
        said = list(dict.fromkeys(walked.moves[m].said for m in moves))
        text = said[0] + (f" (+{len(said) - 1})" if len(said) > 1 else "")
        labels.append(label_of(text) if len(between) <= LABELLED else ((), 0.0, 0.0))
    links = [Link(a, b, w, h) for (a, b), (_, w, h) in zip(between, labels, strict=True)]
    placed = arrange(boxes, layers, links)
    nodes = tuple(
        _node(walked, merged, verdicts, number, lines[number], (*placed.corners[number], *boxes[number]))
        for number in range(len(merged.members))
    )
    edges = []
    for number, ((a, b), moves) in enumerate(between.items()):
        route = placed.routes[number]
        chance = all(walked.moves[m].chance for m in moves)
        told = dict.fromkeys(f"{walked.moves[m].said}: {walked.moves[m].told}" for m in moves)
        title = "\n".join(list(told)[:12])
        edges.append(
            Edge(
                f"e{number}",
                f"n{a}",
                f"n{b}",
                route.path,
                route.tip,
                labels[number][0],
                route.label,
                title,
                "chance" if chance else "ok",
                len(moves),
            )
        )
    return nodes, tuple(edges), (placed.width, placed.height), every - len(edges)


def _layers(
    walked: Walked, merged: Merged, between: dict[tuple[int, int], list[int]]
) -> tuple[list[int], list[int | None]]:
    """The fewest commands to each box, and the box that this way comes from."""
    after: list[list[int]] = [[] for _ in merged.members]
    for a, b in between:
        after[a].append(b)
    starts = list(dict.fromkeys(merged.class_of[: walked.starts]))
    layers = [-1] * len(merged.members)
    parents: list[int | None] = [None] * len(merged.members)
    for start in starts:
        layers[start] = 0
    for here in starts:  # grows while we go
        for there in after[here]:
            if layers[there] < 0:
                layers[there], parents[there] = layers[here] + 1, here
                starts.append(there)
    return layers, parents


def _lines(
    walked: Walked, merged: Merged, parents: list[int | None], task: CompiledTask | None
) -> list[tuple[Line, ...]]:
    """What each box says: the variables that matter most, and those that changed on the way to it."""
    system = walked.system
    first = [walked.states[members[0]] for members in merged.members]
    if merged.slots is not None:
        order = list(merged.slots)
    else:
        varying = dict.fromkeys(_varying(walked))
        read = dict.fromkeys(_read_slots(system, task))
        order = [i for i in read if i in varying] + [i for i in varying if i not in read]
    found = []
    for number, state in enumerate(first):
        parent = parents[number]
        changed = {
            i
            for i in order
            if parent is not None and slot_codes(system, i, first[parent]) != slot_codes(system, i, state)
        }
        shown = order
        if len(order) > LINES:
            extra = [i for i in order[LINES - 1 :] if i in changed][: LINES - 2]
            shown = order[: LINES - 1 - len(extra)] + extra
        lines = [Line(system.slot_name(i), system.slot_value(i, state), i in changed) for i in shown]
        if len(shown) < len(order):
            lines.append(Line(f"and {len(order) - len(shown)} more", ""))
        found.append(tuple(lines) or (Line("", "the only state"),))
    return found


def _node(
    walked: Walked,
    merged: Merged,
    verdicts: Verdicts,
    number: int,
    lines: tuple[Line, ...],
    box: tuple[float, float, float, float],
) -> Node:
    system, members = walked.system, merged.members[number]
    first = walked.states[members[0]]
    marks: list[Mark] = []
    if members[0] < walked.starts:
        marks.append("start")
    goals = sum(m in verdicts.goals for m in members)
    if goals:
        marks.append("goal")
    if all(m in verdicts.failed for m in members):
        marks.append("failed")
    elif all(m in verdicts.dead for m in members):
        marks.append("dead")
    if all(m >= walked.expanded for m in members):
        marks.append("open")
    heading = f"State {members[0]}" if len(members) == 1 else f"{len(members):,} states"
    dead = sum(m in verdicts.dead for m in members)
    unseen = sum(m >= walked.expanded for m in members)
    counts = (("goal", goals), ("dead end", dead), ("moves unknown", unseen))
    some = [f"{word} in {n:,}" for word, n in counts if 0 < n < len(members)]
    if some:
        heading += f" ({', '.join(some)})"
    return Node(
        f"n{number}",
        *box,
        lines,
        heading,
        marks=tuple(marks),
        rows=_rows(walked, merged, members),
        told=opening(system, first) if members[0] < walked.starts else "",
        moves=_moves(walked, merged, number),
        stands_for=len(members),
    )


def _rows(walked: Walked, merged: Merged, members: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    system = walked.system
    states = [walked.states[m] for m in members]
    raw = _raw(states)
    moved = (raw != raw[0]).any(axis=0)
    rows = []
    for i, slot in enumerate(system.slots):
        firsts = [0]
        if moved[slot.offset : slot.offset + slot.width].any():
            codes = raw[:, slot.offset].astype(np.uint16)
            if slot.width == 2:
                codes |= raw[:, slot.offset + 1].astype(np.uint16) << 8
            firsts = np.unique(codes, return_index=True)[1].tolist()
        values = list(dict.fromkeys(system.slot_value(i, states[first]) for first in sorted(firsts)))
        told = values[0] if len(values) == 1 else VARIES + ", ".join(values[:4]) + (" …" if len(values) > 4 else "")
        rows.append((system.slot_name(i), told))
    return tuple(rows)


def _moves(walked: Walked, merged: Merged, number: int) -> tuple[Move, ...]:
    """Every command of a box with what it tells, then what its first state refuses."""
    members = set(merged.members[number])
    found: dict[tuple[str, int], Move] = {}
    for move in walked.moves_from(merged.members[number]):
        there = merged.class_of[move.target]
        kind: Kind = "chance" if move.chance else "ok"
        note = "changes nothing" if move.source == move.target else "within" if move.target in members else ""
        found.setdefault((move.said, there), Move(move.said, move.told, f"n{there}", kind, note))
    moves = list(found.values())[:MOVES]
    moves.sort(key=lambda move: move.note != "")
    for each in refusals(walked.system, walked.states[merged.members[number][0]]):
        moves.append(Move(each.said, each.told, "", "refused", each.need))
    return tuple(moves)
