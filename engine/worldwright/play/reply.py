"""An agent's reply: a thought and exactly one action, in one of two forms.

    Thought: I need the key to open the chest.        {"thought": "I need the key …", "action": "take brass key"}
    Action: take brass key

The labelled form is parsed by grammars/reply.lark, the other by grammars/json.lark. In the JSON form the action may
also be an object, or stand beside the thought (`{"thought": "…", "action": "take", "x": "brass key"}`), for the skins
that write actions as JSON. `thought` may be empty, and in JSON it may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from .. import limits
from ..shipped import shipped
from .json_text import NotJson, read_object, write_value

EXPECTED = 'a line "Thought: …" and then one line "Action: …"'
_MARK = "```"


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent said: its thought, and its action as written."""

    thought: str
    action: str


@dataclass(frozen=True, slots=True)
class FormatFault:
    """A reply in no readable form: what was expected, and what was there."""

    expected: str
    got: str

    @property
    def text(self) -> str:
        """A sentence for the agent."""
        return f"Expected {self.expected}, but {self.got}."


@lru_cache(1)
def _parser() -> Lark:
    return Lark.open(str(shipped("grammars") / "reply.lark"), parser="lalr", lexer="basic", maybe_placeholders=False)


def parse_reply(raw: str) -> Reply | FormatFault:
    """Read a raw reply. Takes time linear in its length and never raises for a text."""
    if len(raw) > limits.REPLY_CHARACTERS:
        return FormatFault(EXPECTED, f"the reply is longer than {limits.REPLY_CHARACTERS:,} characters")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    inner = _unfenced(text)
    if inner.startswith("{"):
        return _from_json(inner)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as fault:
        return FormatFault(EXPECTED, _found(fault))
    return _from_lines(tree)


def _from_lines(tree: Tree[Token]) -> Reply | FormatFault:
    parts = {str(part.data): "".join(map(str, part.children)) for part in tree.children if isinstance(part, Tree)}
    thought = parts["thought"].split(":", 1)[1].strip()
    action = parts["action"].split(":", 1)[1].strip()
    if not action:
        return FormatFault(EXPECTED, 'there is nothing after "Action:"')
    if "\n" in action and not action.startswith("{"):
        return FormatFault(EXPECTED, "something follows the action")
    return Reply(thought, action)


def _from_json(text: str) -> Reply | FormatFault:
    expected = 'one JSON object with "thought" and "action"'
    found = read_object(text)
    if isinstance(found, NotJson):
        return FormatFault(expected, f"it is not JSON that can be read: {found.reason}")
    thought = found.get("thought", "")
    if not isinstance(thought, str):
        return FormatFault(expected, 'the "thought" is not a text')
    rest = {key: value for key, value in found.items() if key != "thought"}
    if not rest:
        return FormatFault(expected, "there is no action in it")
    action = rest.get("action")
    if len(rest) == 1 and isinstance(action, str):
        written = action.strip()
        return Reply(thought.strip(), written) if written else FormatFault(expected, "the action is empty")
    if len(rest) == 1 and isinstance(action, Mapping):
        return Reply(thought.strip(), write_value(action))
    return Reply(thought.strip(), write_value(rest))


def _unfenced(text: str) -> str:
    """The text without white space around it, and without a Markdown fence around it."""
    text = text.strip()
    if text.startswith(_MARK) and text.endswith(_MARK) and len(text) > 2 * len(_MARK):
        _, _, inner = text[: -len(_MARK)].partition("\n")
        return inner.strip()
    return text


def _found(fault: UnexpectedInput) -> str:
    """What stood where the parser stopped."""
    if isinstance(fault, UnexpectedCharacters):
        return "it holds something unreadable"
    if not isinstance(fault, UnexpectedToken):
        return "it ends too early"
    kind = fault.token.type
    begun = "ACTION_LINE" in fault.accepts or "ACTION_LINE" in fault.expected
    thinking = "THOUGHT_LINE" in fault.expected
    if kind == "$END":
        return "there is no thought and no action" if thinking else 'there is no line that begins with "Action:"'
    if kind == "ACTION_LINE":
        return "the action comes without a thought before it" if thinking else "there is more than one action"
    if kind == "THOUGHT_LINE":
        return "there is a second thought" if begun else "a thought follows the action"
    if kind == "TEXT_LINE":
        return "it begins with something else" if thinking else "something follows the action"
    return "a fence (```) opens or closes in the middle"
