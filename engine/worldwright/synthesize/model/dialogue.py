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
from collections.abc import Mapping, Sequence
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
    parts: dict[str, list[str]] = {}
    start = end = place = 0
    label = ""
    for line in text.splitlines(keepends=True):
        match = _LABEL.match(line)
        name = match.group(1).lower() if match is not None else ""
        if name == "thought" or (name == "action" and ("action" in parts or "thought" not in parts)):
            found += _turn(parts, text[start:end], end)
            if len(found) == TURNS:
                return tuple(found)
            parts, start = {name: []}, place
        if match is not None and parts:
            label = name
            parts[label] = [line[match.end() :]]
        elif parts:
            parts[label].append(line)
        place += len(line)
        if parts and label in ("thought", "action"):
            end = place
    return (*found, *_turn(parts, text[start:end], end))


def _turn(parts: Mapping[str, Sequence[str]], raw: str, end: int) -> list[Line]:
    """The turn that some parts make; none without an action."""
    if "action" not in parts:
        return []
    seen = "".join(parts["observation"]).strip().removesuffix("```").strip() if "observation" in parts else None
    return [Line(raw.strip("\r\n"), end, seen, _yes(parts.get("error", ())), _yes(parts.get("done", ())))]


def _yes(claimed: Sequence[str]) -> bool:
    """Does a claim say yes? One that was not made does not."""
    return "".join(claimed).strip().strip(".!`*").strip().lower() not in _NO
