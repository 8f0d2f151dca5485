"""OpenAI chat fine-tuning: one conversation a line, `weight` on every assistant message.

The weight is 1 where the turn is trained on and 0 where it is an error, so that a model learns to act and to refine,
and never to err.
"""

from __future__ import annotations

from typing import Any

from ..compile.system import System
from ..play.table import table_of
from ..synthesize.trajectory import Trajectory


def conversation(record: Trajectory, system: System) -> dict[str, Any]:
    """A trajectory as one chat: the instructions, then what was observed and what was replied in turn."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": record.instructions},
        {"role": "user", "content": record.opening},
    ]
    for index, turn in enumerate(record.turns):
        messages.append({"role": "assistant", "content": turn.reply, "weight": int(turn.trained)})
        if index < len(record.turns) - 1:
            messages.append({"role": "user", "content": turn.feedback.text})
    chat: dict[str, Any] = {"messages": messages}
    if record.skin == "tools":
        chat["tools"] = table_of(system).skin(record.skin).tool_schemas()
    return chat
