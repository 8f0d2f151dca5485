"""Atoms: the objects and enumeration values of a world, and how they are called in text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

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


def display_text(string: syn.String, faults: Faults) -> str:
    """A display name or alias."""
    text = " ".join(plain_text(string, "a name", faults).split())
    if len(text) > limits.DISPLAY_CHARACTERS:
        message = f"a name has at most {limits.DISPLAY_CHARACTERS} characters, this one {len(text):,}"
        faults.error("WW216", string.span, message)
        return "…"
    if text.count(" ") >= limits.DISPLAY_WORDS:
        message = f"a name has at most {limits.DISPLAY_WORDS} words, this one {text.count(' ') + 1}"
        faults.error("WW216", string.span, message)
        return "…"
    return text


def alias_texts(strings: tuple[syn.String, ...], faults: Faults) -> tuple[str, ...]:
    """The aliases of one object or value."""
    if len(strings) > limits.ALIASES:
        span = strings[limits.ALIASES].span
        faults.error("WW216", span, f"at most {limits.ALIASES} aliases are allowed, here are {len(strings)}")
        return ()
    return tuple(display_text(string, faults) for string in strings)


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
    return display, "proper" if display[0].isupper() or display[-1].isdigit() else "common"


def value_atom(item: syn.DomainName, faults: Faults) -> Atom:
    """The atom of an enumeration value."""
    display = item.name.replace("_", " ") if item.display is None else display_text(item.display, faults)
    aliases = alias_texts(item.aliases, faults)
    return Atom(name=item.name, display=display, aliases=aliases, noun="value", is_object=False)


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
        written = display_text(name.display, faults)
    display, kind = noun(written)
    aliases = tuple(noun(a)[0] for a in alias_texts(name.aliases, faults))
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
        self.tree: dict[str, Any] = {}
        for number, atom in enumerate(atoms):
            if atom.is_object:
                for name in (atom.display, *atom.aliases):
                    node = self.tree
                    for word in _WORD.findall(name.casefold()):
                        node = node.setdefault(word, {})
                    if node is not self.tree:
                        node.setdefault("", {})[number] = None

    def find(self, text: str) -> tuple[int, ...]:
        """The objects named, in the atoms' order."""
        words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text.casefold())]
        folded = text.casefold()
        found: set[int] = set()
        position = 0
        while position < len(words):
            node, owners, end, at = self.tree, None, position, position
            while at < len(words) and words[at][0] in node:
                if at > position and not _JOINT.fullmatch(folded, words[at - 1][2], words[at][1]):
                    break
                node = node[words[at][0]]
                at += 1
                if "" in node:
                    owners, end = node[""], at
            found.update(owners or ())
            position = end if owners else position + 1
        return tuple(sorted(found))


_WORD = re.compile(r"\w+")
_JOINT = re.compile(r"\s+|[-'’.]\s*")
