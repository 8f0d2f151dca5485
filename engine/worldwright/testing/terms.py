"""Random expressions of a wanted kind, over what a scope has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..syntax import nodes as n
from .scope import NONE, SPAN, Choose, Kind, Scope, Signature, binder, name, named, number, word

DEPTH = 3
Order = Literal["=", "!=", "<", "<=", ">", ">="]
ORDERS: tuple[Order, ...] = ("=", "!=", "<", "<=", ">", ">=")
SIDES: tuple[Order, ...] = ("<", "<=", ">", ">=")
"""Two numbers may be never equal, which is a mistake in a world."""
SIGNS: tuple[Literal["+", "-", "*", "div", "mod", "min", "max"], ...] = ("+", "-", "*", "div", "mod", "min", "max")
FOLDS: tuple[Literal["count", "sum", "min", "max"], ...] = ("count", "sum", "min", "max")
EVERY: tuple[Literal["exists", "forall"], ...] = ("exists", "forall")
EQUAL: tuple[Order, ...] = ("=", "!=")
Typed = tuple[n.Expression, Kind]


@dataclass(frozen=True, slots=True)
class Terms:
    """Draws expressions; `depth` is how many levels they may still have."""

    choose: Choose

    # ------------------------------------------------------------ what a scope offers

    def sources(self, scope: Scope, sort: str) -> list[Callable[[], Typed]]:
        """Ways to name a value of a sort: variables, parameters of the family, state variables, definitions."""
        found: list[Callable[[], Typed]] = []
        for each, kind in (*scope.variables.items(), *scope.params.items()):
            if kind.sort == sort:
                found.append(lambda each=each, kind=kind: (name(each), kind))  # type: ignore[misc]
        for signature in (*scope.states, *scope.defines):
            if signature.kind.sort == sort and self.callable(signature):
                found.append(lambda s=signature: (self.use(scope, s), s.kind))  # type: ignore[misc]
        return found

    def callable(self, signature: Signature) -> bool:
        """Whether there is a value for every parameter."""
        return all(p.kind.sort != "atom" or p.kind.atoms for p in signature.parameters)

    def use(self, scope: Scope, signature: Signature) -> n.Expression:
        """A state variable or definition with arguments that fit."""
        return named(signature, tuple(self.argument(scope, p.kind) for p in signature.parameters))

    def argument(self, scope: Scope, kind: Kind) -> n.Expression:
        """A simple value that surely lies in a kind."""
        fitting = [v for v, k in scope.variables.items() if k.within(kind)]
        scalars = [s for s in scope.states if not s.parameters and s.kind.within(kind)]
        roll = self.choose.number(0, 5)
        if fitting and roll < 4:
            return name(self.choose.of(fitting))
        if scalars and roll == 5:
            return name(self.choose.of(scalars).name)
        return self.constant(scope, kind)

    def constant(self, scope: Scope, kind: Kind) -> n.Expression:
        """A value of a kind, written out."""
        if kind.sort == "bool":
            return name(self.choose.of(("true", "false")))
        if kind.maybe and self.choose.seldom(4):
            return name(NONE)
        if kind.sort == "int":
            return number(self.choose.number(kind.low, kind.high))
        atom = self.choose.of(kind.atoms)
        family, _, index = atom.partition("_")
        if family in scope.families and self.choose.seldom(2):
            return n.Indexed(word(family), tuple(number(int(i)) for i in index.split("_")), span=SPAN)
        return name(atom)

    # ------------------------------------------------------------ by kind

    def value(self, scope: Scope, kind: Kind, depth: int = DEPTH) -> n.Expression:
        """An expression that surely lies in a kind."""
        if kind.sort == "bool":
            return self.truth(scope, depth)
        if kind.sort == "atom":
            return self.atom(scope, kind, depth)
        if depth <= 0 or kind.maybe or self.choose.seldom(4):
            return self.argument(scope, kind)
        inner = n.Arithmetic("min", self.integer(scope, depth - 1), number(kind.high), span=SPAN)
        return n.Arithmetic("max", number(kind.low), inner, span=SPAN)

    def atom(self, scope: Scope, kind: Kind, depth: int) -> n.Expression:
        """An object or value."""
        roll = self.choose.number(0, 5) if depth > 0 else 0
        if roll == 5:
            then, otherwise = self.atom(scope, kind, depth - 1), self.atom(scope, kind, depth - 1)
            return n.Conditional(self.truth(scope, depth - 1), then, otherwise, span=SPAN)
        indexed = self.indexed(scope, kind)
        if roll == 4 and indexed:
            return self.choose.of(indexed)()
        fitting = [s for s in (*scope.states, *scope.defines) if s.kind.within(kind) and self.callable(s)]
        if roll >= 2 and fitting:
            return self.use(scope, self.choose.of(fitting))
        return self.argument(scope, kind)

    def indexed(self, scope: Scope, kind: Kind) -> list[Callable[[], n.Expression]]:
        """Members of indexed families by computed indexes, where none will do as well."""
        if NONE not in kind.atoms:
            return []
        fits = [f for f, sizes in scope.families.items() if f"{f}_{'_'.join('1' * len(sizes))}" in kind.atoms]
        return [lambda f=f: self.member(scope, f) for f in fits]  # type: ignore[misc]

    def member(self, scope: Scope, family: str) -> n.Expression:
        """A member of a family by computed indexes."""
        indexes = tuple(self.integer(scope, 1) for _ in scope.families[family])
        return n.Indexed(word(family), indexes, span=SPAN)

    # ------------------------------------------------------------ numbers

    def integer(self, scope: Scope, depth: int = DEPTH) -> n.Expression:
        """A small number."""
        roll = self.choose.number(0, 11) if depth > 0 else self.choose.number(0, 3)
        if roll >= 4 and depth > 0:
            return self._deeper_integer(scope, depth - 1, roll)
        sure = [s for s in self.sources(scope, "int") if roll > 0]
        if sure:
            expression, kind = self.choose.of(sure)()
            if not kind.maybe:
                return expression
        return number(self.choose.number(0, 9))

    def divisor(self, scope: Scope) -> n.Expression:
        """A small number that is surely not 0."""
        roll = self.choose.number(0, 3)
        if roll == 0:
            return n.Negative(number(self.choose.number(1, 4)), span=SPAN)
        if roll == 1:
            return n.Arithmetic("max", self.integer(scope, 1), number(self.choose.number(1, 3)), span=SPAN)
        return number(self.choose.number(1, 7))

    def _deeper_integer(self, scope: Scope, depth: int, roll: int) -> n.Expression:
        if roll <= 6:
            op = self.choose.of(SIGNS)
            right = self.divisor(scope) if op in ("div", "mod") else self.integer(scope, min(depth, 1))
            return n.Arithmetic(op, self.integer(scope, depth), right, span=SPAN)
        if roll == 7:
            return n.Negative(self.integer(scope, depth), span=SPAN)
        if roll == 8:
            then, otherwise = self.integer(scope, depth), self.integer(scope, depth)
            return n.Conditional(self.truth(scope, depth), then, otherwise, span=SPAN)
        return self.fold(scope, depth, self.choose.of(FOLDS))

    def fold(self, scope: Scope, depth: int, kind: Literal["count", "sum", "min", "max"]) -> n.Expression:
        """count, sum, min or max over one or two variables."""
        binders, inner = self.binders(scope)
        if not binders:
            return number(0)
        if kind == "count":
            return n.Quantified("count", binders, self.truth(inner, depth), span=SPAN)
        where = self.truth(inner, depth) if kind != "sum" or self.choose.seldom(2) else None
        otherwise = self.integer(scope, 0) if kind != "sum" else None
        body = self.integer(inner, min(depth, 1))
        return n.Quantified(kind, binders, body, where, otherwise, span=SPAN)

    def binders(self, scope: Scope) -> tuple[tuple[n.Binder, ...], Scope]:
        """One or two new variables over what there is, and the scope with them."""
        found: list[n.Binder] = []
        for _ in range(1 + self.choose.seldom(4)):
            ranges = [d for d in scope.domains if d.kind.sort == "int" or d.kind.atoms]
            if not ranges or len(scope.variables) > 4:
                break
            ranged, variable = self.choose.of(ranges), scope.fresh()
            found.append(binder(variable, ranged))
            scope = scope.bound({variable: ranged.kind})
        return tuple(found), scope

    # ------------------------------------------------------------ truth

    def truth(self, scope: Scope, depth: int = DEPTH) -> n.Expression:
        """A condition."""
        if depth <= 0:
            return self._plain(scope)
        match self.choose.number(0, 11):
            case 0 | 1 | 2 | 3:
                return self._plain(scope)
            case 4:
                return n.Not(self.truth(scope, depth - 1), span=SPAN)
            case 5:
                items = tuple(self.truth(scope, depth - 1) for _ in range(self.choose.number(2, 3)))
                return n.And(tuple(_flat(items, n.And)), span=SPAN)
            case 6:
                items = tuple(self.truth(scope, depth - 1) for _ in range(self.choose.number(2, 3)))
                return n.Or(tuple(_flat(items, n.Or)), span=SPAN)
            case 7 | 8:
                return self._quantified(scope, depth - 1)
            case 9:
                op = self.choose.of(SIDES)
                return n.Compare(op, self.integer(scope, depth - 1), self.integer(scope, 1), span=SPAN)
            case 10:
                then, otherwise = self.truth(scope, depth - 1), self.truth(scope, depth - 1)
                return n.Conditional(self.truth(scope, depth - 1), then, otherwise, span=SPAN)
            case _:
                return self._narrowed(scope)

    def _quantified(self, scope: Scope, depth: int) -> n.Expression:
        binders, inner = self.binders(scope)
        if not binders:
            return self._plain(scope)
        return n.Quantified(self.choose.of(EVERY), binders, self.truth(inner, depth), span=SPAN)

    def _plain(self, scope: Scope) -> n.Expression:
        """A truth value by name, a comparison, or a membership."""
        roll = self.choose.number(0, 7)
        truths = self.sources(scope, "bool")
        atoms = self.sources(scope, "atom")
        if roll <= 2 and truths:
            return self.choose.of(truths)()[0]
        if roll <= 6 and atoms:
            return self._about(scope, *self.choose.of(atoms)(), roll)
        numbers = self.sources(scope, "int")
        if numbers:
            item, kind = self.choose.of(numbers)()
            if kind.maybe:
                return n.Compare(self.choose.of(EQUAL), item, self.constant(scope, kind), span=SPAN)
            if _called(item) in {d.name for d in scope.defines}:  # the checker knows more of these than their kind
                return n.Compare(self.choose.of(SIDES), item, self.constant(scope, kind), span=SPAN)
            if self.choose.seldom(4):
                return n.In(item, self._members(scope, kind), self.choose.seldom(2), span=SPAN)
            return n.Compare(self.choose.of(ORDERS), item, self.constant(scope, kind), span=SPAN)
        return name(self.choose.of(("true", "false")))

    def _about(self, scope: Scope, item: n.Expression, kind: Kind, roll: int) -> n.Expression:
        """What can be asked of an object or value."""
        if roll == 6:
            return n.In(item, self._members(scope, kind), self.choose.seldom(2), span=SPAN)
        types = [t for t, members in scope.types.items() if set(members) & set(kind.atoms)]
        if roll == 5 and types:
            return n.Is(item, word(self.choose.of(types)), self.choose.seldom(2), span=SPAN)
        op = self.choose.of(EQUAL)
        others = [s for s in scope.states if s.kind.sort == "atom" and set(s.kind.atoms) & set(kind.atoms)]
        if roll == 4 and others:
            return n.Compare(op, item, self.use(scope, self.choose.of(others)), span=SPAN)
        return n.Compare(op, item, self.constant(scope, kind), span=SPAN)

    def _members(self, scope: Scope, kind: Kind) -> tuple[n.Expression, ...]:
        values: list[str | int] = list(kind.atoms) if kind.sort == "atom" else list(range(kind.low, kind.high + 1))
        chosen = self.choose.some(values, 1, 2)
        return tuple(name(v) if isinstance(v, str) else number(v) for v in chosen)

    def _narrowed(self, scope: Scope) -> n.Expression:
        """A condition whose second half is allowed only by the first: not none, or of a narrower type."""
        for each in self.choose.some(scope.states, len(scope.states), len(scope.states)):
            if each.kind.maybe and self.callable(each):
                item = self.use(scope, each)
                left = n.Compare("!=", item, name(NONE), span=SPAN)
                right = n.Compare("<", item, number(self.choose.number(each.kind.low, each.kind.high)), span=SPAN)
                return n.And((left, right), span=SPAN)
        for variable, kind in scope.variables.items():
            for type_, members in scope.types.items():
                if set(members) < set(kind.atoms) and members:
                    inner = scope.bound({variable: Kind("atom", members)})
                    left_type = n.Is(name(variable), word(type_), False, span=SPAN)
                    return n.And((left_type, *_flat((self._plain(inner),), n.And)), span=SPAN)
        return self._plain(scope)


def _called(item: n.Expression) -> str:
    """The name at the head of an expression."""
    match item:
        case n.Name(text) | n.Call(n.Word(text), _):
            return text
    return ""


def _flat(items: tuple[n.Expression, ...], kind: type[n.And] | type[n.Or]) -> Iterator[n.Expression]:
    """Items as a parser has them: an `and` directly in an `and` is one `and`."""
    for item in items:
        if isinstance(item, kind):
            yield from item.items
        else:
            yield item
