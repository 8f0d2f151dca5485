"""The random player: any command that looks admissible, about things that it was told of. A bound from below.

It knows the language and nothing else. Every turn it draws one of all commands whose arguments are of the right type
and have been named in what it read, each as likely as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command
from worldwright.play.lexicon import Lexicon, bits
from worldwright.play.table import table_of
from worldwright.play.words import words
from worldwright.players.player import Briefing, Heard, written

THOUGHT = "I try something."
IN_FULL = 1
"""The tier of a name in the lexicon that is an object's display name or alias, to the letter."""


class Random:
    """Says whatever could be said. A function of its seed and of what it reads."""

    def __init__(self, briefing: Briefing) -> None:
        table = table_of(briefing.system)
        self._seed = briefing.seed
        self._skin = table.skin(briefing.skin)
        self._lexicon = table.lexicon
        self._numbers = [
            [tuple(sorted(slot.domain.values)) if slot.domain.is_number else () for slot in form.slots]
            for form in self._skin.surface.forms
        ]
        self._told = table.always | named(self._lexicon, briefing.opening)
        self._turn = 0

    def reply(self, heard: Heard | None) -> str:
        """Read, then draw a command."""
        if heard is not None:
            self._told |= named(self._lexicon, heard.text)
        self._turn += 1
        return written(THOUGHT, self._skin.print(self._drawn()))

    def _drawn(self) -> Command:
        """One of all commands about things told; if there is none, one about anything of the right type."""
        for told in (self._told | ~self._lexicon.objects, -1):
            choices = [
                [
                    numbers or tuple(bits(slot.domain.mask & told))
                    for slot, numbers in zip(form.slots, known, strict=True)
                ]
                for form, known in zip(self._skin.surface.forms, self._numbers, strict=True)
            ]
            sizes = [prod(len(values) for values in slots) for slots in choices]
            if any(sizes):
                break
        number = draw_for(self._seed, self._turn)(0, sum(sizes))
        for form, slots, size in zip(self._skin.surface.forms, choices, sizes, strict=True):
            if number < size:
                return (form.action, *_numbered(slots, number))
            number -= size
        raise ValueError("the world has no command that can be said")


def named(lexicon: Lexicon, text: str) -> int:
    """The objects that a text names in full, as a mask; of names within names only the longest."""
    said, longest = words(text), _longest(lexicon)
    found = start = 0
    while start < len(said):
        for length in range(min(longest, len(said) - start), 0, -1):
            mask = lexicon.look(said[start : start + length]).tiers[IN_FULL] & lexicon.objects
            if mask:
                found |= mask
                break
        else:
            length = 1
        start += length
    return found


@lru_cache(32)
def _longest(lexicon: Lexicon) -> int:
    """The words of the longest name."""
    return max((len(words(name)) for atom in lexicon.atoms for name in (atom.display, *atom.aliases)), default=0)


def _numbered(slots: Sequence[Sequence[int]], number: int) -> list[int]:
    """The combination of values that has this number, the last slot counting fastest."""
    found = []
    for values in reversed(slots):
        number, at = divmod(number, len(values))
        found.append(values[at])
    return found[::-1]
