"""Measures steps per second of our worlds and of the PDDL simulator they are ports of, in turns in one run.

A step is one random action among all that apply, found by listing them: what a player needs. Writes speeds.json, from
which docs/worlds.md has its ratios. Run with the peers' Python (`make differential` installs it):
`python -m tests.differential.speed_pddl`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.differential.hand_ports import PORTS
from tests.differential.pddl_peers import files, missing, simulated

from worldwright.bridges.pddl import import_pddl
from worldwright.compile.rng import draw_for
from worldwright.compile.system import System
from worldwright.pipeline import load, load_text
from worldwright.syntax.modules import read_source

SPEEDS = Path(__file__).parent / "speeds.json"
INSTANCES = ("blocksworld-4", "gripper-4", "barman-1", "tyreworld-1")
TURNS = 3
SECONDS = 1.0


def ours(system: System) -> Callable[[random.Random], int]:
    """Steps of a world in a slice of time."""

    def run(choose: random.Random) -> int:
        state, steps, draw = system.start(0), 0, draw_for(0, 1)
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            state = system.apply(state, choose.choice(system.admissible(state)), draw)
            steps += 1
        return steps

    return run


def theirs(instance: str) -> Callable[[random.Random], int]:
    """Steps of the simulator in a slice of time."""
    rules: Any = simulated(instance)

    def run(choose: random.Random) -> int:
        state, steps = rules.start(0), 0
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            state = rules.apply(state, choose.choice(rules.applicable(state)))
            steps += 1
        return steps

    return run


def main() -> int:
    """Writes the speeds; 2 without peers."""
    if missing():
        print(missing())
        return 2
    found: dict[str, Any] = json.loads(SPEEDS.read_text("utf-8")) if SPEEDS.is_file() else {}
    for instance in INSTANCES:
        domain, problem = files(instance)
        (world,) = import_pddl(read_source(domain), [read_source(problem)])
        port = PORTS[instance]
        runs = {
            "port": ours(load(port.world, dict(port.params))),
            "imported": ours(load_text(world.text)),
            "unified-planning": theirs(instance),
        }
        steps = dict.fromkeys(runs, 0)
        for turn in range(TURNS):
            for name, run in runs.items():
                steps[name] += run(random.Random(turn))
        speeds = {name: round(count / TURNS / SECONDS) for name, count in steps.items()}
        found[port.world] = {"instance": instance, "peer": "unified-planning", **speeds}
        print(found[port.world], flush=True)
    SPEEDS.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
