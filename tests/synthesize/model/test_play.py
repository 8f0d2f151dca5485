"""A model plays turn by turn: what it is asked, what is kept, and how a play ends that leads nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from tests.synthesize.model.fakes import LOOK, Fake, aside, failing, like, local, made, order_of, replies

from worldwright.models.ask import Answer, AskFailed, Message, Question, Usage
from worldwright.models.prices import Price
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.prove import prove


def record(line: str | None) -> Trajectory:
    """The record on a line."""
    assert line is not None
    return Trajectory.model_validate_json(line)


@pytest.mark.parametrize("skin", ["natural", "call", "json", "tools", "renamed"])
def test_a_model_that_errs_and_refines_is_proved(skin: str) -> None:
    """What the novice says through the messages becomes a proved record of a language model, its errors its own."""
    order = order_of(skin=skin)
    novice = local(order, "novice")
    done = made(order, Fake(like(novice)))
    found = record(done.kept)
    assert [turn.reply for turn in found.turns] == list(novice.replies)
    assert prove(str(done.kept), order.worlds[0].bundle) == ()
    assert found.player.name == "llm"
    assert found.player.settings["model"] == "fake"
    assert "injected" not in found.player.settings
    assert not any("http" in str(value) for value in found.player.settings.values())
    assert done.usage.calls == len(novice.replies)
    assert done.notes["ended"] == {"played": {"goal": 1}}
    assert (done.rejected, done.siblings) == ((), ())


def extends(longer: Question, shorter: Question) -> bool:
    """Do the messages of one question begin with all messages of another?"""
    return longer.messages[: len(shorter.messages)] == shorter.messages


def test_prompts_only_grow() -> None:
    """Each question extends the one before exactly; a question on the side differs by an end of its last message."""
    order = order_of(min_refines=3)
    fake = Fake(like(local(order, "expert")))
    made(order, fake)
    turns = [question for question in fake.asked if not aside(question.messages)]
    sides = [question for question in fake.asked if aside(question.messages)]
    assert len(turns) > 3
    assert sides
    assert all(extends(longer, shorter) for shorter, longer in pairwise(turns))
    assert all(question.stop == () for question in turns)
    for side in sides:
        before = "\0".join(f"{message.role}:{message.content}" for message in side.messages)
        assert any(
            before.startswith("\0".join(f"{message.role}:{message.content}" for message in turn.messages))
            for turn in turns
        )


def test_the_same_order_asks_the_same_and_makes_the_same() -> None:
    """Questions and results are functions of the order and the answers: a rerun finds all that was paid for."""
    order = order_of(attempts=2, best_of=2, min_refines=4)
    one, other = Fake(like(local(order, "novice"))), Fake(like(local(order, "novice")))
    plays = [local(order, "novice", number) for number in range(2)]
    one.speak = other.speak = like(*plays)
    assert made(order, one) == made(order, other)
    assert [question.key() for question in one.asked] == [question.key() for question in other.asked]
    assert len({question.key() for question in one.asked}) == len(one.asked)


def test_the_reply_is_what_the_model_wrote() -> None:
    """A model that goes on to write the world's answer itself is told so; nothing it wrote is cut away or mended."""
    order = order_of(min_refines=0)
    expert = local(order, "expert")
    ahead = f"{expert.replies[0]}\nObservation: You win.\n\nThought: Done.\nAction: look"

    def speak(messages: Sequence[Message]) -> str:
        said = replies(messages)
        return ahead if said == 0 else expert.replies[said - 1]

    found = record(made(order, Fake(speak)).kept)
    assert found.turns[0].reply == ahead
    assert found.turns[0].error == "format"
    assert found.turns[0].refined_by == 1
    assert not found.turns[0].trained


CIRCLE = ["Thought: There.\nAction: go north", "Thought: And back.\nAction: go south"]


@pytest.mark.parametrize(
    ("says", "limits", "ended", "most"),
    [
        ("I refuse to keep to any form.", {}, "stuck", 3),
        ("Thought: Once more.\nAction: open chest", {}, "stuck", 3),
        ("Thought: Once more.\nAction: open chest", {"stuck_after": 2}, "stuck", 2),
        (LOOK, {}, "circle", 10),
        ("back and forth", {}, "circle", 9),
        ("many ways", {"stuck_after": 9}, "loop", 8),
        ("go on", {"turn_budget": 4}, "budget", 4),
        ("go on", {"token_budget": 700}, "budget", 6),
        ("go on", {"cost_budget": 0.0007, "price": Price(1.0, 1.0, 1.0)}, "budget", 6),
        ("go on", {"cost_budget": 0.0007, "price": Price(0.0, 0.0, 0.0)}, "limit", 30),
        ("go on", {}, "limit", 30),
    ],
)
def test_a_play_that_leads_nowhere_is_ended(says: str, limits: dict[str, Any], ended: str, most: int) -> None:
    """By the guard rail that it runs into, counted by its exact class, after no more questions than needed."""

    def speak(messages: Sequence[Message]) -> str:
        said = replies(messages)
        if says == "back and forth":
            return CIRCLE[said % 2]
        if says == "many ways":
            return f"Thought: Hm.\nAction: {['open chest', 'take apple'][said % 2]}"
        return f"Thought: Number {said}.\nAction: try {said}" if says == "go on" else says

    order = order_of(**limits)
    fake = Fake(speak)
    done = made(order, fake)
    assert done.kept is None
    assert done.notes["ended"] == {"played": {ended: 1}}
    assert [each["faults"][0].partition(":")[0] for each in done.rejected] == [ended]
    assert len(fake.asked) <= most


def test_a_budget_of_cost_needs_counted_tokens() -> None:
    """Where the endpoint counts none, a play cannot be held to its budget, and ends at once."""
    price = Price(1.0, 1.0, 1.0)
    done = made(
        order_of(cost_budget=1.0, price=price), Fake(lambda _: Answer(LOOK, None, "stop", Usage(0, 0, 0, 1), "fake"))
    )
    assert [each["faults"][0] for each in done.rejected] == [
        "budget: the endpoint counts no tokens, so nobody knows what the episode costs"
    ]
    assert done.usage.calls == 1


@pytest.mark.parametrize("fault", ["rate_limit", "server", "timeout", "empty", "context", "budget", "refused"])
def test_no_answer_is_one_rejected_attempt(fault: str) -> None:
    """Whatever an endpoint does, the attempt is counted by the class of the fault, and the next one is made."""
    order = order_of(attempts=2)
    done = made(order, failing(fault, after=2))
    assert done.kept is None
    assert [each["faults"][0] for each in done.rejected] == [f"model: {fault}: scripted"] * 2
    assert done.usage.calls == 4
    assert done.siblings == ()


@pytest.mark.parametrize("fault", ["auth", "not_found"])
def test_what_can_never_work_ends_the_run(fault: str) -> None:
    """Without a key or a model no other question can do better, so the failure is passed on."""
    with pytest.raises(AskFailed):
        made(order_of(attempts=3), failing(fault))


def test_a_withheld_answer_is_no_reply() -> None:
    """What a filter has cut is not what the model wrote."""
    done = made(order_of(), Fake(lambda _: Answer("Thought: I", None, "content_filter", Usage(1, 0, 1, 1), "fake")))
    assert [each["faults"][0].split(": ")[:2] for each in done.rejected] == [["model", "content_filter"]]


def test_a_reply_cut_by_its_length_is_played_as_it_is() -> None:
    """It is what the model wrote within its limit; the engine says what is wrong with it, and it is counted."""
    order = order_of()
    done = made(order, Fake(lambda _: "Thought: " + "so " * 300, cut=50))
    assert done.notes["cut"] == 3
    assert done.notes["ended"] == {"played": {"stuck": 1}}


def test_everything_is_kept_if_the_order_asks_for_all() -> None:
    """Unproved plays are kept on request, broken off ones never."""
    order = order_of()
    all_of_it = type(order)(**{name: getattr(order, name) for name in order.__slots__} | {"only_proved": False})
    kept = record(made(all_of_it, Fake(lambda _: "No form.")).kept)
    assert len(kept.turns) == 3
    assert made(all_of_it, failing("server", after=2)).kept is None
