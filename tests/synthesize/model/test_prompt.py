"""What a model is shown, and what of its answer is the reply."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.synthesize.model.fakes import Fake, aside, like, local, made, order_of, world

from worldwright.models.ask import Answer, GrammarShape, JsonShape, Message, Plain, ToolCall, ToolShape, Usage
from worldwright.models.probe import Capabilities
from worldwright.play.episode import Episode
from worldwright.play.reply import Reply, parse_reply
from worldwright.players.llm import (
    EXAMPLES,
    NOTHING_OFFERED,
    Offers,
    chat_with,
    offers_of,
    reply_in,
    reply_of,
    reply_schema,
    shape_for,
    thought_in,
    tools_with_thought,
)
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.prove import prove

WORLDS = ["cave", "helpdesk", "household", "keys_and_doors", "laboratory", "pantry", "store", "vending"]
SKINS = ["natural", "call", "bracket", "json", "tools", "renamed:7"]
ALL = Offers("json_schema", "required", "grammar")


def answered(text: str, call: ToolCall | None = None) -> Answer:
    """An answer that cost nothing."""
    return Answer(text, call, "stop", Usage(), "fake")


@pytest.mark.parametrize("name", WORLDS)
def test_the_examples_are_replies_and_name_nothing_of_the_world(name: str) -> None:
    """The worked replies are read by the reply grammar; none of what they are about is known in this world."""
    for skin in SKINS:
        episode = Episode(world(name), seed=1, skin=skin)
        system, *turns, first = chat_with(episode, Plain()).messages
        assert system.content.startswith(episode.instructions)
        assert first.content.endswith(f"\n\n{episode.observation}")
        assert [message.role for message in (*turns, first)] == ["user", "assistant"] * 3 + ["user"]
        worked = "\n".join(message.content for message in turns)
        one, two, three = (message.content for message in turns if message.role == "assistant")
        [example] = [each for each in EXAMPLES if each.refusal in worked]
        names = [known for atom in episode.system.world.atoms for known in (atom.display, *atom.aliases)]
        texts = " ".join([episode.instructions, episode.observation, *names]).lower()
        assert not re.search(rf"\b({'|'.join(sorted(example.words))})\b", texts)
        for reply, verb in ((one, example.verb), (two, example.remedy), (three, example.verb)):
            read = parse_reply(reply)
            assert isinstance(read, Reply)
            assert verb in read.action
            assert episode.reply(reply).kind == "unknown_command"
        assert example.trouble in two


def test_feedback_goes_to_the_tool_that_was_called() -> None:
    """A call is answered as a tool's result, a text as the user's."""
    episode = Episode(world("pantry"), seed=1, skin="tools")
    chat = chat_with(episode, Plain())
    call = ToolCall("c1", "look", "{}")
    called = chat.said(reply_in(answered("", call), episode.skin)).heard("You see.")
    assert called.messages[-1] == Message("tool", "You see.", call_id="c1")
    assert called.messages[-2].call == call
    assert chat.said(reply_in(answered("Hm."), episode.skin)).heard("No.").messages[-1] == Message("user", "No.")


@pytest.mark.parametrize(
    ("arguments", "text", "raw"),
    [
        ('{"thought": "So.", "x": "key"}', "", 'Thought: So.\nAction: {"name": "take", "arguments": {"x": "key"}}'),
        ('{"x": "key"}', "I need\nit.", 'Thought: I need it.\nAction: {"name": "take", "arguments": {"x": "key"}}'),
        ('{"thought": "  ", "x": 1.50}', "So.", 'Thought: So.\nAction: {"name": "take", "arguments": {"x": 1.50}}'),
        ('{"x": "key"', "So.", 'Thought: So.\nAction: {"name": "take", "arguments": {"x": "key"}'),
        ("", "", 'Thought: \nAction: {"name": "take", "arguments": }'),
    ],
)  # fmt: skip
def test_a_tool_call_as_a_reply(arguments: str, text: str, raw: str) -> None:
    """A call is written out as the skin writes calls; what is no JSON stays what it is, for the engine to refuse."""
    episode = Episode(world("pantry"), seed=1, skin="tools")
    said = reply_in(answered(text, ToolCall("c1", "take", arguments)), episode.skin)
    assert said.raw == raw
    assert isinstance(parse_reply(raw), Reply)
    assert episode.reply(raw).kind in ("ok", "precondition", "unknown_object", "format")


def test_constraints_are_used_where_an_endpoint_has_them() -> None:
    """Only in the skins that are JSON, only by what was offered, and not unless the order says so."""
    system = world("pantry")
    skins = {name: Episode(system, seed=1, skin=name).skin for name in SKINS}
    told = Episode(system, seed=1).told
    expected = {**dict.fromkeys(SKINS, GrammarShape), "json": JsonShape, "tools": ToolShape}
    assert {name: type(shape_for(skin, ALL, told)) for name, skin in skins.items()} == expected
    assert isinstance(shape_for(skins["json"], Offers("json_object"), told), JsonShape)
    assert all(shape_for(skin, NOTHING_OFFERED, told) == Plain() for skin in skins.values())
    shape = shape_for(skins["tools"], Offers(tools="auto"), told)
    assert isinstance(shape, ToolShape)
    assert not shape.required
    found = Capabilities(True, False, True, "required", "ebnf", True, False, True, ())
    assert offers_of(found) == Offers("json_object", "required", "ebnf")
    for each in (offers_of(found), NOTHING_OFFERED):
        assert Offers.from_json(json.loads(json.dumps(each.to_json()))) == each
    assert Offers.from_json({"schema": 7, "tools": "maybe"}) == NOTHING_OFFERED


def test_a_grammar_has_the_names_that_were_told() -> None:
    """It grows with what the agent reads, and leaves in what the world refuses."""
    order = order_of(min_refines=0, shape="auto")
    fake = Fake(like(local(order, "expert")))
    assert made(order, fake, Offers(grammar="grammar")).kept is not None
    shapes = [question.shape for question in fake.asked]
    first, last = shapes[0], shapes[-1]
    assert isinstance(first, GrammarShape)
    assert isinstance(last, GrammarShape)
    assert ("apple" in first.gbnf, "apple" in last.gbnf) == (False, True)
    assert "unlock" in first.gbnf
    plain = Fake(like(local(order, "expert")))
    made(order_of(min_refines=0), plain, Offers(grammar="grammar"))
    assert {question.shape for question in plain.asked} == {Plain()}


def instance(schema: dict[str, Any]) -> Any:
    """Some value of a schema."""
    if "anyOf" in schema:
        return instance(schema["anyOf"][-1])
    if schema["type"] == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        return {name: instance(inner) for name, inner in schema["properties"].items()}
    if "enum" in schema:
        return schema["enum"][0]
    return 1 if schema["type"] == "integer" else "some thing"


@pytest.mark.parametrize("name", WORLDS)
def test_what_the_schemas_allow_is_read(name: str) -> None:
    """A value of the reply schema is a reply in the json skin, a call of each tool one in the tools skin."""
    system = world(name)
    episode = Episode(system, seed=1, skin="json")
    schema = reply_schema(episode.skin)
    for action in schema["properties"]["action"]["anyOf"]:
        raw = json.dumps({"thought": "So.", "action": instance(action)})
        assert isinstance(parse_reply(raw), Reply)
        assert episode.fork().reply(raw).kind not in ("format", "unknown_command")
    episode = Episode(system, seed=1, skin="tools")
    for tool in tools_with_thought(episode.skin):
        arguments = json.dumps(instance(tool["function"]["parameters"]))
        call = ToolCall("1", tool["function"]["name"], arguments)
        assert episode.fork().reply(reply_in(answered("", call), episode.skin).raw).kind not in (
            "format",
            "unknown_command",
        )


@pytest.mark.parametrize("skin", ["json", "tools"])
def test_constrained_plays_are_proved(skin: str) -> None:
    """A model that answers by JSON objects or tool calls plays to the goal, with injected errors in the same form."""
    order = order_of(skin=skin, min_refines=1, shape="auto")
    speak = like(local(order, "expert"))

    def constrained(messages: Any) -> str | Answer:
        reply = speak(messages)
        assert isinstance(reply, str)
        if aside(messages):
            return reply
        read = parse_reply(reply)
        assert isinstance(read, Reply)
        action = json.loads(read.action)
        if skin == "json":
            return json.dumps({"thought": read.thought, "action": action})
        arguments = json.dumps({"thought": read.thought, **action["arguments"]})
        return answered("", ToolCall(f"call{len(messages)}", action["name"], arguments))

    fake = Fake(constrained)
    done = made(order, fake, ALL)
    assert done.kept is not None, done.rejected
    assert prove(done.kept, order.worlds[0].bundle) == ()
    record = Trajectory.model_validate_json(done.kept)
    assert record.player.settings["injected"]
    shapes = {type(question.shape) for question in fake.asked if not aside(question.messages)}
    assert shapes == {JsonShape if skin == "json" else ToolShape}
    if skin == "json":
        assert all(turn.reply.startswith("{") for turn in record.turns if turn.error is None)


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("Thought: I need it.", "I need it."),
        ("I need it.\n", "I need it."),
        ("thought: I need\n  it.\nAction: look", "I need it."),
        ('{"thought": "I need it.", "action": "look"}', "I need it."),
        ('"I need it."', "I need it."),
        ("", None),
        ("Thought:", None),
        ('{"thought": ', None),
        ("x" * 1_001, None),
    ],
)
def test_a_thought_alone(text: str, thought: str | None) -> None:
    """The label, an action after it, quotes and JSON are tolerated; what is left is a thought or nothing."""
    assert thought_in(text) == thought


def test_a_reply_in_the_form_of_the_others() -> None:
    """Under a schema a reply is JSON; elsewhere it has its labels, whatever stands in the thought."""
    shape = JsonShape("reply", "{}")
    for thought in ('He said "no".', "naïve \\ thought"):
        for said in (reply_of(thought, '{"action": "look"}', shape), reply_of(thought, '{"action": "look"}', Plain())):
            assert parse_reply(said.raw) == Reply(thought, '{"action": "look"}')
