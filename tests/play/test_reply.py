from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worldwright import limits
from worldwright.play.reply import FormatFault, Reply, parse_reply


@pytest.mark.parametrize(
    ("raw", "thought", "action"),
    [
        ("Thought: I need it.\nAction: take key", "I need it.", "take key"),
        ("thought: one\ntwo\n\nthree\nACTION:   take key  \n\n", "one\ntwo\n\nthree", "take key"),
        ("\n  Thought:\r\n  Action: look\r\n", "", "look"),
        ("```\nThought: a\nAction: b\n```\n", "a", "b"),
        ("Thought: say Action: in a line\nAction: b", "say Action: in a line", "b"),
        ('Thought: a\nAction: {\n  "action": "look"\n}', "a", '{\n  "action": "look"\n}'),
        ('{"thought": "a", "action": "take key"}', "a", "take key"),
        ('```json\n{"action": "take key"}\n```', "", "take key"),
        ('{"thought": "a", "action": "take", "x": "key"}', "a", '{"action": "take", "x": "key"}'),
        ('{"thought": "a", "action": {"action": "set", "n": 7}}', "a", '{"action": "set", "n": 7}'),
        ('{"thought": "a", "name": "set", "arguments": {}}', "a", '{"name": "set", "arguments": {}}'),
    ],
)
def test_read(raw: str, thought: str, action: str) -> None:
    """Both forms are read, with labels in any case and white space or a fence around them."""
    assert parse_reply(raw) == Reply(thought, action)


@pytest.mark.parametrize(
    ("raw", "got"),
    [
        ("", "there is no thought and no action"),
        ("take key", "it begins with something else"),
        ("Action: take key", "the action comes without a thought before it"),
        ("Thought: only this", 'there is no line that begins with "Action:"'),
        ("Thought: a\nAction:", 'there is nothing after "Action:"'),
        ("Thought: a\nAction: b\nAction: c", "there is more than one action"),
        ("Thought: a\nThought: b\nAction: c", "there is a second thought"),
        ("Thought: a\nAction: b\nThought: c", "a thought follows the action"),
        ("Thought: a\nAction: b\nObservation: c", "something follows the action"),
        ("{", "it is not JSON that can be read: it ends too early"),
        ('{"thought": "a"}', "there is no action in it"),
        ('{"thought": 5, "action": "b"}', 'the "thought" is not a text'),
        (
            '{"thought": "a", "thought": "b", "action": "c"}',
            'it is not JSON that can be read: it gives "thought" twice',
        ),
        ('{"a": NaN}', "it is not JSON that can be read: it goes wrong at line 1, column 7"),
        ("x" * (limits.REPLY_CHARACTERS + 1), f"the reply is longer than {limits.REPLY_CHARACTERS:,} characters"),
    ],
)
def test_faults(raw: str, got: str) -> None:
    """Anything else is a fault that says what was expected and what was there."""
    fault = parse_reply(raw)
    assert isinstance(fault, FormatFault)
    assert fault.got == got
    assert fault.text.startswith("Expected ") and got in fault.text


@given(st.text(max_size=200))
def test_any_text(raw: str) -> None:
    """No text raises."""
    parse_reply(raw)
    parse_reply("{" + raw)
    parse_reply("Thought: " + raw + "\nAction: " + raw)


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=40))
def test_thoughts_come_back(thought: str) -> None:
    """A one-line thought is read as it was written, but for white space around it."""
    assert parse_reply(f"Thought: {thought}\nAction: look") == Reply(thought.strip(), "look")


@pytest.mark.parametrize("piece", ["{", "[", '{"a":', "Thought: a\n", "a\n", "```\n", "\n", " ", "\\", '"'])
def test_hostile(piece: str) -> None:
    """Long and deep texts take little time and raise nothing."""
    began = time.perf_counter()
    text = piece * (limits.REPLY_CHARACTERS // len(piece))
    parse_reply(text)
    parse_reply("{" + text[:-1])
    assert time.perf_counter() - began < 5
