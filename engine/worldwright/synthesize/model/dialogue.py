"""A whole dialogue of player and game master, as a model writes it: a plain format, read in one pass, with limits.

    Thought: The chest is locked, so I need the key.
    Action: take brass key
    Observation: You take the brass key.
    Error: no
    Done: no

    Thought: …

Labels stand at the beginning of a line, in any case; a text may go on for several lines, until the next label. What
stands before the first thought, and a Markdown fence, is passed over. `Error` says whether the action was refused and
`Done` whether the task is done; "no", "none", "false" or nothing means no, anything else yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CHARACTERS: Final = 400_000
"""Of one dialogue; what is longer is cut there."""
TURNS: Final = 400
"""Of one dialogue; what comes after is not read."""

_LABEL = re.compile(r"[ \t]*[*_]{0,2}(thought|action|observation|error|done)[*_]{0,2}[ \t]*:[*_]{0,2}", re.IGNORECASE)
_NO = frozenset({"", "no", "none", "false", "0", "n", "-", "nothing"})


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as the model wrote it.

    `raw` is the player's reply to the letter and `end` the place in the dialogue where it ends. `observation` is None
    where the dialogue ended before the game master answered; `error` and `done` are what the game master claimed.
    """

    raw: str
    end: int
    observation: str | None
    error: bool
    done: bool


def read_dialogue(text: str) -> tuple[Line, ...]:
    """The turns of a dialogue, as far as they can be read. Takes time linear in its length; never raises."""
    text = text[:CHARACTERS]
    found: list[Line] = []
    parts: dict[str, str] = {}
    start = end = place = 0
    label = ""

    def close() -> None:
        if "action" in parts:
            seen = parts.get("observation")
            observation = None if seen is None else seen.strip().removesuffix("```").strip()
            found.append(
                Line(text[start:end].strip("\r\n"), end, observation, _yes(parts.get("error")), _yes(parts.get("done")))
            )
        parts.clear()

    for line in text.splitlines(keepends=True):
        match = _LABEL.match(line)
        name = match.group(1).lower() if match is not None else ""
        begins = name == "thought" or (name == "action" and ("action" in parts or "thought" not in parts))
        if begins:
            close()
            if len(found) == TURNS:
                return tuple(found)
            start = place
        if name and (begins or parts):
            label = name
            parts[label] = line[match.end() :] if match is not None else ""
        elif label in parts:
            parts[label] += line
        place += len(line)
        if parts and label in ("thought", "action"):
            end = place
    close()
    return tuple(found)


def _yes(claimed: str | None) -> bool:
    """Does a claim say yes? One that was not made does not."""
    return claimed is not None and claimed.strip().strip(".!`*").strip().lower() not in _NO
