"""Every shipped world keeps its promises, and each of its tasks can be solved: proved, not sampled."""

from __future__ import annotations

from collections import Counter

import pytest

from worldwright.explore.prove import Proof, prove
from worldwright.pipeline import load
from worldwright.shipped import shipped

WORLDS = sorted(p.stem for p in shipped("worlds").glob("*/*.world") if p.stem == p.parent.name)
QUICK = ["pantry", "vending", "keys_and_doors"]


def left(proofs: list[Proof]) -> dict[str, int]:
    """How many claims of each kind are not proved."""
    return dict(Counter(proof.kind for proof in proofs if proof.answer != "proved"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORLDS if name not in QUICK])
def test_large_worlds(name: str) -> None:
    """The others, most of which have far more states than can be listed."""
    found = prove(load(name), max_seconds=240)
    assert left(found) == {}
    assert {proof.kind for proof in found} >= {"solvable", "earned"}
    if name == "household":
        assert "shown on" in found[0].because
    if name in ("household", "store"):
        recoverable = [proof for proof in found if proof.kind == "recoverable"]
        assert len(recoverable) == {"household": 278, "store": 54}[name]
        assert all("a way home" in proof.because for proof in recoverable)


@pytest.mark.parametrize("name", QUICK)
def test_small_worlds(name: str) -> None:
    """Those whose states can be listed in a second."""
    assert left(prove(load(name))) == {}


def test_the_small_store() -> None:
    """The small store, all of whose states are listed."""
    found = prove(load("store", {"stock": "small"}))
    assert left(found) == {}
    assert {"always", "never", "possible", "recoverable"} <= {proof.kind for proof in found}


CLASSIC = sorted(p.stem for p in shipped("worlds").glob("classic/*/*.world"))
DEAR = ["old_mill"]


@pytest.mark.parametrize("name", [name for name in CLASSIC if name not in DEAR])
def test_classic_worlds(name: str) -> None:
    """The classics' default members, all of whose states can be listed at once."""
    assert left(prove(load(name))) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEAR)
def test_dear_classic_worlds(name: str) -> None:
    """An adventure with far more states than can be listed, from plans that grow from start to start."""
    found = prove(load(name), max_seconds=240)
    assert left(found) == {}
    assert {proof.kind for proof in found} == {"always", "never", "possible", "recoverable", "solvable", "earned"}
    whole = next(proof for proof in found if proof.kind == "recoverable" and proof.claim.endswith("inheritance"))
    assert "a way home" in whole.because
