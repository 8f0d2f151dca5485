"""What `start` surely makes, and what only looks as if it did."""

from __future__ import annotations

from worldwright.compile.system import System

from .worlds import world_of

SCRATCH = """
type Card
object card[9]: Card
state drawn: Card = card[1]
state taken(Card): bool = false
start
  for k: 1..3 do
    drawn = any c: Card where not taken(c)
    taken(drawn) = true
  end
  drawn = card[1]
action give_back(c: Card)
  say "give back {c}"
  need taken(c) else "You do not have it."
  set taken(c) = false
  tell "Given."
task one "Keep one." goal count c: Card (taken(c)) = 1
always drawn = card[1]
"""


def test_a_variable_that_is_drawn_for_a_while_is_no_constant() -> None:
    """What it held while the start looked at it counts, and not what it is given at the end."""
    world = world_of(SCRATCH)
    assert not world.states["drawn"].constant
    system = System(world)
    starts = {system.start(seed) for seed in range(40)}
    assert len(starts) > 20
    assert all(list(system.decode(state).values()).count("true") == 3 for state in starts)
    assert not any(system.check_always(state) for state in starts)
