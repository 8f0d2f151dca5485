"""Evaluates checked expressions where that is possible before play: three-valued, and within a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from . import ir
from .bounds import arithmetic, compare
from .folding import place_in
from .ir import DomainInfo, Expr

Lookup = Callable[[str, tuple[int, ...]], int | None]
Env = dict[str, int]


class TooMuch(Exception):
    """The budget of an evaluation is spent."""


@dataclass(slots=True)
class Evaluator:
    """Values of expressions; None where a value is not known. Raises `TooMuch` when `budget` steps are spent."""

    domains: Mapping[str, DomainInfo]
    definitions: Mapping[str, ir.Definition]
    lookup: Lookup
    budget: int
    assumed: dict[tuple[str, tuple[int, ...]], int | None] = field(default_factory=dict)
    settled: dict[tuple[str, tuple[int, ...]], int | None] = field(default_factory=dict)
    circling: bool = False

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
        if key in self.assumed:
            return self.assumed[key]
        definition = self.definitions[name]
        env = {p.name: a for p, a in zip(definition.parameters, args, strict=True)}
        if not definition.recursive:
            value = self.settled[key] = self.value(definition.body, env)
            if self.circling:
                del self.settled[key]
            return value
        if self.circling:  # inside a fixpoint: begin at false, the outermost call repeats until nothing moves
            self.assumed[key] = 0
            value = self.assumed[key] = self.value(definition.body, env)
            return value
        return self._fixpoint(key, definition, env)

    def _fixpoint(self, key: tuple[str, tuple[int, ...]], definition: ir.Definition, env: Env) -> int | None:
        self.circling = True
        before: dict[tuple[str, tuple[int, ...]], int | None] = {key: 0}
        try:
            while True:
                self.assumed = dict(before)
                for known in list(before):
                    known_definition = self.definitions[known[0]]
                    known_env = {p.name: a for p, a in zip(known_definition.parameters, known[1], strict=True)}
                    self.assumed[known] = self.value(known_definition.body, known_env)
                if self.assumed == before:
                    break
                before = dict(self.assumed)
        finally:
            self.assumed, self.circling = {}, False
        self.settled.update(before)
        return before[key]

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
