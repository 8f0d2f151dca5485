"""Records what the peers do on the benchmark's instances, for machines that have no peers.

`make differential` runs it with `--check`: what is recorded must be what the peers do today. Without it the files in
traces/ are written anew. A trace holds one random walk of unified-planning's simulator (what applies in every state,
what an action makes true and false), all states that pyperplan can reach, and the lengths of the plans that pyperplan
and Fast Downward find.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from tests.differential.pddl_peers import INSTANCES, counted, files, missing, optimal, simulated
from tests.differential.recording import record

TRACES = Path(__file__).parent / "traces"
STEPS = 24


def walk(instance: str) -> dict[str, Any]:
    """One random walk, by a seed of the instance's own."""
    choose = random.Random(instance)
    rules = simulated(instance)
    state = rules.start(0)
    facts = rules.shown(state)
    assert isinstance(facts, frozenset)
    start = sorted(" ".join(fact) for fact in facts)
    steps = []
    for _ in range(STEPS):
        applicable = sorted(rules.applicable(state))
        act = choose.choice(applicable)
        state = rules.apply(state, act)
        after = rules.shown(state)
        assert isinstance(after, frozenset)
        steps.append(
            {
                "applicable": [" ".join(a) for a in applicable],
                "action": " ".join(act),
                "added": sorted(" ".join(fact) for fact in after - facts),
                "deleted": sorted(" ".join(fact) for fact in facts - after),
                "goal": rules.goal(state),
            }
        )
        facts = after
    return {"start": start, "steps": steps}


def trace(instance: str) -> str:
    """All that is recorded of an instance, as it is written."""
    states, shortest = counted(instance)
    downward = optimal(*files(instance))
    assert shortest == downward, f"{instance}: pyperplan {shortest}, Fast Downward {downward}"
    found = {"instance": instance, "states": states, "shortest": shortest, **walk(instance)}
    return json.dumps(found, indent=0) + "\n"


if __name__ == "__main__":
    sys.exit(record(__doc__, missing(), {name: TRACES / f"{name}.json" for name in INSTANCES}, trace))
