"""PDDL names to names of a world: letters, digits and `_`, none twice, none that the language needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ... import limits
from ...syntax.mistakes import RESERVED
from ...syntax.parse import fixed_terminals

MORE = frozenset({"none", "true", "false", "bool"})
HARMLESS = frozenset({"free"})
"""Words of the language that read well as names all the same."""


class Taken:
    """The names that are in use in one space of names."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._names = set(names)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def fresh(self, name: str, longer: str = "", spell_out: bool = False) -> str:
        """The name as it may be written, made longer (or numbered) where it is taken or a word of the language.

        With `spell_out` a single letter is made longer, too.
        """
        base = (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "x")[: limits.NAME_CHARACTERS - 8]
        if not base[0].isalpha():
            base = f"{longer or 'x'}_{base}"
        found = base
        if longer and ((len(base) == 1 and spell_out) or self._bad(found)):
            found = f"{longer}_{base}" if len(base) == 1 else f"{base}_{longer}"
            found = found[: limits.NAME_CHARACTERS - 8]
        number = 2
        while self._bad(found):
            found, number = f"{base}_{number}", number + 1
        self._names.add(found)
        return found

    def inner(self) -> Taken:
        """A space of names inside this one, such as an action's parameters."""
        return Taken(tuple(self._names))

    def _bad(self, name: str) -> bool:
        words = fixed_terminals()[0]
        return name in self._names or name in RESERVED or name in MORE or (name in words and name not in HARMLESS)


def camel(name: str) -> str:
    """A type's name as worlds write them: `hot-drink` becomes HotDrink."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]+", name) if part) or "X"
