"""Questions and clients for the tests of models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.models.server import Server

from worldwright.models.ask import Message, Question
from worldwright.models.cache import Cache, Memory
from worldwright.models.client import Client
from worldwright.models.endpoint import Api, Endpoint


def question(text: str = "Hello.", **fields: Any) -> Question:
    """A question with sensible settings."""
    given: dict[str, Any] = {"max_tokens": 50, "temperature": 0.0, **fields}
    return Question("scripted", (Message("system", "You act."), Message("user", text)), **given)


class Naps:
    """A clock that only sleeping moves, and a sleep that takes no time; it remembers how long each was to be."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._now = 0.0

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._now += seconds
        await asyncio.sleep(0)

    def now(self) -> float:
        """Seconds that were slept."""
        return self._now


@asynccontextmanager
async def client_of(
    server: Server,
    cache: Cache | None = None,
    api: Api = "chat",
    settings: dict[str, Any] | None = None,
    naps: Naps | None = None,
    **given: Any,
) -> AsyncIterator[Client]:
    """A client of a scripted server that does not wait between tries. `settings` are the endpoint's."""
    endpoint = Endpoint(server.url, "scripted", api=api, **{"timeout": 5.0, **(settings or {})})
    clock = naps or Naps()
    client = Client(endpoint, cache if cache is not None else Memory(), now=clock.now, sleep=clock, **given)
    try:
        yield client
    finally:
        await client.close()
