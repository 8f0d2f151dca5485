"""From the compiler's forms to nodes: what an expression is worth, given what a command has already changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..compile import form as f
from ..compile.layout import Family
from .nodes import FALSE, Graph, Node

Env = Mapping[str, Node]
"""The values of a form's variables."""

Store = Mapping[int, Node]
"""What some variables of the state hold now, as expressions over the state before the command."""

Instance = tuple[f.Function, tuple[int, ...], Store]


@dataclass(slots=True)
class Reader:
    """Turns forms into nodes of a graph.

    Recursive definitions become unknowns (`rec`), one for each tuple of arguments, whose bodies are made afterwards,
    one by one, so that long chains of them need no deep recursion here.
    """

    graph: Graph
    _known: dict[tuple[str, tuple[int, ...], tuple[tuple[int, Node], ...]], Node] = field(default_factory=dict)
    _waiting: list[tuple[Node, Instance]] = field(default_factory=list)
    _busy: bool = False

    def fork(self, graph: Graph) -> Reader:
        """The same for a copy of the graph."""
        return Reader(graph, self._known.copy())

    def condition(self, form: f.Form, env: Env, store: Store) -> Node:
        """A form of sort bool as a truth value."""
        return self.graph.truth(self.value(form, env, store))

    def value(self, form: f.Form, env: Env, store: Store) -> Node:
        """A form as a node."""
        node = self._value(form, env, store)
        if not self._busy:
            self._busy = True
            while self._waiting:
                unknown, (function, args, then) = self._waiting.pop()
                bound = {p.name: self.graph.const(a) for p, a in zip(function.parameters, args, strict=True)}
                self.graph.bodies[unknown] = self.graph.truth(self._value(function.body, bound, then))
            self._busy = False
        return node

    def _value(self, form: f.Form, env: Env, store: Store) -> Node:
        graph = self.graph

        def of(part: f.Form) -> Node:
            return self._value(part, env, store)

        match form:
            case f.Const(value):
                return graph.const(value)
            case f.Var(name):
                return env[name]
            case f.Read(family, args):
                return self._read(family, [of(a) for a in args], store)
            case f.Lookup(table, args):
                ranges = [d.values for d in table.parameters]
                return self._expanded([of(a) for a in args], ranges, table.value, table.domain.sort == "bool", None)
            case f.Pick(atoms, sizes, indexes):
                ranges = [tuple(range(1, size + 1)) for size in sizes]
                return self._expanded([of(i) for i in indexes], ranges, lambda v: _picked(atoms, sizes, v), False, 0)
            case f.Call(function, args):
                return self._called(function, [of(a) for a in args], store)
            case f.All(items):
                return graph.all_of([graph.truth(of(i)) for i in items])
            case f.Any_(items):
                return graph.any_of([graph.truth(of(i)) for i in items])
            case f.Not(item):
                return graph.opposite(graph.truth(of(item)))
            case f.Compare(op, left, right):
                return graph.compared(op, of(left), of(right))
            case f.Member(item, values):
                return self._member(of(item), values)
            case f.Arith(op, left, right):
                return graph.arithmetic(op, of(left), of(right))
            case f.Choose(condition, then, otherwise):
                return graph.choose(graph.truth(of(condition)), of(then), of(otherwise))
            case f.Exists(loops, conjuncts):
                return graph.any_of([c for _, c in self.bindings(loops, conjuncts, env, store)])
            case f.Total(loops, conjuncts, body):
                return self._total(loops, conjuncts, body, env, store)
            case f.Extreme(op, loops, conjuncts, body, otherwise):
                bindings = self.bindings(loops, conjuncts, env, store)
                return self._extreme(op == "min", bindings, body, otherwise, env, store)

    def _read(self, family: Family, args: Sequence[Node], store: Store) -> Node:
        """The value of a state variable, its arguments being nodes."""
        first = self.graph.place(family)

        def at(position: int, rest: int) -> Node:
            if rest == len(args):
                number = first + position
                return store[number] if number in store else self.graph.slot(number)
            domain, stride = family.parameters[rest], family.strides[rest]
            return self.graph.switch(
                args[rest], domain.values, lambda v: at(position + stride * domain.position[v], rest + 1), None
            )

        return at(0, 0)

    def _member(self, item: Node, values: frozenset[int]) -> Node:
        if self.graph.tabulated(item) is not None or self.graph.known(item) is not None:
            return self.graph.function("in", True, (item,), lambda a: a in values)
        possible = self.graph.values(item)
        admitted = sorted(values if possible is None else values.intersection(possible))
        return self.graph.any_of([self.graph.equal(item, v) for v in admitted])

    def _total(self, loops: Sequence[f.Var], conjuncts: Sequence[f.Form], body: f.Form, env: Env, store: Store) -> Node:
        total = zero = self.graph.const(0)
        for bound, condition in self.bindings(loops, conjuncts, env, store):
            term = self.graph.number(self._value(body, {**env, **bound}, store))
            total = self.graph.arithmetic("+", total, self.graph.choose(condition, term, zero))
        return total

    def _extreme(
        self,
        least: bool,
        bindings: Iterator[tuple[dict[str, Node], Node]],
        body: f.Form,
        otherwise: f.Form,
        env: Env,
        store: Store,
    ) -> Node:
        graph = self.graph
        found: Node = FALSE
        best: Node | None = None
        for bound, condition in bindings:
            value = self._value(body, {**env, **bound}, store)
            if best is None:
                best = value
            else:
                better = graph.compared("<" if least else ">", value, best)
                best = graph.choose(
                    graph.all_of((condition, graph.any_of((better, graph.opposite(found))))), value, best
                )
            found = graph.any_of((found, condition))
        result = self._value(otherwise, env, store)
        return result if best is None else graph.choose(found, best, result)

    def _expanded(
        self,
        args: Sequence[Node],
        ranges: Sequence[tuple[int, ...]],
        compute: Callable[[Sequence[int]], int],
        truth: bool,
        default: int | None,
    ) -> Node:
        """A known function of some nodes: a table if one variable decides, else a case for every value."""
        graph = self.graph
        used = {t[0] for a in args if (t := graph.tabulated(a)) is not None}
        if len(used) <= 1 and all(graph.known(a) is not None or graph.tabulated(a) is not None for a in args):
            return graph.function("table", truth, args, lambda *v: compute(v))

        def at(taken: tuple[int, ...]) -> Node:
            if len(taken) == len(args):
                return graph.const(compute(taken), truth)
            last = None if default is None else graph.const(default, truth)
            return graph.switch(args[len(taken)], ranges[len(taken)], lambda v: at((*taken, v)), last)

        return at(())

    def _called(self, function: f.Function, args: Sequence[Node], store: Store) -> Node:
        if function.group < 0:
            env = {p.name: a for p, a in zip(function.parameters, args, strict=True)}
            result = self._value(function.body, env, store)
            return self.graph.truth(result) if function.sort == "bool" else result

        def at(taken: tuple[int, ...]) -> Node:
            if len(taken) == len(args):
                return self._unknown(function, taken, store)
            values = function.parameters[len(taken)].domain.values
            return self.graph.switch(args[len(taken)], values, lambda v: at((*taken, v)), None)

        return at(())

    def _unknown(self, function: f.Function, args: tuple[int, ...], store: Store) -> Node:
        """A recursive definition for known arguments: an unknown of a system of equations (least fixpoint)."""
        key = (function.name, args, tuple(sorted(store.items())))
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = self.graph.make("rec", True, len(self._known))
            self._waiting.append((node, (function, args, store)))
        return node

    def bindings(
        self, loops: Sequence[f.Var], conjuncts: Sequence[f.Form], env: Env, store: Store
    ) -> Iterator[tuple[dict[str, Node], Node]]:
        """Every binding of some variables that the conjuncts do not rule out, with the condition that is left."""
        own = [v.name for v in loops]
        stages: list[list[f.Form]] = [[] for _ in range(len(loops) + 1)]
        for conjunct in conjuncts:
            names = f.free(conjunct)
            stages[max((own.index(n) + 1 for n in names if n in own), default=0)].append(conjunct)

        def extend(bound: dict[str, Node], so_far: list[Node]) -> Iterator[tuple[dict[str, Node], Node]]:
            depth = len(bound)
            condition = list(so_far)
            for conjunct in stages[depth]:
                node = self.graph.truth(self._value(conjunct, {**env, **bound}, store))
                if node == FALSE:
                    return
                condition.append(node)
            if depth == len(loops):
                together = self.graph.all_of(condition)
                if together != FALSE:
                    yield bound, together
                return
            var = loops[depth]
            for value in var.domain.values:
                yield from extend({**bound, var.name: self.graph.const(value)}, condition)

        yield from extend({}, [])


def _picked(atoms: Sequence[int], sizes: Sequence[int], indexes: Sequence[int]) -> int:
    position = 0
    for index, size in zip(indexes, sizes, strict=True):
        if not 1 <= index <= size:
            return 0
        position = position * size + index - 1
    return atoms[position]
