"""LLaMA-Factory: version 1's renderer reads loss weights, version 0 learns the last message of each step."""

from __future__ import annotations

import importlib.machinery
import json
import sys
import types
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


@pytest.mark.parametrize("name", ["qwen", "llama3", "gemma", "mistral"])
def test_version_0_learns_the_last_message(name: str, varied: Path, tmp_path: Path) -> None:
    """The steps through its converter and processor with mask_history, as dataset_info.json describes them."""
    exported(varied, "llama-factory", tmp_path / "data")
    rows = [json.loads(line) for line in (tmp_path / "data" / "train_steps.jsonl").read_text("utf-8").splitlines()][:40]
    (described,) = parser.get_dataset_list(["worldwright"], str(tmp_path / "data"))
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
        example = {f"{key}": [value] for key, value in read(row).items()}
        found = processor.preprocess_dataset(example)
        (ids,), (labels,) = found["input_ids"], found["labels"]
        learnt = made.decode([label for label in labels if label != -100])
        assert learnt.strip().startswith(row["messages"][-1]["content"])
        assert len(learnt.strip()) <= len(row["messages"][-1]["content"]) + len("<end_of_turn>")
        first = next(index for index, label in enumerate(labels) if label != -100)
        assert all(label == i for label, i in zip(labels[first:], ids[first:], strict=True))
