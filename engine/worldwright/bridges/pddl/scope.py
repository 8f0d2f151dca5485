"""What names mean while one world is written, and formulas as its expressions and as English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ... import limits
from .english import Says, display, says, type_words
from .names import Taken, camel
from .nodes import Atom, Equal, Formula, Imply, Junction, Not, Problem, Quantified, Term, Typed, Types
from .shape import Shape, binding, pushed
from .text import Filling, clause, filled
from .wording import Wording


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of a world that is made from a problem, by their PDDL names."""

    shape: Shape
    problem: Problem
    wording: Wording
    root: str
    """The type of everything; empty if nothing is of any type."""
    types: Mapping[str, str]
    objects: Mapping[str, str]
    states: Mapping[str, str]
    """Predicates and functions."""
    actions: Mapping[str, str]
    taken: Taken
    sentences: Mapping[str, Says] = field(default_factory=dict)
    kinds: Mapping[str, Types] = field(default_factory=dict)
    """The types of the objects."""
    displays: Mapping[str, str] = field(default_factory=dict)
    """What the objects are called. Their PDDL names are understood, too."""

    def domain_of(self, types: Types) -> str:
        """Types as a world's domain."""
        return " | ".join(self.types[t] for t in types) or self.root

    def called(self, name: str) -> str:
        """An object with its article, as plain words."""
        shown = self.displays[name]
        first, _, rest = shown.partition(" ")
        if first in ("a", "an", "the", "some") and rest:
            shown = rest
        return shown if shown[:1].isupper() or shown[-1:].isdigit() else f"the {shown}"


def vocabulary(shape: Shape, problem: Problem, wording: Wording) -> Vocabulary:
    """Names for a problem of a domain, none of them twice."""
    domain = shape.domain
    used = _used_types(shape, problem)
    taken = Taken()
    types = {name: taken.fresh(camel(name)) for name in domain.parents if name in used}
    root = taken.fresh("Thing", "Any") if () in used else ""
    kinds = {o.name: o.types for o in problem.objects}
    states = {}
    for name, arguments in shape.kinds.items():
        last = arguments[-1] if arguments else ()
        states[name] = taken.fresh(name, last[0] if last else "fact")
    objects = {}
    for each in problem.objects:
        objects[each.name] = taken.fresh(each.name, each.types[0] if each.types else "thing", spell_out=True)
    own = Taken()
    actions = {action.name: own.fresh(action.name, "do") for action in domain.actions}
    sentences = {name: wording.predicates.get(name) or says(schema) for name, schema in domain.predicates.items()}
    displays = _displays(problem, wording)
    return Vocabulary(shape, problem, wording, root, types, objects, states, actions, taken, sentences, kinds, displays)


def _displays(problem: Problem, wording: Wording) -> dict[str, str]:
    """What every object is called, none twice: by its PDDL name where two would read alike."""
    found: dict[str, str] = {}
    for each in problem.objects:
        guess = display(each.name, each.types[0] if each.types else "thing")
        found[each.name] = wording.objects.get(each.name) or guess[: limits.DISPLAY_CHARACTERS]
    read = Counter(shown.lower() for shown in found.values())
    unlike = {name: shown if read[shown.lower()] == 1 else f"“{name}”" for name, shown in found.items()}
    return {name: shown[: limits.DISPLAY_CHARACTERS] for name, shown in unlike.items()}


def _used_types(shape: Shape, problem: Problem) -> set[str | Types]:
    """The types that something is of or asks for, and () if anything is of none."""
    domain = shape.domain
    asked: list[Types] = [o.types for o in problem.objects]
    asked += [p.types for action in domain.actions for p in action.parameters]
    asked += [p.types for axiom in domain.derived for p in axiom.parameters]
    asked += [types for kinds in shape.kinds.values() for types in kinds]
    formulas = [f for a in domain.actions for f in (*a.needs, *(e.condition for e in a.effects))]
    formulas += [axiom.body for axiom in domain.derived] + [problem.goal]
    asked += [v.types for f in formulas for v in _bound(f)]
    asked += [v.types for action in domain.actions for e in action.effects for v in e.variables]
    found: set[str | Types] = {name for types in asked for name in types}
    if () in asked:
        found.add(())
    return found | shape.typing


def _bound(formula: Formula) -> Iterable[Typed]:
    """Every variable that a formula binds."""
    match formula:
        case Not(body):
            yield from _bound(body)
        case Junction(_, parts):
            for part in parts:
                yield from _bound(part)
        case Imply(condition, body):
            yield from _bound(condition)
            yield from _bound(body)
        case Quantified(_, variables, body):
            yield from variables
            yield from _bound(body)
        case _:
            return


@dataclass(frozen=True, slots=True)
class Scope:
    """What variables are called in some place: as expressions, and (for those that only words can name) as words."""

    vocabulary: Vocabulary
    names: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, Types] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False
    """Whether texts here take no inserts."""
    universal: frozenset[str] = frozenset()
    """Predicates that hold of everything, always: worlds need no variables for them."""
    same: str = ""
    """The definition that compares objects; empty: they are compared with `=`."""

    def within(self, variables: Sequence[Typed]) -> tuple[Scope, str]:
        """With some variables, and how they are declared: `x: Block, y: Block`."""
        taken = self.vocabulary.taken.inner()
        for name in self.names.values():
            taken.fresh(name)
        names = {}
        for variable in variables:
            kind = variable.types[0] if variable.types else "thing"
            names[variable.name] = taken.fresh(variable.name, kind)
        inner = replace(self, names={**self.names, **names}, types={**self.types, **binding(variables)})
        binders = (f"{names[v.name]}: {self.vocabulary.domain_of(v.types)}" for v in variables)
        return inner, ", ".join(binders)

    # ------------------------------------------------------------ expressions

    def term(self, term: Term) -> str:
        """A term as an expression."""
        return self.names[term.name] if term.variable else self.vocabulary.objects[term.name]

    def place(self, atom: Atom) -> str:
        """A state variable: `on(x, y)`."""
        name = self.vocabulary.states[atom.predicate]
        return f"{name}({', '.join(map(self.term, atom.terms))})" if atom.terms else name

    def kind(self, term: Term) -> Types:
        """The types of a term."""
        return self.types[term.name] if term.variable else self.vocabulary.kinds[term.name]

    def expression(self, formula: Formula) -> str:
        """A formula as an expression."""
        match formula:
            case Atom(predicate, terms):
                if predicate in self.vocabulary.shape.typing:
                    return f"{self.term(terms[0])} is {self.vocabulary.types[predicate]}"
                return "true" if predicate in self.universal else self.place(formula)
            case Equal(left, right):
                return self.equal(left, right, "=") if self.meet(left, right) else "false"
            case Not(Equal(left, right)):
                return self.equal(left, right, "!=") if self.meet(left, right) else "true"
            case Not(body):
                return f"not ({self.expression(body)})"
            case Junction(every, parts):
                if not parts:
                    return "true" if every else "false"
                return "(" + (" and " if every else " or ").join(self.expression(p) for p in parts) + ")"
            case Imply(condition, body):
                return f"(not ({self.expression(condition)}) or {self.expression(body)})"
            case Quantified(every, variables, body):
                inner, binders = self.within(variables)
                return f"{'forall' if every else 'exists'} {binders} ({inner.expression(body)})"

    def equal(self, left: Term, right: Term, sign: str) -> str:
        """Two terms compared, with `=` or `!=`."""
        one, other = self.term(left), self.term(right)
        if not self.same:
            return f"{one} {sign} {other}"
        return f"{'' if sign == '=' else 'not '}{self.same}({one}, {other})"

    def meet(self, left: Term, right: Term) -> bool:
        """Whether two terms can be the same object."""
        return self.meeting(self.kind(left), self.kind(right))

    def meeting(self, one: Types, other: Types) -> bool:
        """Whether something can be of both types."""
        domain = self.vocabulary.shape.domain
        return not one or not other or any(domain.below(a, b) or domain.below(b, a) for a in one for b in other)

    # ------------------------------------------------------------ English

    def filling(self, term: Term) -> Filling:
        """What stands for a term in a text."""
        if term.variable and term.name in self.spoken:
            return Filling(self.spoken[term.name], False)
        if self.plain and not term.variable:
            return Filling(self.vocabulary.called(term.name), False)
        return Filling(self.term(term), True)

    def says(self, atom: Atom, positive: bool, whole: bool = True) -> str:
        """A sentence (or as part of a longer one): that an atom holds, or not."""
        if atom.predicate in self.vocabulary.shape.typing:
            kind = type_words(atom.predicate)
            template = f"{{The 0}} is {'' if positive else 'not '}a {kind}."
        else:
            found = self.vocabulary.sentences[atom.predicate]
            template = found.positive if positive else found.negative
        return filled(template if whole else clause(template), [self.filling(t) for t in atom.terms])

    def clause(self, formula: Formula) -> str:
        """A formula in words, without capital and full stop."""
        match formula:
            case Atom():
                return self.says(formula, True, whole=False)
            case Not(Atom() as atom):
                return self.says(atom, False, whole=False)
            case Equal(left, right):
                return filled("{the 0} is {the 1}", [self.filling(left), self.filling(right)])
            case Not(Equal(left, right)):
                return filled("{the 0} is not {the 1}", [self.filling(left), self.filling(right)])
            case Junction(every, parts):
                said = [self.clause(part) for part in parts]
                if not said:
                    return "nothing is wanted" if every else "the impossible is so"
                word = " and " if every else " or "
                return (
                    word.join((", ".join(said[:-1]), said[-1]))
                    if len(said) > 1 and word == " and "
                    else word.join(said)
                )
            case Imply(condition, body):
                return f"{self.clause(body)} if {self.clause(condition)}"
            case Quantified(every, variables, body):
                return self._quantified(every, variables, body)
            case _:
                return self.clause(pushed(formula))

    def _quantified(self, every: bool, variables: Sequence[Typed], body: Formula) -> str:
        """`every block is clear`, `there are some block and some table such that …`"""
        words = [" or ".join(type_words(t) for t in v.types) or "thing" for v in variables]
        if len(variables) == 1 and every and isinstance(body, Not) and isinstance(body.body, Atom):
            spoken = {variables[0].name: f"no {words[0]}"}
            return replace(self, spoken={**self.spoken, **spoken}).clause(body.body)
        if len(variables) == 1 and not isinstance(body, Junction | Imply | Quantified):
            spoken = {variables[0].name: ("every " if every else "some ") + words[0]}
            return replace(self, spoken={**self.spoken, **spoken}).clause(body)
        told = {v.name: f"that {w}" for v, w in zip(variables, words, strict=True)}
        if len(set(words)) < len(words):
            told = {v.name: f"{w} {chr(88 + i % 3)}" for i, (v, w) in enumerate(zip(variables, words, strict=True))}
            words = list(told.values())
        inner = replace(self, spoken={**self.spoken, **told}).clause(body)
        listed = " and ".join(("every " if every else "some ") + word for word in words)
        return f"for {listed} it is so that {inner}"
