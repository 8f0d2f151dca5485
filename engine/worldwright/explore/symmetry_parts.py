"""The variables that have to do with interchangeable objects, as tables for permuting whole blocks of states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..compile.layout import Domain, Family
from ..compile.rng import scramble
from ..compile.system import System

Ranks = npt.NDArray[np.intp]
"""Ranks of the variables that have to do with interchangeable objects: a row for each state."""

Colours = npt.NDArray[np.uint64]
"""A colour for each interchangeable object: a row for each state."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a family that may be an interchangeable object."""

    slots: Ranks
    """The slots in which it is one, by object."""
    objects: Ranks
    """Which it is there."""
    firsts: Ranks
    """Where among these slots each object begins."""
    different: Ranks
    """The objects that it may be."""
    places: Ranks
    """What an object adds to the place of a slot, by object."""


@dataclass(frozen=True, slots=True)
class Part:
    """The slots of one family among the columns: how permutations move them, and what their values are."""

    columns: slice
    fixed: Ranks
    """The place of each slot within the family without its interchangeable arguments."""
    args: tuple[Argument, ...]
    """The arguments that may be interchangeable."""
    base: Colours
    """What is the same for all slots that permutations take to one another, mixed."""
    values: Colours
    """Each value mixed, by rank."""
    object_of: Ranks | None
    """The object that each value is (-1: none), by rank; None where no value is one."""
    rank_of: Ranks
    """The rank of each object as a value."""

    @property
    def simple(self) -> bool:
        """Whether each variable belongs to one object and its value is none."""
        return self.object_of is None and len(self.args) == 1


def parts_of(system: System, atoms: Sequence[int]) -> tuple[list[Part], list[int]]:
    """The families that have to do with some atoms, and the numbers of their slots in the order of the columns."""
    number = {atom: i for i, atom in enumerate(atoms)}
    found: list[Part] = []
    slots: list[int] = []
    first = 0
    for place, family in enumerate(system.layout.families.values()):
        held = [_holds(domain, atoms) for domain in family.parameters]
        if any(held) or _holds(family.domain, atoms):
            args = [slot.args for slot in family.slots()]
            columns = slice(len(slots), len(slots) + family.size)
            found.append(_part(place, family, args, number, held, columns))
            slots += range(first, first + family.size)
        first += family.size
    return found, slots


def _holds(domain: Domain, atoms: Sequence[int]) -> bool:
    return domain.sort == "atom" and any(atom in domain.members for atom in atoms)


def _part(
    place: int,
    family: Family,
    slots: Sequence[tuple[int, ...]],
    number: Mapping[int, int],
    held: Sequence[bool],
    columns: slice,
) -> Part:
    fixed = np.zeros(family.size, dtype=np.intp)
    args = []
    for position, (domain, stride) in enumerate(zip(family.parameters, family.strides, strict=True)):
        objects = np.array([number.get(slot[position], -1) if held[position] else -1 for slot in slots])
        fixed += np.where(objects < 0, [stride * domain.position[slot[position]] for slot in slots], 0)
        if held[position]:
            order = np.argsort(objects, kind="stable")
            order = order[objects[order] >= 0]
            different, firsts = np.unique(objects[order], return_index=True)
            places = np.array([stride * domain.position.get(atom, 0) for atom in number])
            args.append(Argument(order, objects[order], firsts, different, places))
    values = family.domain.values
    return Part(
        columns=columns,
        fixed=fixed,
        args=tuple(args),
        base=np.array([_base(place, family, slot, number, held) for slot in slots], dtype=np.uint64),
        values=np.array([scramble(rank) for rank in range(len(values))], dtype=np.uint64),
        object_of=np.array([number.get(v, -1) for v in values]) if _holds(family.domain, [*number]) else None,
        rank_of=np.array([family.domain.position.get(atom, 0) for atom in number]),
    )


def _base(place: int, family: Family, slot: Sequence[int], number: Mapping[int, int], held: Sequence[bool]) -> int:
    """The same for slots that permutations take to one another: what they have in common."""
    base = scramble(place)
    met: list[int] = []
    for position, value in enumerate(slot):
        if held[position] and value in number:
            met.append(value)
            base = scramble(base ^ 2 * met.index(value))  # where an object stands twice, that is in common
        else:
            base = scramble(base ^ (2 * family.parameters[position].position[value] + 1))
    return base
