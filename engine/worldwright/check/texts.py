"""Reads strings: fixed text with the objects it names, and inserts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..source import Span
from ..syntax import nodes as syn
from . import ir
from .expressions import Expressions
from .scope import Scope

_ARTICLES = {"": "", "a": "a", "an": "a", "the": "the", "A": "A", "An": "A", "The": "The"}


@dataclass(frozen=True, slots=True)
class Steady:
    """An insert of a text that is read before any state exists: what it reads must be constant."""

    what: str
    span: Span
    reads: frozenset[str]


@dataclass(slots=True)
class Texts:
    """Turns strings into checked text."""

    expressions: Expressions
    steadies: list[Steady] = field(default_factory=list)

    def read(self, string: syn.String, scope: Scope, what: str = "this text") -> ir.Text:
        """The parts of a text; `what` names it when it is empty."""
        faults = self.expressions.vocabulary.faults
        if all(isinstance(part, str) and not part.strip() for part in string.parts):
            if any("\n" in part for part in string.parts if isinstance(part, str)):
                return tuple(ir.Literally(part) for part in string.parts if isinstance(part, str))
            faults.error("WW316", string.span, f"{what} says nothing", "write what the agent reads, or delete it")
            return ()
        parts: list[ir.TextPart] = []
        for part in string.parts:
            if isinstance(part, str):
                parts.append(ir.Literally(part, self.expressions.vocabulary.mentions.find(part)))
            elif isinstance(part, syn.Insert):
                found = self._insert(part, scope)
                if found is not None:
                    parts.append(found)
            else:
                listed = self._list(part, scope)
                if listed is not None:
                    parts.append(listed)
        return tuple(parts)

    def steady(self, string: syn.String, scope: Scope, what: str) -> ir.Text:
        """A text that is read before any state exists: what changes may not stand in it (`judge_steadies` looks)."""
        text = self.read(string, scope, what)
        for node, part in zip(string.parts, text, strict=False):
            reads: frozenset[str] = frozenset()
            if isinstance(part, ir.Insert):
                reads = self.expressions.reasoner.reads(part.item)
            elif isinstance(part, ir.InsertList) and part.where is not None:
                reads = self.expressions.reasoner.reads(part.where)
            if reads and not isinstance(node, str):
                self.steadies.append(Steady(what, node.span, reads))
        return text

    def judge_steadies(self, constants: Mapping[str, bool]) -> None:
        """Reports what changes in a text that is the same in every state, once it is known what is constant."""
        for found in self.steadies:
            moving = sorted(name for name in found.reads if not constants.get(name, True))
            if moving:
                names = ", ".join(f"`{name}`" for name in moving)
                message = f"{found.what} is the same in every state, so it cannot depend on {names}, which may change"
                self.expressions.vocabulary.faults.error("WW315", found.span, message)

    def _insert(self, node: syn.Insert, scope: Scope) -> ir.Insert | None:
        faults = self.expressions.vocabulary.faults
        found = self.expressions.read(node.item, scope)
        if found.values.unknown:
            return None
        text = faults.quote(node.item.span)
        article = _ARTICLES[node.article]
        if found.expr.sort == "bool":
            hint = "say it in words: `if … then tell … else tell … end`"
            faults.error("WW311", node.span, f"`{text}` is true or false, which has no words", hint)
        elif found.values.may_be_none and not scope.dead:
            hint = f"tell it inside `if {text} != none then … end`"
            faults.error("WW206", node.span, f"`{text}` may be none, which has no words", hint)
        elif found.expr.sort == "int" and article:
            faults.error("WW312", node.span, f"a number takes no article: `{text}`", f"write {{{text}}}")
        else:
            assert article in ("", "a", "the", "A", "The")
            return ir.Insert(article, found.expr)  # type: ignore[arg-type]
        return None

    def _list(self, node: syn.InsertList, scope: Scope) -> ir.InsertList | None:
        bound = self.expressions.bind((node.binder,), scope)
        if bound is None:
            return None
        (binder,), inner, _ = bound
        where = None if node.where is None else self.expressions.condition(node.where, inner)
        domain = self.expressions.vocabulary.domains.used[binder.domain]
        if domain.sort == "bool" or (0 in domain.values and domain.sort == "atom"):
            message = f"a list names things, and `{domain.name}` holds what has no words"
            self.expressions.vocabulary.faults.error("WW311", node.binder.span, message)
            return None
        return ir.InsertList(binder, where)
