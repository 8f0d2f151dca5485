"""Plays that tell a mutant from the original: what an author would put into a golden file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..compile.rng import draw_for
from ..compile.system import Command, System
from ..diagnostics import WorldFault
from ..explore.script import Setting, informing, missing_names, setting, settings
from ..play.episode import Episode
from ..play.golden import answer, header
from ..play.table import UnknownTask
from .lockstep import Difference

SEEDS = 400
"""Seeds among which one is looked for whose start and luck follow a way."""

TRIED = 12
"""Plays of one difference that are tried: the wording that shows it may depend on the seed."""

NOT_SET = "this task is not set"


@dataclass(frozen=True, slots=True)
class Telling:
    """A play whose last answer differs. `seed` and `task` are as `worldwright play` takes them."""

    task: str | None
    seed: int
    commands: tuple[str, ...]
    original: str
    """The last answer of the world as it is, with notes in brackets as in a golden file."""
    mutant: str

    def golden(self, params: dict[str, int | bool | str]) -> str:
        """The beginning of a golden file that plays this: header and commands; playing it writes the rest."""
        lines = [*header((), self.task, self.seed, "natural", params), "", *(f"> {c}" for c in self.commands)]
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, object]:
        """As JSON."""
        return {
            "task": self.task,
            "seed": self.seed,
            "commands": list(self.commands),
            "original": self.original,
            "mutant": self.mutant,
        }


def opened(system: System, play: Setting, seed: int) -> Episode | None:
    """An episode; None where the world does not set this task or has no start."""
    try:
        return Episode(system, play.task, play.args or None, seed)
    except (UnknownTask, WorldFault):
        return None


def answers(system: System, play: Setting, seed: int, lines: Sequence[str]) -> Iterator[str]:
    """The opening, then the answer to each line, as a golden file holds them."""
    episode = opened(system, play, seed)
    if episode is None:
        yield NOT_SET
        return
    yield episode.observation
    for line in lines:
        yield "\n".join(answer(episode.step(line)))


def parted(
    original: System, mutant: System, play: Setting, seed: int, lines: Sequence[str]
) -> tuple[int, str, str] | None:
    """The first answer of a play that differs (0 is the opening) with both texts; None where all are alike."""
    both = zip(answers(original, play, seed, lines), answers(mutant, play, seed, lines), strict=False)
    for number, (one, two) in enumerate(both):
        if one != two:
            return number, one, two
    return None


def tell(original: System, mutant: System, difference: Difference) -> Telling | None:
    """A play that shows a difference; None where no seed was found, or where no words lead there."""
    if difference.task is not None:
        plays = [setting(original, *difference.task)]
        if difference.task[1] not in original.world.tasks[difference.task[0]].instances:
            return None
    else:
        plays = settings(original)
    for seed in islice(_seeds(original, difference), TRIED):
        for play in plays:
            lines = _lines(original, play, seed, difference)
            found = None if lines is None else told_by(original, mutant, play, seed, lines)
            if found is not None:
                return found
    return None


def told_by(original: System, mutant: System, play: Setting, seed: int, lines: Sequence[str]) -> Telling | None:
    """The play up to its first answer that differs; None where none does."""
    found = parted(original, mutant, play, seed, lines)
    if found is None:
        return None
    number, one, two = found
    return Telling(play.text, seed, tuple(lines[:number]), one, two)


def _seeds(system: System, difference: Difference) -> Iterator[int]:
    """Seeds whose start and chances follow the way to a difference."""
    path = difference.path
    for seed in range(SEEDS):
        if not path:
            yield seed
            continue
        state = system.start(seed)
        turn = 0
        if state != path[0]:
            continue
        for command, aim in zip(difference.commands, path[1:], strict=True):
            state = system.apply(state, command, draw_for(seed, turn))
            if state != aim:
                break
            turn += not system.actions[command[0]].free
        else:
            yield seed


def _lines(system: System, play: Setting, seed: int, difference: Difference) -> list[str] | None:
    """What a player types on the way, with looks around where something has not been told of yet; None where words
    do not lead there."""
    episode = opened(system, play, seed)
    if episode is None:
        return None
    lines: list[str] = []
    commands: list[Command] = [*difference.commands, *([difference.last] if difference.last else [])]
    for command in commands:
        missing = missing_names(episode, command)
        if missing:
            for look in informing(episode, missing):
                lines.append(episode.print(look))
                episode.act(look)
            if missing_names(episode, command):
                return None
        lines.append(episode.print(command))
        feedback = episode.step(lines[-1])
        if feedback.command != command:
            return None
    return lines


def shortened(original: System, mutant: System, found: Telling, play: Setting) -> Telling:
    """A shorter play that still tells both apart: commands are left out, one after the other, while one does."""
    best = found
    at = 0
    while at < len(best.commands):
        fewer = told_by(original, mutant, play, best.seed, best.commands[:at] + best.commands[at + 1 :])
        if fewer is None:
            at += 1
        else:
            best = fewer
    return best
