"""Chances of computed numbers in all that follows outcomes: searches, coverage, symmetry, two worlds side by side."""

from __future__ import annotations

import pytest
from tests.explore.test_search import check
from tests.explore.test_symmetry import compare as compared

from worldwright.explore import search as search_module
from worldwright.explore.prove import prove
from worldwright.explore.space import explore
from worldwright.explore.states import mixed
from worldwright.explore.symmetry import Likeness
from worldwright.mutate.lockstep import compare
from worldwright.pipeline import load_text

GAME = """
world "Odds and Evens"
type Cup
object cup[3]: Cup
state full(Cup): bool = false
state luck: -1..4 = 0
state left: 0..3 = 0
action rub
  say "rub"
  need luck < 4 else "It is smooth."
  set luck = luck + 1
action spit
  say "spit"
  need luck > -1 else "It is dry."
  set luck = luck - 1
action pour
  say "pour"
  need luck > 0 else "No luck."
  set left = count x: Cup (not full(x))
  for x: Cup where left > 0 and not full(x) do
    chance 1 in left then
      chance luck in left + 1 then set full(x) = true end
      set left = 0
    else
      set left = left - 1
    end
  end
  chance luck - 4 in luck + 1 then tell "Never." else tell "Pour." end
each turn
  chance luck in 3 then set full(cup[1]) = false end
task all "Fill all."
  goal forall x: Cup (full(x))
always left = 0
always luck > -2
"""
WEIGHED = """
world "Weighed"
type Die
object white, black, red: Die
state weight(Die): 0..3 = 1
state six(Die): bool = false
start
  weight(red) = {red}
action throw(d: Die)
  say "throw {{d}}"
  chance weight(d) in 4 then set six(d) = true else set six(d) = false end
task six_of(d: Die) "Throw a six with {{the d}}."
  goal six(d)
"""
DRAWN = """
world "Drawn"
state n: 0..3 = 1
state m: 0..3 = 0
state won: bool = false
action draw
  say "draw"
  chance {odds} then set won = true tell "Won." else set won = false tell "Lost." end
action more
  say "more"
  need n < 3 else "Enough."
  set n = n + 1
task win "Win."
  goal won
"""


@pytest.mark.parametrize("wide", [1, 10**9])
def test_as_the_plain_search(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All states in batch and one by one, where outcomes come and go with the state."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    check(load_text(GAME), mixed)


def test_proofs_and_coverage() -> None:
    """Promises are proved; a branch whose chance there never is counts as unused."""
    system = load_text(GAME)
    assert {proof.answer for proof in prove(system)} == {"proved"}
    space = explore(system)
    assert space.coverage is not None
    assert [(p.kind, p.name) for p in space.coverage.unused] == [("tell", "pour")]


def test_odds_tell_things_apart() -> None:
    """Dice of one weight are interchangeable, and a loaded one is not; their searches agree with the plain one."""
    for red, members in ((1, 3), (3, 2)):
        system = load_text(WEIGHED.format(red=red))
        classes = Likeness(system).widest
        assert [len(members) for members in classes] == [members]
        compared(system, classes)


@pytest.mark.parametrize(
    ("odds", "same"),
    [
        ("1 in 2", True),  # n is 1 at first, 2 and 3 later
        ("n in 2 * n", True),
        ("n in n + 1", False),
        ("n - m in 4 - 2 * m", False),
    ],
)
def test_side_by_side(odds: str, same: bool) -> None:
    """Two worlds roll as one, each with its own odds: they are the same only where all shares are."""
    found = compare(load_text(DRAWN.format(odds="1 in 2")), load_text(DRAWN.format(odds=odds)), 1_000)
    assert found.complete and found.equivalent == same
