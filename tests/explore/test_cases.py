"""Questions taken apart by what is settled at the start ask the same as before, of every state that can be reached."""

from __future__ import annotations

from worldwright.explore.abstractly import Abstractly
from worldwright.explore.beginning import Beginning
from worldwright.explore.budget import Budget, never
from worldwright.explore.cases import settled, taken_apart
from worldwright.explore.conditions import masks, promise_condition
from worldwright.explore.found import find
from worldwright.explore.ground import Ground
from worldwright.explore.kernel import Kernel
from worldwright.explore.packing import Places
from worldwright.explore.search import Moves
from worldwright.pipeline import load_text

SHOP = """world "A Market"
about "One thing is sold out today, another is broken."
type Thing
type Place = shelf | basket
object rope, lamp, axe, bell: Thing
state sold_out: Thing
state broken: Thing
state at(Thing): Place = shelf
state bought: 0..4 = 0
start
  sold_out = one of rope, lamp, axe
  broken = any t: Thing where t != sold_out
action take(t: Thing)
  say "take {t}"
  need t != sold_out else "Sold out."
  change at(t) from shelf to basket else "You have it."
  set bought = min(4, bought + 1)
  tell "Taken."
action leave(t: Thing)
  say "leave {t}"
  change at(t) from basket to shelf else "You have it not."
  set bought = max(0, bought - 1)
  tell "Left."
task all "Take three."
  goal count t: Thing (at(t) = basket) = 3
never at(sold_out) = basket "what is sold out cannot be had"
never at(broken) = basket and at(bell) = basket "it may be had"
always bought >= 0 and at(sold_out) != basket or broken = rope
"""


def test_the_cases_together_are_the_question() -> None:
    """In every listed state one of the cases holds where the question does, and nowhere else."""
    system = load_text(SHOP)
    found = find(Moves.of(system), Budget(10_000), True)
    assert found.layers.complete
    ground, beginning = Ground.of(system), Beginning.of(system)
    assert [system.slots[v].name for v in settled(ground)] == ["sold_out", "broken"]
    packing = found.layers.moves.packing
    kernel = Kernel(ground, Places(packing.fields, packing.words, packing.dtype))
    for index in range(len(system.world.promises)):
        condition = promise_condition(system, index)
        node = ground.condition(condition.form, condition.args)
        parts = taken_apart(ground, beginning, node)
        assert len(parts) == (3, 4, 9)[index]  # sold out may be three things, broken four; three for each of three
        apart = kernel.conditions([ground.graph.any_of(parts)])(*found.states.words)[0]
        assert (apart == masks(found.states, [condition])[0]).all()


def test_only_what_holds_is_proved_in_cases() -> None:
    """What is sold out cannot be had; without the need that sees to it, and of what is broken, nothing is proved."""
    for text, holds in ((SHOP, True), (SHOP.replace('  need t != sold_out else "Sold out."\n', ""), False)):
        system = load_text(text)
        abstractly = Abstractly.of(system, 1_000, never)
        assert abstractly is not None
        shown = []
        for index in (0, 1):
            condition = promise_condition(system, index)
            shown.append(abstractly.never(abstractly.ground.condition(condition.form, condition.args)))
        assert (shown[0] is not None) == holds
        assert shown[1] is None
        assert shown[0] is None or shown[0].variables == 2
