"""A problem of a domain as the text of a world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import prod

from ... import limits
from .effects import dependencies, in_turn, ordered
from .english import bare_phrase, phrase, plural, type_words
from .names import Taken
from .nodes import (
    TRUE,
    Action,
    Atom,
    Effect,
    Equal,
    Formula,
    Imply,
    Junction,
    Not,
    Problem,
    Quantified,
    Term,
    Typed,
    Types,
)
from .scope import Scope, Vocabulary
from .shape import pushed
from .text import Filling, filled, quoted, sentence
from .wording import ActionWords

GOAL_CHARACTERS = 600
"""A goal of more text is told part by part, at the start and on request."""
MILESTONES = 12
GROUPED = 3
"""Facts that differ in one object only are written as a loop from so many on."""
ANY = ActionWords()


def world_text(vocabulary: Vocabulary, problems: Sequence[Problem], same: str = "") -> str:
    """The world of one domain and of problems that differ in their goals only; not yet settled in form.

    With `same` objects are compared by a definition of that name, which the checker does not look into.
    """
    return "\n\n".join(part for part in _Writer(vocabulary, problems, same).parts() if part) + "\n"


class _Writer:
    """One world on its way."""

    def __init__(self, vocabulary: Vocabulary, problems: Sequence[Problem], same: str) -> None:
        self.vocabulary = vocabulary
        self.problems = problems
        self.problem = problems[0]
        self.shape = vocabulary.shape
        self.domain = vocabulary.shape.domain
        self.reads = dependencies(self.domain.derived)
        self.derived = {axiom.name for axiom in self.domain.derived}
        self.scope = Scope(vocabulary)
        costs = [cost.amount for action in self.domain.actions for cost in action.costs]
        self.priced = {amount.predicate for amount in costs if not isinstance(amount, int)}
        self.flags: list[str] = []
        self.static = [
            name for name in self.domain.predicates if name not in self.shape.changing and name not in self.derived
        ]
        given = {fact.predicate for fact in self.problem.facts}
        self.universal = {name for name in self.static if name in given and self.everywhere(name)}
        self.scope = Scope(vocabulary, universal=frozenset(self.universal), same=same)
        self.lasting = [name for name in self.static if name in given]
        self.goals = [pushed(problem.goal) for problem in problems]
        self.long = any(len(self.scope.clause(goal)) > GOAL_CHARACTERS for goal in self.goals)

    def parts(self) -> Iterator[str]:
        """The declarations, in the order of a world's file."""
        actions = [self.action(action) for action in self.domain.actions]
        yield self.header()
        yield self.things()
        yield self.states()
        if self.scope.same:
            everything = " | ".join(self.vocabulary.types[n] for n in self.tops()) or self.vocabulary.root
            everything = self.vocabulary.root or everything
            yield f"define {self.scope.same}(one: {everything}, other: {everything}) = one = other"
        yield "\n\n".join(self.axioms())
        yield self.start()
        yield from self.views()
        yield from self.looking()
        yield from actions
        yield from self.tasks()

    # ------------------------------------------------------------ what exists

    def header(self) -> str:
        """Title and opening."""
        wording = self.vocabulary.wording
        title = wording.title or " ".join(w.capitalize() for w in type_words(self.domain.name).split())
        about = f"about {quoted(wording.about)}" if wording.about else ""
        costs = any(action.costs for action in self.domain.actions)
        note = "# What an action costs is told. Plans are counted in commands, not in costs.\n" if costs else ""
        names = ", ".join(problem.name for problem in self.problems)
        origin = f"# Made from the PDDL domain {self.domain.name}, problem {names}."
        return f"{origin}\n{note}world {quoted(title)}\n{about}"

    def things(self) -> str:
        """Types and objects."""
        voc = self.vocabulary
        lines = [f"type {voc.root}"] if voc.root else []
        for name, own in voc.types.items():
            above = self.domain.parents[name]
            while above != "object" and above not in voc.types:
                above = self.domain.parents[above]
            parent = voc.root if above == "object" else voc.types[above]
            lines.append(f"type {own} is {parent}" if parent else f"type {own}")
        declared: list[tuple[str, str]] = []
        called = {shown.lower() for shown in voc.displays.values()}
        for each in self.problem.objects:
            own, shown = voc.objects[each.name], voc.displays[each.name]
            text = own if shown == own.replace("_", " ") else f"{own} {quoted(shown)}"
            also = "" if each.name in called else f" also {quoted(each.name[: limits.DISPLAY_CHARACTERS])}"
            declared.append((voc.domain_of(each.types), text + also))
        order = [*voc.types.values(), voc.root]
        declared.sort(key=lambda pair: order.index(pair[0]))
        lines.append("")
        for kind, group in groupby(declared, key=lambda pair: pair[0]):
            lines.append(f"object {', '.join(text for _, text in group)}: {kind}")
        return "\n".join(lines)

    def states(self) -> str:
        """A truth value for every predicate, a number for every cost."""
        lines = []
        for name in self.domain.predicates:
            if name not in self.derived and name not in self.universal:
                lines.append(f"state {self.signature(name)}: bool = false")
        for name in self.domain.functions:
            if any(
                not isinstance(c.amount, int) and c.amount.predicate == name
                for a in self.domain.actions
                for c in a.costs
            ):
                most = max((v for atom, v in self.problem.costs.items() if atom.predicate == name), default=0)
                lines.append(f"state {self.signature(name)}: 0..{max(most, 1)} = 0")
        return "\n".join([*lines, *self.flags])

    def everywhere(self, name: str) -> bool:
        """Whether a predicate that nothing changes holds of all objects that it can be asked of."""
        facts = {fact for fact in self.problem.facts if fact.predicate == name}
        return len(facts) == prod(len(self.all_of(types)) for types in self.shape.kinds[name])

    def signature(self, name: str) -> str:
        """`on(Block, Block)`"""
        types = [self.vocabulary.domain_of(kinds) for kinds in self.shape.kinds[name]]
        own = self.vocabulary.states[name]
        return f"{own}({', '.join(types)})" if types else own

    def axioms(self) -> Iterator[str]:
        """A definition for every derived predicate, whose rules are alternatives."""
        for name, rules in groupby(sorted(self.domain.derived, key=lambda d: d.name), key=lambda d: d.name):
            schema = self.domain.predicates[name]
            variables = [
                Typed(p.name, kinds, p.span) for p, kinds in zip(schema.parameters, self.shape.kinds[name], strict=True)
            ]
            bodies = []
            scope, binders = self.scope.within(variables)
            for rule in rules:
                renamed = {
                    own.name: scope.names[p.name] for own, p in zip(rule.parameters, schema.parameters, strict=True)
                }
                types = {own.name: v.types for own, v in zip(rule.parameters, variables, strict=True)}
                inner = replace(self.scope, names=renamed, types=types)
                narrow = [
                    f"{renamed[own.name]} is {self.vocabulary.types[own.types[0]]}"
                    for own, v in zip(rule.parameters, variables, strict=True)
                    if len(own.types) == 1 and own.types != v.types
                ]
                bodies.append(" and ".join([*narrow, inner.expression(pushed(rule.body))]))
            head = f"{self.vocabulary.states[name]}({binders})" if binders else self.vocabulary.states[name]
            yield f"define {head} = {' or '.join(f'({body})' for body in bodies)}"

    # ------------------------------------------------------------ how it starts

    def start(self) -> str:
        """All facts and costs."""
        lines = ["start"]
        for name in self.domain.predicates:
            facts = [fact for fact in self.problem.facts if fact.predicate == name]
            lines += self.facts(facts) if name not in self.universal else []
        for atom, value in self.problem.costs.items():
            if atom.predicate in self.priced:
                lines.append(f"{self.scope.place(atom)} = {value}")
        lines.append("show things")
        lines += ["show lasting"] if self.lasting else []
        lines.append("show scene")
        lines += ["show wanted"] if self.long else []
        return "\n".join(lines)

    def facts(self, facts: Sequence[Atom]) -> list[str]:
        """Facts of one predicate; many that differ in the last object only as a loop over those objects."""
        lines: list[str] = []
        for _key, group in groupby(facts, key=lambda fact: fact.terms[:-1]):
            alike = list(group)
            if len(alike) < GROUPED or not alike[0].terms:
                lines += [f"{self.scope.place(fact)} = true" for fact in alike]
                continue
            kinds = self.shape.kinds[alike[0].predicate][-1]
            last = [fact.terms[-1].name for fact in alike]
            variable = self.vocabulary.taken.inner().fresh(type_words(kinds[0])[0] if kinds else "x", "each")
            where = "" if self.all_of(kinds) == set(last) else f" where {variable} in {{{self.listed(last)}}}"
            place = self.scope.place(alike[0])
            own = self.vocabulary.objects[last[0]]
            head = place[: place.rindex(own)]
            lines.append(f"for {variable}: {self.vocabulary.domain_of(kinds)}{where} do {head}{variable}) = true end")
        return lines

    def listed(self, names: Sequence[str]) -> str:
        """Objects, separated by commas."""
        return ", ".join(self.vocabulary.objects[name] for name in names)

    def all_of(self, types: Types) -> set[str]:
        """All objects of some types."""
        return {o.name for o in self.problem.objects if self.domain.within(o.types, types)}

    # ------------------------------------------------------------ what is told

    def tops(self) -> list[str]:
        """The types that belong to no other one."""
        types = self.vocabulary.types
        return [name for name in types if not any(o != name and self.domain.below(name, o) for o in types)]

    def views(self) -> Iterator[str]:
        """What there is, what stays as it is, what is so now."""
        voc = self.vocabulary
        tops = self.tops()
        lines = []
        shown = [(voc.root, "thing")] if voc.root and not voc.types else [(voc.types[n], type_words(n)) for n in tops]
        if voc.root and voc.types:
            shown = [(voc.types[n], type_words(n)) for n in tops if self.all_of((n,))]
            rest = [o.name for o in self.problem.objects if not o.types]
            if rest:
                lines.append(f'tell "Other things: {{list x: {voc.root} where x in {{{self.listed(rest)}}}}}."')
        for own, words in shown:
            if self.all_of(()) if own == voc.root else True:
                lines.insert(0, f'tell "{plural(words).capitalize()}: {{list x: {own}}}."')
        named = [line for line in lines if not line.startswith('tell "Other')][::-1]
        yield "\n".join(["view things", *named, *(line for line in lines if line.startswith('tell "Other'))])
        if self.lasting:
            yield "\n".join(["view lasting", *(self.told(name) for name in self.lasting)])
        scene = [self.told(name) for name in self.domain.predicates if name in self.shape.changing]
        yield "\n".join(["view scene", *(scene or ['tell "Nothing changes here."'])])
        if self.long:
            lines = []
            for goal in self.goals:
                lines += [f'tell "{sentence(self.scope.clause(part))}"' for part in _parts(goal)]
            yield "\n".join(["view wanted", 'tell "\\nWanted:"', *lines])

    def told(self, name: str) -> str:
        """Tells of one predicate wherever it holds."""
        schema = self.domain.predicates[name]
        kinds = self.shape.kinds[name]
        variables = [Typed(p.name, types, p.span) for p, types in zip(schema.parameters, kinds, strict=True)]
        scope, binders = self.scope.within(variables)
        atom = Atom(name, tuple(Term(v.name, True) for v in variables))
        told = f'tell "{scope.says(atom, True)}"'
        if name in self.universal:
            return f"for {binders} do {told} end" if variables else told
        if not variables:
            return f"if {scope.place(atom)} then {told} end"
        return f"for {binders} where {scope.place(atom)} do {told} end"

    def looking(self) -> Iterator[str]:
        """Free actions that tell it again, unless the domain has words of its own for that."""
        own = Taken(tuple(self.vocabulary.actions.values()))
        spoken = {self.phrases(action)[0] for action in self.domain.actions}
        look = "look" if "look" not in spoken else "look around the world"
        yield f'action {own.fresh("look", "free")} free\nsay "{look}"\nshow scene'
        review = "review" if "review" not in spoken else "review the world"
        lines = [f"action {own.fresh('review', 'free')} free", f'say "{review}"', "show things"]
        lines += ["show lasting"] if self.lasting else []
        lines += ["show wanted"] if self.long else []
        yield "\n".join(lines)

    # ------------------------------------------------------------ actions

    def phrases(self, action: Action) -> tuple[str, ...]:
        """The patterns of an action, with its arguments by number: what the wording says, else a guess of its own."""
        given = self.vocabulary.wording.actions.get(action.name, ANY).say
        if given:
            return given
        guess = phrase(action)
        alike = [other for other in self.domain.actions if other is not action and phrase(other) == guess]
        return (bare_phrase(action),) if any(self.confused(action, other) for other in alike) else (guess,)

    def confused(self, action: Action, other: Action) -> bool:
        """Whether a command could mean either of two actions: no argument tells them apart by its type."""
        pairs = zip(action.parameters, other.parameters, strict=False)
        return all(self.scope.meeting(one.types, two.types) for one, two in pairs)

    def action(self, action: Action) -> str:
        """One action."""
        words = self.vocabulary.wording.actions.get(action.name, ANY)
        scope, binders = self.scope.within(action.parameters)
        fillings = [Filling(scope.names[p.name], True) for p in action.parameters]
        patterns = self.phrases(action)
        own = self.vocabulary.actions[action.name]
        lines = [f"action {own}({binders})" if binders else f"action {own}"]
        lines.append("say " + " | ".join(f'"{filled(pattern, fillings)}"' for pattern in patterns))
        for number, need in enumerate(action.needs, 1):
            lines += self.needs(pushed(need), scope, filled(words.refusals.get(number, ""), fillings))
        told = words.tell or f"You {_with_articles(patterns[0])}."
        lines += self.effects(action, scope)
        lines.append(f'tell "{filled(told, fillings)}"')
        for cost in action.costs:
            amount = str(cost.amount) if isinstance(cost.amount, int) else f"{{{scope.place(cost.amount)}}}"
            lines.append(f'tell "It costs {amount}."')
        return "\n".join(lines)

    def needs(self, need: Formula, scope: Scope, said: str) -> list[str]:
        """A part of a precondition as needs, each with the sentence of exactly what is wrong."""
        expression = scope.expression(need)
        match need:
            case Atom(predicate) if predicate in self.universal:
                return []
            case Atom():
                return [f'need {expression} else "{said or scope.says(need, False)}"']
            case Not(Atom() as atom):
                return [f'need {expression} else "{said or scope.says(atom, True)}"']
            case Equal(left, right):
                differ = filled("{The 0} is not {the 1}.", [scope.filling(left), scope.filling(right)])
                return [f'need {expression} else "{said or differ}"']
            case Not(Equal(left, right)):
                same = filled("That is {the 0} twice.", [scope.filling(left)])
                return [f'need {expression} else "{said or same}"'] if scope.meet(left, right) else []
            case Junction(True, parts):
                return [line for part in parts for line in self.needs(part, scope, said)]
            case Imply(condition, body):
                return [f"if {scope.expression(condition)} then", *self.needs(body, scope, said), "end"]
            case Quantified(True, variables, body):
                inner, binders = scope.within(variables)
                return [f"for {binders} do", *self.needs(body, inner, said), "end"]
        return [f'need {expression} else "{said or sentence(scope.clause(pushed(need, False)))}"']

    def effects(self, action: Action, scope: Scope) -> list[str]:
        """What an action does."""
        effects = ordered(action.effects)
        if in_turn(effects, self.reads):
            return [line for effect in effects for line in self.block(effect, scope)]
        return self.at_once(action, effects, scope)

    def block(self, effect: Effect, scope: Scope) -> list[str]:
        """One effect on its own: deletions, then additions."""
        inner, opening, closing = self.opened(effect, scope, pushed(effect.condition))
        lines = [*_sets(effect.deleted, inner, "false"), *_sets(effect.added, inner, "true")]
        lines += self.news(effect, inner) if opening else []
        return [*opening, *lines, *closing]

    def opened(self, effect: Effect, scope: Scope, condition: Formula | str) -> tuple[Scope, list[str], list[str]]:
        """The scope inside an effect, and the lines before and after it."""
        inner, binders = scope.within(effect.variables)
        asked = condition if isinstance(condition, str) else "" if condition == TRUE else inner.expression(condition)
        if binders:
            return inner, [f"for {binders}" + (f" where {asked}" if asked else "") + " do"], ["end"]
        return (inner, [f"if {asked} then"], ["end"]) if asked else (inner, [], [])

    def news(self, effect: Effect, scope: Scope) -> list[str]:
        """Sentences on what a conditional effect has changed."""
        told = [scope.says(atom, True) for atom in effect.added] or [scope.says(a, False) for a in effect.deleted]
        return [f'tell "{text}"' for text in told]

    def at_once(self, action: Action, effects: Sequence[Effect], scope: Scope) -> list[str]:
        """Effects whose conditions are noted before anything is set."""
        noting: list[str] = []
        deleting: list[str] = []
        adding: list[str] = []
        forgetting: list[str] = []
        for effect in effects:
            noted: Formula | str = TRUE
            if effect.condition != TRUE:
                flag = self.vocabulary.taken.fresh(f"due_{self.vocabulary.actions[action.name]}")
                types = ", ".join(self.vocabulary.domain_of(v.types) for v in effect.variables)
                self.flags.append(f"state {flag}({types}): bool = false" if types else f"state {flag}: bool = false")
                inner, opening, closing = self.opened(effect, scope, pushed(effect.condition))
                arguments = ", ".join(inner.names[v.name] for v in effect.variables)
                noted = f"{flag}({arguments})" if arguments else flag
                noting += [*opening, f"set {noted} = true", *closing]
            inner, opening, closing = self.opened(effect, scope, noted)
            if effect.deleted:
                deleting += [*opening, *_sets(effect.deleted, inner, "false"), *closing]
            said = self.news(effect, inner) if opening else []
            if effect.added or said:
                adding += [*opening, *_sets(effect.added, inner, "true"), *said, *closing]
            if isinstance(noted, str):
                forgetting += [*opening, f"set {noted} = false", *closing]
        return [*noting, *deleting, *adding, *forgetting]

    # ------------------------------------------------------------ tasks

    def tasks(self) -> Iterator[str]:
        """A task for every problem."""
        own = Taken()
        for problem, goal in zip(self.problems, self.goals, strict=True):
            said = self.vocabulary.wording.tasks.get(problem.name)
            plain = replace(self.scope, plain=True)
            if self.long:
                said = said or "Reach all that is wanted."
            name = own.fresh(problem.name, "goal")
            text = quoted(said) if said else f'"See to it that {plain.clause(goal)}."'
            lines = [f"task {name} {text}", *self.milestones(goal, plain)]
            lines.append(f"goal {self.scope.expression(goal)}")
            lines.append(f"limit {min(5000, 50 + 10 * len(problem.objects))}")
            yield "\n".join(lines)

    def milestones(self, goal: Formula, plain: Scope) -> list[str]:
        """The parts of a goal that do not hold at the start."""
        facts = set(self.problem.facts)
        found = []
        for part in _parts(goal):
            atom = part.body if isinstance(part, Not) else part
            if (
                isinstance(atom, Atom)
                and atom.predicate in self.shape.changing
                and (atom in facts) == isinstance(part, Not)
            ):
                found.append(f'milestone "{plain.clause(part)}" {self.scope.expression(part)}')
        return found if 1 < len(found) <= MILESTONES else []


def _parts(goal: Formula) -> tuple[Formula, ...]:
    return goal.parts if isinstance(goal, Junction) and goal.every else (goal,)


def _sets(atoms: Sequence[Atom], scope: Scope, value: str) -> list[str]:
    return [f"set {scope.place(atom)} = {value}" for atom in atoms]


def _with_articles(pattern: str) -> str:
    return pattern.replace("{", "{the ") if "{the " not in pattern else pattern
