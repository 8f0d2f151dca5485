"""`worldwright explore`: count all that can be reached in a world."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..explore.budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES
from ..explore.components import Components
from ..explore.coverage import Coverage
from ..explore.judge import TaskSpace
from ..explore.reduction import Reduction
from ..explore.script import Script
from ..explore.space import StateSpace
from ..explore.space import explore as find_all
from .opening import opened
from .searching import megabytes, watched
from .shared import UNKNOWN, assignments, complete_world, console, family, safe, world_path
from .table import plain_table

SHOWN = 20
SYMMETRY = "Let one state stand for all that differ only in which of some objects is which that nothing tells apart."
NEVER = {"action": "{} is never accepted", "need": "need {} never refuses", "tell": "a tell of {} is never told"}


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("--task", help='The task to judge, also with arguments: "lunch" or "fetch(apple, kitchen)".')
@click.option(
    "-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A family parameter, or an argument of the task."
)
@click.option("--max-states", default=MAX_STATES, show_default=True, type=click.IntRange(min=1), help="At most.")
@click.option(
    "--max-memory", default=megabytes(MAX_MEMORY), show_default=True, type=click.IntRange(min=100), help="MB, at most."
)
@click.option(
    "--max-seconds", default=MAX_SECONDS, show_default=True, type=click.FloatRange(min=0), help="Seconds, at most."
)
@click.option("--symmetry", is_flag=True, help=SYMMETRY)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explore(
    world: str,
    task: str | None,
    pairs: tuple[str, ...],
    max_states: int,
    max_memory: int,
    max_seconds: float,
    symmetry: bool,
    as_json: bool,
) -> None:
    """Explore a world: count its states, find dead ends and the shortest plans, and what is never used.

    Every task is judged; --task (or the first) in detail. When a limit is reached, the counts are those of all states
    up to some number of commands, what is not known is said, and the exit code is 3. Ctrl-C is such a limit (and the
    exit code 130).

    \b
    Examples:
      worldwright explore pantry
      worldwright explore blocksworld -p blocks=6 --json
      worldwright explore gripper -p balls=10 --symmetry
      worldwright explore household --max-states 1000000 --max-seconds 60
    """
    path = world_path(world)
    episode = opened(path, task, assignments(pairs), 0, "natural")
    named = episode.task if episode.limit is not None and _names_arguments(task, pairs, family(path)) else None
    with watched() as watching:
        space = find_all(
            episode.system,
            named.name if named else None if task is None else task.strip(),
            named.args if named else None,
            max_states=max_states,
            max_memory=max_memory * 1_000_000,
            max_seconds=max_seconds,
            symmetry=symmetry,
            tell=watching.tell,
            stopped=watching.stopped,
        )
    if as_json:
        click.echo(json.dumps(space.to_json(), indent=2, ensure_ascii=False))
    else:
        show(space, path)
    watching.leave(UNKNOWN if space.unknown else 0)


def _names_arguments(task: str | None, pairs: tuple[str, ...], parameters: tuple[str, ...]) -> bool:
    """Whether a task is asked for with its arguments."""
    return "(" in (task or "") or any(name not in parameters for name in assignments(pairs))


def show(space: StateSpace, path: Path) -> None:
    """The space as tables."""
    family = ", ".join(f"{name} = {value}" for name, value in space.params.items())
    click.echo(safe(space.world) + (f" ({family})" if family else ""))
    at_least = "" if space.complete else "at least "
    counts = plain_table("what", "number")
    counts.show_header = False
    orbits = "" if space.symmetry is None else " up to symmetry"
    counts.add_row(f"states{orbits}", f"{at_least}{space.states:,}")
    if space.symmetry is not None:
        counts.add_row("  standing for", _stood_for(space.symmetry, space.complete))
    counts.add_row(f"transitions{' from these' if orbits else ''}", f"{at_least}{space.transitions:,}")
    counts.add_row("start states", f"{'' if space.all_starts else 'at least '}{space.start_states:,}")
    counts.add_row("depth", f"{at_least}{space.depth:,}")
    if space.branching is not None:
        least, most = space.branching.least, space.branching.most
        counts.add_row("commands accepted in a state", f"{least} to {most}, on average {space.branching.mean:.2f}")
    if space.stuck_states:
        counts.add_row("states that accept none", f"{space.stuck_states:,}")
    if space.components is not None:
        counts.add_row("strongly connected components", _components(space.components))
    counts.add_row("seconds", f"{space.seconds:.2f}")
    console().print(counts)
    if space.symmetry is not None:
        show_classes(space.symmetry.shown)
    for sentence in space.unknown:
        click.echo(f"Not known: {sentence}.")
    if space.tasks:
        _show_tasks(space.tasks, space.complete)
    if space.task is not None:
        _show_scripts(space.task)
    if space.coverage is not None:
        _show_coverage(space.coverage, path, space.complete)


def _components(components: Components) -> str:
    if components.undoable:
        return "1: whatever is done can be undone"
    largest = f"the largest has {components.largest:,} states"
    return f"{components.count:,}: {largest}; {components.terminal:,} can never be left again"


def _stood_for(symmetry: Reduction, complete: bool) -> str:
    """How many states and transitions there are without symmetry."""
    if symmetry.full_states is None:
        return "not counted in the time given"
    bound = ("" if complete else "at least ") if symmetry.exact else "at most " if complete else "about "
    return f"{bound}{symmetry.full_states:,}"


def show_classes(classes: tuple[tuple[str, ...], ...]) -> None:
    """The objects that are interchangeable."""
    for members in classes:
        more = f" and {len(members) - SHOWN} more" if len(members) > SHOWN else ""
        click.echo(f"{safe(', '.join(members[:SHOWN]))}{more} are interchangeable.")
    if not classes:
        click.echo("No objects are interchangeable.")


def _show_tasks(tasks: tuple[TaskSpace, ...], complete: bool) -> None:
    numbers = ("goal states", "failed", "dead ends")
    table = plain_table("task", "goal states", "failed", "dead ends", "solvable", "shortest plan", numbers=numbers)
    for task in tasks[:SHOWN]:
        plan = "" if task.shortest is None else str(task.shortest)
        if task.longest is not None and task.longest != task.shortest:
            plan = f"{plan} to {task.longest}"
        if task.solvable is None:
            solvable = "" if not task.goal_states else "yes, from some start"
        else:
            solvable = "yes" if task.solvable else f"not from {task.unsolvable_starts:,} starts"
        table.add_row(
            safe(task.task),
            ("" if complete else "≥ ") + f"{task.goal_states:,}",
            f"{task.fail_states:,}",
            "" if task.dead_ends is None else f"{task.dead_ends:,}",
            solvable,
            plan,
        )
    console().print(table)
    if len(tasks) > SHOWN:
        click.echo(f"… and {len(tasks) - SHOWN} more; --json has all.")


def _show_scripts(task: TaskSpace) -> None:
    for text, count in task.milestones.items():
        if not count:
            click.echo(f'Never reached: the milestone "{safe(text)}".')
    if task.plan is not None:
        show_script(f"A shortest plan for {task.task}", task.plan)
    if task.skipped:
        click.echo(f"It does without: {', '.join(safe(text) for text in task.skipped)}.")
    if task.dead_end is not None:
        show_script(f"The shortest way into a dead end of {task.task}", task.dead_end)


def show_script(title: str, script: Script) -> None:
    """A script with how to play it."""
    play = [] if script.seed is None else [f"--seed {script.seed}"]
    if script.task is not None:
        play.append(f'--task "{script.task}"' if "(" in script.task else f"--task {script.task}")
    click.echo(f"{title}, {len(script)} command{'' if len(script) == 1 else 's'} ({' '.join(play)}):")
    for line in script.commands:
        click.echo(f"  {safe(line)}")
    if script.note:
        click.echo(f"  (a player cannot type it as it is: {safe(script.note)})")


def _show_coverage(coverage: Coverage, path: Path, complete: bool) -> None:
    looked = ", ".join(f"{count} {kind}s" for kind, count in coverage.looked_at.items())
    if not coverage.unused:
        click.echo(f"All of {looked} are used.")
        return
    among = "" if complete else " in the states that were found"
    click.echo(f"Of {looked}, these are never used{among}:")
    for part in coverage.unused:
        source = path if part.source == "world" else part.source
        click.echo(f"  {source}:{part.line}: {NEVER[part.kind].format(part.name)}")
    for each in coverage.left_out:
        click.echo(f"  (not looked at: {each})")
