"""The Responses API: a question as a request's fields, and a response's body as an answer."""

from __future__ import annotations

import json
from typing import Any

from .ask import Answer, AskFailed, GrammarShape, JsonShape, Message, Question, ToolCall, ToolShape, Usage
from .body import count, field, items, text

_REASONS = {"max_output_tokens": "length", "content_filter": "content_filter"}


def request(question: Question) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that the protocol knows, and those that only some servers know.

    This protocol has no seed; and no stop texts, which `answer` cuts at instead.
    """
    fields: dict[str, Any] = {
        "model": question.model,
        "input": [item for message in question.messages for item in _items(message)],
        "max_output_tokens": question.max_tokens,
        "temperature": question.temperature,
        "store": False,
    }
    extra: dict[str, Any] = {}
    if question.top_p != 1.0:
        fields["top_p"] = question.top_p
    match question.shape:
        case JsonShape(name, schema, "json_schema"):
            wanted = {"type": "json_schema", "name": name, "schema": json.loads(schema), "strict": True}
            fields["text"] = {"format": wanted}
        case JsonShape(_, schema):
            fields["text"] = {"format": {"type": "json_object", "schema": json.loads(schema)}}
        case ToolShape(tools, required):
            fields["tools"] = [{"type": "function", **tool["function"]} for tool in json.loads(tools)]
            fields["tool_choice"] = "required" if required else "auto"
            fields["parallel_tool_calls"] = False
        case GrammarShape(gbnf, form):
            extra[form] = {"grammar": gbnf} if form == "structured_outputs" else gbnf
    return fields, extra


def _items(message: Message) -> list[dict[str, Any]]:
    """One message as the items of this protocol."""
    if message.role == "tool":
        return [{"type": "function_call_output", "call_id": message.call_id, "output": message.content}]
    call = message.call
    found: list[dict[str, Any]] = []
    if message.content or call is None:
        found.append({"role": message.role, "content": message.content})
    if call is not None:
        found.append({"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments})
    return found


def answer(body: Any, question: Question) -> Answer:
    """The answer that a response's body is. What says nothing is judged as in Chat Completions."""
    if not isinstance(body, dict) or "output" not in body:
        raise AskFailed("protocol", "the endpoint answered with JSON that is no Response (is the base URL right?)")
    usage = _usage(field(body, "usage"))
    said: list[str] = []
    call: ToolCall | None = None
    for item in items(body["output"]):
        kind = field(item, "type")
        if kind == "message":
            for part in items(field(item, "content")):
                piece = text(field(part, "text"))
                piece = text(field(part, "refusal")) if piece is None else piece
                if piece is not None:
                    said.append(piece)
        elif kind == "function_call" and call is None and (name := text(field(item, "name"))) is not None:
            call = ToolCall(text(field(item, "call_id")) or "", name, text(field(item, "arguments")) or "")
    reason = text(field(field(body, "incomplete_details"), "reason"))
    finish = _REASONS.get(reason, reason) if reason else "tool_calls" if call is not None else "stop"
    if field(body, "status") == "failed":
        words = text(field(field(body, "error"), "message")) or "without a reason"
        raise AskFailed("server", f"the endpoint says that it failed: {words[:300]}", usage=usage)
    if not said and call is None and finish not in ("length", "content_filter"):
        raise AskFailed("empty", "the endpoint answered with neither text nor a tool call", usage=usage)
    whole = "".join(said)
    cut = min((at for stop in question.stop if stop and (at := whole.find(stop)) >= 0), default=len(whole))
    return Answer(whole[:cut], call, finish, usage, text(field(body, "model")) or question.model)


def _usage(found: Any) -> Usage:
    """What the endpoint says it counted."""
    cached = count(field(field(found, "input_tokens_details"), "cached_tokens"))
    return Usage(count(field(found, "input_tokens")), cached, count(field(found, "output_tokens")), 1)
