"""What is made of plays: injected errors, plays mended by their siblings, branches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from tests.synthesize.model.fakes import Fake, Speaking, aside, job_of, like, local, made, order_of, replies

from worldwright.models.ask import Message
from worldwright.players.llm import NOTHING_OFFERED
from worldwright.synthesize.attempts import attempt_at
from worldwright.synthesize.model.hindsight import branch, first_error, splice
from worldwright.synthesize.model.play import play
from worldwright.synthesize.model.sitting import Play, Sitting, sitting_at
from worldwright.synthesize.order import Order
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.prove import prove

THOUGHT = "This is what has to be done now, as far as I can see."


def turns_of(record: Trajectory, setting: str) -> list[int]:
    """The turns that a setting lists."""
    return [int(turn) for turn in str(record.player.settings.get(setting, "")).split(",") if turn]


@pytest.mark.parametrize("skin", ["natural", "call", "json", "tools", "renamed"])
@pytest.mark.parametrize("world", ["pantry", "vending"])
def test_errors_are_injected_where_too_few_are(world: str, skin: str) -> None:
    """The action is the engine's and so is the label; both thoughts are the model's; the record is proved."""
    order = order_of(world, skin=skin, min_refines=2)
    expert = local(order, "expert")
    fake = Fake(like(expert))
    done = made(order, fake)
    assert done.kept is not None, done.rejected
    assert prove(done.kept, order.worlds[0].bundle) == ()
    record = Trajectory.model_validate_json(done.kept)
    natural = sum(heard.kind != "ok" for heard in expert.heard)
    injected, worded = turns_of(record, "injected"), turns_of(record, "worded")
    assert len(injected) == len(worded) == 2 - natural
    assert record.outcome.refinements >= 2
    for turn in injected:
        assert record.turns[turn].error is not None
        assert record.turns[turn].refined is not None
        assert not record.turns[turn].trained
        assert THOUGHT in record.turns[turn].reply
    for turn in worded:
        assert record.turns[turn].thought == THOUGHT
        assert record.turns[turn].trained
    left = [turn.reply for at, turn in enumerate(record.turns) if at not in injected]
    assert len(left) == len(expert.replies)
    assert sum(a != b for a, b in zip(left, expert.replies, strict=True)) == len(worded)
    assert [question.stop for question in fake.asked if aside(question.messages)] == [("\nAction:",)] * (
        2 * len(injected)
    )


def test_nothing_is_injected_where_errors_are_natural() -> None:
    """A play with refinements enough stands as it is."""
    order = order_of(min_refines=1)
    fake = Fake(like(local(order, "novice")))
    assert made(order, fake).kept is not None
    assert not [question for question in fake.asked if aside(question.messages)]


@pytest.mark.parametrize("says", ["", "```", "{}", "Action: look", "Thought: " + "x" * 2_000, "The next action is go."])
def test_thoughts_that_cannot_be_used_are_bounded(says: str) -> None:
    """A model that finds no words is asked a few times; then the attempt is rejected for want of refinements."""
    order = order_of(min_refines=2)
    expert = like(local(order, "expert"))
    fake = Fake(lambda messages: says if aside(messages) else expert(messages))
    done = made(order, fake)
    assert done.kept is None
    assert done.notes["inject"]["useless"] == 4
    assert done.rejected[0]["faults"][0].startswith("refinements")


def test_a_clairvoyant_thought_is_not_injected() -> None:
    """A thought that names what the agent was not told teaches no refinement, so it is thrown away and counted."""
    order = order_of(min_refines=2)
    expert = like(local(order, "expert"))
    fake = Fake(
        lambda messages: "The white apple and the apple are what I want." if aside(messages) else expert(messages)
    )
    done = made(order, fake)
    assert done.notes["inject"].get("useless", 0) > 0
    if done.kept is not None:
        assert not [turn for turn in Trajectory.model_validate_json(done.kept).turns if turn.flags]


# ---------------------------------------------------------------- several plays of one instance


def by_sample(*speakers: Speaking) -> Fake:
    """A model that plays each sample in its own way, the last one from then on."""
    fake = Fake(lambda _: "")

    def speak(messages: Sequence[Message]) -> object:
        return speakers[min(fake.asked[-1].sample, len(speakers) - 1)](messages)

    fake.speak = speak  # type: ignore[assignment]
    return fake


def erring(order: Order, turn: int) -> Speaking:
    """A model that plays like the expert up to a turn, and then insists on what is refused."""
    expert = like(local(order, "expert"))

    def speak(messages: Sequence[Message]) -> object:
        said = replies(messages)
        if aside(messages):
            return expert(messages)
        return "Thought: In with it.\nAction: unlock apple with chest" if said >= turn else expert(messages)

    return speak  # type: ignore[return-value]


def sitting_of(order: Order, fake: Fake) -> Sitting:
    """The sitting of the order's first attempt."""
    assert order.model is not None
    return sitting_at(attempt_at(order, job_of(order), 0), order.model, order.min_refines, fake, NOTHING_OFFERED)


def test_a_sibling_goes_on_from_the_first_error() -> None:
    """The failed play's beginning, its error and its feedback, a new thought, then the sibling's replies; proved."""
    order = order_of(min_refines=1, best_of=2)
    expert = local(order, "expert")
    done = made(order, by_sample(erring(order, 2), like(expert)))
    assert done.kept is not None
    assert prove(done.kept, order.worlds[0].bundle) == ()
    record = Trajectory.model_validate_json(done.kept)
    assert record.player.settings["spliced"] == record.player.settings["worded"] == "3"
    replies = [turn.reply for turn in record.turns]
    assert replies[:2] == list(expert.replies[:2])
    assert replies[4:] == list(expert.replies[3:])
    assert record.turns[2].error is not None
    assert record.turns[2].refined_by == 3
    assert record.turns[3].thought == THOUGHT
    assert "injected" not in record.player.settings
    failed = [Trajectory.model_validate_json(line) for line in done.siblings]
    assert [each.outcome.success for each in failed] == [False]
    assert [turn.reply for turn in failed[0].turns[:3]] == replies[:3]
    assert (failed[0].seed, failed[0].task) == (record.seed, record.task)
    assert done.notes["ended"] == {"played": {"goal": 1, "stuck": 1}, "spliced": {"goal": 1}}


def test_playing_on_from_an_error_where_no_sibling_stood() -> None:
    """Where no sibling was in that state, the model plays on itself from the feedback to its error."""
    order = order_of(min_refines=1)
    expert = local(order, "expert")

    def lost(messages: Sequence[Message]) -> str:
        said = replies(messages)
        return "Thought: Odd.\nAction: look" if said == 0 else "Thought: Now.\nAction: open chest"

    def mends(messages: Sequence[Message]) -> str:
        said = replies(messages)
        return expert.replies[said - 2]

    fake = by_sample(lost, mends)
    sitting = sitting_of(order, fake)
    failed = asyncio.run(play(sitting, 0))
    assert (failed.ended.partition(":")[0], first_error(failed.trajectory)) == ("stuck", 1)
    mended = asyncio.run(splice(sitting, failed, (), 1))
    assert mended is not None
    assert mended.won
    assert mended.made == {"branched": "2"}
    assert mended.said[:2] == failed.said[:2]
    assert mended.usage.calls == len(expert.replies)
    assert prove(mended.trajectory.line(), order.worlds[0].bundle) == ()


def test_the_best_failure_is_branched() -> None:
    """Where nothing succeeds, the play that came furthest is played on from where it last came forward."""
    order = order_of(min_refines=0, best_of=2)
    expert = local(order, "expert")
    forward = [turn for turn, heard in enumerate(expert.heard) if "take" in heard.text or "Taken" in heard.text]
    late = erring(order, forward[0] + 2)
    done = made(order, by_sample(erring(order, 0), late, like(expert)))
    assert done.kept is not None
    record = Trajectory.model_validate_json(done.kept)
    assert record.player.settings["branched"] == str(forward[0] + 1)
    assert len(done.siblings) == 2
    assert prove(done.kept, order.worlds[0].bundle) == ()
    nothing = asyncio.run(branch(sitting_of(order, Fake(lambda _: "")), (), 5))
    assert nothing is None


def test_the_better_of_two_is_kept() -> None:
    """Of two plays that reach the goal the shorter one is kept, and the longer one stands beside it."""
    order = order_of(min_refines=0, best_of=2)
    novice, expert = local(order, "novice"), local(order, "expert")
    assert len(novice.replies) > len(expert.replies)
    done = made(order, by_sample(like(novice), like(expert)))
    assert done.kept is not None
    assert len(Trajectory.model_validate_json(done.kept).turns) == len(expert.replies)
    assert [len(Trajectory.model_validate_json(line).turns) for line in done.siblings] == [len(novice.replies)]


def test_plays_are_values() -> None:
    """A play's record follows from its replies, however often it is asked for."""
    order = order_of()
    fake = Fake(like(local(order, "novice")))
    one = asyncio.run(play(sitting_of(order, fake), 0))
    again = Play(one.sitting, one.sample, one.said, one.ended, one.usage, one.made, one.notes)
    assert one.trajectory.line() == again.trajectory.line()
