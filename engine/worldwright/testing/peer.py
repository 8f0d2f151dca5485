"""`Peer`: another implementation of a world, and the shapes in which such things come: Gymnasium's `reset` and `step`,
TextWorld's `reset` and `step` of game states, a simulator made of functions.

Nothing here imports a peer's library; what is asked of its objects stands in the protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar, runtime_checkable

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a peer shows after a reset or an action, in its own terms. What is None is not compared."""

    state: object = None
    """Anything with an equality: a number, a tuple, a set of facts, a map of variables."""
    admissible: frozenset[Hashable] | None = None
    """The actions it would accept now."""
    reward: float | None = None
    """What the last action brought; None after a reset."""
    ended: object = None
    """Whether it has ended, and how."""
    accepted: bool | None = None
    """Whether the last action was carried out."""
    truncated: bool = False
    """Whether it stopped counting: nothing is compared or driven from here on."""


class Peer(Protocol):
    """What is compared with a world. Same seed and actions must show the same, every time."""

    def reset(self, seed: int) -> Shown:
        """Begins anew."""
        ...

    def step(self, action: Hashable) -> Shown:
        """Takes an action."""
        ...


@runtime_checkable
class ForkingPeer(Protocol):
    """A peer that can be copied where it stands: far quicker, since nothing is played again."""

    def fork(self) -> Peer:
        """An independent copy that stands where this one stands."""
        ...


# ---------------------------------------------------------------- Gymnasium


class GymnasiumEnv(Protocol):
    """What `gymnasium.Env` has, and whatever looks like it."""

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]:
        """Observation and info."""
        ...

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Observation, reward, terminated, truncated, info."""
        ...


Extract = Callable[[Any, Mapping[str, Any]], Any]
"""From an observation and its info to something that is compared."""


class Gymnasium:
    """A Gymnasium environment as a peer.

    `state` makes of observation and info what is compared, by default the observation itself with arrays as nested
    tuples. `admissible` gives the actions that are accepted now; by default there is nothing to compare. An episode
    has ended when it is terminated; where it is truncated, comparing stops.
    """

    __slots__ = ("_admissible", "_env", "_state")

    def __init__(self, env: GymnasiumEnv, state: Extract | None = None, admissible: Extract | None = None) -> None:
        self._env = env
        self._state = state
        self._admissible = admissible

    def reset(self, seed: int) -> Shown:
        """Begins anew with this seed."""
        observation, info = self._env.reset(seed=seed)
        return self._shown(observation, info, None, False, False)

    def step(self, action: Hashable) -> Shown:
        """Takes an action."""
        observation, reward, terminated, truncated, info = self._env.step(action)
        return self._shown(observation, info, float(reward), bool(terminated), bool(truncated))

    def _shown(
        self, observation: Any, info: Mapping[str, Any], reward: float | None, ended: bool, truncated: bool
    ) -> Shown:
        state = plainly(observation) if self._state is None else self._state(observation, info)
        admissible = None if self._admissible is None else frozenset(self._admissible(observation, info))
        return Shown(state, admissible, reward, ended, None, truncated)


def plainly(value: Any) -> Any:
    """Arrays and lists as nested tuples, maps as maps of such: things that `==` compares to one truth value."""
    if hasattr(value, "tolist"):
        return plainly(value.tolist())
    if isinstance(value, list | tuple):
        return tuple(plainly(item) for item in value)
    if isinstance(value, Mapping):
        return {key: plainly(item) for key, item in value.items()}
    return value


# ---------------------------------------------------------------- TextWorld


class TextWorldEnv(Protocol):
    """What `textworld.start(game)` gives, and whatever looks like it."""

    def reset(self) -> Any:
        """The first game state."""
        ...

    def step(self, command: str) -> tuple[Any, Any, bool]:
        """Game state, score so far, done."""
        ...


class TextWorld:
    """A TextWorld game as a peer. Ask for `facts`, `admissible_commands`, `won` and `lost` when it is started.

    The state is the set of facts, each as text; `facts` chooses and renames them (None drops one). Rewards are
    differences of the score. It ends as "goal" when it is won, "fail" when it is lost, "" else.
    """

    __slots__ = ("_env", "_fact", "_score")

    def __init__(self, env: TextWorldEnv, fact: Callable[[str], str | None] | None = None) -> None:
        self._env = env
        self._fact: Callable[[str], str | None] = fact or str
        self._score = 0.0

    def reset(self, seed: int) -> Shown:
        """Begins anew; a game has no seed."""
        state = self._env.reset()
        self._score = float(_asked(state, "score") or 0)
        return self._shown(state, None, False)

    def step(self, action: Hashable) -> Shown:
        """Takes a command."""
        state, score, done = self._env.step(str(action))
        gained, self._score = float(score) - self._score, float(score)
        return self._shown(state, gained, bool(done))

    def _shown(self, state: Any, reward: float | None, done: bool) -> Shown:
        facts = _asked(state, "facts")
        named = None if facts is None else [self._fact(str(fact)) for fact in facts]
        commands = _asked(state, "admissible_commands")
        won, lost = bool(_asked(state, "won")), bool(_asked(state, "lost"))
        return Shown(
            state=None if named is None else frozenset(fact for fact in named if fact is not None),
            admissible=None if commands is None else frozenset(commands),
            reward=reward,
            ended="goal" if won else "fail" if lost else "",
            truncated=done and not won and not lost,
        )


def _asked(state: Any, name: str) -> Any:
    """A part of a game state, which is a map; None if it was not asked for."""
    return state.get(name) if isinstance(state, Mapping) else getattr(state, name, None)


# ---------------------------------------------------------------- simulators


@dataclass(frozen=True, slots=True)
class Rules(Generic[State]):
    """A transition system as functions: how PDDL simulators and planners have it."""

    start: Callable[[int], State]
    """The start state of a seed."""
    applicable: Callable[[State], Iterable[Hashable]]
    apply: Callable[[State, Any], State]
    """The state after an applicable action."""
    goal: Callable[[State], bool]
    shown: Callable[[State], object] = frozenset  # type: ignore[assignment]
    """What of a state is compared; by default it is a collection of facts."""


class Simulator(Generic[State]):
    """A transition system as a peer: an action that is not applicable is refused and changes nothing.

    It has ended, as True, in a goal state.
    """

    __slots__ = ("_rules", "_state")

    def __init__(self, rules: Rules[State]) -> None:
        self._rules = rules
        self._state: State | None = None

    def reset(self, seed: int) -> Shown:
        """Begins anew."""
        self._state = self._rules.start(seed)
        return self._shown(self._state, None)

    def step(self, action: Hashable) -> Shown:
        """Takes an action."""
        if self._state is None:
            raise RuntimeError("a simulator is reset before its first step")
        accepted = action in frozenset(self._rules.applicable(self._state))
        if accepted:
            self._state = self._rules.apply(self._state, action)
        return self._shown(self._state, accepted)

    def fork(self) -> Self:
        """A copy that stands here; states are values."""
        other = type(self)(self._rules)
        other._state = self._state
        return other

    def _shown(self, state: State, accepted: bool | None) -> Shown:
        rules = self._rules
        return Shown(rules.shown(state), frozenset(rules.applicable(state)), None, rules.goal(state), accepted)
