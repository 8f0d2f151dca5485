"""Finds and names the places where two JSON values differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

SHOWN = 120
"""Characters of a value that a message quotes."""


class _Missing:
    """Stands for a value that one side lacks."""


MISSING = _Missing()


def differences(expected: Any, got: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """The places where `got` is not `expected`, with both as shown. Types count: 1, 1.0 and true all differ."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            inner = f"{place}.{key}" if place else str(key)
            yield from differences(expected.get(key, MISSING), got.get(key, MISSING), inner)
    elif isinstance(expected, list) and isinstance(got, list):
        for index, (one, other) in enumerate(zip_longest(expected, got, fillvalue=MISSING)):
            yield from differences(one, other, f"{place}[{index}]")
    elif type(expected) is not type(got) or expected != got:
        yield place, shown(expected), shown(got)


def shown(value: Any) -> str:
    """A value for a message: as JSON, cut to a readable length."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
