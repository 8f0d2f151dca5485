"""What an endpoint can do, found out by asking it: names and versions tell too little, and some servers claim too much.

Each capability is tried with a tiny question whose answer shows whether the constraint was kept: nothing but the
constraint makes a model say "quince". Refusals, server errors and nonsense all are answers to the question, so a probe
never fails; it says what it found in words. A failure that stays after the usual number of tries counts as "no"; `sure`
is False if one was of a kind that tells nothing, and then it is better to probe anew another time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

from .ask import (
    Answer,
    AskFailed,
    Fault,
    GrammarForm,
    GrammarShape,
    JsonForm,
    JsonShape,
    Message,
    Plain,
    Question,
    Shape,
    ToolShape,
    canonical,
)
from .client import Client
from .endpoint import Api

WORD = "quince"
_TOKENS = 48
_FORMS: tuple[GrammarForm, ...] = ("grammar", "structured_outputs", "ebnf")
_SCHEMA = canonical(
    {
        "type": "object",
        "properties": {"fruit": {"type": "string", "enum": [WORD]}},
        "required": ["fruit"],
        "additionalProperties": False,
    }
)
_TOOLS = canonical(
    [
        {
            "type": "function",
            "function": {
                "name": "open_door",
                "description": "Opens a door.",
                "parameters": {
                    "type": "object",
                    "properties": {"side": {"type": "string", "enum": ["north", "south"]}},
                    "required": ["side"],
                    "additionalProperties": False,
                },
                "strict": True,
            },
        }
    ]
)
_LOST: tuple[Fault | None, ...] = ("auth", "not_found", "connection", "budget")
_TELLS_NOTHING: tuple[Fault, ...] = ("rate_limit", "timeout", "connection", "budget")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What was found. `found` says it in words, a line for each thing that was tried.

    `answers`: the endpoint answers plain questions at all, without which nothing else is tried. `tools` is how it has
    to be told to call tools: "auto" if offering them is enough, "required" if it must be made to, "" if it does not.
    `grammar` is the field it reads a grammar from, "" if none. `seed`: the same seed gives the same reply, and another
    seed another. `responses`: the Responses API is there. `sure`: nothing of this may be due to a bad moment.
    """

    answers: bool
    json_schema: bool
    json_object: bool
    tools: Literal["auto", "required", ""]
    grammar: GrammarForm | Literal[""]
    seed: bool
    responses: bool
    lists_models: bool
    found: tuple[tuple[str, str], ...]
    sure: bool = True

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values."""
        written = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**written, "found": [list(line) for line in self.found]}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Capabilities:
        """The capabilities that `to_json` wrote. Raises KeyError or TypeError for anything else."""
        return cls(**{**written, "found": tuple((str(name), str(words)) for name, words in written["found"])})


async def probe(client: Client) -> Capabilities:
    """Ask an endpoint about a dozen tiny questions, one after another, none of them cached.

    Never raises for what an endpoint does.
    """
    asking = _Probe(client)
    answers = await asking.plain()
    if not answers:
        lists = False
        if asking.fault not in _LOST:
            lists = await asking.models()
        return Capabilities(False, False, False, "", "", False, False, lists, tuple(asking.found), asking.sure)
    lists = await asking.models()
    schema = await asking.json("json_schema")
    plain_object = await asking.json("json_object")
    tools = await asking.tools()
    grammar = await asking.grammar()
    seed = await asking.seed()
    responses = await asking.responses()
    return Capabilities(
        True, schema, plain_object, tools, grammar, seed, responses, lists, tuple(asking.found), asking.sure
    )


class _Probe:
    """One probe under way: what was found so far, and the class of the last failure."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.found: list[tuple[str, str]] = []
        self.fault: Fault | None = None
        self.sure = True

    async def plain(self) -> bool:
        """Is there an answer at all?"""
        answer = await self._ask("answers", _question("Say hello."))
        if answer is None:
            return False
        counted = "" if answer.usage.tokens else ", and counts no tokens"
        self._note("answers", f'yes, as "{answer.model}"{counted}')
        return True

    async def models(self) -> bool:
        """Does it list its models, and is ours among them?"""
        try:
            names = await self._client.models()
        except AskFailed as failed:
            return self._note("models", f"no list: {failed}")
        ours = self._client.endpoint.model
        if ours in names:
            return self._note("models", f'lists {len(names)}, "{ours}" among them', True)
        return self._note("models", f'lists {len(names)}, but not "{ours}"', True)

    async def json(self, form: JsonForm) -> bool:
        """Does it keep to a JSON schema that is given in this form?"""

        def kept(answer: Answer) -> bool:
            try:
                return bool(json.loads(answer.text) == {"fruit": WORD})
            except (ValueError, RecursionError):
                return False

        return await self._constrained(form, JsonShape("probe", _SCHEMA, form), kept)

    async def tools(self) -> Literal["auto", "required", ""]:
        """Does it call tools, by itself or when it must?"""
        question = "Open the north door. Use the tool for it."

        def called(answer: Answer) -> bool:
            return answer.call is not None and answer.call.name == "open_door"

        if await self._constrained("tools", ToolShape(_TOOLS), called, question):
            return "auto"
        if await self._constrained("tools (required)", ToolShape(_TOOLS, required=True), called, question):
            return "required"
        return ""

    async def grammar(self) -> GrammarForm | Literal[""]:
        """Does it keep to a grammar, and in which field?"""
        for form in _FORMS:
            shape = GrammarShape(f'root ::= "{WORD}"', form)
            if await self._constrained(f"grammar ({form})", shape, lambda answer: answer.text.strip() == WORD):
                return form
        return ""

    async def seed(self) -> bool:
        """Does a seed decide the reply? Asked where chance has room, and in a row.

        Some servers compute a prompt's beginning differently if it is in their cache, and then a seed does not help:
        the first of the three questions warms the cache for the two that are compared.
        """
        texts = []
        for seed in (2, 1, 1):
            answer = await self._ask("seed", _question("Write ten random words.", seed=seed, temperature=1.0))
            if answer is None:
                return False
            texts.append(answer.text)
        if texts[1] != texts[2]:
            return self._note("seed", "no: the same seed gives different replies")
        if texts[0] == texts[1]:
            return self._note("seed", "no: different seeds give the same reply")
        return self._note("seed", "yes: asked twice in a row, the same seed gives the same reply", True)

    async def responses(self) -> bool:
        """Is the Responses API there?"""
        if self._client.endpoint.api == "chat" and await self._ask("responses", _question("Hi."), "responses") is None:
            return False
        return self._note("responses", "yes", True)

    async def _constrained(
        self, name: str, shape: Shape, kept: Callable[[Answer], bool], words: str = "Which colour is the sky?"
    ) -> bool:
        """Is a constraint kept?"""
        answer = await self._ask(name, _question(words, shape))
        if answer is None:
            return False
        if kept(answer):
            return self._note(name, "yes", True)
        said = " ".join(answer.text.split())[:40]
        return self._note(name, f'no: taken without complaint, but the reply was "{said}"')

    async def _ask(self, name: str, question: Callable[[str], Question], api: Api | None = None) -> Answer | None:
        """The answer; None, noted, if there is none."""
        try:
            return await self._client.attempt(question(self._client.endpoint.model), api)
        except AskFailed as failed:
            self.fault = failed.fault
            self.sure = self.sure and failed.fault not in _TELLS_NOTHING
            self._note(name, f"no ({failed.fault}): {failed}")
            return None

    def _note(self, name: str, words: str, works: bool = False) -> bool:
        self.found.append((name, words))
        return works


def _question(
    words: str, shape: Shape | None = None, seed: int | None = None, temperature: float = 0.0
) -> Callable[[str], Question]:
    """A question to whichever model."""

    def to(model: str) -> Question:
        messages = (Message("user", words),)
        return Question(model, messages, _TOKENS, temperature, seed=seed, shape=shape or Plain())

    return to
