"""What kind of thing stands where: types from predicates that say no more than a type does, and predicates' own types.

Old domains have no types and say `(room ?r)` instead. Where such predicates never change and no object has two of
them, they become types: the same actions apply, and a player may name a room only where a room is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .nodes import (
    Action,
    Atom,
    Domain,
    Equal,
    Formula,
    Imply,
    Junction,
    Not,
    Problem,
    Quantified,
    Term,
    Typed,
    Types,
)

Bound = Mapping[str, Types]
"""The types of the variables in sight."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A domain with its problems, seen as a world: `kinds` are the types of every predicate's arguments."""

    domain: Domain
    problems: tuple[Problem, ...]
    typing: frozenset[str]
    """Predicates that have become types."""
    changing: frozenset[str]
    """Predicates that some action sets."""
    kinds: dict[str, tuple[Types, ...]]


def shaped(domain: Domain, problems: Sequence[Problem]) -> Shape:
    """The shape of a domain and its problems."""
    changing = frozenset(
        a.predicate for action in domain.actions for e in action.effects for a in (*e.deleted, *e.added)
    )
    typing = _typing(domain, problems, changing) if not domain.parents else ()
    if typing:
        domain = _typed_domain(domain, typing)
        problems = [_typed_problem(problem, typing) for problem in problems]
    kinds = _kinds(domain, problems, bool(typing))
    return Shape(domain, tuple(problems), frozenset(typing), changing, kinds)


# ---------------------------------------------------------------- types from predicates


def _typing(domain: Domain, problems: Sequence[Problem], changing: frozenset[str]) -> tuple[str, ...]:
    """The predicates that are types: unary, never set, and apart from one another in every problem."""
    derived = {axiom.name for axiom in domain.derived}
    chosen: list[str] = []
    for name, schema in domain.predicates.items():
        if len(schema.parameters) != 1 or name in changing or name in derived:
            continue
        members = [_members(problem, name) for problem in problems]
        apart = all(not members[i] & _members(p, other) for i, p in enumerate(problems) for other in chosen)
        if apart and all(members):
            chosen.append(name)
    return tuple(chosen)


def _members(problem: Problem, predicate: str) -> set[str]:
    return {fact.terms[0].name for fact in problem.facts if fact.predicate == predicate}


def _typed_domain(domain: Domain, typing: Sequence[str]) -> Domain:
    return replace(
        domain,
        parents=dict.fromkeys(typing, "object"),
        predicates={name: schema for name, schema in domain.predicates.items() if name not in typing},
        actions=tuple(_typed_action(action, typing) for action in domain.actions),
    )


def _typed_action(action: Action, typing: Sequence[str]) -> Action:
    """Needs that say a parameter's type become its type."""
    types: dict[str, str] = {}
    needs = []
    for need in action.needs:
        if isinstance(need, Atom) and need.predicate in typing and need.terms[0].variable:
            known = types.setdefault(need.terms[0].name, need.predicate)
            if known == need.predicate:
                continue
        needs.append(need)
    parameters = tuple(replace(p, types=(types[p.name],)) if p.name in types else p for p in action.parameters)
    return replace(action, parameters=parameters, needs=tuple(needs))


def _typed_problem(problem: Problem, typing: Sequence[str]) -> Problem:
    types = {fact.terms[0].name: fact.predicate for fact in problem.facts if fact.predicate in typing}
    objects = tuple(replace(o, types=(types[o.name],)) if o.name in types else o for o in problem.objects)
    return replace(problem, objects=objects, facts=tuple(f for f in problem.facts if f.predicate not in typing))


# ---------------------------------------------------------------- the types of arguments


def _kinds(domain: Domain, problems: Sequence[Problem], inferred: bool) -> dict[str, tuple[Types, ...]]:
    """The declared types of every argument, widened by whatever stands there; without types, only the latter."""
    schemas = {**domain.predicates, **domain.functions}
    seen: dict[str, list[set[Types]]] = {
        name: [set() if inferred else {p.types} for p in schema.parameters] for name, schema in schemas.items()
    }
    constants = {c.name: c.types for c in domain.constants}
    for problem in problems:
        constants |= {o.name: o.types for o in problem.objects}
    for atom, bound in _atoms(domain, problems):
        for position, term in enumerate(atom.terms):
            if atom.predicate in seen:
                seen[atom.predicate][position].add((bound if term.variable else constants)[term.name])
    return {name: tuple(_together(domain, types) for types in positions) for name, positions in seen.items()}


def _together(domain: Domain, found: set[Types]) -> Types:
    """The fewest types that cover all of these, in the order of the domain."""
    if () in found or not found:
        return ()
    flat = {name for types in found for name in types}
    return tuple(t for t in domain.parents if t in flat and not any(t != o and domain.below(t, o) for o in flat))


def _atoms(domain: Domain, problems: Iterable[Problem]) -> Iterator[tuple[Atom, Bound]]:
    """Every atom of a domain and its problems, with the types of its variables."""
    for action in domain.actions:
        bound = binding(action.parameters)
        for need in action.needs:
            yield from atoms_of(need, bound)
        for effect in action.effects:
            inner = {**bound, **binding(effect.variables)}
            yield from atoms_of(effect.condition, inner)
            yield from ((atom, inner) for atom in (*effect.deleted, *effect.added))
        yield from ((cost.amount, bound) for cost in action.costs if isinstance(cost.amount, Atom))
    for axiom in domain.derived:
        bound = binding(axiom.parameters)
        yield Atom(axiom.name, tuple(Term(p.name, True) for p in axiom.parameters)), bound
        yield from atoms_of(axiom.body, bound)
    for problem in problems:
        yield from ((fact, {}) for fact in (*problem.facts, *problem.costs))
        yield from atoms_of(problem.goal, {})


def binding(variables: Iterable[Typed]) -> dict[str, Types]:
    """Variables to their types."""
    return {v.name: v.types for v in variables}


def atoms_of(formula: Formula, bound: Bound) -> Iterator[tuple[Atom, Bound]]:
    """Every atom of a formula."""
    match formula:
        case Atom():
            yield formula, bound
        case Not(body):
            yield from atoms_of(body, bound)
        case Junction(_, parts):
            for part in parts:
                yield from atoms_of(part, bound)
        case Imply(condition, body):
            yield from atoms_of(condition, bound)
            yield from atoms_of(body, bound)
        case Quantified(_, variables, body):
            yield from atoms_of(body, {**bound, **binding(variables)})
        case Equal():
            return


def pushed(formula: Formula, positive: bool = True) -> Formula:
    """The same formula (or its opposite) with every `not` next to an atom."""
    match formula:
        case Not(body):
            return pushed(body, not positive)
        case Junction(every, parts):
            flat: list[Formula] = []
            for part in parts:
                inner = pushed(part, positive)
                merge = isinstance(inner, Junction) and inner.every == (every == positive)
                flat += inner.parts if merge and isinstance(inner, Junction) else (inner,)
            return flat[0] if len(flat) == 1 else Junction(every == positive, tuple(flat))
        case Imply(condition, body):
            if positive:
                return Imply(pushed(condition), pushed(body))
            return pushed(Junction(True, (condition, Not(body))))
        case Quantified(every, variables, body):
            return Quantified(every == positive, variables, pushed(body, positive))
        case _:
            return formula if positive else Not(formula)
