"""One state for each orbit: permutations of interchangeable objects, applied to whole blocks of packed states.

A state is given colours for its objects that do not depend on their numbering: at first one colour a class, then again
and again a mixture of the old colour with the values of all variables that the object has a part in, other objects
standing there with their colours (colour refinement). Objects sorted by colour give a permutation, and the permuted
state represents the orbit.

Objects of one colour need not be exchangeable *in this state* (two towers of equal height). Whether they are is tested
by exchanging neighbours; where they are not, each of them in turn is made different and its choice followed, and the
least state found is the representative (individualisation and refinement: McKay, "Practical Graph Isomorphism", 1981).
Choices that lead to the same state by always taking the first further choice are equivalent, and one of them is enough.
The representative is then one and the same for the whole orbit, unless there are more choices than `MOST_WAYS`: such a
state may get several representatives (`cut` counts them). What is concluded stays right, because a representative
always lies in the state's orbit; there is only more work, and the count of full states is an upper bound.

Colours are 64-bit mixtures: should two ever collide, the test by exchange finds it.

The number of permutations that leave a state as it is falls out of the choices, and with it the orbit's size: by the
orbit-stabiliser theorem it divides the number of all permutations.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import factorial, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compile.rng import scramble
from ..compile.system import System
from .budget import Check, unchecked
from .packing import Packing, Words
from .symmetry import Classes
from .symmetry_parts import Colours, Part, Ranks, parts_of

MOST_WAYS = 64
"""Choices of one state that are followed at the same time."""

BLOCK_CELLS = 60_000
"""Variables of all states that are permuted at the same time."""

Order = npt.NDArray[np.intp]
"""A permutation for each state: the number of the object that each object becomes."""

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_CHOSEN = np.uint64(scramble(1))
_AS_VALUE = np.uint64(scramble(2))


def _mix(numbers: Colours) -> Colours:
    """Every number mixed, in place: most of SplitMix64's finaliser."""
    numbers *= _FIRST
    numbers ^= numbers >> np.uint64(29)
    numbers *= _SECOND
    numbers ^= numbers >> np.uint64(32)
    return numbers


@dataclass(frozen=True, slots=True)
class _Settled:
    """States permuted by their colours."""

    colour: Colours
    """Refined."""
    by_place: Order
    """The object that comes to each place."""
    order: Order
    ranks: Ranks
    """Permuted."""
    tied: npt.NDArray[np.bool_]
    """Whether a place has the colour of the next."""
    low: Ranks
    """The first place of the first objects of one colour that are not exchangeable; -1 where all are."""
    high: Ranks
    """The last of those."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Representatives with what led to them."""

    words: Words
    order: Order
    """The permutation that was applied, by object."""
    fixing: npt.NDArray[Any]
    """How many permutations leave the state as it is."""


class Orbits:
    """The orbits of a system's states under all permutations within some classes of atoms."""

    def __init__(self, system: System, packing: Packing, classes: Classes) -> None:
        """Prepares tables; the classes must be automorphisms of what is asked (`symmetry.Likeness`)."""
        self.classes = classes
        self.atoms = tuple(atom for members in classes for atom in members)
        self.permutations = prod(factorial(len(members)) for members in classes)
        """How many there are."""
        self.cut = 0
        """States whose choices were too many, so that their orbit may have several representatives."""
        self._packing = packing
        self._number = {atom: i for i, atom in enumerate(self.atoms)}
        ends = np.cumsum([0, *(len(members) for members in classes)]).tolist()
        self._spans = [slice(a, b) for a, b in pairwise(ends)]
        self._pairs = [(k, k + 1) for span in self._spans for k in range(span.start, span.stop - 1)]
        self._parts, slots = parts_of(system, self.atoms)
        self._plain = all(part.simple for part in self._parts)
        """Whether every object has its own variables, whose values are no objects: sorting these is all there is."""
        self._fields = [packing.fields[slot] for slot in slots]
        self._exchanges = [self._exchange(pair) for pair in self._pairs]
        self._count: Any = np.int64 if self.permutations < 1 << 62 else object
        self._block = max(16, min(1 << 14, BLOCK_CELLS // (1 + len(slots) + len(self.atoms))))

    # ------------------------------------------------------------ what is asked of it

    def canonical(self, words: Words, check: Check = unchecked) -> Words:
        """The representative of every state, in the order given. `check` is asked now and then whether to go on."""
        return self.carried(words, check).words

    def carried(self, words: Words, check: Check = unchecked) -> Carried:
        """The same, with the permutations."""
        found = []
        for start in range(0, len(words[0]), self._block):
            check()
            found.append(self._solved(tuple(w[start : start + self._block] for w in words)))
        if not found:
            empty = np.zeros((0, len(self.atoms)), dtype=np.intp)
            return Carried(words, empty, np.zeros(0, dtype=self._count))
        joined = tuple(np.concatenate(ws) for ws in zip(*(each.words for each in found), strict=True))
        orders = np.concatenate([each.order for each in found])
        return Carried(joined, orders, np.concatenate([each.fixing for each in found]))

    def sizes(self, words: Words, check: Check = unchecked) -> npt.NDArray[Any]:
        """How many states the orbit of each state has."""
        sizes: npt.NDArray[Any] = self.permutations // self.carried(words, check).fixing
        return sizes

    def permuted(self, words: Words, order: Order) -> Words:
        """States after one permutation."""
        ranks = self._ranks(words)
        orders = np.repeat(order[None, :], len(ranks), axis=0)
        return self._packed(words, self._permuted(ranks, orders, np.argsort(orders, axis=1)))

    def renamed(self, order: Order, atom: int) -> int:
        """What an atom becomes under one permutation."""
        number = self._number.get(atom)
        return atom if number is None else self.atoms[int(order[number])]

    # ------------------------------------------------------------ tables

    def _exchange(self, pair: tuple[int, int]) -> tuple[Ranks, list[tuple[slice, int, int]]]:
        """What exchanging two objects does: where each column comes from, and which values change places."""
        identity = np.arange(len(self.atoms))[None, :]
        order = identity.copy()
        order[0, [*pair]] = pair[::-1]
        columns = np.arange(len(self._fields))[None, :]
        source = np.concatenate(
            [np.zeros(0, dtype=np.intp), *(self._placed(part, columns, order)[0] for part in self._parts)]
        )
        values = [
            (part.columns, int(part.rank_of[pair[0]]), int(part.rank_of[pair[1]]))
            for part in self._parts
            if part.object_of is not None and not {*pair}.isdisjoint(part.object_of.tolist())
        ]
        return source, values

    # ------------------------------------------------------------ permuting

    def _placed(self, part: Part, ranks: Ranks, inverse: Order) -> Ranks:
        """A family's columns after a permutation given by its inverse; the values as they were."""
        own: Ranks = ranks[:, part.columns]
        if not part.args:
            return own
        source = np.repeat(part.fixed[None, :], len(own), axis=0)
        for arg in part.args:
            source[:, arg.slots] += arg.places[inverse[:, arg.objects]]
        return np.take_along_axis(own, source, axis=1)

    def _permuted(self, ranks: Ranks, order: Order, inverse: Order) -> Ranks:
        """States after a permutation each."""
        after = np.empty_like(ranks)
        for part in self._parts:
            own = self._placed(part, ranks, inverse)
            if part.object_of is not None:
                objects = part.object_of[own]
                renamed = np.take_along_axis(order, np.maximum(objects, 0), axis=1)
                own = np.where(objects >= 0, part.rank_of[renamed], own)
            after[:, part.columns] = own
        return after

    def _exchanged(self, ranks: Ranks, number: int) -> Ranks:
        """States after one exchange of neighbours."""
        source, values = self._exchanges[number]
        after: Ranks = ranks[:, source]
        for columns, one, other in values:
            own = after[:, columns]
            after[:, columns] = np.where(own == one, other, np.where(own == other, one, own))
        return after

    # ------------------------------------------------------------ colours

    def _plainly_coloured(self, rows: int) -> Colours:
        colour = np.empty((rows, len(self.atoms)), dtype=np.uint64)
        for number, span in enumerate(self._spans):
            colour[:, span] = scramble(number)
        return colour

    def _round(self, ranks: Ranks, colour: Colours) -> Colours:
        """Colours mixed with what the variables say of each object."""
        total = np.zeros_like(colour)
        for part in self._parts:
            own = ranks[:, part.columns]
            mixed = part.values[own]
            if part.object_of is not None:
                objects = part.object_of[own]
                mixed = np.where(objects >= 0, np.take_along_axis(colour, np.maximum(objects, 0), axis=1), mixed)
            mixed = _mix(mixed ^ part.base)
            for position, arg in enumerate(() if part.simple else part.args):
                others = colour[:, arg.objects] + np.uint64(position)
                mixed[:, arg.slots] = _mix(mixed[:, arg.slots] ^ others)
            for position, arg in enumerate(part.args):
                said = _mix(mixed[:, arg.slots] + np.uint64(position + 3))
                total[:, arg.different] += np.add.reduceat(said, arg.firsts, axis=1)
            if part.object_of is not None:
                said = _mix(mixed + _AS_VALUE)
                for rank in np.flatnonzero(part.object_of >= 0):
                    total[:, part.object_of[rank]] += np.where(own == rank, said, np.uint64(0)).sum(axis=1)
        return _mix(colour + _mix(total))

    def _cells(self, colour: Colours) -> Ranks:
        """How many different colours each state has."""
        count = np.zeros(len(colour), dtype=np.intp)
        for span in self._spans:
            shades = np.sort(colour[:, span], axis=1)
            count += 1 + (shades[:, 1:] != shades[:, :-1]).sum(axis=1)
        return count

    def _refined(self, ranks: Ranks, colour: Colours) -> Colours:
        """Colours mixed until a round tells no more objects apart: for each state on its own, so that the result
        does not depend on the other states."""
        if self._plain:
            return self._round(ranks, colour)
        colour = colour.copy()
        cells = self._cells(colour)
        active = np.arange(len(colour))
        while len(active):
            fresh = self._round(ranks[active], colour[active])
            colour[active] = fresh
            now = self._cells(fresh)
            more = now > cells[active]
            cells[active] = now
            active = active[more]
        return colour

    # ------------------------------------------------------------ representatives

    def _settled(self, ranks: Ranks, colour: Colours) -> _Settled:
        """States permuted by refined colours, and where that leaves a choice."""
        colour = self._refined(ranks, colour)
        by_place = np.empty(colour.shape, dtype=np.intp)
        for span in self._spans:
            by_place[:, span] = span.start + np.argsort(colour[:, span], axis=1, kind="stable")
        order = np.empty_like(by_place)
        np.put_along_axis(order, by_place, np.arange(len(self.atoms))[None, :], axis=1)
        after = self._permuted(ranks, order, by_place)
        shades = np.take_along_axis(colour, by_place, axis=1)
        tied = np.zeros((len(ranks), len(self.atoms)), dtype=bool)
        low = np.full(len(ranks), -1, dtype=np.intp)
        for number, (one, other) in enumerate(self._pairs):
            tied[:, one] = shades[:, one] == shades[:, other]
            rows = np.flatnonzero(tied[:, one] & (low < 0))
            differ = (self._exchanged(after[rows], number) != after[rows]).any(axis=1)
            low[rows[differ]] = one
        high = low.copy()
        for one in range(len(self.atoms) - 1):
            high += (high == one) & tied[:, one]
        for one in range(len(self.atoms) - 1, 0, -1):
            low -= (low == one) & tied[:, one - 1]
        return _Settled(colour, by_place, order, after, tied, low, high)

    def _first_leaf(self, ranks: Ranks, colour: Colours) -> Ranks:
        """The states that come of always taking the first choice."""
        after = np.empty_like(ranks)
        rows = np.arange(len(ranks))
        while len(rows):
            found = self._settled(ranks[rows], colour)
            after[rows] = found.ranks
            still = np.flatnonzero(found.low >= 0)
            colour = _individual(found.colour[still], found.by_place[still, found.low[still]])
            rows = rows[still]
        return after

    def _solved(self, words: Words) -> Carried:
        """The least state that the choices lead to, for each of some states."""
        ranks = self._ranks(words)
        found = self._settled(ranks, self._plainly_coloured(len(ranks)))
        origin = np.arange(len(ranks))
        weight = np.ones(len(ranks), dtype=self._count)
        ends: list[tuple[Ranks, Ranks, Order, npt.NDArray[Any]]] = []
        cut = np.zeros(len(ranks), dtype=bool)
        while len(origin):
            done = np.flatnonzero(found.low < 0)
            same = weight[done] * self._exchangeable(found.tied[done])
            ends.append((origin[done], found.ranks[done], found.order[done], same))
            still = np.flatnonzero(found.low >= 0)
            if not len(still):
                break
            origin, weight, colour = self._followed(ranks, found, still, origin, weight, cut)
            found = self._settled(ranks[origin], colour)
        self.cut += int(cut.sum())
        if len(ends) == 1:
            _, leaves, orders, fixing = ends[0]
            return Carried(self._packed(words, leaves), orders, fixing)
        return self._least(words, ends)

    def _followed(
        self,
        ranks: Ranks,
        found: _Settled,
        still: Ranks,
        origin: Ranks,
        weight: npt.NDArray[Any],
        cut: npt.NDArray[np.bool_],
    ) -> tuple[Ranks, npt.NDArray[Any], Colours]:
        """The choices of states that have one: a row for each that is not equivalent to another of the same row."""
        size = found.high[still] - found.low[still] + 1
        row = np.repeat(still, size)
        place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + found.low[row]
        colour = _individual(found.colour[row], found.by_place[row, place])
        leaf = self._columns(self._first_leaf(ranks[origin[row]], colour))
        by_leaf = np.lexsort((*leaf, row))
        new = np.ones(len(row), dtype=bool)
        if len(row) > 1:
            new[1:] = row[by_leaf[1:]] != row[by_leaf[:-1]]
            for column in leaf:
                new[1:] |= column[by_leaf[1:]] != column[by_leaf[:-1]]
        firsts = np.flatnonzero(new)
        members = np.diff(np.append(firsts, len(row)))
        chosen = by_leaf[firsts]
        origins, weights = origin[row[chosen]], weight[row[chosen]] * members
        # At most so many rows of one state: the first ones.
        by_origin = np.argsort(origins, kind="stable")
        grouped = origins[by_origin]
        rank = np.arange(len(grouped)) - np.searchsorted(grouped, grouped, side="left")
        cut[grouped[rank >= MOST_WAYS]] = True
        kept = by_origin[rank < MOST_WAYS]
        return origins[kept], weights[kept], colour[chosen[kept]]

    def _exchangeable(self, tied: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        """How many permutations there are of objects of one colour."""
        count = np.ones(len(tied), dtype=self._count)
        run = np.ones(len(tied), dtype=np.int64)
        for place in range(tied.shape[1]):
            run = np.where(tied[:, place], run + 1, 1)
            count = count * run
        return count

    def _least(self, words: Words, ends: list[tuple[Ranks, Ranks, Order, npt.NDArray[Any]]]) -> Carried:
        """For each state the least of its leaves, and how many permutations lead to it."""
        origin, leaves, orders = (np.concatenate([end[i] for end in ends]) for i in range(3))
        weight = np.concatenate([end[3] for end in ends])
        columns = self._columns(leaves)
        by_leaf = np.lexsort((*columns, origin))
        firsts = np.flatnonzero(np.append(True, origin[by_leaf[1:]] != origin[by_leaf[:-1]]))
        best = by_leaf[firsts]
        least = best[origin]
        same = np.logical_and.reduce([column == column[least] for column in columns])
        fixing = np.zeros(len(best), dtype=self._count)
        np.add.at(fixing, origin[same], weight[same])
        return Carried(self._packed(words, leaves[best]), orders[best], fixing)

    # ------------------------------------------------------------ packed states

    def _ranks(self, words: Words) -> Ranks:
        dtype = self._packing.dtype
        ranks = np.empty((len(words[0]), len(self._fields)), dtype=np.intp)
        for column, place in enumerate(self._fields):
            ranks[:, column] = (words[place.word] >> dtype(place.shift)) & dtype((1 << place.bits) - 1)
        return ranks

    def _columns(self, ranks: Ranks) -> Words:
        """What a permutation may change, as words with nothing else in them."""
        dtype = self._packing.dtype
        words = tuple(np.zeros(len(ranks), dtype=dtype) for _ in range(self._packing.words))
        for column, place in enumerate(self._fields):
            words[place.word][:] |= ranks[:, column].astype(dtype) << dtype(place.shift)
        return words

    def _packed(self, words: Words, ranks: Ranks) -> Words:
        """States with other ranks in what a permutation may change."""
        dtype = self._packing.dtype
        room = (1 << 8 * np.dtype(dtype).itemsize) - 1
        keep = [room] * len(words)
        for place in self._fields:
            keep[place.word] &= ~(((1 << place.bits) - 1) << place.shift)
        changed = self._columns(ranks)
        return tuple((w & dtype(k)) | c for w, k, c in zip(words, keep, changed, strict=True))


def _individual(colour: Colours, chosen: Ranks) -> Colours:
    """Colours in which one object is made different from all."""
    colour = colour.copy()
    rows = np.arange(len(colour))
    colour[rows, chosen] = _mix(colour[rows, chosen] ^ _CHOSEN)
    return colour
