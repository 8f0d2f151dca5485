"""Random texts and statements over what a scope has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..syntax import nodes as n
from .scope import NONE, SPAN, Choose, Kind, Scope, Signature, binder, name, number, string, word
from .terms import DEPTH, Terms

Article = Literal["", "a", "an", "the", "A", "An", "The"]
ARTICLES: tuple[Article, ...] = ("the", "", "a", "A", "The", "an", "An")
WORDS = ("so be it", "Done.", "Now: ", 'It says "no".', "é, 日, \\ and {braces}", "\n", "well,", "Something stirs.")


@dataclass(frozen=True, slots=True)
class Blocks:
    """Draws texts and bodies of statements."""

    choose: Choose
    terms: Terms

    # ------------------------------------------------------------ texts

    def text(self, scope: Scope, most: int = 3) -> n.String:
        """A text with inserts; it is never empty."""
        parts: list[str | n.Insert | n.InsertList] = [self.choose.of(WORDS)]
        for _ in range(self.choose.number(0, most - 1)):
            parts += [" ", self.insert(scope), self.choose.of((".", " ", "!"))]
        return string(*parts)

    def insert(self, scope: Scope) -> n.Insert | n.InsertList | str:
        """What stands between braces."""
        roll = self.choose.number(0, 7)
        if roll >= 6:
            ranges = [d for d in scope.domains if d.kind.sort == "int" or d.kind.atoms]
            if ranges:
                ranged, variable = self.choose.of(ranges), scope.fresh()
                inner = scope.bound({variable: ranged.kind})
                where = self.terms.truth(inner, 1) if roll == 7 else None
                return n.InsertList(binder(variable, ranged), where, span=SPAN)
        if roll == 5:
            return n.Insert("", self.terms.integer(scope, 1), span=SPAN)
        found = [
            (item, kind) for item, kind in (s() for s in self.terms.sources(scope, "atom")) if NONE not in kind.atoms
        ]
        if not found:
            return self.choose.of(WORDS)
        item, _ = self.choose.of(found)
        return n.Insert(self.choose.of(ARTICLES), item, span=SPAN)

    def tell(self, scope: Scope) -> n.Tell:
        """One wording, or several."""
        return n.Tell(tuple(self.text(scope) for _ in range(1 + self.choose.seldom(3))), span=SPAN)

    def show(self, scope: Scope) -> n.Show | n.Tell:
        """A view with fitting arguments, if there is one."""
        fitting = [v for v in scope.views if self.terms.callable(v)]
        if not fitting:
            return self.tell(scope)
        view = self.choose.of(fitting)
        args = tuple(self.terms.argument(scope, p.kind) for p in view.parameters)
        return n.Show(word(view.name), args, span=SPAN)

    # ------------------------------------------------------------ statements

    def needs(self, scope: Scope, most: int) -> tuple[n.Statement, ...]:
        """Preconditions, some of them inside `if` and `for`."""
        return tuple(self._need(scope) for _ in range(self.choose.number(0, most)))

    def _need(self, scope: Scope) -> n.Statement:
        roll = self.choose.number(0, 7)
        if roll == 7:
            binders, inner = self.terms.binders(scope)
            if binders:
                where = self.terms.truth(inner, 1) if self.choose.seldom(2) else None
                return n.For(binders, where, (self._plain_need(inner),), span=SPAN)
        if roll == 6:
            return n.If(((self.terms.truth(scope, 1), (self._plain_need(scope),)),), None, span=SPAN)
        return self._plain_need(scope)

    def _plain_need(self, scope: Scope) -> n.Need:
        return n.Need(self.terms.truth(scope, 2), self.text(scope, 2), span=SPAN)

    def effects(self, scope: Scope, targets: Sequence[Signature], most: int, level: int = 2) -> list[n.Statement]:
        """Statements that change something or tell something; nothing changes without targets."""
        return [self._effect(scope, targets, level) for _ in range(self.choose.number(1, most))]

    def _effect(self, scope: Scope, targets: Sequence[Signature], level: int) -> n.Statement:
        roll = self.choose.number(0, 9)
        if roll <= 2 or level == 0:
            return self.set(scope, targets) if targets else self.tell(scope)
        if roll <= 4:
            return self.tell(scope)
        if roll == 5:
            return self.show(scope)
        if roll == 6 and targets:
            hits, out_of = self._odds(scope)
            otherwise = tuple(self.effects(scope, targets, 1, level - 1)) if self.choose.seldom(2) else None
            return n.Chance(hits, out_of, tuple(self.effects(scope, targets, 2, level - 1)), otherwise, span=SPAN)
        if roll <= 8:
            return self._if(scope, targets, level - 1)
        binders, inner = self.terms.binders(scope)
        if not binders:
            return self.tell(scope)
        where = self.terms.truth(inner, 1) if self.choose.seldom(2) else None
        return n.For(binders, where, tuple(self.effects(inner, targets, 2, level - 1)), span=SPAN)

    def _odds(self, scope: Scope) -> tuple[n.Expression, n.Expression]:
        """The two numbers of a chance: plain, or computed, and then of any size and sign."""
        plain = number(self.choose.number(1, 2)), number(self.choose.number(3, 4))
        if self.choose.seldom(2):
            return plain
        computed = self.terms.integer(scope, 1), self.terms.integer(scope, 1)
        hits, out_of = (p if isinstance(c, n.Number | n.Negative) else c for p, c in zip(plain, computed, strict=True))
        return hits, out_of

    def _if(self, scope: Scope, targets: Sequence[Signature], level: int) -> n.If:
        branches = tuple(
            (self.terms.truth(scope, 1), tuple(self.effects(scope, targets, 2, level)))
            for _ in range(1 + self.choose.seldom(3))
        )
        otherwise = tuple(self.effects(scope, targets, 1, level)) if self.choose.seldom(2) else None
        return n.If(branches, otherwise, span=SPAN)

    def set(self, scope: Scope, targets: Sequence[Signature]) -> n.Set:
        """Gives a variable a value that it can have."""
        target = self.choose.of([t for t in targets if self.terms.callable(t)] or list(targets))
        return n.Set(self.place(scope, target), self.terms.value(scope, target.kind, DEPTH - 1), span=SPAN)

    def change(self, scope: Scope, targets: Sequence[Signature]) -> n.Change | None:
        """A step of a life cycle between two values of a variable that has several."""
        fitting = [t for t in targets if t.kind.sort == "atom" and len(t.kind.atoms) > 1 and self.terms.callable(t)]
        if not fitting:
            return None
        target = self.choose.of(fitting)
        before, after = self.choose.some(target.kind.atoms, 2, 2)
        sentence = self.text(scope, 1)
        return n.Change(self.place(scope, target), name(before), name(after), sentence, span=SPAN)

    def place(self, scope: Scope, target: Signature) -> n.Place:
        """The left side of an assignment."""
        args = tuple(self.terms.argument(scope, p.kind) for p in target.parameters)
        return n.Place(word(target.name), args, span=SPAN)

    # ------------------------------------------------------------ start

    def initial(self, scope: Scope, each: Signature) -> list[n.Statement]:
        """Statements of `start` that give a whole family of variables its values, often by chance."""
        variables = {f"{'ab'[i]}{i}": p for i, p in enumerate(each.parameters)}
        inner = scope.bound({v: p.kind for v, p in variables.items()})
        place = n.Place(word(each.name), tuple(name(v) for v in variables), span=SPAN)
        assign: n.Statement = n.Assign(place, self.first_value(inner, each.kind), span=SPAN)
        if self.choose.seldom(5):
            hits, out_of = self._odds(inner)
            other = (n.Assign(place, self.first_value(inner, each.kind), span=SPAN),)
            otherwise = other if self.choose.seldom(2) else None
            assign = n.Chance(hits, out_of, (assign,), otherwise, span=SPAN)
        if not variables:
            return [assign]
        binders = tuple(binder(v, p) for v, p in variables.items())
        return [n.For(binders, None, (assign,), span=SPAN)]

    def first_value(self, scope: Scope, kind: Kind) -> n.Expression | n.OneOf | n.AnyOf:
        """A value to begin with: given, one of several, or any of a domain."""
        roll = self.choose.number(0, 3)
        if roll == 1:
            options = tuple(self.terms.constant(scope, kind) for _ in range(self.choose.number(1, 3)))
            return n.OneOf(options, span=SPAN)
        ranges = [d for d in scope.domains if d.kind.within(kind) and (d.kind.sort == "int" or len(d.kind.atoms) > 1)]
        if roll >= 2 and ranges:
            ranged = self.choose.of(ranges)
            if roll == 2 or ranged.kind.sort != "atom":
                return n.AnyOf(None, ranged.written, None, span=SPAN)
            variable = scope.fresh()
            unlike = n.Compare("!=", name(variable), name(self.choose.of(ranged.kind.atoms)), span=SPAN)
            return n.AnyOf(word(variable), ranged.written, unlike, span=SPAN)
        return self.terms.constant(scope, kind)

    def drawn(self, scope: Scope, each: Signature) -> list[n.Statement]:
        """A draw between two values and a need that rejects one of them."""
        place = n.Place(word(each.name), (), span=SPAN)
        if each.kind.sort == "int":
            options: list[n.Expression] = [number(each.kind.low), number(each.kind.high)]
        else:
            options = [name(a) for a in each.kind.atoms[:2]]
        need = n.Need(n.Compare("!=", name(each.name), options[self.choose.number(0, 1)], span=SPAN), None, span=SPAN)
        return [n.Assign(place, n.OneOf(tuple(options), span=SPAN), span=SPAN), need]
