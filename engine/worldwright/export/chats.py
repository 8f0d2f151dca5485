"""Conversations that say in a trainer's own words which replies are learnt."""

from __future__ import annotations

from collections.abc import Iterator

from .messages import weighted
from .sample import Row, Sample


def weights(sample: Sample) -> Iterator[Row]:
    """Messages with `weight` 0 or 1 on every assistant message, and nothing else (TRL with our templates, axolotl).

    Never `tools`: their schemas differ from world to world, which tabular loaders cannot hold in one column, and the
    instructions list the same calls.
    """
    yield {"messages": weighted(sample.record)}


def losses(sample: Sample) -> Iterator[Row]:
    """Messages with a boolean `loss` on every assistant message (ms-swift)."""
    said = []
    for message in weighted(sample.record):
        shown = {"role": message["role"], "content": message["content"]}
        said.append(shown | ({"loss": bool(message["weight"])} if "weight" in message else {}))
    yield {"messages": said}


def loss_weights(sample: Sample) -> Iterator[Row]:
    """Messages in parts, each with a `loss_weight` (LLaMA-Factory's version 1)."""
    yield {
        "messages": [
            {
                "role": message["role"],
                "content": [{"type": "text", "value": message["content"]}],
                "loss_weight": float(message.get("weight", 0)),
            }
            for message in weighted(sample.record)
        ]
    }


def sharegpt(sample: Sample) -> Iterator[Row]:
    """ShareGPT as AgentGym writes it: `from`, `value`, and `loss` (null for the human side).

    There is no system role; the instructions stand before the opening.
    """
    record = sample.record
    said = weighted(record)
    said[1]["content"] = f"{record.instructions}\n\n{record.opening}"
    yield {
        "item_id": f"{record.world.name}_{record.task.name}_{record.seed}",
        "conversations": [
            {
                "from": "gpt" if message["role"] == "assistant" else "human",
                "loss": bool(message["weight"]) if "weight" in message else None,
                "value": message["content"],
            }
            for message in said[1:]
        ],
    }
