"""The openai export is what OpenAI's own types say, with the errors masked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Required

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionToolParam,
    ChatCompletionUserMessageParam,
)
from pydantic import ConfigDict, TypeAdapter
from typing_extensions import TypedDict

from worldwright.export.exporting import export
from worldwright.export.openai import conversation
from worldwright.export.sample import Sample
from worldwright.export.select import Wish
from worldwright.export.source import Source
from worldwright.play.episode import Episode
from worldwright.players.script import script
from worldwright.synthesize.bundle import load_bundle, system_of
from worldwright.synthesize.drive import play_out
from worldwright.synthesize.trajectory import PlayerRef, Trajectory


class Weighted(ChatCompletionAssistantMessageParam, total=False):
    """An assistant message of a fine-tuning file."""

    weight: Required[int]


class Chat(TypedDict, total=False):
    """One line of a fine-tuning file."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]
    messages: Required[list[ChatCompletionSystemMessageParam | ChatCompletionUserMessageParam | Weighted]]
    tools: list[ChatCompletionToolParam]


def test_a_conversation(trajectory: Trajectory, run_folder: Path) -> None:
    """Instructions, opening, replies with weights, feedback between; it ends with the last reply."""
    system = system_of(load_bundle(trajectory.world.hash, run_folder), "pantry", {})
    (chat,) = conversation(Sample(trajectory, lambda: system))
    assert TypeAdapter(Chat).validate_python(chat, strict=True)
    roles = [message["role"] for message in chat["messages"]]
    assert roles == ["system", "user", *["assistant", "user"] * (len(trajectory.turns) - 1), "assistant"]
    replies = [message for message in chat["messages"] if message["role"] == "assistant"]
    assert [reply["weight"] for reply in replies] == [int(turn.trained) for turn in trajectory.turns]
    assert [reply["weight"] for reply in replies][:4] == [0, 0, 0, 1]
    assert chat["messages"][3]["content"] == "The oak chest is locked."
    assert "tools" not in chat


def test_tools_come_with_their_schemas(trajectory: Trajectory, run_folder: Path) -> None:
    """Under the tools skin the chat carries the tools, as the API takes them."""
    system = system_of(load_bundle(trajectory.world.hash, run_folder), "pantry", {})
    episode = Episode(system, "lunch", seed=trajectory.seed, skin="tools")
    lines = [
        '{"name": "take", "arguments": {"x": "brass key"}}',
        '{"name": "unlock", "arguments": {"b": "oak chest", "k": "brass key"}}',
        '{"name": "open", "arguments": {"b": "oak chest"}}',
        '{"name": "take", "arguments": {"x": "apple"}}',
        '{"name": "go", "arguments": {"w": "north"}}',
    ]
    replies = [f"Thought: On.\nAction: {line}" for line in lines]
    record = play_out(script(replies), PlayerRef(name="script", settings={}), "pantry", episode, seed=0)
    assert record.outcome.success
    (chat,) = conversation(Sample(record, lambda: system))
    assert TypeAdapter(Chat).validate_python(chat, strict=True)
    assert {tool["function"]["name"] for tool in chat["tools"]} >= {"take", "unlock", "open", "go"}


def test_one_line_each(trajectory: Trajectory, run_folder: Path, tmp_path: Path) -> None:
    """The file has one JSON value a line, written whole."""
    system = system_of(load_bundle(trajectory.world.hash, run_folder), "pantry", {})
    out = tmp_path / "train.jsonl"
    report = export(Source(run_folder, lambda *_: None), "openai", out, Wish())
    assert report.records == {"train": 1} and report.examples == {"train.jsonl": 1}
    lines = out.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(conversation(Sample(trajectory, lambda: system)))
