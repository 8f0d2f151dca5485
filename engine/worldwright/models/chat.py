"""Chat Completions: a question as a request's fields, and a response's body as an answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .ask import Answer, AskFailed, GrammarShape, JsonShape, Message, Question, ToolCall, ToolShape, Usage
from .body import count, field, items, text


def request(question: Question, new_names: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that the protocol knows, and those that only some servers know.

    `new_names` is for models that want "max_completion_tokens" and refuse "max_tokens". What is at its default is
    left out, since some models refuse even the mention of a setting.
    """
    fields: dict[str, Any] = {
        "model": question.model,
        "messages": [_message(message) for message in question.messages],
        "max_completion_tokens" if new_names else "max_tokens": question.max_tokens,
        "temperature": question.temperature,
    }
    extra: dict[str, Any] = {}
    if question.top_p != 1.0:
        fields["top_p"] = question.top_p
    if question.seed is not None:
        fields["seed"] = question.seed
    if question.stop:
        fields["stop"] = list(question.stop)
    match question.shape:
        case JsonShape(name, schema, "json_schema"):
            wanted = {"name": name, "schema": json.loads(schema), "strict": True}
            fields["response_format"] = {"type": "json_schema", "json_schema": wanted}
        case JsonShape(_, schema):
            fields["response_format"] = {"type": "json_object", "schema": json.loads(schema)}
        case ToolShape(tools, required):
            fields["tools"] = json.loads(tools)
            fields["tool_choice"] = "required" if required else "auto"
            fields["parallel_tool_calls"] = False
        case GrammarShape(gbnf, form):
            extra[form] = {"grammar": gbnf} if form == "structured_outputs" else gbnf
    return fields, extra


def _message(message: Message) -> dict[str, Any]:
    """One message as the protocol writes it."""
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.content}
    written: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.call is not None:
        function = {"name": message.call.name, "arguments": message.call.arguments}
        written["tool_calls"] = [{"id": message.call.id, "type": "function", "function": function}]
    return written


def answer(body: Any, question: Question) -> Answer:
    """The answer that a response's body is.

    One that says nothing is an answer all the same if the endpoint cut it off (finish "length" or "content_filter");
    otherwise it raises AskFailed "empty". Of several tool calls the first is taken: a reply is one action.
    """
    if not isinstance(body, dict):
        raise AskFailed(
            "protocol", "the endpoint answered with JSON that is no Chat Completion (is the base URL right?)"
        )
    usage = _usage(field(body, "usage"))
    if "choices" not in body:
        raise AskFailed("protocol", "the endpoint answered with an object that has no choices", usage=usage)
    choices = items(body["choices"])
    if not choices:
        raise AskFailed("empty", "the endpoint answered without any choice", usage=usage)
    message = field(choices[0], "message")
    finish = text(field(choices[0], "finish_reason")) or "stop"
    said = text(field(message, "content"))
    if said is None:
        said = _parts(field(message, "content")) or text(field(message, "refusal"))
    call = _call(items(field(message, "tool_calls")))
    if said is None and call is None and finish not in ("length", "content_filter"):
        raise AskFailed("empty", "the endpoint answered with neither text nor a tool call", usage=usage)
    return Answer(said or "", call, finish, usage, text(field(body, "model")) or question.model)


def _parts(content: Any) -> str | None:
    """The text of a content that is written as a list of parts."""
    parts = [part for item in items(content) if (part := text(field(item, "text"))) is not None]
    return "".join(parts) if parts else None


def _call(calls: Sequence[Any]) -> ToolCall | None:
    """The first tool call that has a name."""
    for item in calls:
        function = field(item, "function")
        name = text(field(function, "name"))
        if name is not None:
            arguments = field(function, "arguments")
            written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            return ToolCall(text(field(item, "id")) or "", name, text(written) or "")
    return None


def _usage(found: Any) -> Usage:
    """What the endpoint says it counted; one that counts nothing leaves zeros."""
    cached = count(field(field(found, "prompt_tokens_details"), "cached_tokens"))
    return Usage(count(field(found, "prompt_tokens")), cached, count(field(found, "completion_tokens")), 1)
