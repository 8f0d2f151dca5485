"""A question to a language model and its answer: plain values that know nothing of transport.

A `Question` holds everything that decides the answer, so that `key()` can name it in a cache: the same question asked
again finds what was paid for. An `Asker` turns a question into an `Answer` or raises `AskFailed`, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

Role = Literal["system", "user", "assistant", "tool"]
Fault = Literal[
    "rate_limit",
    "server",
    "timeout",
    "connection",
    "protocol",
    "empty",
    "auth",
    "not_found",
    "refused",
    "context",
    "budget",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
"""Every class of failure, in the order in which reports list them:

    rate_limit   429, and the retries are used up            empty       no choice, or one that says nothing at all
    server       500, 502, 503, 504 and the like             auth        401, 402, 403: no key, not this one, no credit
    timeout      no answer in time                           not_found   404: no such model or address
    connection   refused, reset, broken off                  refused     400, 422 …: the question itself is at fault
    protocol     an answer, but not of this protocol         context     the question is longer than the model reads
                                                             budget      a limit of ours forbids to ask
"""
HOPELESS: frozenset[Fault] = frozenset({"auth", "not_found", "budget"})
"""After one of these no other question will be answered either: stop asking, and go on another day."""


class AskFailed(Exception):
    """A question got no answer. `fault` is its exact class; the message tells people what happened and what to do.

    `wait` are the seconds that the endpoint asked to be left alone for, if it did; `usage` is what it says to have
    charged for nothing.
    """

    def __init__(self, fault: Fault, message: str, wait: float | None = None, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.fault: Fault = fault
        self.wait = wait
        self.usage = usage or Usage()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call as the endpoint sent it: `arguments` is its text, JSON if the model kept to it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. An assistant's may carry a tool call; a tool's answers the call `call_id`."""

    role: Role
    content: str
    call: ToolCall | None = None
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """The reply is any text."""


JsonForm = Literal["json_schema", "json_object"]
GrammarForm = Literal["grammar", "structured_outputs", "ebnf"]


@dataclass(frozen=True, slots=True)
class JsonShape:
    """The reply is a JSON value of a schema (a JSON object, as text).

    `form` is how the endpoint wants to be told: as a strict "json_schema", or, by older servers of the llama.cpp
    family, as a "json_object" with a schema in it. A probe finds out.
    """

    name: str
    schema: str
    form: JsonForm = "json_schema"


@dataclass(frozen=True, slots=True)
class ToolShape:
    """The reply may call one of these tools (a JSON array of tools as Chat Completions writes them, as text).

    With `required` it must, and a model then often writes no text beside the call.
    """

    tools: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class GrammarShape:
    """The reply is of the language of a GBNF grammar.

    `form` is the field that the endpoint reads it from: "grammar" (llama.cpp), "structured_outputs" (vLLM) or "ebnf"
    (SGLang). A probe finds out.
    """

    gbnf: str
    form: GrammarForm = "grammar"


Shape = Plain | JsonShape | ToolShape | GrammarShape
_SHAPES = {Plain: "plain", JsonShape: "json", ToolShape: "tools", GrammarShape: "grammar"}


@dataclass(frozen=True, slots=True)
class Question:
    """One request for one reply. `max_tokens` bounds the reply; `sample` tells repeated asks of one question apart."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    shape: Shape = Plain()
    sample: int = 0

    def to_json(self) -> dict[str, Any]:
        """Every field as JSON values."""
        return {**asdict(self), "shape": {"kind": _SHAPES[type(self.shape)], **asdict(self.shape)}}

    def key(self) -> str:
        """The SHA-256 of the question's canonical JSON, in hexadecimal. A client adds where it asks and how."""
        return digest(self.to_json())


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and calls that were paid for. `cached` of the `prompt` tokens were read from the endpoint's own cache."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0
    calls: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.completion + other.completion,
            self.calls + other.calls,
        )

    @property
    def tokens(self) -> int:
        """Tokens read and written together."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model replied: a text, a tool call, or both.

    `finish` is the endpoint's word for why it stopped: "stop", "length", "content_filter", "tool_calls" or another.
    `usage` is what this answer cost when it was asked; one that is `remembered` came from a cache and cost nothing now.
    """

    text: str
    call: ToolCall | None
    finish: str
    usage: Usage
    model: str
    remembered: bool = False

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values, for a cache."""
        fields = asdict(self)
        del fields["remembered"]
        return fields

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Answer:
        """The answer that `to_json` wrote. Raises KeyError or TypeError for anything else."""
        call = None if fields["call"] is None else ToolCall(**fields["call"])
        return cls(fields["text"], call, fields["finish"], Usage(**fields["usage"]), fields["model"])

    def again(self) -> Answer:
        """The same answer, remembered."""
        return replace(self, remembered=True)


Asker = Callable[[Question], Awaitable[Answer]]


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and ASCII only: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: Any) -> str:
    """The SHA-256 of a JSON value's canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()
