"""How a language model is asked to play: what it reads, and what of its answer is the reply.

The first message holds the episode's instructions, then how replies are written. Three turns of an example follow that
name nothing of the world: an action is refused, the next takes that up, and then it goes. Then come the opening, the
model's reply, the feedback, its reply, and so on. A chat only ever grows at its end, so that every question's messages
begin with all messages of the question before: endpoints that keep what they have read need not read it again.

What the model wrote is the reply, to the letter. No stop sequence cuts it off, so a model that goes on to write the
world's answer itself (a well-known habit) gets what such a reply deserves: "something follows the action". Where an
endpoint constrains replies (`Offers`), the skins `json` and `tools` use its schemas and tools: the reply is then the
JSON object, or the tool call written out as the skin writes calls, as the reply grammar reads it. The other skins use
its grammars, under which small models that keep to no form can play at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeVar, get_args

from ..models.ask import (
    Answer,
    GrammarForm,
    GrammarShape,
    JsonForm,
    JsonShape,
    Message,
    Plain,
    Shape,
    ToolCall,
    ToolShape,
    canonical,
)
from ..models.probe import Capabilities
from ..play.episode import Episode
from ..play.grammars import gbnf
from ..play.json_text import NotJson, read_object, write_value
from ..play.language import reply_rules
from ..play.reply import Reply, parse_reply
from ..play.skins import Skin
from .player import written


@dataclass(frozen=True, slots=True)
class Example:
    """Three worked replies: a verb is refused to a thing, the remedy is applied, and the verb goes.

    `trouble` is what is in the way; `opening`, `refusal` and `mended` are what was read before each reply, and `reason`
    is why the verb is wanted. Without such an example small models say again what was refused until they are stuck; and
    where it stands in one message, they write the answers to their actions themselves.
    """

    verb: str
    thing: str
    trouble: str
    remedy: str
    opening: str
    reason: str
    refusal: str
    mended: str

    @property
    def words(self) -> frozenset[str]:
        """The words that must mean nothing in the world that is played."""
        return frozenset((self.verb, self.thing, self.trouble, self.remedy))


EXAMPLES: Final = (
    Example(
        *("ring", "gong", "wool", "unwrap"),
        "Wake the monks. The gong hangs before you.",
        "I am to wake the monks, and the gong is before me",
        "Wool is wrapped round the gong; it gives no sound.",
        "You unwrap the gong.",
    ),
    Example(
        *("inflate", "dinghy", "hole", "patch"),
        "Get to the shore. It is too far to swim; here lies a dinghy.",
        "The shore is too far to swim, and here lies a dinghy",
        "The dinghy has a hole; no air stays in it.",
        "You patch the dinghy.",
    ),
    Example(
        *("prune", "fern", "dome", "uncover"),
        "Tidy the garden. The fern has brown tips.",
        "I am to leave a tidy garden behind, and the fern is all brown tips",
        "The fern stands under a dome of glass; no blade gets near it.",
        "You uncover the fern.",
    ),
    Example(
        *("unroll", "tapestry", "cord", "untie"),
        "Find out the way. You carry a tapestry that shows it.",
        "I want to know the way, and the tapestry shows it",
        "A cord holds the tapestry together.",
        "You untie the tapestry.",
    ),
    Example(
        *("ignite", "lantern", "mud", "rinse"),
        "Get home. It is dark, and here is a lantern.",
        "To get home I need light, and here is a lantern",
        "The lantern is full of mud; the wick takes no flame.",
        "You rinse the lantern.",
    ),
)
"""The first is used that shares no word with the world. Things that are out of place in most worlds come first: small
models take what they read here for what is there."""

F = TypeVar("F")
ToolForm = Literal["auto", "required"]
_WORD = re.compile(r"\w+")
_ACTION_LINE = re.compile(r"^[ \t]*action[ \t]*:", re.IGNORECASE | re.MULTILINE)
_THOUGHT_LABEL = re.compile(r"^\s*thought[ \t]*:", re.IGNORECASE)
THOUGHT_CHARACTERS: Final = 1_000
"""A thought that was asked for on its own; a longer one is no thought."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The ways in which an endpoint constrains replies: by a schema, by tools, by a grammar, each told in this form."""

    schema: JsonForm | None = None
    tools: ToolForm | None = None
    grammar: GrammarForm | None = None

    def to_json(self) -> dict[str, str | None]:
        """The forms as JSON values."""
        return {"schema": self.schema, "tools": self.tools, "grammar": self.grammar}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Offers:
        """The offers that `to_json` wrote; what it cannot have written is no offer."""
        schema: JsonForm | None = _one_of(get_args(JsonForm), written.get("schema"))
        tools: ToolForm | None = _one_of(get_args(ToolForm), written.get("tools"))
        grammar: GrammarForm | None = _one_of(get_args(GrammarForm), written.get("grammar"))
        return cls(schema, tools, grammar)


NOTHING_OFFERED: Final = Offers()
"""An endpoint that is only ever asked for text."""


@dataclass(frozen=True, slots=True)
class Said:
    """One reply: `raw` is what the reply grammar reads, `message` is how it stands in the chat."""

    raw: str
    message: Message


@dataclass(frozen=True, slots=True)
class Chat:
    """The messages of one play so far. Made longer, never changed."""

    messages: tuple[Message, ...]

    def said(self, said: Said) -> Chat:
        """With a reply at the end."""
        return Chat((*self.messages, said.message))

    def heard(self, text: str) -> Chat:
        """With the feedback to the last reply at the end: for the tool that was called, or from the user."""
        call = self.messages[-1].call
        answer = Message("user", text) if call is None else Message("tool", text, call_id=call.id)
        return Chat((*self.messages, answer))

    def aside(self, text: str) -> tuple[Message, ...]:
        """The messages with a remark after the last one's text, for a question that is no part of the play."""
        last = self.messages[-1]
        return (*self.messages[:-1], replace(last, content=f"{last.content}\n\n{text}"))


def offers_of(found: Capabilities) -> Offers:
    """What a probe found, as far as replies can use it."""
    schema: JsonForm | None = "json_schema" if found.json_schema else "json_object" if found.json_object else None
    return Offers(schema, found.tools or None, found.grammar or None)


def shape_for(skin: Skin, offers: Offers, told: int) -> Shape:
    """How replies in a skin are constrained at an endpoint with these offers; `Plain` where nothing fits.

    A grammar is of all commands that name only what was `told`: what the world itself refuses can still be said.
    """
    if skin.name == "json" and offers.schema is not None:
        return JsonShape("reply", canonical(reply_schema(skin)), offers.schema)
    if skin.name == "tools" and offers.tools:
        return ToolShape(canonical(tools_with_thought(skin)), required=offers.tools == "required")
    if skin.name not in ("json", "tools") and offers.grammar:
        return GrammarShape(gbnf(reply_rules(skin, told)), offers.grammar)
    return Plain()


def chat_with(episode: Episode, shape: Shape) -> Chat:
    """The chat at the start of an episode: how to play, an example of it in turns of its own, and the opening."""
    told = f"{episode.instructions}\n\n{_how_to_reply(episode, shape)}"
    if isinstance(shape, ToolShape):
        return Chat((Message("system", told), Message("user", episode.observation)))
    example = _foreign(episode)
    replies = _worked(episode, shape, example)
    texts = (f"Example: {example.opening}", example.refusal, example.mended)
    turns = [message for text, reply in zip(texts, replies, strict=True) for message in (Message("user", text), reply)]
    start = f"{BEGIN}\n\n{episode.observation}"
    return Chat((Message("system", f"{told} {_EXAMPLE}"), *turns, Message("user", start)))


def reply_in(answer: Answer, skin: Skin) -> Said:
    """The reply that an answer is. A tool call is written out as the `tools` skin writes calls."""
    if answer.call is None:
        return Said(answer.text, Message("assistant", answer.text))
    raw = _from_call(answer.call, answer.text, thought_name(skin))
    return Said(raw, Message("assistant", answer.text, call=answer.call))


def reply_of(thought: str, action: str, shape: Shape) -> Said:
    """The reply that a thought and an action make, in the form that the other replies have."""
    found = read_object(action) if isinstance(shape, JsonShape) else None
    if found is None or isinstance(found, NotJson):
        raw = written(thought, action)
    else:
        raw = "{" + f'"thought": {json.dumps(thought, ensure_ascii=False)}, "action": {write_value(found)}' + "}"
    return Said(raw, Message("assistant", raw))


def thought_in(text: str) -> str | None:
    """The thought in an answer to a question for a thought alone, on one line; None if there is none to be used.

    Tolerated: the label, what comes after it (an action, or another paragraph), the whole as a reply.
    """
    read = parse_reply(text)
    if isinstance(read, Reply) and read.thought:
        thought = read.thought
    else:
        thought = _ACTION_LINE.split(_THOUGHT_LABEL.sub("", text, count=1), maxsplit=1)[0].strip().partition("\n\n")[0]
    thought = " ".join(thought.split()).strip('"').strip()
    usable = bool(thought) and len(thought) <= THOUGHT_CHARACTERS and not thought.startswith(("{", "```"))
    return thought if usable else None


# ---------------------------------------------------------------- what constrains replies


def _one_of(forms: Sequence[F], written: object) -> F | None:
    """The form that is written, if it is one of these."""
    return next((form for form in forms if form == written), None)


def reply_schema(skin: Skin) -> dict[str, Any]:
    """The JSON schema of a whole reply in the `json` skin: the thought, then one of the actions."""
    actions = []
    for tool, form in zip(skin.tool_schemas(), skin.surface.forms, strict=True):
        function = tool["function"]
        properties = {"action": {"type": "string", "enum": [function["name"]]}}
        for slot in form.slots:
            properties[slot.label] = function["parameters"]["properties"][slot.name]
        actions.append(_object(properties))
    return _object({"thought": {"type": "string"}, "action": {"anyOf": actions}})


def tools_with_thought(skin: Skin) -> list[dict[str, Any]]:
    """The tools of a skin, each with the thought as its first argument: many models write no text beside a call."""
    label = thought_name(skin)
    tools = []
    for tool in skin.tool_schemas():
        function = tool["function"]
        properties = {label: {"type": "string", "description": "what you know and what to do next"}}
        properties |= function["parameters"]["properties"]
        tools.append({**tool, "function": {**function, "parameters": _object(properties)}})
    return tools


def thought_name(skin: Skin) -> str:
    """What the argument for the thought is called: no parameter of the world has this name."""
    taken = {slot.name for form in skin.surface.forms for slot in form.slots}
    name = "thought"
    while name in taken:
        name += "_"
    return name


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _from_call(call: ToolCall, text: str, label: str) -> str:
    """A tool call as a reply. Arguments that are no JSON object stay as they are, for the engine to refuse."""
    found = read_object(call.arguments)
    if isinstance(found, NotJson):
        thought, arguments = text, call.arguments
    else:
        given = found.get(label)
        thought = given if isinstance(given, str) and given.strip() else text
        arguments = write_value({key: value for key, value in found.items() if key != label})
    return written(" ".join(thought.split()), f'{{"name": {json.dumps(call.name)}, "arguments": {arguments}}}')


# ---------------------------------------------------------------- words

_THINK = (
    "In the thought say what the task still needs, what you have just learnt, and which one action brings you nearer. "
    "If an answer says that something cannot be done, take up the reason that it gives, and see to that first: the "
    "same action again would only be refused again."
)

_EXAMPLE: Final = "The first three turns are an example, from another world."
BEGIN: Final = "Well done. That was the example; the task begins now."


def _how_to_reply(episode: Episode, shape: Shape) -> str:
    """What the model is told about replies, beside what every agent is told."""
    if isinstance(shape, ToolShape):
        return (
            f'Act by calling one tool each turn; "{thought_name(episode.skin)}" is where the thought stands. {_THINK}'
        )
    if isinstance(shape, JsonShape):
        return f'Write the reply as one JSON object with "thought" and "action". {_THINK}'
    return (
        f"Write one thought and one action each turn, and stop there: what comes of it is not yours to write. {_THINK}"
    )


def _worked(episode: Episode, shape: Shape, example: Example) -> list[Message]:
    """The three replies of an example as they stand in the chat."""
    verb, thing, remedy = example.verb, example.thing, example.remedy
    thoughts = (
        (f"{example.reason}. So I {verb} it.", verb),
        (f"I cannot {verb} the {thing} because of the {example.trouble}. So I {remedy} it first.", remedy),
        (f"The {example.trouble} is gone, so now I can {verb} the {thing}.", verb),
    )
    skin = episode.skin.name
    return [reply_of(thought, _example_action(skin, said, thing), shape).message for thought, said in thoughts]


def _foreign(episode: Episode) -> Example:
    """The first example of whose words this world and its instructions do not speak."""
    world = episode.system.world
    texts = [episode.instructions, episode.observation]
    texts += [name for atom in world.atoms for name in (atom.display, *atom.aliases)]
    used = {word for text in texts for word in _WORD.findall(text.casefold())}
    return next((each for each in EXAMPLES if not used & each.words), EXAMPLES[-1])


def _example_action(skin: str, verb: str, thing: str) -> str:
    match skin:
        case "call":
            return f"{verb}({thing})"
        case "bracket":
            return f"{verb}[{thing}]"
        case "json":
            return json.dumps({"action": verb, "item": thing})
        case "tools":
            return json.dumps({"name": verb, "arguments": {"item": thing}})
    return f"{verb} {thing}"
