"""Sums that every command keeps: proved where it is so, never where it is not."""

from __future__ import annotations

import pytest
from tests.explore.random_worlds import random_world

from worldwright.explore.abstractly import Abstractly
from worldwright.explore.budget import Budget, never
from worldwright.explore.conditions import masks, promise_condition
from worldwright.explore.found import find
from worldwright.explore.search import Moves
from worldwright.pipeline import load_text
from worldwright.shipped import shipped

STORE = (shipped("worlds") / "store" / "store.world").read_text(encoding="utf-8")
BROKEN = [
    ("  set purse = max(0, purse - total)\n", ""),
    ("purse - total)", "purse - total - 1)"),
    ("  set purse = min(money, purse + cost(item))\n", ""),
    ("purse + cost(item))", "purse + price(item))"),
    ("need total <= purse\n", "need total <= purse + 1\n"),
    ("  need place(item) = home else", "  need place(item) != shelf else"),
    ("for i: Item where place(i) = basket do set place(i) = home end", ""),
    ("set place(item) = basket\n", "set place(item) = home\n"),
    ("  sold_out = one of", "  place(leather_bag) = home\n  sold_out = one of"),
]
"""What of the store's text is replaced by what, so that a euro may be lost."""


def kept(text: str) -> list[bool]:
    """Of every `always` of a world whether it is proved that every command keeps it."""
    system = load_text(text)
    abstractly = Abstractly.of(system, 1_000, never)
    assert abstractly is not None
    conditions = [promise_condition(system, i) for i, p in enumerate(system.world.promises) if p.op == "always"]
    return [abstractly.kept(abstractly.ground.condition(c.form, c.args)) for c in conditions]


def test_no_euro_is_lost() -> None:
    """The store's sum is kept, clamped as its effects are; the other promise is no equation."""
    assert kept(STORE) == [True, False]


@pytest.mark.slow
def test_a_euro_lost_is_noticed() -> None:
    """With any of the commands broken, nothing is proved."""
    for old, new in BROKEN:
        assert old in STORE
        assert not any(kept(STORE.replace(old, new))), old


def test_made_up_worlds() -> None:
    """What is proved of small worlds holds in every listed state; and much of what holds is proved."""
    true = proved = 0
    for seed in range(16):
        text = random_world(seed)
        system = load_text(text)
        found = find(Moves.of(system), Budget(20_000), False)
        assert found.layers.complete
        holds = [bool(mask.all()) for mask in masks(found.states, [promise_condition(system, i) for i in range(3)])]
        shown = kept(text)
        assert all(fact or not proof for fact, proof in zip(holds, shown, strict=True)), seed
        true += sum(holds)
        proved += sum(shown)
    assert true < 48  # not everything holds
    assert 0 < true // 4 <= proved
