from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.models.asking import client_of
from tests.models.server import Conversation, Features, Server, chance
from tests.timing import seconds

from worldwright.models.endpoint import Api
from worldwright.models.probe import Capabilities, probe


def capable(messages: Conversation) -> str:
    """A model that calls tools and heeds seeds."""
    if "tools" in messages.asked.body:
        return 'Thought: The door.\nAction: {"name": "open_door", "arguments": {"side": "north"}}'
    return f"Words of {messages.asked.body.get('seed')}."


def found(features: Features, api: Api = "chat", faults: Any = None, answer: Any = capable) -> Capabilities:
    """What a probe finds."""

    async def run() -> Capabilities:
        with Server(answer, faults, features=features) as server:
            async with client_of(server, api=api, settings={"timeout": seconds(1.0)}) as client:
                return await probe(client)

    return asyncio.run(run())


def test_everything() -> None:
    """An endpoint that can do everything."""
    capabilities = found(Features())
    assert capabilities == Capabilities(True, True, True, "auto", "grammar", True, True, True, capabilities.found)
    words = dict(capabilities.found)
    assert words["seed"].startswith("yes") and words["models"] == 'lists 1, "scripted" among them'


def test_the_llama_cpp_python_server() -> None:
    """As measured: 500 to a JSON schema, tools ignored, a grammar read, no Responses API."""
    capabilities = found(Features(json_schema="500", tools="ignored", responses=False), answer=lambda _: "Blue.")
    assert (capabilities.json_schema, capabilities.json_object, capabilities.tools) == (False, True, "")
    assert (capabilities.grammar, capabilities.responses, capabilities.seed) == ("grammar", False, False)
    words = dict(capabilities.found)
    assert words["json_schema"] == "no (server): the endpoint answered 500: json_schema is not supported"
    assert words["tools"] == 'no: taken without complaint, but the reply was "Blue."'
    assert words["seed"] == "no: different seeds give the same reply"


def test_other_servers() -> None:
    """A grammar in another field; everything refused with 400; nothing listed; no tokens counted."""
    assert found(Features(grammar="structured_outputs")).grammar == "structured_outputs"
    assert found(Features(grammar="ebnf"), api="responses").grammar == "ebnf"
    bare = found(Features("400", "400", "400", "400", models=False, responses=False, counts=False))
    assert (bare.answers, bare.json_schema, bare.json_object, bare.tools, bare.grammar) == (True, False, False, "", "")
    words = dict(bare.found)
    assert words["models"].startswith("no list") and "counts no tokens" in words["answers"]
    assert words["grammar (ebnf)"] == "no (refused): the endpoint answered 400: grammar is not supported"


@pytest.mark.parametrize("kind", ["401", "404", "500", "reset", "truncated", "html", "no_choices", "slow:1.5"])
def test_nothing_at_all(kind: str) -> None:
    """An endpoint that never answers is found not to answer, whatever it does instead."""
    capabilities = found(Features(), faults=lambda _: kind)
    assert not capabilities.answers and capabilities.found[0][1].startswith("no (")
    assert capabilities.sure == (kind not in ("reset", "slow:1.5"))


def test_bad_moments_pass() -> None:
    """Failures that pass change nothing of what is found; one that stays makes it unsure."""
    calm = found(Features())
    assert found(Features(), faults=chance(1, 0.5, ["429", "500", "reset", "html"])) == calm and calm.sure
    slow = found(Features(), faults=lambda asked: "slow:1.5" if "tools" in asked.body else None)
    assert slow.tools == "" and slow.json_schema and not slow.sure


def test_any_answers() -> None:
    """A probe survives every mixture of faults, and what it found can be kept as JSON."""
    kinds = ["400", "429", "500", "reset", "cut", "truncated", "html", "utf8", "array", "no_choices", "null", "length"]
    for seed in range(6):
        capabilities = found(Features(), faults=chance(seed, 0.5, kinds, most=99))
        written = json.loads(json.dumps(capabilities.to_json()))
        assert Capabilities.from_json(written) == capabilities and capabilities.found
