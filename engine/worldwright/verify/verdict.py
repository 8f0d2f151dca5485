"""What verification says about one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..synthesize.trajectory import Trajectory

Proof = Literal["form", "digests", "texts", "replay", "goal", "refinements", "recovery", "loops", "training"]
PROOFS: tuple[Proof, ...] = (
    "form",
    "digests",
    "texts",
    "replay",
    "goal",
    "refinements",
    "recovery",
    "loops",
    "training",
)
"""What has to hold, in the order in which it is looked at:

form         the line is a record of a known format, in canonical form
digests      no part was changed after it was written
texts        the world's texts are there, have the hash, and are a world
replay       playing the replies again gives every field, bit for bit
goal         the episode reached its goal
refinements  at least so many errors were refined, each by a turn of its own
recovery     every error was resolved: corrected, met or bypassed
loops        no command was refused again and again
training     every turn that was accepted and has no flags is trained on, and no other
"""

TRUTH: tuple[Proof, ...] = ("form", "digests", "texts", "replay", "training")
"""The proofs that a record tells what happened. The others ask what is worth learning from."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: which proof fails, at which place of the record ("turns[3].feedback.text"), and how."""

    proof: Proof
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.proof}: {self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All faults of one record; it is proved when there are none. `trajectory` is the record, if it could be read."""

    faults: tuple[Fault, ...]
    trajectory: Trajectory | None

    @property
    def proved(self) -> bool:
        """Whether everything holds."""
        return not self.faults

    @property
    def true(self) -> bool:
        """Whether the record tells what happened, well played or not."""
        return all(fault.proof not in TRUTH for fault in self.faults)

    def to_json(self) -> dict[str, Any]:
        """The verdict as data."""
        return {
            "proved": self.proved,
            "faults": [{"proof": f.proof, "place": f.place, "message": f.message} for f in self.faults],
        }
