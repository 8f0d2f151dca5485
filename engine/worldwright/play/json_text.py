"""Reads one JSON object that an agent wrote. Never raises for a text, whatever it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

from ..shipped import shipped

DEPTH = 8
"""Levels of nesting: an action needs two."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Twice:
    """An object that gives one key twice."""

    key: str


@dataclass(frozen=True, slots=True)
class NotJson:
    """Why a text is not one JSON object, as the end of "That is not a JSON object: …"."""

    reason: str


JsonObject = Mapping[str, Any]


@v_args(inline=True)
class _Values(Transformer[Token, Any]):
    """Values are built while parsing, bottom-up, so that no depth can exhaust the stack."""

    def string(self, token: Token) -> str:
        return str(json.loads(token))

    def number(self, token: Token) -> Number:
        return Number(str(token))

    def true(self, _: Token) -> bool:
        return True

    def false(self, _: Token) -> bool:
        return False

    def null(self, _: Token) -> None:
        return None

    def pair(self, key: Token, value: Any) -> tuple[str, Any]:
        return str(json.loads(key)), value

    def array(self, *values: Any) -> list[Any]:
        return list(values)

    def object(self, *pairs: tuple[str, Any]) -> Any:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                return Twice(key)
            found[key] = value
        return found


@lru_cache(1)
def _parser() -> Lark:
    return Lark.open(str(shipped("grammars") / "json.lark"), parser="lalr", transformer=_Values())


def read_object(text: str) -> JsonObject | NotJson:
    """The object that a text writes; numbers stay as written."""
    try:
        value: Any = _parser().parse(text)
    except UnexpectedInput as fault:
        if isinstance(fault, UnexpectedToken) and fault.token.type == "$END":
            return NotJson("it ends too early")
        return NotJson(f"it goes wrong at line {fault.line}, column {fault.column}")
    pending: list[tuple[Any, int]] = [(value, 1)]
    while pending:
        item, depth = pending.pop()
        if isinstance(item, Twice):
            return NotJson(f'it gives "{item.key[:40]}" twice')
        if depth > DEPTH:
            return NotJson("it is nested too deeply")
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        pending.extend((child, depth + 1) for child in inner)
    assert isinstance(value, dict)
    return value


def write_value(value: Any) -> str:
    """The JSON text of a value that was read."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{write_value(key)}: {write_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(write_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
