"""`Lexicon`: which words can mean which atoms, and how domains are spoken of. One for each world.

Sets of atoms are bit masks, as everywhere in the engine. Nothing here depends on what an episode has told; what a
reader learns from a lexicon is cut down to the told atoms by `understand`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..check.world import NONE, Atom, World
from ..compile.naming import with_a
from .words import bare, grams, humanised, likeness, listed, spaced, whole_number, words

ALIKE = 0.4
NEAREST = 3
REMEMBERED = 16_384
LISTED_VALUES = 12
_UNCOUNTABLE = frozenset({"clothing", "equipment", "food", "furniture", "luggage", "money", "scenery", "software"})
_SPECIAL = "#,;()[]{}\"'`\\"


@dataclass(frozen=True, slots=True)
class Name:
    """What the words of one slot can mean: masks of atoms from the surest reading to the least sure, or a number."""

    text: str
    tiers: tuple[int, int, int, int]
    number: int | None


@dataclass(frozen=True, slots=True)
class Domain:
    """What a slot takes: atoms (a mask) or the integers from `low` to `high`, and how that is said."""

    is_number: bool
    mask: int
    values: frozenset[int]
    low: int
    high: int
    noun: str
    wanted: str
    choices: tuple[str, ...]


def bits(mask: int) -> Iterator[int]:
    """The atoms of a mask, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Lexicon:
    """The names of one world's atoms."""

    def __init__(self, world: World) -> None:
        in_actions = _atoms_of(world, [p.domain for action in world.actions for p in action.parameters])
        in_tasks = _atoms_of(world, [p.domain for task in world.tasks.values() for p in task.parameters])
        self.atoms: tuple[Atom, ...] = world.atoms
        self.objects = sum(1 << i for i, atom in enumerate(world.atoms) if atom.is_object and i != NONE)
        self.values = in_actions & ~self.objects
        self._exact: dict[str, int] = {}
        self._full: dict[str, int] = {}
        self._identifiers: dict[str, int] = {}
        self._partial: dict[str, int] = {}
        self._spellings: list[tuple[frozenset[str], int]] = []
        self._postings: dict[str, list[int]] = {}
        for atom in bits(self.objects | in_actions | in_tasks):
            self._learn(atom, world.atoms[atom])
        self.domains: Mapping[str, Domain] = {name: _domain(world, name) for name in world.domains}
        self.look: Callable[[tuple[str, ...]], Name] = lru_cache(REMEMBERED)(self._look)
        self._alike: Callable[[str], tuple[int, ...]] = lru_cache(REMEMBERED)(self._rank)
        self.spelling: tuple[str, ...] = tuple(self._spell(i, atom) for i, atom in enumerate(world.atoms))

    def _learn(self, atom: int, info: Atom) -> None:
        bit = 1 << atom
        identifier = info.name.lower()
        _add(self._exact, "#" + identifier, bit)
        if "_" in identifier:
            _add(self._exact, identifier, bit)
        _add(self._identifiers, " ".join(spaced((identifier,))), bit)
        for name in (info.display, *info.aliases):
            parts = spaced(words(name))
            if not parts:
                continue
            _add(self._full, " ".join(parts), bit)
            _add(self._full, " ".join(bare(parts)), bit)
            for start in range(len(parts)):
                for end in range(start + 1, len(parts) + 1):
                    _add(self._partial, " ".join(parts[start:end]), bit)
            spelling = grams(" ".join(bare(parts)))
            for gram in spelling:
                self._postings.setdefault(gram, []).append(len(self._spellings))
            self._spellings.append((spelling, atom))

    def _look(self, given: tuple[str, ...]) -> Name:
        raw = bare(given)
        one = raw[0] if len(raw) == 1 else ""
        loose = spaced(given)
        whole, short = " ".join(loose), " ".join(bare(loose))
        full = self._full.get(whole, 0) | self._full.get(short, 0)
        partial = self._partial.get(short, 0)
        tiers = (self._exact.get(one, 0), full, self._identifiers.get(short, 0), partial)
        return Name(whole, tiers, whole_number(whole))

    def _spell(self, atom: int, info: Atom) -> str:
        """The most natural name that, of all the world's names, means only this atom."""
        bit, others = 1 << atom, self.objects | self.values | 1 << atom
        for name in (info.display, *info.aliases, info.name.replace("_", " "), info.name):
            if any(c in _SPECIAL for c in name) or not name.isprintable():
                continue
            found = next((tier & others for tier in self.look(words(name)).tiers if tier & others), 0)
            if found == bit:
                return name
        return "#" + info.name

    def _rank(self, text: str) -> tuple[int, ...]:
        """Atoms whose names are spelled like the text, the most alike first."""
        mine = grams(text)
        best: dict[int, float] = {}
        for index in sorted({i for gram in mine for i in self._postings.get(gram, ())}):
            spelling, atom = self._spellings[index]
            score = likeness(mine, spelling)
            if score >= ALIKE and score > best.get(atom, 0.0):
                best[atom] = score
        return tuple(sorted(best, key=lambda atom: (-best[atom], atom)))

    def nearest(self, text: str, among: int) -> tuple[int, ...]:
        """The few atoms of a mask whose names are spelled most like the text."""
        found = [atom for atom in self._alike(text) if among >> atom & 1]
        return tuple(found[:NEAREST])

    def the(self, atom: int) -> str:
        """An atom's name with its definite article."""
        info = self.atoms[atom]
        return f"the {info.display}" if info.noun in ("common", "mass", "unique") else info.display

    def told_apart(self, atoms: Sequence[int]) -> tuple[str, ...]:
        """Names for several atoms: as the world says them, or by identifier where two would read alike."""
        names = tuple(self.atoms[atom].display for atom in atoms)
        if len(set(names)) == len(names):
            return names
        return tuple(self.spelling[atom] for atom in atoms)


def _atoms_of(world: World, domains: Iterable[str]) -> int:
    """The atoms in some domains, but none."""
    mask = 0
    for name in domains:
        if world.domains[name].sort == "atom":
            for value in world.domains[name].values:
                mask |= 1 << value
    return mask & ~(1 << NONE)


def _add(table: dict[str, int], key: str, bit: int) -> None:
    table[key] = table[key] | bit if key in table else bit


def _domain(world: World, name: str) -> Domain:
    info = world.domains[name]
    if info.sort != "atom":
        low, high = min(info.values, default=0), max(info.values, default=0)
        wanted = "a number" if not info.values else f"a number from {low} to {high}"
        return Domain(True, 0, frozenset(info.values), low, high, "number", wanted, ())
    atoms = [value for value in info.values if value != NONE]
    mask = sum(1 << value for value in atoms)
    nouns = _nouns(world, name)
    if any(world.atoms[value].is_object for value in atoms) or not atoms:
        noun = " or ".join(nouns) or "thing"
        wanted = listed([_one_of(one) for one in nouns]) or "a thing"
        return Domain(False, mask, frozenset(atoms), 0, 0, noun, wanted, ())
    choices = tuple(world.atoms[value].display for value in atoms)
    noun = nouns[0] if nouns else "choice"
    wanted = listed(choices) if len(choices) <= LISTED_VALUES else f"{with_a(noun)} such as {listed(choices[:3])}"
    return Domain(False, mask, frozenset(atoms), 0, 0, noun, wanted, choices)


def _one_of(noun: str) -> str:
    """One thing of a kind: "an item", "a piece of furniture"."""
    return f"a piece of {noun}" if noun in _UNCOUNTABLE else with_a(noun)


def _nouns(world: World, domain: str) -> list[str]:
    """The types that make up a domain, as words. Objects and values are not types, so no name can slip out."""
    for name, key in world.types.items():
        if key == domain or name == domain:
            return [humanised(name)]
    return [humanised(part) for part in domain.split(" | ") if part in world.types]
