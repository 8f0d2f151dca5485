"""Commands as lines that an episode understands, with looks around where something has not been told yet."""

from __future__ import annotations

from collections.abc import Sequence

from ..compile.system import Command
from ..play.episode import Episode
from .script import informing, missing_names


def spoken(episode: Episode, commands: Sequence[Command]) -> tuple[tuple[str, ...], str]:
    """The lines that play some commands in an episode, which they are played in; and what went wrong, if anything.

    What goes wrong is that a command names something that the player has not been told of, or that it is refused.
    """
    lines: list[str] = []
    for number, command in enumerate(commands):
        missing = missing_names(episode, command)
        for look in informing(episode, missing) if missing else ():
            lines.append(episode.print(look))
            episode.act(look)
        text = episode.print(command)
        lines.append(text)
        feedback = episode.step(text)
        if not feedback.accepted:
            rest = [episode.print(each) for each in commands[number + 1 :]]
            why = "names what a player has not been told of yet" if missing else f"is refused: {feedback.text}"
            return (*lines, *rest), f'"{text}" {why}'
    return tuple(lines), ""
