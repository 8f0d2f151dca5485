"""Plays as a graph: where they begin, which commands are legal, when two of them stand alike, what is wrong on the way.

Shared by all that draws plays and by what shortens them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..compile import form as f
from ..compile.system import Command, System
from ..explore.script import Setting, settings
from ..explore.search import has_chance
from ..play.episode import Episode
from ..play.feedback import Feedback
from .counterexample import CounterExample
from .given import Subject

Judge = Callable[[Episode, Feedback | None], str]
"""What is wrong with a play that stands here: after the feedback, or at its start. Empty where nothing is."""

Key = tuple[str | None, int, bytes, int, int, int, str]
"""Plays with equal keys go on alike: task, seed, state, what was told, milestones, turn where it matters, the end."""

CUT = 20_000
"""Commands that shortening may try."""


@dataclass(frozen=True, slots=True)
class Play:
    """Commands from the start of a play, and what is wrong at their end."""

    episode: Episode
    commands: tuple[Command, ...]
    wrong: str = ""

    def counter_example(self, subject: Subject) -> CounterExample:
        """The play as a person types it."""
        state, start = self.episode.state, first(self.episode)
        lines: list[str] = []
        for command in self.commands:
            lines.append(start.print(command))
            start.act(command)
        task = None if state.task is None else Setting(state.task, state.args).text
        params = tuple(subject.system.world.params.items())
        return CounterExample(self.wrong, subject.name, params, task, state.seed, tuple(lines))


def first(episode: Episode) -> Episode:
    """The start of a play."""
    state = episode.state
    return Episode(episode.system, state.task, state.args if state.task is not None else None, state.seed, state.skin)


def legal(episode: Episode) -> list[Command]:
    """The commands that are accepted here and that a player can write, in a fixed order."""
    return episode.commands()


def has_wordings(system: System) -> bool:
    """Whether some text has several wordings, so that what is read depends on the seed."""
    program = system.program
    bodies: list[Sequence[f.Step]] = [program.opening, program.turn]
    bodies += [view.body for view in program.views.values()]
    bodies += [act.effects.body for act in program.acts]
    return any(_worded(body) for body in bodies)


def _worded(steps: Iterable[f.Step]) -> bool:
    for step in steps:
        match step:
            case f.Say(texts):
                if len(texts) > 1:
                    return True
            case f.When(branches, otherwise):
                if _worded(otherwise) or any(_worded(body) for _, body in branches):
                    return True
            case f.Each(_, _, body):
                if _worded(body):
                    return True
            case f.Luck(_, _, then, otherwise):
                if _worded(then) or _worded(otherwise):
                    return True
            case _:
                pass
    return False


def is_chancy(system: System) -> bool:
    """Whether what a command does may depend on luck."""
    program = system.program
    return has_chance(program.turn) or any(has_chance(act.effects.body) for act in program.acts)


@dataclass(slots=True)
class Plays:
    """The plays of a world's tasks from some seeds."""

    subject: Subject
    tasks: tuple[Setting, ...]
    chancy: bool = False

    @staticmethod
    def of(subject: Subject, task: str | None = None) -> Plays:
        """The plays of one task, or of all tasks with their first arguments."""
        tasks = settings(subject.system) if task is None else [Setting(task)]
        return Plays(subject, tuple(tasks), is_chancy(subject.system))

    def begin(self, task: Setting, seed: int) -> Episode:
        """The start of a play. Raises UnknownTask, WorldFault."""
        return Episode(self.subject.system, task.task, task.args or None, seed)

    def key(self, episode: Episode) -> Key:
        """What plays with equal futures have in common."""
        state = episode.state
        return (
            state.task,
            state.seed,
            state.state,
            state.told,
            state.milestones,
            state.turn if self.chancy else 0,
            state.ended,
        )


@dataclass(slots=True)
class Visited:
    """Where plays have been, so that a long one can be cut short by what is known."""

    plays: Plays
    keys: dict[Key, None] = field(default_factory=dict)

    def note(self, episode: Episode) -> bool:
        """Remembers a place; whether it is new."""
        key = self.plays.key(episode)
        new = key not in self.keys
        self.keys[key] = None
        return new


def cut(found: Play, visited: Visited, judge: Judge, most: int = CUT) -> Play:
    """The shortest play with something wrong that leads through visited places only, if it is shorter than this one.

    Breadth first from the same start. Only the last command may lead to a place that was not visited.
    """
    plays = visited.plays
    start = first(found.episode)
    wrong = judge(start, None)
    if wrong:
        return Play(start, (), wrong)
    seen = {plays.key(start): None}
    waiting: deque[tuple[Episode, tuple[Command, ...]]] = deque([(start, ())])
    tried = 0
    while waiting:
        episode, commands = waiting.popleft()
        if len(commands) + 1 >= len(found.commands):
            return found
        for command, feedback, after in onwards(episode):
            tried += 1
            wrong = judge(after, feedback)
            if wrong:
                return Play(after, (*commands, command), wrong)
            key = plays.key(after)
            if key in visited.keys and key not in seen:
                seen[key] = None
                waiting.append((after, (*commands, command)))
        if tried > most:
            return found
    return found


def onwards(episode: Episode) -> Iterator[tuple[Command, Feedback, Episode]]:
    """Every legal command with what comes of it."""
    for command in legal(episode):
        after = episode.fork()
        feedback = after.act(command)
        yield command, feedback, after
