"""Where laws are tried: every situation of a world, shortest way first, and random plays beyond the budget."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from math import prod

from ..compile.choices import enumerate_results
from ..compile.system import Command, Draw, System
from ..play.episode import Episode, EpisodeState
from ..play.feedback import Ended, Feedback
from ..play.table import table_of
from .agreement import Pair
from .reference import Reference

CHOICES = 300
"""Ways for chance to fall that the reference tries for one command or start; where there are more, it compares none."""

SEEDS = 40
"""Seeds that are tried to play a way that was explored."""

WORDINGS = 64
"""Ways for chance and wordings to fall in one command that are told apart; where there are more, nothing is proved."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How far laws are tried: situations explored, random plays of so many steps, commands tried in one situation."""

    situations: int = 150
    plays: int = 3
    steps: int = 40
    commands: int = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """One situation of a play, the commands that led there, and those that are tried in it."""

    episode: Episode
    path: tuple[Command, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A random play: how it began, and every command with its answer."""

    first: Episode
    said: tuple[Command, ...]
    heard: tuple[Feedback, ...]


Node = tuple[bytes, int]
"""A state and the mask of what has been told: all that an answer depends on, but for the luck of the turn."""


@dataclass(slots=True)
class Ground:
    """One world with one task, explored when first asked."""

    system: System
    task: str | None
    args: tuple[int, ...] | None
    seed: int
    effort: Effort
    pair: Pair = field(init=False)
    _spots: tuple[list[Spot], bool] | None = None
    _walks: list[Walk] | None = None

    def __post_init__(self) -> None:
        self.pair = Pair(self.system, Reference(self.system.world), CHOICES)

    def episode(self, seed: int, skin: str = "natural") -> Episode:
        """A new play of the task, from a seed; of any task if none was asked for."""
        names = sorted(self.system.world.tasks)
        task = self.task or (names[seed % len(names)] if names else None)
        return Episode(self.system, task, self.args, seed, skin)

    # ------------------------------------------------------------ commands

    @property
    def every(self) -> bool:
        """Whether all commands are tried in every situation."""
        return _count(self.system) <= self.effort.commands

    def commands(self, episode: Episode, salt: int) -> tuple[Command, ...]:
        """The commands to try in a situation: all where these are few, else what is offered and some others."""
        if self.every:
            return tuple(_all(self.system))
        choose = random.Random(salt)
        offered = self.system.admissible(episode.state.state)
        some = choose.sample(offered, min(len(offered), self.effort.commands // 2))
        others = (any_command(self.system, choose) for _ in range(self.effort.commands // 2))
        return tuple(dict.fromkeys((*some, *others)))

    # ------------------------------------------------------------ exploring

    def spots(self) -> tuple[list[Spot], bool]:
        """Situations in the order of the fewest commands to them, and whether these are all there are."""
        if self._spots is None:
            nodes, complete = self._explore()
            self._spots = [self._spot(node, path) for node, path in nodes.items()], complete and self.every
        return self._spots

    def _spot(self, node: Node, path: tuple[Command, ...]) -> Spot:
        episode = self._standing(node, len(path))
        return Spot(episode, path, self.commands(episode, len(path)))

    def _standing(self, node: Node, turn: int) -> Episode:
        """An episode of the first task in a situation, as one that was saved there."""
        fresh = self.episode(self.seed)
        first = fresh.state
        state, told = node
        task = fresh.task if fresh.limit is not None else None
        ended: Ended = "" if task is None else "fail" if task.failed(state) >= 0 else "goal" if task.goal(state) else ""
        milestones = task.milestones(state) if task is not None else 0
        turn = turn if fresh.limit is None else min(turn, max(0, fresh.limit - 2))  # not at the last reply
        saved = EpisodeState(
            first.world, first.task, first.args, first.seed, first.skin, state, told, turn, turn, milestones, ended
        )  # fmt: skip
        return Episode.restore(self.system, saved)

    def _explore(self) -> tuple[dict[Node, tuple[Command, ...]], bool]:
        limit = self.effort.situations
        if limit == 0:
            return {}, False
        starts, complete = self.system.start_states(limit)
        told = self._asked()
        found: dict[Node, tuple[Command, ...]] = {}
        for state in starts:
            openings, whole = self._told(state, told)
            complete &= whole
            found.update({(state, after): () for after in openings})
        waiting = list(found)
        for node in waiting:
            if len(found) > limit:
                return dict(islice(found.items(), limit)), False
            if self._over(node[0]):
                continue
            for command in self.system.admissible(*node):
                results, whole = self._results(node, command)
                complete &= whole
                for after in results:
                    if after not in found:
                        found[after] = (*found[node], command)
                        waiting.append(after)
        return found, complete

    def _asked(self) -> int:
        """What is known before the opening is read."""
        _, told = self.system.about(self.system.always_told)
        episode = self.episode(self.seed)
        return told if episode.limit is None else episode.task.text(told)[1]

    def _over(self, state: bytes) -> bool:
        episode = self.episode(self.seed)
        return episode.limit is not None and (episode.task.goal(state) or episode.task.failed(state) >= 0)

    def _told(self, state: bytes, told: int) -> tuple[list[int], bool]:
        """What can be known after reading an opening."""
        width = len(self.system.world.atoms) // 8 + 1

        def run(draw: Draw) -> bytes:
            return self.system.opening(state, draw, told)[1].to_bytes(width, "big")

        results, whole = enumerate_results(run, WORDINGS, 4 * WORDINGS)
        return [int.from_bytes(each, "big") for each in results], whole

    def _results(self, node: Node, command: Command) -> tuple[list[Node], bool]:
        """Where a command can lead, and what can be known then."""
        width = len(self.system.world.atoms) // 8 + 1

        def run(draw: Draw) -> bytes:
            after, _, told = self.system.narrate(node[0], command, draw, node[1])
            return told.to_bytes(width, "big") + after

        results, whole = enumerate_results(run, WORDINGS, 4 * WORDINGS)
        return [(each[width:], int.from_bytes(each[:width], "big")) for each in results], whole

    # ------------------------------------------------------------ plays

    def walks(self) -> list[Walk]:
        """Random plays, mostly by what is offered, sometimes by anything; then the shortest to each kind of end."""
        if self._walks is None:
            self._walks = [self.walk(self.seed + number) for number in range(self.effort.plays)]
            self._walks += self.endings()
        return self._walks

    def endings(self) -> list[Walk]:
        """The shortest explored plays to a goal and to a fail, where the luck of some seed lets them be played."""
        shortest: dict[str, Spot] = {}
        for spot in self.spots()[0]:
            shortest.setdefault(spot.episode.ended, spot)
        wanted = [(spot.path, spot.episode.state.state) for ended, spot in shortest.items() if ended]
        played = (self._played(path, state) for path, state in wanted)
        return [walk for walk in played if walk is not None]

    def _played(self, path: tuple[Command, ...], end: bytes) -> Walk | None:
        """A play of some commands from one of the first seeds that lead to a state."""
        for seed in range(self.seed, self.seed + SEEDS):
            episode = self.alike(self.episode(self.seed), seed)
            first = episode.fork()
            heard = tuple(episode.act(command) for command in path)
            if episode.state.state == end:
                return Walk(first, path, heard)
        return None

    def alike(self, first: Episode, seed: int) -> Episode:
        """A new play of the same task in the same skin, from a seed."""
        task = first.task if first.limit is not None else None
        name, args = (None, None) if task is None else (task.name, task.args)
        return Episode(self.system, name, args, seed, first.skin.name)

    def walk(self, seed: int) -> Walk:
        """One of them."""
        episode, choose = self.episode(seed), random.Random(seed)
        first = episode.fork()
        said: list[Command] = []
        heard: list[Feedback] = []
        while len(said) < self.effort.steps and not episode.ended:
            offered = episode.commands()
            likely = choose.random() < 0.7
            command = choose.choice(offered) if offered and likely else any_command(self.system, choose)
            said.append(command)
            heard.append(episode.act(command))
        return Walk(first, tuple(said), tuple(heard))

    def along(self, walk: Walk) -> Iterator[Spot]:
        """The situations of a play, one after the other; the last one after its end."""
        episode = walk.first.fork()
        for number in range(len(walk.said) + 1):
            yield Spot(episode.fork(), walk.said[:number], self.commands(episode, number))
            if number < len(walk.said):
                episode.act(walk.said[number])

    def written(self, path: Sequence[Command]) -> tuple[str, ...]:
        """Commands as a player types them."""
        skin = table_of(self.system).skin("natural")
        return tuple(skin.print(command) for command in path)


def _domains(system: System) -> list[list[tuple[int, ...]]]:
    return [[system.world.domains[p.domain].values for p in action.parameters] for action in system.actions]


@lru_cache(8)
def _count(system: System) -> int:
    """How many commands a world has."""
    return sum(prod(map(len, values)) for values in _domains(system))


@lru_cache(8)
def _all(system: System) -> list[Command]:
    """Every command of a world, sensible or not; for worlds that have few."""
    return [(a, *args) for a, values in enumerate(_domains(system)) for args in product(*values)]


def any_command(system: System, choose: random.Random) -> Command:
    """A command of any action with any arguments of the right types, sensible or not."""
    domains = _domains(system)
    action = choose.choice([a for a, values in enumerate(domains) if all(values)])
    return (action, *map(choose.choice, domains[action]))
