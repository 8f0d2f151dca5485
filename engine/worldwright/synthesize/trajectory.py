"""`Trajectory`: the versioned record of one episode, one canonical JSON line.

It is self-sufficient together with the world's text: with the text (found by its hash), the task, the seed, the skin
and the raw replies, everything else can be derived again, and `verify` does so. `docs/records.md` shows every field.

Canonical means: these fields in this order, keys of maps sorted, UTF-8, no white space, no escapes that JSON does not
ask for, no NaN. One trajectory has one line, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast, Field

from .label import How
from .narrow import narrow

V = TypeVar("V")
FORMAT = "worldwright.trajectory/2"
Value = int | bool | str
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Count = Annotated[int, Field(ge=0, lt=2**63)]

Names = Annotated[tuple[str, ...], FailFast()]
"""Of a list that comes from elsewhere only the first faulty item is told: a million of them would fill the memory."""


class Part(BaseModel):
    """Settings shared by all parts of a record: nothing is coerced, nothing unknown is let in."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class WorldRef(Part):
    """Which world. `text` names the bundle of its texts beside the record; it follows from the hash."""

    name: str
    title: str
    params: dict[str, Value]
    hash: Hash
    text: str


class EngineRef(Part):
    """Which engine wrote the record."""

    version: str
    language: str


class TaskRef(Part):
    """Which task, with its arguments by name."""

    name: str
    args: dict[str, str]


class PlayerRef(Part):
    """Who played, and every setting that shaped the play, the player's own seed included."""

    name: str
    settings: dict[str, Value | float]


class Command(Part):
    """What was understood: the action, its arguments by name, and the command as the skin prints it.

    Where only the action was understood, the other two are null.
    """

    action: str
    args: dict[str, str] | None
    text: str | None


class NeedRef(Part):
    """The precondition that failed: "open.2" is the second need of `open`; where it is written."""

    id: str
    source: str
    line: int


class Detail(Part):
    """What a reply that was not understood got wrong. Fields that do not apply are null or empty."""

    slot: str | None
    wanted: str | None
    given: str | None
    nearest: Names


class Change(Part):
    """One state variable that the command changed, in the world's own terms."""

    name: str
    before: str
    after: str


class FeedbackRecord(Part):
    """What the engine answered; the turn's `command` holds the action and arguments that it understood."""

    kind: str
    text: str
    need: NeedRef | None
    detail: Detail | None
    changes: Annotated[tuple[Change, ...], FailFast()]
    milestones: Names
    progress: float
    reward: float
    ended: str


class Turn(Part):
    """One reply and all that followed from it."""

    reply: str
    thought: str
    command: Command | None
    feedback: FeedbackRecord
    state: str
    flags: Names
    error: str | None
    refined_by: Count | None
    refined: How | None
    trained: bool
    reason: str


class RecoveryCounts(Part):
    """How many errors were resolved in each way."""

    corrected: Count
    met: Count
    bypassed: Count
    unresolved: Count


class Outcome(Part):
    """How the episode went, derived from its turns."""

    ended: str
    success: bool
    progress: float
    steps: Count
    errors: Count
    refinements: Count
    recovery: RecoveryCounts


class Digests(Part):
    """Short digests of every part, so that a change is found and named even where nothing can be derived again."""

    format: Digest
    world: Digest
    engine: Digest
    task: Digest
    seed: Digest
    skin: Digest
    instructions: Digest
    opening: Digest
    outcome: Digest
    player: Digest
    turns: Annotated[tuple[Digest, ...], FailFast()]


class Trajectory(Part):
    """One episode, recorded."""

    format: Literal["worldwright.trajectory/2"]
    world: WorldRef
    engine: EngineRef
    task: TaskRef
    seed: Count
    skin: str
    instructions: str
    opening: str
    turns: Annotated[tuple[Turn, ...], FailFast()]
    outcome: Outcome
    player: PlayerRef
    digests: Digests

    def line(self) -> str:
        """The canonical JSON line, without its end."""
        return canonical(self.model_dump(mode="json"))


def read_record(line: str | bytes) -> Trajectory:
    """The record that a line from elsewhere holds, unproved. Raises ValueError."""
    narrow(line)
    return Trajectory.model_validate_json(line)


def canonical(value: Any) -> str:
    """Canonical JSON. Models keep the order of their fields; maps of names are put in order by `ordered`."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def ordered(names: Mapping[str, V]) -> dict[str, V]:
    """A map with its keys sorted."""
    return dict(sorted(names.items()))


def digest(value: Any) -> str:
    """A short digest of a JSON value in canonical form."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


def digests(parts: dict[str, Any]) -> dict[str, Any]:
    """The digests of a record's parts (its JSON form, with or without digests)."""
    single = {name: digest(parts[name]) for name in Digests.model_fields if name != "turns"}
    return {**single, "turns": [digest(turn) for turn in parts["turns"]]}


def bundle_name(text_hash: str) -> str:
    """The name of the bundle of a world's texts, relative to the records."""
    return f"worlds/{text_hash}.json"
