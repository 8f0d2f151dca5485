"""Breadth-first search, layer by layer: wide layers in batch, narrow ones state by state, within explicit budgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..compile import form as f
from ..compile.system import Command, System
from ..limits import START_ATTEMPTS
from .budget import Budget, Check, OverBudget, Progress, Reason, Tell, Watch, silent, unchecked
from .kernel import Kernel
from .nodes import TooLarge
from .packing import Packed, Packing, Words
from .states import Columns, Mixer, Runs, joined, keyed, mixed, ordered, weight, words_of
from .symmetry import Classes
from .symmetry_orbits import Orbits

WIDE = 200
"""States in a layer from which it is worth making the batch back end."""

BATCH = 1 << 18
"""Successors that are collected before repetitions are dropped, at most."""

BATCH_BYTES = 16_000_000
"""Memory of such successors: while they are sorted it takes three times as much."""

LOOKED_UP = 1_000
"""Commands of one state after which the clock and the memory are looked at, unless states are large."""

LOOKED_UP_BYTES = 4_000_000
"""Memory of their results, if they are."""

KEPT_ONE_BY_ONE = 20_000
"""States kept as bytes before they are packed away."""

ONE_BY_ONE_BYTES = 200
"""Memory of a state that is kept one by one, about: beside its bytes and its words."""

WORD_BYTES = 44
"""Memory of one of its words: a number of Python's and its place."""

STARTS_SHARE = 0.25
"""The part of the time that listing the start states may take."""

WORKING_BYTES = 60_000_000
"""Memory for one batch of successors, about, with NumPy itself."""

MOST_RESULTS = 1 << 14
"""Results of one command, state by state."""


def has_chance(steps: Sequence[f.Step]) -> bool:
    """Whether any statement rolls a chance."""
    for step in steps:
        match step:
            case f.Luck():
                return True
            case f.When(branches, otherwise):
                if has_chance(otherwise) or any(has_chance(body) for _, body in branches):
                    return True
            case f.Each(_, _, body):
                if has_chance(body):
                    return True
            case _:
                pass
    return False


def _no_draw(site: int, n: int) -> int:
    raise AssertionError("a world without chance rolled one")


@dataclass(slots=True)
class Moves:
    """The edges of a system's states, by the back end that suits the number of states."""

    system: System
    packing: Packing
    chancy: tuple[bool, ...]
    """For each action whether chance has a say in what it does."""
    mix: Mixer = mixed
    orbits: Orbits | None = None
    """Where objects are interchangeable: one state stands for each orbit. Edges are given as they are; who keeps
    their ends asks for the `settled` ones."""
    check: Check = unchecked
    """Called now and then while the batch back end is made."""
    _kernel: Kernel | None = None
    _too_large: bool = False

    @staticmethod
    def of(system: System, mix: Mixer = mixed, classes: Classes = ()) -> Moves:
        """The edges of a system; between the orbits of its states, where some classes of atoms are interchangeable."""
        turn = has_chance(system.program.turn)
        chancy = tuple(has_chance(a.effects.body) or (turn and not a.free) for a in system.program.acts)
        packing = Packing(system)
        return Moves(system, packing, chancy, mix, Orbits(system, packing, classes) if classes else None)

    def settled(self, words: Words, check: Check = unchecked) -> Words:
        """The states that stand for some states: each for itself, unless objects are interchangeable."""
        return words if self.orbits is None else self.orbits.canonical(words, check)

    def settled_bytes(self, states: Sequence[bytes]) -> Sequence[bytes]:
        """The same for states as bytes."""
        if self.orbits is None or not states:
            return states
        return self.packing.unpack(self.orbits.canonical(self.packing.pack(states)))

    @property
    def kernel(self) -> Kernel | None:
        """The batch back end, made when first asked for; None for a world too large for it."""
        if self._kernel is None and not self._too_large:
            try:
                self._kernel = Kernel.of(self.system, self.packing, self.check)
            except TooLarge:
                self._too_large = True
        return self._kernel

    def batch(self, number: int) -> Kernel | None:
        """The batch back end if it suits so many states."""
        return self.kernel if number >= WIDE else None

    def one_by_one(self, state: bytes) -> Iterator[tuple[Command, tuple[bytes, ...]]]:
        """The accepted commands of a state with all their results."""
        system, chancy = self.system, self.chancy
        for command in system.admissible(state):
            if not chancy[command[0]]:
                yield command, (system.apply(state, command, _no_draw),)
                continue
            results, whole = system.results(state, command, MOST_RESULTS)
            if not whole:
                raise OverBudget("chance")
            yield command, results


Layer = Columns | list[Packed]
"""All states that need the same number of commands: as sorted columns, or, where they are few, one by one."""


@dataclass(slots=True)
class Layers:
    """All states that were reached, by the fewest commands to them. Every layer is whole."""

    moves: Moves
    layers: list[Layer] = field(default_factory=list)
    starts: tuple[bytes, ...] = ()
    """As the world has them, also where orbits are searched."""
    all_starts: bool = True
    """Whether these are all starts. Where another limit was reached first, `reason` does not tell."""
    states: int = 0
    transitions: int = 0
    """Edges from all layers but, if the search stopped, the last."""
    reason: Reason = ""
    """Why it is not all: the budget that was reached; empty when it is all."""
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether these are all reachable states."""
        return not self.reason

    @property
    def depth(self) -> int:
        """The number of the last layer."""
        return len(self.layers) - 1

    def words(self, number: int) -> Words:
        """The states of a layer."""
        layer = self.layers[number]
        return self.moves.packing.columns(layer) if isinstance(layer, list) else words_of(layer)

    def take(self, number: int) -> Words:
        """The states of a layer, which are not kept here any longer."""
        words = self.words(number)
        self.layers[number] = []
        return words


def search(moves: Moves, budget: Budget, tell: Tell = silent) -> Layers:
    """All states that can be reached from every start."""
    return search_within(moves, Watch(budget), tell)


def search_within(moves: Moves, watch: Watch, tell: Tell = silent) -> Layers:
    """The same where the budget has to do for more than the search."""
    moves.check = watch.check
    return _Search(moves, watch, tell).run()


@dataclass(slots=True)
class _Search:
    """One search on its way.

    `recent` holds states met one by one; everything else that was met lies in `seen`.
    """

    moves: Moves
    watch: Watch
    tell: Tell
    seen: Runs = field(default_factory=Runs)
    recent: set[bytes] = field(default_factory=set)
    kept: int = 0
    """Bytes of the layers."""

    @property
    def _one(self) -> int:
        """Bytes of a state that is kept one by one: as it is, and packed."""
        packing = self.moves.packing
        return ONE_BY_ONE_BYTES + packing.size + WORD_BYTES * packing.words

    def run(self) -> Layers:
        self.seen.mix = self.moves.mix
        watch = self.watch
        limit = max(1, min(watch.budget.states, 10 * START_ATTEMPTS, watch.budget.memory // (2 * self._one)))
        starts, all_starts = self.moves.system.start_states(limit, late=watch.share(STARTS_SHARE).late)
        found = Layers(self.moves, starts=starts, all_starts=all_starts)
        first = dict.fromkeys(self.moves.settled_bytes(starts))
        self.recent.update(first)
        layer: Columns | list[bytes] = list(first)
        try:
            while _size(layer):
                layer = self._settled(layer)
                found.layers.append(self._stored(layer))
                found.states += _size(layer)
                self.tell(Progress(found.states, found.depth, _size(layer), self.watch.elapsed()))
                edges, layer = self._next(layer, self.watch.budget.states - found.states)
                found.transitions += edges
            found.reason = "" if all_starts else "starts"
        except OverBudget as stop:
            found.reason = stop.reason
        found.seconds = self.watch.elapsed()
        return found

    def _settled(self, layer: Columns | list[bytes]) -> Columns | list[bytes]:
        """Many states are packed."""
        if isinstance(layer, list) and len(layer) >= WIDE:
            return ordered(keyed(self.moves.packing.pack(layer), self.moves.mix))
        return layer

    def _stored(self, layer: Columns | list[bytes]) -> Layer:
        if isinstance(layer, list):
            self.kept += len(layer) * self._one
            return [self.moves.packing.pack_one(state) for state in layer]
        self.kept += weight(layer)
        return layer

    def _next(self, layer: Columns | list[bytes], room: int) -> tuple[int, Columns | list[bytes]]:
        """The edges from a layer, and the next layer: at most `room` states."""
        kernel = self.moves.batch(_size(layer))
        if kernel is not None:
            self._pack_away()
            assert not isinstance(layer, list)
            return self._wide(kernel, layer, room)
        states = layer if isinstance(layer, list) else self.moves.packing.unpack(words_of(layer))
        edges, after = self._narrow(states, room)
        if len(self.recent) > KEPT_ONE_BY_ONE:
            self._pack_away()
        return edges, after

    def _pack_away(self) -> None:
        if self.recent:
            self.seen.add(ordered(keyed(self.moves.packing.pack(list(self.recent)), self.moves.mix)))
            self.recent.clear()

    def _narrow(self, states: Sequence[bytes], room: int) -> tuple[int, list[bytes]]:
        edges = 0
        plain = self.moves.orbits is None
        recent = self.recent if plain else set()
        fresh: list[bytes] = []
        often = max(1, min(LOOKED_UP, LOOKED_UP_BYTES // self._one))
        for state in states:
            self._check(len(self.recent) * self._one)
            for number, (_, results) in enumerate(self.moves.one_by_one(state), 1):
                edges += len(results)
                if number % often == 0:
                    self._check(len(self.recent) * self._one)
                for after in results:
                    if after not in recent:
                        recent.add(after)
                        fresh.append(after)
        if not plain:
            fresh = [state for state in dict.fromkeys(self.moves.settled_bytes(fresh)) if state not in self.recent]
            self.recent.update(fresh)
        self._check(len(self.recent) * self._one)
        if fresh and self.seen.size:
            fresh = self._unseen(fresh)
        if len(fresh) > room:
            raise OverBudget("states")
        return edges, fresh

    def _unseen(self, fresh: list[bytes]) -> list[bytes]:
        """Those that were not met by a batch before. The others may leave `recent`: they are known elsewhere."""
        packing = self.moves.packing
        named = {packing.pack_one(state): state for state in fresh}
        new = self.seen.outside(keyed(packing.columns(list(named)), self.moves.mix))
        kept = [named[packed] for packed in zip(*(w.tolist() for w in words_of(new)), strict=True)]
        self.recent.difference_update(fresh)
        self.recent.update(kept)
        return kept

    def _wide(self, kernel: Kernel, columns: Columns, room: int) -> tuple[int, Columns]:
        words = words_of(columns)
        fresh = Runs(self.moves.mix)
        pending: list[Words] = []
        most = min(BATCH, BATCH_BYTES // (8 * len(columns)))
        count = edges = 0
        for start in range(0, len(words[0]), kernel.block):
            block = tuple(w[start : start + kernel.block] for w in words)
            for _, chosen, after in kernel.successors(block, idle=False):
                edges += len(chosen)
                if after:
                    pending.append(after)
                    count += len(chosen)
                if count >= most:
                    self._check(fresh.bytes)
                    self._collect(fresh, pending, room)
                    count = 0
            self._check(fresh.bytes)
        self._collect(fresh, pending, room)
        layer = fresh.whole() if fresh.runs else tuple(c[:0] for c in columns)
        self.seen.add(layer)
        return edges, layer

    def _collect(self, fresh: Runs, pending: list[Words], room: int) -> None:
        """Adds what is new among some successors to the next layer."""
        if not pending:
            return
        columns = ordered(keyed(joined(pending), self.moves.mix))
        pending.clear()
        if self.moves.orbits is not None:
            # Those that are known representatives themselves need no more work.
            columns = self.seen.outside(columns)
            columns = ordered(keyed(self.moves.settled(words_of(columns), self.watch.check), self.moves.mix))
        fresh.add(fresh.outside(self.seen.outside(columns)))
        if fresh.size > room:
            raise OverBudget("states")

    def _check(self, more: int) -> None:
        """Stops at the budget of time or memory. Merging needs the memory of what it merges once more."""
        self.watch.check()
        self.watch.room(self.kept + 2 * self.seen.bytes + 2 * more + WORKING_BYTES)


def _size(layer: Columns | list[bytes]) -> int:
    return len(layer) if isinstance(layer, list) else len(layer[0])
