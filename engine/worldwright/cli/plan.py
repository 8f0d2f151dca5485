"""`worldwright plan`: a shortest plan for a task, or the best within a time and how near it is."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ..explore.plan import Effort, Planned, seek
from ..explore.prove import counted
from ..explore.script import Script, Setting, setting
from ..explore.spoken import spoken
from ..play.episode import Episode
from .opening import opened
from .shared import UNKNOWN, assignments, complete_world, family, safe, world_path

PATIENT = 10_000_000
"""States that a search may look at: more than any time allows."""

SECONDS = 30.0


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("--task", help='The task, also with arguments: "lunch" or "fetch(apple, kitchen)". Else the first.')
@click.option(
    "-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A family parameter, or an argument of the task."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Chooses start and luck.")
@click.option(
    "--max-seconds", default=SECONDS, show_default=True, type=click.FloatRange(min=0), help="Seconds, at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan(world: str, task: str | None, pairs: tuple[str, ...], seed: int, max_seconds: float, as_json: bool) -> None:
    """Plan a task with all that is hidden known: the shortest commands from the start of a seed to the goal.

    The lines can be played: save them and use play --script. What is said about them stands in lines with a #. When
    the time is up, the best plan so far is printed, and how many commands any plan takes at least. Exits with 1 if it
    is proved that there is no plan, with 3 if none was found in time.

    \b
    Examples:
      worldwright plan pantry
      worldwright plan household --task pick_two --seed 3
      worldwright plan blocksworld -p blocks=9 > plan.txt
    """
    path = world_path(world)
    given = assignments(pairs)
    episode = opened(path, task, given, seed, "natural")
    if episode.limit is None:
        raise click.UsageError(f"{world} has no task, so there is nothing to plan for")
    limit = episode.limit
    effort = Effort(patient=PATIENT, proof=PATIENT, seconds=max_seconds)
    planned = seek(episode.system, episode.task, episode.state.state, effort, seed)
    chosen = setting(episode.system, episode.task.name, episode.task.args)
    script = None if planned.commands is None else _script(episode, planned, chosen)
    if as_json:
        click.echo(json.dumps(_json(planned, script, chosen, seed, limit), indent=2, ensure_ascii=False))
    else:
        member = [f"-p {name}={value}" for name, value in given.items() if name in family(path)]
        _show(planned, script, " ".join([*member, f"--seed {seed}", *_asked(chosen)]), limit)
    if planned.way is None:
        sys.exit(1 if planned.unsolvable else UNKNOWN)


def _script(episode: Episode, planned: Planned, chosen: Setting) -> Script:
    """The plan as lines, played under the seed that it was made for."""
    commands = planned.commands or ()
    lines, note = spoken(Episode(episode.system, chosen.task, chosen.args or None, episode.seed), commands)
    return Script(lines, episode.seed, chosen.text, note)


def verdict(planned: Planned) -> str:
    """What is known about the length of the plan, in words."""
    if planned.unsolvable:
        return "There is no plan: the goal cannot be reached."
    if planned.at_most is None:
        return f"No plan was found in time; any plan takes at least {counted(planned.at_least, 'command')}."
    if planned.optimal:
        return f"A shortest plan: {counted(planned.at_most, 'command')}."
    return f"The best plan so far: {counted(planned.at_most, 'command')}; any takes at least {planned.at_least}."


def _json(planned: Planned, script: Script | None, chosen: Setting, seed: int, limit: int) -> dict[str, Any]:
    return {
        "task": chosen.text,
        "seed": seed,
        "limit": limit,
        "optimal": planned.optimal,
        "unsolvable": planned.unsolvable,
        "at_least": planned.at_least,
        "at_most": planned.at_most,
        "states": planned.states,
        "plan": None if script is None else script.to_json(),
    }


def _asked(chosen: Setting) -> list[str]:
    text = safe(chosen.text or "")
    return [f'--task "{text}"' if "(" in text else f"--task {text}"]


def _show(planned: Planned, script: Script | None, play: str, limit: int) -> None:
    click.echo(f"# {verdict(planned)}")
    if script is None:
        return
    click.echo(f"# play with {play} --script FILE")
    if len(script) > limit:
        click.echo(f"# (an episode of this task ends after {limit})")
    extra = len(script) - (planned.at_most or 0)
    if extra > 0:
        click.echo(f"# ({counted(extra, 'line')} more than the plan, to learn the names of things)")
    if script.note:
        click.echo(f"# (a player cannot type it as it is: {safe(script.note)})")
    for line in script.commands:
        click.echo(safe(line))
