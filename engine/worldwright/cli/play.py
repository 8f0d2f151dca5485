"""`worldwright play`: play a world yourself, or let a script play it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

import click

from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.skins import NAMES as SKINS
from .hints import Hints
from .opening import opened
from .shared import assignments, complete_world, safe, world_path

try:
    import readline  # gives `input` a history and line editing
except ImportError:  # not on every platform
    readline = None  # type: ignore[assignment]

HELP = """\
Write a command and press Enter. Besides what the world understands there are:
  help   this, and what can be done in this world      hint   what the expert would do next
  undo   take the last command back                    quit   stop"""
PROMPT = "> "


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("--task", help='The task, also with arguments: "lunch" or "fetch(apple, kitchen)". Else the first.')
@click.option(
    "-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A family parameter, or an argument of the task."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Chooses start and wording.")
@click.option("--skin", default="natural", show_default=True, help=f"Action surface: {', '.join(SKINS)}.")
@click.option("--script", type=click.File("r", encoding="utf-8"), help="Read commands from a file, or - for a pipe.")
@click.option("--json", "as_json", is_flag=True, help="Print each feedback as one line of JSON.")
def play(
    world: str,
    task: str | None,
    pairs: tuple[str, ...],
    seed: int,
    skin: str,
    script: TextIO | None,
    as_json: bool,
) -> None:
    """Play a world. The words help, hint, undo and quit are for the game master; all else goes to the world.

    With --script, commands are read line by line (empty lines and lines that begin with # are passed over), echoed
    and answered. Exits with 0 however the play ends; the last line says how.

    \b
    Examples:
      worldwright play pantry
      worldwright play household --task put -p x=mug_1 --seed 3 --skin call
      printf 'look\\nopen chest\\n' | worldwright play pantry --script -
    """
    episode = opened(world_path(world), task, assignments(pairs), seed, skin)
    table = Table(episode, as_json)
    table.open(by_hand=script is None)
    for line in by_hand() if script is None else by_script(script, echo=not as_json):
        if not table.take(line):
            break
    table.close()


class Table:
    """Where the player sits: shows what is told, takes lines, and answers the words for the game master."""

    def __init__(self, episode: Episode, as_json: bool) -> None:
        self.episode = episode
        self.as_json = as_json
        self.hints = Hints(episode)

    def open(self, by_hand: bool) -> None:
        """Show the opening."""
        if self.as_json:
            click.echo(json.dumps({"opening": self.episode.observation}, ensure_ascii=False))
            return
        click.echo(safe(self.episode.observation))
        if by_hand:
            click.echo("(help shows what you can do)")

    def take(self, line: str) -> bool:
        """Answer one line; False when the play is over."""
        word = line.strip().lower()
        if word == "quit":
            return False
        if word == "help":
            surface = self.episode.skin.surface
            understood = [f"  {surface.line(form.action)}" for form in surface.forms]
            self._say("\n".join([HELP, "This world understands:", *understood]))
        elif word == "hint":
            self._say(self.hints.next())
        elif word == "undo":
            done = self.episode.undo()
            if done:
                self.hints.undo()
            self._say("Taken back." if done else "There is nothing to take back.")
        else:
            feedback = self.episode.step(line)
            self.hints.note(feedback)
            self._show(feedback)
        return not self.episode.ended

    def close(self) -> None:
        """Say how it ended."""
        if self.as_json:
            return
        episode = self.episode
        steps = f"{episode.steps} step{'' if episode.steps == 1 else 's'}"
        endings = {"goal": "Goal reached", "fail": "Failed", "limit": "Out of steps", "": "Stopped"}
        click.echo(f"({endings[episode.ended]} after {steps}, progress {episode.progress:.0%})")

    def _show(self, feedback: Feedback) -> None:
        if self.as_json:
            click.echo(json.dumps(feedback.to_json(), ensure_ascii=False))
            return
        click.echo(safe(feedback.text))
        for milestone in feedback.milestones:
            click.echo(f"(milestone: {safe(milestone)})")

    def _say(self, text: str) -> None:
        if self.as_json:
            click.echo(json.dumps({"note": text}, ensure_ascii=False))
        else:
            click.echo(safe(text))


def by_hand() -> Iterator[str]:
    """Lines that a person types, until the end of input."""
    while True:
        try:
            line = input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if line.strip():
            yield line


def by_script(file: TextIO, echo: bool) -> Iterator[str]:
    """The commands of a script, echoed as if typed."""
    for line in file:
        text = line.strip()
        if text and not text.startswith("#"):
            if echo:
                click.echo(f"{PROMPT}{safe(text)}")
            yield text
