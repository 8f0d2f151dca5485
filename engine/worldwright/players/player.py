"""`Player`: whatever answers an observation with a reply. A player knows what an agent knows, and nothing else.

It is told the rules (the compiled world), its task, the skin its commands must be written in and the opening text;
then, turn by turn, what an agent reads: the kind and text of the feedback, and whether the episode is over. It never
sees the episode, the seed or the state. Its replies are a function of its briefing and of what it has heard, so feeding
a record's feedback to a new player brings it to the same point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from worldwright.compile.system import System


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a player is told before its first turn. `seed` is the player's own, not the episode's."""

    system: System
    task: str
    args: tuple[int, ...]
    skin: str
    instructions: str
    opening: str
    limit: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """One feedback, as an agent reads it."""

    kind: str
    text: str
    ended: str = ""


class Player(Protocol):
    """One player in one episode."""

    def reply(self, heard: Heard | None) -> str:
        """Answer what was heard (None on the first turn: the briefing says it all) with a raw reply."""
        ...


Maker = Callable[[Briefing], Player]


def written(thought: str, action: str) -> str:
    """A reply in the form that every agent is asked for."""
    return f"Thought: {thought}\nAction: {action}"
