"""Recursive definitions whose cases depend on each other in one way in every state: found, and worked out at once."""

from __future__ import annotations

import pytest
from tests.check.worlds import world_of

from worldwright.check.tabling import tabled
from worldwright.check.world import World
from worldwright.compile.system import System
from worldwright.diagnostics import WorldError
from worldwright.testing.agreement import Pair, opened

CORRIDOR = """
type Lamp
object lamp[4]: Lamp
state shut(0..7): bool = false
state here: 0..7 = 3
state at(Lamp): Lamp | none = none

define lit(n: 0..7, up: 0..1) =
  (n = here and up = 0)
  or (n > 0 and passes(n - 1, up))
  or (n < 7 and passes(n + 1, up))
  or (up = 1 and passes(n, 0))
define passes(n: 0..7, up: 0..1) = not shut(n) and lit(n, up)
define wide(n: 0..100, m: 0..5) = n = here or (n > 0 and wide(n - 1, m))
define beyond(x: Lamp, y: Lamp) = at(x) = y or (at(x) is Lamp and beyond(at(x), y))
define linked(x: Lamp, y: Lamp) = x = y or exists z: Lamp (linked(x, z) and at(z) = y)

action flip(n: 0..7)
  say "flip {n}"
  set shut(n) = not shut(n)

action stand(n: 0..7)
  say "stand at {n}"
  set here = n

action hang(x: Lamp, y: Lamp)
  say "hang {x} on {y}"
  set at(x) = y

task through(n: 0..7, up: 0..1) "Light {n}, {up}."
  goal lit(n, up)

task rest "Rest."
  goal beyond(lamp[1], lamp[2]) and linked(lamp[1], lamp[3])
"""


@pytest.fixture(scope="module")
def world() -> World:
    """The corridor, checked."""
    return world_of(CORRIDOR)


def test_which_are_worked_out_at_once(world: World) -> None:
    """Those whose calls name their arguments plainly, and that are small."""
    found = {name for name in world.definitions if tabled(name, world.definitions, world.domains)}
    assert found == {"lit", "passes"}


def test_values_are_the_least_fixpoint(world: World) -> None:
    """In every way that the corridor can be shut, from three places: what the reference says, which just iterates."""
    system = System(world)
    pair = Pair.of(system)
    tasks = [(args, system.task("through", args)) for args in world.tasks["through"].instances]
    flips = [n for n in range(len(world.actions)) if world.actions[n].name == "flip"]
    assert len(tasks) == 16
    for shut in range(0, 256, 25):
        state = system.start(0)
        for n in range(8):
            if shut >> n & 1:
                state = system.apply(state, (flips[0], n), lambda site, size: 0)
        truth = opened(system, state)
        table = pair.reference.fixpoint(truth)
        assert [t.goal(state) for _, t in tasks] == [bool(table["lit", args]) for args, _ in tasks]


GRID = """
state a: 0..199 = 0
state b: 0..199 = 0
define w(n: 0..199) = n = a or WAY
view all for n: 0..199 do if w(n) then tell "x" end end
action look say "look" show all
action step say "step" set a = b
task t "T." goal w(1)
"""


def test_costs_count_a_table_once() -> None:
    """A view may ask for every case of a definition that is worked out at once; of another only for as many as fit."""
    several = " or ".join(f"(n >= {k} and sum m: 0..199 (m) = b and w(n - {k}))" for k in range(1, 9))
    assert world_of(GRID.replace("WAY", several))
    with pytest.raises(WorldError, match="WW217"):
        world_of(GRID.replace("WAY", "exists m: 0..199 (m < n and w(m))"))
