"""Reads expressions: names resolved, every value shown to stay where it may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from .. import limits
from ..source import Span
from ..syntax import nodes as syn
from . import ir
from .bounds import arithmetic
from .escapes import KINDS, report_escape
from .folding import (
    FALSE,
    FAULTY,
    TRUE,
    Typed,
    as_sort,
    boolean,
    comparison,
    constant,
    membership,
    negate,
    none_as,
    place_in,
    unify,
)
from .ir import NONE_INT, DomainInfo, Expr
from .reasoning import Reasoner, arithmetic_values, indexed_values, sum_values
from .scope import Condition, ConditionKind, Fresh, Scope
from .values import ANYTHING, BOOLS, NONE_ONLY, Values, atoms_in, interval
from .vocabulary import Vocabulary
from .walk import names_in


@dataclass(slots=True)
class Expressions:
    """Turns syntax into checked expressions against a vocabulary."""

    vocabulary: Vocabulary
    reasoner: Reasoner
    conditions: list[Condition] = field(default_factory=list)

    # ------------------------------------------------------------ entry points

    def condition(self, node: syn.Expression, scope: Scope) -> Expr:
        """An expression that is true or false."""
        found = self.read(node, scope)
        if found.values.unknown:
            assert self.vocabulary.faults.failed(), "a fault without a report"
            return TRUE
        if found.expr.sort != "bool":
            self.wrong(node, found, "a condition", None)
            return TRUE
        return found.expr

    def decide(self, kind: ConditionKind, node: syn.Expression, scope: Scope) -> Expr:
        """A condition that something hangs on: remembered, to see later whether it decides anything."""
        found = self.condition(node, scope)
        self.note(kind, node, found, scope)
        return found

    def note(self, kind: ConditionKind, node: syn.Expression | syn.Change, expr: Expr, scope: Scope) -> None:
        """Remembers a condition."""
        self.conditions.append(Condition(kind, expr, scope, node.span, self.asks_param(node)))

    def note_chance(self, node: syn.Chance, expr: Expr, scope: Scope) -> None:
        """Remembers the condition under which something is left to chance."""
        asks = self.asks_param(node.hits) or self.asks_param(node.out_of)
        self.conditions.append(Condition("chance", expr, scope, node.hits.span.to(node.out_of.span), asks))

    def counted(self, node: syn.Expression, scope: Scope) -> Expr:
        """An expression that is a number; 1 after a diagnostic."""
        found = self.read(node, scope)
        return found.expr if self.number(node, found, scope) else ir.Const(1, "int")

    def asks_param(self, node: syn.Expression | syn.Change) -> bool:
        """Does a param of the family stand in an expression?"""
        params = self.vocabulary.params
        return bool(params) and any(name in params for name, _ in names_in(node))

    def fitting(self, node: syn.Expression, scope: Scope, domain: DomainInfo, what: str, code: str) -> Expr:
        """An expression whose value surely lies in a domain; `what` says whose domain it is."""
        return self.fit(node, self.read(node, scope), scope, domain, what, code)

    def fit(self, node: syn.Expression, found: Typed, scope: Scope, domain: DomainInfo, what: str, code: str) -> Expr:
        """As `fitting`, for an expression that has been read."""
        allowed = self.vocabulary.domain_values(domain)
        values = found.values
        if values.unknown:
            return found.expr
        if not values.within(allowed) and not scope.dead:
            report_escape(self.vocabulary, node, values, domain, what, code)
            return ir.Const(0, domain.sort)
        return as_sort(found, domain.sort)

    def wrong(self, node: syn.Expression, found: Typed, wanted: str, hint: str | None) -> None:
        """Reports an expression of the wrong kind."""
        kind = KINDS.get(found.values.kind(), "nothing")
        text = self.vocabulary.faults.quote(node.span)
        self.vocabulary.faults.error("WW201", node.span, f"{wanted} is wanted here, and `{text}` is {kind}", hint)

    # ------------------------------------------------------------ reading

    def read(self, node: syn.Expression, scope: Scope) -> Typed:
        """An expression and its values; `FAULTY` after a diagnostic."""
        match node:
            case syn.Number():
                return constant(node.value, "int")
            case syn.Name():
                return self._name(node, scope)
            case syn.Call():
                return self._call(node.name, node.args, node.span, scope)
            case syn.Indexed():
                return self._indexed(node, scope)
            case syn.And() | syn.Or():
                return self._chain(node, scope)
            case syn.Not():
                item = self.condition(node.item, scope)
                return boolean(FALSE if item == TRUE else TRUE if item == FALSE else ir.Not(item))
            case syn.Compare():
                return self._compare(node, scope)
            case syn.Is():
                return self._is(node, scope)
            case syn.In():
                return self._in(node, scope)
            case syn.Arithmetic():
                return self._arithmetic(node.op, node.left, node.right, node.span, scope)
            case syn.Negative():
                zero = syn.Number(0, span=Span(node.span.source, node.span.start, node.span.start))
                return self._arithmetic("-", zero, node.item, node.span, scope)
            case syn.Conditional():
                return self._conditional(node, scope)
            case syn.Quantified():
                return self._quantified(node, scope)

    def _name(self, node: syn.Name, scope: Scope) -> Typed:
        vocabulary, name = self.vocabulary, node.text
        variable = scope.variables.get(name)
        if variable is not None:
            return Typed(variable, self.reasoner.values(variable, scope))
        if name == "none":
            return Typed(ir.Const(0, "atom"), NONE_ONLY)
        if name in ("true", "false"):
            return boolean(TRUE if name == "true" else FALSE)
        if name in vocabulary.params:
            vocabulary.mention("param", name)
            bound, values = vocabulary.params[name]
            return FAULTY if values.unknown else constant(bound.value, bound.sort)
        if name in vocabulary.atoms.ids:
            vocabulary.mention("atom", name)
            return constant(vocabulary.atoms.ids[name], "atom")
        if name in vocabulary.states or name in vocabulary.defines:
            return self._call(syn.Word(name, span=node.span), (), node.span, scope)
        self._unknown(node, scope)
        return FAULTY

    def _unknown(self, node: syn.Name, scope: Scope) -> None:
        vocabulary, name = self.vocabulary, node.text
        if name in vocabulary.atoms.families:
            message = f"`{name}` is a family of objects, not one of them"
            vocabulary.faults.error("WW105", node.span, message, f"write `{name}[1]` for the first")
        elif name in vocabulary.domains.declared:
            message = f"`{name}` is a type, not a value"
            hint = f"ask `x is {name}`, or range over it: `exists x: {name} (…)`"
            vocabulary.faults.error("WW105", node.span, message, hint)
        elif name in vocabulary.views:
            vocabulary.faults.error("WW105", node.span, f"`{name}` is a view, and has no value", f"write `show {name}`")
        else:
            tables = (scope.variables, vocabulary.params, vocabulary.atoms.ids, vocabulary.states, vocabulary.defines)
            known = chain.from_iterable(tables)
            vocabulary.faults.unknown("WW101", node.span, "name", name, known)

    def _call(self, word: syn.Word, args: Sequence[syn.Expression], span: Span, scope: Scope) -> Typed:
        vocabulary, name = self.vocabulary, word.text
        if name in vocabulary.states:
            vocabulary.mention("state", name)
            state = vocabulary.states[name]
            read = self.arguments(word, state.parameters if state else None, args, "state variable", scope)
            if state is None or read is None:
                return FAULTY
            fluent = ir.Fluent(name, read, state.domain.sort)
            return Typed(fluent, self.reasoner.values(fluent, scope))
        if name in vocabulary.defines:
            vocabulary.mention("define", name)
            entry = vocabulary.defines[name]
            read = self.arguments(word, entry.parameters if entry else None, args, "definition", scope)
            if entry is None or read is None or entry.faulty:
                return FAULTY
            call = ir.Call(name, read, entry.sort)
            return Typed(call, self.reasoner.values(call, scope))
        self._not_callable(word, scope)
        for arg in args:
            self.read(arg, scope)
        return FAULTY

    def _not_callable(self, word: syn.Word, scope: Scope) -> None:
        vocabulary, name = self.vocabulary, word.text
        if name in scope.variables or name in vocabulary.atoms.ids or name in vocabulary.params:
            vocabulary.faults.error("WW105", word.span, f"`{name}` takes no arguments", f"write `{name}` alone")
        elif name in vocabulary.domains.declared:
            vocabulary.faults.error("WW105", word.span, f"`{name}` is a type, not a question", f"write `x is {name}`")
        elif name in vocabulary.atoms.families:
            vocabulary.faults.error("WW105", word.span, f"`{name}` is a family of objects", f"write `{name}[…]`")
        elif name in vocabulary.views:
            vocabulary.faults.error("WW105", word.span, f"`{name}` is a view, and has no value", f"write `show {name}`")
        else:
            known = [*vocabulary.states, *vocabulary.defines]
            vocabulary.faults.unknown("WW101", word.span, "state variable or definition", name, known)

    def arguments(
        self,
        word: syn.Word,
        parameters: Sequence[DomainInfo] | None,
        args: Sequence[syn.Expression],
        what: str,
        scope: Scope,
    ) -> tuple[Expr, ...] | None:
        """Arguments that fit their parameters; None after a diagnostic about their number."""
        name = word.text
        if parameters is None:
            for arg in args:
                self.read(arg, scope)
            return None
        if len(parameters) != len(args):
            count = len(parameters)
            needs = "no argument" if count == 0 else "one argument" if count == 1 else f"{count} arguments"
            hint = f"write `{name}({', '.join(p.name for p in parameters)})`" if parameters else f"write `{name}`"
            message = f"the {what} `{name}` takes {needs}, not {len(args)}"
            self.vocabulary.faults.error("WW203", word.span, message, hint)
            return None
        errors = self.vocabulary.faults.errors
        read = []
        for number, (arg, domain) in enumerate(zip(args, parameters, strict=True), 1):
            which = f"the argument of `{name}`" if len(args) == 1 else f"argument {number} of `{name}`"
            found = self.read(arg, scope)
            if found.values.unknown:
                errors = -1
            read.append(self.fit(arg, found, scope, domain, which, "WW204"))
        return tuple(read) if errors == self.vocabulary.faults.errors else None

    def _indexed(self, node: syn.Indexed, scope: Scope) -> Typed:
        faults = self.vocabulary.faults
        family = self.vocabulary.atoms.families.get(node.name.text)
        found = [self.read(index, scope) for index in node.indexes]
        if family is None:
            known = self.vocabulary.atoms.families
            faults.unknown("WW101", node.name.span, "family of objects", node.name.text, known)
            return FAULTY
        self.vocabulary.mention("family", node.name.text)
        if 0 in family.sizes and not family.table and len(family.sizes) == 1:
            return Typed(ir.Const(0, "atom"), NONE_ONLY) if family.sizes == (0,) else FAULTY
        if len(family.sizes) != len(found):
            message = f"`{node.name.text}` has {len(family.sizes)} indexes, not {len(found)}"
            faults.error("WW203", node.name.span, message)
            return FAULTY
        for item, index in zip(found, node.indexes, strict=True):
            if item.values.unknown:
                return FAULTY
            if not self.number(index, item, scope):
                return FAULTY
        expr = ir.Indexed(family.table, family.sizes, tuple(f.expr for f in found))
        values = indexed_values(expr, [f.values for f in found])
        if all(isinstance(f.expr, ir.Const) for f in found):
            return constant(place_in(expr, [f.expr.value for f in found if isinstance(f.expr, ir.Const)]), "atom")
        return Typed(expr, scope.facts.get(expr, values))

    def _chain(self, node: syn.And | syn.Or, scope: Scope) -> Typed:
        """Each item is read knowing that those before it hold (and) or fail (or)."""
        conjunction = isinstance(node, syn.And)
        items: list[Expr] = []
        closed = False
        for item in node.items:
            found = self.condition(item, scope)
            scope = self.reasoner.assume(scope, found, conjunction)
            if found == (TRUE if conjunction else FALSE) or closed:
                continue
            items.append(found)
            closed = found == (FALSE if conjunction else TRUE)
        if closed:
            return boolean(items[-1])
        if not items:
            return boolean(TRUE if conjunction else FALSE)
        if len(items) == 1:
            return boolean(items[0])
        return boolean(ir.And(tuple(items)) if conjunction else ir.Or(tuple(items)))

    def _compare(self, node: syn.Compare, scope: Scope) -> Typed:
        left, right = self.read(node.left, scope), self.read(node.right, scope)
        if left.values.unknown or right.values.unknown:
            return Typed(TRUE, ANYTHING)
        if node.op not in ("=", "!="):
            if not self.number(node.left, left, scope) or not self.number(node.right, right, scope):
                return Typed(TRUE, ANYTHING)
        else:
            left, right = unify(left, right)
            if not self._comparable(node, left, right, scope):
                return Typed(TRUE, ANYTHING)
        return boolean(comparison(node.op, left.expr, right.expr))

    def _comparable(self, node: syn.Compare, left: Typed, right: Typed, scope: Scope) -> bool:
        """Two values that can never be equal are not worth comparing: the author meant something else."""
        faults = self.vocabulary.faults
        if left.expr.sort == right.expr.sort:
            wide = Scope(Fresh(), facts={e: v for e, v in scope.facts.items() if isinstance(e, ir.Var)})
            a, b = self.reasoner.values(left.expr, wide), self.reasoner.values(right.expr, wide)
            same = a.meets(b) or a.empty or b.empty or scope.dead
            if same or (isinstance(left.expr, ir.Const) and isinstance(right.expr, ir.Const)):
                return True
            if a == NONE_ONLY or b == NONE_ONLY:
                item = node.left if b == NONE_ONLY else node.right
                faults.error("WW202", node.span, f"`{faults.quote(item.span)}` is never none")
                return False
        else:
            a, b = left.values, right.values
            if a.empty or b.empty or scope.dead:
                return True
        texts = f"`{faults.quote(node.left.span)}` and `{faults.quote(node.right.span)}`"
        show = self.vocabulary.show_values
        message = f"{texts} are never equal: the first is {show(a) or 'nothing'}, the second {show(b) or 'nothing'}"
        faults.error("WW202", node.span, message)
        return False

    def _is(self, node: syn.Is, scope: Scope) -> Typed:
        vocabulary, name = self.vocabulary, node.type.text
        item = self.read(node.item, scope)
        if name in vocabulary.domains.declared:
            vocabulary.domains.mentioned.add(name)
            domain = vocabulary.domains.types.get(name)
        else:
            if name in vocabulary.atoms.ids or name in scope.variables:
                hint = f"write `= {name}`"
                vocabulary.faults.error("WW105", node.type.span, f"`{name}` is a value, not a type", hint)
            else:
                vocabulary.faults.unknown("WW103", node.type.span, "type", name, vocabulary.domains.declared)
            return Typed(TRUE, ANYTHING)
        if item.values.unknown or domain is None:
            return Typed(TRUE, ANYTHING)
        members = vocabulary.domain_values(domain)
        kind = item.values.kind()
        other = kind != members.kind() or self._of_other_sorts(item.values, members)
        if kind not in ("empty", "none") and not members.empty and other and not scope.dead:
            text = vocabulary.faults.quote(node.item.span)
            vocabulary.faults.error("WW202", node.span, f"`{text}` is never {name}: it is {KINDS.get(kind)}")
            return Typed(TRUE, ANYTHING)
        found = membership(none_as(item.expr, domain.sort), domain.values)
        return boolean(negate(found) if node.negated else found)

    def _of_other_sorts(self, values: Values, members: Values) -> bool:
        """Objects on one side, enumeration values on the other."""
        if values.meets(members):
            return False
        atoms = self.vocabulary.atoms.items
        kinds = [{atoms[n].is_object for n in atoms_in(v.atoms & ~1)} for v in (values, members)]
        return kinds in ([{True}, {False}], [{False}, {True}])

    def _in(self, node: syn.In, scope: Scope) -> Typed:
        item = self.read(node.item, scope)
        constants: list[int] = []
        tests: list[Expr] = []
        for member in node.members:
            pair = syn.Compare("=", node.item, member, span=member.span)
            left, right = unify(item, self.read(member, scope))
            if left.values.unknown or right.values.unknown:
                return Typed(TRUE, ANYTHING)
            if not self._comparable(pair, left, right, scope):
                return Typed(TRUE, ANYTHING)
            if isinstance(right.expr, ir.Const):
                constants.append(right.expr.value)
            else:
                tests.append(comparison("=", left.expr, right.expr))
        if constants:
            values = tuple(sorted(set(constants)))
            base = none_as(item.expr, "int") if NONE_INT in values else item.expr
            tests.insert(0, membership(base, values))
        found = tests[0] if len(tests) == 1 else ir.Or(tuple(tests))
        return boolean(negate(found) if node.negated else found)

    def number(self, node: syn.Expression, found: Typed, scope: Scope) -> bool:
        """Whether an operand is a number and nothing else; reports it when not."""
        values = found.values
        if values.unknown:
            return False
        if (found.expr.sort == "int" and not values.atoms) or scope.dead:
            return found.expr.sort == "int"
        if found.expr.sort == "int":
            text = self.vocabulary.faults.quote(node.span)
            hint = f"ask first: `{text} != none and …`"
            self.vocabulary.faults.error("WW206", node.span, f"`{text}` may be none, and a number is wanted", hint)
        else:
            self.wrong(node, found, "a number", None)
        return False

    def _arithmetic(
        self, op: str, left_node: syn.Expression, right_node: syn.Expression, span: Span, scope: Scope
    ) -> Typed:
        left, right = self.read(left_node, scope), self.read(right_node, scope)
        if left.values.unknown or right.values.unknown:
            return FAULTY
        fine = self.number(left_node, left, scope)
        if not self.number(right_node, right, scope) or not fine:
            return FAULTY
        if op in ("div", "mod") and not self._divides(right_node, right, scope):
            return FAULTY
        values = arithmetic_values(op, left.values, right.values)
        if not self.small(values, span):
            return FAULTY
        assert op in ("+", "-", "*", "div", "mod", "min", "max")
        if isinstance(left.expr, ir.Const) and isinstance(right.expr, ir.Const):
            return constant(arithmetic(op, left.expr.value, right.expr.value), "int")
        expr = ir.Arith(op, left.expr, right.expr)  # type: ignore[arg-type]
        return Typed(expr, scope.facts.get(expr, values))

    def _divides(self, node: syn.Expression, found: Typed, scope: Scope) -> bool:
        """Whether a divisor is surely not 0; reports it when it may be."""
        low, high = found.values.low, found.values.high
        if scope.dead or not low <= 0 <= high:
            return True
        text = self.vocabulary.faults.quote(node.span)
        text = text[1:-1] if text.startswith("(") else text
        sure = "is" if low == high else "may be"
        hint = f'ask first: `need {text} < 0 else "…"`'
        if high > 0:
            hint = f'ask first: `need {text} > 0 else "…"`, or write `max({text}, 1)`'
        message = f"`{text}` {sure} 0, and nothing can be divided by 0"
        self.vocabulary.faults.error("WW221", node.span, message, None if low == high else hint)
        return False

    def small(self, values: Values, span: Span) -> bool:
        """Whether a result fits 32 bits; reports it when not."""
        if not values.has_ints or (values.low >= -limits.NUMBER_VALUE and values.high <= limits.NUMBER_VALUE):
            return True
        worst = values.high if values.high > limits.NUMBER_VALUE else values.low
        message = f"`{self.vocabulary.faults.quote(span)}` may be {worst:,}, which does not fit 32 bits"
        self.vocabulary.faults.error("WW207", span, message)
        return False

    def _conditional(self, node: syn.Conditional, scope: Scope) -> Typed:
        condition = self.condition(node.condition, scope)
        then = self.read(node.then, self.reasoner.assume(scope, condition, True))
        otherwise = self.read(node.otherwise, self.reasoner.assume(scope, condition, False))
        if then.values.unknown or otherwise.values.unknown:
            return FAULTY
        then, otherwise = unify(then, otherwise)
        if then.expr.sort != otherwise.expr.sort:
            faults = self.vocabulary.faults
            kinds = f"{KINDS.get(then.values.kind(), 'nothing')} and {KINDS.get(otherwise.values.kind(), 'nothing')}"
            faults.error("WW201", node.span, f"the two sides of this `if` are {kinds}; they must be of one kind")
            return FAULTY
        if condition == TRUE:
            return then
        if condition == FALSE:
            return otherwise
        values = then.values.union(otherwise.values)
        return Typed(ir.Cond(condition, then.expr, otherwise.expr, then.expr.sort), values)

    # ------------------------------------------------------------ quantifiers

    def bind(
        self, binders: Sequence[syn.Binder], scope: Scope, most: int | None = None
    ) -> tuple[tuple[ir.Binder, ...], Scope, int] | None:
        """Variables that range over domains, the scope inside, and how many bindings there are."""
        bound = []
        total = 1
        for binder in binders:
            domain = self.vocabulary.domains.resolve(binder.domain, empty=True)
            if domain is None:
                return None
            values = self.vocabulary.domain_values(domain)
            name = scope.fresh.name(binder.name.text)
            scope = scope.bind(binder.name.text, ir.Var(name, domain.sort), values)
            bound.append(ir.Binder(name, domain.name))
            self.vocabulary.mention("domain", domain.name)
            total *= len(domain.values)
        if total > limits.BINDINGS and most is None:
            message = f"this runs through {total:,} bindings; at most {limits.BINDINGS:,} are allowed"
            self.vocabulary.faults.error("WW216", binders[0].span.to(binders[-1].span), message)
            return None
        return tuple(bound), scope, total

    def parameters(
        self, binders: Sequence[syn.Binder], scope: Scope
    ) -> tuple[tuple[ir.Binder, ...], Scope, tuple[DomainInfo, ...]] | None:
        """The parameters of a declaration; None after a diagnostic."""
        faults = self.vocabulary.faults
        seen: set[str] = set()
        for binder in binders:
            if binder.name.text in seen:
                faults.error("WW102", binder.name.span, f"there are two parameters `{binder.name.text}`")
                return None
            seen.add(binder.name.text)
        if len(binders) > limits.PARAMETERS:
            faults.error("WW216", binders[-1].span, f"at most {limits.PARAMETERS} parameters are allowed")
            return None
        bound = self.bind(binders, scope, most=0)
        if bound is None:
            return None
        domains = self.vocabulary.domains.used
        return bound[0], bound[1], tuple(domains[b.domain] for b in bound[0])

    def _quantified(self, node: syn.Quantified, scope: Scope) -> Typed:
        bound = self.bind(node.binders, scope)
        if bound is None:
            return FAULTY
        binders, inner, total = bound
        if node.kind in ("exists", "forall", "count"):
            body = self.condition(node.body, inner)
            if node.kind == "count":
                return Typed(ir.Quant("count", binders, None, body, None, "int"), interval(0, total))
            return Typed(ir.Quant(node.kind, binders, None, body, None, "bool"), BOOLS)
        where = None if node.where is None else self.condition(node.where, inner)
        if where is not None:
            inner = self.reasoner.assume(inner, where, True)
        found = self.read(node.body, inner)
        otherwise = None if node.otherwise is None else self.read(node.otherwise, scope)
        if found.values.unknown or (otherwise is not None and otherwise.values.unknown):
            return FAULTY
        if not self.number(node.body, found, inner):
            return FAULTY
        if node.kind == "sum":
            return self._sum(node, binders, where, found, total)
        return self._extreme(node, binders, where, found, otherwise, total)

    def _sum(
        self, node: syn.Quantified, binders: tuple[ir.Binder, ...], where: Expr | None, body: Typed, total: int
    ) -> Typed:
        if node.otherwise is not None:
            message = "a sum of nothing is 0; it takes no `else`"
            self.vocabulary.faults.error("WW220", node.otherwise.span, message)
            return FAULTY
        values = sum_values(body.values, total, where is not None)
        if not self.small(values, node.span):
            return FAULTY
        return Typed(ir.Quant("sum", binders, where, body.expr, None, "int"), values)

    def _extreme(
        self,
        node: syn.Quantified,
        binders: tuple[ir.Binder, ...],
        where: Expr | None,
        body: Typed,
        otherwise: Typed | None,
        total: int,
    ) -> Typed:
        faults = self.vocabulary.faults
        if otherwise is None and (where is not None or total == 0):
            message = f"`{faults.quote(node.span)}` has no value when nothing qualifies"
            faults.error("WW220", node.span, message, "add `else` and the value to take then")
            return FAULTY
        values, other = body.values, None
        if otherwise is not None:
            _, otherwise = unify(body, otherwise)
            if otherwise.expr.sort != "int":
                assert node.otherwise is not None
                self.wrong(node.otherwise, otherwise, "a number or none", None)
                return FAULTY
            values, other = values.union(otherwise.values), otherwise.expr
        return Typed(ir.Quant(node.kind, binders, where, body.expr, other, "int"), values)
