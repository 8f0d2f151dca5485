"""Measures steps per second of our science worlds and of ScienceWorld, in turns in one run: the same gold sequences.

A step gives what the agent reads on both sides. Writes speeds.json, from which docs/worlds.md has its ratios. Run with
the peer's Python (`make differential` installs it): `python -m tests.differential.speed_science`.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from tests.differential.record_science import read
from tests.differential.science_peers import Peer, missing
from tests.differential.science_side import PASS, PORTS, begun, command
from tests.differential.speed_pddl import SPEEDS

MEASURED = {
    "science_heat": ("boil", 0),
    "science_life": ("grow-plant", 0),
    "science_circuit": ("power-component", 0),
    "science_paint": ("chemistry-mix-paint-tertiary-color", 0),
}
PLAYS = 4
"""Plays of ScienceWorld's, of which the quickest counts: the first one warms the Java machine up, and they vary."""
TIMES = 20
"""Plays of ours for one of ScienceWorld's, whose steps take a hundred times as long."""


def _played(peer: Peer, task: str, variation: int, actions: list[str]) -> float:
    """Seconds that ScienceWorld takes for some actions."""
    peer.load(task, variation)
    begun_theirs = perf_counter()
    for action in actions:
        peer.step(action)
    return perf_counter() - begun_theirs


def speed(peer: Peer, task: str, variation: int) -> tuple[float, float]:
    """Steps a second, ours and ScienceWorld's."""
    port, gold = PORTS[task, variation], read(task, variation)
    theirs = min(_played(peer, task, variation, [step.action for step in gold.steps]) for _ in range(PLAYS))
    ours, steps = 0.0, 0
    for _ in range(TIMES):
        episode = begun(port, gold.room)
        commands = [command(port, step.action) for step in gold.steps]
        begun_ours = perf_counter()
        for each in commands:
            feedback = episode.step(each)
            steps += 1
            if not feedback.accepted and not episode.ended:
                episode.step(PASS)
                steps += 1
            if episode.ended:
                break
        ours += perf_counter() - begun_ours
    return steps / ours, len(gold.steps) / theirs


def main() -> int:
    """Writes the speeds; 2 without ScienceWorld."""
    if missing():
        print(missing())
        return 2
    found = json.loads(SPEEDS.read_text("utf-8"))
    peer = Peer()
    for world, (task, variation) in MEASURED.items():
        port, theirs = max(speed(peer, task, variation) for _ in range(2))
        print(f"{world}: {port:,.0f} : {theirs:,.0f}", flush=True)
        found[world] = {
            "instance": f"{task} {variation}",
            "peer": "scienceworld",
            "port": round(port),
            "scienceworld": round(theirs),
        }
    SPEEDS.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
