"""Records ScienceWorld on its own gold action sequences, for machines that do not have it.

Without arguments the files in traces/ are written anew. ScienceWorld draws its gold actions afresh each time it is
asked, so `--check`, which `make differential` runs, plays the recorded actions again: what is scored after each of them
must be what was recorded. Plants and circuits are left out there: ScienceWorld draws in them without a seed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path

from tests.differential.recording import record
from tests.differential.science_peers import Gold, Peer, Step, missing

TRACES = Path(__file__).parent / "traces"
RECORDED = (
    ("boil", 0),
    ("boil", 1),
    ("boil", 6),
    ("boil", 7),
    ("boil", 25),
    ("melt", 0),
    ("melt", 6),
    ("melt", 10),
    ("melt", 11),
    ("melt", 14),
    ("melt", 15),
    ("melt", 21),
    ("freeze", 0),
    ("freeze", 1),
    ("freeze", 6),
    ("freeze", 7),
    ("freeze", 10),
    ("measure-melting-point-known-substance", 0),
    ("measure-melting-point-known-substance", 2),
    ("measure-melting-point-known-substance", 9),
    ("measure-melting-point-known-substance", 21),
    ("find-living-thing", 0),
    ("find-living-thing", 4),
    ("find-living-thing", 12),
    ("find-living-thing", 100),
    ("find-non-living-thing", 0),
    ("find-non-living-thing", 4),
    ("find-non-living-thing", 12),
    ("find-non-living-thing", 100),
    ("find-animal", 0),
    ("find-animal", 12),
    ("find-animal", 100),
    ("find-plant", 0),
    ("find-plant", 12),
    ("find-plant", 100),
    ("grow-plant", 0),
    ("grow-plant", 6),
    ("grow-plant", 60),
    ("grow-plant", 120),
    ("power-component", 0),
    ("power-component", 1),
    ("power-component", 5),
    ("power-component", 12),
    ("power-component", 14),
    ("power-component", 15),
    ("power-component", 18),
    ("power-component", 19),
    ("chemistry-mix-paint-secondary-color", 0),
    ("chemistry-mix-paint-secondary-color", 1),
    ("chemistry-mix-paint-secondary-color", 12),
    ("chemistry-mix-paint-secondary-color", 20),
    ("chemistry-mix-paint-secondary-color", 24),
    ("chemistry-mix-paint-tertiary-color", 0),
    ("chemistry-mix-paint-tertiary-color", 1),
    ("chemistry-mix-paint-tertiary-color", 6),
    ("chemistry-mix-paint-tertiary-color", 12),
    ("chemistry-mix-paint-tertiary-color", 18),
    ("chemistry-mix-paint-tertiary-color", 24),
)
"""Tasks of ScienceWorld with the numbers of their variations."""

UNSEEDED = ("grow-plant", "power-component")
"""Tasks in which moments come at other steps when they are played again."""

CHECKING = "--check" in sys.argv


@cache
def peer() -> Peer:
    """The simulator, started when it is first needed."""
    return Peer()


def trace(name: str) -> str:
    """All that is recorded of a variation, as text."""
    task, _, variation = name.rpartition(" ")
    recorded = read(task, int(variation)).steps if CHECKING else ()
    gold = peer().gold(task, int(variation), tuple(step.action for step in recorded))
    head = {key: value for key, value in asdict(gold).items() if key != "steps"}
    steps = ",\n".join(json.dumps([step.action, step.score, list(step.moments)]) for step in gold.steps)
    return f'{json.dumps(head)[:-1]}, "steps": [\n{steps}\n]}}\n'


def read(task: str, variation: int) -> Gold:
    """A recorded variation."""
    kept = json.loads(path_of(task, variation).read_text("utf-8"))
    steps = tuple(Step(action, score, tuple(moments)) for action, score, moments in kept.pop("steps"))
    return Gold(**kept, steps=steps)


def path_of(task: str, variation: int) -> Path:
    """Where a variation's trace is."""
    return TRACES / f"science_{task}_{variation}.json"


def paths() -> dict[str, Path]:
    """The traces by name; when they are checked, those that come out the same each time."""
    chosen = [each for each in RECORDED if not (CHECKING and each[0] in UNSEEDED)]
    return {f"{task} {variation}": path_of(task, variation) for task, variation in chosen}


if __name__ == "__main__":
    sys.exit(record(__doc__, missing(), paths(), trace))
