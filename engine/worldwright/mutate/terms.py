"""Every way to change one small thing in an expression.

The operators on relations, connectives and references are the classic ones of mutation testing (DeMillo, Lipton and
Sayward, "Hints on Test Data Selection", 1978), with quantifiers and typed objects as this language has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ..check.world import World
from ..syntax import nodes as n
from ..syntax.write import expression, flat

Values = tuple[int, ...]
Variables = Mapping[str, Values | None]
"""The variables in scope with the atoms that they range over; None for numbers."""

Op = Literal["=", "!=", "<", "<=", ">", ">="]
_TURNED: Mapping[Op, Op] = {"=": "!=", "!=": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPPOSITE: Mapping[Op, Op] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A whole expression with one part of it changed; `old` and `new` are that part before and after."""

    operator: str
    whole: n.Expression
    old: n.Node
    new: n.Node
    place: n.Node
    """Where the source shows the change best."""


def written(e: n.Expression) -> str:
    """An expression on one line."""
    return flat(expression(e))


def opposite(e: n.Expression) -> n.Expression:
    """An expression that holds where this one does not, as a person would write it."""
    match e:
        case n.Not():
            return e.item
        case n.Compare():
            return replace(e, op=_OPPOSITE[e.op])
        case n.Is() | n.In():
            return replace(e, negated=not e.negated)
        case _:
            return n.Not(e, span=e.span)


@dataclass(frozen=True, slots=True)
class Terms:
    """What names mean in one world."""

    world: World
    atoms: Mapping[str, int]

    @staticmethod
    def of(world: World) -> Terms:
        """The names of a checked world."""
        return Terms(world, {atom.name: number for number, atom in enumerate(world.atoms)})

    # ------------------------------------------------------------ variables

    def bound(self, variables: Variables, binders: tuple[n.Binder, ...]) -> Variables:
        """The variables with those that binders bring."""
        return {**variables, **{b.name.text: self._ranged(b.domain) for b in binders}}

    def _ranged(self, domain: n.Domain) -> Values | None:
        found: list[int] = []
        for item in domain.items:
            if isinstance(item, n.DomainRange):
                return None
            known = self.world.domains.get(self.world.types.get(item.name, ""))
            if known is not None:
                found += known.values
            elif item.name in self.atoms:
                found.append(self.atoms[item.name])
        return tuple(found)

    # ------------------------------------------------------------ conditions

    def flips(self, e: n.Expression, holds: bool, denied: bool = False) -> Iterator[Rewrite]:
        """Every turn of a relation, connective, quantifier, truth or division inside an expression.

        `holds`: the expression stands where something holds or does not, so that a bare name may be negated too.
        `denied`: it stands after a `not`, and to turn it into its opposite is to leave out the `not`.
        """
        turned = _turned(e, holds)
        if turned is not None and not (denied and turned == opposite(e)):
            yield Rewrite("condition-flip", turned, e, turned, e)
        if isinstance(e, n.Arithmetic) and e.op in ("div", "mod"):
            other = replace(e, op="mod" if e.op == "div" else "div")
            yield Rewrite("division-swap", other, e, other, e)
        for whole, part, inner in _parts(e):
            for found in self.flips(part, inner, isinstance(e, n.Not)):
                yield replace(found, whole=whole(found.whole))

    def weaker(self, e: n.Expression) -> Iterator[Rewrite]:
        """Every way to leave out one of several things that must all hold."""
        if isinstance(e, n.And):
            for number, item in enumerate(e.items):
                rest = e.items[:number] + e.items[number + 1 :]
                new = rest[0] if len(rest) == 1 else replace(e, items=rest)
                yield Rewrite("goal-weaken", new, item, n.Name("true", span=item.span), item)
        for whole, part, _ in _parts(e):
            for found in self.weaker(part):
                yield replace(found, whole=whole(found.whole))

    # ------------------------------------------------------------ objects and values

    def retargets(self, e: n.Expression, variables: Variables, argument: bool = False) -> Iterator[Rewrite]:
        """Every object, and every argument, that could be another of its type."""
        if isinstance(e, n.Name):
            other = self._other(e, variables, argument)
            if other is not None:
                yield Rewrite("retarget", other, e, other, e)
        elif isinstance(e, n.Indexed):
            for number, index in enumerate(e.indexes):
                if isinstance(index, n.Number):
                    near = replace(index, value=index.value - 1 if index.value > 1 else index.value + 1)
                    new = replace(e, indexes=(*e.indexes[:number], near, *e.indexes[number + 1 :]))
                    yield Rewrite("retarget", new, e, new, e)
        inner = self.bound(variables, e.binders) if isinstance(e, n.Quantified) else variables
        for whole, part, _ in _parts(e):
            for found in self.retargets(part, inner, isinstance(e, n.Call)):
                yield replace(found, whole=whole(found.whole))

    def _other(self, name: n.Name, variables: Variables, argument: bool) -> n.Name | None:
        if name.text in variables:
            values = variables[name.text]
            if not argument or values is None:
                return None
            own = set(values)
            near = (v for v, range_ in variables.items() if v != name.text and range_ and own.intersection(range_))
            other = next(near, None)
        else:
            atom = self.atoms.get(name.text)
            if atom is None or not (argument or self.world.atoms[atom].is_object):
                return None
            other = self.neighbour(atom, self._kind(atom))
        return None if other is None else replace(name, text=other)

    def _kind(self, atom: int) -> Values:
        """The smallest type that holds an atom and another one."""
        kinds = [self.world.domains[domain].values for domain in self.world.types.values()]
        return min((k for k in kinds if atom in k and len(k) > 1), key=len, default=())

    def neighbour(self, atom: int, values: Values) -> str | None:
        """The name of the value after an atom in a domain, or before it where it is the last; None if there is none."""
        names = [self.world.atoms[v].name for v in values if _nameable(self.world.atoms[v].name)]
        name = self.world.atoms[atom].name
        if name not in names or len(names) < 2:
            return None
        at = names.index(name)
        return names[at + 1] if at + 1 < len(names) else names[at - 1]

    def values(self, e: n.Expression, state: str) -> Iterator[Rewrite]:
        """Every constant of a value that is given to a state variable, changed to one beside it."""
        if isinstance(e, n.Number):
            info = self.world.states.get(state)
            domain = self.world.domains[info.domain].values if info is not None else ()
            value = e.value + 1 if e.value + 1 in domain or e.value == 0 else e.value - 1
            new = replace(e, value=value)
            yield Rewrite("effect-constant", new, e, new, e)
        elif isinstance(e, n.Name):
            other = self._other_value(e, state)
            if other is not None:
                new_name = replace(e, text=other)
                yield Rewrite("effect-constant", new_name, e, new_name, e)
        elif isinstance(e, n.Conditional | n.Arithmetic):
            for whole, part, holds in _parts(e):
                if not holds:
                    for found in self.values(part, state):
                        yield replace(found, whole=whole(found.whole))

    def _other_value(self, name: n.Name, state: str) -> str | None:
        if name.text in ("true", "false"):
            return "false" if name.text == "true" else "true"
        info = self.world.states.get(state)
        atom = self.atoms.get(name.text)
        if info is None or atom is None:
            return None
        return self.neighbour(atom, self.world.domains[info.domain].values)


def _nameable(name: str) -> bool:
    """Whether a name can be written where a value is meant; members of indexed families are written otherwise."""
    return name.isidentifier()


def _turned(e: n.Expression, holds: bool) -> n.Expression | None:
    match e:
        case n.And():
            return n.Or(e.items, span=e.span)
        case n.Or():
            return n.And(e.items, span=e.span)
        case n.Not():
            return e.item
        case n.Compare():
            return replace(e, op=_TURNED[e.op])
        case n.Is() | n.In():
            return replace(e, negated=not e.negated)
        case n.Quantified(kind="exists"):
            return replace(e, kind="forall")
        case n.Quantified(kind="forall"):
            return replace(e, kind="exists")
        case n.Name() | n.Call() if holds:
            return n.Not(e, span=e.span)
        case _:
            return None


class _Into:
    """Puts a changed part back into what it came from."""

    __slots__ = ("at", "field", "node")

    def __init__(self, node: n.Expression, field: str, at: int | None = None) -> None:
        self.node = node
        self.field = field
        self.at = at

    def __call__(self, part: n.Expression) -> n.Expression:
        if self.at is None:
            return replace(self.node, **{self.field: part})  # type: ignore[arg-type]
        items = getattr(self.node, self.field)
        return replace(self.node, **{self.field: (*items[: self.at], part, *items[self.at + 1 :])})  # type: ignore[arg-type]


def _parts(e: n.Expression) -> Iterator[tuple[_Into, n.Expression, bool]]:
    """The expressions directly inside one, how to put a changed one back, and whether each holds or does not."""
    match e:
        case n.And() | n.Or():
            for at, item in enumerate(e.items):
                yield _Into(e, "items", at), item, True
        case n.Not():
            yield _Into(e, "item"), e.item, True
        case n.Compare() | n.Arithmetic():
            yield _Into(e, "left"), e.left, False
            yield _Into(e, "right"), e.right, False
        case n.Is() | n.In() | n.Negative():
            yield _Into(e, "item"), e.item, False
        case n.Conditional():
            yield _Into(e, "condition"), e.condition, True
            yield _Into(e, "then"), e.then, False
            yield _Into(e, "otherwise"), e.otherwise, False
        case n.Quantified():
            yield _Into(e, "body"), e.body, e.kind in ("exists", "forall", "count")
            if e.where is not None:
                yield _Into(e, "where"), e.where, True
            if e.otherwise is not None:
                yield _Into(e, "otherwise"), e.otherwise, False
        case n.Call():
            for at, item in enumerate(e.args):
                yield _Into(e, "args", at), item, False
        case n.Indexed():
            for at, item in enumerate(e.indexes):
                yield _Into(e, "indexes", at), item, False
        case n.Number() | n.Name():
            return
