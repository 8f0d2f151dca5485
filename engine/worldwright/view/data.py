"""What the page of a run holds: its records as compact rows over a table of texts, and its counts.

Every text stands once in the table and is named by its number; what has many values is an array, whose fields are in
the order of `_turn` and `_play`. `view.js` reads them in that order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from ..play.reply import Reply, parse_reply
from ..synthesize.attempts import fault_class
from ..synthesize.trajectory import Command, Detail, NeedRef, Trajectory, Turn
from .run import Rejected, Run

LONGEST: Final = 20_000
"""Characters of one text; what is longer is cut, and says so."""
ROOM: Final = 150_000_000
"""Characters of all texts of a page, fields counted as a few; a browser opens no larger one with pleasure."""
FIELD: Final = 4
TURNS: Final = 2_000
"""Turns of one play; what is longer is cut, and the page says so. Episodes of the shipped worlds have a few dozen."""
MADE: Final = {
    "injected": "the engine chose this action",
    "worded": "the thought was asked for with the action given",
    "branched": "from here on played on from another play",
    "spliced": "from here on the replies are a sibling's",
}
"""What was done to a play beside playing it, by the setting of the player that lists the turns."""
NOTHING: Final = -1
"""The number of no text."""


@dataclass(slots=True)
class Tally:
    """What the whole run holds, whether or not it all stands on the page. `tasks` are worlds with tasks."""

    trajectories: int = 0
    succeeded: int = 0
    turns: int = 0
    trained: int = 0
    flagged: int = 0
    refinements: int = 0
    siblings: int = 0
    worlds: Counter[str] = field(default_factory=Counter)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    def add(self, record: Trajectory) -> None:
        """Count a kept record."""
        self.trajectories += 1
        self.succeeded += record.outcome.success
        self.turns += len(record.turns)
        self.trained += sum(turn.trained for turn in record.turns)
        self.flagged += sum(bool(turn.flags) for turn in record.turns)
        self.refinements += record.outcome.refinements
        self.worlds[record.world.name] += 1
        self.tasks[record.world.name, record.task.name] += 1
        self.errors.update(turn.error for turn in record.turns if turn.error is not None)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page shows: `data` for its script, the counts of the whole run, and what was left out, in words."""

    data: dict[str, Any]
    tally: Tally
    notes: tuple[str, ...]


def looked_at(run: Run, limit: int) -> Looked:
    """Read a run through; the first `limit` records of each group go on the page. Raises what reading raises."""
    tally = Tally()
    rows = _Rows(run)
    kept, siblings, rejected = (_Group(limit) for _ in range(3))
    for number, record in enumerate(run.kept, 1):
        tally.add(record)
        if kept.takes(rows):
            kept.rows.append(rows.play(number, record))
    for number, record in enumerate(run.siblings, 1):
        tally.siblings += 1
        if siblings.takes(rows):
            siblings.rows.append(rows.play(number, record))
    for number, entry in enumerate(run.rejected, 1):
        tally.rejected[_class(entry)] += 1
        if rejected.takes(rows):
            rejected.rows.append(rows.attempt(number, entry))
    groups = {"trajectories": kept, "siblings": siblings, "rejected attempts": rejected}
    data = {
        "texts": list(rows.texts),
        "needs": list(rows.needs),
        "made": MADE,
        "kept": kept.rows,
        "siblings": siblings.rows,
        "rejected": rejected.rows,
    }
    return Looked(data, tally, tuple(note for name, group in groups.items() for note in group.notes(name)))


@dataclass(slots=True)
class _Group:
    """The rows of one group, and how many there would be."""

    limit: int
    rows: list[Any] = field(default_factory=list)
    seen: int = 0
    full: bool = False

    def takes(self, rows: _Rows) -> bool:
        """Whether one more goes on the page."""
        self.seen += 1
        self.full = self.full or rows.size > ROOM
        return not self.full and self.seen <= self.limit

    def notes(self, name: str) -> list[str]:
        """What was left out."""
        shown = len(self.rows)
        if shown == self.seen:
            return []
        why = "more would be too much for a page" if self.full else "--limit shows more"
        return [f"the first {shown:,} of {self.seen:,} {name} are shown; {why}"]


class _Rows:
    """Makes rows, and collects the texts and the needs that they name."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.texts: dict[str, int] = {}
        self.needs: dict[tuple[int, int, int, int], int] = {}
        self.size = 0
        self._sources: dict[tuple[str, str], list[str]] = {}

    def text(self, text: str) -> int:
        """The number of a text."""
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]} … ({len(text) - LONGEST:,} more characters)"
        number = self.texts.setdefault(text, len(self.texts))
        self.size += FIELD + (len(text) if number == len(self.texts) - 1 else 0)
        return number

    def optional(self, text: str | None) -> int:
        """The number of a text that may be missing."""
        return NOTHING if text is None else self.text(text)

    def several(self, texts: tuple[str, ...]) -> list[int]:
        """The numbers of some texts."""
        return [self.text(text) for text in texts]

    def play(self, number: int, record: Trajectory) -> list[Any]:
        """A trajectory: number, world, its title, task, arguments, seed, skin, player, settings, how it ended, success,
        progress, refinements, instructions, opening, turns, and how many there are.
        """
        settings = record.player.settings
        made = {name: _turns(settings.get(name)) for name in MADE}
        return [
            number,
            self.text(record.world.name),
            self.text(record.world.title),
            self.text(record.task.name),
            self.text(_pairs(record.task.args)),
            str(record.seed),
            self.text(record.skin),
            self.text(record.player.name),
            self.text("\n".join(f"{name} = {value}" for name, value in settings.items())),
            self.text(record.outcome.ended),
            int(record.outcome.success),
            record.outcome.progress,
            record.outcome.refinements,
            self.text(record.instructions),
            self.text(record.opening),
            [self._turn(record, at, turn, made) for at, turn in enumerate(record.turns[:TURNS])],
            len(record.turns),
        ]

    def attempt(self, number: int, entry: Rejected) -> list[Any]:
        """A rejected attempt: number, job, attempt, world, task, arguments, seed, skin, class, faults."""
        return [
            number,
            str(entry.job),
            str(entry.attempt),
            self.text(entry.world),
            self.text(entry.task),
            self.text(_pairs(entry.args)),
            str(entry.seed),
            self.text(entry.skin),
            self.text(_class(entry)),
            self.several(entry.faults),
        ]

    def _turn(self, record: Trajectory, at: int, turn: Turn, made: dict[str, frozenset[str]]) -> list[Any]:
        """A turn: thought, command as it is said, as it was written where that differs, the reply where that says more,
        action and arguments, kind of feedback, its text, what was not understood, the need, changes, milestones,
        progress, what ended, flags, error, the turn that refines it, how, trained, why, what was done to the play here.
        """
        feedback = turn.feedback
        said, written, reply = _said(turn)
        return [
            self.text(turn.thought),
            self.text(said),
            self.optional(written),
            self.optional(reply),
            self.optional(None if turn.command is None else _action(turn.command)),
            self.text(feedback.kind),
            self.text(feedback.text),
            self.optional(None if feedback.detail is None else _detail(feedback.detail)),
            NOTHING if feedback.need is None else self._need(record, feedback.need),
            [self.several((change.name, change.before, change.after)) for change in feedback.changes],
            self.several(feedback.milestones),
            feedback.progress,
            self.text(feedback.ended),
            self.several(turn.flags),
            self.optional(turn.error),
            NOTHING if turn.refined_by is None else turn.refined_by,
            self.optional(turn.refined),
            int(turn.trained),
            self.text(turn.reason),
            [number for number, name in enumerate(MADE) if str(at) in made[name]],
        ]

    def _need(self, record: Trajectory, need: NeedRef) -> int:
        """The number of a need with the line of text that it is written in."""
        found = self._source(record.world.hash, need.source)
        line = found[need.line - 1].strip() if 0 < need.line <= len(found) else ""
        key = (self.text(need.id), self.text(need.source), need.line, self.text(line))
        return self.needs.setdefault(key, len(self.needs))

    def _source(self, text_hash: str, source: str) -> list[str]:
        """The lines of a source of a world, a module if its name is one, else the world's own file; else none."""
        if (text_hash, source) not in self._sources:
            try:
                texts = {each.name: each.text for each in self._run.texts(text_hash).texts}
            except ValueError:
                texts = {}
            self._sources[text_hash, source] = texts.get(source, texts.get("", "")).split("\n")
        return self._sources[text_hash, source]


def _said(turn: Turn) -> tuple[str, str | None, str | None]:
    """The command as the skin prints it, or as it was written; as it was written if that differs; the whole reply if
    it is more than its thought and this.
    """
    text = None if turn.command is None else turn.command.text
    if text is not None and turn.reply == f"Thought: {turn.thought}\nAction: {text}":
        return text, None, None
    read = parse_reply(turn.reply)
    written = read.action if isinstance(read, Reply) else turn.reply
    plain = not isinstance(read, Reply) or turn.reply == f"Thought: {read.thought}\nAction: {written}"
    reply = None if plain else turn.reply
    return (written, None, reply) if text is None or text == written else (text, written, reply)


def _action(command: Command) -> str:
    return command.action if command.args is None else f"{command.action}({_pairs(command.args)})"


def _pairs(args: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in args.items())


def _detail(detail: Detail) -> str:
    """What was not understood, in words."""
    parts = [
        None if detail.slot is None else f"slot {detail.slot}",
        None if detail.wanted is None else f"wanted {detail.wanted}",
        None if detail.given is None else f'given "{detail.given}"',
        f"nearest: {', '.join(detail.nearest)}" if detail.nearest else None,
    ]
    return "; ".join(part for part in parts if part is not None)


def _turns(setting: Any) -> frozenset[str]:
    """The turns that a setting lists: "3,7"."""
    return (
        frozenset(part.strip() for part in str(setting).split(",")) if isinstance(setting, str | int) else frozenset()
    )


def _class(entry: Rejected) -> str:
    return fault_class(entry.faults[0]) if entry.faults else ""
