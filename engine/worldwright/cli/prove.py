"""`worldwright prove`: what a world promises, and that its tasks can be solved."""

from __future__ import annotations

import json

import click

from ..explore.budget import MAX_MEMORY, MAX_SECONDS, MAX_STATES
from ..explore.prove import Proof
from ..explore.prove import prove as prove_all
from ..pipeline import load
from .explore import SYMMETRY, show_classes, show_script
from .searching import megabytes, watched
from .shared import UNKNOWN, assignments, complete_world, console, safe, typed, world_path
from .table import plain_table


@click.command()
@click.argument("world", metavar="WORLD", shell_complete=complete_world)
@click.option("-p", "pairs", metavar="NAME=VALUE", multiple=True, help="A parameter of the world's family.")
@click.option("--max-states", default=MAX_STATES, show_default=True, type=click.IntRange(min=1), help="At most.")
@click.option(
    "--max-memory", default=megabytes(MAX_MEMORY), show_default=True, type=click.IntRange(min=100), help="MB, at most."
)
@click.option(
    "--max-seconds", default=MAX_SECONDS, show_default=True, type=click.FloatRange(min=0), help="Seconds, at most."
)
@click.option("--scripts", is_flag=True, help="Also print the commands that show what is possible.")
@click.option("--symmetry", is_flag=True, help=SYMMETRY)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def prove(
    world: str,
    pairs: tuple[str, ...],
    max_states: int,
    max_memory: int,
    max_seconds: float,
    scripts: bool,
    symmetry: bool,
    as_json: bool,
) -> None:
    """Prove a world's promises and that each task can be solved, or refute them with the shortest script.

    Exits with 0 if all is proved, 1 if something is refuted, 3 if a limit left something unknown; with 130
    after Ctrl-C, which leaves unknown what is not proved by then.

    \b
    Examples:
      worldwright prove pantry
      worldwright prove keys_and_doors -p rooms=3 --scripts
      worldwright prove my.world --max-seconds 60 --json
    """
    path = world_path(world)
    system = load(path, {name: typed(value) for name, value in assignments(pairs).items()})
    with watched() as watching:
        proofs = prove_all(
            system,
            max_states=max_states,
            max_memory=max_memory * 1_000_000,
            max_seconds=max_seconds,
            symmetry=symmetry,
            tell=watching.tell,
            stopped=watching.stopped,
        )
    answers = [proof.answer for proof in proofs]
    if as_json:
        click.echo(json.dumps([proof.to_json() for proof in proofs], indent=2, ensure_ascii=False))
    else:
        table = plain_table("", "claim", "because", "line")
        for proof in proofs:
            if proof.kind == "earned" and proof.answer == "proved":
                continue  # said below for all of them: it is what one expects
            source = path.name if proof.source == "world" else proof.source
            table.add_row(proof.answer, safe(proof.claim), safe(_because(proof)), f"{source}:{proof.line}")
        console().print(table)
        if symmetry:
            shown = {atom.name: atom.display for atom in system.world.atoms}
            classes = dict.fromkeys(members for proof in proofs for members in proof.alike)
            show_classes(tuple(tuple(shown[name] for name in members) for members in classes))
            if any(proof.alike != proofs[0].alike for proof in proofs):
                click.echo("(each as far as a claim does not tell them apart)")
        for proof in proofs:
            if proof.script is not None and (scripts or proof.answer == "refuted"):
                show_script(f"{proof.claim}: {proof.answer}", proof.script)
        earned = sum(proof.kind == "earned" and proof.answer == "proved" for proof in proofs)
        click.echo(", ".join(f"{answers.count(a)} {a}" for a in ("proved", "refuted", "unknown") if a in answers))
        if earned:
            what = "a task is" if earned == 1 else "tasks are"
            click.echo(f"The table leaves out {earned} of them: that {what} not solved by doing nothing.")
    watching.leave(1 if "refuted" in answers else UNKNOWN if "unknown" in answers else 0)


def _because(proof: Proof) -> str:
    return f"{proof.because}; but {proof.warning}" if proof.warning else proof.because
