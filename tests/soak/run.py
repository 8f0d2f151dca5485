"""Soak: `python -m tests.soak.run EPISODES [--seconds S] [--seed N]`: many short episodes over all shipped worlds.

An episode is one task, instance, seed and skin, played for up to STEPS commands drawn at random: mostly offered ones,
some that may be refused, some garbage. The laws are checked on it: what is offered is accepted, a refusal changes
nothing and says something, undo goes back, no promise is broken, and a fork that is given the same hears the same.

Episode n of a seed is always the same one, so an interrupted soak goes on with `--first n`. Prints a line every ten
seconds; exits with 1 if a law is broken or memory grows by more than GROWTH after the warm-up.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.shipped import shipped

STEPS = 8
"""Commands of one episode."""
GROWTH = 0.05
"""How much more memory there may be at the end than after the warm-up."""
WARM = 20_000
"""Episodes, and at least a fifth of them all, until the memories of pure functions are full."""
TOLD = 10.0
SKINS = ("natural", "call", "bracket", "json", "tools", "renamed:7")
GARBAGE = ("", "dance", "take the \u202eapple", "Action: look", '{"action": "take"}', "take take take", "x" * 300, "#")


def worlds() -> list[System]:
    """The default member of every shipped world, by path."""
    paths = sorted(path for path in shipped("worlds").rglob("*.world") if path.parent.name != "std")
    return [load(path) for path in paths]


def resident() -> int:
    """Memory of this process now, in kB; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:")).split()[1])


def episode(systems: Sequence[System], seed: int, number: int) -> str:
    """Plays one episode; gives its transcript. Raises AssertionError, naming the episode, where a law is broken."""
    choose = random.Random(f"{seed}/{number}")
    system = systems[number % len(systems)]
    tasks = system.world.tasks
    task = choose.choice(list(tasks)) if tasks else None
    args = choose.choice(tasks[task].instances) if task is not None else None
    played = Episode(system, task, args, seed=choose.randrange(10_000), skin=choose.choice(SKINS))
    twin = played.fork()
    said = []
    where = f"episode {number} of seed {seed}, {system.world.title}"
    for _ in range(STEPS):
        if played.ended:
            break
        offered = played.commands()
        if offered and choose.random() < 0.8:
            text, legal = played.print(choose.choice(offered)), True
        else:
            text, legal = choose.choice(GARBAGE), False
        before = played.state
        feedback = played.step(text)
        said.append((text, feedback.text))
        assert feedback.accepted or not legal, f"{where}: {text!r} was offered and refused: {feedback.text}"
        assert feedback.text, f"{where}: no answer to {text!r}"
        after = played.state
        assert feedback.accepted or (after.state, after.told, after.turn) == (before.state, before.told, before.turn), (
            where
        )
        assert not system.check_always(after.state), f"{where}: a promise is broken after {text!r}"
        assert played.undo() and played.state == before, f"{where}: undo does not go back from {text!r}"
        played.step(text)
        assert played.state == after, f"{where}: {text!r} again does something else"
    for text, heard in said:
        assert twin.step(text).text == heard, f"{where}: the same said again was answered in another way"
    assert twin.state == played.state, where
    return played.transcript()


def soak(
    systems: Sequence[System], count: int, seed: int = 1, first: int = 0, limit: float = float("inf"), tell: bool = True
) -> tuple[int, float]:
    """Plays so many episodes, or as many as fit into so many seconds; how many, and by what share memory grew since the
    warm-up."""
    began = told = time.monotonic()
    warm = max(min(WARM, count // 2), count // 5)
    base = 0
    number = 0
    while number < count and time.monotonic() - began < limit:
        episode(systems, seed, first + number)
        number += 1
        if number == warm:
            base = resident()
        if tell and time.monotonic() - told > TOLD:
            told = time.monotonic()
            speed = number / (told - began)
            print(f"{first + number:,} episodes, {speed:,.0f} a second, {resident() / 1024:.0f} MB", flush=True)
    growth = resident() / base - 1 if base else 0.0
    return number, growth


def main(arguments: Sequence[str] | None = None) -> int:
    """See above."""
    parser = argparse.ArgumentParser(description="Many short episodes over all shipped worlds, laws checked.")
    parser.add_argument("episodes", type=int)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first episode, to go on from")
    wish = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        count, growth = soak(worlds(), wish.episodes, wish.seed, wish.first, wish.seconds)
    except AssertionError as broken:
        print(f"a law is broken: {broken}")
        return 1
    spent = time.monotonic() - began
    print(f"{count:,} episodes in {spent:,.0f} s, {resident() / 1024:.0f} MB, {growth:+.1%} since the warm-up")
    return 0 if growth <= GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
