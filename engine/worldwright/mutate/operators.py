"""`mutants`: every small change of a world's own text, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..check.walk import blocks
from ..check.world import World
from ..source import Source, Span
from ..syntax import nodes as n
from ..syntax.write import flat, place
from .mutant import OPERATORS, Edit, Mutant, brief
from .terms import Rewrite, Terms, Variables, opposite, written

_FREE = re.compile(r"\s+free\b")
_GUARD = "if false then "


@dataclass(frozen=True, slots=True)
class _Found:
    """A change before it has a number."""

    operator: str
    at: int
    owner: str
    description: str
    edit: Edit


def mutants(world: World, source: Source, tree: n.Tree) -> tuple[Mutant, ...]:
    """All mutants of a world made from this source (its own file: modules are left as they are), numbered from 1.

    Of changes that give the same text, the first in the order of `OPERATORS` is kept.
    """
    made = [found for d in tree.declarations for found in _Changes(Terms.of(world), source).of(d)]
    rank = {name: number for number, name in enumerate(OPERATORS)}
    made.sort(key=lambda f: rank[f.operator])
    kept: dict[tuple[int, int, str], _Found] = {}
    for found in made:
        kept.setdefault((found.edit.start, found.edit.end, found.edit.judged), found)
    ordered = sorted(kept.values(), key=lambda f: (f.at, rank[f.operator], f.description))
    return tuple(
        Mutant(number, f.operator, source.position(f.at)[0], f.owner, f.description, f.edit, source.text)
        for number, f in enumerate(ordered, 1)
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    """Finds the changes of one declaration after the other."""

    terms: Terms
    source: Source

    def of(self, d: n.Declaration) -> Iterator[_Found]:
        match d:
            case n.Define():
                scope = self.terms.bound({}, d.parameters)
                yield from self._condition(d.body, f"define {d.name.text}", scope, holds=False)
            case n.Start():
                yield from self._block(d.body, "start", {})
            case n.EachTurn():
                yield from self._block(d.body, "each turn", {})
            case n.View():
                scope = self.terms.bound({}, d.parameters)
                yield from self._block(d.body, f"view {d.name.text}", scope)
            case n.Action():
                yield from self._action(d)
            case n.Task():
                yield from self._task(d)
            case _:
                return

    # ------------------------------------------------------------ declarations

    def _action(self, d: n.Action) -> Iterator[_Found]:
        owner = f"action {d.name.text}"
        yield from self._block(d.body, owner, self.terms.bound({}, d.parameters))
        if d.free:
            end = d.parameters[-1].span.end if d.parameters else d.name.span.end
            word = _FREE.search(self.source.text, end)
            if word is not None and not self.source.text[end : word.start()].strip(") \t\r\n"):
                edit = Edit(word.start(), word.end(), "", _lines(word[0]))
                yield _Found("free-drop", d.name.span.start, owner, "it takes a turn: no `free`", edit)

    def _task(self, d: n.Task) -> Iterator[_Found]:
        owner = f"task {d.name.text}"
        scope = self.terms.bound({}, d.parameters)
        if d.where is not None:
            yield from self._condition(d.where, owner, scope)
        for item in d.items:
            match item:
                case n.Goal():
                    yield from self._rewritten(item.condition, self.terms.weaker(item.condition), owner)
                    yield from self._condition(item.condition, owner, scope)
                case n.Milestone():
                    yield self._gone("milestone-drop", item, owner)
                    yield from self._condition(item.condition, owner, scope)
                case n.Fail():
                    yield self._gone("fail-drop", item, owner)
                    yield from self._condition(item.condition, owner, scope)
                case n.Limit():
                    pass

    def _gone(self, operator: str, item: n.TaskItem, owner: str) -> _Found:
        """A line of a task, left out."""
        text = self._text(item.span)
        return _Found(operator, item.span.start, owner, f"without `{brief(text)}`", self._without(item.span, False))

    # ------------------------------------------------------------ statements

    def _block(self, body: Sequence[n.Statement], owner: str, scope: Variables, only: bool = False) -> Iterator[_Found]:
        """The changes of the statements in a block. `only`: to leave out its one statement is to leave out the block,
        which is done already."""
        for statement in body:
            operator = _dropped_as(statement, owner)
            if operator and not (only and len(body) == 1):
                words = f"without `{brief(self._text(statement.span))}`"
                edit = self._without(statement.span, True)
                yield _Found(operator, statement.span.start, owner, words, edit)
            yield from self._statement(statement, owner, scope)

    def _statement(self, s: n.Statement, owner: str, scope: Variables) -> Iterator[_Found]:
        match s:
            case n.Need():
                negated = opposite(s.condition)
                rewrite = Rewrite("need-negate", negated, s.condition, negated, s.condition)
                yield from self._rewritten(s.condition, [rewrite], owner)
                yield from self._condition(s.condition, owner, scope)
            case n.Set():
                yield from self._place(s.place, owner, scope)
                yield from self._value(s.value, s.place.name.text, owner, scope)
            case n.Change():
                yield from self._change(s, owner, scope)
            case n.Assign():
                if isinstance(s.value, n.AnyOf) and s.value.where is not None and s.value.name is not None:
                    inner = self.terms.bound(scope, (n.Binder(s.value.name, s.value.domain, span=s.value.span),))
                    yield from self._condition(s.value.where, owner, inner)
            case n.Tell():
                for text in s.texts:
                    for part in text.parts:
                        if isinstance(part, n.InsertList) and part.where is not None:
                            yield from self._condition(part.where, owner, self.terms.bound(scope, (part.binder,)))
            case n.Show():
                for arg in s.args:
                    yield from self._rewritten(arg, self.terms.retargets(arg, scope, argument=True), owner)
            case n.If():
                for condition, _ in s.branches:
                    yield from self._condition(condition, owner, scope)
            case n.For():
                scope = self.terms.bound(scope, s.binders)
                if s.where is not None:
                    yield from self._condition(s.where, owner, scope)
            case n.Chance():
                for number in (s.hits, s.out_of):
                    yield from self._condition(number, owner, scope, holds=False)
            case n.Say():
                pass
        alone = isinstance(s, n.For) or (isinstance(s, n.If) and len(s.branches) == 1 and not s.otherwise)
        for block in blocks(s):
            yield from self._block(block, owner, scope, only=alone and bool(_dropped_as(s, owner)))

    def _change(self, s: n.Change, owner: str, scope: Variables) -> Iterator[_Found]:
        state = s.place.name.text
        text, where = self._text(s.span), flat(place(s.place))
        bare = f"set {where} = {written(s.after)}"
        edit = Edit(s.span.start, s.span.end, bare, f"{_GUARD}{text} end {bare}")
        yield _Found("need-drop", s.span.start, owner, f"`{brief(text)}` → `{brief(bare)}`", edit)
        need = f"need {where} = {written(s.before)} else {self._text(s.otherwise.span)}"
        description = f"`{brief(text)}` changes nothing"
        edit = Edit(s.span.start, s.span.end, need, need + _lines(text))
        yield _Found("effect-drop", s.span.start, owner, description, edit)
        yield from self._rewritten(s.before, self.terms.values(s.before, state), owner)
        yield from self._value(s.after, state, owner, scope)
        yield from self._place(s.place, owner, scope)

    def _place(self, p: n.Place, owner: str, scope: Variables) -> Iterator[_Found]:
        for arg in p.args:
            yield from self._rewritten(arg, self.terms.retargets(arg, scope, argument=True), owner)

    def _value(self, e: n.Expression, state: str, owner: str, scope: Variables) -> Iterator[_Found]:
        yield from self._rewritten(e, self.terms.values(e, state), owner)
        yield from self._rewritten(e, self.terms.retargets(e, scope), owner)
        yield from self._rewritten(e, self.terms.flips(e, holds=False), owner)

    def _condition(self, e: n.Expression, owner: str, scope: Variables, holds: bool = True) -> Iterator[_Found]:
        yield from self._rewritten(e, self.terms.flips(e, holds), owner)
        yield from self._rewritten(e, self.terms.retargets(e, scope), owner)

    # ------------------------------------------------------------ texts

    def _text(self, span: Span) -> str:
        return self.source.text[span.start : span.end]

    def _rewritten(self, e: n.Expression, rewrites: Iterable[Rewrite], owner: str) -> Iterator[_Found]:
        """Edits of the whole expression, as the formatter would write it on one line."""
        text = self._text(e.span)
        for r in rewrites:
            new = written(r.whole)
            if text.startswith("("):
                new = f"({new})"
            description = f"`{brief(written(r.old))}` → `{brief(written(r.new))}`"  # type: ignore[arg-type]
            edit = Edit(e.span.start, e.span.end, new, new + _lines(text))
            yield _Found(r.operator, r.place.span.start, owner, description, edit)

    def _without(self, span: Span, guarded: bool) -> Edit:
        """Leaves a statement out: with its lines, if it has them for itself."""
        text = self.source.text
        begin = text.rfind("\n", 0, span.start) + 1
        end = text.find("\n", span.end)
        end = len(text) if end < 0 else end
        old = self._text(span)
        alone = not text[begin : span.start].strip()
        rest = text[span.end : end]
        if alone and (not rest.strip() or rest.strip().startswith("#")):
            whole = text[begin : min(len(text), end + 1)]
            kept = f"{_GUARD}{old} end\n" if guarded else _lines(old) + "\n"
            return Edit(begin, begin + len(whole), "", kept)
        kept = f"{_GUARD}{old} end" if guarded else _lines(old)
        return Edit(span.start, span.end, "", kept)


def _lines(text: str) -> str:
    """As many line ends as a text has, so that nothing after it moves."""
    return "\n" * text.count("\n")


def _dropped_as(s: n.Statement, owner: str) -> str:
    """The operator that leaves a statement out; empty where none does or another one does it better."""
    if isinstance(s, n.Say | n.Change):
        return ""
    if isinstance(s, n.Need):
        return "need-drop"
    if isinstance(s, n.Tell | n.Show):
        return "tell-drop"
    if owner == "start":
        return "start-drop"
    if owner == "each turn":
        return "each-turn-drop"
    return "effect-drop" if _acts(s) else "tell-drop"


def _acts(s: n.Statement) -> bool:
    """Whether a statement does more than tell."""
    return isinstance(s, n.Set | n.Change | n.Need) or any(_acts(inner) for block in blocks(s) for inner in block)
