"""What an agent writes, brought to one form: width, case, spacing and punctuation do not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

ARTICLES = frozenset({"a", "an", "the", "some", "my"})
SHOWN_CHARACTERS = 60
_EDGES = "\"'`´“”‘’«»"
_ENDS = _EDGES + ".,;:!?"
_WHOLE = re.compile(r"-?[0-9]+")
_LARGEST_DIGITS = 10


def words(text: str) -> tuple[str, ...]:
    """The words of a text in normal form; quotes around words and punctuation after them are dropped."""
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    stripped = (word.lstrip(_EDGES).rstrip(_ENDS) for word in text.split())
    return tuple(word for word in stripped if word)


def spaced(given: Iterable[str]) -> tuple[str, ...]:
    """The same words with underscores read as spaces."""
    return tuple(piece for word in given for piece in word.split("_") if piece)


def bare(given: Sequence[str]) -> Sequence[str]:
    """The words without the articles they begin with; a lone article stays, it may be a name."""
    first = 0
    while first < len(given) - 1 and given[first] in ARTICLES:
        first += 1
    return given[first:]


def whole_number(text: str) -> int | None:
    """The integer that a text writes in digits; None for anything else, and for numbers beyond 32 bits."""
    if _WHOLE.fullmatch(text) is None:
        return None
    digits = text.lstrip("-").lstrip("0") or "0"
    if len(digits) > _LARGEST_DIGITS:
        return None
    return -int(digits) if text.startswith("-") else int(digits)


def looks_whole(text: str) -> bool:
    """Is this an integer in digits, however large?"""
    return _WHOLE.fullmatch(text) is not None


def shown(text: str, longest: int = SHOWN_CHARACTERS) -> str:
    """Text of an agent, safe to show back to it: one line, printable, not long."""
    line = " ".join(text[: 4 * longest].split())
    line = "".join(c if c.isprintable() else "?" for c in line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def listed(items: Sequence[str], last: str = "or") -> str:
    """ "a", "a or b", "a, b or c" """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def joined(fragments: Iterable[str]) -> str:
    """The fragments told in one step as one text: a space between them, unless a line break is there."""
    text = ""
    for fragment in fragments:
        if text and fragment and text[-1] != "\n" and fragment[0] != "\n":
            text += " "
        text += fragment
    return text


def humanised(identifier: str) -> str:
    """An identifier as words: "LightSource" and "light_source" become "light source"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identifier).replace("_", " ").strip().lower()


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, for comparing spellings."""
    padded = f" {text} "
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two spellings are, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
