"""axolotl: its own strategy, made from the configuration that is exported, learns what is to be learnt."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.export.trainers.consumers import ENDS, exported, learnt_spans, need, tokenizer, tokens_in

from worldwright.export.snippets import TEMPLATES

chat_template, dicts, yaml = need("axolotl.prompt_strategies.chat_template"), need("axolotl.utils.dict"), need("yaml")

pytestmark = [pytest.mark.trainers, pytest.mark.filterwarnings("ignore")]
ITS_OWN = {"chatml": "chatml", "mistral-v7": "mistral_v7_tekken"}


@pytest.mark.parametrize("family", ["chatml", "llama3", "gemma", "phi3"])
@pytest.mark.parametrize("source", ["its own", "ours"])
def test_the_strategy_masks_by_weight(family: str, source: str, varied: Path, tmp_path: Path) -> None:
    """With axolotl's templates and with ours, labels are set exactly on learnt replies and the ends of their turns."""
    rows = exported(varied, "axolotl", tmp_path / "data")
    configuration = yaml.safe_load((tmp_path / "data" / "axolotl.yaml").read_text("utf-8"))
    (chosen,) = configuration["datasets"]
    assert chosen["path"] == "train.jsonl"
    ours = (TEMPLATES / f"{family}.jinja").read_text("utf-8")
    names = {"chatml": "chatml", "llama3": "llama3", "gemma": "gemma3", "phi3": "phi_3"}
    choice = {"chat_template": names[family]} if source == "its own" else {"chat_template": "tokenizer_default"}
    made = tokenizer(rows, ours, ENDS[family])
    strategy = chat_template.StrategyLoader()(made, dicts.DictDefault({"sequence_len": 16384, **choice}), chosen)
    count = 0
    for row in rows:
        found = strategy.tokenize_prompt(row)
        weights = [bool(message["weight"]) for message in row["messages"] if message["role"] == "assistant"]
        text = strategy.prompter.build_prompt_text(strategy.get_conversation_thread(row))
        ids, learnt = tokens_in(made, text, learnt_spans(text, row["messages"], weights, ENDS[family]))
        assert found["input_ids"] == ids
        assert [label != -100 for label in found["labels"]] == learnt
        count += sum(learnt)
    assert count > 1000


def test_mistral_templates_print_what_axolotls_print(varied: Path, tmp_path: Path) -> None:
    """Version 7 to the letter; version 3 where the instructions stand before the opening, as ours has them."""
    templates = need("axolotl.utils.chat_templates.base")
    rows = exported(varied, "axolotl", tmp_path / "data")
    for family, name in {"mistral-v7": "mistral_v7_tekken", "mistral-v3": "mistral_v2v3"}.items():
        made = tokenizer(rows[:1], (TEMPLATES / f"{family}.jinja").read_text("utf-8"))
        stock = templates.get_chat_template(name)
        for row in rows:
            said = [{"role": each["role"], "content": each["content"]} for each in row["messages"]]
            mine = made.apply_chat_template(said, tokenize=False)
            if family == "mistral-v3":
                instructions, opening, *rest = said
                opening = {"role": "user", "content": f"{instructions['content']}\n\n{opening['content']}"}
                said = [opening, *rest]
            assert mine == made.apply_chat_template(said, tokenize=False, chat_template=stock)
