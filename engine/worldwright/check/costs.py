"""How long one evaluation and one text can become: loops, calls and shows multiply."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import prod

from .. import limits
from ..source import Span
from . import ir
from .faults import Faults
from .ir import ActionInfo, Content, DomainInfo, Expr
from .reasoning import children
from .tabling import tabled

_TEXT_LIMIT = 10 * limits.TEXT_CHARACTERS
_NAME_CHARACTERS = 16


@dataclass(slots=True)
class Costs:
    """Worst cases: steps of expressions and statements, and characters of text."""

    domains: Mapping[str, DomainInfo]
    definitions: Mapping[str, ir.Definition]
    views: Mapping[str, ir.ViewInfo]
    faults: Faults
    spans: Mapping[tuple[str, str], Span]
    calls: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    """Steps of filling the tables of definitions that are worked out for all arguments at once."""
    asked: dict[str, frozenset[str]] = field(default_factory=dict)
    """The tables that a call of a definition looks into."""
    needed: set[str] = field(default_factory=set)
    """The tables that what is being measured looks into: each is filled once for a situation."""
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)
    viewing: bool = False
    """In a view, where nothing changes, a table is filled once for all that it tells."""

    def check(self, what: str, span: Span, cost: int) -> int:
        """Reports a cost that is too high, and counts it no further."""
        if cost <= limits.EVALUATION_STEPS:
            return cost
        message = f"{what} can take {_rounded(cost)} steps; at most {limits.EVALUATION_STEPS:,} are allowed"
        self.faults.error("WW217", span, message, "loop over smaller types, or keep the answer in a state variable")
        return 1

    def check_text(self, what: str, span: Span, characters: int) -> int:
        """Reports a text that can become too long."""
        if characters <= _TEXT_LIMIT:
            return characters
        message = f"{what} can tell {_rounded(characters)} characters; at most {_TEXT_LIMIT:,} are allowed"
        self.faults.error("WW217", span, message, "tell less, or show a view only once")
        return 1

    def define(self, name: str) -> int:
        """Steps of one call, but for the tables that are looked into."""
        if name not in self.calls:
            self.calls[name] = 1  # calls inside the circle read the table that is being filled
            whole = tabled(name, self.definitions, self.domains)
            outside, self.needed = self.needed, {name} if whole else set()
            self.asked[name] = frozenset(self.needed)
            definition = self.definitions[name]
            cost = self._steps(definition.body)
            if definition.recursive:
                cost *= prod(len(self.domains[p.domain].values) for p in definition.parameters)
            cost = self.check(f"`{name}`", self.spans["define", name], cost)
            self.tables[name], self.calls[name] = (cost, 1) if whole else (0, cost)
            self.asked[name], self.needed = frozenset(self.needed), outside
        self.needed |= self.asked[name]
        return self.calls[name]

    def expr(self, expr: Expr) -> int:
        """Steps of one evaluation."""
        if self.viewing:
            return self._steps(expr)
        self.needed.clear()
        return self._steps(expr) + self._filled()

    def _filled(self) -> int:
        """Steps of filling the tables that were looked into, which are then forgotten."""
        steps = sum(self.tables.get(name, 0) for name in self.needed)
        self.needed.clear()
        return steps

    def _steps(self, expr: Expr) -> int:
        inner = sum(self._steps(child) for child in children(expr))
        if isinstance(expr, ir.Quant):
            return 1 + inner * self._bindings(expr.binders)
        if isinstance(expr, ir.Call):
            return 1 + inner + self.define(expr.define)
        return 1 + inner

    def _bindings(self, binders: Iterable[ir.Binder]) -> int:
        return max(1, prod(len(self.domains[b.domain].values) for b in binders))

    def view(self, name: str) -> tuple[int, int]:
        """Steps and characters of one showing."""
        if name not in self.shown:
            self.shown[name] = (1, 1)
            outside, self.needed = self.needed, set()
            inside, self.viewing = self.viewing, True
            steps, characters = self.block(self.views[name].body)
            steps += self._filled()
            self.viewing, self.needed = inside, outside
            span = self.spans["view", name]
            self.shown[name] = (
                self.check(f"the view `{name}`", span, steps),
                self.check_text(f"the view `{name}`", span, characters),
            )
        return self.shown[name]

    def listing(self, action: ActionInfo) -> int:
        """Steps of asking every command of an action whether it is accepted."""
        commands = prod(len(self.domains[p.domain].values) for p in action.parameters)
        return commands * (1 + self._needs(action.body))

    def _needs(self, block: Iterable[ir.Statement]) -> int:
        """Steps of deciding the needs among statements."""
        steps = 0
        for statement in block:
            match statement:
                case ir.Need():
                    steps += 1 + self.expr(statement.condition)
                case ir.If():
                    blocks = [self._needs(b.body) for b in statement.branches] + [self._needs(statement.otherwise)]
                    steps += max(blocks) and max(blocks) + sum(self.expr(b.condition) for b in statement.branches)
                case ir.For():
                    steps += self._bindings(statement.binders) * self._needs(statement.body)
                case ir.Chance():
                    steps += self._needs(statement.then) + self._needs(statement.otherwise)
                case _:
                    pass
        return steps

    def block(self, block: Iterable[ir.Statement]) -> tuple[int, int]:
        """Steps and characters of statements, every branch counted."""
        steps = characters = 0
        for statement in block:
            more, longer = self._statement(statement)
            steps += 1 + more
            characters += longer
        return steps, characters

    def _statement(self, statement: ir.Statement) -> tuple[int, int]:
        match statement:
            case ir.Need():
                return self.expr(statement.condition), 0
            case ir.Assign():
                return self.expr(statement.value) + sum(map(self.expr, statement.args)), 0
            case ir.Draw():
                return sum(map(self.expr, statement.options)), 0
            case ir.DrawAny():
                inner = 1 if statement.condition is None else self.expr(statement.condition)
                return inner * self._bindings((statement.binder,)), 0
            case ir.Tell():
                found = [self.text(text) for text in statement.texts]
                return max(s for s, _ in found), max(c for _, c in found)
            case ir.Show():
                return self.view(statement.view)
            case ir.If():
                blocks = [self.block(b.body) for b in statement.branches] + [self.block(statement.otherwise)]
                tests = sum(self.expr(b.condition) for b in statement.branches)
                return tests + max(s for s, _ in blocks), max(c for _, c in blocks)
            case ir.For():
                steps, characters = self.block(statement.body)
                times = self._bindings(statement.binders)
                test = 0 if statement.condition is None else self.expr(statement.condition)
                return times * (steps + test), times * characters
            case ir.Chance():
                then, otherwise = self.block(statement.then), self.block(statement.otherwise)
                numbers = (e for e in (statement.hits, statement.out_of) if not isinstance(e, ir.Const))
                return sum(map(self.expr, numbers)) + max(then[0], otherwise[0]), max(then[1], otherwise[1])

    def text(self, text: ir.Text) -> tuple[int, int]:
        """Steps and characters of a text."""
        steps = characters = 0
        for part in text:
            if isinstance(part, ir.Literally):
                characters += len(part.text)
            elif isinstance(part, ir.Insert):
                steps += self.expr(part.item)
                characters += _NAME_CHARACTERS
            else:
                times = self._bindings((part.binder,))
                steps += times * (1 if part.where is None else self.expr(part.where))
                characters += times * _NAME_CHARACTERS
        return 1 + steps, characters


def start_attempts(content: Content, settled: Collection[str]) -> int:
    """How often a checked world may draw its start before it is given up: often, unless one draw is costly.

    What is told is told about the start that has come out, and `settled` state variables never change: both are worked
    out once, not in every draw.
    """
    nowhere = Span("", 0, 0)
    spans = {("define", name): nowhere for name in content.definitions}
    spans.update({("view", name): nowhere for name in content.views})
    costs = Costs(content.domains, content.definitions, content.views, Faults(()), spans)
    steps, _ = costs.block(_repeated(content.start, settled))
    return max(1, min(limits.START_ATTEMPTS, limits.START_WORK // max(1, steps)))


def _repeated(block: Iterable[ir.Statement], settled: Collection[str]) -> tuple[ir.Statement, ...]:
    """The statements of a start that every draw goes through."""
    kept: list[ir.Statement] = []
    for statement in block:
        match statement:
            case ir.Tell() | ir.Show():
                continue
            case ir.Assign() if statement.state in settled:
                continue
            case ir.For():
                body = _repeated(statement.body, settled)
                if body:
                    kept.append(replace(statement, body=body))
            case ir.Chance():
                then, otherwise = _repeated(statement.then, settled), _repeated(statement.otherwise, settled)
                kept.append(replace(statement, then=then, otherwise=otherwise))
            case ir.If():
                branches = tuple(replace(b, body=_repeated(b.body, settled)) for b in statement.branches)
                otherwise = _repeated(statement.otherwise, settled)
                if otherwise or any(b.body for b in branches):
                    kept.append(replace(statement, branches=branches, otherwise=otherwise))
            case _:
                kept.append(statement)
    return tuple(kept)


def _rounded(number: int) -> str:
    return f"{number:,}" if number < 10**15 else "more than 10^15"
