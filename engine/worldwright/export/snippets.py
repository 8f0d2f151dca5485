"""The small files that stand beside training files and tell a trainer how to read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent / "templates"
"""Chat templates by model family, for tokenizers of Hugging Face's transformers."""


def chat_templates(_: Sequence[str]) -> Mapping[str, str]:
    """Every shipped chat template. They learn assistant messages whose `weight` is not 0, and no others."""
    return {f"chat_templates/{path.name}": path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.jinja"))}


_AXOLOTL = """\
  - path: {split}.jsonl
    ds_type: json
    type: chat_template
    split: train
    field_messages: messages
    message_property_mappings: {{role: role, content: content}}
    message_field_training: weight
    roles_to_train: [assistant]
    train_on_eos: turn
"""


def axolotl(splits: Sequence[str]) -> Mapping[str, str]:
    """The part of an axolotl configuration that names the files."""
    keys = {"train": "datasets", "test": "test_datasets"}
    parts = [f"{keys[split]}:\n{_AXOLOTL.format(split=split)}" for split in splits]
    head = (
        "# Part of an axolotl configuration; paths are relative to where axolotl runs. Set sequence_len so that the\n"
        "# longest conversation fits. Messages with weight 0 are read, and no loss falls on them.\n"
    )
    return {"axolotl.yaml": head + "".join(parts)}


def llama_factory(splits: Sequence[str]) -> Mapping[str, str]:
    """LLaMA-Factory's descriptions of the files: `dataset_info.json` for its version 0, YAML for version 1."""
    names = {"train": "worldwright", "test": "worldwright_test"}
    tags = {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    }
    info = {
        names[split]: {
            "file_name": f"{split}_steps.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": tags,
        }
        for split in splits
    }
    found = {
        "dataset_info.json": json.dumps(info, indent=2) + "\n",
        "v0.yaml": (
            "# Part of a LLaMA-Factory configuration (version 0). mask_history: true is what keeps the loss off\n"
            "# everything but the last message of each example. Set cutoff_len so that the longest one fits.\n"
            "stage: sft\n"
            "dataset_dir: .  # this folder\n"
            "dataset: worldwright\n"
            + ("eval_dataset: worldwright_test\n" if "test" in splits else "")
            + "mask_history: true\n"
        ),
    }
    for split in splits:
        found[f"v1_{split}.yaml"] = (
            f"# LLaMA-Factory, version 1 (USE_V1=1): {'train' if split == 'train' else 'eval'}_dataset is this file.\n"
            f"# The path is relative to where it runs.\n"
            f"{names[split]}:\n  path: {split}.jsonl\n  source: local\n"
        )
    return found
