"""JSON from elsewhere, looked at before it is validated: a validator keeps every fault that it finds, and a line of a
few megabytes can hold so many that they fill the memory."""

from __future__ import annotations

import json
from typing import Any

from .. import limits


class Wide(ValueError):
    """There is too much of something."""


def _few(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > limits.RECORD_NAMES:
        raise Wide(f"an object has more than {limits.RECORD_NAMES:,} names")
    return dict(pairs)


def narrow(text: str | bytes, turns: int = limits.RECORD_TURNS) -> None:
    """Raises Wide for too many values, names of one object or turns of a record; what else is wrong is not asked."""
    try:
        found = json.loads(text, object_pairs_hook=_few)
    except Wide:
        raise
    except (ValueError, RecursionError):
        return
    listed = found.get("turns") if isinstance(found, dict) else None
    if isinstance(listed, list) and len(listed) > turns:
        raise Wide(f"more than {turns:,} turns")
    count = 0
    waiting = [found]
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        if count > limits.RECORD_VALUES:
            raise Wide(f"more than {limits.RECORD_VALUES:,} values")
        waiting.extend(inner)
