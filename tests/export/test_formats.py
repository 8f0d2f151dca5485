"""What each format holds: the right messages, and the right ones marked as learnt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from worldwright.export.exporting import Empty, export
from worldwright.export.formats import FORMATS
from worldwright.export.sample import Sample
from worldwright.export.select import Wish
from worldwright.export.source import Entry, Source
from worldwright.synthesize.folder import RECORDS
from worldwright.synthesize.trajectory import Trajectory


@pytest.fixture(scope="module")
def source(varied: Path) -> Source:
    """The proved records."""
    return Source(varied, lambda *_: None, with_siblings=True)


@pytest.fixture(scope="module")
def records(varied: Path) -> list[Trajectory]:
    """The records themselves."""
    return [Trajectory.model_validate_json(line) for line in (varied / RECORDS).read_text("utf-8").splitlines()]


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def learnt(record: Trajectory) -> list[str]:
    """The replies of a record that are to be learnt."""
    return [turn.reply for turn in record.turns if turn.trained]


def test_steps(source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """An example for each learnt reply; its prompt is all that was said before, errors and all."""
    report = export(source, "steps", tmp_path / "s.jsonl", Wish())
    found = rows(tmp_path / "s.jsonl")
    assert [row["completion"] for row in found] == [
        [{"role": "assistant", "content": reply}] for record in records for reply in learnt(record)
    ]
    assert report.examples == {"s.jsonl": len(found)} and report.records == {"train": len(records)}
    first = records[0]
    prompt = [first.instructions, first.opening]
    for turn in first.turns[:3]:
        prompt += [turn.reply, turn.feedback.text]
    assert [message["content"] for message in found[0]["prompt"]] == prompt
    assert all(row["prompt"][-1]["role"] == "user" for row in found)


@pytest.mark.parametrize(("to", "field"), [("trl", "weight"), ("axolotl", "weight"), ("ms-swift", "loss")])
def test_messages(to: str, field: str, source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """Whole conversations; every reply says whether it is learnt, and nothing else does."""
    out = tmp_path / ("data" if FORMATS[to].is_folder else "data.jsonl")
    export(source, to, out, Wish())
    found = rows(out / "train.jsonl" if out.is_dir() else out)
    assert len(found) == len(records)
    for row, record in zip(found, records, strict=True):
        assert set(row) == {"messages"}
        replies = [message for message in row["messages"] if message["role"] == "assistant"]
        assert [reply["content"] for reply in replies] == [turn.reply for turn in record.turns]
        assert [reply["content"] for reply in replies if reply[field]] == learnt(record)
        assert all(field not in message for message in row["messages"] if message["role"] != "assistant")
        assert type(replies[0][field]) is (int if field == "weight" else bool)


def test_sharegpt(source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """The human begins with the instructions and the opening; sides take turns; only learnt replies have a loss."""
    export(source, "sharegpt", tmp_path / "s.jsonl", Wish())
    for row, record in zip(rows(tmp_path / "s.jsonl"), records, strict=True):
        said = row["conversations"]
        assert [each["from"] for each in said] == ["human", "gpt"] * len(record.turns)
        assert said[0]["value"] == f"{record.instructions}\n\n{record.opening}"
        assert [each["value"] for each in said if each["loss"]] == learnt(record)
        assert {each["loss"] for each in said[::2]} == {None} and {each["loss"] for each in said[1::2]} <= {True, False}


def test_llama_factory(source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """Both versions' files, and descriptions that name them."""
    report = export(source, "llama-factory", tmp_path / "d", Wish(test_worlds=("vending",)))
    described = json.loads((tmp_path / "d" / "dataset_info.json").read_text("utf-8"))
    assert {name: each["file_name"] for name, each in described.items()} == {
        "worldwright": "train_steps.jsonl",
        "worldwright_test": "test_steps.jsonl",
    }
    train = [record for record in records if record.world.name != "vending"]
    steps = rows(tmp_path / "d" / "train_steps.jsonl")
    assert [row["messages"][-1]["content"] for row in steps] == [reply for record in train for reply in learnt(record)]
    for row, record in zip(rows(tmp_path / "d" / "train.jsonl"), train, strict=True):
        weighted = [message["content"][0]["value"] for message in row["messages"] if message["loss_weight"] == 1.0]
        assert weighted == learnt(record)
        assert all(message["loss_weight"] in (0.0, 1.0) for message in row["messages"])
    assert "mask_history: true" in (tmp_path / "d" / "v0.yaml").read_text("utf-8")
    assert set(report.examples) == {"train_steps.jsonl", "train.jsonl", "test_steps.jsonl", "test.jsonl"}


def test_preference(source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """One pair, where the other play left the same path; the reasons why there are no more are counted."""
    report = export(source, "preference", tmp_path / "p.jsonl", Wish())
    (pair,) = rows(tmp_path / "p.jsonl")
    turns = records[0].turns
    assert pair["chosen"] == [{"role": "assistant", "content": turns[4].reply}]
    assert pair["rejected"] == [{"role": "assistant", "content": "Thought: Otherwise.\nAction: north"}]
    assert [m["content"] for m in pair["prompt"] if m["role"] == "assistant"] == [turn.reply for turn in turns[:4]]
    assert pair["prompt"][-1] == {"role": "user", "content": turns[3].feedback.text}
    assert report.lacking == {
        "no other play of the same instance": len(records) - 1,
        "the better play does what is not learnt": 1,
        "the other play does nothing else": 1,
        "the same pair again": 1,
    }


def test_every_format_is_proved_whole_and_the_same_again(source: Source, varied: Path, tmp_path: Path) -> None:
    """The same bytes twice, and nothing but what the manifest lists."""
    for to, form in FORMATS.items():
        if form.card:
            continue
        outs = [tmp_path / side / f"{to}{'' if form.is_folder else '.jsonl'}" for side in ("one", "other")]
        reports = [export(source, to, out, Wish(), ["made"]) for out in outs]
        assert reports[0] == reports[1] or not form.is_folder
        if not form.is_folder:
            assert outs[0].read_bytes() == outs[1].read_bytes()
            continue
        listed = json.loads((outs[0] / "export.json").read_text("utf-8"))
        files = sorted(path.relative_to(outs[0]).as_posix() for path in outs[0].rglob("*") if path.is_file())
        assert files == sorted([*listed["files"], "export.json"]) and listed["commands"] == ["made"]
        for file in files:
            assert (outs[0] / file).read_bytes() == (outs[1] / file).read_bytes()


def test_a_record_of_which_nothing_is_learnt(source: Source, records: list[Trajectory], tmp_path: Path) -> None:
    """It is no example in any format, and counted; where nothing else is left, nothing is written."""
    dull = [turn.model_copy(update={"trained": False}) for turn in records[1].turns]

    def sample(entry: Entry) -> Sample:
        found = source.sample(entry)
        is_dull = found.record == records[1]
        return replace(found, record=found.record.model_copy(update={"turns": tuple(dull)})) if is_dull else found

    faked: Any = SimpleNamespace(entries=source.entries[:2], faulty=0, has_siblings=True, sample=sample)
    report = export(faked, "ms-swift", tmp_path / "s.jsonl", Wish())
    assert len(rows(tmp_path / "s.jsonl")) == 1
    assert report.lacking == {"no reply in the record is learnt": 1}
    faked.entries = source.entries[1:2]
    with pytest.raises(Empty, match=r"no reply in the record is learnt \(1\)"):
        export(faked, "ms-swift", tmp_path / "t.jsonl", Wish())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.jsonl"]
