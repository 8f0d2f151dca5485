"""From the checked world to the intermediate form: names become slots and tables, what is known is folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from ..check import world as ir
from ..check.tabling import tabled
from . import form as f
from .layout import Domain, Domains, Layout
from .recursion import groups

INLINE_SIZE = 40
"""Definitions up to this size (with what they call) are written out where they are used."""
UNROLL_SIZE = 36
"""Quantifiers are written out as a disjunction when the copies together stay below this size."""

Env = Mapping[str, f.Form]


@dataclass(slots=True)
class Lowering:
    """The state of one run: the world, its layout, the functions made so far."""

    world: ir.World
    domains: Domains
    layout: Layout
    functions: dict[str, f.Function] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    inlined: set[str] = field(default_factory=set)
    need_index: dict[str, int] = field(default_factory=dict)
    fresh: int = 0

    # ------------------------------------------------------------ definitions

    def define_all(self) -> None:
        """Makes the functions, callees first, so that nothing is lowered through a long chain of calls."""
        definitions = self.world.definitions
        calls = {name: sorted(_called(d.body)) for name, d in definitions.items()}
        for number, names in enumerate(groups(calls)):
            recursive = len(names) > 1 or names[0] in calls[names[0]]
            for name in names:
                self.sizes[name] = INLINE_SIZE + 1 if recursive else self._size(definitions[name].body)
                if self.sizes[name] <= INLINE_SIZE:
                    self.inlined.add(name)
                else:
                    self._declare(definitions[name], number if recursive else -1)
            for name in names:
                if name not in self.inlined:
                    self._fill(definitions[name])
            for name in names:
                if recursive and tabled(name, definitions, self.world.domains):
                    self._fill_cases(definitions[name])

    def _declare(self, definition: ir.Definition, group: int) -> None:
        parameters = tuple(f.Var(self._name(), self._domain(p.domain), False) for p in definition.parameters)
        name = f"d{len(self.functions)}"
        self.functions[definition.name] = f.Function(name, definition.name, parameters, definition.sort, group=group)

    def _fill(self, definition: ir.Definition) -> None:
        function = self.functions[definition.name]
        names = (p.name for p in definition.parameters)
        function.body = self.expression(definition.body, dict(zip(names, function.parameters, strict=True)))
        function.possible = f.possible(function.body)

    def _fill_cases(self, definition: ir.Definition) -> None:
        function = self.functions[definition.name]
        names = [p.name for p in definition.parameters]
        every = product(*(p.domain.values for p in function.parameters))
        function.cases = tuple(
            self.expression(definition.body, dict(zip(names, map(f.Const, values), strict=True))) for values in every
        )

    def _size(self, expression: ir.Expr) -> int:
        """Nodes of an expression with what it calls written out."""
        own = 1 if not isinstance(expression, ir.Call) else self.sizes.get(expression.define, INLINE_SIZE + 1)
        return own + sum(self._size(part) for part in _parts(expression))

    # ------------------------------------------------------------ names and domains

    def _name(self) -> str:
        self.fresh += 1
        return f"v{self.fresh}"

    def _domain(self, name: str) -> Domain:
        info = self.world.domains[name]
        return self.domains.of(info.sort, info.values)

    def bind(
        self, binders: Sequence[ir.Binder], conditions: Sequence[ir.Expr], env: Env
    ) -> tuple[tuple[f.Var, ...], list[f.Form], Env]:
        """Binders and their conditions as loops and conjuncts.

        Conditions that depend on one variable only narrow its domain instead; a domain of one value is a constant.
        """
        domains = [self._domain(b.domain) for b in binders]
        while True:
            loops = [f.Var(self._name(), d) for d in domains]
            inner: dict[str, f.Form] = dict(env)
            for binder, var in zip(binders, loops, strict=True):
                single = len(var.domain.values) == 1
                inner[binder.name] = f.Const(var.domain.values[0]) if single else var
            conjuncts = f.conjuncts_of(f.all_of([self.expression(c, inner) for c in conditions]))
            narrower = [self._narrowed(var, conjuncts) for var in loops]
            if narrower == domains or not all(d.values for d in domains):
                break
            domains = narrower
        if not all(d.values for d in domains):
            conjuncts = [f.FALSE]
        return tuple(loops), conjuncts, inner

    def _narrowed(self, var: f.Var, conjuncts: Sequence[f.Form]) -> Domain:
        values = var.domain.values
        for conjunct in conjuncts:
            if isinstance(conjunct, f.Member) and conjunct.item == var:
                values = tuple(v for v in values if v in conjunct.values)
        return self.domains.of(var.domain.sort, values) if len(values) < len(var.domain.values) else var.domain

    # ------------------------------------------------------------ expressions

    def expression(self, expression: ir.Expr, env: Env) -> f.Form:
        """The form of an expression. `env` says what the variables around it stand for."""
        match expression:
            case ir.Const(value):
                return f.Const(value)
            case ir.Var(name):
                return env[name]
            case ir.Fluent(state, args):
                return self._fluent(state, tuple(self.expression(a, env) for a in args))
            case ir.Call(define, args):
                return self._call(define, [self.expression(a, env) for a in args])
            case ir.Indexed(table, sizes, indexes):
                return _picked(table, sizes, tuple(self.expression(i, env) for i in indexes))
            case ir.And(items):
                return f.all_of([self.expression(i, env) for i in items])
            case ir.Or(items):
                return f.any_of([self.expression(i, env) for i in items])
            case ir.Not(item):
                return f.negated(self.expression(item, env))
            case ir.Compare(op, left, right):
                return f.compared("==" if op == "=" else op, self.expression(left, env), self.expression(right, env))
            case ir.IsIn(item, values):
                return f.member(self.expression(item, env), frozenset(values))
            case ir.Arith(op, left, right):
                return f.calculated(op, self.expression(left, env), self.expression(right, env))
            case ir.Cond(condition, then, otherwise):
                return f.chosen(*(self.expression(e, env) for e in (condition, then, otherwise)))
            case ir.Quant():
                return self._quantified(expression, env)

    def _fluent(self, state: str, args: tuple[f.Form, ...]) -> f.Form:
        if state in self.layout.tables:
            return f.looked_up(self.layout.tables[state], args)
        return f.Read(self.layout.families[state], args)

    def _call(self, define: str, args: list[f.Form]) -> f.Form:
        definition = self.world.definitions[define]
        if define in self.inlined:
            names = (p.name for p in definition.parameters)
            return self.expression(definition.body, dict(zip(names, args, strict=True)))
        return f.Call(self.functions[define], tuple(args))

    def _quantified(self, quant: ir.Quant, env: Env) -> f.Form:
        where = [] if quant.where is None else [quant.where]
        match quant.op:
            case "exists":
                return self._exists(quant.binders, [*where, quant.body], env)
            case "forall":
                return f.negated(self._exists(quant.binders, [*where, ir.Not(quant.body)], env))
            case "count":
                loops, conjuncts, _ = self.bind(quant.binders, [*where, quant.body], env)
                return _total(loops, conjuncts, f.TRUE)
            case "sum":
                loops, conjuncts, inner = self.bind(quant.binders, where, env)
                return _total(loops, conjuncts, self.expression(quant.body, inner))
            case "min" | "max":
                loops, conjuncts, inner = self.bind(quant.binders, where, env)
                otherwise = f.FALSE if quant.otherwise is None else self.expression(quant.otherwise, env)
                if f.FALSE in conjuncts:
                    return otherwise
                return f.Extreme(quant.op, loops, tuple(conjuncts), self.expression(quant.body, inner), otherwise)

    def _exists(self, binders: Sequence[ir.Binder], conditions: Sequence[ir.Expr], env: Env) -> f.Form:
        domains = [self._domain(b.domain) for b in binders]
        copies = prod(len(d.values) for d in domains)
        if copies * sum(self._size(c) for c in conditions) <= UNROLL_SIZE:
            envs: list[dict[str, f.Form]] = [dict(env)]
            for binder, domain in zip(binders, domains, strict=True):
                envs = [{**e, binder.name: f.Const(v)} for e in envs for v in domain.values]
            return f.any_of([f.all_of([self.expression(c, e) for c in conditions]) for e in envs])
        loops, conjuncts, _ = self.bind(binders, conditions, env)
        if f.FALSE in conjuncts:
            return f.FALSE
        needed = {name for c in conjuncts for name in f.free(c)}
        loops = tuple(v for v in loops if v.name in needed)
        return f.Exists(loops, tuple(conjuncts)) if loops else f.all_of(conjuncts)

    # ------------------------------------------------------------ text

    def text(self, text: ir.Text, env: Env) -> f.Text:
        """The form of a text."""
        found: list[f.Shown | f.Listed | f.Said] = []
        for part in text:
            match part:
                case ir.Literally(words, mentions):
                    found.append(f.Said(words, sum(1 << a for a in set(mentions))))
                case ir.Insert(article, item):
                    found.append(f.Shown(article, self.expression(item, env), item.sort))
                case ir.InsertList(binder, where):
                    loops, conjuncts, _ = self.bind([binder], [] if where is None else [where], env)
                    found.append(f.Listed(loops[0], tuple(conjuncts)))
        return tuple(found)

    # ------------------------------------------------------------ statements

    def block(
        self, body: Sequence[ir.Statement], env: Env, only: frozenset[str], mixed: tuple[f.Form, ...] = ()
    ) -> tuple[f.Step, ...]:
        """The statements of the given kinds, with the ifs, loops and chances around them.

        `mixed` are the variables of the loops around, which random choices depend on.
        """
        steps: list[f.Step] = []
        for statement in body:
            steps += self._statement(statement, env, only, mixed)
        return tuple(steps)

    def _statement(
        self, statement: ir.Statement, env: Env, only: frozenset[str], mixed: tuple[f.Form, ...]
    ) -> list[f.Step]:
        match statement:
            case ir.If(branches, otherwise):
                done = [(self.expression(b.condition, env), self.block(b.body, env, only, mixed)) for b in branches]
                return _when(done, self.block(otherwise, env, only, mixed))
            case ir.For(binders, condition, body):
                loops, conjuncts, inner = self.bind(binders, [] if condition is None else [condition], env)
                if f.FALSE in conjuncts:
                    return []
                steps = self.block(body, inner, only, (*mixed, *(inner[b.name] for b in binders)))
                return [f.Each(loops, tuple(conjuncts), steps)] if steps else []
            case ir.Chance(hits, out_of, then, otherwise, site):
                first, second = (self.block(b, env, only, mixed) for b in (then, otherwise))
                share, whole = self.expression(hits, env), self.expression(out_of, env)
                can, surely = f.fallen(share, whole)
                if can == f.FALSE:
                    return list(second)
                if can == f.TRUE and surely == f.TRUE:
                    return list(first)
                return [f.Luck(share, whole, first, second, site, mixed)] if first or second else []
            case _ if statement.kind not in only:
                return []
            case ir.Tell(texts, site):
                return [f.Say(tuple(self.text(t, env) for t in texts), site)]
            case ir.Show(view, args):
                return [f.See(view, tuple(self.expression(a, env) for a in args))]
            case ir.Need():
                index = self.need_index.get(statement.id, -1)
                needed = self.expression(statement.condition, env)
                return [f.Require(index, needed, self.text(statement.text or (), env))]
            case _ if statement.state in self.layout.tables:
                return []
        family = self.layout.families[statement.state]
        at = tuple(self.expression(a, env) for a in statement.args)
        place = f"{statement.where.source}:{statement.where.line}"
        match statement:
            case ir.Assign():
                return [f.Set(family, at, self.expression(statement.value, env), place)]
            case ir.Draw():
                options = tuple(self.expression(o, env) for o in statement.options)
                return [f.Roll(family, at, options, statement.site, mixed, place)]
            case ir.DrawAny():
                where = [] if statement.condition is None else [statement.condition]
                loops, conjuncts, _ = self.bind([statement.binder], where, env)
                return [f.RollAny(family, at, loops[0], tuple(conjuncts), statement.site, mixed, place)]

    # ------------------------------------------------------------ declarations

    def routine(
        self, name: str, parameters: Sequence[ir.Binder], body: Sequence[ir.Statement], only: frozenset[str]
    ) -> f.Routine:
        """A sequence of statements with parameters."""
        loops, _, env = self.bind(parameters, [], {})
        return f.Routine(name, loops, self.block(body, env, only))

    def act(self, action: ir.ActionInfo) -> f.Act:
        """An action's two phases, and its needs as a conjunction."""
        needs = needs_in(action.body)
        self.need_index |= {need.id: i for i, need in enumerate(needs)}
        check = self.routine(action.name, action.parameters, action.body, NEEDS)
        loops, conjuncts, env = self.bind(action.parameters, conditions_of(action.body), {})
        effects = f.Routine(action.name, loops, self.block(action.body, env, EFFECTS))
        return f.Act(check, effects, action.free, tuple(conjuncts), len(needs))

    def aim(self, task: ir.TaskInfo) -> f.Aim:
        """A task's conditions."""
        loops, _, env = self.bind(task.parameters, [], {})
        return f.Aim(
            task.name,
            loops,
            self.expression(task.goal, env),
            tuple(self.expression(m.condition, env) for m in task.milestones),
            tuple(self.text(m.said, env) for m in task.milestones),
            tuple((self.expression(x.condition, env), self.text(x.text, env)) for x in task.fails),
            self.text(task.text, env),
        )


NEEDS = frozenset(("need",))
EFFECTS = frozenset(("assign", "tell", "show"))
TELLS = frozenset(("tell", "show"))
STARTING = frozenset(("assign", "draw", "draw_any", "need"))


def lower(world: ir.World, domains: Domains, layout: Layout) -> f.Program:
    """A world in the intermediate form."""
    lowering = Lowering(world, domains, layout)
    lowering.define_all()
    return f.Program(
        functions=list(lowering.functions.values()),
        start=lowering.block(world.start, {}, STARTING),
        opening=lowering.block(world.start, {}, TELLS),
        views={v.name: lowering.routine(v.name, v.parameters, v.body, TELLS) for v in world.views.values()},
        acts=tuple(lowering.act(action) for action in world.actions),
        turn=lowering.block(world.each_turn, {}, EFFECTS),
        aims={task.name: lowering.aim(task) for task in world.tasks.values()},
        about=lowering.text(world.about, {}),
        promises=tuple(f.TRUE if p.condition is None else lowering.expression(p.condition, {}) for p in world.promises),
    )


def needs_in(body: Sequence[ir.Statement]) -> list[ir.Need]:
    """The needs of a body in written order."""
    found: list[ir.Need] = []
    for statement in body:
        match statement:
            case ir.Need():
                found.append(statement)
            case ir.If(branches, otherwise):
                for block in (*(b.body for b in branches), otherwise):
                    found += needs_in(block)
            case ir.For(_, _, inside):
                found += needs_in(inside)
            case ir.Chance(_, _, then, other):
                found += [*needs_in(then), *needs_in(other)]
            case _:
                pass
    return found


def conditions_of(body: Sequence[ir.Statement]) -> list[ir.Expr]:
    """An action's needs as conditions on the state before it, those in ifs and loops with what is around them."""
    found: list[ir.Expr] = []
    for statement in body:
        match statement:
            case ir.Need():
                found.append(statement.condition)
            case ir.If(branches, otherwise):
                before: list[ir.Expr] = []
                for branch in (*branches, ir.Branch(ir.Const(1, "bool"), otherwise)):
                    if inner := conditions_of(branch.body):
                        path = ir.And((*before, branch.condition))
                        found.append(ir.Or((ir.Not(path), ir.And(tuple(inner)))))
                    before.append(ir.Not(branch.condition))
            case ir.For(binders, condition, inside):
                if inner := conditions_of(inside):
                    found.append(ir.Quant("forall", binders, condition, ir.And(tuple(inner)), None, "bool"))
            case ir.Chance(_, _, then, other):
                found += [*conditions_of(then), *conditions_of(other)]
            case _:
                pass
    return found


def _total(loops: tuple[f.Var, ...], conjuncts: list[f.Form], body: f.Form) -> f.Form:
    return f.FALSE if f.FALSE in conjuncts else f.Total(loops, tuple(conjuncts), body)


def _when(branches: list[tuple[f.Form, tuple[f.Step, ...]]], otherwise: tuple[f.Step, ...]) -> list[f.Step]:
    """An `if` without the branches that are never taken, and without any if the first one always is."""
    kept: list[tuple[f.Form, tuple[f.Step, ...]]] = []
    for condition, body in branches:
        if condition == f.TRUE:
            otherwise = body
            break
        if condition != f.FALSE:
            kept.append((condition, body))
    while kept and not otherwise and not kept[-1][1]:
        kept.pop()
    return [f.When(tuple(kept), otherwise)] if kept else list(otherwise)


def _picked(table: tuple[int, ...], sizes: tuple[int, ...], indexes: tuple[f.Form, ...]) -> f.Form:
    known = [i.value for i in indexes if isinstance(i, f.Const)]
    if len(known) < len(indexes):
        return f.Pick(table, sizes, indexes)
    position = 0
    for index, size in zip(known, sizes, strict=True):
        if not 1 <= index <= size:
            return f.Const(ir.NONE)
        position = position * size + index - 1
    return f.Const(table[position])


def _parts(expression: ir.Expr) -> tuple[ir.Expr, ...]:
    """The expressions that an expression is made of."""
    match expression:
        case ir.Fluent(_, args) | ir.Call(_, args) | ir.Indexed(_, _, args):
            return args
        case ir.And(items) | ir.Or(items):
            return items
        case ir.Not(item) | ir.IsIn(item, _):
            return (item,)
        case ir.Compare(_, left, right) | ir.Arith(_, left, right):
            return (left, right)
        case ir.Cond(condition, then, otherwise):
            return (condition, then, otherwise)
        case ir.Quant():
            return tuple(e for e in (expression.where, expression.body, expression.otherwise) if e is not None)
        case _:
            return ()


def _called(expression: ir.Expr) -> set[str]:
    """The definitions that an expression calls."""
    found = {expression.define} if isinstance(expression, ir.Call) else set()
    for part in _parts(expression):
        found |= _called(part)
    return found
