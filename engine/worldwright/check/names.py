"""Atoms: the objects and enumeration values of a world, and how they are called in text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from .. import limits
from ..source import Span
from ..syntax import nodes as syn
from .bounds import Bounds
from .faults import Faults
from .ir import Atom
from .merge import place

Noun = Literal["common", "proper", "mass", "unique"]
RESERVED = frozenset({"none", "true", "false", "bool"})


@dataclass(frozen=True, slots=True)
class Family:
    """`object shelf[n]`: the atoms of an indexed family, row by row."""

    table: tuple[int, ...]
    sizes: tuple[int, ...]


@dataclass(slots=True)
class Atoms:
    """Every atom, by number and by name; atom 0 is none."""

    items: list[Atom] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    spans: list[Span | None] = field(default_factory=list)
    types: dict[int, str] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)

    def add(self, atom: Atom, span: Span | None) -> int:
        """Gives an atom its number."""
        self.items.append(atom)
        self.spans.append(span)
        self.ids[atom.name] = len(self.items) - 1
        return len(self.items) - 1


def plain_text(string: syn.String, what: str, faults: Faults) -> str:
    """The text of a string that may hold no inserts."""
    for part in string.parts:
        if not isinstance(part, str):
            faults.error("WW313", part.span, f"{what} is plain text, without inserts", "write it without { }")
            return "…"
    text = "".join(part for part in string.parts if isinstance(part, str))
    if not text.strip():
        faults.error("WW316", string.span, f"{what} is empty")
        return "…"
    return text


def reserved(word: syn.Word, faults: Faults) -> bool:
    """Reports a name that the language keeps for itself."""
    if word.text in RESERVED:
        faults.error("WW104", word.span, f"`{word.text}` is a word of the language", "choose another name")
        return True
    return False


def noun(display: str) -> tuple[str, Noun]:
    """The bare name and the kind of noun that a written display name stands for."""
    articles: tuple[tuple[str, Noun], ...] = (
        ("some ", "mass"), ("the ", "unique"), ("a ", "common"), ("an ", "common"),
    )  # fmt: skip
    for article, kind in articles:
        if display.startswith(article) and display[len(article) :].strip():
            return display[len(article) :].strip(), kind
    return display, "proper" if display[0].isupper() else "common"


def value_atom(item: syn.DomainName, faults: Faults) -> Atom:
    """The atom of an enumeration value."""
    display = item.name.replace("_", " ") if item.display is None else plain_text(item.display, "a name", faults)
    aliases = tuple(plain_text(a, "a name", faults).strip() for a in item.aliases)
    return Atom(name=item.name, display=display.strip(), aliases=aliases, noun="value", is_object=False)


def add_objects(declarations: list[syn.Object], atoms: Atoms, bounds: Bounds, faults: Faults) -> None:
    """Numbers all objects, indexed families unrolled."""
    atoms.add(Atom(name="none", display="nothing", noun="value", is_object=False), None)
    for declaration in declarations:
        for name in declaration.names:
            _add_object(name, declaration.type.text, atoms, bounds, faults)


def _add_object(name: syn.ObjectName, type_name: str, atoms: Atoms, bounds: Bounds, faults: Faults) -> None:
    word = name.name
    if reserved(word, faults):
        return
    written = word.text.replace("_", " ")
    if name.display is not None:
        written = plain_text(name.display, "a name", faults).strip()
    display, kind = noun(written)
    aliases = tuple(noun(plain_text(a, "a name", faults).strip())[0] for a in name.aliases)
    if not name.sizes:
        if _fresh(word.text, word.span, atoms, faults):
            atom = Atom.model_construct(name=word.text, display=display, aliases=aliases, noun=kind, is_object=True)
            atoms.types[atoms.add(atom, word.span)] = type_name
        return
    sizes = [bounds.number(size) for size in name.sizes]
    if any(size is None for size in sizes):
        atoms.families.setdefault(word.text, Family((), (0,)))
        return
    rows = tuple(size for size in sizes if size is not None)
    total = 1
    for size, node in zip(rows, name.sizes, strict=True):
        if size < 0:
            faults.error("WW209", node.span, f"a size cannot be negative: {size}")
            return
        total *= size
    if total + len(atoms.items) > limits.ATOMS:
        faults.error("WW216", word.span, f"this makes {total:,} objects; a world has at most {limits.ATOMS:,} names")
        atoms.families.setdefault(word.text, Family((), (0,)))
        return
    if word.text in atoms.families or (word.text in atoms.ids):
        faults.error("WW102", word.span, f"an object `{word.text}` is already declared")
        return
    table = []
    for index in product(*(range(1, size + 1) for size in rows)):
        full, tail = "_".join((word.text, *map(str, index))), " ".join(map(str, index))
        if not _fresh(full, word.span, atoms, faults):
            return
        atom = Atom.model_construct(
            name=full,
            display=f"{display} {tail}",
            aliases=tuple(f"{a} {tail}" for a in aliases),
            noun="proper",
            is_object=True,
        )
        number = atoms.add(atom, word.span)
        atoms.types[number] = type_name
        table.append(number)
    atoms.families[word.text] = Family(tuple(table), rows)


def _fresh(name: str, span: Span, atoms: Atoms, faults: Faults) -> bool:
    if name not in atoms.ids and name not in atoms.families:
        return True
    first = atoms.spans[atoms.ids[name]] if name in atoms.ids else None
    where = f" {place(first, faults)}" if first else ""
    faults.error("WW102", span, f"an object `{name}` is already declared{where}")
    return False


class Mentions:
    """Finds the objects that a fixed text names, as whole words; longer names win over names inside them."""

    def __init__(self, atoms: list[Atom]) -> None:
        self.owners: dict[str, list[int]] = {}
        for number, atom in enumerate(atoms):
            if atom.is_object:
                for name in (atom.display, *atom.aliases):
                    owners = self.owners.setdefault(" ".join(name.casefold().split()), [])
                    if number not in owners:
                        owners.append(number)
        names = sorted(self.owners, key=lambda n: (-len(n), n))
        choice = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in names)
        self.pattern = re.compile(rf"(?<!\w)(?:{choice})(?!\w)") if names else None

    def find(self, text: str) -> tuple[int, ...]:
        """The objects named, in the atoms' order."""
        if self.pattern is None:
            return ()
        found: set[int] = set()
        for match in self.pattern.finditer(text.casefold()):
            found.update(self.owners[" ".join(match.group().split())])
        return tuple(sorted(found))
