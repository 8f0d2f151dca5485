"""Evaluates checked expressions where that is possible before play: three-valued, and within a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..circles import circles
from . import ir
from .bounds import arithmetic, compare
from .folding import place_in
from .ir import DomainInfo, Expr
from .reasoning import children

Lookup = Callable[[str, tuple[int, ...]], int | None]
Env = dict[str, int]
Key = tuple[str, tuple[int, ...]]


class TooMuch(Exception):
    """The budget of an evaluation is spent."""


@dataclass(slots=True)
class Todo:
    """A stack of what to look at, each item once."""

    items: dict[Key, None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.items)

    def pop(self) -> Key:
        """The item added last."""
        return self.items.popitem()[0]

    def update(self, more: Iterable[Key]) -> None:
        """Adds items that are not there."""
        self.items.update(dict.fromkeys(more))


@dataclass(slots=True)
class Fixpoint:
    """A least fixpoint being found: values so far, and which calls read which."""

    group: int
    values: dict[Key, int | None] = field(default_factory=dict)
    readers: dict[Key, dict[Key, None]] = field(default_factory=dict)
    todo: Todo = field(default_factory=Todo)
    current: Key | None = None

    def ask(self, key: Key) -> int | None:
        """The value of a call so far; false at first."""
        if key not in self.values:
            self.values[key] = 0
            self.todo.update((key,))
        if self.current is not None:
            self.readers.setdefault(key, {})[self.current] = None
        return self.values[key]


def calls(expr: Expr) -> Iterator[str]:
    """The definitions that an expression calls."""
    todo = [expr]
    while todo:
        item = todo.pop()
        if isinstance(item, ir.Call):
            yield item.define
        todo += children(item)


@dataclass(slots=True)
class Evaluator:
    """Values of expressions; None where a value is not known. Raises `TooMuch` when `budget` steps are spent."""

    domains: Mapping[str, DomainInfo]
    definitions: Mapping[str, ir.Definition]
    lookup: Lookup
    budget: int
    settled: dict[Key, int | None] = field(default_factory=dict)
    open: list[Fixpoint] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)

    def changed(self) -> None:
        """To be called when `lookup` has begun to answer otherwise."""
        self.settled.clear()

    def spend(self, steps: int = 1) -> None:
        """Takes steps from the budget."""
        self.budget -= steps
        if self.budget < 0:
            raise TooMuch

    def value(self, expr: Expr, env: Env) -> int | None:
        """The value of an expression with its variables bound."""
        self.spend()
        match expr:
            case ir.Const():
                return expr.value
            case ir.Var():
                return env.get(expr.name)
            case ir.Fluent():
                args = self._values(expr.args, env)
                return None if args is None else self.lookup(expr.state, args)
            case ir.Compare():
                left, right = self.value(expr.left, env), self.value(expr.right, env)
                return None if left is None or right is None else int(compare(expr.op, left, right))
            case ir.And():
                return self._chain(expr.items, env, 0)
            case ir.Or():
                return self._chain(expr.items, env, 1)
            case ir.Not():
                item = self.value(expr.item, env)
                return None if item is None else 1 - item
            case ir.IsIn():
                item = self.value(expr.item, env)
                return None if item is None else int(item in expr.values)
            case ir.Arith():
                left, right = self.value(expr.left, env), self.value(expr.right, env)
                return None if left is None or right is None else arithmetic(expr.op, left, right)
            case ir.Cond():
                condition = self.value(expr.condition, env)
                if condition is None:
                    then, otherwise = self.value(expr.then, env), self.value(expr.otherwise, env)
                    return then if then == otherwise else None
                return self.value(expr.then if condition else expr.otherwise, env)
            case ir.Indexed():
                indexes = self._values(expr.indexes, env)
                return None if indexes is None else place_in(expr, indexes)
            case ir.Call():
                args = self._values(expr.args, env)
                return None if args is None else self._call(expr.define, args)
            case ir.Quant():
                return self._quant(expr, env)

    def _values(self, exprs: tuple[Expr, ...], env: Env) -> tuple[int, ...] | None:
        values = [self.value(e, env) for e in exprs]
        known = tuple(v for v in values if v is not None)
        return known if len(known) == len(values) else None

    def _chain(self, items: tuple[Expr, ...], env: Env, stop: int) -> int | None:
        """Items after an unknown one may rely on it, so they are not read."""
        for item in items:
            value = self.value(item, env)
            if value == stop:
                return stop
            if value is None:
                return None
        return 1 - stop

    def _call(self, name: str, args: tuple[int, ...]) -> int | None:
        key = (name, args)
        if key in self.settled:
            return self.settled[key]
        definition = self.definitions[name]
        if not definition.recursive:
            value = self.value(definition.body, self._bound(key))
            if not self.open:
                self.settled[key] = value
            return value
        group = self._group(name)
        if self.open and self.open[-1].group == group:
            return self.open[-1].ask(key)
        self.open.append(Fixpoint(group))
        try:
            return self._fixpoint(key)
        finally:
            self.open.pop()

    def _bound(self, key: Key) -> Env:
        return {p.name: a for p, a in zip(self.definitions[key[0]].parameters, key[1], strict=True)}

    def _fixpoint(self, key: Key) -> int | None:
        """Begins with all false, and looks again at what depended on each value that has changed."""
        fixpoint = self.open[-1]
        fixpoint.ask(key)
        while fixpoint.todo:
            current = fixpoint.current = fixpoint.todo.pop()
            value = self.value(self.definitions[current[0]].body, self._bound(current))
            if value != fixpoint.values[current]:
                fixpoint.values[current] = value
                fixpoint.todo.update(fixpoint.readers.get(current, ()))
        self.settled.update(fixpoint.values)
        return fixpoint.values[key]

    def _group(self, name: str) -> int:
        """The circle of definitions that a recursive one belongs to."""
        if not self.groups:
            called = {caller: [*dict.fromkeys(calls(each.body))] for caller, each in self.definitions.items()}
            for number, circle in enumerate(circles(called)):
                self.groups.update(dict.fromkeys(circle, number))
        return self.groups[name]

    def bindings(self, binders: tuple[ir.Binder, ...], env: Env) -> Iterator[Env]:
        """The environment with the binders' variables bound, one binding after the other."""
        if not binders:
            yield env
            return
        first, rest = binders[0], binders[1:]
        for value in self.domains[first.domain].values:
            self.spend()
            yield from self.bindings(rest, {**env, first.name: value})

    def _quant(self, expr: ir.Quant, env: Env) -> int | None:
        if expr.op in ("exists", "forall"):
            stop = int(expr.op == "exists")
            sure = True
            for inner in self.bindings(expr.binders, env):
                value = self.value(expr.body, inner)
                if value == stop:
                    return stop
                sure = sure and value is not None
            return 1 - stop if sure else None
        values: list[int] = []
        for inner in self.bindings(expr.binders, env):
            admitted = 1 if expr.where is None else self.value(expr.where, inner)
            if admitted is None:
                return None
            if admitted:
                value = self.value(expr.body, inner)
                if value is None:
                    return None
                values.append(value)
        if expr.op in ("count", "sum"):
            return sum(values)
        if not values:
            return None if expr.otherwise is None else self.value(expr.otherwise, env)
        return min(values) if expr.op == "min" else max(values)
