"""A problem's text to `Problem`."""

from __future__ import annotations

from ...source import Source, Span
from .domain import opened
from .fit import Fit
from .formulas import TOTAL, Reading, declared_twice, near, span_of, typed_list, whole
from .lists import BROKEN, UNFIT, UNKNOWN, Faults, Item, List, Word, read_list
from .nodes import TRUE, Atom, Domain, Formula, Problem, Typed

SECTIONS = (":domain", ":requirements", ":objects", ":init", ":goal", ":metric")
BEYOND = {
    ":constraints": "a constraint on the whole plan",
    ":length": "a length",
    ":htn": "a hierarchical network",
}


def read_problem(source: Source, domain: Domain) -> Problem:
    """A problem of a domain. Raises WorldError with all that is wrong or not supported."""
    faults = Faults()
    name, sections = opened(read_list(source), "problem", faults)
    faults.settle(source)
    found = _Problem(faults, domain)
    for section in sections:
        if section.head in BEYOND:
            faults.unsupported(span_of(section), BEYOND[section.head])
        elif section.head not in SECTIONS:
            faults.unsupported(span_of(section), f"the section `{section.head}`", near(section.head, SECTIONS))
    for wanted in SECTIONS:
        for section in sections:
            if section.head == wanted:
                found.section(wanted, section)
    found.fit.settle(domain.source)
    if found.goal is None:
        faults.error(BROKEN, Span(source.name, 0, 1), "this problem has no `(:goal …)`")
    faults.settle(source, domain.source)
    goal, span = found.goal or (TRUE, Span(source.name, 0, 0))
    objects, facts = tuple(found.objects.values()), tuple(dict.fromkeys(found.facts))
    return Problem(name, objects, facts, found.costs, goal, span, source, tuple(faults.warned))


class _Problem:
    """One problem on its way."""

    def __init__(self, faults: Faults, domain: Domain) -> None:
        self.faults = faults
        self.domain = domain
        self.objects: dict[str, Typed] = {c.name: c for c in domain.constants}
        self.own: dict[str, Typed] = {}
        self.fit = Fit(domain.parents, faults, domain.widened)
        self.facts: list[Atom] = []
        self.costs: dict[Atom, int] = {}
        self.goal: tuple[Formula, Span] | None = None

    def section(self, kind: str, section: List) -> None:
        """Takes one section in; sections come in the order of `SECTIONS`."""
        rest = section.items[1:]
        if kind == ":domain":
            self._of(section)
        elif kind == ":objects":
            self._objects(section)
        elif kind == ":init":
            for item in rest:
                self._fact(item)
        elif kind == ":goal":
            if self.goal is not None:
                self.faults.error(UNFIT, span_of(section), "`:goal` is given twice")
            if len(rest) != 1:
                self.faults.error(BROKEN, span_of(section), "a goal is one condition: `(:goal (and …))`")
                return
            self.goal = self._reading().formula(rest[0], {}), rest[0].span
        elif kind == ":metric":
            self._metric(section)

    def _reading(self) -> Reading:
        domain = self.domain
        return Reading(domain.parents, domain.predicates, domain.functions, self.objects, self.faults, self.fit)

    def _of(self, section: List) -> None:
        name = section.items[1] if len(section.items) == 2 else section
        if not isinstance(name, Word) or name.text != self.domain.name:
            other = f"this problem is of another domain; the domain given is `{self.domain.name}`"
            self.faults.error(UNFIT, name.span, other)

    def _objects(self, section: List) -> None:
        for each in typed_list(section.items[1:], "NAME", self.domain.parents, self.faults):
            if len(each.types) > 1:
                self.faults.unsupported(each.span, f"an object of several types (`{each.name}`)")
            known = self.objects.get(each.name)
            if known is not None and (known.types != each.types or each.name in self.own):
                declared_twice(each, "object", self.faults)
            self.objects.setdefault(each.name, each)
            self.own[each.name] = each

    def _fact(self, item: Item) -> None:
        reading, faults = self._reading(), self.faults
        if not isinstance(item, List) or not item.items:
            faults.error(BROKEN, item.span, "a fact in parentheses should stand here")
            return
        if item.head == "=":
            self._value(item)
        elif item.head == "not":
            inner = item.items[1] if len(item.items) == 2 else None
            if not isinstance(inner, List):
                faults.error(BROKEN, item.span, "`not` takes one fact")
            else:
                reading.atom(inner, {})  # what is not said to hold does not hold
        elif item.head in ("oneof", "unknown", "or"):
            faults.unsupported(item.span, f"an uncertain start (`{item.head}`)")
        elif (
            item.head == "at"
            and len(item.items) == 3
            and isinstance(item.items[1], Word)
            and (item.items[1].kind == "NUMBER")
        ):
            faults.unsupported(item.span, "a fact that comes at a time")
        else:
            atom = reading.atom(item, {})
            if atom is not None:
                self.facts.append(atom)
                if atom.predicate in {axiom.name for axiom in self.domain.derived}:
                    faults.error(UNFIT, item.span, f"`{atom.predicate}` is derived; it cannot be given")

    def _value(self, item: List) -> None:
        """`(= (distance a b) 7)`"""
        faults = self.faults
        sides = item.items[1:]
        if len(sides) != 2 or not isinstance(sides[0], List) or not isinstance(sides[1], Word):
            faults.error(BROKEN, item.span, "a value is `(= (function object …) number)`")
            return
        if sides[1].kind != "NUMBER":
            faults.unsupported(item.span, "a function whose values are objects")
            return
        function = self._reading().atom(sides[0], {}, "function")
        number = whole(sides[1], faults)
        if function is None or number is None:
            return
        if function.predicate == TOTAL:
            if number:
                faults.unsupported(item.span, "a total cost that does not start at 0")
        elif function in self.costs and self.costs[function] != number:
            faults.error(UNFIT, item.span, "this has another value already")
        else:
            self.costs[function] = number

    def _metric(self, section: List) -> None:
        rest = section.items[1:]
        wanted = rest[1] if len(rest) == 2 else section
        minimise = len(rest) == 2 and isinstance(rest[0], Word) and rest[0].text == "minimize"
        if not minimise or not isinstance(wanted, List) or wanted.head != TOTAL:
            self.faults.unsupported(wanted.span, f"a metric other than `minimize ({TOTAL})`")
        if isinstance(wanted, List) and wanted.head == TOTAL and TOTAL not in self.domain.functions:
            self.faults.error(UNKNOWN, wanted.span, f"there is no function `{TOTAL}`")
