"""Expressions of the intermediate form as Python source over a state `s` (bytes, or a bytearray while it changes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ..check.world import NONE_INT
from . import form as f
from .layout import Domain, Family
from .loops import Binding, Find, Loop, Plan, Rows, plan
from .source import Module, Writer

DEEPEST = 24
"""Nesting of one generated expression beyond which its inner part becomes a function (Python's parser allows 200)."""

LOOKUP_LIMIT = 1024
"""Integer domains up to this size are walked as tuples; larger ones as ranges."""


class Lists(Protocol):
    """Ready lists of the values for which a costly condition on one variable holds."""

    def costly(self, conjuncts: Sequence[f.Form]) -> list[f.Form]:
        """Those of some conjuncts that lists are worth making for."""

    def of(self, w: Writer, var: f.Var, conjunct: f.Form) -> tuple[str, str]:
        """Source of the list, and of a test that its values have yet to pass (or an empty string)."""


@dataclass(slots=True)
class Emitter:
    """Turns forms into source, adding helper functions to `module` as needed.

    `table_group` is the group of recursive definitions whose table is being computed: calls into it read the table `t`.
    `remembered` names the local variables that hold the codes of slots read more than once.
    """

    module: Module
    atoms: int
    helpers: dict[object, str] = field(default_factory=dict)
    table_group: int = -2
    remembered: dict[f.Form, str] = field(default_factory=dict)

    # ------------------------------------------------------------ expressions

    def value(self, form: f.Form, depth: int = 0) -> str:
        """Source that evaluates a form. Conditions give a bool or 0 or 1."""
        if depth > DEEPEST and not isinstance(form, f.Const | f.Var):
            return self.helper(form)
        depth += 1
        match form:
            case f.Const(value):
                return str(value) if value >= 0 else f"({value})"
            case f.Var(name):
                return name
            case f.Read(family):
                return self._decoded(family, self.code(form, depth))
            case f.Lookup(table, args):
                index = self.index(table.parameters, table.strides, args, depth=depth)
                return f"{self.module.constant('T', table.values, id(table))}[{index}]"
            case f.Call():
                return self._call(form, depth)
            case f.Pick():
                return self._pick(form, depth)
            case f.All(items):
                return "(" + " and ".join(self.value(i, depth) for i in items) + ")"
            case f.Any_(items):
                return "(" + " or ".join(self.value(i, depth) for i in items) + ")"
            case f.Not(f.Member(item, values)):
                return self._member(item, values, depth, "not in", "!=")
            case f.Not(item):
                return f"(not {self.value(item, depth)})"
            case f.Compare(op, left, right):
                return self._compare(op, left, right, depth)
            case f.Member(item, values):
                return self._member(item, values, depth)
            case f.Arith(op, left, right):
                a, b = self.value(left, depth), self.value(right, depth)
                return self._arithmetic(op, a, b, right)
            case f.Choose(condition, then, otherwise):
                a, c, b = (self.value(x, depth) for x in (then, condition, otherwise))
                return f"({a} if {c} else {b})"
            case f.Exists(loops, conjuncts):
                found = self._whole_find(loops, conjuncts)
                return f"(s.find({', '.join(found)}) >= 0)" if found else self.helper(form)
            case f.Total(loops, conjuncts, body):
                found = self._whole_find(loops, conjuncts) if body == f.TRUE else None
                return f"s.count({', '.join(found)})" if found else self.helper(form)
            case f.Extreme():
                return self.helper(form)

    def _arithmetic(self, op: f.Sign, left: str, right: str, divisor: f.Form) -> str:
        if op in ("min", "max"):
            return f"{op}({left}, {right})"
        if op not in ("div", "mod"):
            return f"({left} {op} {right})"
        sign = "//" if op == "div" else "%"
        known = f.possible(divisor, proof=True)
        # Conditions are asked in any order, so a divisor may be 0 where that decides nothing.
        return f"({left} {sign} {right})" if known and 0 not in known else f"({left} {sign} ({right} or 1))"

    def code(self, read: f.Read, depth: int = 0) -> str:
        """Source for the number that a slot holds."""
        if read in self.remembered:
            return self.remembered[read]
        family = read.family
        index = self.index(family.parameters, family.strides, read.args, family.width, family.offset, depth)
        if family.width == 1:
            return f"s[{index}]"
        if index.isdigit():
            return f"(s[{index}] | s[{int(index) + 1}] << 8)"
        name = self.module.fresh("i")
        return f"(s[({name} := {index})] | s[{name} + 1] << 8)"

    def _decoded(self, family: Family, code: str) -> str:
        if family.none_code >= 0:
            values = tuple(NONE_INT if c == family.none_code else c + family.base for c in range(family.none_code + 1))
            return f"{self.module.constant('D', values)}[{code}]"
        return f"({code} + {family.base})" if family.base else code

    def index(
        self, parameters: Sequence[Domain], strides: Sequence[int], args: Sequence[f.Form], width: int = 1,
        offset: int = 0, depth: int = 0,
    ) -> str:  # fmt: skip
        """Source for the position that arguments address. Any argument gives some position inside."""
        terms = []
        for domain, stride, arg in zip(parameters, strides, args, strict=True):
            step = stride * width
            if isinstance(arg, f.Const):
                offset += domain.position.get(arg.value, 0) * step
                continue
            text = self.value(arg, depth)
            proven = f.possible(arg, proof=True)
            if domain.run and proven is not None and f.within(proven, domain.members):
                offset -= domain.values[0] * step
                terms.append(text if step == 1 else f"{text} * {step}")
            elif domain.sort == "atom":
                name = self.module.made("X", (id(domain), step), partial(_atom_places, domain, step, self.atoms))
                terms.append(f"{name}[{text}]")
            else:
                name = self.module.made("X", (id(domain), step), partial(_places, domain, step))
                terms.append(f"{name}.get({text}, 0)")
        if not terms:
            return str(offset)
        return " + ".join(terms) + (f" + {offset}" if offset > 0 else f" - {-offset}" if offset < 0 else "")

    def _call(self, call: f.Call, depth: int) -> str:
        function = call.function
        if function.group == self.table_group:
            parameters = [p.domain for p in function.parameters]
            sizes = [len(d.values) for d in parameters]
            strides = [_product(sizes[i + 1 :]) for i in range(len(sizes))]
            return f"t[{function.name[1:]}][{self.index(parameters, strides, call.args, depth=depth)}]"
        return f"{function.name}({', '.join(['s', *(self.value(a, depth) for a in call.args)])})"

    def _pick(self, pick: f.Pick, depth: int) -> str:
        texts = [self.value(i, depth) for i in pick.indexes]
        if len(texts) == 1:
            places: dict[object, int] = {i + 1: atom for i, atom in enumerate(pick.atoms)}
            return f"{self.module.constant('P', places, pick.atoms)}.get({texts[0]}, 0)"
        where: list[tuple[int, ...]] = [()]
        for size in pick.sizes:
            where = [(*w, i + 1) for w in where for i in range(size)]
        places = dict(zip(where, pick.atoms, strict=True))
        return f"{self.module.constant('P', places, (pick.atoms, pick.sizes))}.get(({', '.join(texts)}), 0)"

    def _compare(self, op: str, left: f.Form, right: f.Form, depth: int) -> str:
        if isinstance(left, f.Read) and isinstance(right, f.Const):
            return f"({self.code(left, depth)} {op} {left.family.code(right.value)})"
        if isinstance(left, f.Read) and isinstance(right, f.Read) and _same_coding(left.family, right.family):
            return f"({self.code(left, depth)} {op} {self.code(right, depth)})"
        return f"({self.value(left, depth)} {op} {self.value(right, depth)})"

    def _member(self, item: f.Form, values: frozenset[int], depth: int, among: str = "in", equal: str = "==") -> str:
        known = f.possible(item)
        if isinstance(item, f.Read):
            text = self.code(item, depth)
            values = frozenset(item.family.code(v) for v in values)
            known = None if known is None else frozenset(item.family.code(v) for v in known)
        else:
            text = self.value(item, depth)
        low, high = min(values), max(values)
        if len(values) == 1:
            return f"({text} {equal} {low})"
        if known is not None and equal == "==" and len(known) == len(values) + 1:
            (other,) = frozenset(known) - values
            return f"({text} != {other})"
        if high - low == len(values) - 1 and equal == "==":
            return f"({low} <= {text} <= {high})"
        if len(values) <= 3:
            return f"({text} {among} ({', '.join(map(str, sorted(values)))}))"
        return f"({text} {among} {self.module.constant('F', values)})"

    def contains(self, text: str, domain: Domain) -> str:
        """Source for whether a value lies in a domain."""
        if isinstance(domain.members, range):
            return f"{domain.members[0]} <= {text} <= {domain.members[-1]}"
        return f"{text} in {self.module.constant('F', domain.members)}"

    def conjunction(self, conjuncts: Sequence[f.Form]) -> str:
        """Source for all of some conditions, cheap ones first."""
        return " and ".join(self.value(c, 1) for c in sorted(conjuncts, key=f.weight)) or "True"

    @contextmanager
    def remember(self, w: Writer, forms: Sequence[f.Form]) -> Iterator[None]:
        """Reads slots that the forms, evaluated in turn, surely need and read several times into variables first."""
        uses = Counter(part for form in forms for part in f.walk(form) if isinstance(part, f.Read))
        for read in f.surely_read(forms[0]) if forms else ():
            if uses[read] > 1 and read.args and read not in self.remembered:
                name = self.module.fresh("y")
                w.line(f"{name} = {self.code(read)}")
                self.remembered[read] = name
        yield
        self.remembered.clear()

    # ------------------------------------------------------------ helper functions

    def helper(self, form: f.Form) -> str:
        """A call of a function that evaluates a form; forms of one shape share it."""
        variables = f.free(form)
        tabled = any(isinstance(p, f.Call) and p.function.group == self.table_group for p in f.walk(form))
        arguments = ", ".join(["s", *(["t"] if tabled else []), *variables])
        key = (f.shape(form), self.table_group if tabled else -2)
        name = self.helpers.get(key)
        if name is None:
            name = self.helpers[key] = self.module.fresh("h")
            body = Writer()
            outside, self.remembered = self.remembered, {}
            self._helper_body(body, form)
            self.remembered = outside
            self.module.function(name, arguments, body)
        return f"{name}({arguments})"

    def _helper_body(self, w: Writer, form: f.Form) -> None:
        match form:
            case f.Exists(loops, conjuncts):
                self.nest(w, loops, conjuncts, lambda: w.line("return True"))
                w.line("return False")
            case f.Total(loops, conjuncts, body):
                w.line("n = 0")
                self.nest(w, loops, conjuncts, lambda: w.line(f"n += {self.value(body)}"))
                w.line("return n")
            case f.Extreme(op, loops, conjuncts, body, otherwise):
                w.line("n = None")

                def better() -> None:
                    w.line(f"x = {self.value(body)}")
                    with w.indent(f"if n is None or x {'<' if op == 'min' else '>'} n:"):
                        w.line("n = x")

                self.nest(w, loops, conjuncts, better)
                w.line(f"return {self.value(otherwise)} if n is None else n")
            case _:
                w.line(f"return {self.value(form)}")

    def _whole_find(self, loops: tuple[f.Var, ...], conjuncts: tuple[f.Form, ...]) -> list[str] | None:
        """The arguments of `bytes.find` or `count` where one search of consecutive slots answers a quantifier."""
        if len(loops) != 1 or len(conjuncts) != 1:
            return None
        chosen = plan(loops, conjuncts, ordered=True)
        return self.find_arguments(chosen.step) if isinstance(chosen.step, Find) and not chosen.ready else None

    def find_arguments(self, find: Find) -> list[str]:
        """Source for what is searched and where: code, first slot, slot after the last."""
        low = self.index(find.family.parameters, find.family.strides, find.args, 1, find.family.offset)
        count = len(find.var.domain.values)
        high = str(int(low) + count) if low.isdigit() else f"{low} + {count}"
        return [self.sought(find), low, high]

    def sought(self, find: Find) -> str:
        """Source for the code that a search looks for."""
        family, value = find.family, find.value
        if isinstance(value, f.Const):
            return str(family.code(value.value))
        if isinstance(value, f.Read) and _same_coding(family, value.family):
            return self.code(value)
        return f"{self.value(value)} - {family.base}" if family.base else self.value(value)

    # ------------------------------------------------------------ loops

    def nest(
        self, w: Writer, loops: Sequence[f.Var], conjuncts: Sequence[f.Form], inner: Callable[[], None],
        ordered: bool = False, guards: Mapping[str, str] | None = None, lists: Lists | None = None,
    ) -> None:  # fmt: skip
        """Loops over the variables with each conjunct tested as far out as possible, and `inner` inside.

        `ordered`: the bindings come in the domains' order. `guards` are further tests by variable (source), `lists`
        gives ready lists of the values for which a costly conjunct holds.
        """
        chosen: Plan = plan(loops, conjuncts, frozenset(lists.costly(conjuncts)) if lists else frozenset(), ordered)
        tests = [self.conjunction(chosen.ready)] if chosen.ready else []
        level = w.level
        if tests:
            w.line(f"if {' and '.join(tests)}:")
            w.level += 1
        if chosen.step is None:
            inner()
            w.level = level
            return
        var = chosen.step.var
        test = self._open(w, chosen.step, lists)
        extra = [t for t in (test, (guards or {}).get(var.name)) if t]
        if extra:
            w.line(f"if {' and '.join(extra)}:")
            w.level += 1
        rest = [v for v in loops if v.name != var.name]
        self.nest(w, rest, chosen.rest, inner, ordered, guards, lists)
        w.level = level

    def _open(self, w: Writer, step: Loop | Binding | Find | Rows, lists: Lists | None) -> str:
        """Writes the head of one loop; gives a test that its variable has yet to pass, or an empty string."""
        var = step.var
        match step:
            case Binding(_, value):
                w.line(f"{var.name} = {self.value(value)}")
                known = f.possible(value, proof=True)
                return (
                    ""
                    if known is not None and f.within(known, var.domain.members)
                    else (self.contains(var.name, var.domain))
                )
            case Find():
                place = self.module.fresh("i")
                arguments = self.find_arguments(step)
                names = [self.module.fresh("i") if not a.isdigit() else a for a in arguments]
                for name, argument in zip(names, arguments, strict=True):
                    if name != argument:
                        w.line(f"{name} = {argument}")
                sought, low, high = names
                w.line(f"{place} = s.find({sought}, {low}, {high})")
                w.line(f"while {place} >= 0:")
                w.level += 1
                first = var.domain.values[0]
                shift = f"{first - int(low):+d}" if low.isdigit() else f"- {low} + {first}"
                w.line(f"{var.name} = {place} {shift}")
                w.line(f"{place} = s.find({sought}, {place} + 1, {high})")
                return ""
            case Rows(_, rows, key):
                table = self.module.constant("R", rows, tuple(sorted(rows.items())))
                w.line(f"for {var.name} in {table}.get({self.value(key)}, ()):")
            case Loop(_, conjunct):
                if conjunct is None or lists is None:
                    w.line(f"for {var.name} in {self.values(var.domain)}:")
                else:
                    name, test = lists.of(w, var, conjunct)
                    w.line(f"for {var.name} in {name}:")
                    w.level += 1
                    return test
        w.level += 1
        return ""

    def values(self, domain: Domain) -> str:
        """Source for a domain's values in order."""
        if domain.run and len(domain.values) > LOOKUP_LIMIT:
            return f"range({domain.values[0]}, {domain.values[-1] + 1})"
        return self.module.constant("R", domain.values)


def _places(domain: Domain, step: int) -> dict[int, int]:
    """Positions by value, in units of `step`."""
    return {value: place * step for value, place in domain.position.items()}


def _atom_places(domain: Domain, step: int, atoms: int) -> tuple[int, ...]:
    """The same by atom; 0 for atoms outside the domain."""
    return tuple(domain.position.get(atom, 0) * step for atom in range(atoms))


def _product(sizes: Sequence[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def _same_coding(a: Family, b: Family) -> bool:
    return (a.base, a.none_code) == (b.base, b.none_code)
