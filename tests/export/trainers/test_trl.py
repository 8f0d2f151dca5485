"""TRL: with a tiny Llama on the CPU, the loss is nonzero exactly on the tokens of the turns that are to be learnt."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.export.trainers.consumers import ENDS, exported, learnt_spans, need, tokenizer, tokens_in

from worldwright.cli import commands
from worldwright.export.snippets import TEMPLATES

torch, transformers, datasets, trl = need("torch"), need("transformers"), need("datasets"), need("trl")

pytestmark = [pytest.mark.trainers, pytest.mark.filterwarnings("ignore")]
FAMILIES = sorted(ENDS)


def template(family: str) -> str:
    """A shipped chat template."""
    return (TEMPLATES / f"{family}.jinja").read_text("utf-8")


def tiny(made: Any) -> Any:
    """A Llama of some thousand numbers, all by chance."""
    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=len(made),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=16384,
        bos_token_id=made.bos_token_id,
        eos_token_id=made.eos_token_id,
        pad_token_id=made.pad_token_id,
    )
    return transformers.LlamaForCausalLM(config)


def loaded(file: Path, cache: Path) -> Any:
    """The file as the data set that a user's script loads."""
    return datasets.load_dataset("json", data_files=str(file), split="train", cache_dir=str(cache))


def settings(kind: Any, folder: Path, **more: Any) -> Any:
    """Settings for two steps on the CPU."""
    return kind(
        output_dir=str(folder),
        max_length=None,
        per_device_train_batch_size=2,
        max_steps=2,
        learning_rate=1e-3,
        report_to="none",
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
        gradient_checkpointing=False,
        bf16=False,
        **more,
    )


def checked(trainer: Any, expected: list[tuple[list[int], list[bool]]]) -> int:
    """Compare the labels that a trainer makes, and the loss that it computes, with what is expected; count tokens."""
    count = 0
    for row, (ids, learnt) in zip(trainer.train_dataset, expected, strict=True):
        batch = trainer.data_collator([row])
        assert batch["input_ids"][0].tolist() == ids
        labels = batch["labels"][0].tolist()
        assert [label != -100 for label in labels] == learnt
        assert [label for label in labels if label != -100] == [i for i, mine in zip(ids, learnt, strict=True) if mine]
        count += sum(learnt)
    batch = trainer.data_collator([trainer.train_dataset[0]])
    trainer.model.eval()
    with torch.no_grad():
        reported = trainer.compute_loss(trainer.model, batch)
        logits = trainer.model(input_ids=batch["input_ids"]).logits[0, :-1]
    each = torch.nn.functional.cross_entropy(logits, batch["input_ids"][0, 1:], reduction="none")
    mine = each[torch.tensor(expected[0][1][1:])]
    assert torch.isclose(reported, mine.mean(), rtol=1e-4)
    assert (mine > 0).all()
    return count


@pytest.mark.parametrize("family", FAMILIES)
def test_our_templates_mask_by_weight(family: str, varied: Path, tmp_path: Path) -> None:
    """`trl` with assistant_only_loss, for each family: errors are in the context, and no loss falls on them."""
    rows = exported(varied, "trl", tmp_path / "data")
    shipped = (tmp_path / "data" / "chat_templates" / f"{family}.jinja").read_text("utf-8")
    made = tokenizer(rows, shipped, ENDS[family])
    expected = []
    for row in rows:
        weights = [bool(message["weight"]) for message in row["messages"] if message["role"] == "assistant"]
        text = made.apply_chat_template(row["messages"], tokenize=False)
        expected.append(tokens_in(made, text, learnt_spans(text, row["messages"], weights, ENDS[family])))
    trainer = trl.SFTTrainer(
        tiny(made),
        args=settings(trl.SFTConfig, tmp_path / "out", assistant_only_loss=True),
        train_dataset=loaded(tmp_path / "data" / "train.jsonl", tmp_path / "cache"),
        processing_class=made,
    )
    count = checked(trainer, expected)
    errors = sum(message.get("weight") == 0 for row in rows for message in row["messages"])
    assert count > 1000 and errors > 20
    trainer.train()


def test_openai_rows_go_through_our_template(varied: Path, tmp_path: Path) -> None:
    """The `openai` file, read by the same trainer with the same template; its tools change nothing."""
    rows = exported(varied, "openai", tmp_path / "train.jsonl")
    made = tokenizer(rows, template("chatml"), ENDS["chatml"])
    expected = []
    for row in rows:
        weights = [bool(message["weight"]) for message in row["messages"] if message["role"] == "assistant"]
        text = made.apply_chat_template(row["messages"], tokenize=False)
        expected.append(tokens_in(made, text, learnt_spans(text, row["messages"], weights, ENDS["chatml"])))
    trainer = trl.SFTTrainer(
        tiny(made),
        args=settings(trl.SFTConfig, tmp_path / "out", assistant_only_loss=True),
        train_dataset=loaded(tmp_path / "train.jsonl", tmp_path / "cache"),
        processing_class=made,
    )
    assert checked(trainer, expected) > 1000


@pytest.mark.parametrize("family", FAMILIES)
def test_steps_learn_the_completion_alone(family: str, varied: Path, tmp_path: Path) -> None:
    """`steps` as prompt and completion: TRL's default for such files masks every prompt."""
    rows = exported(varied, "steps", tmp_path / "train.jsonl")[:40]
    made = tokenizer(rows, template(family), ENDS[family])
    (tmp_path / "few.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    expected = []
    for row in rows:
        before = made.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
        whole = made.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
        assert whole.startswith(before)
        expected.append(tokens_in(made, whole, [range(len(before), len(whole))]))
    trainer = trl.SFTTrainer(
        tiny(made),
        args=settings(trl.SFTConfig, tmp_path / "out"),
        train_dataset=loaded(tmp_path / "few.jsonl", tmp_path / "cache"),
        processing_class=made,
    )
    assert checked(trainer, expected) > 500
    trainer.train()


def test_a_stock_template_learns_the_errors(varied: Path, tmp_path: Path) -> None:
    """Why templates are shipped: with one of TRL's own the errors are learnt, silently."""
    rows = exported(varied, "trl", tmp_path / "data")
    stock = (Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja").read_text("utf-8")
    made = tokenizer(rows, stock, ENDS["chatml"])
    trainer = trl.SFTTrainer(
        tiny(made),
        args=settings(trl.SFTConfig, tmp_path / "out", assistant_only_loss=True),
        train_dataset=loaded(tmp_path / "data" / "train.jsonl", tmp_path / "cache"),
        processing_class=made,
    )
    labels = trainer.data_collator([trainer.train_dataset[0]])["labels"][0].tolist()
    learnt = made.decode([label for label in labels if label != -100])
    assert rows[0]["messages"][2]["weight"] == 0 and rows[0]["messages"][2]["content"] in learnt


@pytest.mark.parametrize("family", FAMILIES)
def test_pairs_are_compared_on_the_replies_alone(family: str, varied: Path, tmp_path: Path) -> None:
    """`preference` through DPOTrainer: the prompt is shared, and the two completions are the two replies."""
    rows = exported(varied, "preference", tmp_path / "pairs.jsonl")
    made = tokenizer(rows, template(family), ENDS[family])
    trainer = trl.DPOTrainer(
        tiny(made),
        ref_model=tiny(made),
        args=settings(trl.DPOConfig, tmp_path / "out"),
        train_dataset=loaded(tmp_path / "pairs.jsonl", tmp_path / "cache"),
        processing_class=made,
    )
    assert len(trainer.train_dataset) == len(rows) == 1
    for row, read in zip(rows, trainer.train_dataset, strict=True):
        before = made.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
        assert made.decode(read["prompt_ids"]) == before
        for side in ("chosen", "rejected"):
            whole = made.apply_chat_template(row["prompt"] + row[side], tokenize=False)
            assert made.decode(read[f"{side}_ids"]) == whole.removeprefix(before)
            assert row[side][0]["content"] in made.decode(read[f"{side}_ids"])
        batch = trainer.data_collator([read])
        assert batch["completion_mask"].sum() == len(read["chosen_ids"]) + len(read["rejected_ids"])
    trainer.train()


STOCK = {"chatml": "qwen2_5", "llama3": "llama3", "gemma": "gemma3", "phi3": "phi3"}


@pytest.mark.parametrize("family", sorted(STOCK))
def test_our_templates_print_what_the_stock_ones_print(family: str, varied: Path, tmp_path: Path) -> None:
    """The text is the family's own to the letter, with and without the opening of a reply; only the mask is ours."""
    rows = exported(varied, "trl", tmp_path / "data")
    stock = (Path(trl.__file__).parent / "chat_templates" / f"{STOCK[family]}.jinja").read_text("utf-8")
    made = tokenizer(rows[:1], template(family), ENDS[family])
    for row in rows:
        for count in range(2, len(row["messages"]) + 1):
            said = row["messages"][:count]
            prompt = said[-1]["role"] != "assistant"
            mine = made.apply_chat_template(said, tokenize=False, add_generation_prompt=prompt)
            assert mine == made.apply_chat_template(
                said, tokenize=False, add_generation_prompt=prompt, chat_template=stock
            )


def test_the_table_is_a_data_set(varied: Path, tmp_path: Path) -> None:
    """`parquet`: `load_dataset` on the folder finds the splits that the card names, and the template reads its rows."""
    need("pyarrow")
    hub = need("huggingface_hub")
    arguments = ["export", str(varied), "--to", "parquet", "--out", str(tmp_path / "data"), "--test-worlds", "vending"]
    assert CliRunner().invoke(commands, arguments).exit_code == 0
    found = datasets.load_dataset(str(tmp_path / "data"), cache_dir=str(tmp_path / "cache"))
    assert set(found) == {"train", "test"}
    assert set(found["test"]["world"]) == {"vending"} and "vending" not in set(found["train"]["world"])
    row = found["train"][0]
    made = tokenizer([row], template("chatml"), ENDS["chatml"])
    encoded = made.apply_chat_template(row["messages"], return_dict=True, return_assistant_tokens_mask=True)
    text = made.apply_chat_template(row["messages"], tokenize=False)
    weights = [bool(message["weight"]) for message in row["messages"] if message["role"] == "assistant"]
    _, learnt = tokens_in(made, text, learnt_spans(text, row["messages"], weights, ENDS["chatml"]))
    assert [bool(bit) for bit in encoded["assistant_masks"]] == learnt
    card = hub.DatasetCard.load(tmp_path / "data" / "README.md")
    assert [each["split"] for each in card.data.configs[0]["data_files"]] == ["train", "test"]


def test_the_programs_of_the_page_run(varied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/exports.md: its programs, beside the files that its commands write; told only that there is no GPU."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "exports.md").read_text("utf-8")
    programs = re.findall(r"<!-- run: trl -->\n```python\n(.*?)```", page, re.DOTALL)
    assert len(programs) == 4
    rows = exported(varied, "trl", tmp_path / "data")
    made = tokenizer(rows, template("chatml"), ENDS["chatml"])
    made.save_pretrained(tmp_path / "my-model")
    tiny(made).save_pretrained(tmp_path / "my-model")
    exported(varied, "steps", tmp_path / "steps.jsonl")
    exported(varied, "preference", tmp_path / "pairs.jsonl")
    words = ["export", str(varied), "--to", "parquet", "--out", str(tmp_path / "table")]
    assert CliRunner().invoke(commands, words).exit_code == 0
    monkeypatch.chdir(tmp_path)
    for program in programs:
        exec(compile(program.replace("Config(", "Config(use_cpu=True, "), "docs/exports.md", "exec"), {})
