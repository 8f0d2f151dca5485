"""How things are called in English: articles, capitals, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..check.world import Atom

# Words that are written with a vowel and spoken with a consonant, or the other way round, by how they begin.
_SILENT_H = ("hour", "honest", "honour", "honor", "heir")
_SPOKEN_YOU = re.compile(
    r"(?:u(?:ni(?:[^nm]|m[^p])|s[aeiu]|t[ei]|k[eu]|r[aeio]|biq|fo\b)|eu|ew|one(?![a-z])|once\b|ouija)"
)
_UNDER_YOU = re.compile(r"(?:un(?:i[dm]p|in|im)|ur[ie]al)")
_LETTER_WITH_VOWEL = frozenset("aefhilmnorsx")


def takes_an(words: str) -> bool:
    """Whether "an" rather than "a" goes before these words: by sound, as far as spelling tells."""
    first = re.match(r"[^\W_]+", words.lstrip("\"'“‘("))
    if first is None:
        return False
    word = first.group()
    low = word.lower()
    if word[0].isdigit():
        return word[0] == "8" or word in ("11", "18") or re.match(r"(?:11|18)(?:\d{3})+$", word) is not None
    if len(word) == 1 or (word.isupper() and len(word) <= 4 and not re.search(r"[AEIOU]", word[1:2])):
        return low[0] in _LETTER_WITH_VOWEL
    if low.startswith(_SILENT_H):
        return True
    if _SPOKEN_YOU.match(low) and not _UNDER_YOU.match(low):
        return False
    return low[0] in "aeiou"


def with_a(words: str) -> str:
    """The words with their indefinite article: "an oak chest"."""
    return ("an " if takes_an(words) else "a ") + words


def capital(words: str) -> str:
    """The words with their first letter in upper case."""
    return words[:1].upper() + words[1:]


def join(words: Sequence[str]) -> str:
    """A list as people say it: "a mug, a plate and an apple"; "nothing" when empty."""
    if not words:
        return "nothing"
    if len(words) == 1:
        return words[0]
    return ", ".join(words[:-1]) + " and " + words[-1]


@dataclass(frozen=True, slots=True)
class Names:
    """What every atom is called, by atom and article."""

    bare: tuple[str, ...]
    a: tuple[str, ...]
    the: tuple[str, ...]
    capital_a: tuple[str, ...]
    capital_the: tuple[str, ...]

    def table(self, article: str) -> tuple[str, ...]:
        """The names with an article as a string insert writes it: "", a, the, A or The."""
        return {"": self.bare, "a": self.a, "the": self.the, "A": self.capital_a, "The": self.capital_the}[article]


def _a_form(atom: Atom) -> str:
    match atom.noun:
        case "common":
            return with_a(atom.display)
        case "mass":
            return "some " + atom.display
        case "unique":
            return "the " + atom.display
        case _:
            return atom.display


def _the_form(atom: Atom) -> str:
    return "the " + atom.display if atom.noun in ("common", "mass", "unique") else atom.display


def names_of(atoms: Iterable[Atom]) -> Names:
    """The naming tables of a world's atoms."""
    listed = tuple(atoms)
    a = tuple(_a_form(atom) for atom in listed)
    the = tuple(_the_form(atom) for atom in listed)
    return Names(
        tuple(atom.display for atom in listed), a, the, tuple(capital(w) for w in a), tuple(capital(w) for w in the)
    )
