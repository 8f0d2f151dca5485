"""Records an episode reply by reply. The writer of a record and its verifier both go through here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from .. import version
from ..play.episode import Episode
from ..play.feedback import Feedback
from ..play.reply import Reply, parse_reply
from .clairvoyance import Watch
from .label import Deed, label, recovery, refinements
from .trajectory import FORMAT, PlayerRef, Trajectory, Turn, bundle_name, canonical, digests, ordered


class Recorder:
    """One episode under record. `reply` plays a raw reply; `trajectory` is the record of all replies so far.

    The world goes by `name` in the record, wherever its text was read from, so that a record is the same everywhere.
    """

    def __init__(self, name: str, episode: Episode, player: PlayerRef, engine: str = version.ENGINE) -> None:
        self.name = name
        self.episode = episode
        self.player = player
        self.engine = engine
        self._opening = episode.observation
        self._watch = Watch(episode.system, episode.instructions, episode.observation)
        self._modules = {module.name for module in episode.system.world.modules}
        self._turns: list[dict[str, Any]] = []
        self._deeds: list[Deed] = []

    def reply(self, raw: str) -> Feedback:
        """Play one raw reply and note all that followed from it. What is no Unicode text is played as "?"."""
        raw = raw.encode("utf-8", "replace").decode("utf-8")
        told = self.episode.told
        feedback = self.episode.reply(raw)
        read = parse_reply(raw)
        thought = read.thought if isinstance(read, Reply) else ""
        flags = self._watch.flags(thought, told, feedback.before)
        self._watch.read(feedback.text, feedback.before, feedback.after)
        answer = feedback.to_json()
        action, args = answer.pop("action"), answer.pop("args")
        if feedback.need is not None and feedback.need.source not in self._modules:
            answer["need"]["source"] = f"{self.name}.world"
        command = None
        if action is not None:
            text = None if feedback.command is None else self.episode.print(feedback.command)
            command = {"action": action, "args": None if args is None else ordered(args), "text": text}
        self._turns.append(
            {
                "reply": raw,
                "thought": thought,
                "command": command,
                "feedback": answer,
                "state": self.episode.state_hash,
                "flags": list(flags),
            }
        )
        self._deeds.append(Deed(feedback.kind, _identity(raw, command), flags))
        return feedback

    @property
    def deeds(self) -> Sequence[Deed]:
        """What labels depend on, a deed a reply."""
        return self._deeds

    def trajectory(self) -> Trajectory:
        """The record: what was noted, what it means, and the digests."""
        episode = self.episode
        world = episode.system.world
        labels = label(self._deeds, episode.ended == "goal")
        turns = [
            {
                **turn,
                "error": each.error,
                "refined_by": each.refined_by,
                "refined": each.how,
                "trained": each.trained,
                "reason": each.reason,
            }
            for turn, each in zip(self._turns, labels, strict=True)
        ]
        counts = recovery(labels)
        parts: dict[str, Any] = {
            "format": FORMAT,
            "world": {
                "name": self.name,
                "title": world.title,
                "params": ordered(world.params),
                "hash": world.text_hash,
                "text": bundle_name(world.text_hash),
            },
            "engine": {"version": self.engine, "language": version.LANGUAGE},
            "task": {"name": episode.task.name, "args": ordered(episode.task_args)},
            "seed": episode.seed,
            "skin": episode.skin.name,
            "instructions": episode.instructions,
            "opening": self._opening,
            "turns": turns,
            "outcome": {
                "ended": episode.ended,
                "success": episode.ended == "goal",
                "progress": episode.progress,
                "steps": len(turns),
                "errors": sum(each.error is not None for each in labels),
                "refinements": refinements(labels),
                "recovery": {
                    "corrected": counts.corrected,
                    "met": counts.met,
                    "bypassed": counts.bypassed,
                    "unresolved": counts.unresolved,
                },
            },
            "player": {"name": self.player.name, "settings": ordered(self.player.settings)},
        }
        return Trajectory.model_validate_json(canonical({**parts, "digests": digests(parts)}))


def deeds_of(turns: Sequence[Turn]) -> tuple[Deed, ...]:
    """What the labels of recorded turns depend on."""
    return tuple(
        Deed(
            turn.feedback.kind,
            _identity(turn.reply, None if turn.command is None else turn.command.model_dump()),
            turn.flags,
        )
        for turn in turns
    )


def _identity(raw: str, command: Mapping[str, Any] | None) -> Hashable:
    """What makes two replies the same command: action and arguments if understood, else the words of the action."""
    if command is not None and command["args"] is not None:
        return (command["action"], *sorted(command["args"].items()))
    read = parse_reply(raw)
    return read.action.strip() if isinstance(read, Reply) else raw.strip()
