"""Plays of a world as digests, here or in another process (`python -m worldwright.testing.apart` reads JSON)."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Sequence

from ..check.world import World
from ..compile.system import System
from ..play.episode import Episode


def plays(system: System, seeds: Sequence[int], steps: int) -> dict[str, str]:
    """What is compared, each with its SHA-256: the generated code, and one play for every seed."""
    found = {"the generated code": _digest(system.source)}
    names = sorted(system.world.tasks)
    for seed in seeds:
        task = names[seed % len(names)] if names else None
        skin = ("natural", "json", "renamed:3", "call")[seed % 4]
        episode, choose = Episode(system, task, seed=seed, skin=skin), random.Random(seed)
        heard = [episode.instructions]
        while len(heard) < steps and not episode.ended:
            offered = episode.commands()
            if not offered:
                break
            said = episode.print(choose.choice(offered)) if choose.random() < 0.9 else "xyzzy"
            heard += [said, json.dumps(episode.step(said).to_json()), repr(offered)]
        found[f"the play of seed {seed}"] = _digest("\n".join([*heard, repr(episode.state), episode.transcript()]))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def main() -> None:
    """Reads one request as JSON and prints the digests, one a line."""
    given = json.load(sys.stdin)
    system = System(World.model_validate(given["world"]))
    print(*plays(system, given["seeds"], given["steps"]).values(), sep="\n")


if __name__ == "__main__":
    main()
