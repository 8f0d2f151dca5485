"""Measures steps per second of the worlds made from TextWorld's games and of TextWorld, in turns in one run.

A step is one random action among all that apply, found by listing them, on our side with its text; TextWorld plays its
`.json` games without text. Writes speeds.json, from which docs/worlds.md has its ratios. Run with the peer's Python
(`make differential` installs it): `python -m tests.differential.speed_textworld`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from tests.differential.speed_pddl import SPEEDS
from tests.differential.textworld_peers import GAMES, made, missing, started
from tests.differential.textworld_ports import port_of
from tests.differential.textworld_worlds import Game

from worldwright.compile.rng import draw_for
from worldwright.compile.system import System

FAMILIES = {
    "coin_collector": "coin_collector",
    "treasure_hunter": "treasure_hunter_easy",
    "cooking": "cooking_far",
}
"""Families, each with the game that it is measured beside."""
ROUNDS, SECONDS, LENGTH = 5, 0.5, 40


def ours(system: System) -> Callable[[random.Random], None]:
    """A walk through a world."""

    def walk(choose: random.Random) -> None:
        state, told = system.start(0), system.always_told
        for turn in range(LENGTH):
            commands = system.admissible(state)
            state, _, told = system.narrate(state, choose.choice(commands), draw_for(0, turn), told)

    return walk


def theirs(env: Any) -> Callable[[random.Random], None]:
    """A walk through a game; begun anew where it ends."""

    def walk(choose: random.Random) -> None:
        state = env.reset()
        for _ in range(LENGTH):
            state, _, done = env.step(choose.choice(state["admissible_commands"]))
            if done:
                state = env.reset()

    return walk


def rate(walk: Callable[[random.Random], None]) -> float:
    """Steps a second."""
    choose, steps, begun = random.Random(0), 0, perf_counter()
    while perf_counter() - begun < SECONDS:
        walk(choose)
        steps += LENGTH
    return steps / (perf_counter() - begun)


def main() -> int:
    """Writes the speeds; 2 without TextWorld."""
    if missing():
        print(missing())
        return 2
    found = json.loads(SPEEDS.read_text("utf-8"))
    for family, name in FAMILIES.items():
        text = made(*GAMES[name])
        port = port_of(family, text).system
        walks = {"port": ours(port), "imported": ours(Game.of(text).system), "textworld": theirs(started(text))}
        rates: dict[str, float] = dict.fromkeys(walks, 0.0)
        for _ in range(ROUNDS):
            for which, walk in walks.items():
                rates[which] = max(rates[which], rate(walk))
        found[family] = {"instance": name, "peer": "textworld", **{which: round(r) for which, r in rates.items()}}
        print(f"{family}: {found[family]}", flush=True)
    SPEEDS.write_text(json.dumps(found, indent=1) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
