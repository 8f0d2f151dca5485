"""`Pace`: how many questions are under way at once, and how many requests and tokens begin a minute.

Token buckets hold a second's worth, so that requests spread out instead of coming in bursts. When the endpoint says
that it is too much (429), everybody waits and the pace is halved; it grows back a little with every answer, as in
additive increase and multiplicative decrease (Chiu and Jain, 1989).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

SLOWEST = 1 / 16
"""The least share of the pace that is left however often the endpoint complains."""
RECOVERED = 1 / 32
"""The share of the pace that one answer brings back."""
_NEARLY = 1e-9

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to send one request: when it was given, and how many tokens were set aside for it."""

    at: float
    tokens: float


class Bucket:
    """A rate a minute. Larger amounts than the bucket holds put it into debt, which later ones wait for."""

    def __init__(self, per_minute: float, now: float) -> None:
        self._rate = per_minute / 60
        self._holds = max(1.0, self._rate)
        self._level = self._holds
        self._at = now

    def delay(self, amount: float, share: float, now: float) -> float:
        """Seconds until this amount may be taken, at this share of the rate; 0 is now."""
        self._level = min(self._holds, self._level + (now - self._at) * self._rate * share)
        self._at = now
        missing = min(amount, self._holds) - self._level
        return missing / (self._rate * share) if missing > _NEARLY else 0.0

    def take(self, amount: float) -> None:
        """Take an amount; a negative one is given back."""
        self._level = min(self._holds, self._level - amount)


class Pace:
    """The limits of one endpoint, shared by all who ask it. Who comes first goes first."""

    def __init__(self, concurrency: int, rpm: float | None, tpm: float | None, now: Now, sleep: Sleep) -> None:
        self._concurrency = concurrency
        self._requests = Bucket(rpm, now()) if rpm is not None else None
        self._tokens = Bucket(tpm, now()) if tpm is not None else None
        self._now = now
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()
        self._running = 0
        self._held = now()
        self._slowed = now()
        self.share = 1.0

    @property
    def width(self) -> int:
        """How many requests may be under way now."""
        return max(1, int(self._concurrency * self.share + _NEARLY))

    async def enter(self, tokens: float) -> Permit:
        """Wait for leave to send a request that takes about this many tokens. Each is followed by one `leave`."""
        async with self._turn:
            while True:
                self._freed.clear()
                if self._running >= self.width:
                    await self._freed.wait()
                elif (delay := self._delay(tokens)) > 0:
                    await self._sleep(delay)
                else:
                    break
            self._running += 1
            if self._requests is not None:
                self._requests.take(1)
            if self._tokens is not None:
                self._tokens.take(tokens)
            return Permit(self._now(), tokens)

    def _delay(self, tokens: float) -> float:
        """Seconds until the next request may begin, if no other question ends before."""
        now = self._now()
        delay = self._held - now
        if self._requests is not None:
            delay = max(delay, self._requests.delay(1, self.share, now))
        if self._tokens is not None:
            delay = max(delay, self._tokens.delay(tokens, self.share, now))
        return delay if delay > _NEARLY else 0.0

    def leave(self, permit: Permit, tokens: float | None) -> None:
        """A request is over; it took this many tokens, or None if nobody knows."""
        self._running -= 1
        if tokens is not None and self._tokens is not None:
            self._tokens.take(tokens - permit.tokens)
        self._freed.set()

    def slow(self, permit: Permit, wait: float) -> None:
        """The endpoint complained about a request: nothing is sent for `wait` seconds, and then half as much.

        Requests that were under way when the pace was last halved complain about the pace before, not this one.
        """
        now = self._now()
        self._held = max(self._held, now + wait)
        if permit.at >= self._slowed:
            self.share = max(SLOWEST, self.share / 2)
            self._slowed = now

    def recover(self) -> None:
        """The endpoint answered."""
        self.share = min(1.0, self.share + RECOVERED)
        self._freed.set()
