"""`chance e in f`: what the two numbers mean in a state, in all readings of the language."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from tests.compile.texts import world

from worldwright.compile.rng import draw_for
from worldwright.compile.system import System
from worldwright.explore.kernel import Kernel
from worldwright.explore.packing import Packing
from worldwright.pipeline import load_text
from worldwright.testing.agreement import opened
from worldwright.testing.reference import Reference, every_choice

ODDS = """
state share: -2..4 = 0
state whole: -2..4 = 0
state fell: unknown | hit | missed = unknown
start
  share = any -2..4
  whole = any -2..4
action roll
  say "roll"
  chance share in whole then set fell = hit else set fell = missed end
"""
URN = """
type Square
object square[5]: Square
state full(Square): bool = false
state left: 0..5 = 0
action fill
  say "fill one"
  need exists x: Square (not full(x)) else "All are full."
  set left = count x: Square (not full(x))
  for x: Square where left > 0 and not full(x) do
    chance 1 in left then
      set full(x) = true
      set left = 0
    else
      set left = left - 1
    end
  end
"""
PLAIN = """
param one: 0..9 = 1
param four: 1..9 = 4
state hits: 0..9 = 0
action roll
  say "roll"
  chance {odds} then set hits = min(9, hits + 1) else set hits = 0 end
"""


def in_batch(system: System, state: bytes) -> set[bytes]:
    """What the batch back end makes of the first command in a state."""
    packing = Packing(system)
    kernel = Kernel.of(system, packing)
    found: set[bytes] = set()
    for number, _, after in kernel.successors(packing.pack([state])):
        if kernel.commands[number].command == (0,):
            found.update(packing.unpack(tuple(np.asarray(w) for w in after)))
    return found


def test_what_the_numbers_mean() -> None:
    """Never if e <= 0, else surely if e >= f, else both; scalar, batch and reference follow the same outcomes."""
    system = world(ODDS)
    reference = Reference(system.world)
    states, complete = system.start_states(100)
    assert complete and len(states) == 49
    for state in states:
        share, whole = system.value(state, "share"), system.value(state, "whole")
        wanted = {"missed"} if share <= 0 else {"hit"} if share >= whole else {"hit", "missed"}
        found = system.outcomes(state, (0,))
        assert {system.decode(after)["fell"] for after in found} == wanted, (share, whole)
        assert set(found) == in_batch(system, state), (share, whole)
        slow = every_choice(lambda draw, s=state: reference.apply(opened(system, s), (0,), draw), 100)  # type: ignore[misc]
        assert len(slow) == len(found)
        assert all(opened(system, after) in slow for after in found)


def test_falls_as_often_as_it_says() -> None:
    """3 in 4 comes true in three quarters of the seeds, whether the numbers are written or computed."""
    system = world(ODDS)
    start = next(
        s for s in system.start_states(100)[0] if (system.value(s, "share"), system.value(s, "whole")) == (3, 4)
    )
    fell = Counter(system.decode(system.apply(start, (0,), draw_for(seed, 1)))["fell"] for seed in range(2000))
    assert 1_440 < fell["hit"] < 1_560  # three standard deviations of 19 each


def test_a_uniform_draw() -> None:
    """One round after the other with 1 in as many as are left: as many outcomes as candidates, all equally likely."""
    system = world(URN)
    state = system.start(0)
    fill, full = (0,), [f"full(square_{number})" for number in range(1, 6)]
    for left in range(5, 0, -1):
        found = system.outcomes(state, fill)
        assert len(found) == left
        assert set(found) == in_batch(system, state)
        assert all(system.value(after, "left") == 0 for after in found)
        drawn = Counter(system.apply(state, fill, draw_for(seed, 6 - left)) for seed in range(1500))
        assert set(drawn) == set(found)
        mean = 1500 / left
        assert all(abs(number - mean) < 4 * (mean * (1 - 1 / left)) ** 0.5 + 1 for number in drawn.values())
        state = found[-1]
    assert [system.decode(state)[name] for name in full] == ["true"] * 5


@pytest.mark.parametrize("odds", ["one in four", "one + 0 in 2 * four - 4", "1 in four", "one in 4"])
def test_known_numbers_are_as_good_as_written_ones(odds: str) -> None:
    """With the same numbers the same code is made and every seed falls the same."""
    written, computed = (world(PLAIN.format(odds=each)) for each in ("1 in 4", odds))
    assert computed.source == written.source
    assert "draw(0, 4) < 1" in written.source


@pytest.mark.parametrize("one", [0, 4, 9])
def test_a_param_may_leave_nothing_to_chance(one: int) -> None:
    """In such a member of a family nothing is drawn, and nothing is complained of."""
    text = 'world "Odds"\n' + PLAIN.format(odds="one in four") + 'task rise "Rise."\n  goal hits = 9\n'
    system = load_text(text, {"one": one})
    assert "draw(" not in system.source.split("def p0")[1].split("def ")[0]
    state = system.start(0)
    assert [system.decode(s)["hits"] for s in system.outcomes(state, (0,))] == ["0" if one == 0 else "1"]


def test_numbers_are_read_where_the_chance_stands() -> None:
    """After the effects above it, and with the values of the loops around it."""
    system = world(
        """
state n: 0..3 = 0
state seen(1..3): bool = false
action count_up
  say "count up"
  set n = 2
  for i: 1..3 do
    chance i in n then set seen(i) = true end
    if n < 3 then set n = n + 1 end
  end
"""
    )
    found = [system.decode(s) for s in system.outcomes(system.start(0), (0,))]
    seen = {tuple(state[f"seen({i})"] == "true" for i in (1, 2, 3)) for state in found}
    assert seen == set(product((True, False), (True, False), (True,)))  # 1 in 2, then 2 in 3, then 3 in 3
