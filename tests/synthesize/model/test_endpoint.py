"""The whole way: a job over the client and a scripted endpoint, with what endpoints do to one."""

from __future__ import annotations

import asyncio

import pytest
from tests.models.asking import client_of
from tests.models.server import Conversation, Plays, Say, Server, chance
from tests.synthesize.model.fakes import job_of, local, order_of

from worldwright.models.ask import Answer, AskFailed, Question
from worldwright.models.cache import Memory
from worldwright.play.reply import Reply, parse_reply
from worldwright.players.llm import NOTHING_OFFERED, Offers
from worldwright.synthesize.done import Done
from worldwright.synthesize.model.work import make_with_model
from worldwright.synthesize.order import Order
from worldwright.synthesize.trajectory import Trajectory
from worldwright.verify.prove import prove


def novice_of(order: Order) -> Plays:
    """What the scripted endpoint says: the novice's play."""
    play = local(order, "novice")
    return Plays([{"opening": play.opening, "replies": play.replies, "heard": [heard.text for heard in play.heard]}])


def made(order: Order, server: Server, cache: Memory, offers: Offers = NOTHING_OFFERED) -> Done:
    """What becomes of the order's first job at an endpoint."""

    async def work() -> Done:
        async with client_of(server, cache) as client:
            return await make_with_model(order, job_of(order), prove, client.ask, offers)

    return asyncio.run(work())


class BrokenOff(BaseException):
    """What ends a process, as far as a coroutine can tell."""


def test_a_job_that_is_broken_off_pays_for_nothing_twice() -> None:
    """Broken off after some answers and started again over the same cache, the job ends with the same record; each
    question is paid for once."""
    order = order_of()
    cache = Memory()
    with Server(novice_of(order)) as server:
        whole = made(order, server, Memory())
        assert whole.kept is not None
        assert set(server.paid.values()) == {1}
        server.paid.clear()

        async def broken_off(answers: int) -> None:
            async with client_of(server, cache) as client:

                async def ask(question: Question) -> Answer:
                    if len(server.paid) == answers:
                        raise BrokenOff
                    return await client.ask(question)

                await make_with_model(order, job_of(order), prove, ask)

        for answers in (1, 4):
            with pytest.raises(BrokenOff):
                asyncio.run(broken_off(answers))
        assert made(order, server, cache) == whole
        assert set(server.paid.values()) == {1}


def test_what_passes_is_waited_for() -> None:
    """Faults that another try mends leave no trace in the record."""
    order = order_of()
    with Server(novice_of(order)) as server:
        whole = made(order, server, Memory())
    faults = chance(3, 0.4, ("429", "500", "502", "reset", "truncated", "html", "utf8"))
    with Server(novice_of(order), faults=faults) as server:
        assert made(order, server, Memory()).kept == whole.kept
        assert any(outcome != "paid" for outcome in server.outcomes)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("500", "model: server"),
        ("400", "model: refused"),
        ("context", "model: context"),
        ("no_choices", "model: empty"),
        ("content_filter", "model: content_filter"),
        ("truncated", "model: protocol"),
        ("length", "stuck"),
    ],
)
def test_what_does_not_pass_is_counted_by_its_class(fault: str, found: str) -> None:
    """One attempt after the other is rejected for the same exact reason, and the job is over."""
    order = order_of(attempts=2)
    with Server(novice_of(order), faults=lambda asked: fault) as server:
        done = made(order, server, Memory())
    assert done.kept is None
    assert [each["faults"][0].startswith(found) for each in done.rejected] == [True, True]


def test_no_key_ends_everything() -> None:
    """The one fault that no attempt can escape."""
    order = order_of(attempts=2)
    with Server(novice_of(order), faults=lambda asked: "401") as server, pytest.raises(AskFailed, match="key"):
        made(order, server, Memory())


def test_tool_calls_over_the_wire() -> None:
    """A model that calls tools is answered as a tool is, and its calls become replies that are proved."""
    order = order_of(skin="tools", min_refines=0, shape="auto")
    play = local(order, "expert")

    def calls(messages: Conversation) -> Say:
        said = [message for message in messages if message["role"] == "assistant"]
        if said:
            assert messages[-1]["role"] == "tool"
            assert messages[-1]["tool_call_id"] == said[-1]["tool_calls"][0]["id"]
        read = parse_reply(play.replies[len(said)])
        assert isinstance(read, Reply)
        name, _, arguments = read.action.removeprefix('{"name": "').partition('", "arguments": ')
        return Say(read.thought, (name, arguments[:-1]), "tool_calls")

    with Server(calls) as server:
        done = made(order, server, Memory(), Offers(tools="auto"))
        assert all(asked.body["tool_choice"] == "auto" for asked in server.asked)
    assert done.kept is not None, done.rejected
    assert prove(done.kept, order.worlds[0].bundle) == ()
    assert [turn.reply for turn in Trajectory.model_validate_json(done.kept).turns] == list(play.replies)
