"""A recorded trajectory as a path: the states it went through from top to bottom, what was refused on the way, and what
else could have been done. Only the path and its neighbours are drawn, so the world may be of any size.

In the middle the states, each once; to the right what changed nothing, refused commands above all; to the left what led
elsewhere: back to a state that was visited before, or to states that were not visited at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..compile.rng import draw_for
from ..compile.system import Change, System
from ..explore.walk import EVERYTHING, said_as
from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.words import joined
from .picture import Edge, Kind, Line, Mark, Move, Node, Picture
from .svg import SMALL_LINE, box_of
from .words import SMALL, width, wrap

GHOSTS = 3
"""Ways not taken that are drawn at one state."""
CHANGES = 6
"""Changes that one box names."""
NOTE = 280.0
"""Width of a note."""
CHIP = 190.0
ROW_GAP = 42.0
LEGEND: tuple[tuple[Mark | Kind, str], ...] = (
    ("start", "start"),
    ("goal", "the task is done"),
    ("failed", "the task has failed"),
    ("ok", "command, with the number of its step"),
    ("refused", "refused, nothing changes"),
    ("link", "from an error to what refined it"),
    ("ghost", "could have been done"),
)


@dataclass(frozen=True, slots=True)
class Journey:
    """What is needed to play a record again: task, seed and replies; and which turn refined which (or None)."""

    task: str | None
    args: tuple[str, ...]
    seed: int
    skin: str
    replies: tuple[str, ...]
    refined_by: tuple[int | None, ...]


@dataclass(slots=True)
class _Note:
    """What stands beside a state: a step that changed nothing, or a way that leads elsewhere."""

    kind: Kind
    heading: str
    text: str
    step: int | None
    target: int | None = None
    more: str = ""
    node: str = ""
    lines: tuple[str, ...] = ()
    height: float = 0.0


@dataclass(slots=True)
class _Stop:
    """A state on the path, in the order of first visits."""

    state: bytes
    turn: int
    told: int
    changes: tuple[Change, ...] = ()
    before: int | None = None
    right: list[_Note] = field(default_factory=list)
    left: list[_Note] = field(default_factory=list)
    down: list[tuple[int, str, str]] = field(default_factory=list)
    """Steps to the next stop: number, what was said, what was told."""
    marks: list[Mark] = field(default_factory=list)
    y: float = 0.0
    height: float = 0.0


def draw_path(system: System, journey: Journey) -> Picture:
    """Draw a recorded play, played again. Raises ValueError for a task or arguments that the world does not have."""
    episode = Episode(
        system, journey.task, journey.args if journey.task is not None else None, journey.seed, journey.skin
    )
    stops, played = _played(episode, journey)
    _ghosts(system, stops, journey.seed)
    nodes, edges, size = _drawn(system, stops, journey, episode.observation)
    refused = sum(not f.accepted for f in played)
    counts = f"{len(played)} step{'' if len(played) == 1 else 's'}, {refused} refused"
    task = journey.task or "no task"
    if journey.args:
        task += f"({', '.join(journey.args)})"
    subtitle = f"A play of {task}, seed {journey.seed}: {counts}"
    shown = {mark for node in nodes for mark in node.marks} | {edge.kind for edge in edges}
    legend = tuple((sign, text) for sign, text in LEGEND if sign in shown)
    return Picture(system.world.title, subtitle, (), nodes, edges, *size, legend)


# ---------------------------------------------------------------- playing it again


def _played(start: Episode, journey: Journey) -> tuple[list[_Stop], list[Feedback]]:
    """The states in the order of their first visit, with the steps at each."""
    episode = start.fork()
    stops = [_Stop(episode.state.state, episode.turn, episode.told, marks=["start"])]
    place = {episode.state.state: 0}
    played: list[Feedback] = []
    here = 0
    for reply in journey.replies:
        if episode.ended:
            break
        feedback = episode.reply(reply)
        played.append(feedback)
        step = len(played)
        said = _said(episode, feedback, reply)
        there = place.setdefault(feedback.after, len(stops))
        if there == len(stops):
            stops.append(_Stop(feedback.after, episode.turn, episode.told, feedback.changes, here))
        if there == here:
            stops[here].right.append(_Note("ok" if feedback.accepted else "refused", said, feedback.text, step))
        elif there == here + 1:
            stops[here].down.append((step, said, feedback.text))
        else:
            stops[here].left.append(_Note("ok", said, feedback.text, step, there))
        here = there
    if episode.ended in ("goal", "fail"):
        stops[here].marks.append("goal" if episode.ended == "goal" else "failed")
    return stops, played


def _said(episode: Episode, feedback: Feedback, reply: str) -> str:
    """The command as the world would say it; the reply's last words where it was not understood."""
    if feedback.command is not None:
        return said_as(episode.system, feedback.command)
    return reply.rpartition("Action:")[2].strip() or reply.strip() or "(nothing)"


def _ghosts(system: System, stops: list[_Stop], seed: int) -> None:
    """A few accepted commands at each state that would have led where the play never went."""
    known = {stop.state for stop in stops}
    for stop in stops:
        if "goal" in stop.marks or "failed" in stop.marks:
            continue
        draw = draw_for(seed, stop.turn)
        found: dict[bytes, tuple[int, _Note]] = {}
        for command in system.admissible(stop.state, stop.told):
            after = system.apply(stop.state, command, draw)
            if after in known or after in found:
                continue
            fragments = system.narrate(stop.state, command, draw, EVERYTHING)[1]
            found[after] = command[0], _Note("ghost", said_as(system, command), joined(fragments), None)
        firsts = dict(reversed(found.values()))
        notes = [note for action, note in found.values() if firsts[action] is note]
        notes += [note for action, note in found.values() if firsts[action] is not note]
        stop.left += notes[:GHOSTS]
        if len(notes) > GHOSTS:
            stop.left[-1].more = f"and {len(notes) - GHOSTS} more"


# ---------------------------------------------------------------- drawing


def _drawn(
    system: System, stops: list[_Stop], journey: Journey, observation: str
) -> tuple[tuple[Node, ...], tuple[Edge, ...], tuple[float, float]]:
    lines = [_lines(system, stop, number) for number, stop in enumerate(stops)]
    boxes = [box_of(some, 96.0) for some in lines]
    spine = max(wide for wide, _ in boxes)
    for number, stop in enumerate(stops):
        for at, note in enumerate(stop.right):
            note.node = f"s{number}-r{at}"
            note.lines = (_numbered(note), *wrap(note.text, NOTE - 20, 3, SMALL))
        for at, note in enumerate(stop.left):
            note.node = f"s{number}-l{at}"
            note.lines = (*wrap(_numbered(note), CHIP - 26, 2, SMALL), *([note.more] if note.more else []))
        for note in (*stop.right, *stop.left):
            note.height = len(note.lines) * SMALL_LINE + 9
    lanes = _lanes(stops)
    left = max((lane for lane in lanes.values()), default=-1) * 12.0 + (24.0 if lanes else 0.0)
    chips = CHIP + 44.0 if any(stop.left for stop in stops) else 0.0
    x = left + chips + spine / 2
    y = 14.0
    for stop, (_, high) in zip(stops, boxes, strict=True):
        stop.y = y
        stop.height = high
        right = sum(note.height + 8 for note in stop.right)
        beside = 17 + sum(note.height + 8 for note in stop.left)
        labels = 16.0 * len(stop.down)
        y += max(high + labels, right, beside if stop.left else 0.0) + ROW_GAP
    sketch = _Sketch(system, stops, lines, boxes, x, left, lanes, observation)
    sketch.draw(journey)
    depth = max(node.y + node.height for node in sketch.nodes)
    wide = max(node.x + node.width for node in sketch.nodes)
    return tuple(sketch.nodes), tuple(sketch.edges), (round(max(wide, sketch.widest), 1), round(depth, 1))


def _numbered(note: _Note) -> str:
    return note.heading if note.step is None else f"{note.step} · {note.heading}"


def _lines(system: System, stop: _Stop, number: int) -> tuple[Line, ...]:
    """What changed on the way to a state."""
    if not number:
        return (Line("", "the beginning"),)
    lines = [Line(change.name, change.after, True) for change in stop.changes[:CHANGES]]
    if len(stop.changes) > CHANGES:
        lines.append(Line(f"and {len(stop.changes) - CHANGES} more", ""))
    return tuple(lines)


def _lanes(stops: list[_Stop]) -> dict[str, int]:
    """A lane for each way to another row, by the note that it starts from: overlapping ways run side by side."""
    spans = sorted(
        (min(number, note.target), max(number, note.target), note.node)
        for number, stop in enumerate(stops)
        for note in stop.left
        if note.target is not None
    )
    ends: list[int] = []
    found: dict[str, int] = {}
    for low, high, node in spans:
        lane = next((i for i, end in enumerate(ends) if end < low), len(ends))
        if lane == len(ends):
            ends.append(high)
        ends[lane] = high
        found[node] = lane
    return found


@dataclass(slots=True)
class _Sketch:
    """Collects nodes and edges."""

    system: System
    stops: list[_Stop]
    lines: list[tuple[Line, ...]]
    boxes: list[tuple[float, float]]
    x: float
    left: float
    lanes: dict[str, int]
    observation: str
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    anchors: dict[int, tuple[float, float, str]] = field(default_factory=dict)
    """Where each step is written: the right end of it, and its node."""
    widest: float = 0.0

    def draw(self, journey: Journey) -> None:
        """Everything."""
        for number, stop in enumerate(self.stops):
            self._stop(number, stop)
        spine = max(wide for wide, _ in self.boxes)
        for number, stop in enumerate(self.stops):
            self._right(number, stop, self.x + spine / 2 + 46)
            self._left(number, stop, self.x - spine / 2 - 44 - CHIP)
            self._down(number, stop)
        self._links(journey.refined_by)

    def _edge(
        self,
        source: str,
        target: str,
        path: str,
        tip: tuple[float, float, float] | None,
        title: str,
        kind: Kind,
        label: tuple[str, ...] = (),
        at: tuple[float, float] = (0.0, 0.0),
        moves: int = 1,
    ) -> None:
        self.edges.append(Edge(f"e{len(self.edges)}", source, target, path, tip, label, at, title, kind, moves))

    def _stop(self, number: int, stop: _Stop) -> None:
        wide, high = self.boxes[number]
        moves = [Move(said, told, f"s{number + 1}", "ok", f"step {step}") for step, said, told in stop.down]
        for note in (*stop.left, *stop.right):
            target = "" if note.target is None else f"s{note.target}"
            remark = "not done" if note.kind == "ghost" else f"step {note.step}"
            if note.kind == "ok" and note.target is None:
                remark = f"changes nothing, step {note.step}"
            moves.append(Move(note.heading, note.text, target, note.kind, remark))
        moves.sort(key=lambda move: move.note == "not done")
        rows = tuple(self.system.decode(stop.state).items())
        heading = "The beginning" if not number else f"State {number + 1} on the way"
        told = self.observation if not number else ""
        self.nodes.append(
            Node(
                f"s{number}",
                round(self.x - wide / 2, 1),
                stop.y,
                wide,
                high,
                self.lines[number],
                heading,
                marks=tuple(stop.marks),
                rows=rows,
                told=told,
                moves=tuple(moves),
            )
        )

    def _note(self, note: _Note, x: float, y: float, wide: float) -> Node:
        first, *rest = note.lines
        head = Line(first, "") if note.kind == "ghost" else Line("", first)
        lines = (head, *(Line(line, "") for line in rest))
        node = Node(
            note.node,
            round(x, 1),
            round(y, 1),
            round(wide, 1),
            note.height,
            lines,
            note.heading,
            "note" if note.kind == "refused" else "ghost",
            told=note.text,
        )
        self.nodes.append(node)
        return node

    def _right(self, number: int, stop: _Stop, x: float) -> None:
        """What changed nothing: a loop out to its note and back."""
        wide, high = self.boxes[number]
        border = round(self.x + wide / 2, 1)
        y = stop.y - 4
        for at, note in enumerate(stop.right):
            room = max(width(line, SMALL) * (1.1 if i == 0 else 1.0) for i, line in enumerate(note.lines)) + 22
            node = self._note(note, x, y, min(NOTE, room))
            port = stop.y + high * (at + 0.5) / len(stop.right)
            a, b = round(port - 3.5, 1), round(port + 3.5, 1)
            out, back = round(node.y + node.height / 2 - 4, 1), round(node.y + node.height / 2 + 4, 1)
            near = round(node.x - 3, 1)
            mid = round((border + near) / 2, 1)
            path = (
                f"M{border:g} {a:g} C{mid:g} {a:g} {mid:g} {out:g} {near - 4:g} {out:g}"
                f" Q{near:g} {out:g} {near:g} {out + 4:g} Q{near:g} {back:g} {near - 4:g} {back:g}"
                f" C{mid:g} {back:g} {mid:g} {b:g} {border:g} {b:g}"
            )
            title = f"{note.heading}\n{note.text}"
            self._edge(f"s{number}", f"s{number}", path, (border, b, 180.0), title, note.kind)
            if note.step is not None:
                self.anchors[note.step] = (node.x + node.width, node.y + node.height / 2, note.node)
            y += note.height + 8

    def _left(self, number: int, stop: _Stop, x: float) -> None:
        """What led, or would have led, elsewhere: to a chip, and from there along a lane to the state."""
        wide, high = self.boxes[number]
        border = round(self.x - wide / 2, 1)
        y = stop.y + 13
        for at, note in enumerate(stop.left):
            room = min(CHIP, max(width(line, SMALL) for line in note.lines) * 1.1 + 20)
            node = self._note(note, x + CHIP - room, y, room)
            right, middle = node.x + node.width, round(node.y + node.height / 2, 1)
            port = round(stop.y + high * (at + 0.8) / (len(stop.left) + 0.6), 1)
            mid = round((border + right) / 2, 1)
            path = f"M{border:g} {port:g} C{mid:g} {port:g} {mid:g} {middle:g} {right:g} {middle:g}"
            title = f"{note.heading}\n{note.text}"
            if note.target is None:
                self._edge(f"s{number}", note.node, path, (right, middle, 180.0), title, "ghost")
            else:
                lane = self.left - 14 - 12 * self.lanes[note.node]
                goal = self.stops[note.target]
                end = round(self.x - self.boxes[note.target][0] / 2, 1)
                into = round(goal.y + 4, 1)
                turn = 8 if into > middle else -8
                path += (
                    f" M{node.x:g} {middle:g} H{lane + 8:g} Q{lane:g} {middle:g} {lane:g} {middle + turn:g}"
                    f" V{into - turn:g} Q{lane:g} {into:g} {lane + 8:g} {into:g} H{end:g}"
                )
                self._edge(f"s{number}", f"s{note.target}", path, (end, into, 0.0), title, "ok")
            if note.step is not None:
                self.anchors[note.step] = (right, middle, note.node)
            y += note.height + 8

    def _down(self, number: int, stop: _Stop) -> None:
        """Steps to the state below."""
        if not stop.down:
            return
        below = self.stops[number + 1]
        top, end = round(stop.y + stop.height, 1), round(below.y - (11 if below.marks else 0), 1)
        labels = tuple(f"{step} · {said}" for step, said, _ in stop.down)
        first = end - 14 - 14 * len(labels)
        widest = max(width(label, SMALL) for label in labels)
        for at, (step, _, _) in enumerate(stop.down):
            self.anchors[step] = (self.x + 10 + width(labels[at], SMALL), first + 7 + 14 * at, f"s{number + 1}")
        title = "\n".join(f"{said}: {told}" for _, said, told in stop.down)
        self._edge(
            f"s{number}",
            f"s{number + 1}",
            f"M{self.x:g} {top:g} V{end:g}",
            (self.x, end, 90.0),
            title,
            "ok",
            labels,
            (round(self.x + 10 + widest / 2, 1), round(first, 1)),
            len(stop.down),
        )

    def _links(self, refined_by: Sequence[int | None]) -> None:
        """From each refined error to the step that refined it, by lanes at the right edge."""
        notes = [node for node in self.nodes if node.shape in ("note", "ghost")]
        edge = max((node.x + node.width for node in notes), default=self.x) + 20
        edge = max([edge, *(x + 20 for x, _, _ in self.anchors.values())])
        ends: list[float] = []
        for at, by in enumerate(refined_by):
            if by is None or at + 1 not in self.anchors or by + 1 not in self.anchors:
                continue
            here, there = self.anchors[at + 1], self.anchors[by + 1]
            low, high = sorted((here[1], there[1]))
            lane = next((i for i, end in enumerate(ends) if end < low - 4), len(ends))
            if lane == len(ends):
                ends.append(high)
            ends[lane] = high
            x = edge + 12 * lane
            turn = 8 if there[1] > here[1] else -8
            sx, sy, tx, ty = (round(v, 1) for v in (here[0] + 2, here[1], there[0] + 6, there[1]))
            path = (
                f"M{sx:g} {sy:g} H{x - 8:g} Q{x:g} {sy:g} {x:g} {sy + turn:g}"
                f" V{ty - turn:g} Q{x:g} {ty:g} {x - 8:g} {ty:g} H{tx:g}"
            )
            title = f"step {at + 1} was refined by step {by + 1}"
            self._edge(here[2], there[2], path, (tx, ty, 180.0), title, "link")
            self.widest = max(self.widest, x + 4)
