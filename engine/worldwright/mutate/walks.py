"""Plays of the original that are kept and given to mutants: for worlds whose states are too many to go through.

Random ones, half of whose commands are anything at all that can be said, and the expert's for every task with a refused
command before each of its own. Whatever a mutant answers otherwise tells it from the original.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..compile.system import Command, System
from ..explore.script import Setting
from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.golden import answer
from ..players.expert import Expert
from ..players.player import Briefing, Heard
from .telling import Telling, opened, shortened, told_by

STEPS = 40
"""Commands of a random play."""

ACCEPTED = 0.6
"""Share of random commands that are accepted."""

EXPERT_SEEDS = 2


@dataclass(frozen=True, slots=True)
class Walk:
    """A play of the original: what is said, and all that is answered."""

    play: Setting
    seed: int
    lines: tuple[str, ...]
    answers: tuple[str, ...]
    """The opening, then what was answered to each line."""
    broken: tuple[int, ...]
    """Promises (as indexes) that the original itself breaks on the way."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What walking a mutant showed: a play that tells it, a promise it breaks on the way, commands that were given."""

    telling: Telling | None
    broken: int | None
    """The index of a promise that holds in the original and not here."""
    steps: int


def record(system: System, walks: int) -> tuple[Walk, ...]:
    """The expert's plays of every task, and so many random ones, each with a seed of its own.

    Every other random play follows the expert for a while first, so that what lies deep is met too.
    """
    plays = _settings(system)
    found = [walk for play in plays for seed in range(EXPERT_SEEDS) if (walk := _by_expert(system, play, seed))]
    guides = tuple(found)
    for number in range(walks):
        if guides and number % 2:
            guide = guides[number // 2 % len(guides)]
            walk = _at_random(system, guide.play, guide.seed, number, guide.lines)
        else:
            walk = _at_random(system, plays[number // 2 % len(plays)], number, number, ())
        found += [walk] if walk is not None else []
    return tuple(found)


def walk_through(original: System, mutant: System, walks: tuple[Walk, ...]) -> Walked:
    """Gives every walk to a mutant, until one tells it apart and one breaks a promise, or to the end."""
    telling: Telling | None = None
    steps = 0
    for walk in walks:
        different, broken, count = _replayed(mutant, walk)
        steps += count
        if different and telling is None:
            told = told_by(original, mutant, walk.play, walk.seed, walk.lines)
            telling = shortened(original, mutant, told, walk.play) if told is not None else None
        if broken is not None:
            return Walked(telling, broken, steps)
    return Walked(telling, None, steps)


def misled(original: System, mutant: System) -> Telling | None:
    """A play that the expert is led to who takes the mutant for the world, where the world answers it otherwise."""
    for play in _settings(mutant):
        walk = _by_expert(mutant, play, 0)
        if walk is not None:
            telling = told_by(original, mutant, play, walk.seed, walk.lines)
            if telling is not None:
                return shortened(original, mutant, telling, play)
    return None


def _settings(system: System) -> list[Setting]:
    """Every task, its arguments chosen by the seed; no task where there is none."""
    return [Setting(name) for name, info in system.world.tasks.items() if info.instances] or [Setting(None)]


def _replayed(system: System, walk: Walk) -> tuple[bool, int | None, int]:
    """Whether a walk is answered otherwise, the first promise that breaks on it, and the commands until then."""
    episode = opened(system, walk.play, walk.seed)
    if episode is None:
        return True, None, 0
    different = episode.observation != walk.answers[0]
    for number, (line, expected) in enumerate(zip(walk.lines, walk.answers[1:], strict=True), 1):
        feedback = episode.step(line)
        different = different or "\n".join(answer(feedback)) != expected
        broken = _newly_broken(system, feedback, walk.broken)
        if broken:
            return different, broken[0], number
    return different, None, len(walk.lines)


def _newly_broken(system: System, feedback: Feedback, known: tuple[int, ...]) -> list[int]:
    """The promises that a command breaks, but for some."""
    if feedback.after == feedback.before:
        return []
    return [index for index in system.check_always(feedback.after) if index not in known]


def _kept(system: System, play: Setting, seed: int, lines: list[str]) -> Walk:
    """A play of the original as it is kept."""
    episode = Episode(system, play.task, play.args or None, seed)
    broken: dict[int, None] = {}
    heard = [episode.observation]
    for line in lines:
        feedback = episode.step(line)
        heard.append("\n".join(answer(feedback)))
        broken.update(dict.fromkeys(_newly_broken(system, feedback, ())))
    return Walk(play, seed, tuple(lines), tuple(heard), tuple(broken))


def _at_random(system: System, play: Setting, seed: int, number: int, guide: tuple[str, ...]) -> Walk | None:
    """A random play of a seed, its choices drawn by its number, after some of the lines of a guide."""
    episode = opened(system, play, seed)
    if episode is None:
        return None
    choose = random.Random(number)
    lines = list(guide[: choose.randrange(len(guide))]) if guide else []
    for line in lines:
        episode.step(line)
    for _ in range(STEPS):
        if episode.ended:
            break
        command = _accepted(episode, choose) if choose.random() < ACCEPTED else _anything(episode, choose)
        if command is not None:
            lines.append(episode.print(command))
            episode.step(lines[-1])
    return _kept(system, play, seed, lines)


def _accepted(episode: Episode, choose: random.Random) -> Command | None:
    """An accepted command: every action that has one is as likely as the others."""
    by_action: dict[int, list[Command]] = {}
    for command in episode.commands():
        by_action.setdefault(command[0], []).append(command)
    return choose.choice(by_action[choose.choice(list(by_action))]) if by_action else None


def _anything(episode: Episode, choose: random.Random) -> Command | None:
    """A command of any action about anything that has been told of."""
    world = episode.system.world
    action = choose.randrange(len(world.actions))
    args: list[int] = []
    for parameter in world.actions[action].parameters:
        domain = world.domains[parameter.domain]
        known = [v for v in domain.values if domain.sort != "atom" or episode.told >> v & 1]
        if not known:
            return None
        args.append(choose.choice(known))
    return (action, *args)


def _by_expert(system: System, play: Setting, seed: int) -> Walk | None:
    """The expert's play, with a command that is refused before each of its own where one is found."""
    episode = opened(system, play, seed)
    if episode is None or play.task is None:
        return None
    expert = Expert(
        Briefing(
            system=system,
            task=episode.task.name,
            args=episode.task.args,
            skin=episode.skin.name,
            instructions=episode.instructions,
            opening=episode.observation,
            limit=episode.task.limit,
        )
    )
    choose = random.Random(seed)
    lines: list[str] = []
    heard: Heard | None = None
    while not episode.ended:
        refused = _refused(episode, choose)
        if refused is not None and 2 * len(lines) < episode.task.limit:
            lines.append(episode.print(refused))
        feedback = episode.reply(expert.reply(heard))
        if feedback.command is None:
            break
        lines.append(episode.print(feedback.command))
        heard = Heard(feedback.kind, feedback.text, feedback.ended)
    return _kept(system, play, seed, lines)


def _refused(episode: Episode, choose: random.Random) -> Command | None:
    for _ in range(10):
        command = _anything(episode, choose)
        if command is not None and episode.system.refusal(episode.state.state, command) >= 0:
            return command
    return None
