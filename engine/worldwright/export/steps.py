"""One example for each trained turn: everything before it as the prompt, its reply as the completion.

Every trainer that can learn completions alone masks this rightly, because no example holds a reply that must not be
learnt outside its prompt. The price is length: a play of n turns is read about n / 2 times over.
"""

from __future__ import annotations

from collections.abc import Iterator

from .messages import before
from .sample import Row, Sample


def steps(sample: Sample) -> Iterator[Row]:
    """Prompt and completion, as messages."""
    record = sample.record
    for index, turn in enumerate(record.turns):
        if turn.trained:
            yield {"prompt": before(record, index), "completion": [{"role": "assistant", "content": turn.reply}]}


def step_messages(sample: Sample) -> Iterator[Row]:
    """The same examples as one list of messages each, whose last is the one to learn."""
    for row in steps(sample):
        yield {"messages": row["prompt"] + row["completion"]}
