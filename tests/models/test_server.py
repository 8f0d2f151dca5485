from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.models.asking import client_of, question
from tests.models.plays import plays
from tests.models.server import Plays, Say, Server, chance
from tests.timing import seconds

from worldwright.models.ask import Message, Question
from worldwright.models.cache import Memory
from worldwright.models.client import Client
from worldwright.models.endpoint import Endpoint
from worldwright.pipeline import load
from worldwright.play.episode import Episode

SCRIPT = Path(__file__).parent / "server.py"


async def played(client: Client, episode: Episode) -> list[Message]:
    """Let the endpoint play an episode to its end; the conversation."""
    messages = [Message("system", episode.instructions), Message("user", episode.observation)]
    while not episode.ended:
        answer = await client.ask(Question("scripted", tuple(messages), 200, 0.7, seed=1))
        messages.append(Message("assistant", answer.text))
        messages.append(Message("user", episode.reply(answer.text).text))
    return messages


def test_recorded_plays_are_played_again() -> None:
    """With the novice's plays as script, an endpoint plays whole episodes, with the novice's mistakes, and wins."""
    system = load("pantry")
    recorded = plays(system, "lunch", range(4))

    async def run() -> None:
        with Server(Plays(recorded)) as server:
            async with client_of(server) as client:
                for seed, play in enumerate(recorded):
                    episode = Episode(system, "lunch", seed=seed)
                    messages = await played(client, episode)
                    assert episode.ended == "goal"
                    if recorded.index(next(p for p in recorded if p["opening"] == play["opening"])) == seed:
                        assert [m.content for m in messages[2::2]] == play["replies"]
                assert client.totals.usage.cached > 0

    asyncio.run(run())


def test_a_process_of_its_own(tmp_path: Path) -> None:
    """The server runs as a process with a script, faults by chance and a log, and comes back on its port."""
    system = load("pantry")
    script, log = tmp_path / "plays.json", tmp_path / "log.jsonl"
    script.write_text(json.dumps(plays(system, "lunch", range(2))), "utf-8")
    given = ["--script", str(script), "--log", str(log), "--chance", "5:0.3:429,500,reset", "--think", "0.001"]
    cache = Memory()

    async def play(port: int) -> int:
        client = Client(Endpoint(f"http://127.0.0.1:{port}/v1", "scripted"), cache)
        episode = Episode(system, "lunch", seed=0)
        await played(client, episode)
        await client.close()
        assert episode.ended == "goal"
        return client.totals.answered

    port, answered = 0, []
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, str(SCRIPT), "--port", str(port), *given], stdout=subprocess.PIPE
        ) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            answered.append(asyncio.run(play(port)))
            server.kill()
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    paid = [line["question"] for line in lines if line["outcome"] == "paid"]
    assert answered[0] == len(paid) == len(set(paid)) and answered[1] == 0
    assert {line["outcome"] for line in lines} <= {"paid", "429", "500", "reset"}


def test_chance_does_not_depend_on_order() -> None:
    """Faults by chance are decided by the question and how often it was asked, and end."""

    async def run(numbers: list[int]) -> dict[str, int]:
        with Server(faults=chance(1, 0.6, ["500", "reset"])) as server:
            async with client_of(server, settings={"concurrency": 3}) as client:
                await asyncio.gather(*(client.ask(question(str(n))) for n in numbers))
            tries: dict[str, int] = {}
            for asked in server.asked:
                tries[asked.question] = tries.get(asked.question, 0) + 1
            return tries

    forwards, backwards = asyncio.run(run(list(range(12)))), asyncio.run(run(list(range(12))[::-1]))
    assert forwards == backwards and max(forwards.values()) == 3 and min(forwards.values()) == 1


def test_abandoned_requests_are_not_charged() -> None:
    """Who hangs up while the endpoint thinks is not charged."""
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hello"}]}).encode()
    with Server() as server, socket.create_connection(("127.0.0.1", server.port)) as connection:

        def answer(_: object) -> Say:
            connection.shutdown(socket.SHUT_RDWR)
            return Say("nobody hears this", wait=0.05)

        server.answer = answer
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        deadline = time.monotonic() + seconds(10)
        while not server.outcomes and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.outcomes == ["abandoned"] and not server.paid
