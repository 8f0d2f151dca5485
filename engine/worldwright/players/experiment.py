"""Experiments: what can be done to see which of two cases is the true one, where that takes long to prepare.

The two cases agree in all but a few variables, the *secret*. An experiment is a command that would read, or lead, to
something else in the one than in the other if only its needs held, or a turn that passes while the secret makes a
difference to what it does. What has to hold for that is a condition on what both have in common, so a way there is
found as a plan is: by relaxed plans towards any of these conditions. Numbers are driven: towards a temperature at which
the cases come apart, say, by way of what makes it rise or fall. All this only says where to look. The search itself
goes through both cases at once and compares what is read. If they come apart unseen (what was wax is liquid in one of
them), what shows that is the next experiment.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from worldwright.compile.layout import Slot
from worldwright.compile.system import Command, CompiledTask, System
from worldwright.explore.conditions import task_conditions
from worldwright.explore.given import given
from worldwright.explore.ground import Ground
from worldwright.explore.heuristics import Heuristics
from worldwright.explore.nodes import Node, TooLarge
from worldwright.explore.plan import ground_of, supports_of
from worldwright.explore.relaxation import Relaxation
from worldwright.players.predict import Predictor

Pair = tuple[bytes, bytes]
"""Two states of which each could be the true one."""

STAGES = 4
"""So often cases may come apart unseen before it is read."""

LOOKED_AT = 500
"""Pairs that are looked at in search of one experiment."""

TRIED = 12
"""Of the commands that are accepted, one of so many first ones may show what a turn does."""

MOST_COMMANDS = 4_000
"""In worlds with more ground commands, experiments are not looked for."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A way to where two cases come apart, the cases then, and whether that is read."""

    way: tuple[Command, ...]
    pair: Pair
    read: bool


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Variables that are numbers, and the values at which the cases come apart."""

    values: tuple[tuple[Slot, tuple[int, ...]], ...]

    def left(self, state: bytes) -> int:
        """How far the nearest of them is from such a value."""
        return min((abs(slot.read(state) - v) for slot, values in self.values for v in values), default=0)


@dataclass(frozen=True, slots=True)
class _Aim:
    """Estimates of how far it is to any experiment."""

    heuristics: Heuristics
    numbers: _Numbers


_Entry = tuple[tuple[int, int], int, Pair]


@dataclass(frozen=True, slots=True)
class Experiments:
    """Looks for experiments in the pairs of states that one player believes in."""

    system: System
    task: CompiledTask
    predict: Predictor
    good: Callable[[bytes, Command], bool]
    """Is a command accepted in a state, and no danger?"""

    def tell_apart(self, pair: Pair, told: int, begin: Callable[[Command], bool]) -> tuple[Command, ...]:
        """Commands, accepted and no danger in both cases, of which the last reads differently in the two.

        They name only what is told; `begin` says which may be the first. Empty if no such way is found.
        """
        root = pair
        way: tuple[Command, ...] = ()
        for _ in range(STAGES):
            found = self._stage(pair, told, None if way else begin)
            if found is None:
                return ()
            way = (*way, *found.way)
            if found.read:
                return self._thinned(root, way, told, begin)
            pair = found.pair
        return ()

    def _thinned(
        self, root: Pair, way: tuple[Command, ...], told: int, begin: Callable[[Command], bool]
    ) -> tuple[Command, ...]:
        """A way without the commands that it does as well without, each tried in turn together with all later ones
        that are then refused."""
        place = 0
        while place < len(way) - 1:
            shorter = self._played(root, (*way[:place], *way[place + 1 :]), told)
            if shorter and begin(shorter[0]):
                way = shorter
            else:
                place += 1
        return way

    def _played(self, pair: Pair, way: Sequence[Command], told: int) -> tuple[Command, ...]:
        """Commands as far as what the two cases read differs, without those refused; empty if it never does."""
        played: list[Command] = []
        for command in way:
            if any(self.system.refusal(state, command) >= 0 for state in pair):
                continue
            if not all(self.good(state, command) for state in pair):
                return ()
            played.append(command)
            said, other = (self.predict.said(state, command, told) for state in pair)
            if said != other:
                return tuple(played)
            one, two = (self.predict.state_after(state, command) for state in pair)
            pair = one, two
        return ()

    def _stage(self, root: Pair, told: int, begin: Callable[[Command], bool] | None) -> _Found | None:
        """The first way found to where the cases come apart as is read, else the first to where they do so unseen; best
        first by relaxed plans, with a queue for the commands that these begin with (as in `frontier.follow`)."""
        secret = self._secret(root)
        aim = self._aim(root, secret, told)
        if aim is None:
            return None
        ticket = count()
        came: dict[Pair, tuple[Pair, Command] | None] = {root: None}
        queues: tuple[list[_Entry], list[_Entry]] = ([((0, 0), next(ticket), root)], [])
        done: set[Pair] = set()
        unseen: _Found | None = None
        for turn in range(2 * LOOKED_AT):
            queue = queues[turn % 2] or queues[1 - turn % 2]
            if not queue:
                break
            pair = heapq.heappop(queue)[2]
            relaxed = None if pair in done else aim.heuristics.relaxed_plan(pair[0])
            done.add(pair)
            if relaxed is None:
                continue
            for step, read, after in self._steps(pair, told, begin if pair == root else None):
                if read:
                    return _Found((*_way(came, pair), step), after, read)
                if self._secret(after) - secret:
                    unseen = unseen or _Found((*_way(came, pair), step), after, read)
                elif after not in came:
                    came[after] = (pair, step)
                    entry = ((aim.numbers.left(after[0]), relaxed.length), next(ticket), after)
                    heapq.heappush(queues[0], entry)
                    if step in relaxed.preferred:
                        heapq.heappush(queues[1], entry)
        return unseen

    def _steps(
        self, pair: Pair, told: int, begin: Callable[[Command], bool] | None
    ) -> Iterator[tuple[Command, bool, Pair]]:
        """Every command that is accepted and no danger in both cases, whether it reads differently, what follows."""
        for step in self.system.admissible(pair[0], told):
            if (begin is None or begin(step)) and self.good(pair[0], step) and self.good(pair[1], step):
                said, other = (self.predict.said(state, step, told) for state in pair)
                one, two = (self.predict.state_after(state, step) for state in pair)
                yield step, said != other, (one, two)

    def _secret(self, pair: Pair) -> frozenset[int]:
        """The variables in which two cases differ."""
        one, two = pair
        return frozenset(place for place, slot in enumerate(self.system.slots) if slot.read(one) != slot.read(two))

    # ------------------------------------------------------------ what has to hold

    def _aim(self, pair: Pair, secret: frozenset[int], told: int) -> _Aim | None:
        """What has to hold for any experiment; None if there is none, or the world is too large to say."""
        ground = ground_of(self.system)
        if ground is None or len(ground.commands) > MOST_COMMANDS:
            return None
        try:
            own = ground.fork()
            numbers, conditions = self._values(own, pair, secret)
            aim = own.graph.any_of([*conditions, *self._guards(own, pair, secret, told)])
            fails = [own.condition(c.form, c.args) for c in task_conditions(self.system, self.task).fails]
            aim = own.graph.all_of((aim, *(own.graph.opposite(node) for node in fails)))
            relaxation = Relaxation.of(own, supports_of(self.system).fork(own.graph), aim, fails)
        except TooLarge:
            return None
        return _Aim(Heuristics(relaxation), numbers)

    def _values(self, ground: Ground, pair: Pair, secret: frozenset[int]) -> tuple[_Numbers, list[Node]]:
        """The numbers at which the cases come apart as time passes; the same of other variables, and the values of any
        with which such a number comes nearer."""
        graph, slots = ground.graph, self.system.slots
        families = self.system.layout.families
        common = [(place, slot) for place, slot in enumerate(slots) if place not in secret]
        conditions: list[Node] = []
        numbers: list[tuple[Slot, tuple[int, ...]]] = []
        for place, slot in common:
            fits = [self._would_part(pair, secret, slot, value) for value in slot.values]
            if any(fits) and families[slot.name].domain.sort == "int":
                numbers.append((slot, tuple(value for value, fit in zip(slot.values, fits, strict=True) if fit)))
            else:
                conditions.append(graph.table(place, fits, True))
        driven = _Numbers(tuple(numbers))
        if numbers:
            for place, slot in common:
                changed = [self._written(pair[0], slot, value) for value in slot.values]
                conditions.append(graph.table(place, [self._would_drive(state, driven) for state in changed], True))
        return driven, conditions

    def _guards(self, ground: Ground, pair: Pair, secret: frozenset[int], told: int) -> Iterator[Node]:
        """The needs, on what the two cases have in common, of every command that would tell them apart."""
        known = [{place: self.system.slots[place].read(state) for place in secret} for state in pair]
        for each in ground.commands:
            if not self.predict.named(each.command) & ~told and self._would_tell(
                ground, pair, secret, each.command, each.guard, told
            ):
                yield ground.graph.all_of([given(ground.graph, each.guard, values) for values in known])

    def _would_tell(
        self, ground: Ground, pair: Pair, secret: frozenset[int], command: Command, guard: Node, told: int
    ) -> bool:
        """Would a command read, or lead, to something else in the two cases if its needs held in both?"""
        one = self._granting(ground, pair[0], guard, secret)
        changed = bytearray(one)
        for slot in (self.system.slots[place] for place in secret):
            changed[slot.offset : slot.offset + slot.width] = pair[1][slot.offset : slot.offset + slot.width]
        two = bytes(changed)
        if not self.good(one, command) or not self.good(two, command):
            return False
        if self.predict.said(one, command, told) != self.predict.said(two, command, told):
            return True
        after = self.predict.state_after(one, command), self.predict.state_after(two, command)
        return bool(self._secret(after) - secret)

    def _would_part(self, pair: Pair, secret: frozenset[int], slot: Slot, value: int) -> bool:
        """Would the cases come apart as time passes if, in both, a variable had a value that it does not have?"""
        if slot.read(pair[0]) == value:
            return False
        one, two = (self._written(state, slot, value) for state in pair)
        for command in self.system.admissible(one)[:TRIED]:
            if not self.system.actions[command[0]].free and self.good(one, command) and self.good(two, command):
                after = self.predict.state_after(one, command), self.predict.state_after(two, command)
                return bool(self._secret(after) - secret)
        return False

    def _would_drive(self, state: bytes, numbers: _Numbers) -> bool:
        """Does a command that is accepted bring a number nearer to where the cases come apart?"""
        left = numbers.left(state)
        return any(
            numbers.left(self.predict.state_after(state, command)) < left for command in self.system.admissible(state)
        )

    def _granting(self, ground: Ground, state: bytes, condition: Node, secret: frozenset[int]) -> bytes:
        """The state changed, if that is easily done, so that a condition holds; what is secret stays as it is."""
        graph = ground.graph
        key = graph.keys[condition]
        if key.op == "and":
            for part in key.parts:
                state = self._granting(ground, state, part, secret)
            return state
        if key.op == "or":
            ways = [self._granting(ground, state, part, secret) for part in key.parts]
            return min(ways, key=lambda way: sum(a != b for a, b in zip(way, state, strict=True)))
        tabulated = graph.tabulated(condition)
        if tabulated is None or tabulated[0] in secret:
            return state
        place, truths = tabulated
        slot = self.system.slots[place]
        fitting = [value for value, truth in zip(slot.values, truths, strict=True) if truth]
        return state if not fitting or slot.read(state) in fitting else self._written(state, slot, fitting[0])

    def _written(self, state: bytes, slot: Slot, value: int) -> bytes:
        code = self.system.layout.families[slot.name].code(value)
        return state[: slot.offset] + code.to_bytes(slot.width, "little") + state[slot.offset + slot.width :]


def _way(came: dict[Pair, tuple[Pair, Command] | None], pair: Pair) -> tuple[Command, ...]:
    way: list[Command] = []
    link = came[pair]
    while link is not None:
        pair, step = link
        way.append(step)
        link = came[pair]
    return tuple(reversed(way))
