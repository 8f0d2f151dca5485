"""`Feedback`: what the engine answers to one reply. Facts; the text is what the agent reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..compile.system import Change, System
from .understand import Command, Detail

Kind = Literal[
    "ok", "format", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "precondition", "over"
]  # fmt: skip
Ended = Literal["", "goal", "fail", "limit"]


@dataclass(frozen=True, slots=True)
class NeedRef:
    """The precondition that failed: "open.2" is the second need of action open; where it is written."""

    id: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer to one reply.

    `command` is set when the reply was understood (kinds ok and precondition). `milestones` are those newly reached,
    `progress` the share reached so far, `reward` what this reply added to it. `ended` says how the episode ended with
    this reply ("" if it goes on; for kind over, how it had ended before).
    """

    kind: Kind
    text: str
    command: Command | None
    understood_action: int | None
    need: NeedRef | None
    detail: Detail | None
    milestones: tuple[str, ...]
    progress: float
    reward: float
    ended: Ended
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    system: System = field(repr=False, compare=False)

    @property
    def accepted(self) -> bool:
        """Was the command carried out?"""
        return self.kind == "ok"

    @property
    def action(self) -> str | None:
        """The name of the action, as far as it was understood."""
        number = self.understood_action
        return None if number is None else self.system.world.actions[number].name

    @property
    def args(self) -> dict[str, str] | None:
        """The arguments by parameter, objects by their identifiers; None if the reply was not understood."""
        if self.command is None:
            return None
        return argument_names(self.system, self.command)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the command changed in the world's state; worked out when asked for."""
        if self.before == self.after:
            return ()
        return tuple(self.system.changes(self.before, self.after))

    def to_json(self) -> dict[str, Any]:
        """All facts as JSON values."""
        need, detail = self.need, self.detail
        return {
            "kind": self.kind,
            "text": self.text,
            "action": self.action,
            "args": self.args,
            "need": None if need is None else {"id": need.id, "source": need.source, "line": need.line},
            "detail": None
            if detail is None
            else {
                "slot": detail.slot,
                "wanted": detail.wanted,
                "given": detail.given,
                "nearest": list(detail.nearest),
            },
            "changes": [{"name": c.name, "before": c.before, "after": c.after} for c in self.changes],
            "milestones": list(self.milestones),
            "progress": self.progress,
            "reward": self.reward,
            "ended": self.ended,
        }


def argument_names(system: System, command: Command) -> dict[str, str]:
    """A command's arguments by parameter: objects and values by identifier, numbers in digits."""
    world = system.world
    parameters = world.actions[command[0]].parameters
    return {
        p.name: world.atoms[value].name if world.domains[p.domain].sort == "atom" else str(value)
        for p, value in zip(parameters, command[1:], strict=True)
    }
