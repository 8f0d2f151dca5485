"""Promises proved and refuted, each refutation by a script that a player can type."""

from __future__ import annotations

import pytest
from tests.explore.test_space import TRAP

from worldwright.diagnostics import WorldFault
from worldwright.explore.prove import Proof, prove
from worldwright.pipeline import load, load_text
from worldwright.play.episode import Episode

PROMISES = """
always here != pit "nobody falls"
always not rung or here != hall or rung "nothing"
never rung and here = pit "no bell in the pit"
never here = pit and here = hall "in one place"
possible rung "it can be rung"
possible rung and here = pit
possible here = hall and here = garden "in two places"
recoverable
"""
WAITING = """
world "Waiting"
about "Water boils by itself."
state heat: 0..5 = 0
action wait
  say "wait"
  tell "You wait."
action look free
  say "look"
  tell "It is warm."
each turn
  if heat < 5 then set heat = heat + 1 end
task boil "Boil it."
  milestone "hot" heat = 4
  goal heat >= 3
"""


def proofs(text: str, **options: int) -> dict[str, Proof]:
    """All proofs by claim."""
    return {p.claim: p for p in prove(load_text(text), **options)}


def test_promises() -> None:
    """Right answers, shortest scripts, the promises' own lines."""
    found = proofs(TRAP + PROMISES)
    answers = {claim: proof.answer for claim, proof in found.items()}
    assert answers == {
        'always "nobody falls"': "refuted",
        'always "nothing"': "proved",
        'never "no bell in the pit"': "refuted",
        'never "in one place"': "proved",
        'possible "it can be rung"': "proved",
        'possible "rung and here = pit"': "proved",
        'possible "in two places"': "refuted",
        "recoverable: out": "refuted",
        "out can be solved": "proved",
        "out is not solved by doing nothing": "proved",
    }
    scripts = {claim: proof.script.commands for claim, proof in found.items() if proof.script is not None}
    assert scripts['always "nobody falls"'] == ("go to pit",)
    assert scripts['never "no bell in the pit"'] == ("go to garden", "ring bell", "go to pit")
    assert scripts["recoverable: out"] == ("go to pit",)
    lines = (TRAP + PROMISES).splitlines()
    assert "nobody falls" in lines[found['always "nobody falls"'].line - 1]
    assert 'milestone "in the air"' in found["out can be solved"].warning.replace("without the milestone", "milestone")


def test_refutations_can_be_played() -> None:
    """Typed by a player, a script leads to the state that breaks the promise."""
    system = load_text(TRAP + PROMISES)
    for index, promise in enumerate(system.world.promises[:3]):
        proof = prove(system)[index]
        if proof.answer != "refuted":
            continue
        assert proof.script is not None and proof.script.seed is not None and not proof.script.note
        episode = Episode(system, proof.script.task, seed=proof.script.seed)
        for line in proof.script.commands:
            assert episode.step(line).accepted
        assert index in system.check_always(episode.state.state), promise.text


def test_goals_that_come_by_themselves() -> None:
    """Waiting is enough; and a goal that holds at the start is none."""
    found = proofs(WAITING)
    assert found["boil is not solved by doing nothing"].answer == "refuted"
    assert "waiting 3 turns" in found["boil is not solved by doing nothing"].because
    assert '"hot"' in found["boil can be solved"].warning
    assert proofs(WAITING.replace(">= 3", ">= 0"))["boil is not solved by doing nothing"].answer == "refuted"


def test_unknown_within_a_budget() -> None:
    """Nothing is claimed of what was not seen; what was seen is."""
    found = prove(load("eight_puzzle"), max_states=1000)
    assert {p.answer for p in found} == {"unknown", "proved"}
    assert all(p.answer == "unknown" for p in found if p.kind == "recoverable")


@pytest.mark.parametrize("name", ["pantry", "vending", "keys_and_doors", "sokoban", "blocksworld"])
def test_shipped_worlds_keep_their_promises(name: str) -> None:
    """The small shipped worlds are proved in full."""
    assert [p.claim for p in prove(load(name)) if p.answer != "proved"] == []


NO_START = """world "Nowhere to Begin"
about "Dice lie on a table."
state die(1..{dice}): 1..6
state rolled: bool = false
start
  for i: 1..{dice} do die(i) = any 1..6 end
  need sum i: 1..{dice} (die(i)) > 6 * {dice}
action roll
  say "roll"
  change rolled from false to true else "They lie."
  tell "They roll."
task throw "Throw them."
  goal rolled
always not rolled or rolled
possible rolled
recoverable
"""


@pytest.mark.parametrize("symmetry", [False, True])
def test_a_world_without_a_start_is_nothing_to_prove(symmetry: bool) -> None:
    """Where `start` rejects every draw that is said, as it is where such a world is played or explored."""
    with pytest.raises(WorldFault, match="Nowhere to Begin: start rejected every draw"):
        prove(load_text(NO_START.format(dice=3)), symmetry=symmetry)


def test_where_no_start_is_found_among_very_many_draws_nothing_is_claimed() -> None:
    """Twelve dice are too many to go through: neither a proof nor a fault is made of that."""
    answers = {proof.kind: proof.answer for proof in prove(load_text(NO_START.format(dice=12)), max_seconds=0.5)}
    assert {"possible", "recoverable", "solvable"} <= set(answers)
    assert "refuted" not in answers.values()
