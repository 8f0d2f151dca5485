"""Labels are pure functions of what happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worldwright.synthesize.label import Deed, label, loops, recovery, refinements


def deeds(text: str) -> list[Deed]:
    """One word a turn: "p:open" is a failed precondition of `open`, "f:x" a format error, "k" the accepted k."""
    kinds = {"p": "precondition", "f": "format", "u": "unknown_object"}
    out = []
    for word in text.split():
        kind, colon, command = word.rpartition(":")
        out.append(Deed(kinds[kind] if colon else "ok", command))
    return out


def test_the_need_was_made_true() -> None:
    """A refused command that is accepted later is `met` by exactly that turn, not by the step in between."""
    labels = label(deeds("p:open key open"), goal_reached=True)
    assert (labels[0].refined_by, labels[0].how) == (2, "met")
    assert [each.trained for each in labels] == [False, True, True]
    assert labels[2].reason == "accepted, refines turn 0"
    assert labels[1].reason == "accepted"


def test_the_goal_was_reached_without_it() -> None:
    """A refused command that never comes back is `bypassed` by the next accepted turn, if the goal was reached."""
    labels = label(deeds("p:open f:?? go eat"), goal_reached=True)
    assert [(each.refined_by, each.how) for each in labels[:2]] == [(2, "bypassed"), (2, "corrected")]
    assert label(deeds("p:open go"), goal_reached=False)[0].how is None


def test_an_error_that_nothing_follows_is_unresolved() -> None:
    """The last turn's error has no refinement, and says so."""
    labels = label(deeds("go u:mug"), goal_reached=False)
    assert labels[1].reason == "error: unknown_object, never resolved"
    assert recovery(labels).unresolved == 1


def test_one_turn_refines_once() -> None:
    """Two errors that one turn resolves are one refinement."""
    labels = label(deeds("f:a f:b go p:open key open"), goal_reached=True)
    assert labels[2].reason == "accepted, refines turns 0, 1"
    assert refinements(labels) == 2
    assert recovery(labels).corrected == 2
    assert recovery(labels).met == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p:a p:a p:a a", ()),
        ("p:a p:a p:a p:a a", (3,)),
        ("p:a p:b p:a p:b p:a p:b p:a p:b", (6, 7)),
        ("p:a p:a p:a a p:a p:a p:a a", ()),
    ],
)
def test_loops(text: str, expected: tuple[int, ...]) -> None:
    """A fourth refusal of one command is a loop, unless it was accepted in between."""
    assert loops(deeds(text)) == expected


@given(st.lists(st.sampled_from(["a", "b", "p:a", "p:b", "f:?", "u:c"])), st.booleans())
def test_every_resolution_is_a_later_accepted_turn(words: list[str], goal: bool) -> None:
    """Whatever happened: resolutions point forward to accepted turns, and trained means accepted."""
    happened = deeds(" ".join(words))
    labels = label(happened, goal)
    for turn, (deed, each) in enumerate(zip(happened, labels, strict=True)):
        assert each.trained == (deed.kind == "ok") == (each.error is None)
        if each.refined_by is not None:
            assert each.refined_by > turn
            assert happened[each.refined_by].kind == "ok"
        if each.how == "met":
            assert happened[each.refined_by or 0].command == deed.command
    counts = recovery(labels)
    assert counts.corrected + counts.met + counts.bypassed + counts.unresolved == sum(d.kind != "ok" for d in happened)
