"""Reads statements: blocks of start, views, actions and each turn.

A command decides all its needs on the state before it, then its effects run; `start` makes the state first, then tells
of it. So blocks are read twice: `first` reads what runs first (needs, or the making of the state) and keeps it,
`second` reads the rest, knowing what the first pass found out, and puts the whole together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from ..source import Span
from ..syntax import nodes as syn
from . import ir
from .expressions import Expressions
from .folding import FALSE, TRUE, ZERO, Typed, comparison, negate, none_as, unify
from .ir import DomainInfo, Expr
from .reasoning import join
from .scope import Scope
from .texts import Texts
from .vocabulary import StateEntry
from .walk import Block, assigned, blocks, contains

Kind = Literal["start", "view", "action", "each turn"]
_FIRST: dict[Kind, tuple[type[syn.Statement], ...]] = {
    "start": (syn.Need, syn.Assign, syn.Chance),
    "action": (syn.Need, syn.Change),
    "view": (),
    "each turn": (),
}
_ALLOWED: dict[Kind, tuple[type[syn.Statement], ...]] = {
    "start": (syn.Need, syn.Assign, syn.Tell, syn.Show, syn.If, syn.For, syn.Chance),
    "view": (syn.Tell, syn.Show, syn.If, syn.For),
    "action": (syn.Say, syn.Need, syn.Set, syn.Change, syn.Tell, syn.Show, syn.If, syn.For, syn.Chance),
    "each turn": (syn.Set, syn.Tell, syn.Show, syn.If, syn.For, syn.Chance),
}
_WORDS: dict[type[syn.Statement], str] = {
    syn.Say: "say", syn.Need: "need", syn.Set: "set", syn.Change: "change", syn.Chance: "chance",
    syn.Assign: "assignment", syn.Tell: "tell", syn.Show: "show", syn.If: "if", syn.For: "for",
}  # fmt: skip


@dataclass(slots=True)
class Sites:
    """Numbers the places where chance decides, over the whole world, in the order written."""

    next: int = 0

    def take(self) -> int:
        """The next number."""
        self.next += 1
        return self.next - 1


@dataclass(frozen=True, slots=True)
class _Odds:
    """The numbers of a chance, its site, and the conditions under which it can fall and surely falls."""

    hits: Expr
    out_of: Expr
    site: int
    some: Expr
    all_: Expr


@dataclass(slots=True)
class Statements:
    """Reads the body of one declaration. `owner` begins the ids of its needs."""

    kind: Kind
    owner: str
    expressions: Expressions
    texts: Texts
    sites: Sites
    needs: int = 0
    kept: dict[int, ir.Statement] = field(default_factory=dict)
    loops: dict[int, tuple[tuple[ir.Binder, ...], dict[str, ir.Var]] | None] = field(default_factory=dict)
    conditions: dict[tuple[int, int], Expr] = field(default_factory=dict)
    odds: dict[int, _Odds] = field(default_factory=dict)
    shows: list[tuple[str, syn.Show]] = field(default_factory=list)

    def read(self, body: Block, scope: Scope) -> tuple[ir.Statement, ...]:
        """The checked statements of a body."""
        fine = self._allowed(body, top=True)
        if _FIRST[self.kind]:
            scope = self.first(fine, scope)
        if self.kind == "start":
            scope = replace(scope, changed=frozenset())
        statements, _ = self.second(fine, scope)
        return statements

    def _allowed(self, body: Block, top: bool, chance: bool = False) -> list[syn.Statement]:
        """The statements that may stand here; others are reported and left out."""
        faults = self.expressions.vocabulary.faults
        for statement in body:
            if not isinstance(statement, _ALLOWED[self.kind]):
                message = f"`{_WORDS[type(statement)]}` has no place in {_article(self.kind)}"
                faults.error("WW314", statement.span, message, _instead(self.kind, statement))
            elif isinstance(statement, syn.Say) and not top:
                faults.error("WW310", statement.span, "`say` stands at the top of its action, not inside a block")
            elif chance and self.kind == "start" and isinstance(statement, syn.Tell | syn.Show):
                word = _WORDS[type(statement)]
                message = f"`{word}` cannot hang on chance here: `start` tells at the end, about what has come out"
                faults.error("WW314", statement.span, message, "put it after the `chance`, in an `if`")
            elif chance and self.kind == "action" and isinstance(statement, syn.Need | syn.Change):
                word = _WORDS[type(statement)]
                message = f"`{word}` cannot hang on chance: needs are decided before anything happens"
                faults.error("WW314", statement.span, message, "put it before the `chance`")
            for inner in blocks(statement):
                self._allowed(inner, top=False, chance=chance or isinstance(statement, syn.Chance))
        return [s for s in body if isinstance(s, _ALLOWED[self.kind]) and not isinstance(s, syn.Say)]

    # ------------------------------------------------------------ what runs first

    def first(self, body: Block, scope: Scope) -> Scope:
        """Reads needs (and in start, assignments) in order; gives what is known after them."""
        for statement in body:
            match statement:
                case syn.Need():
                    scope = self._need(statement, scope)
                case syn.Change() if self.kind == "action":
                    scope = self._change_need(statement, scope)
                case syn.Assign() if self.kind == "start":
                    scope = self._assign(statement, scope)
                case syn.If() if contains(statement, _FIRST[self.kind]):
                    cases = []
                    for number, (node, block) in enumerate(statement.branches):
                        condition = self.expressions.condition(node, scope)
                        self.conditions[id(statement), number] = condition
                        cases.append(self.first(block, self.expressions.reasoner.assume(scope, condition, True)))
                        scope = self.expressions.reasoner.assume(scope, condition, False)
                    cases.append(self.first(statement.otherwise or (), scope))
                    scope = join(scope, cases)
                case syn.For() if contains(statement, _FIRST[self.kind]):
                    scope = self._first_loop(statement, scope)
                case syn.Chance() if self.kind == "start":
                    odds = self.odds[id(statement)] = self._odds(statement, scope)
                    before = self._fallen(odds, scope)
                    cases = [self.first(statement.then, before[0]), self.first(statement.otherwise or (), before[1])]
                    scope = join(scope, cases)
                case _:
                    pass
        return scope

    def _first_loop(self, statement: syn.For, scope: Scope) -> Scope:
        if self.kind == "start":
            scope = self.expressions.reasoner.forget(scope, frozenset(assigned((statement,))))
        inner = self._loop_scope(statement, scope)
        if inner is None:
            return scope
        if statement.where is not None:
            condition = self.expressions.condition(statement.where, inner)
            self.conditions[id(statement), 0] = condition
            inner = self.expressions.reasoner.assume(inner, condition, True)
        self.first(statement.body, inner)
        return scope

    def _loop_scope(self, statement: syn.For, scope: Scope) -> Scope | None:
        """The scope inside a loop; its variables keep their names in both passes."""
        if id(statement) not in self.loops:
            bound = self.expressions.bind(statement.binders, scope)
            if bound is None:
                self.loops[id(statement)] = None
                return None
            names = {b.name.text: bound[1].variables[b.name.text] for b in statement.binders}
            self.loops[id(statement)] = (bound[0], names)
            return bound[1]
        known = self.loops[id(statement)]
        if known is None:
            return None
        domains = self.expressions.vocabulary.domains
        for binder, (written, variable) in zip(known[0], known[1].items(), strict=False):
            scope = scope.bind(written, variable, domains.sets[binder.domain])
        return scope

    def _need(self, node: syn.Need, scope: Scope) -> Scope:
        self.needs += 1
        condition = self.expressions.decide("need", node.condition, scope)
        refused = self.expressions.reasoner.assume(scope, condition, False)
        text = None
        if node.otherwise is not None:
            text = self.texts.read(node.otherwise, replace(refused, dead=scope.dead), "this refusal")
        where = self.expressions.vocabulary.faults.where(node.span)
        self.kept[id(node)] = ir.Need(f"{self.owner}.{self.needs}", condition, text, where)
        return self.expressions.reasoner.assume(scope, condition, True)

    def _change_need(self, node: syn.Change, scope: Scope) -> Scope:
        """The need of a change: that the variable has the value it changes from."""
        self.needs += 1
        place = syn.Call(node.place.name, node.place.args, span=node.place.span)
        state = self._state(node.place)
        found = self.expressions.read(place, scope)
        if state is None or found.values.unknown:
            self.texts.read(node.otherwise, scope, "this refusal")
            return scope
        what = f"`{node.place.name.text}`"
        before = self.expressions.fitting(node.before, scope, state.domain, what, "WW205")
        left, right = unify(found, Typed(before, found.values))
        condition = comparison("=", left.expr, right.expr)
        self.expressions.note("need", node, condition, scope)
        refused = self.expressions.reasoner.assume(scope, condition, False)
        text = self.texts.read(node.otherwise, replace(refused, dead=scope.dead), "this refusal")
        where = self.expressions.vocabulary.faults.where(node.span)
        self.kept[id(node)] = ir.Need(f"{self.owner}.{self.needs}", condition, text, where)
        return self.expressions.reasoner.assume(scope, condition, True)

    def _state(self, place: syn.Place) -> StateEntry | None:
        """The state variable on the left of an assignment; None after a diagnostic."""
        vocabulary, name = self.expressions.vocabulary, place.name.text
        if name in vocabulary.states:
            return vocabulary.states[name]
        if name in vocabulary.defines:
            message = f"`{name}` is defined, not kept: it cannot be set"
            vocabulary.faults.error("WW105", place.name.span, message, "set what its definition speaks of")
        elif name in vocabulary.atoms.ids or name in vocabulary.params:
            vocabulary.faults.error("WW105", place.name.span, f"`{name}` is not a state variable: it cannot be set")
        else:
            vocabulary.faults.unknown("WW101", place.name.span, "state variable", name, vocabulary.states)
        return None

    def _place(self, place: syn.Place, scope: Scope) -> tuple[StateEntry, tuple[Expr, ...]] | None:
        """The variable and arguments of an assignment; None after a diagnostic."""
        state = self._state(place)
        reading = syn.Call(place.name, place.args, span=place.span)
        if state is None:
            return None
        mentioned = set(self.expressions.vocabulary.mentioned.get("state", ()))
        found = self.expressions.read(reading, scope)
        if place.name.text not in mentioned and not any(place.name.text in _names(a) for a in place.args):
            self.expressions.vocabulary.mentioned["state"].discard(place.name.text)
        if found.values.unknown or not isinstance(found.expr, ir.Fluent):
            return None
        return state, found.expr.args

    def _assign(self, node: syn.Assign, scope: Scope) -> Scope:
        placed = self._place(node.place, scope)
        if placed is None:
            if isinstance(node.value, syn.OneOf):
                for option in node.value.options:
                    self.expressions.read(option, scope)
            elif not isinstance(node.value, syn.AnyOf):
                self.expressions.read(node.value, scope)
            return scope
        state, args = placed
        where = self.expressions.vocabulary.faults.where(node.span)
        what, name, domain = f"`{state.name}`", state.name, state.domain
        fluent = ir.Fluent(name, args, domain.sort)
        if isinstance(node.value, syn.OneOf):
            options = tuple(self.expressions.fitting(o, scope, domain, what, "WW205") for o in node.value.options)
            self.kept[id(node)] = ir.Draw(name, args, options, self.sites.take(), where)
            return self.expressions.reasoner.forget(scope, frozenset((name,)))
        if isinstance(node.value, syn.AnyOf):
            drawn = self._any(node.value, scope, domain, what)
            if drawn is not None:
                self.kept[id(node)] = ir.DrawAny(name, args, *drawn, self.sites.take(), where)
            return self.expressions.reasoner.forget(scope, frozenset((name,)))
        found = self.expressions.read(node.value, scope)
        value = self.expressions.fit(node.value, found, scope, domain, what, "WW205")
        self.kept[id(node)] = ir.Assign(name, args, value, where)
        return self._after(scope, fluent, found)

    def _any(
        self, node: syn.AnyOf, scope: Scope, domain: DomainInfo, what: str
    ) -> tuple[ir.Binder, Expr | None] | None:
        word = node.name or syn.Word("any", span=node.span)
        bound = self.expressions.bind((syn.Binder(word, node.domain, span=node.domain.span),), scope)
        if bound is None:
            return None
        (binder,), inner, _ = bound
        if node.name is None:
            inner = replace(inner, variables=scope.variables)
        where = None if node.where is None else self.expressions.condition(node.where, inner)
        if where is not None:
            inner = self.expressions.reasoner.assume(inner, where, True)
        variable = ir.Var(binder.name, self.expressions.vocabulary.domains.used[binder.domain].sort)
        shown = syn.Name(word.text, span=node.domain.span)
        found = Typed(variable, self.expressions.reasoner.values(variable, inner))
        self.expressions.fit(shown, found, inner, domain, what, "WW205")
        return binder, where

    def _after(self, scope: Scope, fluent: ir.Fluent, found: Typed) -> Scope:
        """What is known once a variable has a new value."""
        reasoner = self.expressions.reasoner
        after = reasoner.forget(scope, frozenset((fluent.state,)))
        if found.values.unknown or any(fluent.state in reasoner.reads(a) for a in fluent.args):
            return after
        return after if found.values.empty else after.know(fluent, found.values)

    # ------------------------------------------------------------ what runs then

    def second(self, body: Block, scope: Scope) -> tuple[tuple[ir.Statement, ...], Scope]:
        """Reads effects and tellings in order, and puts in what the first pass kept."""
        result: list[ir.Statement] = []
        for statement in body:
            found, scope = self._statement(statement, scope)
            result += found
        return tuple(result), scope

    def _statement(self, node: syn.Statement, scope: Scope) -> tuple[Iterable[ir.Statement], Scope]:
        faults = self.expressions.vocabulary.faults
        match node:
            case syn.Tell():
                texts = tuple(self.texts.read(t, scope) for t in node.texts)
                return (ir.Tell(texts, self.sites.take(), faults.where(node.span)),), scope
            case syn.Show():
                return self._show(node, scope), scope
            case syn.If():
                return self._if(node, scope)
            case syn.For():
                return self._for(node, scope)
            case syn.Chance():
                return self._chance(node, scope)
            case syn.Need():
                kept = self.kept.get(id(node))
                return ((kept,) if kept else ()), self._after_need(kept, scope)
            case syn.Assign():
                kept = self.kept.get(id(node))
                return ((kept,) if kept else ()), scope
            case syn.Set():
                return self._set(node.place, node.value, scope, node.span, lifecycle=False)
            case syn.Change():
                kept = self.kept.get(id(node))
                if kept is None:
                    return (), scope
                effect, scope = self._set(node.place, node.after, self._after_need(kept, scope), node.span, True)
                return (kept, *effect), scope
            case _:
                return (), scope

    def _after_need(self, kept: ir.Statement | None, scope: Scope) -> Scope:
        """A need inside a block was decided before the effects: what it told holds unless it has been undone."""
        if not isinstance(kept, ir.Need) or scope.stale:
            return scope
        reasoner = self.expressions.reasoner
        if not reasoner.reads(kept.condition) & scope.changed:
            return reasoner.assume(scope, kept.condition, True)
        return scope

    def _set(
        self, place: syn.Place, value: syn.Expression, scope: Scope, span: Span, lifecycle: bool
    ) -> tuple[Iterable[ir.Statement], Scope]:
        placed = self._place(place, scope)
        found = self.expressions.read(value, scope)
        if placed is None:
            return (), scope
        state, args = placed
        fitted = self.expressions.fit(value, found, scope, state.domain, f"`{state.name}`", "WW205")
        where = self.expressions.vocabulary.faults.where(span)
        fluent = ir.Fluent(state.name, args, state.domain.sort)
        after = self._after(scope, fluent, Typed(fitted, found.values))
        return (ir.Assign(state.name, args, none_as(fitted, state.domain.sort), where, lifecycle),), after

    def _show(self, node: syn.Show, scope: Scope) -> Iterable[ir.Statement]:
        vocabulary, name = self.expressions.vocabulary, node.view.text
        if name not in vocabulary.views:
            vocabulary.faults.unknown("WW110", node.view.span, "view", name, vocabulary.views)
            return ()
        vocabulary.mention("view", name)
        self.shows.append((name, node))
        parameters = vocabulary.views[name]
        args = self.expressions.arguments(node.view, parameters, node.args, "view", scope)
        if args is None:
            return ()
        return (ir.Show(name, args, vocabulary.faults.where(node.span)),)

    def _stale(self, condition: Expr, scope: Scope) -> bool:
        return scope.stale or bool(self.expressions.reasoner.reads(condition) & scope.changed)

    def _if(self, node: syn.If, scope: Scope) -> tuple[Iterable[ir.Statement], Scope]:
        """Branches that can never run in this member of the family are left out."""
        reasoner = self.expressions.reasoner
        branches: list[ir.Branch] = []
        cases: list[Scope] = []
        where = self.expressions.vocabulary.faults.where(node.span)
        closed: tuple[ir.Statement, ...] | None = None
        for number, (test, block) in enumerate(node.branches):
            condition = self.expressions.decide("elif" if number else "if", test, scope)
            condition = self.conditions.get((id(node), number), condition)
            inner = replace(reasoner.assume(scope, condition, True), stale=self._stale(condition, scope))
            body, after = self.second(block, inner)
            scope = reasoner.assume(scope, condition, False)
            cases.append(replace(after, stale=scope.stale))
            if condition == TRUE and closed is None:
                closed = body
            elif condition != FALSE and closed is None:
                branches.append(ir.Branch(condition, body))
        otherwise, after = self.second(node.otherwise or (), scope)
        cases.append(after)
        scope = join(scope, cases)
        otherwise = otherwise if closed is None else closed
        if not branches:
            return otherwise, scope
        return (ir.If(tuple(branches), otherwise, where),), scope

    def _for(self, node: syn.For, scope: Scope) -> tuple[Iterable[ir.Statement], Scope]:
        reasoner = self.expressions.reasoner
        changed = frozenset(assigned((node,))) if self.kind != "start" else frozenset()
        scope = reasoner.forget(scope, changed)
        inner = self._loop_scope(node, scope)
        if inner is None:
            return (), scope
        condition = None
        if node.where is not None:
            condition = self.expressions.decide("where", node.where, inner)
            condition = self.conditions.get((id(node), 0), condition)
            inner = replace(reasoner.assume(inner, condition, True), stale=self._stale(condition, inner))
        body, _ = self.second(node.body, inner)
        known = self.loops[id(node)]
        assert known is not None
        where = self.expressions.vocabulary.faults.where(node.span)
        return (ir.For(known[0], None if condition == TRUE else condition, body, where),), scope

    def _chance(self, node: syn.Chance, scope: Scope) -> tuple[Iterable[ir.Statement], Scope]:
        odds = self.odds.get(id(node)) or self._odds(node, scope)
        before = self._fallen(odds, scope)
        then, hit = self.second(node.then, before[0])
        otherwise, missed = self.second(node.otherwise or (), before[1])
        where = self.expressions.vocabulary.faults.where(node.span)
        return (ir.Chance(odds.hits, odds.out_of, then, otherwise, odds.site, where),), join(scope, (hit, missed))

    def _fallen(self, odds: _Odds, scope: Scope) -> tuple[Scope, Scope]:
        """What is known where a chance has come true, and where it has not."""
        assume = self.expressions.reasoner.assume
        return assume(scope, odds.some, True), assume(scope, ir.And((odds.some, odds.all_)), False)

    def _odds(self, node: syn.Chance, scope: Scope) -> _Odds:
        """Reads the two numbers of a chance."""
        faults = self.expressions.vocabulary.faults
        if _decides_nothing(node):
            message = f"a chance of {faults.quote(node.hits.span)} in {faults.quote(node.out_of.span)} decides nothing"
            faults.error("WW412", node.span, message, "the first number lies between 0 and the second")
        hits, out_of = (self.expressions.counted(each, scope) for each in (node.hits, node.out_of))
        some, all_ = comparison(">", hits, ZERO), comparison(">=", hits, out_of)
        self.expressions.note_chance(node, ir.And((some, negate(all_))), scope)
        return _Odds(hits, out_of, self.sites.take(), some, all_)


def _decides_nothing(node: syn.Chance) -> bool:
    """Whether the numbers that are written out leave nothing to chance, whatever the others may be."""
    hits, out_of = _written(node.hits), _written(node.out_of)
    if hits is not None and out_of is not None:
        return not 0 < hits < out_of
    return (hits is not None and hits <= 0) or (out_of is not None and out_of <= 1)


def _written(node: syn.Expression) -> int | None:
    """The number that stands there in so many digits; None for anything else."""
    if isinstance(node, syn.Negative):
        found = _written(node.item)
        return None if found is None else -found
    return node.value if isinstance(node, syn.Number) else None


def _names(node: syn.Expression) -> set[str]:
    """The names called in an expression: enough to see whether a variable is read."""
    match node:
        case syn.Name():
            return {node.text}
        case syn.Call():
            return {node.name.text}.union(*(_names(a) for a in node.args))
        case _:
            return set()


def _article(kind: Kind) -> str:
    return {"start": "`start`", "view": "a view", "action": "an action", "each turn": "`each turn`"}[kind]


def _instead(kind: Kind, statement: syn.Statement) -> str | None:
    if isinstance(statement, syn.Need) and kind == "each turn":
        return "use `if`: time passes whether or not something holds"
    if isinstance(statement, syn.Change) and kind == "each turn":
        return "use `if … then set … end`"
    if kind == "view":
        return "a view only tells and shows"
    return None
