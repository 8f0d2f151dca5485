"""A record as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..play.reply import Reply, parse_reply
from .trajectory import Trajectory, Turn


def readable(record: Trajectory) -> str:
    """The whole trajectory: what was told, thought, done and answered, and what each error came to."""
    arguments = ", ".join(f"{name} = {value}" for name, value in record.task.args.items())
    outcome = record.outcome
    lines = [
        f"{record.world.title} · task {record.task.name}{f' ({arguments})' if arguments else ''}",
        f"seed {record.seed} · skin {record.skin} · player {record.player.name}",
        "",
        record.opening,
    ]
    for index, turn in enumerate(record.turns):
        lines += ["", *_turn(index, turn)]
    ended = "goal reached" if outcome.success else f"ended by {outcome.ended or 'nothing'}"
    lines += ["", f"{ended}: {outcome.steps} turns, {outcome.errors} errors, {outcome.refinements} refinements"]
    return "\n".join(lines)


def _turn(index: int, turn: Turn) -> Iterator[str]:
    mark = f"[{index}] "
    if turn.thought:
        yield mark + turn.thought
        mark = "    "
    for line in _said(turn):
        yield f"{mark}> {line}"
        mark = "    "
    yield from (f"    {line}" for line in turn.feedback.text.splitlines())
    if turn.error is not None:
        yield f"    ({turn.reason}; not trained on)"
    for milestone in turn.feedback.milestones:
        yield f"    (milestone: {milestone})"


def _said(turn: Turn) -> Sequence[str]:
    """The command as printed if it was understood, else the action as written, else the whole reply."""
    if turn.command is not None and turn.command.text is not None:
        return [turn.command.text]
    read = parse_reply(turn.reply)
    return (read.action if isinstance(read, Reply) else turn.reply).splitlines() or [""]
