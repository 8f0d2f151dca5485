"""Ways through the graph as scripts for `worldwright play --script`: the seed, the task and the lines to type.

A way is a fact about the state graph. A player reaches it only with a seed whose start and whose luck agree, and can
only name what has been told; so every script is played before it is handed out, and says what is missing if anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..compile.rng import draw_for
from ..compile.system import Command, System
from ..diagnostics import WorldFault
from ..play.episode import Episode
from .edges import States, Way
from .lifting import Place, Results, Route

SEEDS = 2_000
"""Seeds tried for a start and a fall of chances."""


@dataclass(frozen=True, slots=True)
class Script:
    """Commands as a player types them. `seed` is None where no seed was found that plays them."""

    commands: tuple[str, ...]
    seed: int | None
    task: str | None
    note: str = ""
    """Why it cannot be played as it is; empty when it was played."""

    def __len__(self) -> int:
        return len(self.commands)

    def to_json(self) -> dict[str, object]:
        """As JSON."""
        return {"commands": list(self.commands), "seed": self.seed, "task": self.task, "note": self.note}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is played: a task with its arguments, or none."""

    task: str | None
    args: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        """As `--task` takes it."""
        return f"{self.task}({', '.join(self.args)})" if self.args else self.task


def setting(system: System, task: str, args: tuple[int, ...]) -> Setting:
    """A task with its arguments by name."""
    world = system.world
    sorts = [world.domains[p.domain].sort for p in world.tasks[task].parameters]
    names = (
        world.atoms[v].name if sort == "atom" else str(v) if sort == "int" else str(bool(v)).lower()
        for v, sort in zip(args, sorts, strict=True)
    )
    return Setting(task, tuple(names))


def settings(system: System) -> list[Setting]:
    """Every task with its first arguments; no task where there is none."""
    tasks = system.world.tasks
    found = [setting(system, name, info.instances[0]) for name, info in tasks.items() if info.instances]
    return found or [Setting(None)]


def script(system: System, states: States, way: Way, plays: list[Setting]) -> Script:
    """A way as a script, played under the first of some settings that does not end before the way does."""
    route = Route.of(states, way)
    for seed in _seeds(system, route):
        lines: tuple[str, ...] = ()
        note = ""
        for play in plays:
            lines, note = _played(Episode(system, play.task, play.args or None, seed), route)
            if not note:
                return Script(lines, seed, play.text)
        return Script(lines, seed, plays[0].text, note)
    episode = Episode(system, plays[0].task, plays[0].args or None, 0)
    lines = tuple(episode.print(command) for command in route.anyhow(states.found.starts))
    return Script(lines, None, plays[0].text, f"none of the first {SEEDS} seeds has this start and this luck")


def _luck(system: System, seed: int, turn: int) -> Results:
    """What comes of a command in a turn of a seed."""
    return lambda state, command: (system.apply(state, command, draw_for(seed, turn)),)


def _seeds(system: System, route: Route) -> Iterator[int]:
    """Seeds whose start and chances follow a route."""
    for seed in range(SEEDS):
        try:
            place = route.begin(system.start(seed))
        except WorldFault:
            return
        turn = 0
        for number in range(len(route.commands)):
            if place is None:
                break
            place = next(route.steps(place, number, _luck(system, seed, turn)), None)
            turn += not system.actions[route.commands[number][0]].free
        if place is not None:
            yield seed


def _played(episode: Episode, route: Route) -> tuple[tuple[str, ...], str]:
    """The lines that play a route, with looks around where something has not been told yet; and what went wrong."""
    system = episode.system
    lines: list[str] = []
    place = route.begin(episode.state.state)
    assert place is not None, "the seed was found by its start"
    for number in range(len(route.commands)):
        chosen = _told(episode, route.steps(place, number, _luck(system, episode.seed, episode.turn)))
        if chosen is None:
            return tuple(lines), "after these commands chance falls otherwise"
        place, command, missing = chosen
        if missing:
            for look in informing(episode, missing):
                lines.append(episode.print(look))
                episode.act(look)
        text = episode.print(command)
        lines.append(text)
        ended = episode.ended
        feedback = episode.step(text)
        if not feedback.accepted:
            why = "names what a player has not been told of yet" if missing else f"is refused: {feedback.text}"
            note = f'"{text}" comes after the end of the play' if ended else f'"{text}" {why}'
            return (*lines, *map(episode.print, route.onwards(place, number + 1))), note
    return tuple(lines), ""


def _told(episode: Episode, steps: Iterator[Place]) -> tuple[Place, Command, int] | None:
    """The first step whose objects have all been told, else the first of all, with the objects that have not."""
    first: tuple[Place, Command, int] | None = None
    for place in steps:
        assert place.command is not None, "a step is made by a command"
        missing = missing_names(episode, place.command)
        first = first or (place, place.command, missing)
        if not missing:
            return place, place.command, 0
    return first


def missing_names(episode: Episode, command: Command) -> int:
    """The objects that a command names and that have not been told."""
    world = episode.system.world
    mask = 0
    for parameter, value in zip(world.actions[command[0]].parameters, command[1:], strict=True):
        if world.domains[parameter.domain].sort == "atom":
            mask |= 1 << value
    return mask & ~episode.told


def informing(episode: Episode, missing: int) -> list[Command]:
    """One command that changes nothing, takes no turn and tells of what is missing, if there is one."""
    system = episode.system
    state = episode.state.state
    for command in episode.commands():
        if not system.actions[command[0]].free:
            continue
        after, _, told = system.narrate(state, command, draw_for(episode.seed, episode.turn), episode.told)
        if after == state and not missing & ~told:
            return [command]
    return []
