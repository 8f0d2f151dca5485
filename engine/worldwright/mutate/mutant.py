"""`Mutant`: a world's text with one thing changed, as an author might have got it wrong.

Every mutant is two texts. `shown` is what an author would have written. `judged` acts the same and keeps what stands
after it in place: lines, the numbers of needs, and the places where chance and wording are drawn. So a dropped
statement is judged as `if false then … end`; otherwise all that follows would be worded anew, and every golden play
would notice every mutant by accident.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "need-drop": "a `need` is left out, or a `change` made without asking what was before",
        "need-negate": "a `need` asks for the opposite",
        "condition-flip": "a part of a condition is turned: = and !=, < and <=, and and or, exists and forall, not",
        "division-swap": "`div` becomes `mod`, and `mod` becomes `div`",
        "effect-drop": "a `set`, a `change` or a block of effects is left out",
        "effect-constant": "an effect gives a neighbouring value",
        "retarget": "an argument names another object or variable of its type",
        "free-drop": "an action that took no time takes some",
        "each-turn-drop": "a statement of `each turn` is left out",
        "goal-weaken": "a goal asks for one thing less",
        "milestone-drop": "a milestone is left out",
        "fail-drop": "a `fail` is left out",
        "start-drop": "something is not said of the start",
        "tell-drop": "a `tell` or `show` is left out",
    }
)
"""What is done to a world, by the operator's name, in the order of reports."""

_LONGEST = 70


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of the text, characters `start` to `end`, with what stands there instead in each text."""

    start: int
    end: int
    shown: str
    judged: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a world's text. Numbers count from 1 in the order of the text; lines too."""

    number: int
    operator: str
    line: int
    owner: str
    """What it stands in: "action take", "task lunch", "start"."""
    description: str
    edit: Edit
    text: str
    """The world's text without the change."""

    @property
    def shown(self) -> str:
        """The text with the change as an author would have written it."""
        return self.text[: self.edit.start] + self.edit.shown + self.text[self.edit.end :]

    @property
    def judged(self) -> str:
        """The text that is run in its place."""
        return self.text[: self.edit.start] + self.edit.judged + self.text[self.edit.end :]

    @property
    def moves_nothing(self) -> bool:
        """Whether both texts are one."""
        return self.edit.judged == self.edit.shown

    @property
    def diff(self) -> str:
        """The change as lines of a diff, without a header and without lines around it."""
        lines = difflib.unified_diff(self.text.splitlines(), self.shown.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def brief(text: str) -> str:
    """A piece of source on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
