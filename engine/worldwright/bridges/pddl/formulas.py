"""Lists to formulas and effects, with every name looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ... import limits
from ...source import Span
from ...spell import nearest
from .fit import Argument, Fit
from .lists import BROKEN, TOO_LARGE, UNFIT, UNKNOWN, Faults, Item, List, Word
from .nodes import (
    TRUE,
    Atom,
    Cost,
    Effect,
    Equal,
    Formula,
    Imply,
    Junction,
    Not,
    Quantified,
    Schema,
    Term,
    Typed,
    Types,
)

NUMERIC = frozenset({"<", ">", "<=", ">="})
TEMPORAL = frozenset({"at", "over"})
TRAJECTORY = frozenset(
    {
        "always",
        "sometime",
        "within",
        "at-most-once",
        "sometime-after",
        "sometime-before",
        "always-within",
        "hold-during",
    }
)
ASSIGNING = frozenset({"assign", "scale-up", "scale-down", "decrease"})
BY_CHANCE = frozenset({"probabilistic", "oneof", "unknown"})
TOTAL = "total-cost"


def near(name: str, known: Sequence[str]) -> str | None:
    """A hint that names what may have been meant."""
    found = nearest(name, known)
    return f"did you mean `{found[0]}`?" if found else None


def typed_list(items: Sequence[Item], kind: str, known: Mapping[str, str] | None, faults: Faults) -> list[Typed]:
    """`a b - block c`: names of a kind (NAME or VARIABLE) with their types. `known`: the types; None: any goes."""
    found: list[Typed] = []
    waiting: list[Word] = []
    position = 0
    while position < len(items):
        item = items[position]
        position += 1
        if isinstance(item, Word) and item.kind == kind:
            waiting.append(item)
        elif isinstance(item, Word) and item.kind == "DASH" and waiting and position < len(items):
            types = _types(items[position], known, faults)
            position += 1
            found += [Typed(w.text.removeprefix("?"), types, w.span) for w in waiting]
            waiting = []
        else:
            wanted = "a variable such as ?x" if kind == "VARIABLE" else "a name"
            faults.error(BROKEN, item.span, f"{wanted}, or `- type` after some, should stand here")
            return found
    return found + [Typed(w.text.removeprefix("?"), (), w.span) for w in waiting]


def _types(item: Item, known: Mapping[str, str] | None, faults: Faults) -> Types:
    words: list[Item] = [item]
    if isinstance(item, List):
        if item.head != "either":
            faults.error(BROKEN, item.span, "a type, or `(either …)`, should stand here")
            return ()
        words = list(item.items[1:])
    types = []
    for word in words:
        if not isinstance(word, Word) or word.kind != "NAME":
            faults.error(BROKEN, word.span, "the name of a type should stand here")
        elif word.text == "object":
            return ()
        elif known is not None and word.text not in known:
            faults.error(UNKNOWN, word.span, f"there is no type `{word.text}`", near(word.text, tuple(known)))
        else:
            types.append(word.text)
    return tuple(dict.fromkeys(types))


@dataclass(frozen=True, slots=True)
class Reading:
    """What names mean where formulas stand: types, predicates, functions and objects; and where faults go."""

    types: Mapping[str, str]
    predicates: Mapping[str, Schema]
    functions: Mapping[str, Schema]
    objects: Mapping[str, Typed]
    faults: Faults
    fit: Fit

    def formula(self, item: Item, bound: Mapping[str, Typed]) -> Formula:
        """A condition; variables are those that are bound around it."""
        faults = self.faults
        if not isinstance(item, List):
            faults.error(BROKEN, item.span, f"a condition in parentheses should stand here, not `{item.text}`")
            return TRUE
        if not item.items:
            return TRUE
        head, rest = item.head, item.items[1:]
        if head in ("and", "or"):
            return Junction(head == "and", tuple(self.formula(each, bound) for each in rest))
        if head == "not":
            return Not(self.formula(rest[0], bound)) if self._count(item, 1) else TRUE
        if head == "imply":
            if not self._count(item, 2):
                return TRUE
            return Imply(self.formula(rest[0], bound), self.formula(rest[1], bound))
        if head in ("forall", "exists"):
            variables, inner = self._binding(item, bound)
            return Quantified(head == "forall", variables, self.formula(rest[1], inner)) if variables else TRUE
        if head == "=":
            return self._equal(item, bound)
        if head in NUMERIC:
            faults.unsupported(item.span, "comparing numbers")
        elif head == "preference":
            faults.unsupported(item.span, "a preference")
        elif head in TRAJECTORY and head not in self.predicates:
            faults.unsupported(item.span, f"the trajectory constraint `{head}`")
        elif head in TEMPORAL and rest and isinstance(rest[0], Word) and rest[0].text in ("start", "end", "all"):
            faults.unsupported(item.span, f"a condition in time (`{head} {rest[0].text}`)")
        else:
            return self.atom(item, bound) or TRUE
        return TRUE

    def _count(self, item: List, wanted: int) -> bool:
        if len(item.items) - 1 == wanted:
            return True
        many = f"`{item.head}` takes {wanted} part{'s' if wanted > 1 else ''}, here are {len(item.items) - 1}"
        self.faults.error(BROKEN, item.span, many)
        return False

    def _binding(self, item: List, bound: Mapping[str, Typed]) -> tuple[tuple[Typed, ...], Mapping[str, Typed]]:
        """The variables of `forall`, `exists`, and all that are bound inside."""
        if not self._count(item, 2):
            return (), bound
        if not isinstance(item.items[1], List):
            self.faults.error(BROKEN, item.items[1].span, "variables in parentheses should stand here")
            return (), bound
        variables = self.parameters(item.items[1])
        return variables, {**bound, **{v.name: v for v in variables}}

    def parameters(self, item: List) -> tuple[Typed, ...]:
        """Declared variables, each once and not more than a declaration may have."""
        found = typed_list(item.items, "VARIABLE", self.types, self.faults)
        seen: set[str] = set()
        for each in found:
            if each.name in seen:
                self.faults.error(UNFIT, each.span, f"`?{each.name}` is declared twice here")
            seen.add(each.name)
        if len(found) > limits.PARAMETERS:
            span = found[limits.PARAMETERS].span
            many = f"here are {len(found)} variables; at most {limits.PARAMETERS} are allowed"
            self.faults.error(TOO_LARGE, span, many)
        return tuple(found)

    def _equal(self, item: List, bound: Mapping[str, Typed]) -> Formula:
        if not self._count(item, 2):
            return TRUE
        sides = item.items[1:]
        numeric = next((s for s in sides if isinstance(s, List) or s.kind == "NUMBER"), None)
        if numeric is not None:
            self.faults.unsupported(item.span, "comparing numbers")
            return TRUE
        terms = [self._term(side, bound) for side in sides]
        return Equal(terms[0], terms[1]) if terms[0] and terms[1] else TRUE

    def _term(self, item: Item, bound: Mapping[str, Typed]) -> Term | None:
        if isinstance(item, List):
            self.faults.unsupported(item.span, "a function as an argument")
        elif item.kind == "VARIABLE":
            name = item.text[1:]
            if name in bound:
                return Term(name, True)
            hint = near(item.text, tuple(f"?{other}" for other in bound))
            self.faults.error(UNKNOWN, item.span, f"no `{item.text}` is declared around this", hint)
        elif item.kind == "NAME":
            if item.text in self.objects:
                return Term(item.text, False)
            hint = near(item.text, tuple(self.objects))
            self.faults.error(UNKNOWN, item.span, f"there is no object `{item.text}`", hint)
        else:
            self.faults.error(BROKEN, item.span, f"an object or a variable should stand here, not `{item.text}`")
        return None

    def atom(self, item: List, bound: Mapping[str, Typed], of: str = "predicate") -> Atom | None:
        """A predicate (or function) with its arguments; None after a fault."""
        schemas = self.predicates if of == "predicate" else self.functions
        name = item.head
        if not name or name not in schemas:
            span = item.items[0].span if item.items else item.span
            self.faults.error(UNKNOWN, span, f"there is no {of} `{name}`", near(name, tuple(schemas)))
            return None
        schema = schemas[name]
        given = len(item.items) - 1
        if given != len(schema.parameters):
            takes = f"`{name}` takes {len(schema.parameters)} arguments, here are {given}"
            self.faults.error(UNFIT, item.span, takes)
            return None
        terms = [self._term(each, bound) for each in item.items[1:]]
        known = tuple(term for term in terms if term is not None)
        if len(known) < len(terms):
            return None
        types = [(bound if term.variable else self.objects)[term.name].types for term in known]
        places = zip(item.items[1:], types, strict=True)
        self.fit.take(schema, [Argument(each.text, each.span, t) for each, t in places if isinstance(each, Word)])
        return Atom(name, known)

    # ------------------------------------------------------------ effects

    def effects(self, item: Item, bound: Mapping[str, Typed]) -> tuple[tuple[Effect, ...], tuple[Cost, ...]]:
        """What an action does, and what it costs."""
        effects: list[Effect] = []
        costs: list[Cost] = []
        deleted: list[Atom] = []
        added: list[Atom] = []
        for literal, positive in self._literals(item, bound, effects, costs):
            (added if positive else deleted).append(literal)
        if deleted or added:
            effects.append(Effect((), TRUE, tuple(deleted), tuple(added)))
        return tuple(effects), tuple(costs)

    def _literals(
        self, item: Item, bound: Mapping[str, Typed], effects: list[Effect], costs: list[Cost]
    ) -> Iterator[tuple[Atom, bool]]:
        """The unconditional ones; conditional effects and costs are added to their lists."""
        if not isinstance(item, List):
            self.faults.error(BROKEN, item.span, f"an effect in parentheses should stand here, not `{item.text}`")
            return
        head = item.head
        if head == "and" or not item.items:
            for each in item.items[1:]:
                yield from self._literals(each, bound, effects, costs)
        elif head == "increase":
            costs += self._cost(item, bound)
        elif head == "forall":
            variables, inner = self._binding(item, bound)
            if variables:
                self._conditional(item.items[2], inner, variables, effects)
        elif head == "when":
            self._conditional(item, bound, (), effects)
        elif head in ASSIGNING:
            self.faults.unsupported(item.span, f"`{head}` (only `increase` of the total cost is)")
        elif head in BY_CHANCE and head not in self.predicates:
            self.faults.unsupported(item.span, f"an effect by chance (`{head}`)")
        elif (
            head in TEMPORAL
            and len(item.items) > 1
            and isinstance(item.items[1], Word)
            and item.items[1].text in ("start", "end")
        ):
            self.faults.unsupported(item.span, f"an effect in time (`{head} {item.items[1].text}`)")
        else:
            yield from self._literal(item, bound)

    def _literal(self, item: List, bound: Mapping[str, Typed]) -> Iterator[tuple[Atom, bool]]:
        inner: Item = item
        if item.head == "not":
            if not self._count(item, 1):
                return
            inner = item.items[1]
        if not isinstance(inner, List) or inner.head in ("not", "or", "exists", "imply", "="):
            self.faults.error(BROKEN, item.span, "an effect makes an atom true or false; this is neither")
            return
        found = self.atom(inner, bound)
        if found is not None:
            yield found, item.head != "not"

    def _conditional(
        self, item: Item, bound: Mapping[str, Typed], variables: tuple[Typed, ...], effects: list[Effect]
    ) -> None:
        """`(when C E)` or a plain effect, for every value of the variables."""
        if isinstance(item, List) and item.head == "and":
            for each in item.items[1:]:
                self._conditional(each, bound, variables, effects)
            return
        if isinstance(item, List) and item.head == "forall":
            more, inner = self._binding(item, bound)
            if more:
                self._conditional(item.items[2], inner, (*variables, *more), effects)
            return
        condition: Formula = TRUE
        body = item
        if isinstance(item, List) and item.head == "when":
            if not self._count(item, 2):
                return
            condition, body = self.formula(item.items[1], bound), item.items[2]
        nested: list[Effect] = []
        costs: list[Cost] = []
        deleted: list[Atom] = []
        added: list[Atom] = []
        for literal, positive in self._literals(body, bound, nested, costs):
            (added if positive else deleted).append(literal)
        if costs:
            self.faults.unsupported(item.span, "a cost under a condition")
        if any(isinstance(part, List) and part.head in ("when", "forall") for part in parts(body)):
            self.faults.unsupported(body.span, "a conditional effect inside another one")
        if deleted or added:
            effects.append(Effect(variables, condition, tuple(deleted), tuple(added)))

    def _cost(self, item: List, bound: Mapping[str, Typed]) -> list[Cost]:
        target = item.items[1] if len(item.items) == 3 else None
        if not isinstance(target, List) or target.head != TOTAL or len(target.items) != 1:
            self.faults.unsupported(item.span, f"`increase` of anything but `({TOTAL})`")
            return []
        amount = item.items[2]
        if isinstance(amount, Word) and amount.kind == "NUMBER":
            number = whole(amount, self.faults)
            return [] if number is None else [Cost(number)]
        if isinstance(amount, List) and amount.head not in ("+", "-", "*", "/", ""):
            found = self.atom(amount, bound, "function")
            return [Cost(found)] if found else []
        self.faults.unsupported(amount.span, "a computed cost")
        return []


def parts(item: Item) -> tuple[Item, ...]:
    """The parts of a conjunction, or the item itself."""
    return item.items[1:] if isinstance(item, List) and item.head == "and" else (item,)


def whole(word: Word, faults: Faults) -> int | None:
    """A whole number within the limits; None after a fault."""
    if "." in word.text and word.text.rstrip("0")[-1] != ".":
        faults.unsupported(word.span, "a number with a fraction", "scale all costs up to whole numbers")
    elif len(word.text.partition(".")[0]) > limits.NUMBER_DIGITS or int(float(word.text)) >= limits.DOMAIN_VALUES:
        faults.error(TOO_LARGE, word.span, f"this number is too large; less than {limits.DOMAIN_VALUES:,} is allowed")
    else:
        return int(float(word.text))
    return None


def declared_twice(each: Typed | Schema, kind: str, faults: Faults) -> None:
    """Reports a second declaration."""
    faults.error(UNFIT, each.span, f"the {kind} `{each.name}` is declared twice")


def span_of(item: Item) -> Span:
    """Where an item's head stands: where a reader looks first."""
    return item.items[0].span if isinstance(item, List) and item.items else item.span
