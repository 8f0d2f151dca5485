from __future__ import annotations

import time
from itertools import permutations

import pytest
from tests.compile.texts import fixed, no_draw, world

from worldwright.diagnostics import WorldFault

SPREAD = """
type Thing
type Place
object cup, pan, jug: Thing
object hall, shed: Place
state at(Thing): Place
state full(Thing): bool = false
action move(x: Thing, p: Place)
  say "move {x} to {p}"
  need at(x) != p else "It is there."
  set at(x) = p
  set full(x) = not full(x)
start
  for x: Thing do at(x) = one of hall, shed end
  need at(cup) = at(pan) or at(jug) = hall
  full(jug) = one of true, false
"""


def test_every_start_state() -> None:
    """The list is complete, distinct, without the rejected ones, and in the order of the choices."""
    system = world(SPREAD)
    states, complete = system.start_states(100)
    assert complete
    readings = [
        (*(system.decode(s)[f"at({x})"] for x in ("cup", "pan", "jug")), system.decode(s)["full(jug)"]) for s in states
    ]
    places = ("hall", "shed")
    assert readings == [
        (a, b, c, full)
        for a in places for b in places for c in places if a == b or c == "hall"
        for full in ("true", "false")
    ]  # fmt: skip
    assert system.start_states(12) == (states, True)
    assert system.start_states(11) == (states[:11], False)


def test_seeds() -> None:
    """A seed gives one state, some seeds give each of them, and none a rejected one."""
    system = world(SPREAD)
    states, _ = system.start_states(100)
    assert system.start(5) == system.start(5)
    assert {system.start(seed) for seed in range(300)} == set(states)


def test_start_with() -> None:
    """Draws are taken in the order of the program; a failing need rejects them."""
    system = world(SPREAD)
    assert system.start_with(fixed(0, 1, 1)) is None
    state = system.start_with(fixed(1, 1, 0, 1))
    assert state is not None
    assert system.decode(state)["at(cup)"] == "shed"


def test_any_rejects_when_nothing_fits() -> None:
    """`any … where` without a candidate rejects the draw."""
    system = world(
        """
type Thing
object cup, pan: Thing
state first: Thing = cup
state next_one: Thing = cup
action swap
  say "swap them"
  need first != next_one else "No."
  set first = next_one
  set next_one = cup
start
  first = one of cup, pan
  next_one = any x: Thing where x != first and first = pan
"""
    )
    states, complete = system.start_states(9)
    assert complete
    assert [system.decode(s)["next_one"] for s in states] == ["cup"]


def test_no_start_is_a_fault() -> None:
    """A start that rejects every draw is a fault that says so."""
    system = world(
        """
type Thing
object cup, pan: Thing
state a: Thing = cup
state b: Thing = cup
action swap
  say "swap them"
  need a != b else "No."
  set a = b
  set b = cup
start
  a = one of cup, pan
  b = one of cup, pan
  need a != b
  need a = b
"""
    )
    with pytest.raises(WorldFault, match="rejected"):
        system.start(0)
    assert system.start_states(10) == ((), True)


def test_permutations_by_backtracking() -> None:
    """Constraints prune while the choices are made: 5,040 of 823,543 draws, found quickly."""
    things = ", ".join(f"thing_{i}" for i in range(7))
    needs = "\n".join(f"  place(thing_{i}) = any k: 1..7 where not exists y: Thing (place(y) = k)" for i in range(7))
    system = world(
        f"""
type Thing
object {things}: Thing
state place(Thing): 0..7 = 0
action swap(x: Thing, y: Thing)
  say "swap {{x}} with {{y}}"
  need x != y else "No."
  set place(x) = place(y)
start
{needs}
"""
    )
    began = time.perf_counter()
    states, complete = system.start_states(10_000)
    assert time.perf_counter() - began < 10
    assert complete
    assert len(states) == 5040
    found = [tuple(int(v) for k, v in system.decode(s).items() if k != "ticks") for s in states]
    assert found == list(permutations(range(1, 8)))


def test_without_choices() -> None:
    """A start without choices has one state, and draws nothing."""
    system = world("")
    assert system.start_with(no_draw) == system.start(3)
    assert system.start_states(5) == ((system.start(0),), True)


TILES = """
param fours: 0..10 = 1
type Square
object square[4]: Square
state tile(Square): 0..2 = 0
state spot: Square = square[1]
start
  for k: 1..2 do
    spot = any x: Square where tile(x) = 0
    chance fours in 10 then tile(spot) = 2 else tile(spot) = 1 end
  end
  spot = square[1]
"""


@pytest.mark.parametrize(("fours", "each"), [(0, (1,)), (3, (1, 2)), (10, (2,))])
def test_chance_in_start(fours: int, each: tuple[int, ...]) -> None:
    """All that can come out is listed, and nothing that cannot; tiles come in the shares that are written."""
    system = world(TILES.replace("= 1\ntype", f"= {fours}\ntype"))
    states, complete = system.start_states(1_000)
    grids = {tuple(system.decode(s)[f"tile(square_{i})"] for i in range(1, 5)) for s in states}
    assert complete and len(grids) == len(states) == 6 * len(each) ** 2
    assert {tile for grid in grids for tile in grid} == {"0", *map(str, each)}
    drawn = [system.start(seed) for seed in range(1_500)]
    assert set(drawn) == set(states)
    large = sum(system.decode(s)[f"tile(square_{i})"] == "2" for s in drawn for i in range(1, 5))
    assert abs(large - 3_000 * fours / 10) <= 4 * 3_000**0.5 / 2


def test_rare_chances_in_start() -> None:
    """Each falls one way or the other, whatever its numbers: 2^9 starts, not 1,000^9 draws."""
    system = world(
        "type Lamp\nobject lamp[9]: Lamp\nstate lit(Lamp): bool = false\n"
        "start\n  for x: Lamp do chance 1 in 1000 then lit(x) = true end end\n"
    )
    states, complete = system.start_states(1_000)
    assert complete and len(states) == 2**9


def test_chance_around_draws_and_needs() -> None:
    """What hangs on chance in `start` may draw, and may reject the draw; what cannot fall so is no start."""
    system = world(
        "state n: 0..9 = 0\nstate m: 0..9 = 0\nstart\n"
        "  n = one of 0, 2, 5\n"
        "  chance n in 4 then m = one of 7, 8 else need n = 2 m = 1 end\n"
    )
    states, complete = system.start_states(100)
    assert complete
    found = {(system.decode(s)["n"], system.decode(s)["m"]) for s in states}
    assert found == {("2", "7"), ("2", "8"), ("2", "1"), ("5", "7"), ("5", "8")}
    assert {system.start(seed) for seed in range(200)} == set(states)
    sure = world("state k: 0..3 = 3\nstate n: 0..3 = 0\nstart\n  chance k in 3 then n = 1 else n = 2 end\n")
    assert [slot.name for slot in sure.slots] == ["ticks"] and sure.value(sure.start(0), "n", ()) == 1
