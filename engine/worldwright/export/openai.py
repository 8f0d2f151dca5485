"""OpenAI chat fine-tuning: one conversation a line, `weight` on every assistant message.

The weight is 1 where the turn is trained on and 0 where it is an error, so that a model learns to act and to refine,
and never to err.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..play.table import table_of
from .messages import weighted
from .sample import Sample


def conversation(sample: Sample) -> Iterator[dict[str, Any]]:
    """A trajectory as one chat: the instructions, then what was observed and what was replied in turn."""
    record = sample.record
    chat: dict[str, Any] = {"messages": weighted(record)}
    if record.skin == "tools":
        chat["tools"] = table_of(sample.system()).skin(record.skin).tool_schemas()
    yield chat
