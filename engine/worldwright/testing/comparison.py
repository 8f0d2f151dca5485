"""`differential`: a world and a peer driven with the same actions, and the first thing in which they differ.

Breadth first over pairs of states, as far as the budget goes: what is found there is found by the fewest actions, and
where the pairs come to an end, the two are alike in all of them. Beyond the budget by random walks, whose finds are cut
short by the shortest way through the pairs that were met.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Literal

from ..compile.system import Command, System
from ..explore.search import has_chance
from ..play.episode import Episode
from ..play.feedback import Ended, Feedback, argument_names
from ..play.golden import Value
from .counterexample import CounterExample
from .given import Given, Subject
from .peer import ForkingPeer, Peer, Shown

MAX_STEPS = 100_000
"""Steps of the peer, unless more are allowed."""

WALKED = 0.3
"""The share of the steps that is kept for walks."""

LENGTH = 60
"""Actions of one walk."""

MOST_COMMANDS = 5_000
"""Commands of a world up to which refused ones are driven too."""

CLOSE = 1e-9
"""Rewards that differ by no more are equal."""

Answer = Literal["proved", "shortest", "shortened", "not found"]


def _own_ending(ended: Ended) -> object:
    return ended in ("goal", "fail")


@dataclass(frozen=True, slots=True)
class PeerMapping:
    """How things are called in the peer's terms. What is None is not compared."""

    action: Callable[[str, Mapping[str, str]], Hashable | None]
    """An action's name and its arguments by parameter (objects by identifier) to the peer's action; None for one that
    the peer does not have."""
    state: Callable[[Mapping[str, str]], object] | None = None
    """The variables that can change, by name (`at(apple)`), to what the peer shows of its state."""
    reward: Callable[[Feedback], float] | None = None
    ended: Callable[[Ended], object] | None = _own_ending
    """How an episode ended ("" while it goes on) to what the peer shows; by default whether goal or fail was met."""
    ignored: Callable[[Hashable], bool] = field(default=lambda action: False)
    """Actions that the peer lists and the world does not have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two part."""

    part: Literal["state", "admissible", "reward", "ended", "accepted"]
    ours: object
    """In the peer's terms."""
    theirs: object
    counter_example: CounterExample
    actions: tuple[Hashable, ...]
    """The same play as the peer takes it."""

    def __str__(self) -> str:
        lines = [str(self.counter_example), f"the peer's actions: {list(self.actions)!r}"]
        return "\n".join([*lines, *(f"  {line}" for line in _apart(self.ours, self.theirs))])


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing came to.

    proved: alike in all pairs of states that any actions lead to, as far as the peer shows its state. shortest: they
    differ, and no play of fewer actions shows it. shortened: they differ, by a walk that was cut short. not found.
    """

    answer: Answer
    difference: Difference | None
    pairs: int
    """Pairs of states that were met."""
    steps: int
    """Steps that the peer took."""

    def __str__(self) -> str:
        if self.answer == "proved":
            return f"alike in all {self.pairs:,} pairs of states"
        if self.difference is None:
            return f"no difference found in {self.steps:,} steps over {self.pairs:,} pairs of states"
        return f"{self.difference}\n({self.answer})"

    def require(self) -> None:
        """Raises AssertionError if a difference was found."""
        if self.difference is not None:
            raise AssertionError(str(self))


def differential(
    world: Given,
    peer: Peer,
    mapping: PeerMapping,
    *,
    task: str | None = None,
    seeds: Sequence[int] = (0,),
    max_steps: int = MAX_STEPS,
    params: Mapping[str, Value] | None = None,
) -> Comparison:
    """Drives a world and a peer with the same actions, and compares state, admissible actions, rewards and endings.

    Each seed is given to an episode and to the peer's `reset`; start states are compared too. Refused commands are
    driven as well, unless the peer lists what is admissible (then the lists are compared). An exception of the peer
    passes through. Deterministic if the peer is.
    """
    drive = _Drive(Subject.of(world, params), peer, mapping, task, max_steps)
    found = drive.exhaustive(seeds)
    answer: Answer = "shortest"
    if found is None and drive.spent:
        answer = "shortened"
        found = drive.walked(seeds)
    if found is None:
        whole = not drive.spent and not drive.hidden
        return Comparison("proved" if whole else "not found", None, len(drive.edges), drive.steps)
    return Comparison(answer, drive.described(found), len(drive.edges), drive.steps)


# ---------------------------------------------------------------- driving

_Key = tuple[int, bytes, int, int, object]
_Act = tuple[Command, Hashable]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the two stand: the episode, what the peer shows, and how they came here."""

    episode: Episode
    shown: Shown
    acts: tuple[_Act, ...]
    peer: Peer | None
    """A copy of the peer, where it can be copied."""

    @property
    def over(self) -> bool:
        return bool(self.episode.ended or self.shown.ended or self.shown.truncated)


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference where the last act has led."""

    place: _Place
    part: Literal["state", "admissible", "reward", "ended", "accepted"]
    ours: object
    theirs: object


class _OutOfSteps(Exception):
    """The budget is used up."""


@dataclass(slots=True)
class _Drive:
    subject: Subject
    peer: Peer
    mapping: PeerMapping
    task: str | None
    max_steps: int
    steps: int = 0
    edges: dict[_Key, dict[_Act, _Key]] = field(default_factory=dict)
    """Pairs that were met, and what led from which to which."""
    spent: bool = False
    hidden: bool = False
    """Whether the peer did not show its state somewhere."""
    _named: dict[Command, Hashable | None] = field(default_factory=dict)
    _every: tuple[Command, ...] | None = None
    _chancy: bool = False

    def __post_init__(self) -> None:
        program = self.system.program
        self._chancy = has_chance(program.turn) or any(has_chance(act.effects.body) for act in program.acts)
        world = self.system.world
        domains = [[world.domains[p.domain].values for p in action.parameters] for action in world.actions]
        if sum(prod(map(len, each)) for each in domains) <= MOST_COMMANDS:
            self._every = tuple((number, *v) for number, each in enumerate(domains) for v in product(*each))

    @property
    def system(self) -> System:
        return self.subject.system

    # ------------------------------------------------------------ searching

    def exhaustive(self, seeds: Sequence[int]) -> _Found | None:
        """Breadth first from the starts of all seeds. Sets `spent` where it had to stop."""
        until = int(self.max_steps * (1 - WALKED))
        waiting: deque[_Place] = deque()
        for seed in seeds:
            place = self._start(seed)
            found = self._compared(place, None)
            if found is not None:
                return found
            self.edges.setdefault(self._key(place), {})
            waiting.append(place)
        while waiting:
            place = waiting.popleft()
            for act in self._acts(place):
                try:
                    after, feedback = self._after(place, act, until)
                except _OutOfSteps:
                    self.spent = True
                    return None
                found = self._compared(after, feedback)
                if found is not None:
                    return found
                if self._noted(place, act, after):
                    waiting.append(after)
        return None

    def walked(self, seeds: Sequence[int]) -> _Found | None:
        """Random walks, preferring what was not tried yet; what they find is cut short."""
        choose = random.Random(0)
        while True:
            place = self._start(seeds[choose.randrange(len(seeds))])
            for _ in range(LENGTH):
                acts = list(self._acts(place))
                if not acts:
                    break
                known = self.edges.setdefault(self._key(place), {})
                new = [act for act in acts if act not in known]
                try:
                    after, feedback = self._onward(place, choose.choice(new or acts))
                except _OutOfSteps:
                    return None
                found = self._compared(after, feedback)
                if found is not None:
                    return self._cut(found)
                self._noted(place, after.acts[-1], after)
                place = after

    def _cut(self, found: _Found) -> _Found:
        """The same difference by the shortest way through the pairs that were met, if that way shows it too."""
        episode = found.place.episode
        start = self._start(episode.seed)
        last = found.place.acts[-1]
        before = self._replayed(start, found.place.acts[:-1])
        way = None if before is None else self._way(self._key(start), self._key(before))
        if way is None or len(way) + 1 >= len(found.place.acts):
            return found
        place: _Place | None = self._replayed(start, way)
        if place is None or place.over:
            return found
        after, feedback = self._after(place, last, None)
        return self._compared(after, feedback) or found

    def _way(self, start: _Key, end: _Key) -> tuple[_Act, ...] | None:
        """The fewest acts from one pair to another among those that were met."""
        came: dict[_Key, tuple[_Key, _Act] | None] = {start: None}
        waiting = deque([start])
        while waiting and end not in came:
            here = waiting.popleft()
            for act, there in self.edges.get(here, {}).items():
                if there not in came:
                    came[there] = (here, act)
                    waiting.append(there)
        if end not in came:
            return None
        acts: list[_Act] = []
        step = came[end]
        while step is not None:
            acts.append(step[1])
            step = came[step[0]]
        return tuple(reversed(acts))

    def _noted(self, place: _Place, act: _Act, after: _Place) -> bool:
        """Keeps an edge; whether it leads somewhere new."""
        key = self._key(after)
        new = key not in self.edges
        self.edges.setdefault(self._key(place), {})[act] = key
        self.edges.setdefault(key, {})
        return new

    def _key(self, place: _Place) -> _Key:
        episode = place.episode
        saved = episode.state
        turn = saved.turn if self._chancy else 0
        return (episode.seed, saved.state, saved.milestones, turn, _frozen(place.shown.state))

    # ------------------------------------------------------------ moving

    def _start(self, seed: int) -> _Place:
        episode = Episode(self.system, self.task, seed=seed)
        shown = self.peer.reset(seed)
        self.hidden |= shown.state is None or self.mapping.state is None
        return _Place(episode, shown, (), self._copy(self.peer))

    @staticmethod
    def _copy(peer: Peer) -> Peer | None:
        return peer.fork() if isinstance(peer, ForkingPeer) else None

    def _after(self, place: _Place, act: _Act, until: int | None) -> tuple[_Place, Feedback]:
        """Where an act leads from a place, wherever the peer stands now."""
        if place.peer is not None:
            copy = self._copy(place.peer)
            assert copy is not None, "what was copied once can be copied again"
            return self._stepped(place, act, copy, until)
        self.peer.reset(place.episode.seed)
        for _, action in place.acts:
            self._step(self.peer, action, until)
        return self._stepped(place, act, self.peer, until)

    def _onward(self, place: _Place, act: _Act) -> tuple[_Place, Feedback]:
        """Where an act leads from where the peer stands."""
        return self._stepped(place, act, place.peer or self.peer, self.max_steps)

    def _replayed(self, place: _Place, acts: Sequence[_Act]) -> _Place | None:
        """Where some acts lead from a start; None if it is over before."""
        for number, act in enumerate(acts):
            if place.over:
                return None
            place = (self._onward if number else self._first)(place, act)[0]
        return place

    def _first(self, place: _Place, act: _Act) -> tuple[_Place, Feedback]:
        return self._after(place, act, None)

    def _stepped(self, place: _Place, act: _Act, peer: Peer, until: int | None) -> tuple[_Place, Feedback]:
        episode = place.episode.fork()
        feedback = episode.act(act[0])
        shown = self._step(peer, act[1], until)
        copy = peer if place.peer is not None else None
        return _Place(episode, shown, (*place.acts, act), copy), feedback

    def _step(self, peer: Peer, action: Hashable, until: int | None) -> Shown:
        if until is not None and self.steps >= until:
            raise _OutOfSteps
        self.steps += 1
        return peer.step(action)

    # ------------------------------------------------------------ what can be done

    def _acts(self, place: _Place) -> Iterator[_Act]:
        """The commands to drive here, with the peer's actions."""
        if place.over:
            return
        listed = place.shown.admissible is not None or self._every is None
        for command in self._admissible(place.episode) if listed else self._every or ():
            action = self._action(command)
            if action is not None:
                yield command, action

    def _admissible(self, episode: Episode) -> list[Command]:
        return self.system.admissible(episode.state.state)

    def _action(self, command: Command) -> Hashable | None:
        if command not in self._named:
            name = self.system.actions[command[0]].name
            self._named[command] = self.mapping.action(name, argument_names(self.system, command))
        return self._named[command]

    # ------------------------------------------------------------ comparing

    def _compared(self, place: _Place, feedback: Feedback | None) -> _Found | None:
        """The first thing in which the two differ here."""
        mapping, shown, episode = self.mapping, place.shown, place.episode
        cut = shown.truncated or episode.ended == "limit"
        if feedback is not None and shown.accepted is not None and shown.accepted != feedback.accepted:
            return _Found(place, "accepted", feedback.accepted, shown.accepted)
        if shown.state is None or mapping.state is None:
            self.hidden = True
        else:
            ours = mapping.state(self.system.decode(episode.state.state))
            if ours != shown.state:
                return _Found(place, "state", ours, shown.state)
        if feedback is not None and mapping.reward is not None and shown.reward is not None:
            reward = mapping.reward(feedback)
            if abs(reward - shown.reward) > CLOSE:
                return _Found(place, "reward", reward, shown.reward)
        if mapping.ended is not None and shown.ended is not None and not cut:
            ended = mapping.ended(episode.ended)
            if ended != shown.ended:
                return _Found(place, "ended", ended, shown.ended)
        if shown.admissible is not None and not place.over:
            here = frozenset(a for c in self._admissible(episode) if (a := self._action(c)) is not None)
            there = frozenset(action for action in shown.admissible if not mapping.ignored(action))
            if here != there:
                return _Found(place, "admissible", here, there)
        return None

    def described(self, found: _Found) -> Difference:
        """A difference with the play that shows it."""
        episode = found.place.episode
        commands = tuple(episode.print(command) for command, _ in found.place.acts)
        play = episode.state
        task = None if play.task is None else f"{play.task}({', '.join(play.args)})" if play.args else play.task
        example = CounterExample(
            what=f"{_NAMED[found.part]} differ",
            world=self.subject.name,
            params=tuple(self.system.world.params.items()),
            task=task,
            seed=play.seed,
            commands=commands,
        )
        return Difference(found.part, found.ours, found.theirs, example, tuple(a for _, a in found.place.acts))


_NAMED = {
    "state": "the states",
    "admissible": "the admissible actions",
    "reward": "the rewards",
    "ended": "the endings",
    "accepted": "what is accepted and what is refused",
}


def _frozen(state: object) -> object:
    """A peer's state as a key: itself where it can be one, else its parts."""
    if isinstance(state, Mapping):
        return frozenset((key, _frozen(value)) for key, value in state.items())
    if isinstance(state, list | tuple):
        return tuple(_frozen(item) for item in state)
    if isinstance(state, set):
        return frozenset(state)
    return state


def _apart(ours: object, theirs: object) -> list[str]:
    """What differs, in lines: of sets and maps only that."""
    if isinstance(ours, set | frozenset) and isinstance(theirs, set | frozenset):
        lines = [f"only in the world: {item}" for item in sorted(map(str, ours - theirs))]
        return lines + [f"only in the peer: {item}" for item in sorted(map(str, theirs - ours))]
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        keys = sorted({*ours, *theirs}, key=str)
        return [
            f"{key}: {ours.get(key, 'nothing')!r} in the world, {theirs.get(key, 'nothing')!r} in the peer"
            for key in keys
            if ours.get(key) != theirs.get(key)
        ]
    return [f"in the world: {ours!r}", f"in the peer: {theirs!r}"]
