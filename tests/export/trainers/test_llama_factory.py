"""LLaMA-Factory: version 1's renderer reads loss weights, version 0 learns the last message of each step."""

from __future__ import annotations

import importlib.machinery
import json
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.export.trainers.consumers import exported, need, tokenizer, tokens_in

if "llamafactory" in sys.modules or importlib.machinery.PathFinder.find_spec("torchaudio") is None:
    # Version 0 imports a library for sound whatever it trains; texts need none of it.
    sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
    sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)

engine, rendering = need("llamafactory.v1.core.data_engine"), need("llamafactory.v1.core.utils.rendering")
templates, supervised = need("llamafactory.data.template"), need("llamafactory.data.processor.supervised")
parser, converter = need("llamafactory.data.parser"), need("llamafactory.data.converter")

pytestmark = [pytest.mark.trainers, pytest.mark.filterwarnings("ignore")]
CHATML = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"


def test_version_1_reads_loss_weights(varied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file through its data engine and renderer: labels on learnt messages (with their headers), and no others."""
    rows = exported(varied, "llama-factory", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    read = engine.DataEngine("v1_train.yaml")
    made = tokenizer(rows, CHATML, "<|im_end|>")
    renderer = rendering.Renderer("chatml", made)
    count = 0
    for row, sample in zip(rows, (read[index] for index in range(len(read))), strict=True):
        (found,) = renderer.process_samples([sample])
        text, spans = "", []
        for message in row["messages"]:
            said = f"<|im_start|>{message['role']}\n{message['content'][0]['value']}<|im_end|>\n"
            if message["loss_weight"]:
                assert message["role"] == "assistant"
                spans.append(range(len(text), len(text) + len(said)))
            text += said
        ids, learnt = tokens_in(made, text, spans)
        assert found["input_ids"] == ids
        assert (
            [label != -100 for label in found["labels"]] == [weight > 0 for weight in found["loss_weights"]] == learnt
        )
        count += sum(learnt)
    assert count > 1000


def processed(name: str, run: Path, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The steps through version 0's converter and processor with mask_history, as dataset_info.json describes them.

    For each step the reply that is to be learnt, what is learnt after the last feedback, and what is learnt before.
    """
    exported(run, "llama-factory", folder)
    rows = [json.loads(line) for line in (folder / "train_steps.jsonl").read_text("utf-8").splitlines()][:40]
    (described,) = parser.get_dataset_list(["worldwright"], str(folder))
    settings = SimpleNamespace(
        template=name,
        train_on_prompt=False,
        mask_history=True,
        cutoff_len=16384,
        tool_format=None,
        default_system=None,
        enable_thinking=False,
        media_dir=None,
        preserve_thinking=False,
        neat_packing=False,
    )
    made = tokenizer(rows, CHATML, "</s>")
    template = templates.get_template_and_fix_tokenizer(made, settings)
    read = converter.SharegptDatasetConverter(described, settings)
    processor = supervised.SupervisedDatasetProcessor(template, made, None, settings)
    for row in rows:
        found = processor.preprocess_dataset({key: [value] for key, value in read(row).items()})
        (ids,), (labels,) = found["input_ids"], found["labels"]
        start = len(labels) - [label == -100 for label in reversed(labels)].index(True)
        assert labels[start:] == ids[start:]
        before = made.decode([label for label in labels[:start] if label != -100])
        yield row["messages"][-1]["content"], made.decode(labels[start:]), before


@pytest.mark.parametrize("name", ["qwen", "llama3", "gemma", "mistral"])
def test_version_0_learns_the_last_message(name: str, varied: Path, tmp_path: Path) -> None:
    """The reply with the end of its turn, and nothing before it."""
    for reply, learnt, before in processed(name, varied, tmp_path / "data"):
        assert learnt.strip().startswith(reply)
        assert len(learnt.strip()) <= len(reply) + len("<end_of_turn>")
        assert before == ""


def test_some_templates_of_version_0_learn_the_ends_of_earlier_replies(varied: Path, tmp_path: Path) -> None:
    """What the page warns of: with `efficient_eos` the end tokens of earlier replies are learnt, and no text."""
    found = list(processed("gemma2", varied, tmp_path / "data"))
    assert any(before for _, _, before in found)
    for reply, learnt, before in found:
        assert learnt.strip().startswith(reply)
        assert set(re.findall(r"<[^>]*>|.", before)) <= {"<end_of_turn>", "</s>", "<eos>"}
