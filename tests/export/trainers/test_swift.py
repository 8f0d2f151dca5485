"""ms-swift: its template reads `loss` on every reply."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.export.trainers.consumers import exported, learnt_spans, need, tokenizer, tokens_in

swift_template, swift_dataset, swift_model = need("swift.template"), need("swift.dataset"), need("swift.model")
transformers = need("transformers")

pytestmark = [pytest.mark.trainers, pytest.mark.filterwarnings("ignore")]
CHATML = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"


def test_the_template_masks_by_loss(varied: Path, tmp_path: Path) -> None:
    """The file through its loader and template: labels exactly on learnt replies and the ends of their turns."""
    rows = exported(varied, "ms-swift", tmp_path / "train.jsonl")
    made = tokenizer(rows, CHATML, "<|im_end|>")
    made.save_pretrained(tmp_path / "model")
    transformers.LlamaConfig(
        vocab_size=len(made), hidden_size=32, num_hidden_layers=1, num_attention_heads=2
    ).save_pretrained(tmp_path / "model")
    processor = swift_model.get_processor(str(tmp_path / "model"), model_type="llama")
    template = swift_template.get_template(processor, template_type="chatml", max_length=16384)
    template.set_mode("train")
    read, _ = swift_dataset.load_dataset([str(tmp_path / "train.jsonl")])
    count = 0
    for row, example in zip(rows, read, strict=True):
        found = template.encode(example)
        text = made.decode(found["input_ids"])
        losses = [message["loss"] for message in row["messages"] if message["role"] == "assistant"]
        spans = learnt_spans(text, row["messages"], losses, "<|im_end|>\n")
        ids, learnt = tokens_in(made, text, spans)
        assert found["input_ids"] == ids
        assert [label != -100 for label in found["labels"]] == learnt
        count += sum(learnt)
    assert count > 1000
