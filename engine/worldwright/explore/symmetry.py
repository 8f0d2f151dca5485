"""Interchangeable objects, found in a world's intermediate form.

Exchanging two objects maps states to states: every variable of the one gets the value of the same variable of the
other, and where a variable's *value* is one of the two, it becomes the other. If this map takes steps to steps, it is
an automorphism of the transition system; then a state and its image have the same future up to renaming, and a search
needs only one state of each *orbit* (all states that become one another by such exchanges). This is the classical
symmetry reduction of model checking: Ip and Dill, "Better Verification Through Symmetry" (Formal Methods in System
Design, 1996), whose *scalarsets* are declared, while here the compiler finds them; Emerson and Sistla, "Symmetry and
Model Checking" (the same volume).

**Why it is sound.** For a pair of atoms the following is checked on the checked world, whose meaning `compile` keeps:

  1. every domain of a state variable, parameter or binder holds both atoms or neither, so that the map is defined, and
     quantifiers and parameters range over the same sets after it;
  2. every constant that is read gives the exchanged value for exchanged arguments, compared value by value;
  3. every condition, effect and definition has the same normal form when the two atoms are exchanged wherever they
     stand by name or are picked by an index (`symmetry_forms`);
  4. every loop over a domain with the two may take its rounds in any order (`symmetry_loops`).

By induction over expressions each one then gives, in the exchanged state with exchanged variables, the exchanged value;
so a command is accepted just where the exchanged command is accepted in the exchanged state, and the results (over all
falls of chance) are the exchanged results. Values are compared for equality and never ordered, `none` is never
exchanged, and draws by `one of` and `any` stand in `start` only. Automorphisms are closed under composition, so pairs
that are interchangeable make classes all of whose permutations are automorphisms.

**What is asked** must not tell the objects apart either: (1) to (3) are checked for the conditions of a task instance
(with its arguments, which count as names) or a promise, and a class is split where they do. Then a condition holds in a
whole orbit or nowhere in it, and distances to it are the same within the orbit.

**Starts.** Nothing of the above needs the set of start states to be symmetric: from a start that tells the objects
apart, the orbits that are met are those of the states that can really be reached, and what is asked is true of a whole
orbit or of none of it, so answers and shortest lengths stay right. Only the number of states that the orbits stand for
is an upper bound then; `Orbits` says which it is.

Wording is no matter: the objects' names differ, and texts may mention them. What texts tell matters only for what is
never used; `Symmetry.telling` says whether that can be judged by one state of each orbit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..check.world import (
    NONE,
    Call,
    Expr,
    Fluent,
    For,
    Quant,
    Sort,
    Statement,
)
from ..compile.system import System
from .symmetry_forms import Effort, Forms, Known, OutOfEffort, expressions, mentioned, moves, statements, walked
from .symmetry_loops import any_order, needs_in_order

Classes = tuple[tuple[int, ...], ...]
"""Disjoint classes of atoms, at least two each, in ascending order; every permutation within them is meant."""

Alike = Callable[[tuple[int, int]], bool]
"""Whether two atoms are alike in some regard."""

MOST_EFFORT = 2_000_000
"""What comparing the objects of one world may cost, in parts of normal forms."""

QUESTION_EFFORT = 300_000
"""What comparing them with regard to one question may cost."""

PAIR_EFFORT = 16
"""What comparing two atoms costs at least, in parts of normal forms; and how many values of a table cost one."""


MOST_SEARCHES = 4
"""Searches that questions which tell different objects apart may lead to."""


@dataclass(frozen=True, slots=True)
class Question:
    """Conditions that are asked of states. `args`: what their open variables are, with the sorts."""

    conditions: tuple[Expr, ...]
    args: Mapping[str, tuple[int, Sort]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Symmetry:
    """The classes of interchangeable objects with regard to some questions."""

    classes: Classes
    telling: bool
    """Whether what is told, and what refuses, is the same for all of a class: coverage needs that."""


def task_question(system: System, name: str, args: Sequence[int]) -> Question:
    """Everything that a task instance asks: its goal, its fails, its milestones."""
    info = system.world.tasks[name]
    sorts = [system.world.domains[p.domain].sort for p in info.parameters]
    known = {p.name: (v, sort) for p, v, sort in zip(info.parameters, args, sorts, strict=True)}
    conditions = (info.goal, *(f.condition for f in info.fails), *(m.condition for m in info.milestones))
    return Question(conditions, known)


def promise_question(system: System, index: int) -> Question:
    """What a promise asks; nothing of its own for `recoverable`."""
    condition = system.world.promises[index].condition
    return Question(() if condition is None else (condition,))


@dataclass(slots=True)
class _Scope:
    """What some expressions and statements depend on."""

    domains: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    definitions: set[str] = field(default_factory=set)

    def add(self, system: System, used: Iterable[Expr], body: Sequence[Statement] = ()) -> None:
        """Adds what they depend on, through definitions too."""
        world = system.world
        waiting = list(used)
        for statement in statements(body):
            if isinstance(statement, For):
                self.domains.update(b.domain for b in statement.binders)
        while waiting:
            for part in walked(waiting.pop()):
                match part:
                    case Fluent(state):
                        if state in system.layout.tables:
                            self.tables.add(state)
                            self.domains.update((*world.states[state].parameters, world.states[state].domain))
                    case Quant(_, binders):
                        self.domains.update(b.domain for b in binders)
                    case Call(define) if define not in self.definitions:
                        self.definitions.add(define)
                        definition = world.definitions[define]
                        self.domains.update(b.domain for b in definition.parameters)
                        waiting.append(definition.body)
                    case _:
                        pass


class Likeness:
    """Which atoms of a world are alike. What depends on the world alone is looked at once."""

    def __init__(self, system: System) -> None:
        """Finds the classes that the dynamics admit, whatever is asked."""
        world = self._world = system.world
        self._system = system
        self._effort = Effort(MOST_EFFORT)
        self._members = {name: frozenset(d.values) for name, d in world.domains.items() if d.sort == "atom"}
        self._bodies = [*(action.body for action in world.actions), world.each_turn]
        self._mentions: dict[str, set[int]] = {}
        self._body_mentions = [_mentioned(expressions(body)) for body in self._bodies]
        self._grids = {name: _grid(system, name) for name in system.layout.tables}
        scope = _Scope()
        for body in self._bodies:
            moving = [s for s in body if moves(s)]
            scope.add(system, expressions(body), moving)
        for action in world.actions:
            scope.domains.update(p.domain for p in action.parameters)
        for family in system.layout.families:
            scope.domains.update(self._around(family))
        self._scope = scope
        atoms = sorted(set().union(*(self._members[d] for d in scope.domains if d in self._members)) - {NONE})
        # Only atoms in the same domains can be alike: a quick division before pairs are compared. Atoms that no
        # changing variable has to do with make no states.
        groups: dict[tuple[bool, ...], list[int]] = {}
        for atom in atoms:
            groups.setdefault(tuple(atom in self._members.get(d, ()) for d in sorted(scope.domains)), []).append(atom)
        kept = {m for f in system.layout.families for d in self._around(f) for m in self._members.get(d, ())}
        self.widest = self._split([tuple(g) for g in groups.values() if g[0] in kept], self._moves_alike)

    def _around(self, state: str) -> tuple[str, ...]:
        """The domains of a state variable."""
        info = self._world.states[state]
        return (*info.parameters, info.domain)

    def symmetry(self, questions: Sequence[Question]) -> Symmetry:
        """The classes that no question tells apart."""
        classes = self.widest
        for question in questions:
            classes = self.split(classes, question)
        return Symmetry(classes, self._told(classes))

    def _told(self, classes: Classes) -> bool:
        """Whether texts do not tell the members of classes apart."""
        self._effort.left = MOST_EFFORT
        try:
            return all(self._told_alike(pair) for pair in _generators(classes))
        except OutOfEffort:
            return False

    def split(self, classes: Classes, question: Question) -> Classes:
        """Classes, split where a question tells their members apart."""
        self._effort.left = QUESTION_EFFORT
        scope = _Scope()
        scope.add(self._system, question.conditions)
        named = _mentioned(question.conditions) | {v for v, sort in question.args.values() if sort == "atom"}
        return self._split(classes, lambda pair: self._asked_alike(pair, question, scope, named))

    def alike(self, classes: Classes, question: Question) -> bool:
        """Whether a question tells no members of a class apart."""
        return self.split(classes, question) == classes

    def names(self, classes: Classes) -> tuple[tuple[str, ...], ...]:
        """The classes by the names of their members."""
        return tuple(tuple(self._world.atoms[a].name for a in members) for members in classes)

    # ------------------------------------------------------------ pairs

    def _split(self, groups: Sequence[tuple[int, ...]], alike: Alike) -> Classes:
        """Classes within groups: being alike is transitive, so each atom is compared with one of each class."""
        found: list[list[int]] = []
        for group in groups:
            here: list[list[int]] = []
            for atom in group:
                try:
                    home = next((members for members in here if alike((members[0], atom))), None)
                except OutOfEffort:
                    continue  # taken for different from all
                if home is None:
                    here.append([atom])
                else:
                    home.append(atom)
            found += here
        return tuple(sorted(tuple(members) for members in found if len(members) > 1))

    def _moves_alike(self, pair: tuple[int, int]) -> bool:
        """Whether the steps of the world do not tell two atoms apart."""
        return (
            self._same_scope(pair, self._scope)
            and all(
                {*pair}.isdisjoint(mentions) or self._same_body(pair, body, telling=False)
                for body, mentions in zip(self._bodies, self._body_mentions, strict=True)
            )
            and all(self._any_order(pair, body) for body in self._bodies)
        )

    def _asked_alike(self, pair: tuple[int, int], question: Question, scope: _Scope, named: set[int]) -> bool:
        if not self._same_scope(pair, scope):
            return False
        if {*pair}.isdisjoint(named):
            return True
        ways = []
        for exchange in (False, True):
            forms = Forms(self._system, pair, exchange, self._effort)
            known: Known = {name: forms.literal(value, sort) for name, (value, sort) in question.args.items()}
            ways.append([forms.of(condition, known) for condition in question.conditions])
        return ways[0] == ways[1]

    def _told_alike(self, pair: tuple[int, int]) -> bool:
        """Whether the conditions of what is told, and of which need refuses, do not tell two atoms apart."""
        world = self._world
        bodies = [*self._bodies, world.start, *(view.body for view in world.views.values())]
        scope = _Scope()
        for body in bodies:
            scope.add(self._system, expressions(body, telling=True))
        both = [name for name, members in self._members.items() if not members.isdisjoint(pair)]
        return (
            self._same_scope(pair, scope)
            and all(self._same_body(pair, body, telling=True) for body in bodies)
            and not any(needs_in_order(action.body, both) for action in world.actions)
        )

    def _same_scope(self, pair: tuple[int, int], scope: _Scope) -> bool:
        """Whether domains, constants and definitions do not tell two atoms apart."""
        a, b = pair
        self._effort.spend(PAIR_EFFORT)
        return (
            all((a in self._members[d]) == (b in self._members[d]) for d in scope.domains if d in self._members)
            and all(self._same_table(pair, name) for name in sorted(scope.tables))
            and all(self._same_definition(pair, name) for name in sorted(scope.definitions))
        )

    def _same_table(self, pair: tuple[int, int], name: str) -> bool:
        table, grid = self._system.layout.tables[name], self._grids[name]
        self._effort.spend(PAIR_EFFORT + grid.size // PAIR_EFFORT)
        after = grid
        for axis, domain in enumerate(table.parameters):
            if domain.sort == "atom" and pair[0] in domain.position:
                order = np.arange(grid.shape[axis])
                i, j = domain.position[pair[0]], domain.position[pair[1]]
                order[[i, j]] = j, i
                after = after.take(order, axis)
        if table.domain.sort == "atom" and pair[0] in table.domain.members:
            after = np.where(after == pair[0], pair[1], np.where(after == pair[1], pair[0], after))
        return np.array_equal(after, grid)

    def _same_definition(self, pair: tuple[int, int], name: str) -> bool:
        body = self._world.definitions[name].body
        if name not in self._mentions:
            self._mentions[name] = _mentioned([body])
        if {*pair}.isdisjoint(self._mentions[name]):
            return True
        plain, exchanged = (Forms(self._system, pair, way, self._effort).of(body) for way in (False, True))
        return plain == exchanged

    def _same_body(self, pair: tuple[int, int], body: Sequence[Statement], telling: bool) -> bool:
        plain, exchanged = (Forms(self._system, pair, way, self._effort).body(body, telling) for way in (False, True))
        return plain == exchanged

    def _any_order(self, pair: tuple[int, int], body: Sequence[Statement]) -> bool:
        """Whether every loop over the two may take its rounds in any order."""
        for statement in statements(body):
            if isinstance(statement, For):
                ordered = [b for b in statement.binders if pair[0] in self._members.get(b.domain, ())]
                if ordered and not any_order(statement, ordered, self._world.definitions):
                    return False
        return True


def shared_classes(likeness: Likeness, questions: Sequence[Question]) -> list[Classes]:
    """For each question the classes that its search may use: its own, or, where there would be too many different
    searches, what it has in common with others. The classes that most questions have are kept."""
    own = [likeness.split(likeness.widest, question) for question in questions]
    kinds = Counter(own)
    kept = [classes for classes, _ in kinds.most_common(MOST_SEARCHES - 1)]
    if len(kinds) <= MOST_SEARCHES:
        return own
    rest = likeness.widest
    for question, classes in zip(questions, own, strict=True):
        if classes not in kept:
            rest = likeness.split(rest, question)
    return [classes if classes in kept else rest for classes in own]


def _generators(classes: Classes) -> list[tuple[int, int]]:
    """Pairs whose exchanges make up all permutations within the classes."""
    return [(members[0], other) for members in classes for other in members[1:]]


def _mentioned(used: Iterable[Expr]) -> set[int]:
    return set().union(*(mentioned(e) for e in used))


def _grid(system: System, name: str) -> npt.NDArray[np.int64]:
    table = system.layout.tables[name]
    return np.array(table.values, dtype=np.int64).reshape([len(d.values) for d in table.parameters])
