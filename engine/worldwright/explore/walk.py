"""A small world, walked through state by state: every command with what it tells, every refusal with its sentence.

Through the scalar back end, with the texts that an agent would read who has been told of everything; for counting
large worlds there is the batch search beside this file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from ..compile.choices import enumerate_results
from ..compile.rng import Draw
from ..compile.system import Command, CompiledTask, System
from ..limits import OUTCOMES
from ..play.table import table_of
from ..play.words import joined

MOVES_A_STATE = 40
"""So many times the states are the moves that a graph may have; a state whose moves would be more is left alone."""

DRAWS_A_STATE = 100
"""So many times the states are the draws that may be made to find the results of chance."""

MAX_STATES = 2_000
"""States of a graph, unless more are asked for: what a person or a general graph tool still handles well."""

REFUSALS = 8
"""Refused commands of one state: one for each reason, those first that were nearest to being accepted."""

TRIED = 500
"""Commands of one action that are tried in one state to find refusals."""

OUTCOMES_DRAWS = 50_000
"""Draws that are made to find the results of one command."""

EVERYTHING = -1
"""The mask of one who has been told of everything."""


class TooManyStates(ValueError):
    """The world has more states than the graph may have."""

    def __init__(self, title: str, limit: int) -> None:
        super().__init__(f"{title}: more than {limit:,} states can be reached; allow more, or begin at one start state")


@dataclass(frozen=True, slots=True)
class Move:
    """A command from one state (by number) to another; one of several outcomes where chance has a say."""

    source: int
    target: int
    command: Command
    said: str
    told: str
    chance: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that a state refuses, the need that fails (`open.2`) and its sentence."""

    command: Command
    said: str
    told: str
    need: str


@dataclass(frozen=True, slots=True)
class Walked:
    """States in the order of their discovery, start states first, and every accepted command between them."""

    system: System
    states: tuple[bytes, ...]
    depths: tuple[int, ...]
    starts: int
    moves: tuple[Move, ...]
    expanded: int
    """The states from here on were seen but not looked into: the budget was reached. Equal to their number if none."""

    @property
    def complete(self) -> bool:
        """Whether these are all states that can be reached."""
        return self.expanded == len(self.states)

    def moves_from(self, sources: Sequence[int]) -> Iterator[Move]:
        """The moves of some states. Moves are kept in the order of their source."""
        for source in sources:
            at = bisect_left(self.moves, source, key=lambda move: move.source)
            while at < len(self.moves) and self.moves[at].source == source:
                yield self.moves[at]
                at += 1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The states (by number) where a task's goal holds, where it has failed, and which cannot reach the goal."""

    goals: frozenset[int]
    failed: frozenset[int]
    dead: frozenset[int]


def walk(system: System, starts: tuple[bytes, ...], max_states: int = MAX_STATES) -> Walked:
    """Breadth-first search from some states. With more states than allowed it stops, and says so."""
    numbers = {state: number for number, state in enumerate(dict.fromkeys(starts))}
    states = list(numbers)
    depths = [0] * len(states)
    moves: list[Move] = []
    at = 0
    tally = Tally()
    while at < len(states) and len(states) <= max_states and tally.draws <= DRAWS_A_STATE * max_states:
        state = states[at]
        offered = system.admissible(state)
        if len(moves) + len(offered) > MOVES_A_STATE * max_states:
            break
        for command in offered:
            said = said_as(system, command)
            results = list(outcomes(system, state, command, tally))
            for after, told in results:
                number = numbers.setdefault(after, len(states))
                if number == len(states):
                    states.append(after)
                    depths.append(depths[at] + 1)
                moves.append(Move(at, number, command, said, told, len(results) > 1))
        at += 1
    if len(states) > max_states:  # drop what lies beyond, and the states whose moves lead there are not looked into
        moves = [move for move in moves if move.target < max_states]
        at = max(0, min(at, max_states) - 1)
        moves = [move for move in moves if move.source < at]
        states, depths = states[:max_states], depths[:max_states]
    return Walked(system, tuple(states), tuple(depths), min(len(dict.fromkeys(starts)), len(states)), tuple(moves), at)


def said_as(system: System, command: Command) -> str:
    """A command in the world's own words."""
    return table_of(system).skin("natural").print(command)


@dataclass(slots=True)
class Tally:
    """How many draws were made."""

    draws: int = 0


def outcomes(system: System, state: bytes, command: Command, tally: Tally | None = None) -> Iterator[tuple[bytes, str]]:
    """Every result of an accepted command over its chances, with what is told of it in its first wording. The draws
    that it takes are added to the tally."""
    found: dict[bytes, dict[int, int]] = {}

    def run(draw: Draw) -> bytes:
        drawn: dict[int, int] = {}
        after = system.apply(state, command, _remembering(draw, drawn))
        found.setdefault(after, drawn)
        if tally is not None:
            tally.draws += len(drawn)
        return after

    enumerate_results(run, OUTCOMES, 64 * OUTCOMES, ends_only=True, draws=OUTCOMES_DRAWS)
    for after, drawn in islice(found.items(), OUTCOMES):
        _, fragments, _ = system.narrate(state, command, _replaying(drawn), EVERYTHING)
        yield after, joined(fragments)


def _remembering(draw: Draw, drawn: dict[int, int]) -> Draw:
    def remember(site: int, n: int) -> int:
        if site not in drawn:
            drawn[site] = draw(site, n)
        return drawn[site]

    return remember


def _replaying(drawn: dict[int, int]) -> Draw:
    """The draws that were made; the first choice for those that only words depend on."""
    return lambda site, n: min(drawn.get(site, 0), n - 1)


def opening(system: System, state: bytes) -> str:
    """What a start state tells, in its first wording."""
    return joined(system.opening(state, lambda site, n: 0, EVERYTHING)[0])


def refusals(system: System, state: bytes, limit: int = REFUSALS) -> tuple[Refusal, ...]:
    """Refused commands of a state: of each action one for each need, first those that failed last."""
    found: list[tuple[int, int, Command]] = []
    for number, action in enumerate(system.actions):
        domains = [system.world.domains[parameter.domain].values for parameter in action.parameters]
        first: dict[int, Command] = {}
        for values in islice(product(*domains), TRIED):
            failing = system.refusal(state, (number, *values))
            if failing < 0:
                continue
            known = first.get(failing)
            # nobody unlocks a chest with itself: different things are the better example
            if known is None or len({*values}) > len({*known[1:]}):
                first[failing] = (number, *values)
        found += [(len(system.needs[number]) - failing, failing, command) for failing, command in first.items()]
    found.sort(key=lambda one: (one[0], one[2]))
    return tuple(
        Refusal(
            command,
            said_as(system, command),
            system.refusal_text(state, command, failing, EVERYTHING),
            system.need(command[0], failing).id,
        )
        for _, failing, command in found[:limit]
    )


def judge(walked: Walked, task: CompiledTask | None) -> Verdicts:
    """Where a task is won, lost and hopeless. A play ends where it fails; only a whole graph shows what is hopeless."""
    if task is None:
        return Verdicts(frozenset(), frozenset(), frozenset())
    states = walked.states
    failed = frozenset(i for i, state in enumerate(states) if task.failed(state) >= 0)
    goals = frozenset(i for i, state in enumerate(states) if i not in failed and task.goal(state))
    if not walked.complete:
        return Verdicts(goals, failed, frozenset())
    before: list[list[int]] = [[] for _ in states]
    for move in walked.moves:
        if move.source not in failed:
            before[move.target].append(move.source)
    hopeful = set(goals)
    todo = sorted(goals)
    while todo:
        for source in before[todo.pop()]:
            if source not in hopeful:
                hopeful.add(source)
                todo.append(source)
    return Verdicts(goals, failed, frozenset(i for i in range(len(states)) if i not in hopeful))
