"""A record as people read it."""

from __future__ import annotations

from collections.abc import Iterator

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
    if turn.thought:
        yield f"[{index}] {turn.thought}"
        if turn.command is not None and turn.command.text is not None:
            yield f"    > {turn.command.text}"
        else:
            yield from (f"    > {line}" for line in turn.reply.splitlines() if not line.startswith("Thought:"))
    else:
        first, *rest = turn.reply.splitlines() or [""]
        yield f"[{index}] > {first}"
        yield from (f"    > {line}" for line in rest)
    yield from (f"    {line}" for line in turn.feedback.text.splitlines())
    if turn.error is not None:
        yield f"    ({turn.reason}; not trained on)"
    for milestone in turn.feedback.milestones:
        yield f"    (milestone: {milestone})"
