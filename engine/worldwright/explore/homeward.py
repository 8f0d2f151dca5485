"""Ways home: from every state of a world into a small box of states, and from there to any goal.

Whether a goal can be reached from *every* state is asked of more states than can be listed, but most of the way is the
same for all goals and all states: put down what is in the hands, empty the basket, go to the middle. So all states are
taken as one box, and value after value is driven out of it: if from every state of the box in which a variable has some
value there is a way to a state of the box in which it has another one, then the box without that value can be reached
from everywhere. What remains is a small box, *home*, often a single state. From home a plan for one state is followed
as a plan for the whole box, steps that are refused being left out, and where it depends on a variable, case by case.

This is planning without knowing the state, over sets of values (conformant planning with sets of values: Hoffmann and
Brafman 2006 compare it with finer ones), chained backwards from what a command needs (as in STRIPS: Fikes and Nilsson
1971). All of it is about boxes, so it is true of every state in them, whatever is found or not found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from ..compile.system import Command, CompiledTask
from .beginning import Beginning
from .boxes import Box, Boxes, Masks, joined, within
from .cases import settled
from .ground import Ground, GroundCommand
from .mending import Plans
from .nodes import Node, TooLarge
from .plan import Effort

EFFORT = Effort(around=200, quick=6_000, better=0, first_proof=0, batch=0, proof=0)
"""What one plan may cost: any will do, it need not be shortest."""

DEEPEST = 5
"""Commands that are chained for the sake of one another."""

MOST_TRIES = 1_000
"""Commands that are tried to drive out one value."""

MOST_FAILURES = 12
"""Values of one variable on end that cannot be driven out by several commands before the others are left alone."""

MOST_TRIED = 300_000
"""Commands that are tried to drive out values, all in all: three times what the largest worlds so far need."""

MOST_BEGUN = 1 << 16
"""Values of one variable at the start."""

MOST_WAYS = 8
"""Ways of chance of one command that are tried."""

MOST_CASES = 100
"""Cases that home is taken apart into for one goal."""

MOST_ROUNDS = 3
"""Times that what has been undone on the way is done again."""


@dataclass(frozen=True, slots=True)
class Move:
    """A command and one way that chance may fall in it: a way for each of its stages and of every turn's."""

    command: GroundCommand
    ways: tuple[int, ...]


@dataclass(slots=True)
class Homeward:
    """A world's home, and what can be reached from there."""

    ground: Ground
    boxes: Boxes
    always: Sequence[Node]
    """Conditions that are proved to hold in every state."""
    late: Callable[[], bool]
    reachable: Masks = ()
    """A box around all states that can be reached."""
    home: Masks = ()
    """From every state that can be reached, some state of this box can be reached."""
    _moves: dict[int, list[tuple[Move, int]]] = field(default_factory=dict)
    """For each variable what may change it, and to what."""
    _by_command: dict[Command, list[Move]] = field(default_factory=dict)
    _walks: dict[tuple[Masks, int, int], Masks | None] = field(default_factory=dict)
    _tries: int = 0
    _tried: int = 0

    @staticmethod
    def of(ground: Ground, beginning: Beginning, always: Sequence[Node], late: Callable[[], bool]) -> Homeward | None:
        """Finds a world's home. None: its start cannot be seen through, or time is up."""
        homeward = Homeward(ground, Boxes(ground.graph), always, late)
        try:
            begun = homeward._begun(beginning)
        except TooLarge:
            return None
        reachable = None if begun is None else homeward._reachable(begun)
        if begun is None or reachable is None:
            return None
        homeward._note_moves(reachable)
        homeward.reachable = homeward.home = reachable
        # Home is to be like where plays begin: what is never so at the start is driven out first, where that is easy.
        homeward._drive_out(tuple(a & ~b for a, b in zip(reachable, begun, strict=True)), 1)
        homeward._drive_out(reachable, DEEPEST)
        return homeward

    # ------------------------------------------------------------ what can be at all

    def _begun(self, beginning: Beginning) -> Masks | None:
        """A box around all starts; None: there is too much that a variable can be."""
        masks = []
        for variable in self.ground.graph.variables:
            rows = beginning.projected({variable.index: range(len(variable.domain.values))}, MOST_BEGUN)
            if rows is None:
                return None
            masks.append(sum(1 << int(rank) for rank in rows[:, 0]))
        return tuple(masks)

    def _reachable(self, box: Masks) -> Masks | None:
        """A box around all states that can be reached from a box; None: time is up."""
        while not self.late():
            larger = box
            asked = self.boxes.at(box)
            for command in self.ground.commands:
                accepted = None if self.late() else asked.given(command.guard)
                if accepted is not None:
                    larger = joined(larger, self._may(accepted, command))
            if larger == box:
                return self._narrowed(box)
            box = larger
        return None

    def _may(self, accepted: Masks, command: GroundCommand) -> Masks:
        """A box around all that a command may lead to."""
        box = accepted
        for stage in (*command.stages, *(() if command.free else self.ground.turn)):
            here = self.boxes.at(box)
            for condition, changes in stage:
                if here.holds(condition) is False:
                    continue
                for slot, rank in changes:
                    mask = box[slot] | here.ranks(slot, rank)
                    box = (*box[:slot], mask, *box[slot + 1 :])
        return box

    def _narrowed(self, box: Masks) -> Masks:
        """A box without states that can never be."""
        for condition in self.always:
            box = self.boxes.at(box).given(condition) or box
        return box

    def _note_moves(self, reachable: Masks) -> None:
        here = self.boxes.at(reachable)
        for command in self.ground.commands:
            stages = (*command.stages, *(() if command.free else self.ground.turn))
            if here.holds(command.guard) is False:
                continue
            for ways in islice(product(*(range(len(stage)) for stage in stages)), MOST_WAYS):
                move = Move(command, ways)
                self._by_command.setdefault(command.command, []).append(move)
                gives: dict[int, int] = {}
                for stage, way in zip(stages, ways, strict=True):
                    for slot, rank in stage[way][1]:
                        gives[slot] = gives.get(slot, 0) | here.ranks(slot, rank)
                for slot, mask in gives.items():
                    self._moves.setdefault(slot, []).append((move, mask))

    # ------------------------------------------------------------ home

    def _drive_out(self, values: Masks, deepest: int) -> None:
        """Makes home as small as it can be made by driving out some values, the easy ones first."""
        depth = 1
        while depth <= deepest:
            before = self.home
            for index in sorted(self._moves):
                if self.late() or self._tried > MOST_TRIED:
                    return
                self._drive(index, values[index] & self.home[index], depth)
                self._drive_each(index, values[index], depth)
            depth = 1 if self.home != before and depth > 1 else depth + (self.home == before)

    def _drive_each(self, index: int, values: int, depth: int) -> None:
        """The same of one variable value by value, until it goes wrong a few times on end."""
        failures = 0
        for rank in range(values.bit_length()):
            if self.late() or self._tried > MOST_TRIED or (failures > MOST_FAILURES and depth > 1):
                return
            if values >> rank & 1:
                before = self.home
                self._drive(index, 1 << rank, depth)
                failures = failures + 1 if self.home == before else 0

    def _drive(self, index: int, value: int, depth: int) -> None:
        """Drives one value of a variable, or several at once, out of home, if that can be done."""
        home = self.home
        if not home[index] & value or home[index] == value:
            return
        rest = _with(home, index, home[index] & ~value)
        self._tries = MOST_TRIES
        come = self._moved(_with(home, index, value), index, rest[index], depth)
        for _ in range(MOST_ROUNDS):
            if come is None or within(come, rest):
                break
            for other, mask in enumerate(rest):
                if come is not None and come[other] & ~mask:
                    come = self._moved(come, other, mask, depth)
        if come is not None and within(come, rest):
            self.home = self._narrowed(rest)

    def _moved(self, box: Masks, index: int, wanted: int, depth: int) -> Masks | None:
        """A box that can be reached from everywhere in a box, where a variable has one of the wanted ranks."""
        bad = box[index] & ~wanted
        if not bad:
            return box
        if depth <= 0:
            return None
        come = self._by_one(_with(box, index, bad), index, wanted, depth)
        if come is None:
            for rank in range(bad.bit_length()):
                if bad >> rank & 1:
                    one = _with(box, index, 1 << rank)
                    each = self._by_one(one, index, wanted, depth) if bad & (bad - 1) else None
                    each = each or self._walked(one, index, wanted)
                    if each is None:
                        return None
                    come = each if come is None else joined(come, each)
        if come is None or not box[index] & wanted:
            return come
        return joined(_with(box, index, box[index] & wanted), come)

    def _by_one(self, box: Masks, index: int, wanted: int, depth: int) -> Masks | None:
        """The same by one command, after others that it needs."""
        for move, gives in self._moves.get(index, ()):
            if gives & wanted:
                ready = self._made(box, move.command.guard, True, depth - 1)
                come = None if ready is None else self._after(ready, move)
                if come is not None and not come[index] & ~wanted:
                    return come
        return None

    def _walked(self, box: Masks, index: int, wanted: int) -> Masks | None:
        """The same by several commands that are accepted at once, each of which gives the variable one value."""
        key = (box, index, wanted)
        if key not in self._walks:
            self._walks[key] = self._walk(box, index, wanted)
        return self._walks[key]

    def _walk(self, box: Masks, index: int, wanted: int) -> Masks | None:
        met = box[index]
        queue = [box]
        for here in queue:
            for move, gives in self._moves.get(index, ()):
                if not gives & (wanted | ~met) or self._tries <= 0 or self.late():
                    continue
                if self.boxes.at(here).holds(move.command.guard) is not True:
                    continue
                self._tries -= 1
                self._tried += 1
                come = self._after(here, move)
                if come is None or come[index] & (come[index] - 1):
                    continue
                if come[index] & wanted:
                    return come
                if not come[index] & met:
                    met |= come[index]
                    queue.append(come)
        return None

    def _made(self, box: Masks, condition: Node, wanted: bool, depth: int) -> Masks | None:
        """A box that can be reached from everywhere in a box, where a condition holds (or, not `wanted`, does not)."""
        here = self.boxes.at(box)
        if here.holds(condition) is wanted:
            return box
        if self._tries <= 0 or self.late():
            return None
        self._tries -= 1
        self._tried += 1
        key = self.ground.graph.keys[condition]
        match key.op:
            case "slot" | "lut":
                return self._moved(box, key.parts[0], self.boxes.ranks_of(condition, int(wanted), int(wanted)), depth)
            case "not":
                return self._made(box, key.parts[0], not wanted, depth)
            case "and" | "or" if (key.op == "and") == wanted:
                return self._all_made(box, key.parts, wanted, depth)
            case "and" | "or":
                # What may hold already is tried before what does not.
                parts = sorted(key.parts, key=lambda part: here.holds(part) is not None)
                return next((b for part in parts if (b := self._made(box, part, wanted, depth)) is not None), None)
            case "==":
                return self._equalled(here, key.parts[0], key.parts[1], wanted, depth)
            case _:
                return None

    def _all_made(self, box: Masks, conditions: Sequence[Node], wanted: bool, depth: int) -> Masks | None:
        """The same of all of some conditions: one after the other, and again where one undoes another."""
        for _ in range(MOST_ROUNDS):
            for condition in conditions:
                come = self._made(box, condition, wanted, depth)
                if come is None:
                    return None
                box = come
            here = self.boxes.at(box)
            if all(here.holds(condition) is wanted for condition in conditions):
                return box
        return None

    def _equalled(self, here: Box, left: Node, right: Node, wanted: bool, depth: int) -> Masks | None:
        """The same of an equality: one side is made equal to the other where that is known, or unequal."""
        for node, other in ((left, right), (right, left)):
            values = here.values(other)
            key = self.ground.graph.keys[node]
            if values is None or len(values) != 1 or key.op not in ("slot", "lut"):
                continue
            equal = self.boxes.ranks_of(node, min(values), max(values))
            mask = equal if wanted else here.masks[key.parts[0]] & ~equal
            come = self._moved(here.masks, key.parts[0], mask, depth)
            if come is not None and self.boxes.at(come).holds(self.ground.graph.compared("==", left, right)) is wanted:
                return come
        return None

    def _after(self, box: Masks, move: Move) -> Masks | None:
        """The box after a command that is accepted everywhere in a box."""
        stages = (*move.command.stages, *(() if move.command.free else self.ground.turn))
        come: Masks | None = box
        for stage, way in zip(stages, move.ways, strict=True):
            come = None if come is None else self.boxes.at(come).after(stage, way)
        return come

    # ------------------------------------------------------------ from home to a goal

    def reached(self, task: CompiledTask, goal: Node) -> int | None:
        """The commands of the longest plan that it takes from home to a task's goal, given also as a node, if it can
        be reached from all of home."""
        longest = 0
        fixed = settled(self.ground)
        plans = Plans(self.ground.system, task, EFFORT, self.late)
        pending = [self.home]
        for _ in range(MOST_CASES):
            if not pending or self.late():
                break
            box = pending.pop()
            plan = plans.plan(self._sample(box))
            if plan is None:
                return None
            longest = max(longest, len(plan))
            doubt = self._followed(box, plan, goal)
            if doubt is None:
                continue
            support = [v for v in self.ground.graph.support(doubt) if box[v] & (box[v] - 1)]
            apart = next((v for v in support if v in fixed), next(iter(support), None))
            if apart is None:
                return None
            pending += [_with(box, apart, 1 << r) for r in range(box[apart].bit_length()) if box[apart] >> r & 1]
        return None if pending else longest

    def _sample(self, box: Masks) -> bytes:
        """One state of a box."""
        system = self.ground.system
        state = bytearray(system.default)
        for slot, mask in zip(system.slots, box, strict=True):
            code = system.layout.families[slot.name].code(slot.values[(mask & -mask).bit_length() - 1])
            state[slot.offset : slot.offset + slot.width] = code.to_bytes(slot.width, "little")
        return bytes(state)

    def _followed(self, box: Masks, plan: Sequence[Command], goal: Node) -> Node | None:
        """Follows a plan from everywhere in a box, leaving out what is refused. None: the goal holds at its end. Else
        a condition that is in doubt."""
        doubt: Node | None = None
        for command in plan:
            here = self.boxes.at(box)
            come: Masks | None = None
            for move in self._by_command.get(command, ()):
                accepted = here.holds(move.command.guard)
                if accepted is None and doubt is None:
                    doubt = self._open_part(here, move.command.guard)
                if accepted is not False and come is None:
                    come = self._after(box, move) if accepted else self._perhaps(here, move)
            box = come or box
        return None if self.boxes.at(box).holds(goal) is True else doubt or self._open_part(self.boxes.at(box), goal)

    def _open_part(self, here: Box, condition: Node) -> Node:
        """The first part of an open condition that is open itself."""
        key = self.ground.graph.keys[condition]
        parts = key.parts if key.op in ("and", "or") else ()
        return next((part for part in parts if here.holds(part) is None), condition)

    def _perhaps(self, here: Box, move: Move) -> Masks | None:
        """The box after a command where it is accepted, and without it where it is refused. None: which is which
        cannot be said in boxes."""
        guard = move.command.guard
        accepted, refused = here.given(guard), here.given(guard, False)
        if accepted is None or refused is None:
            return None
        if self.boxes.at(accepted).holds(guard) is not True:
            return None
        come = self._after(accepted, move)
        return None if come is None else joined(come, refused)


def _with(box: Masks, index: int, mask: int) -> Masks:
    return (*box[:index], mask, *box[index + 1 :])
