"""`metamorphic(world)`: what must change nothing in the graph of a world, and what must change nothing but names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from ..compile.system import Command, System
from ..explore.symmetry import Likeness
from ..play.episode import Episode, EpisodeState
from ..play.golden import Value
from .given import Given, Subject
from .law import Broken, Law, Verdict, expect
from .rewriting import compiled, enlarged, renamed, reordered, trees_of
from .spots import Effort, Ground

OUTCOMES = 1_000
PAIRS = 4
"""Pairs of interchangeable objects that are exchanged."""
Names = Mapping[str, str]
NO_NAMES: Names = {}


@dataclass(frozen=True, slots=True)
class Bridge:
    """Between the states of a world and those of another with the same variables, objects perhaps under new names."""

    there: System
    names: Names
    numbers: dict[str, int] = field(default_factory=dict)
    """Atoms of the other world by name."""

    @staticmethod
    def of(there: System, names: Names = NO_NAMES) -> Bridge:
        """To a world; `names` has the new names of those that are renamed."""
        return Bridge(there, names, {atom.name: i for i, atom in enumerate(there.world.atoms)})

    def value(self, here: System, value: int, domain: str) -> int:
        """A value in the other world."""
        if here.world.domains[domain].sort != "atom":
            return value
        name = here.world.atoms[value].name
        return self.numbers[self.names.get(name, name)]

    def state(self, here: System, state: bytes) -> bytes:
        """A state in the other world."""
        made = bytearray(self.there.default)
        places = {(slot.name, slot.args): slot for slot in self.there.slots}
        for slot in here.slots:
            info = here.world.states[slot.name]
            args = tuple(self.value(here, a, p) for a, p in zip(slot.args, info.parameters, strict=True))
            target = places[slot.name, args]
            code = self.there.layout.families[slot.name].code(self.value(here, slot.read(state), info.domain))
            made[target.offset : target.offset + target.width] = code.to_bytes(target.width, "little")
        return bytes(made)

    def command(self, here: System, command: Command) -> Command:
        """A command in the other world."""
        action = here.actions[command[0]]
        number = next(i for i, a in enumerate(self.there.actions) if a.name == action.name)
        values = zip(action.parameters, command[1:], strict=True)
        return (number, *(self.value(here, v, p.domain) for p, v in values))


def edges(system: System, state: bytes) -> dict[Command, frozenset[bytes]]:
    """The accepted commands of a state with all their results."""
    return {c: frozenset(system.outcomes(state, c, OUTCOMES)) for c in system.admissible(state)}


def isomorphic(here: System, bridge: Bridge, states: Sequence[bytes]) -> None:
    """In every one of these states the other world accepts the same commands, which lead to the same states."""
    for state in states:
        ours = {
            bridge.command(here, command): frozenset(bridge.state(here, s) for s in results)
            for command, results in edges(here, state).items()
        }
        theirs = edges(bridge.there, bridge.state(here, state))
        expect(ours == theirs, f"the graph is another at {here.decode(state)}")


def same_starts(here: System, bridge: Bridge) -> None:
    """Both worlds begin with the same states, where these can be listed."""
    ours, complete = here.start_states(OUTCOMES)
    if complete:
        theirs = set(bridge.there.start_states(OUTCOMES + 1)[0])
        expect({bridge.state(here, s) for s in ours} == theirs, "the world begins otherwise")


# ---------------------------------------------------------------- the laws


def renaming_objects(system: System, states: Sequence[bytes]) -> None:
    """With other identifiers for its objects a world has the same graph."""
    trees, names = renamed(trees_of(system.world))
    bridge = Bridge.of(compiled(trees, system.world.params), names)
    same_starts(system, bridge)
    isomorphic(system, bridge, states)


def reordering_declarations(system: System, states: Sequence[bytes]) -> None:
    """With its declarations in another order a world has the same graph."""
    bridge = Bridge.of(compiled(reordered(trees_of(system.world)), system.world.params))
    same_starts(system, bridge)
    isomorphic(system, bridge, states)


def adding_an_object(system: System, states: Sequence[bytes]) -> None:
    """With an object more that nothing speaks of a world has the same graph."""
    bridge = Bridge.of(compiled(enlarged(trees_of(system.world)), system.world.params))
    same_starts(system, bridge)
    isomorphic(system, bridge, states)


def exchanging_the_interchangeable(system: System, states: Sequence[bytes]) -> None:
    """Where two objects are interchangeable (a few such pairs are tried), exchanging them in a state exchanges them in
    all that follows."""
    pairs = [pair for alike in Likeness(system).symmetry([]).classes for pair in pairwise(alike)]
    for one, other in pairs[:PAIRS]:
        first, second = system.world.atoms[one].name, system.world.atoms[other].name
        isomorphic(system, Bridge.of(system, {first: second, second: first}), states)


def saving_and_restoring(system: System, states: Sequence[bytes]) -> None:
    """Played from a saved situation, every command is accepted where the graph has an edge, and follows it."""
    first = Episode(system).state
    for state in states:
        saved = EpisodeState.from_json({**first.to_json(), "state": state.hex(), "ended": "", "steps": 0})
        graph = edges(system, state)
        for command in graph:
            play = Episode.restore(system, saved)
            answer = play.act(command)
            expect(answer.accepted, f"{command} is accepted in the graph and not after restoring")
            expect(play.state.state in graph[command], f"{command} leaves the graph after restoring")


LAWS: dict[str, Callable[[System, Sequence[bytes]], None]] = {
    "renaming objects": renaming_objects,
    "reordering declarations": reordering_declarations,
    "adding an object": adding_an_object,
    "exchanging the interchangeable": exchanging_the_interchangeable,
    "saving and restoring": saving_and_restoring,
}


def metamorphic(
    given: Given, params: Mapping[str, Value] | None = None, *, effort: Effort | None = None
) -> tuple[Law, ...]:
    """Laws about a world and its likes, as ready tests: what leaves the graph of its states as it is.

    Proved where all states fit the effort, else tried in the first of them and in those of random plays. Raises
    WorldError for a faulty world.
    """
    subject = Subject.of(given, params)
    ground = Ground(subject.system, None, None, 0, effort or Effort())
    return tuple(
        Law(name, " ".join((check.__doc__ or "").split()), partial(_decide, ground, name, check))
        for name, check in LAWS.items()
    )


def _decide(ground: Ground, name: str, check: Callable[[System, Sequence[bytes]], None]) -> Verdict:
    spots, complete = ground.spots()
    states = dict.fromkeys(spot.episode.state.state for spot in spots)
    if not complete:
        for walk in ground.walks():
            states.update(dict.fromkeys(answer.after for answer in walk.heard))
    try:
        check(ground.system, tuple(states))
    except Broken as broken:
        return Verdict(name, "found", len(states), str(broken))
    return Verdict(name, "proved" if complete else "not found", len(states))
