"""Measures steps per second of our household by ALFWorld's rules and of ALFWorld, in turns in one run.

A step is one random action among all that apply, found by listing them, with its text, on both sides; where a walk of
forty ends, the next begins anew. Seconds are of processor time: neither side waits for anything. Writes speeds.json,
from which docs/worlds.md has its ratios. Run with the peer's Python (`make differential` installs it):
`python -m tests.differential.speed_alfworld`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from time import process_time

from tests.differential.alfworld_peers import Game, missing
from tests.differential.alfworld_side import Flat
from tests.differential.record_alfworld import RECORDED, data_of_game
from tests.differential.speed_pddl import SPEEDS
from tests.differential.speed_textworld import LENGTH, ROUNDS, SECONDS, ours, theirs

INSTANCE = "heat_far"


def rate(walk: Callable[[random.Random], None]) -> float:
    """Steps a second of processor time."""
    choose, steps, begun = random.Random(0), 0, process_time()
    while process_time() - begun < SECONDS:
        walk(choose)
        steps += LENGTH
    return steps / (process_time() - begun)


def main() -> int:
    """Writes the speeds; 2 without ALFWorld."""
    if missing():
        print(missing())
        return 2
    made = RECORDED[INSTANCE]
    flat = Flat.of(made.params)
    game = Game(data_of_game(flat, made), facts=False)
    walks = {"port": ours(flat.system), "alfworld": theirs(game.env)}
    rates = dict.fromkeys(walks, 0.0)
    for _ in range(ROUNDS):
        for which, walk in walks.items():
            rates[which] = max(rates[which], rate(walk))
    measured = {which: round(found) for which, found in rates.items()}
    found = json.loads(SPEEDS.read_text("utf-8"))
    found["household"] = {"instance": made.task, "peer": "alfworld", **measured}
    print(f"household: {found['household']}")
    SPEEDS.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
