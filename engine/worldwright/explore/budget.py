"""What exploring may cost, and who looks after it: states, memory, seconds, and a person who says stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

MAX_STATES = 50_000_000
MAX_MEMORY = 4_000_000_000
MAX_SECONDS = 3600.0

Reason = Literal["", "states", "memory", "seconds", "stopped", "starts", "chance"]
"""Why an answer is partial; empty where it is whole."""

Check = Callable[[], None]
"""Called now and then by what takes long; raises OverBudget when it should stop."""


def unchecked() -> None:
    """Never stops anything."""


def never() -> bool:
    """Nobody says stop."""
    return False


def checking(late: Callable[[], bool]) -> Check:
    """A check that stops when it is late."""

    def check() -> None:
        if late():
            raise OverBudget("seconds")

    return check


@dataclass(frozen=True, slots=True)
class Budget:
    """What an exploration may cost. On reaching a limit it stops with what it has."""

    states: int = MAX_STATES
    memory: int = MAX_MEMORY
    """Bytes."""
    seconds: float = MAX_SECONDS
    """From the beginning of the search to the last answer."""
    stopped: Callable[[], bool] = never
    """Whether somebody has said stop."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an exploration has come."""

    states: int
    depth: int
    frontier: int
    seconds: float


Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tells nobody."""


class OverBudget(Exception):
    """A limit has been reached."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks after a budget from a moment on."""

    budget: Budget
    began: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self.began

    def share(self, part: float) -> Watch:
        """The same with a part of the time."""
        return Watch(replace(self.budget, seconds=part * self.budget.seconds), self.began)

    def late(self) -> bool:
        """Whether time is up, or somebody has said stop."""
        return self.budget.stopped() or self.elapsed() > self.budget.seconds

    def check(self) -> None:
        """Raises OverBudget when time is up, or when somebody has said stop."""
        if self.budget.stopped():
            raise OverBudget("stopped")
        if self.elapsed() > self.budget.seconds:
            raise OverBudget("seconds")

    def room(self, needed: int) -> None:
        """Raises OverBudget when so many bytes are more than the budget."""
        if needed > self.budget.memory:
            raise OverBudget("memory")
