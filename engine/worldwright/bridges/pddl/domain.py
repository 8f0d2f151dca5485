"""A domain's text to `Domain`."""

from __future__ import annotations

from collections.abc import Sequence

from ... import limits
from ...source import Source, Span
from .fit import Argument, Fit
from .formulas import TOTAL, Reading, declared_twice, near, parts, span_of, typed_list
from .lists import BROKEN, TOO_LARGE, UNFIT, UNKNOWN, UNSUPPORTED, Faults, Item, List, Word, read_list
from .nodes import TRUE, Action, Cost, Derived, Domain, Effect, Formula, Schema, Typed

REQUIREMENTS = (
    ":strips", ":typing", ":equality", ":negative-preconditions", ":disjunctive-preconditions",
    ":existential-preconditions", ":universal-preconditions", ":quantified-preconditions", ":conditional-effects",
    ":derived-predicates", ":domain-axioms", ":adl", ":ucpop", ":action-costs", ":fluents", ":numeric-fluents",
)  # fmt: skip
"""What is taken over. Of numbers only costs are, so fluents are refused where they are used."""
BEYOND = {
    ":durative-action": "an action that takes time",
    ":process": "a process",
    ":event": "an event",
    ":constraints": "a constraint on the whole plan",
    ":task": "a hierarchical task",
    ":method": "a hierarchical method",
    ":observe": "observing",
    ":axiom": "the old form of a derived predicate",
}
SECTIONS = (":requirements", ":types", ":constants", ":predicates", ":functions", ":action", ":derived")


def read_domain(source: Source) -> Domain:
    """The domain of a source. Raises WorldError with all that is wrong or not supported."""
    faults = Faults()
    sections = opened(read_list(source), "domain", faults)
    faults.settle(source)
    name, rest = sections
    found = _Domain(faults, source)
    domain = found.read(name, rest)
    faults.settle(source)
    return domain


def opened(text: List, kind: str, faults: Faults) -> tuple[str, list[List]]:
    """The name and the sections of `(define (KIND name) …)`."""
    items = text.items
    if text.head != "define" or len(items) < 2:
        faults.error(BROKEN, span_of(text), f"a PDDL file is `(define ({kind} …) …)`")
        return "", []
    title = items[1]
    if (
        not isinstance(title, List)
        or title.head != kind
        or len(title.items) != 2
        or not isinstance(title.items[1], Word)
    ):
        hint = f"`(define ({kind} name) …)`; the domain comes first, then its problems"
        faults.error(BROKEN, title.span, f"a {kind} should be defined here", hint)
        return "", []
    sections = []
    for item in items[2:]:
        if isinstance(item, List) and item.head.startswith(":"):
            sections.append(item)
        else:
            faults.error(BROKEN, item.span, "a section such as `(:action …)` should stand here")
    return title.items[1].text, sections


class _Domain:
    """One domain on its way."""

    def __init__(self, faults: Faults, source: Source) -> None:
        self.faults = faults
        self.source = source
        self.parents: dict[str, str] = {}
        self.constants: dict[str, Typed] = {}
        self.predicates: dict[str, Schema] = {}
        self.functions: dict[str, Schema] = {}
        self.fit = Fit(self.parents, faults)

    def read(self, name: str, sections: Sequence[List]) -> Domain:
        """Declarations first, wherever they stand; then what uses them."""
        for section in sections:
            if section.head in BEYOND:
                self.faults.unsupported(span_of(section), BEYOND[section.head])
            elif section.head not in SECTIONS:
                hint = near(section.head, SECTIONS)
                self.faults.error(UNSUPPORTED, span_of(section), f"the section `{section.head}` is not supported", hint)
        for wanted, read in (
            (":requirements", self._requirements), (":types", self._types), (":constants", self._constants),
            (":predicates", self._predicates), (":functions", self._functions),
        ):  # fmt: skip
            for section in sections:
                if section.head == wanted:
                    read(section)
        reading = Reading(self.parents, self.predicates, self.functions, self.constants, self.faults, self.fit)
        actions = [self._action(s, reading) for s in sections if s.head == ":action"]
        derived = [self._derived(s, reading) for s in sections if s.head == ":derived"]
        kept = tuple(a for a in actions if a is not None)
        self._unlike([a.name for a in kept], kept)
        axioms = tuple(d for d in derived if d is not None)
        self._apart(kept, axioms)
        self.fit.settle(self.source)
        return Domain(
            name,
            self.parents,
            tuple(self.constants.values()),
            self.predicates,
            self.functions,
            kept,
            axioms,
            self.source,
            self.fit.more(),
            tuple(self.faults.warned),
        )

    def _unlike(self, names: list[str], actions: Sequence[Action]) -> None:
        for position, action in enumerate(actions):
            if action.name in names[:position]:
                declared_twice(Schema(action.name, (), action.span), "action", self.faults)
        if len(names) > limits.DECLARATIONS // 10:
            self.faults.error(TOO_LARGE, actions[-1].span, f"here are {len(names):,} actions")

    def _apart(self, actions: Sequence[Action], derived: Sequence[Derived]) -> None:
        """No action sets what is derived."""
        axioms = {axiom.name for axiom in derived}
        for action in actions:
            for effect in action.effects:
                for atom in (*effect.deleted, *effect.added):
                    if atom.predicate in axioms:
                        both = f"`{action.name}` sets `{atom.predicate}`, which is derived"
                        self.faults.error(UNFIT, action.span, both)

    def _requirements(self, section: List) -> None:
        for item in section.items[1:]:
            if isinstance(item, Word) and item.text not in REQUIREMENTS:
                hint = near(item.text, REQUIREMENTS)
                self.faults.unsupported(item.span, f"the requirement `{item.text}`", hint)

    def _types(self, section: List) -> None:
        found = typed_list(section.items[1:], "NAME", None, self.faults)
        for each in found:
            if len(each.types) > 1:
                self.faults.unsupported(each.span, f"a type of several others (`{each.name}`)")
            elif each.name != "object":
                # Said twice, once as an object: so IPC's storage has `area`. That it is an object goes without saying.
                above, known = each.types[0] if each.types else "object", self.parents.get(each.name, "object")
                if "object" not in (above, known) and above != known:
                    declared_twice(each, "type", self.faults)
                self.parents[each.name] = known if above == "object" else above
        for parent in list(self.parents.values()):
            if parent != "object":
                self.parents.setdefault(parent, "object")
        for each in found:
            above, steps = each.name, 0
            while above in self.parents and steps <= len(self.parents):
                above, steps = self.parents[above], steps + 1
            if steps > len(self.parents):
                self.faults.error(UNFIT, each.span, f"the type `{each.name}` belongs to itself")
                self.parents[each.name] = "object"

    def _constants(self, section: List) -> None:
        for each in typed_list(section.items[1:], "NAME", self.parents, self.faults):
            if each.name in self.constants:
                declared_twice(each, "constant", self.faults)
            self.constants[each.name] = each

    def _schema(self, item: Item, kind: str) -> Schema | None:
        if not isinstance(item, List) or not item.head or not isinstance(item.items[0], Word):
            self.faults.error(BROKEN, item.span, f"a {kind} such as `(name ?x ?y)` should stand here")
            return None
        reading = Reading(self.parents, {}, {}, {}, self.faults, self.fit)
        parameters = reading.parameters(List(item.items[1:], item.span))
        return Schema(item.head, parameters, item.items[0].span)

    def _predicates(self, section: List) -> None:
        for item in section.items[1:]:
            schema = self._schema(item, "predicate")
            if schema is not None:
                if schema.name in self.predicates:
                    declared_twice(schema, "predicate", self.faults)
                self.predicates[schema.name] = schema

    def _functions(self, section: List) -> None:
        items = list(section.items[1:])
        while items:
            item = items.pop(0)
            if isinstance(item, Word) and item.kind == "DASH" and items:
                kind = items.pop(0)
                if not isinstance(kind, Word) or kind.text != "number":
                    self.faults.unsupported(kind.span, "a function whose values are objects")
                continue
            schema = self._schema(item, "function")
            if schema is not None:
                self.functions[schema.name] = schema

    def _action(self, section: List, reading: Reading) -> Action | None:
        fields = self._fields(section, (":parameters", ":precondition", ":effect"))
        if fields is None:
            return None
        name, span, found = fields
        given = found.get(":parameters")
        if given is not None and not isinstance(given, List):
            self.faults.error(BROKEN, given.span, "parameters in parentheses should stand here")
            given = None
        parameters = reading.parameters(given) if isinstance(given, List) else ()
        bound = {p.name: p for p in parameters}
        precondition = found.get(":precondition")
        needs: tuple[Formula, ...] = ()
        if precondition is not None:
            needs = tuple(f for part in parts(precondition) if (f := reading.formula(part, bound)) != TRUE)
        effects: tuple[Effect, ...] = ()
        costs: tuple[Cost, ...] = ()
        if ":effect" in found:
            effects, costs = reading.effects(found[":effect"], bound)
        for cost in costs:
            if not isinstance(cost.amount, int) and cost.amount.predicate == TOTAL:
                self.faults.unsupported(span, "a cost that depends on the total cost")
        return Action(name, parameters, needs, effects, costs, span)

    def _fields(self, section: List, known: Sequence[str]) -> tuple[str, Span, dict[str, Item]] | None:
        """The name of `(:action name :field …)` and its fields."""
        items = section.items[1:]
        if not items or not isinstance(items[0], Word) or items[0].kind != "NAME":
            self.faults.error(BROKEN, span_of(section), "an action has a name")
            return None
        fields: dict[str, Item] = {}
        position = 1
        while position < len(items):
            key = items[position]
            if not isinstance(key, Word) or key.kind != "KEYWORD" or position + 1 >= len(items):
                self.faults.error(BROKEN, key.span, "a field such as `:effect (…)` should stand here")
                return None
            if key.text in known and key.text not in fields:
                fields[key.text] = items[position + 1]
            elif key.text in known:
                self.faults.error(UNFIT, key.span, f"`{key.text}` is given twice")
            else:
                self.faults.unsupported(key.span, f"the field `{key.text}`", near(key.text, known))
            position += 2
        return items[0].text, items[0].span, fields

    def _derived(self, section: List, reading: Reading) -> Derived | None:
        if len(section.items) != 3:
            self.faults.error(BROKEN, span_of(section), "a derived predicate is `(:derived (name ?x …) condition)`")
            return None
        schema = self._schema(section.items[1], "predicate")
        if schema is None:
            return None
        declared = self.predicates.get(schema.name)
        if declared is None:
            hint = "declare it under `:predicates`"
            self.faults.error(UNKNOWN, schema.span, f"there is no predicate `{schema.name}`", hint)
            return None
        if len(declared.parameters) != len(schema.parameters):
            takes = f"`{schema.name}` takes {len(declared.parameters)} arguments, here are {len(schema.parameters)}"
            self.faults.error(UNFIT, schema.span, takes)
            return None
        parameters = tuple(
            Typed(p.name, p.types or d.types, p.span)
            for p, d in zip(schema.parameters, declared.parameters, strict=True)
        )
        self.fit.take(declared, [Argument(f"?{p.name}", p.span, p.types) for p in parameters])
        body = reading.formula(section.items[2], {p.name: p for p in parameters})
        return Derived(schema.name, parameters, body, schema.span)
