"""Preference pairs: of two plays of one instance, what each did where they first part.

The kept record is preferred to its siblings: plays of the same world, task, arguments, seed and skin that failed, or
took longer. Up to the first turn at which one did something else than the other, both have read the same texts, for
the engine answers equal commands equally; so the sibling's reply is a reply to the very conversation in the prompt.
(Splicing at the first difference is Agent-R's and ETO's idea; there a model guesses where it lies.)
"""

from __future__ import annotations

from collections.abc import Iterator

from ..synthesize.trajectory import Trajectory, Turn
from .messages import before
from .sample import LeftOut, Row, Sample


def pairs(sample: Sample) -> Iterator[Row | LeftOut]:
    """A pair for every sibling that parts from the record at a turn that is trained on; else the reason."""
    record = sample.record
    if not sample.siblings:
        yield LeftOut("no other play of the same instance")
    seen: set[tuple[int, str]] = set()
    for sibling in sample.siblings:
        turn = parting(record, sibling)
        if turn is None:
            yield LeftOut("the other play does nothing else")
            continue
        better, worse = record.turns[turn], sibling.turns[turn]
        if not better.trained:
            yield LeftOut("the better play does what is not learnt")
        elif (turn, worse.reply) in seen:
            yield LeftOut("the same pair again")
        else:
            seen.add((turn, worse.reply))
            yield {
                "prompt": before(record, turn),
                "chosen": [{"role": "assistant", "content": better.reply}],
                "rejected": [{"role": "assistant", "content": worse.reply}],
            }


def parting(one: Trajectory, other: Trajectory) -> int | None:
    """The first turn at which two plays of one instance do different things, if both have such a turn."""
    for index, (mine, theirs) in enumerate(zip(one.turns, other.turns, strict=False)):
        if _deed(mine) != _deed(theirs):
            return index
    return None


def _deed(turn: Turn) -> tuple[object, ...]:
    """What a turn did, whatever was thought: the command that was understood, and what was read next."""
    command = None if turn.command is None else (turn.command.action, turn.command.args)
    return command, turn.feedback.kind, turn.feedback.text
