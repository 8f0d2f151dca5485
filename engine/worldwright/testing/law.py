"""`Law`: something that every world must obey, to be called by a test, and how it was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

How = Literal["proved", "not found", "shortest", "found"]


class Broken(AssertionError):
    """A law does not hold here: why."""


class LawBroken(AssertionError):
    """A law does not hold in a world. The verdict says where and why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a law was decided.

    `proved`: it holds in every situation that can be reached. `not found`: it held in all of the `tried` situations or
    plays, which are not all there are. `shortest`: it is broken after the `script`, and after no shorter one. `found`:
    it is broken, perhaps after shorter ones too.
    """

    law: str
    how: How
    tried: int
    message: str = ""
    script: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no break of the law is known."""
        return self.how in ("proved", "not found")

    def __str__(self) -> str:
        if self.how == "proved":
            return f"{self.law}: proved, in all {self.tried} situations"
        if self.how == "not found":
            return f"{self.law}: no break found in {self.tried} tries"
        best = "the shortest commands to it" if self.how == "shortest" else "found after"
        commands = "".join(f"\n  > {line}" for line in self.script) or "\n  (at the start)"
        return f"{self.law} is broken: {self.message}\n{best}:{commands}"


@dataclass(frozen=True, slots=True)
class Law:
    """A law with the world that it is asked of. Calling it raises LawBroken, or gives the verdict."""

    name: str
    meaning: str
    decide: Callable[[], Verdict] = field(repr=False)

    def __call__(self) -> Verdict:
        """Decides the law."""
        verdict = self.decide()
        if not verdict.holds:
            raise LawBroken(verdict)
        return verdict

    def __str__(self) -> str:
        return self.name


def expect(truth: bool, message: str) -> None:
    """Raises Broken unless something holds."""
    if not truth:
        raise Broken(message)
