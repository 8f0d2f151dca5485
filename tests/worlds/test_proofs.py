"""Every shipped world keeps its promises, and each of its tasks can be solved: proved, not sampled."""

from __future__ import annotations

from collections import Counter

import pytest

from worldwright.explore.prove import Proof, prove
from worldwright.pipeline import load
from worldwright.shipped import shipped

WORLDS = sorted(p.stem for p in shipped("worlds").glob("*/*.world") if p.stem == p.parent.name)
QUICK = ["pantry", "vending", "keys_and_doors"]
OPEN = {"store": {"always": 1, "recoverable": 54}}
"""What is not proved of the family's usual member: the store's sums of money. It is proved of the small one. There is
no hope of listing the states, so that is not tried."""

MEMBER = {"household": {"cabinets": 1, "drawers": 0, "shelves": 1, "countertops": 0}}
"""The member of a family that is proved here, where the usual one takes minutes."""


def left(proofs: list[Proof]) -> dict[str, int]:
    """How many claims of each kind are not proved."""
    return dict(Counter(proof.kind for proof in proofs if proof.answer != "proved"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORLDS if name not in QUICK])
def test_large_worlds(name: str) -> None:
    """The others, most of which have far more states than can be listed."""
    found = prove(load(name, MEMBER.get(name, {})), max_states=300_000 if name in OPEN else 6_000_000, max_seconds=240)
    assert left(found) == OPEN.get(name, {})
    assert not [proof.claim for proof in found if proof.answer == "refuted"]
    assert {proof.kind for proof in found} >= {"solvable", "earned"}
    if name == "household":
        assert "shown on 25 views of 25 variables" in found[0].because


@pytest.mark.parametrize("name", QUICK)
def test_small_worlds(name: str) -> None:
    """Those whose states can be listed in a second."""
    assert left(prove(load(name))) == {}


def test_the_small_store() -> None:
    """What is left open of the full store holds in the small one, every promise included."""
    found = prove(load("store", {"stock": "small"}))
    assert left(found) == {}
    assert {"always", "never", "possible", "recoverable"} <= {proof.kind for proof in found}
