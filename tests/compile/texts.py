"""Makes worlds for the tests of the compiler from a few lines each."""

from __future__ import annotations

from worldwright.compile.rng import Draw
from worldwright.compile.system import System
from worldwright.pipeline import load_text


def world(body: str, goal: str = "") -> System:
    """A system of some declarations; `goal` is the goal of its task, by default one over a counter of its own."""
    if goal:
        return load_text(f'world "Test"\nabout "A test."\n{body}\ntask end_it "End it."\n  goal {goal}\n')
    extra = (
        'state ticks: 0..9 = 0\naction tick\n  say "tick tock"\n  need ticks < 9 else "No."\n  set ticks = ticks + 1\n'
    )
    return load_text(f'world "Test"\nabout "A test."\n{body}\n{extra}task end_it "End it."\n  goal ticks = 9\n')


def fixed(*choices: int) -> Draw:
    """Draws that give these choices in turn."""
    left = iter(choices)
    return lambda site, n: next(left)


def no_draw(site: int, n: int) -> int:
    """For what must not draw."""
    raise AssertionError(f"drew {n} at {site}")
