"""`Client`: asks one endpoint, and never asks it twice for what was paid for.

In this order: the cache; a question just like this one that is under way; the limit of cost; the pace; the endpoint,
with a few more tries where another try can help. What is paid for is kept before it is handed on.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from . import chat, responses
from .ask import FAULTS, Answer, AskFailed, Fault, Question, Usage, digest
from .body import field, items, read, text
from .cache import Cache
from .endpoint import Api, Endpoint
from .pace import Now, Pace, Sleep
from .prices import Price

KEY = "OPENAI_API_KEY"
NO_KEY = "none"
"""What is sent where no key is set: servers of one's own ask for none, but the protocol has a place for it."""
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
"""Seconds before the second try and, doubling, at most before any."""
PATIENCE = 120.0
"""Seconds that an endpoint may ask us to wait; a longer wait is a failure, which a later run makes good."""
AGAIN: frozenset[Fault] = frozenset({"rate_limit", "server", "timeout", "connection", "protocol", "empty"})
"""Failures that another try can mend."""
_CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Totals:
    """What a client has done so far.

    `asked` questions came in: `remembered` were answered without asking, `answered` by the endpoint, `failed` not at
    all. `tries` requests were sent, `retries` of them after a failure; `faults` counts every try that failed by its
    class. `usage` is what was charged, and `cost` its price: None if the price is unknown.
    """

    asked: int
    remembered: int
    answered: int
    failed: int
    tries: int
    retries: int
    faults: dict[Fault, int]
    usage: Usage
    cost: float | None


class Transport(Protocol):
    """Sends one request and gives the body of what comes back. Raises AskFailed and nothing else."""

    async def post(self, api: Api, fields: dict[str, Any], extra: dict[str, Any]) -> bytes:
        """The answer to one request."""
        ...

    async def models(self) -> bytes:
        """The list of models."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class Client:
    """One endpoint, its cache and its limits. For one event loop; `ask` may be called as often at once as one likes."""

    def __init__(
        self,
        endpoint: Endpoint,
        cache: Cache,
        price: Price | None = None,
        max_cost: float | None = None,
        spent: float = 0.0,
        now: Now = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`max_cost` is what may be spent, `spent` what has been before, in the currency of `price`. Questions that
        are under way when it is reached are still answered.

        Reads the key from OPENAI_API_KEY; raises AskFailed "auth" where there is none and the endpoint is OpenAI's.
        """
        if max_cost is not None and price is None:
            raise ValueError("a limit of cost needs the price of the model")
        self.endpoint = endpoint
        self._cache = cache
        self._price = price
        self._max_cost = max_cost
        self._spent = spent
        self._sleep = sleep
        self._pace = Pace(endpoint.concurrency, endpoint.rpm, endpoint.tpm, now, sleep)
        self._transport = _transport(endpoint)
        self._under_way: dict[str, _Shared] = {}
        self._new_names = False
        self._asked = self._remembered = self._answered = self._failed = self._tries = self._retries = 0
        self._faults: Counter[Fault] = Counter()
        self._usage = Usage()

    def __repr__(self) -> str:
        return f"Client({self.endpoint!r})"

    def key(self, question: Question) -> str:
        """The question's key in the cache: what is asked, where, and over which API."""
        return digest({"question": question.to_json(), "at": self.endpoint.address, "api": self.endpoint.api})

    @property
    def totals(self) -> Totals:
        """What has been done so far."""
        faults = {fault: self._faults[fault] for fault in FAULTS if self._faults[fault]}
        cost = None if self._price is None else self._price.cost(self._usage)
        return Totals(
            self._asked,
            self._remembered,
            self._answered,
            self._failed,
            self._tries,
            self._retries,
            faults,
            self._usage,
            cost,
        )

    @property
    def share(self) -> float:
        """The share of the pace that is used: 1, or less since the endpoint has complained."""
        return self._pace.share

    async def ask(self, question: Question) -> Answer:
        """The answer to a question. Raises AskFailed, and what the cache raises if it cannot keep an answer."""
        self._asked += 1
        key = self.key(question)
        known = self._cache.get(key)
        if known is not None:
            self._remembered += 1
            return known.again()
        shared = self._under_way.get(key)
        first = shared is None
        if shared is None:
            shared = self._under_way[key] = _Shared(self._fetch(question, key), lambda: self._under_way.pop(key))
        try:
            answer = await shared.result()
        except AskFailed:
            self._failed += 1
            raise
        if first:
            self._answered += 1
            return answer
        self._remembered += 1
        return answer.again()

    async def attempt(self, question: Question, api: Api | None = None) -> Answer:
        """An answer that is not kept, over the endpoint's API or another: for finding out what it can do.

        What may pass is tried again as for any question, but not a timeout: what hangs an endpoint once may do so
        every time.
        """
        return await self._insist(question, api or self.endpoint.api, AGAIN - {"timeout"})

    async def models(self) -> tuple[str, ...]:
        """The models that the endpoint lists. Raises AskFailed; many endpoints have no such list."""
        body = read(await self._transport.models())
        names = [text(field(item, "id")) for item in items(field(body, "data"))]
        return tuple(name for name in names if name is not None)

    async def close(self) -> None:
        """Close the connections. Questions that are under way fail."""
        for shared in list(self._under_way.values()):
            await shared.stop()
        await self._transport.close()

    async def _fetch(self, question: Question, key: str) -> Answer:
        """The endpoint's answer, kept."""
        answer = await self._insist(question, self.endpoint.api, AGAIN)
        self._cache.put(key, question, answer)
        return answer

    async def _insist(self, question: Question, api: Api, again: Set[Fault]) -> Answer:
        """The endpoint's answer, with more tries after failures of some classes."""
        failures = 0
        while True:
            try:
                return await self._try(question, api, failures)
            except AskFailed as failed:
                if failed.fault not in again or failures == self.endpoint.retries or (failed.wait or 0) > PATIENCE:
                    raise
                if failed.fault != "rate_limit":
                    await self._sleep(_wait(failed, failures))
                failures += 1
                self._retries += 1

    async def _try(self, question: Question, api: Api, failures: int) -> Answer:
        """One request, at the pace; its outcome is counted."""
        self._check_budget()
        permit = await self._pace.enter(_guess(question))
        used: int | None = None
        try:
            self._check_budget()
            self._tries += 1
            answer = await self._send(question, api)
            used = answer.usage.tokens or None
            self._usage += answer.usage
            self._pace.recover()
            return answer
        except AskFailed as failed:
            self._faults[failed.fault] += 1
            self._usage += failed.usage
            used = failed.usage.tokens
            if failed.fault == "rate_limit":
                self._pace.slow(permit, min(_wait(failed, failures), PATIENCE))
            raise
        finally:
            self._pace.leave(permit, used)

    async def _send(self, question: Question, api: Api) -> Answer:
        """One request and its answer; and the same under a newer name of a field, where a model insists on it."""
        if api == "responses":
            return responses.answer(read(await self._transport.post(api, *responses.request(question))), question)
        try:
            body = await self._transport.post(api, *chat.request(question, self._new_names))
        except AskFailed as failed:
            if failed.fault != "refused" or self._new_names or "max_completion_tokens" not in str(failed):
                raise
            self._new_names = True
            body = await self._transport.post(api, *chat.request(question, self._new_names))
        return chat.answer(read(body), question)

    def _check_budget(self) -> None:
        if self._max_cost is None or self._price is None:
            return
        cost = self._price.cost(self._usage)
        if cost is None:
            raise AskFailed("budget", "the endpoint does not count tokens, so its cost cannot be limited")
        spent = self._spent + cost
        if spent >= self._max_cost:
            raise AskFailed("budget", f"the limit of cost is reached: {spent:.2f} of {self._max_cost:.2f}")


class _Shared:
    """An answer that several wait for. It is given up when the last of them stops waiting."""

    def __init__(self, work: Any, done: Callable[[], object]) -> None:
        self._task: asyncio.Task[Answer] = asyncio.create_task(work)
        self._task.add_done_callback(lambda _: done())
        self._waiting = 0

    async def result(self) -> Answer:
        """The answer, or what it failed with."""
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        except asyncio.CancelledError:
            if self._waiting == 1:
                await self.stop()
            if self._task.cancelled() and not _being_cancelled():
                raise AskFailed("connection", "the client was closed while the question was under way") from None
            raise
        finally:
            self._waiting -= 1

    async def stop(self) -> None:
        """Give the question up."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def _being_cancelled() -> bool:
    """Is the running task itself told to stop?"""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _transport(endpoint: Endpoint) -> Transport:
    """The way to an endpoint. Loaded only when one is made: the package takes longer to load than all of the engine,
    and commands that ask no model should not wait for it."""
    key = os.environ.get(KEY, "")
    if not key:
        if endpoint.base_url is None:
            raise AskFailed("auth", f"there is no key: set {KEY}, or name an endpoint of your own by its base URL")
        key = NO_KEY
    return cast(Transport, import_module(".transport", __package__).Transport(endpoint, key))


def _wait(failed: AskFailed, failures: int) -> float:
    """Seconds before the next try: what the endpoint asks for, or twice as long every time. Nothing is random: what
    is shared by many askers is spread by the pace."""
    backoff = min(FIRST_WAIT * 2.0 ** min(failures, 30), LONGEST_WAIT)
    return backoff if failed.wait is None else failed.wait


def _guess(question: Question) -> float:
    """About how many tokens a question takes, with a reply of full length. Set right when the answer is there."""
    characters = sum(len(message.content) for message in question.messages)
    return characters / _CHARACTERS_A_TOKEN + question.max_tokens
