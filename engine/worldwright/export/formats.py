"""Every training format by its name: what it writes, and in which files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .chats import loss_weights, losses, sharegpt, weights
from .openai import conversation
from .parquet import table_row
from .preference import pairs
from .sample import Rows
from .snippets import axolotl, chat_templates, llama_factory
from .steps import step_messages, steps

Extras = Callable[[Sequence[str]], Mapping[str, str]]
"""Further files by name, given the splits that there are ("train", "test")."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: for each split a file for every entry of `tables` (its name, `{}` for the split), and `extras`.

    A format of one file is written to a file, or to a folder if there are two splits; all others are folders.
    """

    summary: str
    tables: Mapping[str, Rows]
    extras: Extras | None = None
    siblings: bool = False
    card: bool = False

    @property
    def is_folder(self) -> bool:
        """Does it need a folder even for one split?"""
        return len(self.tables) > 1 or self.extras is not None or self.card


def _one(rows: Rows) -> Mapping[str, Rows]:
    return {"{}.jsonl": rows}


FORMATS: dict[str, Format] = {
    "openai": Format("OpenAI's fine-tuning: messages with a weight, and tools under that skin", _one(conversation)),
    "steps": Format("a prompt and a completion for each turn that is learnt; for every trainer", _one(steps)),
    "trl": Format("TRL: messages with a weight, and chat templates that mask by it", _one(weights), chat_templates),
    "axolotl": Format("axolotl: messages with a weight, and the part of its configuration", _one(weights), axolotl),
    "llama-factory": Format(
        "LLaMA-Factory: steps for version 0, loss weights for version 1",
        {"{}_steps.jsonl": step_messages, "{}.jsonl": loss_weights},
        llama_factory,
    ),
    "ms-swift": Format("ms-swift: messages with a loss", _one(losses)),
    "sharegpt": Format("ShareGPT as AgentGym writes it: from, value and loss", _one(sharegpt)),
    "preference": Format(
        "pairs for DPO: a better and a worse reply where two plays part",
        _one(pairs),
        siblings=True,
    ),
    "parquet": Format(
        "a table with its card, and the records that prove it; needs pyarrow",
        {"data/{}.parquet": table_row},
        card=True,
    ),
}
