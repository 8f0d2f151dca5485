"""PDDL run as it is written: slow, naive, and sharing no code with the importer, so that the two can be compared.

A state is a set of facts, a fact a tuple of names. Conditions are evaluated on the state before, all effects happen at
once, and what is both deleted and added holds. Derived facts are found by going round until nothing is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import Any

Fact = tuple[str, ...]
State = frozenset[Fact]
Act = tuple[str, ...]


def nested(text: str) -> Any:
    """Parentheses as lists, in lower case, without comments."""
    signs = re.findall(r"[()]|[^\s()]+", re.sub(r";[^\n]*", "", text.lower()))
    stack: list[list[Any]] = [[]]
    for sign in signs:
        if sign == "(":
            stack.append([])
        elif sign == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(sign)
    return stack[0][0]


def typed(items: list[Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Names with their types; none: object."""
    found: list[tuple[str, tuple[str, ...]]] = []
    waiting: list[str] = []
    position = 0
    while position < len(items):
        if items[position] == "-":
            kind = items[position + 1]
            types = tuple(kind[1:]) if isinstance(kind, list) else (kind,)
            found += [(name, types) for name in waiting]
            waiting = []
            position += 2
        else:
            waiting.append(items[position])
            position += 1
    return found + [(name, ("object",)) for name in waiting]


class Reference:
    """A domain and a problem. `shown` leaves out what no action changes."""

    def __init__(self, domain: str, problem: str) -> None:
        parts, posed = nested(domain), nested(problem)
        self.known: dict[State, list[Act]] = {}
        self.parents: dict[str, str] = {}
        objects: dict[str, tuple[str, ...]] = {}
        self.actions: dict[str, dict[str, Any]] = {}
        self.derived: list[tuple[str, list[tuple[str, tuple[str, ...]]], Any]] = []
        for part in parts[2:]:
            if part[0] == ":types":
                for name, types in typed(part[1:]):
                    if name != "object" and self.parents.get(name, "object") == "object":
                        self.parents[name] = types[0]
            elif part[0] == ":constants":
                objects |= dict(typed(part[1:]))
            elif part[0] == ":action":
                fields = dict(zip(part[2::2], part[3::2], strict=True))
                self.actions[part[1]] = fields
            elif part[0] == ":derived":
                self.derived.append((part[1][0], typed(part[1][1:]), part[2]))
        for part in posed[2:]:
            if part[0] == ":objects":
                objects |= dict(typed(part[1:]))
        self.objects = {name: types[0] for name, types in objects.items()}
        self.start: State = frozenset(
            tuple(fact) for part in posed[2:] if part[0] == ":init" for fact in part[1:] if fact[0] not in ("=", "not")
        )
        self.wanted: Any = next(part[1] for part in posed[2:] if part[0] == ":goal")
        self.changing = frozenset(
            literal[0] for fields in self.actions.values() for literal in _literals(fields.get(":effect", ["and"]))
        )

    def of(self, types: tuple[str, ...]) -> list[str]:
        """All objects of some types."""
        return [name for name, kind in self.objects.items() if any(self.below(kind, t) for t in types)]

    def below(self, one: str, other: str) -> bool:
        """Whether a type is another or belongs to it."""
        while one != other and one in self.parents:
            one = self.parents[one]
        return one == other or other == "object"

    def ways(self, variables: list[tuple[str, tuple[str, ...]]]) -> Iterator[dict[str, str]]:
        """All values of some variables."""
        for values in product(*(self.of(types) for _, types in variables)):
            yield dict(zip((name for name, _ in variables), values, strict=True))

    def full(self, state: State) -> State:
        """A state with all that is derived."""
        facts = set(state)
        while True:
            now = frozenset(facts)
            for name, variables, body in self.derived:
                for bound in self.ways(variables):
                    if self.holds(body, now, bound):
                        facts.add((name, *(bound[v] for v, _ in variables)))
            if len(facts) == len(now):
                return now

    def holds(self, formula: Any, facts: State, bound: dict[str, str]) -> bool:
        """Whether a condition holds."""
        if not formula:
            return True
        head, *rest = formula
        if head == "and":
            return all(self.holds(part, facts, bound) for part in rest)
        if head == "or":
            return any(self.holds(part, facts, bound) for part in rest)
        if head == "not":
            return not self.holds(rest[0], facts, bound)
        if head == "imply":
            return not self.holds(rest[0], facts, bound) or self.holds(rest[1], facts, bound)
        if head == "=":
            return bound.get(rest[0], rest[0]) == bound.get(rest[1], rest[1])
        if head in ("forall", "exists"):
            found = (self.holds(rest[1], facts, {**bound, **more}) for more in self.ways(typed(rest[0])))
            return all(found) if head == "forall" else any(found)
        return (head, *(bound.get(term, term) for term in rest)) in facts

    @cached_property
    def ground(self) -> list[tuple[Act, str, dict[str, str]]]:
        """Every action with every argument."""
        found = []
        for name, fields in self.actions.items():
            variables = typed(fields.get(":parameters", []))
            found += [((name, *bound.values()), name, bound) for bound in self.ways(variables)]
        return found

    def applicable(self, state: State) -> list[Act]:
        """The actions that a state allows."""
        if state not in self.known:
            self.known[state] = self._applicable(state)
        return self.known[state]

    def _applicable(self, state: State) -> list[Act]:
        facts = self.full(state)
        return [
            act
            for act, name, bound in self.ground
            if self.holds(self.actions[name].get(":precondition", []), facts, bound)
        ]

    def apply(self, state: State, act: Act) -> State:
        """The state after an action."""
        fields = self.actions[act[0]]
        bound = dict(zip((name for name, _ in typed(fields.get(":parameters", []))), act[1:], strict=True))
        added: set[Fact] = set()
        deleted: set[Fact] = set()
        self.effects(fields.get(":effect", ["and"]), self.full(state), bound, added, deleted)
        return frozenset((state - deleted) | added)

    def effects(self, effect: Any, facts: State, bound: dict[str, str], added: set[Fact], deleted: set[Fact]) -> None:
        """Collects what becomes true and what false."""
        head, *rest = effect
        if head == "and":
            for part in rest:
                self.effects(part, facts, bound, added, deleted)
        elif head == "forall":
            for more in self.ways(typed(rest[0])):
                self.effects(rest[1], facts, {**bound, **more}, added, deleted)
        elif head == "when":
            if self.holds(rest[0], facts, bound):
                self.effects(rest[1], facts, bound, added, deleted)
        elif head == "not":
            deleted.add((rest[0][0], *(bound.get(t, t) for t in rest[0][1:])))
        elif head != "increase":
            added.add((head, *(bound.get(t, t) for t in rest)))

    def goal(self, state: State) -> bool:
        """Whether the goal holds."""
        return self.holds(self.wanted, self.full(state), {})

    def shown(self, state: State) -> State:
        """What of a state can change."""
        return frozenset(fact for fact in state if fact[0] in self.changing)


def _literals(effect: Any) -> Iterator[Any]:
    head, *rest = effect
    if head == "and":
        for part in rest:
            yield from _literals(part)
    elif head in ("forall", "when"):
        yield from _literals(rest[1])
    elif head == "not":
        yield rest[0]
    elif head != "increase":
        yield effect
