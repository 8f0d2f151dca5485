"""What the trainers' tests share: their import, tokenizers made on the spot, and an opinion of its own on the masks.

Nothing is downloaded. The masks that are expected are found in the rendered text, by looking for the replies that are
to be learnt; no template of ours takes part in that.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from worldwright.cli import commands

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

ENDS = {
    "chatml": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "gemma": "<end_of_turn>",
    "mistral-v3": "</s>",
    "mistral-v7": "</s>",
    "phi3": "<|end|>",
}
"""What ends a turn in each family."""

SPECIAL = ("<unk>", "<s>", "</s>", "<pad>", "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>")
SPECIAL += (
    "<|eot_id|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
)
SPECIAL += ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>")


def need(module: str) -> Any:
    """A consumer's module, or the tests of this file are skipped. What it warns of on its way is its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            module, reason=f"{module} is not installed: make test-trainers", exc_type=ImportError
        )


def exported(run: Path, to: str, out: Path) -> list[dict[str, Any]]:
    """What the command writes in a format: the rows of its train side."""
    result = CliRunner().invoke(commands, ["export", str(run), "--to", to, "--out", str(out)])
    assert result.exit_code == 0, result.output
    file = out / "train.jsonl" if out.is_dir() else out
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def texts(value: Any) -> Iterable[str]:
    """All texts in an example."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def tokenizer(examples: Sequence[dict[str, Any]], template: str, end: str = "</s>") -> Any:
    """A byte-level BPE tokenizer learnt from examples, with the special tokens of all families."""
    tokenizers, transformers = need("tokenizers"), need("transformers")
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=list(SPECIAL),
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(texts(list(examples)), trainer)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token="<s>",
        eos_token=end,
        pad_token="<pad>",
        unk_token="<unk>",
        chat_template=template,
    )


def learnt_spans(text: str, messages: Sequence[dict[str, Any]], learnt: Sequence[bool], end: str) -> list[range]:
    """Where in a rendered conversation the replies stand that are to be learnt, each with the end of its turn.

    `learnt` has an entry for each assistant message. A space before a reply belongs to it: after "[/INST]" it is the
    first thing that the model writes.
    """
    spans = []
    at = 0
    wanted = iter(learnt)
    for message in messages:
        said = message["content"].strip()
        start = text.index(said, at)
        at = start + len(said)
        if message["role"] == "assistant":
            assert text.startswith(end, at)
            at += len(end)
            if next(wanted):
                spans.append(range(start - (text[start - 1] == " "), at))
    return spans


def tokens_in(made: Any, text: str, spans: Sequence[range]) -> tuple[list[int], list[bool]]:
    """The tokens of a text, and which of them stand in one of the spans."""
    encoded = made(text, add_special_tokens=False, return_offsets_mapping=True)
    inside = [any(start < span.stop and end > span.start for span in spans) for start, end in encoded["offset_mapping"]]
    return encoded["input_ids"], inside
