"""Reading JSON that an endpoint sent, of which nothing can be taken for granted."""

from __future__ import annotations

import json
import re
from typing import Any

from .ask import AskFailed
from .faults import looks_like_a_page, one_line

LARGEST = 1 << 53
_HALVES = re.compile("[\ud800-\udfff]")


def read(raw: bytes) -> Any:
    """The JSON value of a response's body. Raises AskFailed "protocol", saying what was there instead."""
    try:
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AskFailed("protocol", f"the endpoint's answer is not UTF-8 text (byte {error.start})") from None
    if looks_like_a_page(written):
        raise AskFailed("protocol", "the endpoint answered with a web page; the base URL usually ends in /v1")
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        end = one_line(written)[-60:]
        what = f'it ends "{end}"' if end else "it is empty"
        raise AskFailed("protocol", f"the endpoint's answer is not JSON, or breaks off: {what}") from None


def field(value: Any, name: str) -> Any:
    """A field of an object; None if it is not there, or if this is no object."""
    return value.get(name) if isinstance(value, dict) else None


def items(value: Any) -> list[Any]:
    """The items of an array; none if this is no array."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text, in which halves of characters are replaced so that it can be written anywhere; None if it is none."""
    return _HALVES.sub("\ufffd", value) if isinstance(value, str) else None


def count(value: Any) -> int:
    """A count of tokens; 0 for what cannot be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST else 0
