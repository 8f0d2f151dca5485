"""What a PDDL domain and its problems say, resolved: every name is declared, every atom has its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...diagnostics import Diagnostic
from ...source import Source, Span

Types: TypeAlias = tuple[str, ...]
"""A type, or several of which one is meant (`either`). Empty: any object."""


@dataclass(frozen=True, slots=True)
class Term:
    """A variable (without its question mark) or an object."""

    name: str
    variable: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """A declared variable, object or parameter with its type."""

    name: str
    types: Types
    span: Span


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate of some terms."""

    predicate: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Equal:
    """Two terms are the same object."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Not:
    """A formula does not hold."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Junction:
    """All of some formulas (`every`), or at least one. Of none: true, or false."""

    every: bool
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Imply:
    """If one formula holds, so does the other."""

    condition: Formula
    body: Formula


@dataclass(frozen=True, slots=True)
class Quantified:
    """For every (`every`) or for some objects."""

    every: bool
    variables: tuple[Typed, ...]
    body: Formula


Formula: TypeAlias = Atom | Equal | Not | Junction | Imply | Quantified
TRUE = Junction(True, ())


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens for every value of some variables for which a condition holds."""

    variables: tuple[Typed, ...]
    condition: Formula
    deleted: tuple[Atom, ...]
    added: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What an action costs: a number, or a function of some terms."""

    amount: int | Atom


@dataclass(frozen=True, slots=True)
class Schema:
    """An action, a predicate, a function: a name and parameters."""

    name: str
    parameters: tuple[Typed, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """An action: the parts of its precondition are all needed, its effects happen at once."""

    name: str
    parameters: tuple[Typed, ...]
    needs: tuple[Formula, ...]
    effects: tuple[Effect, ...]
    costs: tuple[Cost, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Derived:
    """A predicate that holds where a formula does, by least fixpoint."""

    name: str
    parameters: tuple[Typed, ...]
    body: Formula
    span: Span


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain. `parents` maps every type but `object` to the one above it, in the order of declaration."""

    name: str
    parents: dict[str, str]
    constants: tuple[Typed, ...]
    predicates: dict[str, Schema]
    functions: dict[str, Schema]
    actions: tuple[Action, ...]
    derived: tuple[Derived, ...]
    source: Source

    widened: dict[tuple[int, int], tuple[Types, ...]]
    """What arguments are of beyond their declared types: by where a predicate is declared, and the position."""
    warnings: tuple[Diagnostic, ...]

    def below(self, one: str, other: str) -> bool:
        """Whether a type is another or belongs to it."""
        return below(self.parents, one, other)

    def within(self, types: Types, others: Types) -> bool:
        """Whether whatever is of the first types is of the others."""
        return within(self.parents, types, others)


def below(parents: Mapping[str, str], one: str, other: str) -> bool:
    """Whether a type is another or belongs to it."""
    while one != other and one in parents:
        one = parents[one]
    return one == other or other == "object"


def within(parents: Mapping[str, str], types: Types, others: Types) -> bool:
    """Whether whatever is of the first types is of the others."""
    return not others or (bool(types) and all(any(below(parents, t, o) for o in others) for t in types))


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: what exists, how it starts, what is wanted. `objects` holds the constants of the domain, too."""

    name: str
    objects: tuple[Typed, ...]
    facts: tuple[Atom, ...]
    costs: dict[Atom, int]
    goal: Formula
    goal_span: Span
    source: Source
    warnings: tuple[Diagnostic, ...]
