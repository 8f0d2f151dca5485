"""A trajectory as chat messages: what every text format of this stage is made of.

The system message holds the instructions, the first user message the opening; then replies and feedback take turns.
The feedback of the last reply is not in it: nothing is said after it.
"""

from __future__ import annotations

from typing import Any

from ..synthesize.trajectory import Trajectory

Message = dict[str, Any]
"""`role` ("system", "user", "assistant"), `content`, and what a format adds."""


def briefing(record: Trajectory) -> list[Message]:
    """What stands before the first reply."""
    return [{"role": "system", "content": record.instructions}, {"role": "user", "content": record.opening}]


def before(record: Trajectory, turn: int) -> list[Message]:
    """What has been said before a turn (0 is the first), with nothing but roles and contents."""
    said = briefing(record)
    for each in record.turns[:turn]:
        said.append({"role": "assistant", "content": each.reply})
        said.append({"role": "user", "content": each.feedback.text})
    return said


def weighted(record: Trajectory) -> list[Message]:
    """The whole conversation; every assistant message has a `weight`, 1 where it is trained on and 0 where not."""
    said = before(record, len(record.turns))[:-1] if record.turns else briefing(record)
    for message, turn in zip((each for each in said if each["role"] == "assistant"), record.turns, strict=True):
        message["weight"] = int(turn.trained)
    return said
