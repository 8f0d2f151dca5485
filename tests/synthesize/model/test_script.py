"""A model writes whole dialogues: read in a plain format, checked against the engine, gone on with from the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.synthesize.model.fakes import Fake, Played, local, made, order_of
from tests.timing import seconds

from worldwright.models.ask import Message
from worldwright.play.words import words
from worldwright.synthesize.model.dialogue import TURNS, read_dialogue
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.prove import prove


@dataclass(frozen=True)
class Claim:
    """What a game master says of one turn."""

    observation: str
    error: str
    done: str


Lie = Callable[[Claim], Claim]


def game_master(play: Played, lies: dict[int, Lie] | None = None, most: int = 99) -> Callable[[Sequence[Message]], str]:
    """A model that writes a local player's play, with lies of its game master at some turns, told only once each.

    It writes at most so many turns in one answer.
    """

    def speak(messages: Sequence[Message]) -> str:
        begun = sum(len(read_dialogue(m.content)) for m in messages if m.role == "assistant")
        lines = []
        for turn in range(begun, min(len(play.replies), begun + most)):
            heard = play.heard[turn]
            claim = Claim(heard.text, "no" if heard.kind == "ok" else "yes", "yes" if heard.ended == "goal" else "no")
            claim = (lies or {}).get(turn, lambda same: same)(claim)
            lines.append(f"{play.replies[turn]}\nObservation: {claim.observation}\n")
            lines.append(f"Error: {claim.error}\nDone: {claim.done}\n\n")
        return "".join(lines)

    return speak


def test_a_true_game_master_needs_one_round() -> None:
    """The whole play is kept from one answer, and every turn agrees."""
    order = order_of(mode="script")
    novice = local(order, "novice")
    fake = Fake(game_master(novice))
    done = made(order, fake)
    assert done.kept is not None
    assert prove(done.kept, order.worlds[0].bundle) == ()
    assert [turn.reply for turn in Trajectory.model_validate_json(done.kept).turns] == list(novice.replies)
    assert len(fake.asked) == 1
    fidelity = done.notes["fidelity"]
    turns = len(novice.replies)
    assert (fidelity["turns"], fidelity["agreed"], fidelity["exact"], fidelity["rounds"]) == (turns, turns, turns, 1)
    assert sum(each["turns"] for each in fidelity["by_step"].values()) == turns


LIES: dict[str, Lie] = {
    "exact": lambda claim: replace(claim, observation=f" “{claim.observation.upper()}” "),
    "wording": lambda claim: replace(claim, observation=f"{claim.observation} How nice!"),
    "invented": lambda claim: replace(claim, observation=f"{claim.observation} There is an apple here."),
    "omitted": lambda claim: replace(claim, observation="Hm."),
    "error_missed": lambda claim: replace(claim, error="no"),
    "false_alarm": lambda claim: replace(claim, error="yes"),
    "done_too_early": lambda claim: replace(claim, done="yes"),
    "done_too_late": lambda claim: replace(claim, done="no"),
}


@pytest.mark.parametrize("kind", sorted(LIES))
def test_a_game_master_who_is_wrong_is_found_out(kind: str) -> None:
    """Each kind of difference is found where it is, counted, and replaced by the truth; the record is no worse."""
    order = order_of(mode="script")
    novice = local(order, "novice")
    kinds = [heard.kind for heard in novice.heard]
    at = {
        "error_missed": next(turn for turn, each in enumerate(kinds) if each != "ok"),
        "done_too_late": len(kinds) - 1,
        "omitted": next(turn for turn, each in enumerate(novice.heard) if "key" in each.text and each.kind == "ok"),
    }.get(kind, next(turn for turn, each in enumerate(novice.heard) if each.kind == "ok"))
    fake = Fake(game_master(novice, {at: LIES[kind]}))
    done = made(order, fake)
    assert done.kept is not None
    assert prove(done.kept, order.worlds[0].bundle) == ()
    assert [turn.reply for turn in Trajectory.model_validate_json(done.kept).turns] == list(novice.replies)
    fidelity = done.notes["fidelity"]
    assert fidelity[kind] == (len(kinds) if kind == "exact" else 1)
    assert fidelity["turns"] - fidelity["agreed"] == (kind != "exact")
    assert len(fake.asked) == (1 if kind in ("exact", "done_too_late") else 2)
    if len(fake.asked) == 2:
        first, second = (question.messages for question in fake.asked)
        assert second[: len(first)] == first
        answer = fake.speak(first)
        assert isinstance(answer, str)
        assert answer.startswith(second[-2].content)
        assert f"Observation: {novice.heard[at].text}" in second[-1].content


def test_other_wordings_of_the_same_step_agree() -> None:
    """ "Taken." and "You take the brass key." are the same answer where the world has both."""
    order = order_of(mode="script", min_refines=0)
    expert = local(order, "expert")
    both = {"Taken.": "You take the brass key.", "You take the brass key.": "Taken."}
    at = next(turn for turn, each in enumerate(expert.heard) if each.text in both)
    lie: Lie = lambda claim: replace(claim, observation=both[claim.observation])  # noqa: E731
    fidelity = made(order, Fake(game_master(expert, {at: lie}))).notes["fidelity"]
    assert fidelity["reworded"] == 1
    assert fidelity["agreed"] == fidelity["turns"]


def test_rounds_are_bounded() -> None:
    """A dialogue that stops in the middle is gone on with, a number of times; then the attempt is over."""
    order = order_of(mode="script", rounds=2)
    novice = local(order, "novice")
    fake = Fake(game_master(novice, most=3))
    done = made(order, fake)
    assert len(fake.asked) == 2
    assert done.notes["ended"] == {"played": {"rounds": 1}}
    assert done.rejected[0]["faults"][0].startswith("rounds")


def test_what_cannot_be_read_is_counted() -> None:
    """An answer without a turn is no play, and the model is told."""
    order = order_of(mode="script", rounds=3)
    fake = Fake(lambda _: "Once upon a time there was an apple.")
    done = made(order, fake)
    assert done.notes["fidelity"] == {"rounds": 3, "unreadable": 3}
    assert "cannot be read" in fake.asked[-1].messages[-1].content


def test_a_turn_that_is_cut_off_is_written_again() -> None:
    """An answer that ends in the middle of an action is kept up to the turn before."""
    order = order_of(mode="script", rounds=20)
    novice = local(order, "novice")
    fake = Fake(game_master(novice), cut=60)
    done = made(order, fake)
    assert done.kept is not None
    assert [turn.reply for turn in Trajectory.model_validate_json(done.kept).turns] == list(novice.replies)
    assert len(fake.asked) > 3


def test_guard_rails_hold_in_scripts() -> None:
    """A script in which one command is refused again and again ends where a play would."""
    order = order_of(mode="script")
    turn = "Thought: Once more.\nAction: open chest\nObservation: The oak chest is locked.\nError: yes\nDone: no\n\n"
    done = made(order, Fake(lambda _: turn * 9))
    assert done.notes["ended"] == {"played": {"stuck": 1}}
    assert done.notes["replies"] == 3


# ---------------------------------------------------------------- the format


def test_the_format_is_read_with_patience() -> None:
    """Chatter before, fences, bold labels, several lines and missing flags are no obstacle."""
    text = (
        "Sure! Here it is:\n```\n**Thought:** One,\nand more.\n**Action:** look\nobservation: You see\na hall.\n"
        "ERROR: None\n\nThought: Two.\nAction: go\nObservation: No way.\nError: place error\nDone: True.\n```"
    )
    one, two = read_dialogue(text)
    assert one.raw == "**Thought:** One,\nand more.\n**Action:** look"
    assert (one.observation, one.error, one.done) == ("You see\na hall.", False, False)
    assert (two.observation, two.error, two.done) == ("No way.", True, True)
    assert text[: one.end].endswith("**Action:** look\n")
    assert read_dialogue("Action: look\nAction: go\n")[1].raw == "Action: go"
    assert read_dialogue("Thought: Nothing follows.") == ()


@given(st.text(), st.lists(st.sampled_from(["Thought: a\n", "Action: b\n", "Observation: c\n", "x\n", "Done: yes\n"])))
def test_any_text_is_read(text: str, lines: list[str]) -> None:
    """Whatever the text, reading it gives turns that stand in it in order, and never raises."""
    whole = text + "\n" + "".join(lines)
    end = 0
    for line in read_dialogue(whole):
        assert line.raw in whole[end : line.end]
        end = line.end


def test_reading_takes_linear_time_and_has_limits() -> None:
    """A long text takes a moment; turns beyond the limit are left."""
    started = time.perf_counter()
    assert len(read_dialogue("Thought: a\nAction: b\n" * 100_000)) == TURNS
    assert read_dialogue("Thought: " + "x\n" * 300_000) == ()
    assert time.perf_counter() - started < seconds(2)


def test_normal_form_is_the_readers() -> None:
    """What counts as the same text is what counts as the same words everywhere in play."""
    assert words(" “Taken!” ") == words("taken")
