"""Clairvoyance: a thought that names what its agent has not been told.

Only an engine that knows what was told, turn by turn, can see it: a model that has read the world's text, or that was
shown the solution, thinks of the brass key before anybody spoke of one. Two things are looked for in a thought:

* a *name* of an object (its display name or an alias, whole words, the longest names first) that the agent has not been
  told, unless something told has this name too, or the words stood in anything that the agent has read (a door that the
  text speaks of is no secret, whatever object it is), or it is one word and speaks of a kind ("I need a key");
* a *fact*: "X is in Y" (or on, at, under, …), said without any doubt, which is true, although no text that the agent
  read names X and Y together and no command of the agent ever changed anything about X.

A lucky guess looks the same. So a flag says that a thought cannot be learnt from, not that somebody cheated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from ..check.world import NONE, Atom
from ..compile.layout import Slot
from ..compile.system import System

MOST: Final = 8
"""Flags of one turn; a thought that names more is flagged enough."""

_WORD = re.compile(r"\w+(?:[-’']\w+)*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_ARTICLES = frozenset({"a", "an", "the", "my", "this", "that"})
_KINDS = frozenset({"a", "an", "any", "some", "another", "no", "each", "every"})
_VERBS = frozenset({"is", "are", "lies", "lie", "stands", "sits", "hangs"})
_PLACES = frozenset({"in", "on", "at", "inside", "under", "behind", "within", "with"})
_DOUBTING = (
    "perhaps maybe may might could probably possibly likely if think guess suppose assume believe imagine expect hope "
    "must should would either or whether where not no unless until once when need have want"
)
_DOUBTS = frozenset(_DOUBTING.split())
ORDINARY: Final = frozenset({"i", "me", "you", "self", "myself", "yourself", "player", "agent", "it", "here", "there"})
"""Names that everybody uses of themselves or of what is at hand; an object called so has no secret in its name."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a thought that are a name: from which word to which, and the atoms that it can mean (a mask)."""

    start: int
    end: int
    atoms: int


class Watch:
    """Watches the thoughts of one agent in one episode. `read` what it reads, then ask for the `flags` of a thought."""

    def __init__(self, system: System, *texts: str) -> None:
        """`texts` is what the agent has read before its first turn."""
        self._system = system
        self._names = names_in(system)
        self._texts = list(texts)
        self._read: list[str] = []
        self._handled = 0

    def read(self, text: str, before: bytes, after: bytes) -> None:
        """Take in a text that the agent reads, and the states before and after the command that it answers."""
        self._texts.append(text)
        if before != after:
            for slot in self._system.slots:
                if slot.read(before) != slot.read(after):
                    for atom in slot.args:
                        self._handled |= 1 << atom if atom > 0 else 0

    def flags(self, thought: str, told: int, state: bytes) -> tuple[str, ...]:
        """What a thought gives away, in the order of the thought. `told` and `state` are those before the command."""
        found: list[str] = []
        for sentence in _SENTENCE.split(thought):
            given = _words(sentence)
            mentions = tuple(self._names.mentions(given))
            for mention in mentions:
                name = given[mention.start : mention.end]
                kind = len(name) == 1 and mention.start > 0 and given[mention.start - 1] in _KINDS
                if not mention.atoms & told and not kind and not self._was_read(name):
                    found.append(f"clairvoyant: {' '.join(name)}")
            if not _DOUBTS.intersection(given) and not sentence.rstrip().endswith("?"):
                found.extend(self._facts(given, mentions, told, state))
        return tuple(dict.fromkeys(found))[:MOST]

    # ------------------------------------------------------------ names

    def _known_texts(self) -> list[str]:
        """What was read, as words between spaces; worked out when first asked for."""
        for text in self._texts[len(self._read) :]:
            self._read.append(f" {' '.join(_words(text))} ")
        return self._read

    def _was_read(self, name: Words) -> bool:
        wanted = f" {' '.join(name)} "
        return any(wanted in text for text in self._known_texts())

    # ------------------------------------------------------------ facts

    def _facts(self, given: Words, mentions: tuple[Mention, ...], told: int, state: bytes) -> Iterator[str]:
        for one, other in pairwise(mentions):
            between = [word for word in given[one.end : other.start] if word not in _ARTICLES]
            if len(between) != 2 or between[0] not in _VERBS or between[1] not in _PLACES:
                continue
            thing, place = _only(one.atoms & told), _only(other.atoms & told)
            if thing is None or place is None or self._handled >> thing & 1 or self._together(thing, place):
                continue
            if any(slot.read(state) == place for slot in self._names.slots.get(thing, ())):
                yield f"clairvoyant: {' '.join(given[one.start : other.end])}"

    def _together(self, thing: int, place: int) -> bool:
        """Does one text that was read name both?"""
        ones, others = (self._names.spellings(atom) for atom in (thing, place))
        return any(
            any(f" {one} " in text for one in ones) and any(f" {other} " in text for other in others)
            for text in self._known_texts()
        )


class Names:
    """All names of one world's atoms, found in the words of a text in one pass from left to right."""

    def __init__(self, system: System) -> None:
        self._atoms = system.world.atoms
        self.objects = ~system.always_told
        self._masks: dict[Words, int] = {}
        lengths: dict[str, set[int]] = {}
        for number, atom in enumerate(self._atoms):
            for name in _named(atom) if number != NONE else ():
                self._masks[name] = self._masks.get(name, 0) | 1 << number
                lengths.setdefault(name[0], set()).add(len(name))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self.slots: dict[int, list[Slot]] = {}
        for slot in system.slots:
            if len(slot.args) == 1 and system.layout.families[slot.name].domain.sort == "atom":
                self.slots.setdefault(slot.args[0], []).append(slot)

    def mentions(self, given: Words) -> Iterator[Mention]:
        """The names in some words, the longest at each place; none overlap."""
        at = 0
        while at < len(given):
            for length in self._lengths.get(given[at], ()):
                atoms = self._masks.get(given[at : at + length])
                if atoms is not None:
                    yield Mention(at, at + length, atoms)
                    at += length
                    break
            else:
                at += 1

    def spellings(self, atom: int) -> tuple[str, ...]:
        """The names of an atom, as words with spaces between."""
        return tuple(" ".join(name) for name in _named(self._atoms[atom]))


@lru_cache(maxsize=32)
def names_in(system: System) -> Names:
    """The names of a system, one for all its episodes."""
    return Names(system)


def mentioned(system: System, text: str) -> tuple[int, ...]:
    """The objects that a text names: for each name in it the mask of those that it can mean."""
    names = names_in(system)
    found = (mention.atoms & names.objects for mention in names.mentions(_words(text)))
    return tuple(mask for mask in found if mask)


def _named(atom: Atom) -> list[Words]:
    """What an atom is called: names of letters, longer than one, that not everybody uses of themselves."""
    found = []
    for name in (atom.display, *atom.aliases):
        given = _words(name)
        if given and len("".join(given)) > 1 and not (len(given) == 1 and given[0] in ORDINARY):
            found.append(given)
    return found


def _words(text: str) -> Words:
    """The words of a text in small letters, without the ending of a possessive."""
    found = (word.casefold().replace("’", "'") for word in _WORD.findall(text))
    return tuple(word.removesuffix("'s") for word in found)


def _only(mask: int) -> int | None:
    """The one atom of a mask; None if there is none or more than one."""
    return mask.bit_length() - 1 if mask and not mask & (mask - 1) else None
