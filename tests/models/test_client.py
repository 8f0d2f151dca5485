from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest
from tests.models.asking import Naps, client_of, question
from tests.models.server import KINDS, Conversation, Features, Say, Server, chance
from tests.timing import seconds

import worldwright.models
from worldwright.models.ask import FAULTS, Answer, AskFailed, Fault, Message, Question, ToolCall, ToolShape, Usage
from worldwright.models.cache import Memory
from worldwright.models.client import NO_KEY, Client
from worldwright.models.endpoint import Api, Endpoint
from worldwright.models.prices import Price

SECRET = "sk-a-most-secret-key-0123456789"
EXPECTED: dict[str, Fault | None] = {
    "400": "refused",
    "401": "auth",
    "403": "auth",
    "404": "not_found",
    "500": "server",
    "502": "server",
    "503": "server",
    "429": "rate_limit",
    "429_after": "rate_limit",
    "429_after:300": "rate_limit",
    "quota": "auth",
    "context": "context",
    "slow:1.5": "timeout",
    "reset": "connection",
    "cut": "connection",
    "truncated": "protocol",
    "html": "protocol",
    "utf8": "protocol",
    "latin1": "protocol",
    "gzip": "protocol",
    "array": "protocol",
    "huge": "protocol",
    "no_choices": "empty",
    "null": "empty",
    "length": None,
    "content_filter": None,
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that must never be seen."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)


async def outcome(client: Client, asked: Question) -> Answer | AskFailed:
    """The answer, or the failure."""
    try:
        return await client.ask(asked)
    except AskFailed as failed:
        return failed


def test_every_fault_is_listed() -> None:
    """Whatever the scripted endpoint can do wrong is judged by the next test."""
    assert {kind.partition(":")[0] for kind in EXPECTED} == {kind for kind in KINDS if kind != "slow"} | {"slow"}


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_faults_have_exact_classes(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Every fault of an endpoint is one class of failure and no other exception; nothing that is said has the key."""
    kinds = list(EXPECTED)
    caplog.set_level(logging.DEBUG)

    async def run() -> tuple[dict[str, Fault | None], str, Client]:
        found: dict[str, Fault | None] = {}
        said = ""
        faults = dict(enumerate(kinds, start=1))
        with Server(faults=faults) as server:
            async with client_of(server, api=api, settings={"timeout": 1.0, "retries": 0}) as client:
                for number, kind in enumerate(kinds):
                    result = await outcome(client, question(str(number)))
                    found[kind] = result.fault if isinstance(result, AskFailed) else None
                    said += repr(result)
                    if isinstance(result, AskFailed):
                        assert type(result.__context__).__module__.split(".")[0] in ("builtins", "json")
                        said += "".join(traceback.format_exception(result))
                    else:
                        assert result.finish == kind
                said += repr(client) + repr(vars(client)) + repr(client.totals)
        return found, said, client

    found, said, client = asyncio.run(run())
    assert found == EXPECTED
    assert "Incorrect API key" in said and SECRET not in said and SECRET not in caplog.text
    totals = client.totals
    assert totals.tries == totals.asked == len(kinds) and totals.failed == len(kinds) - 2 and totals.retries == 0
    assert sum(totals.faults.values()) == totals.failed and list(totals.faults) == [
        f for f in FAULTS if f in totals.faults
    ]
    assert totals.usage.calls == 4, "two empty answers were charged as well"


@pytest.mark.parametrize(
    ("kinds", "waits"),
    [
        (["500", "502", "503"], [0.5, 1.0, 2.0]),
        (["reset", "truncated", "no_choices", "html"], [0.5, 1.0, 2.0, 4.0]),
        (["429_after:7", "500"], [7.0, 1.0]),
        (["429", "429"], [0.5, 1.0]),
    ],
)
def test_tries_again(kinds: list[str], waits: list[float]) -> None:
    """What another try can mend is tried again after waits that follow from nothing but the failures."""
    naps = Naps()

    async def run() -> tuple[Answer, Client]:
        with Server(faults=dict(enumerate(kinds, start=1))) as server:
            async with client_of(server, naps=naps) as client:
                return await client.ask(question()), client

    answer, client = asyncio.run(run())
    assert answer.text == "Thought: I look.\nAction: look" and not answer.remembered
    assert naps.seconds == pytest.approx(waits)
    assert client.totals.retries == len(kinds) and client.totals.answered == 1


def test_gives_up() -> None:
    """Tries are counted; refusals are not tried again; nobody waits for longer than two minutes."""

    async def run(kind: str) -> tuple[AskFailed | Answer, int]:
        with Server(faults=lambda _: kind) as server:
            async with client_of(server, settings={"retries": 3}) as client:
                return await outcome(client, question()), client.totals.tries

    for kind, tries in (("500", 4), ("401", 1), ("404", 1), ("400", 1), ("context", 1), ("429_after:300", 1)):
        result, sent = asyncio.run(run(kind))
        assert isinstance(result, AskFailed) and sent == tries, kind


def test_no_server() -> None:
    """Where nobody listens, the failure is one of connection, and the address is named."""
    server = Server()
    server.start()
    server.stop()

    async def run() -> AskFailed | Answer:
        async with client_of(server, settings={"retries": 1}) as client:
            return await outcome(client, question())

    result = asyncio.run(run())
    assert isinstance(result, AskFailed) and result.fault == "connection" and server.url in str(result)


def test_a_killed_server_comes_back() -> None:
    """A question that was under way when the server was killed is asked again when it is there again."""
    server = Server(lambda _: Say("late", wait=0.2))
    with server:

        class Waking(Naps):
            async def __call__(self, seconds: float) -> None:
                server.answer = lambda _: "back"
                server.start()
                await super().__call__(seconds)

        async def run() -> Answer:
            async with client_of(server, naps=Waking()) as client:
                asking = asyncio.create_task(client.ask(question()))
                while not server.asked:
                    await asyncio.sleep(0.005)
                server.stop()
                return await asking

        assert asyncio.run(run()).text == "back"


def test_paid_once() -> None:
    """An answer is kept before it is handed on, and then never asked for again, by this client or the next."""
    order: list[str] = []

    class Watched(Memory):
        def put(self, key: str, question: Question, answer: Answer) -> None:
            order.append("kept")
            super().put(key, question, answer)

    async def run() -> tuple[list[Answer], Client, Client]:
        cache = Watched()
        with Server() as server:
            async with client_of(server, cache) as first, client_of(server, cache) as second:
                answers = [await first.ask(question())]
                order.append("given")
                answers += [await first.ask(question()), await second.ask(question())]
                assert sum(server.paid.values()) == 1 and first.key(question()) == second.key(question())
                await first.ask(question(sample=1))
                assert sum(server.paid.values()) == 2 and len(server.paid) == 1, "a sample of its own is paid again"
                return answers, first, second

    answers, first, second = asyncio.run(run())
    assert order[:2] == ["kept", "given"]
    assert [answer.remembered for answer in answers] == [False, True, True]
    assert answers[0].usage == answers[1].usage
    assert (first.totals.asked, first.totals.remembered, first.totals.answered) == (3, 1, 2)
    assert second.totals.usage == Usage() and second.totals.tries == 0


def test_an_answer_that_cannot_be_kept_is_not_given() -> None:
    """What the cache raises goes through: nothing is done with an answer that could be lost."""

    class Full(Memory):
        def put(self, key: str, question: Question, answer: Answer) -> None:
            raise OSError(28, "No space left on device")

    async def run() -> None:
        with Server() as server:
            async with client_of(server, Full()) as client:
                await client.ask(question())

    with pytest.raises(OSError, match="No space left"):
        asyncio.run(run())


def test_the_same_question_at_once_is_asked_once() -> None:
    """Many who ask the same at the same time share one request; one who stops waiting does not take it from others."""

    async def run() -> None:
        with Server(lambda _: Say("shared", wait=0.1)) as server:
            async with client_of(server) as client:
                asking = [asyncio.create_task(client.ask(question())) for _ in range(5)]
                await asyncio.sleep(0.02)
                asking[0].cancel()
                found = await asyncio.gather(*asking, return_exceptions=True)
                assert isinstance(found[0], asyncio.CancelledError)
                answers = [answer for answer in found if isinstance(answer, Answer)]
                assert [answer.text for answer in answers] == ["shared"] * 4
                assert sum(server.paid.values()) == 1
                alone = asyncio.create_task(client.ask(question("alone")))
                await asyncio.sleep(0.02)
                alone.cancel()
                await asyncio.gather(alone, return_exceptions=True)
                left = asyncio.create_task(client.ask(question("left")))
                await asyncio.sleep(0.02)
            result = (await asyncio.gather(left, return_exceptions=True))[0]
            assert isinstance(result, AskFailed) and result.fault == "connection"
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


def test_concurrency_and_slowing() -> None:
    """No more than so many questions are under way; after a 429 half as many, and later all of them again."""

    together = threading.Barrier(4)

    def answer(messages: Conversation) -> str:
        text = str(messages[-1]["content"])
        if text.isdigit():
            together.wait(seconds(10))
        return text

    async def run() -> None:
        with Server(answer) as server:
            async with client_of(server, settings={"concurrency": 4, "timeout": seconds(10)}) as client:
                answers = await asyncio.gather(*(client.ask(question(str(n))) for n in range(24)))
                assert [answer.text for answer in answers] == [str(n) for n in range(24)]
                assert server.most_under_way == 4
                server.faults = {len(server.asked) + 1: "429"}
                await client.ask(question("one too many"))
                assert client.share == pytest.approx(0.5, abs=0.1)
                server.most_under_way = 0
                await asyncio.gather(*(client.ask(question(f"{n} more")) for n in range(8)))
                assert server.most_under_way < 4
                await asyncio.gather(*(client.ask(question(f"{n} again")) for n in range(12)))
                assert client.share == 1.0

    asyncio.run(run())


def test_faults_by_chance_never_lose_an_answer() -> None:
    """With a third of all tries failing in every way, each question is answered, and charged once but for answers
    that came to nothing."""
    kinds = ["429", "429_after", "500", "502", "reset", "cut", "truncated", "html", "utf8", "no_choices"]

    async def run() -> tuple[list[Answer], Server, Client]:
        with Server(lambda messages: str(messages[-1]["content"]), chance(3, 0.35, kinds)) as server:
            async with client_of(server, settings={"concurrency": 6}) as client:
                answers = await asyncio.gather(*(client.ask(question(str(n))) for n in range(60)))
                return list(answers), server, client

    answers, server, client = asyncio.run(run())
    assert [answer.text for answer in answers] == [str(n) for n in range(60)]
    assert server.outcomes.count("paid") == 60
    assert client.totals.answered == 60 and client.totals.failed == 0
    assert client.totals.tries == 60 + client.totals.retries == len(server.asked)
    assert sum(client.totals.faults.values()) == client.totals.retries > 10
    assert client.totals.usage.calls == 60 + server.outcomes.count("no_choices")


def test_cost_and_its_limit() -> None:
    """Cost follows from usage and prices; when the limit is reached, nothing more is asked."""
    price = Price(1000.0, 500.0, 2000.0)

    async def run() -> None:
        with Server() as server:
            async with client_of(server, price=price, max_cost=1.0, spent=0.97) as client:
                answer = await client.ask(question("one two three"))
                assert client.totals.cost == pytest.approx(
                    answer.usage.prompt * 0.001 + answer.usage.completion * 0.002
                )
                await client.ask(question("four five six"))
                with pytest.raises(AskFailed, match=r"1.0\d of 1.00") as failed:
                    await client.ask(question("seven"))
                assert failed.value.fault == "budget" and len(server.asked) == 2
                assert (await client.ask(question("one two three"))).remembered, "what is paid for can still be had"
            server.features = Features(counts=False)
            async with client_of(server, price=price, max_cost=1.0) as client:
                await client.ask(question())
                assert client.totals.cost is None
                with pytest.raises(AskFailed, match="does not count tokens"):
                    await client.ask(question("again"))
            with pytest.raises(ValueError, match="price of the model"):
                Client(Endpoint(server.url, "m"), Memory(), max_cost=1.0)

    asyncio.run(run())


def test_usage_counts_cached_tokens() -> None:
    """Tokens that the endpoint had in its cache are told apart."""
    long = Question("scripted", tuple(Message("user", f"message number {n}") for n in range(6)), 9, 0.0)

    async def run() -> Usage:
        with Server() as server:
            async with client_of(server) as client:
                return (await client.ask(long)).usage

    assert asyncio.run(run()) == Usage(prompt=24, cached=16, completion=5, calls=1)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_tools_there_and_back(api: Api) -> None:
    """A tool call comes back as a call, and goes out again in the conversation, over both protocols."""
    tools = '[{"type":"function","function":{"name":"take","parameters":{"type":"object"}}}]'
    heard: list[Any] = []

    def answer(messages: Conversation) -> str:
        heard.append(list(messages))
        return 'Thought: I take it.\nAction: {"name": "take", "arguments": {"x": "key"}}'

    async def run() -> tuple[Answer, dict[str, Any]]:
        with Server(answer) as server:
            async with client_of(server, api=api) as client:
                first = await client.ask(question(shape=ToolShape(tools)))
                assert first.call is not None
                messages = (
                    Message("user", "Go on."),
                    Message("assistant", first.text, first.call),
                    Message("tool", "You take the key.", call_id=first.call.id),
                )
                await client.ask(Question("scripted", messages, 50, 0.0, shape=ToolShape(tools, required=True)))
                return first, server.asked[1].body

    first, body = asyncio.run(run())
    assert first.text == "Thought: I take it." and first.finish == "tool_calls"
    assert first.call == ToolCall(first.call.id if first.call else "", "take", '{"x": "key"}')
    said, told = heard[1][-2:]
    assert said["content"] == "Thought: I take it." and said["tool_calls"][0]["function"]["name"] == "take"
    assert told["role"] == "tool" and told["tool_call_id"] == said["tool_calls"][0]["id"]
    assert body["tool_choice"] == "required" and body["parallel_tool_calls"] is False


def test_newer_names_of_fields() -> None:
    """A model that refuses max_tokens is asked with the newer name, from the second request on at once."""

    async def run() -> Server:
        with Server(features=Features(new_names=True)) as server:
            async with client_of(server) as client:
                await client.ask(question("one"))
                await client.ask(question("two"))
            return server

    server = asyncio.run(run())
    assert [sorted(set(asked.body) & {"max_tokens", "max_completion_tokens"}) for asked in server.asked] == [
        ["max_tokens"],
        ["max_completion_tokens"],
        ["max_completion_tokens"],
    ]


def test_only_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither another address nor an organisation slips in; without a key a placeholder is sent, but not to OpenAI."""
    for name in ("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/elsewhere")

    async def run() -> list[str]:
        with Server() as server:
            async with client_of(server) as client:
                await client.ask(question())
            monkeypatch.delenv("OPENAI_API_KEY")
            async with client_of(server) as client:
                await client.ask(question())
            for asked in server.asked:
                assert not {"openai-organization", "openai-project"} & set(asked.headers)
            return [asked.headers["authorization"] for asked in server.asked]

    assert asyncio.run(run()) == [f"Bearer {SECRET}", f"Bearer {NO_KEY}"]
    with pytest.raises(AskFailed, match="OPENAI_API_KEY") as failed:
        Client(Endpoint(None, "m"), Memory())
    assert failed.value.fault == "auth"


def test_sources_read_one_variable() -> None:
    """In the sources of this stage the environment is read in one place."""
    folder = Path(str(worldwright.models.__file__)).parent
    lines = [line for path in sorted(folder.glob("*.py")) for line in path.read_text("utf-8").splitlines()]
    assert [line.strip() for line in lines if "environ" in line and not line.strip().startswith("#")] == [
        'key = os.environ.get(KEY, "")'
    ]


def test_what_cannot_be_sent() -> None:
    """Half a character in a question is refused before it is sent; in an answer it is replaced."""

    async def run() -> None:
        with Server(lambda _: "half \ud83d character") as server:
            async with client_of(server) as client:
                with pytest.raises(AskFailed, match="cannot be sent") as failed:
                    await client.ask(question("half \ud83d character"))
                assert failed.value.fault == "refused" and not server.asked
                assert (await client.ask(question())).text == "half � character"

    asyncio.run(run())


def test_nobody_waits_for_the_package() -> None:
    """The client's module loads without the package under it, which takes longer than everything else."""
    code = "import sys, worldwright.models.client; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
