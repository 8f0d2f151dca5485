"""One mistake: a sign that cannot stand where it stands, with all that the explanation needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..source import Source
from .scan import Sign

END = "$END"
_DECLARING = (
    "world",
    "about",
    "use",
    "override",
    "param",
    "type",
    "object",
    "state",
    "define",
    "start",
    "view",
    "each",
    "action",
    "task",
    "always",
    "never",
    "possible",
    "recoverable",
)
DECLARATIONS: Mapping[str, str] = {word: "_" + word.upper() for word in _DECLARING}
"""The words that begin a declaration, each with its terminal."""

STATEMENTS = frozenset({"say", "need", "set", "change", "tell", "show"})
OPENERS = frozenset({"if", "for", "chance"})
TASK_ITEMS = frozenset({"milestone", "goal", "fail", "limit"})
RESERVED = frozenset(
    {
        "and",
        "or",
        "not",
        "is",
        "in",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "for",
        "do",
        "where",
        "exists",
        "forall",
        "count",
        "sum",
        "min",
        "max",
        "div",
        "mod",
    }
)
"""Words that are never names: an expression could not mention such a name without confusion."""
SIGNS: Mapping[str, str] = {
    "_RPAR": ")",
    "_RSQB": "]",
    "_RBRACE": "}",
    "_COLON": ":",
    "_COMMA": ",",
    "_DOT": ".",
    "_RANGE": "..",
    "_BAR": "|",
    "_LPAR": "(",
    "_LSQB": "[",
    "_LBRACE": "{",
    "EQUALS": "=",
    "FREE": "free",
}
"""Punctuation as it is shown, the most telling first."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """The place of a mistake: the sign at `index` of `signs`, which is none of the terminals in `accepted`.

    `declaration` is the word that began the declaration, `statement` the index of the sign that began the innermost
    statement (or the declaration), `openers` the `if`, `for` and `chance` that wait for their `end`.
    """

    source: Source
    signs: Sequence[Sign]
    index: int
    accepted: frozenset[str]
    declaration: str
    statement: int
    openers: Sequence[Sign]

    @property
    def sign(self) -> Sign:
        """The sign that cannot stand there."""
        return self.signs[self.index]

    def text(self, offset: int = 0) -> str:
        """The text of a neighbour of the sign; empty beyond either end."""
        index = self.index + offset
        return self.signs[index].text if 0 <= index < len(self.signs) else ""

    def touching(self, offset: int) -> bool:
        """Whether no space stands between the sign and that neighbour."""
        other = self.index + offset
        if not 0 <= other < len(self.signs):
            return False
        first, second = sorted((self.index, other))
        return self.signs[first].span.end == self.signs[second].span.start

    @property
    def word(self) -> str:
        """The word that began the innermost statement."""
        return self.signs[self.statement].text if self.statement < len(self.signs) else ""

    @property
    def at_break(self) -> bool:
        """Whether something new begins here: a statement, a declaration, the end of a block or of the text."""
        words = STATEMENTS | OPENERS | TASK_ITEMS | DECLARATIONS.keys() | {"end", "elif"}
        return self.sign.type == END or self.sign.text in words
