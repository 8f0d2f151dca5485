"""Ways through a graph as what a player does: commands of states that really come about, from a real start.

Where orbits were searched, a way leads from one representative to the next, and its commands are those of the
representatives. A real state is some permutation of its representative, so the same permutation backwards turns the
way's command into one of the real state, with the result turned alike; from start to end this makes a real way of the
same length. Other commands that lead into the same orbit do as well, and a player may have been told only of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..compile.system import Command, System
from .edges import States, Way
from .search import MOST_RESULTS, Moves
from .symmetry_orbits import Orbits, Order

Results = Callable[[bytes, Command], Sequence[bytes]]
"""What may come of a command: one state where luck is known, else all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A state on a way, the command that led to it, and the permutation that makes it its representative."""

    state: bytes
    command: Command | None = None
    order: Order | None = None


@dataclass(slots=True)
class Route:
    """A way through the graph to be gone from real starts."""

    moves: Moves
    path: list[bytes]
    commands: tuple[Command, ...]

    @staticmethod
    def of(states: States, way: Way) -> Route:
        """The route of a way."""
        return Route(states.found.moves, [states.state(number) for number in way.numbers], way.commands)

    def begin(self, start: bytes) -> Place | None:
        """The first place, if the way begins in this start."""
        orbits = self.moves.orbits
        if orbits is None:
            return Place(start) if start == self.path[0] else None
        state, order = _carried(self.moves, orbits, start)
        return Place(start, None, order) if state == self.path[0] else None

    def steps(self, place: Place, number: int, results: Results) -> Iterator[Place]:
        """The places that may be next, the way's own first; none where luck leads elsewhere."""
        command, aim = self.commands[number], self.path[number + 1]
        orbits = self.moves.orbits
        if orbits is None or place.order is None:
            if aim in results(place.state, command):
                yield Place(aim, command)
            return
        own = renamed(self.moves.system, orbits, np.argsort(place.order), command)
        for after in results(place.state, own):
            state, order = _carried(self.moves, orbits, _moved(self.moves, orbits, after, place.order))
            if state == aim:
                yield Place(after, own, order[place.order])
                break
        for other in self.moves.system.admissible(place.state):
            for after in results(place.state, other) if other != own else ():
                state, order = _carried(self.moves, orbits, after)
                if state == aim:
                    yield Place(after, other, order)
                    break

    def onwards(self, place: Place, number: int) -> tuple[Command, ...]:
        """The commands of the way from a place on, whatever luck has to say."""
        system = self.moves.system
        commands: list[Command] = []
        for at in range(number, len(self.commands)):
            place = next(self.steps(place, at, lambda state, command: system.outcomes(state, command, MOST_RESULTS)))
            assert place.command is not None, "a step is made by a command"
            commands.append(place.command)
        return tuple(commands)

    def anyhow(self, starts: Sequence[bytes]) -> tuple[Command, ...]:
        """The same from the first start that the way begins in."""
        return self.onwards(next(found for start in starts if (found := self.begin(start)) is not None), 0)


def renamed(system: System, orbits: Orbits, order: Order, command: Command) -> Command:
    """A command after a permutation of the objects that it names."""
    world = system.world
    parameters = world.actions[command[0]].parameters
    values = (
        orbits.renamed(order, value) if world.domains[p.domain].sort == "atom" else value
        for p, value in zip(parameters, command[1:], strict=True)
    )
    return (command[0], *values)


def _carried(moves: Moves, orbits: Orbits, state: bytes) -> tuple[bytes, Order]:
    """What represents a state, and the permutation that takes it there."""
    carried = orbits.carried(moves.packing.pack([state]))
    return moves.packing.unpack(carried.words)[0], carried.order[0]


def _moved(moves: Moves, orbits: Orbits, state: bytes, order: Order) -> bytes:
    """A state after a permutation."""
    return moves.packing.unpack(orbits.permuted(moves.packing.pack([state]), order))[0]
