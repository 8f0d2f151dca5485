"""Numbers and choices that must be known before a world has objects: sizes, ranges, defaults of params."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import limits
from ..syntax import nodes as syn
from .division import quotient, remainder
from .faults import Faults

Plain = int | bool | str
"""What a constant expression gives: a number, a truth value, or the name of an enumeration value."""


@dataclass(slots=True)
class Bounds:
    """Evaluates constant expressions over params. `names` are the enumeration values of the params."""

    faults: Faults
    params: dict[str, Plain] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)

    def value(self, node: syn.Expression) -> Plain | None:
        """The value of an expression over numbers, params and value names; None after a diagnostic."""
        match node:
            case syn.Number():
                return node.value
            case syn.Name():
                return self._name(node)
            case syn.Negative():
                number = self.number(node.item)
                return None if number is None else -number
            case syn.Arithmetic():
                return self._arithmetic(node)
            case syn.Conditional():
                chosen = self.value(node.condition)
                if chosen is None:
                    return None
                return self.value(node.then if chosen is True else node.otherwise)
            case syn.Compare():
                return self._compare(node)
            case syn.Not():
                item = self.value(node.item)
                return None if item is None else item is not True
            case syn.And() | syn.Or():
                items = [self.value(i) for i in node.items]
                if any(i is None for i in items):
                    return None
                return all(i is True for i in items) if isinstance(node, syn.And) else any(i is True for i in items)
            case _:
                message = f"`{self.faults.quote(node.span)}` is not a constant"
                self.faults.error("WW208", node.span, message, "sizes and bounds are made of numbers and params")
                return None

    def number(self, node: syn.Expression) -> int | None:
        """The number that a constant expression stands for; None after a diagnostic."""
        value = self.value(node)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.faults.error("WW201", node.span, f"`{self.faults.quote(node.span)}` is not a number")
            return None
        return value

    def _name(self, node: syn.Name) -> Plain | None:
        if node.text in self.params:
            self.mentioned.add(node.text)
            return self.params[node.text]
        if node.text in ("true", "false"):
            return node.text == "true"
        if node.text in self.names:
            return node.text
        hint = "sizes and bounds are made of numbers and params"
        self.faults.unknown("WW101", node.span, "param", node.text, [*self.params, *self.names], hint)
        return None

    def _arithmetic(self, node: syn.Arithmetic) -> int | None:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            return None
        if node.op in ("div", "mod") and right == 0:
            text = self.faults.quote(node.right.span)
            self.faults.error("WW221", node.right.span, f"`{text}` is 0, and nothing can be divided by 0")
            return None
        result = arithmetic(node.op, left, right)
        if abs(result) > limits.NUMBER_VALUE:
            self.faults.error("WW207", node.span, f"this number does not fit 32 bits: {result:,}")
            return None
        return result

    def _compare(self, node: syn.Compare) -> bool | None:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        if node.op in ("=", "!="):
            return (left == right and type(left) is type(right)) == (node.op == "=")
        if type(left) is not int or type(right) is not int:
            self.faults.error("WW201", node.span, "only numbers have an order")
            return None
        return compare(node.op, left, right)


def arithmetic(op: str, left: int, right: int) -> int:
    """One step of arithmetic."""
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return left * right
    if op == "div":
        return quotient(left, right)
    if op == "mod":
        return remainder(left, right)
    return min(left, right) if op == "min" else max(left, right)


def compare(op: str, left: int, right: int) -> bool:
    """One comparison."""
    if op == "=":
        return left == right
    if op == "!=":
        return left != right
    if op == "<":
        return left < right
    if op == "<=":
        return left <= right
    return left > right if op == ">" else left >= right
