"""What a run is asked to make: everything that decides what its records are, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .. import version
from ..check.world import World
from ..models.prices import Price
from .bundle import Bundle, bundle_of
from .trajectory import Value, ordered

Mode = Literal["play", "script"]
Api = Literal["chat", "responses"]
ShapeChoice = Literal["plain", "auto"]

Prove = Callable[[str, Bundle], tuple[str, ...]]
"""Says what is wrong with a record, given the texts of its world; nothing if it is proved. Must be picklable."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A world to play: the name it goes by, its texts, the member of its family, and its tasks."""

    name: str
    bundle: Bundle
    params: tuple[tuple[str, Value], ...]
    tasks: tuple[str, ...]


def choose(name: str, world: World) -> Chosen:
    """A checked world as a run plays it. A task that admits no arguments at all is left out."""
    tasks = tuple(task for task, info in world.tasks.items() if info.instances)
    return Chosen(name, bundle_of(world), tuple(sorted(world.params.items())), tasks)


_COST = ("cost_budget", "price")


@dataclass(frozen=True, slots=True)
class ModelOrder:
    """How a language model is asked to play; only what shapes its answers.

    `mode`: "play" asks turn by turn, "script" has whole dialogues written and checked against the engine, `rounds`
    times at most. `max_tokens` bounds one reply; `turn_budget`, `token_budget` and `cost_budget` bound one episode
    (None: the task's own limit, no limit, no limit). What an episode cost is counted with `price`, which is set if and
    only if there is a `cost_budget`: then it decides where episodes end. `shape` "auto" constrains replies in the ways
    that the endpoint offers, "plain" never does. `best_of` attempts are compared where several succeed. An episode ends
    as stuck after `stuck_after` refusals of one command in a row.
    """

    model: str
    base_url: str | None = None
    api: Api = "chat"
    mode: Mode = "play"
    temperature: float = 0.7
    top_p: float = 1.0
    max_tokens: int = 512
    shape: ShapeChoice = "plain"
    best_of: int = 1
    rounds: int = 4
    turn_budget: int | None = None
    token_budget: int | None = None
    stuck_after: int = 3
    cost_budget: float | None = None
    price: Price | None = None

    def settings(self) -> dict[str, Any]:
        """All of it by name, as it stands in run.json; the budget of cost and its price only if there is one."""
        found = asdict(self)
        return found if self.cost_budget is not None else {k: v for k, v in found.items() if k not in _COST}


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that decides what a run's records are. The same order gives the same bytes.

    `model` is set if and only if `player` is "llm". `bands` are the difficulty bands that task instances are chosen
    from; none means all. `samples` makes it an evaluation: so many plays of each start under each skin, all of which
    count.
    """

    worlds: tuple[Chosen, ...]
    count: int
    seed: int
    player: str
    min_refines: int
    skins: tuple[str, ...]
    attempts: int = 8
    only_proved: bool = True
    model: ModelOrder | None = None
    bands: tuple[str, ...] = ()
    samples: int | None = None

    def arguments(self) -> dict[str, Any]:
        """The order as it stands in run.json; a model, bands and an evaluation's samples only if there are any."""
        found: dict[str, Any] = {
            "worlds": [{"name": w.name, "params": ordered(dict(w.params)), "hash": w.bundle.hash} for w in self.worlds],
            "count": self.count,
            "seed": self.seed,
            "player": self.player,
            "min_refines": self.min_refines,
            "skins": list(self.skins),
            "attempts": self.attempts,
            "only_proved": self.only_proved,
            "engine": version.ENGINE,
            "language": version.LANGUAGE,
        }
        if self.model is not None:
            found["model"] = self.model.settings()
        if self.bands:
            found["bands"] = list(self.bands)
        if self.samples is not None:
            found["samples"] = self.samples
        return found

    def player_settings(self) -> dict[str, Any]:
        """What, besides the seeds, the player was asked to be like."""
        found: dict[str, Any] = {"min_refines": self.min_refines}
        if self.model is not None:
            found |= {name: value for name, value in self.model.settings().items() if name != "model"}
        return ordered(found)
