"""How often a start may be drawn is measured by what every draw does."""

from __future__ import annotations

from tests.check.worlds import world_of

from worldwright.check.costs import start_attempts

WORLD = """
type T
object t[30]: T
state far(T, T): 0..9 = 0
state at: T
start
  for x: T, y: T, z: T where x != y do far(x, y) = 3 end
  at = any T
  need forall x: T, y: T (x = y or far(x, y) = 3)
  for x: T, y: T do tell "{x} {y}" end
action go(x: T) say "go {x}" need x != at else "No." set at = x
task t "T." goal at = t[1]
"""


def test_what_is_settled_or_told_is_not_drawn() -> None:
    """Constants are worked out once, and what is told is told once; a costly need counts."""
    world = world_of(WORLD)
    counted = [start_attempts(world, settled) for settled in ((), ("far",))]
    assert counted[0] < counted[1] < 10_000
    told = world_of(WORLD.replace("  for x: T, y: T do tell", "  for x: T, y: T, z: T do tell"))
    assert start_attempts(told, ("far",)) == counted[1]
    assert start_attempts(world_of(WORLD.replace("  need forall", "  # need forall")), ("far",)) == 10_000
