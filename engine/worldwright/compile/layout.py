"""The state vector: which byte holds which variable; and the tables of what never changes.

A state is `bytes`. Every state variable that can change owns one *family* of slots, one slot for each tuple of
arguments, in the order of the parameters' domains (last parameter fastest). A slot is one or two bytes wide (little
endian) and holds `value - base`. Where a domain of integers admits none, none has the code after the largest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod

from ..check.world import NONE_INT, Sort, World

Values = frozenset[int] | range
"""A finite set of values: a range where they are consecutive (so that asking is cheap), else a frozenset."""


def value_set(values: Sequence[int]) -> Values:
    """The set of some distinct values."""
    if values and max(values) - min(values) == len(values) - 1:
        return range(min(values), max(values) + 1)
    return frozenset(values)


@dataclass(frozen=True, eq=False)
class Domain:
    """An explicit finite domain: its values in order. Compared by identity; `Domains` makes one for each content."""

    sort: Sort
    values: tuple[int, ...]
    members: Values
    position: Mapping[int, int]
    ascending: bool
    """Whether the domain's order is that of the numbers."""
    run: bool
    """Whether the values are consecutive and ascending, so that a position is value - first."""


@dataclass(slots=True)
class Domains:
    """The domains in use, one object for each content."""

    known: dict[tuple[Sort, tuple[int, ...]], Domain] = field(default_factory=dict)

    def of(self, sort: Sort, values: tuple[int, ...]) -> Domain:
        """The domain with these values in this order."""
        key = (sort, values)
        if key not in self.known:
            members = value_set(values)
            ascending = all(a < b for a, b in pairwise(values))
            position = {v: i for i, v in enumerate(values)}
            self.known[key] = Domain(
                sort, values, members, position, ascending, ascending and isinstance(members, range)
            )
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Slot:
    """One variable of the state vector: `at(apple)` is Slot("at", (apple's atom,), …)."""

    name: str
    args: tuple[int, ...]
    offset: int
    width: int
    base: int
    none_code: int
    values: tuple[int, ...]

    def read(self, state: bytes) -> int:
        """The value that a state gives to this variable."""
        code = state[self.offset]
        if self.width == 2:
            code |= state[self.offset + 1] << 8
        return NONE_INT if code == self.none_code else code + self.base


@dataclass(frozen=True, eq=False)
class Family:
    """All slots of one state variable: contiguous from `offset`, addressed by strides counted in slots."""

    name: str
    parameters: tuple[Domain, ...]
    strides: tuple[int, ...]
    size: int
    offset: int
    width: int
    base: int
    none_code: int
    domain: Domain
    default: int | None

    def code(self, value: int) -> int:
        """The number that stands for a value in the state vector."""
        return self.none_code if value == NONE_INT else value - self.base

    def slots(self) -> list[Slot]:
        """The family's slots in order."""
        values = self.domain.values
        return [
            Slot(self.name, args, self.offset + i * self.width, self.width, self.base, self.none_code, values)
            for i, args in enumerate(product(*(d.values for d in self.parameters)))
        ]


@dataclass(frozen=True, eq=False)
class Table:
    """A state variable that never changes: its values by position, same order as a family's slots."""

    name: str
    parameters: tuple[Domain, ...]
    strides: tuple[int, ...]
    domain: Domain
    values: tuple[int, ...]
    members: Values

    def value(self, args: Sequence[int]) -> int:
        """The value for some arguments; outside the parameters' domains that of the first."""
        position = sum(d.position.get(a, 0) * k for d, k, a in zip(self.parameters, self.strides, args, strict=True))
        return self.values[position]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: families in declaration order, tables, the length of a state in bytes."""

    families: Mapping[str, Family]
    tables: Mapping[str, Table]
    size: int
    default: bytes


def _strides(parameters: Sequence[Domain]) -> tuple[int, ...]:
    sizes = [len(d.values) for d in parameters]
    return tuple(prod(sizes[i + 1 :]) for i in range(len(sizes)))


def _coding(domain: Domain) -> tuple[int, int, int]:
    """Width, base and code of none (-1 where the domain has none) for a domain's values."""
    numbers = [v for v in domain.values if v != NONE_INT] or [0]
    low, high = min(numbers), max(numbers)
    extra = domain.sort == "int" and NONE_INT in domain.members
    base = 0 if low >= 0 and high + extra <= 255 else low
    codes = high - base + 1 + extra
    return (1 if codes <= 256 else 2), base, (high - base + 1 if extra else -1)


def lay_out(world: World, domains: Domains, constants: Mapping[tuple[str, tuple[int, ...]], int]) -> Layout:
    """Gives every state variable its place. `constants` holds the values of those that never change."""
    families: dict[str, Family] = {}
    tables: dict[str, Table] = {}
    fixed = {name for name, _ in constants}
    offset = 0
    default = bytearray()
    for state in world.states.values():
        parameters = tuple(domains.of(world.domains[p].sort, world.domains[p].values) for p in state.parameters)
        info = world.domains[state.domain]
        domain = domains.of(info.sort, info.values)
        strides = _strides(parameters)
        size = prod(len(d.values) for d in parameters)
        if state.name in fixed:
            values = tuple(constants[state.name, args] for args in product(*(d.values for d in parameters)))
            tables[state.name] = Table(state.name, parameters, strides, domain, values, value_set(sorted({*values})))
            continue
        width, base, none_code = _coding(domain)
        family = Family(state.name, parameters, strides, size, offset, width, base, none_code, domain, state.default)
        families[state.name] = family
        first = domain.values[0] if state.default is None else state.default
        default += family.code(first).to_bytes(width, "little") * size
        offset += size * width
    return Layout(families, tables, offset, bytes(default))
