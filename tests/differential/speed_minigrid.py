"""Measures steps per second of processor time of our BabyAI and of Minigrid, in turns: the same actions in both.

A step gives what the agent perceives, the text on our side and the image on Minigrid's. Writes speeds.json, from which
docs/worlds.md has its ratios. Run with the peer's Python (`make differential` installs it):
`python -m tests.differential.speed_minigrid`.
"""

from __future__ import annotations

import json
import random
import sys
from time import process_time

from tests.differential.minigrid_peers import Level, missing
from tests.differential.minigrid_side import Side, system_of
from tests.differential.speed_pddl import SPEEDS

from worldwright.compile.rng import draw_for

LEVELS = ("BabyAI-GoToLocal-v0", "BabyAI-UnlockPickup-v0", "BabyAI-BossLevel-v0")
SEEDS, STEPS = 20, 200


def speed(name: str) -> tuple[float, float]:
    """Steps a second, ours and Minigrid's."""
    ours = theirs = 0.0
    for seed in range(SEEDS):
        level = Level(name, seed)
        side = Side(system_of(level.house(), level.shown()))
        state, system = side.start(level.house(), level.shown()), side.system
        actions = random.Random(seed).choices(range(7), k=STEPS)
        begun = process_time()
        for action in actions:
            level.env.step(action)
        between = process_time()
        told, draw = system.always_told, draw_for(0, 1)
        for action in actions:
            command = side.commands[action]
            need = system.refusal(state, command)
            if need < 0:
                state, _, told = system.narrate(state, command, draw, told)
            else:
                system.refusal_text(state, command, need, told)
        ours += process_time() - between
        theirs += between - begun
    return SEEDS * STEPS / ours, SEEDS * STEPS / theirs


def main() -> int:
    """Writes the speeds of the slowest level; 2 without Minigrid."""
    if missing():
        print(missing())
        return 2
    measured = {name: speed(name) for name in LEVELS}
    for name, (port, peer) in measured.items():
        print(f"{name}: {port:,.0f} : {peer:,.0f}", flush=True)
    slowest = min(LEVELS, key=lambda name: measured[name][0])
    port, peer = measured[slowest]
    found = json.loads(SPEEDS.read_text("utf-8"))
    found["babyai"] = {"instance": slowest, "peer": "minigrid", "port": round(port), "minigrid": round(peer)}
    SPEEDS.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
