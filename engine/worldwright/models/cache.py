"""`Cache`: answers that were paid for, by the key of their question."""

from __future__ import annotations

from typing import Protocol

from .ask import Answer, Question


class Cache(Protocol):
    """Keeps answers. Whatever `put` raises goes through to who asked: an answer that cannot be kept is no answer."""

    def get(self, key: str) -> Answer | None:
        """The answer to the question with this key."""
        ...

    def put(self, key: str, question: Question, answer: Answer) -> None:
        """Keep an answer for good. When this returns, a crash cannot lose it."""
        ...


class Memory:
    """A cache that lasts as long as the process."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def get(self, key: str) -> Answer | None:
        """The answer to the question with this key."""
        return self._answers.get(key)

    def put(self, key: str, question: Question, answer: Answer) -> None:
        """Keep an answer."""
        self._answers[key] = answer

    def __len__(self) -> int:
        return len(self._answers)
