"""PDDL's effects happen at once, a world's one after the other: when the written order is as good, and when it is not.

At once means: all conditions are asked of the state before, and what is both deleted and added holds. Blocks of one
conditional effect each, then the plain deletions, then the plain additions, come to the same unless a block asks for or
deletes what an earlier one (or an earlier turn of its own loop) has set. Then every condition is first noted in a flag
that only lives while the action runs, so that the states at rest are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .nodes import TRUE, Atom, Derived, Effect, Formula, Term
from .shape import atoms_of

Reads = Mapping[str, frozenset[str]]
"""For every derived predicate what it depends on."""


def dependencies(derived: Sequence[Derived]) -> dict[str, frozenset[str]]:
    """What every derived predicate depends on, directly or indirectly."""
    direct: dict[str, set[str]] = {}
    for axiom in derived:
        direct.setdefault(axiom.name, set()).update(atom.predicate for atom, _ in atoms_of(axiom.body, _Any()))
    settled = False
    while not settled:
        settled = True
        for below in direct.values():
            more = {each for name in below for each in direct.get(name, ())} - below
            if more:
                below |= more
                settled = False
    return {name: frozenset(below) for name, below in direct.items()}


class _Any(dict[str, tuple[str, ...]]):
    """Types of variables where they do not matter."""

    def __missing__(self, _: str) -> tuple[str, ...]:
        return ()


def in_turn(effects: Sequence[Effect], reads: Reads) -> bool:
    """Whether the effects may be written one after the other, those of every object and condition first."""
    set_before: set[str] = set()
    added_before: set[str] = set()
    for effect in ordered(effects):
        asked = _asked(effect.condition, reads)
        deleted = {atom.predicate for atom in effect.deleted}
        added = {atom.predicate for atom in effect.added}
        own = (deleted | added) - _by_itself(effect, reads) if effect.variables else set()
        if asked & (set_before | own) or deleted & (added_before | (added if effect.variables else set())):
            return False
        set_before |= deleted | added
        added_before |= added
    return True


def _by_itself(effect: Effect, reads: Reads) -> set[str]:
    """Predicates of which every turn of a loop asks for and sets one atom only, another one each turn."""
    found: dict[str, set[Atom]] = {}
    asked = [atom for atom, _ in atoms_of(effect.condition, _Any())]
    for atom in (*asked, *effect.deleted, *effect.added):
        found.setdefault(atom.predicate, set()).add(atom)
    variables = {Term(variable.name, True) for variable in effect.variables}
    below = {name for atom in asked for name in reads.get(atom.predicate, ())}
    return {
        name
        for name, atoms in found.items()
        if len(atoms) == 1 and name not in below and variables <= set(min(atoms, key=repr).terms)
    }


def ordered(effects: Sequence[Effect]) -> list[Effect]:
    """Conditional effects first, then those of every object, then the plain ones."""
    return sorted(effects, key=lambda e: 0 if e.condition != TRUE else 1 if e.variables else 2)


def _asked(condition: Formula, reads: Reads) -> set[str]:
    named = {atom.predicate for atom, _ in atoms_of(condition, _Any())}
    return named | {below for name in named for below in reads.get(name, ())}
