from __future__ import annotations

import json
import string
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.asking import question

from worldwright.models import chat, responses
from worldwright.models.ask import (
    FAULTS,
    HOPELESS,
    Answer,
    AskFailed,
    GrammarShape,
    JsonShape,
    Message,
    Plain,
    Question,
    Shape,
    ToolCall,
    ToolShape,
    Usage,
)
from worldwright.models.body import read
from worldwright.models.endpoint import Endpoint, EndpointFault
from worldwright.models.faults import of_status, retry_after

TOOLS = '[{"type":"function","function":{"name":"go","parameters":{"type":"object"}}}]'
SHAPES: list[Shape] = [
    Plain(),
    JsonShape("a", "{}"),
    JsonShape("a", "{}", "json_object"),
    ToolShape(TOOLS),
    ToolShape(TOOLS, required=True),
    GrammarShape('root ::= "a"'),
    GrammarShape('root ::= "a"', "structured_outputs"),
    GrammarShape('root ::= "a"', "ebnf"),
]
texts = st.text(max_size=8)
questions = st.builds(
    Question,
    model=texts,
    messages=st.lists(
        st.builds(
            Message,
            role=st.sampled_from(["system", "user", "assistant", "tool"]),
            content=texts,
            call=st.none() | st.builds(ToolCall, id=texts, name=texts, arguments=texts),
            call_id=texts,
        ),
        max_size=3,
    ).map(tuple),
    max_tokens=st.integers(1, 3),
    temperature=st.floats(0, 2),
    top_p=st.floats(0, 1),
    seed=st.none() | st.integers(0, 3),
    stop=st.lists(texts, max_size=2).map(tuple),
    shape=st.sampled_from(SHAPES),
    sample=st.integers(0, 2),
)
KEYS = ["choices", "message", "content", "finish_reason", "tool_calls", "function", "name", "arguments", "usage"]
KEYS += ["prompt_tokens", "output", "type", "text", "status", "model", "incomplete_details", "reason", "id"]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable, max_size=6)
    | st.sampled_from(["message", "function_call", "output_text", "length", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=40)
@given(questions, questions)
def test_keys_tell_questions_apart(one: Question, other: Question) -> None:
    """Two questions have one key exactly if they are equal, and a key is 64 hexadecimal digits."""
    assert (one.key() == other.key()) == (one == other)
    assert len(one.key()) == 64 and set(one.key()) <= set("0123456789abcdef")
    assert replace(one).key() == one.key()


def test_every_field_is_in_the_key() -> None:
    """A change of any field, and of any shape, changes the key; and a known question keeps its key for ever."""
    plain = question("Hello.")
    changed: dict[str, Any] = {"model": "other", "messages": (), "max_tokens": 1, "temperature": 1.0, "top_p": 0.5}
    changed |= {"seed": 1, "stop": ("x",), "shape": SHAPES[1], "sample": 1}
    assert set(changed) == {field.name for field in fields(Question)}
    keys = {plain.key(), *(replace(plain, **{name: value}).key() for name, value in changed.items())}
    assert len(keys) == 1 + len(changed)
    assert len({replace(plain, shape=shape).key() for shape in SHAPES}) == len(SHAPES)
    assert plain.key() == "0a2dd1a810fd47b55cf62af5e7004121a4feefa79089752137be7dd909684657"


@settings(max_examples=30)
@given(st.builds(Answer, texts, st.none() | st.builds(ToolCall, texts, texts, texts), texts, st.builds(Usage), texts))
def test_answers_can_be_kept(answer: Answer) -> None:
    """An answer survives being written as JSON; that it is remembered is no part of it."""
    assert Answer.from_json(json.loads(json.dumps(answer.again().to_json()))) == answer
    assert answer.again().remembered and replace(answer.again(), remembered=False) == answer


def test_usage_adds_up() -> None:
    """Usage adds field by field."""
    assert Usage(1, 2, 3, 4) + Usage(10, 20, 30, 40) == Usage(11, 22, 33, 44)
    assert Usage(1, 2, 3, 4).tokens == 4


@settings(max_examples=60)
@given(st.one_of(values, st.fixed_dictionaries({"choices": values, "usage": values, "output": values})))
def test_any_body_is_judged(body: Any) -> None:
    """Whatever JSON an endpoint sends, it is an answer of writable text or a failure of a known class."""
    asked = question(stop=("a",))
    for api in (chat, responses):
        try:
            answer = api.answer(body, asked)
        except AskFailed as failed:
            assert failed.fault in ("protocol", "empty", "server")
        else:
            answer.text.encode()
            assert answer.usage.calls == 1 and min(answer.usage.prompt, answer.usage.completion) >= 0


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_any_bytes_are_judged(raw: bytes) -> None:
    """Bytes are JSON, or a failure of protocol."""
    try:
        json.dumps(read(raw))
    except AskFailed as failed:
        assert failed.fault == "protocol"


def test_hostile_bodies() -> None:
    """Nesting without end, numbers without end, and web pages."""
    for raw in (b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"", b"\xff\xfe{}", b"<html>"):
        with pytest.raises(AskFailed):
            read(raw)
    assert read(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@settings(max_examples=50)
@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms"]), st.text(max_size=12)),
    values,
)
def test_any_status_is_judged(status: int, headers: dict[str, str], body: Any) -> None:
    """Every status is a failure with a message of one printable line, and a wait that is a number from 0 up."""
    failed = of_status(status, headers, body, 0.0)
    assert failed.fault in FAULTS and str(status) in str(failed)
    assert str(failed).isprintable() and len(str(failed)) < 500
    assert failed.wait is None or failed.wait >= 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:27:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-7"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Wed, 99 Oct 99999999 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds and dates; nonsense is no wait."""
    assert retry_after(headers, 1445412450.0) == seconds


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens",
        "Requested tokens (5000) exceed context window of 4096",
        "the request exceeds the available context size. try increasing it",
        "prompt is too long: 250000 tokens > 200000 maximum",
    ],
)
def test_long_conversations_are_known(words: str) -> None:
    """The words of several servers for a conversation that is too long."""
    assert of_status(400, {}, {"error": {"message": words}}, 0.0).fault == "context"
    assert of_status(400, {}, {"message": words}, 0.0).fault == "context"
    assert of_status(500, {}, {"message": words}, 0.0).fault == "server"


def test_requests() -> None:
    """What is at its default is not sent; every shape has its fields; nothing is sent that tells the key's parts."""
    sent, extra = chat.request(question("Hi.", seed=3, stop=("\n",), top_p=0.9, sample=5), False)
    assert sent == {
        "model": "scripted",
        "messages": [{"role": "system", "content": "You act."}, {"role": "user", "content": "Hi."}],
        "max_tokens": 50,
        "temperature": 0.0,
        "top_p": 0.9,
        "seed": 3,
        "stop": ["\n"],
    }
    assert extra == {}
    assert set(chat.request(question(), False)[0]) == {"model", "messages", "max_tokens", "temperature"}
    assert [chat.request(question(shape=shape), False)[1] for shape in SHAPES[-3:]] == [
        {"grammar": 'root ::= "a"'},
        {"structured_outputs": {"grammar": 'root ::= "a"'}},
        {"ebnf": 'root ::= "a"'},
    ]
    strict, loose = (chat.request(question(shape=shape), False)[0]["response_format"] for shape in SHAPES[1:3])
    assert strict == {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "strict": True}}
    assert loose == {"type": "json_object", "schema": {}}
    sent, _ = responses.request(question("Hi.", seed=3, stop=("\n",)))
    assert set(sent) == {"model", "input", "max_output_tokens", "temperature", "store"} and sent["store"] is False


def test_a_stop_cuts_where_the_protocol_has_none() -> None:
    """The Responses API has no stop texts: its answers are cut at the first."""
    body = {"output": [{"type": "message", "content": [{"type": "output_text", "text": "one;two.three"}]}]}
    assert responses.answer(body, question(stop=(".", ";", ""))).text == "one"


def test_content_in_parts() -> None:
    """Some servers write a text as a list of parts, and a refusal in a place of its own."""
    message: dict[str, Any] = {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    assert chat.answer({"choices": [{"message": message}]}, question()).text == "ab"
    assert chat.answer({"choices": [{"message": {"content": None, "refusal": "No."}}]}, question()).text == "No."


def test_hopeless_faults_are_faults() -> None:
    """The classes after which nothing more is asked."""
    assert set(FAULTS) >= HOPELESS and "rate_limit" not in HOPELESS


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"base_url": "localhost:8000"}, "must be like"),
        ({"base_url": "ftp://host/v1"}, "must be like"),
        ({"base_url": "http://user:secret@host/v1"}, "no user name or password"),
        ({"base_url": "http://host:port/v1"}, "cannot be read"),
        ({"base_url": "http://host/v1?key=secret"}, "query"),
        ({"base_url": "http://ho st/v1"}, "must be like"),
        ({"model": " "}, "name of a model"),
        ({"api": "assistants"}, "chat and responses"),
        ({"timeout": 0.0}, "timeout"),
        ({"rpm": float("nan")}, "rpm"),
        ({"concurrency": 0}, "at least one"),
    ],
)
def test_endpoints_that_cannot_be(given_: dict[str, Any], words: str) -> None:
    """Settings that make no sense are refused with their name, and no secret is repeated."""
    with pytest.raises(EndpointFault, match=words) as fault:
        Endpoint(**{"base_url": "http://127.0.0.1:1/v1", "model": "m", **given_})
    assert "secret" not in str(fault.value)
