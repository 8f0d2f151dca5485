"""From a world's text to one verified trajectory and its training example, without a model."""

from __future__ import annotations

from pathlib import Path

from worldwright import load
from worldwright.export.openai import conversation
from worldwright.export.sample import Sample
from worldwright.synthesize import record
from worldwright.verify import verify

WORLD = Path(__file__).parent / "kettle.world"


def main() -> None:
    """An erring novice plays; the engine labels; `verify` believes nothing and replays."""
    system = load(WORLD)
    trajectory = record(system, player="novice", seed=5)
    for turn in trajectory.turns:
        mark = "trained" if turn.trained else "masked "
        print(f"[{mark}] {turn.reply.splitlines()[-1]}\n          {turn.feedback.text}")
    verdict = verify(trajectory, system.world)
    print(f"\nverified: {verdict.proved}; refinements: {trajectory.outcome.refinements}")
    (example,) = conversation(Sample(trajectory, lambda: system))
    messages = example["messages"]
    print(f"training example: {len(messages)} messages, weights {[m['weight'] for m in messages if 'weight' in m]}")


if __name__ == "__main__":
    main()
