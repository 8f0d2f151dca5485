"""Real models play: a tiny one that only a grammar keeps in form, and a larger one that errs and refines by itself."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.llm.serving import LARGER, SMALL, Served, served

from worldwright.models.ask import Question
from worldwright.models.cache import Memory
from worldwright.models.client import Client
from worldwright.models.endpoint import Endpoint
from worldwright.models.probe import Capabilities, probe
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.players.llm import chat_with, offers_of, reply_in, shape_for

pytestmark = pytest.mark.llm
KETTLE = Path(__file__).parents[2] / "examples" / "kettle.world"
TURNS = 3
FORM = ("format", "unknown_command", "unknown_object", "over")
"""Kinds of feedback that a grammar of told names leaves no room for."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tiny model."""
    with served(SMALL, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The larger one."""
    with served(LARGER, tmp_path_factory.mktemp("server")) as found:
        yield found


async def constrained(small: Served, skins: tuple[str, ...]) -> tuple[Capabilities, list[tuple[str, str, str]]]:
    """What a probe finds, and for some turns under each skin: the reply, why it ended, the kind of the feedback."""
    client = Client(Endpoint(base_url=small.url, model=small.model, timeout=600), Memory())
    found = await probe(client)
    offers, played = offers_of(found), []
    for skin in skins:
        episode = Episode(load("pantry"), "lunch", seed=3, skin=skin)
        chat = chat_with(episode, shape_for(episode.skin, offers, episode.told))
        for turn in range(TURNS):
            shape = shape_for(episode.skin, offers, episode.told)
            answer = await client.ask(Question(small.model, chat.messages, 160, 0.7, seed=turn, shape=shape))
            said = reply_in(answer, episode.skin)
            feedback = episode.reply(said.raw)
            played.append((said.raw, answer.finish, feedback.kind))
            chat = chat.said(said).heard(feedback.text)
    await client.close()
    return found, played


def test_a_grammar_keeps_a_tiny_model_in_form(small: Served) -> None:
    """The probe finds the grammar, and no reply under it that came to its end is refused for its form or its names."""
    found, played = asyncio.run(constrained(small, ("natural", "call", "bracket")))
    assert found.grammar == "grammar", found.found
    assert not found.json_schema
    whole = [(raw, kind) for raw, finish, kind in played if finish == "stop"]
    assert len(whole) > len(played) / 2, played
    assert [(raw, kind) for raw, kind in whole if kind in FORM] == []


def worldwright(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as users run it."""
    command = [sys.executable, "-m", "worldwright", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False)


def records(file: Path) -> list[dict[str, Any]]:
    """The records in a file; none if it is not there."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


def test_a_model_errs_and_refines_by_itself(larger: Served, tmp_path: Path) -> None:
    """Its trajectories are proved with errors that are its own; made again, they are the same and cost nothing."""
    out = tmp_path / "run"
    command = ["synthesize", str(KETTLE), "--out", str(out), "-n", "2", "--seed", "1", "--skins", "natural"]
    command += ["--min-refines", "1", "--attempts", "6", "--player", "llm", "--model", LARGER]
    command += ["--base-url", larger.url, "--max-tokens", "80", "--turn-budget", "12"]
    command += ["--shape", "auto", "--temperature", "1.0"]
    command += ["--concurrency", "1", "--timeout", "600"]
    first = worldwright(*command)
    made = records(out / "trajectories.jsonl")
    assert made, first.stdout + first.stderr
    assert worldwright("verify", str(out)).returncode == 0
    injected = [set(str(each["player"]["settings"].get("injected", "")).split(",")) for each in made]
    natural = [
        turn["error"]
        for each, chosen in zip(made, injected, strict=True)
        for number, turn in enumerate(each["turns"])
        if turn["refined_by"] is not None and str(number) not in chosen
    ]
    assert natural, [each["player"]["settings"] for each in made]
    asked, kept = larger.answered, (out / "trajectories.jsonl").read_bytes()
    again = worldwright(*command)
    assert again.returncode == first.returncode
    assert larger.answered == asked > 0
    assert (out / "trajectories.jsonl").read_bytes() == kept
