"""Where an expression stands: the variables it sees, and what is known there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from .. import limits
from ..source import Span
from .ir import Expr, Var
from .values import Values


@dataclass(slots=True)
class Fresh:
    """Gives variables names that are unique within one declaration."""

    used: set[str] = field(default_factory=set)

    def name(self, wanted: str) -> str:
        """The wanted name, with a number if it is taken."""
        name, number = wanted, 1
        while name in self.used:
            number += 1
            name = f"{wanted}_{number}"
        self.used.add(name)
        return name


ConditionKind = Literal["need", "if", "elif", "where", "milestone", "fail", "always", "never", "possible", "chance"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it was met: what it is for, where, and what was known there."""

    kind: ConditionKind
    expr: Expr
    scope: Scope
    span: Span
    uses_param: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Variables by their written names; facts that narrow what expressions can be.

    `dead`: the facts contradict each other, so nothing that stands here ever runs. `changed`: the state variables set
    since the command began. `stale`: inside a condition that such a change may have made true.
    """

    fresh: Fresh
    variables: Mapping[str, Var] = field(default_factory=dict)
    facts: Mapping[Expr, Values] = field(default_factory=dict)
    dead: bool = False
    changed: frozenset[str] = frozenset()
    stale: bool = False

    def bind(self, written: str, variable: Var, values: Values) -> Scope:
        """With one more variable."""
        return replace(self, variables={**self.variables, written: variable}, facts={**self.facts, variable: values})

    def know(self, expr: Expr, values: Values) -> Scope:
        """With one more fact; the empty set contradicts what was known."""
        if len(self.facts) >= limits.FACTS and expr not in self.facts and not isinstance(expr, Var):
            return replace(self, dead=self.dead or values.empty)
        return replace(self, facts={**self.facts, expr: values}, dead=self.dead or values.empty)
