"""`Episode`: one play of one task. The only thing in the engine that changes while playing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..compile.rng import draw_for
from ..compile.system import CompiledTask, System
from ..limits import EPISODE_STEPS
from .feedback import Ended, Feedback, Kind, NeedRef
from .reply import FormatFault, parse_reply
from .skins import Skin
from .table import Argument, Table, UnknownTask, table_of
from .understand import Command, Detail, Fault, Understood
from .words import joined, shown

LINE = 400
"""Characters of what was said in one line of a transcript."""
_ENDS = ("", "goal", "fail", "limit")
ENDINGS = {"goal": "You have done what you set out to do.", "fail": "", "limit": "That was your last turn."}
_OVER = {
    "goal": "It is over: you have done what you set out to do.",
    "fail": "It is over: the task has failed.",
    "limit": "It is over: you have used all your turns.",
}


@dataclass(frozen=True, slots=True)
class EpisodeState:
    """All that an episode is, but its history: enough to go on from."""

    world: str
    task: str | None
    args: tuple[str, ...]
    seed: int
    skin: str
    state: bytes
    told: int
    turn: int
    steps: int
    milestones: int
    ended: Ended

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values; the state and the mask of told names in hexadecimal."""
        return {**asdict(self), "args": list(self.args), "state": self.state.hex(), "told": f"{self.told:x}"}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> EpisodeState:
        """The state that `to_json` wrote. Raises ValueError for anything else: it may come from elsewhere."""
        kinds: dict[str, Any] = {
            "world": str,
            "seed": int,
            "skin": str,
            "state": str,
            "told": str,
            "args": list,
            "ended": str,
        }
        kinds |= {"turn": int, "steps": int, "milestones": int, "task": str | None}
        if not isinstance(fields, dict) or fields.keys() != kinds.keys():
            raise ValueError("this is not the state of an episode")
        for name, kind in kinds.items():
            if not isinstance(fields[name], kind) or isinstance(fields[name], bool):
                raise ValueError(f"this is not the state of an episode: its {name} cannot be {fields[name]!r:.60}")
        if not all(isinstance(each, str) for each in fields["args"]) or fields["ended"] not in _ENDS:
            raise ValueError("this is not the state of an episode")
        state, told = bytes.fromhex(fields["state"]), int(fields["told"], 16)
        return cls(**{**fields, "args": tuple(fields["args"]), "state": state, "told": told})

    def belongs_to(self, system: System) -> bool:
        """Whether every part of it can be what an episode of this system is."""
        atoms, tasks = len(system.world.atoms), system.world.tasks
        most = len(tasks[self.task].milestones) if self.task in tasks else 0
        return (
            len(self.state) == len(system.default)
            and all(slot.read(self.state) in slot.values for slot in system.slots)
            and 0 <= self.told < 1 << atoms
            and 0 <= self.turn <= self.steps <= EPISODE_STEPS
            and 0 <= self.milestones < 1 << most
        )


_Past = tuple[str | Command, Feedback, int, int, int]
"""What was said, the feedback, and told, turn and milestones before."""


class Episode:
    """One play: an agent's replies go in, feedback comes out.

    Same system, task, arguments, seed, skin and replies give the same bytes, in any process. Episodes share nothing
    that changes. A refused command changes neither state, told names nor turn; it does count as a step.
    """

    __slots__ = (
        "_history",
        "_limit",
        "_milestones",
        "_read",
        "_state",
        "_table",
        "_task",
        "ended",
        "observation",
        "progress",
        "seed",
        "skin",
        "steps",
        "system",
        "told",
        "turn",
    )

    def __init__(
        self,
        system: System,
        task: str | None = None,
        args: Sequence[Argument] | None = None,
        seed: int = 0,
        skin: str = "natural",
    ) -> None:
        """`task` is a name or `name(argument, …)`; the first task by default, with arguments chosen by the seed.

        Raises UnknownTask or UnknownSkin for what the world does not have, WorldFault if its start has no solution.
        """
        self._enter(table_of(system), task, args, seed, skin)
        self.turn = 0
        self.steps = 0
        self._state: bytes = self._table.start(seed)
        self._open()

    def _enter(self, table: Table, task: str | None, args: Sequence[Argument] | None, seed: int, skin: str) -> None:
        self._table = table
        self.system: System = table.system
        self._task: CompiledTask | None = table.choose(task, args, seed)
        self._limit: int | None = self._task.limit if self._task is not None else None
        self.seed = seed
        self.skin: Skin = table.skin(skin)
        self._read = self.skin.read
        self._history: list[_Past] = []

    def _open(self) -> None:
        """Tell what there is to read at the start, and judge the start state."""
        system, state = self.system, self._state
        about, told = system.about(self._table.always)
        texts = [about]
        if self._task is not None:
            text, told = self._task.text(told)
            texts.append(text)
        fragments, told = system.opening(state, draw_for(self.seed, 0), told)
        texts.append(joined(fragments))
        self.observation: str = "\n".join(text for text in texts if text)
        self.told: int = told
        self._milestones: int = 0
        self.ended: Ended = ""
        self._milestones, self.progress, self.ended, note = self._judge(state)
        if note:
            self.observation += "\n" + note

    # ------------------------------------------------------------ what there is to know

    @property
    def task(self) -> CompiledTask:
        """The task. Raises UnknownTask in a world that has none."""
        if self._task is None:
            raise UnknownTask("this world has no task")
        return self._task

    @property
    def task_args(self) -> dict[str, str]:
        """The task's arguments by parameter, objects by identifier."""
        if self._task is None:
            return {}
        parameters = self.system.world.tasks[self._task.name].parameters
        names = self._table.names(self._task.name, self._task.args)
        return {p.name: name for p, name in zip(parameters, names, strict=True)}

    @property
    def instructions(self) -> str:
        """What the agent is told about how to act, in this skin."""
        return self._table.instructions(self.skin.name, self._limit)

    @property
    def limit(self) -> int | None:
        """How many replies the task allows; None in a world without tasks."""
        return self._limit

    @property
    def milestones(self) -> tuple[str, ...]:
        """The milestones reached so far, in written order."""
        return self._texts(self._milestones)

    def commands(self) -> list[Command]:
        """The commands that would be accepted now and name only what has been told, in a fixed order."""
        return [] if self.ended else self.system.admissible(self._state, self.told)

    def print(self, command: Command) -> str:
        """A command as an agent writes it in this episode's skin."""
        return self.skin.print(command)

    # ------------------------------------------------------------ playing

    def reply(self, raw: str) -> Feedback:
        """Answer a raw reply: a thought and an action."""
        read = parse_reply(raw)
        if isinstance(read, FormatFault):
            return self._answer(raw, Fault("format", read.text, None, Detail(wanted=read.expected, given=read.got)))
        return self._answer(read.action, self._read(read.action, self.told))

    def step(self, text: str) -> Feedback:
        """Answer an action as the skin writes it."""
        return self._answer(text, self._read(text, self.told))

    def act(self, command: Command) -> Feedback:
        """Answer a command of a program, which may name what the agent has not been told of.

        Raises ValueError for what is not a command of this world.
        """
        forms = self.skin.surface.forms
        if not command or not 0 <= command[0] < len(forms) or len(command) != 1 + len(forms[command[0]].slots):
            raise ValueError(f"not a command of this world: {command!r}")
        for slot, value in zip(forms[command[0]].slots, command[1:], strict=True):
            if value not in slot.domain.values:
                raise ValueError(f"not a command of this world: {slot.name} cannot be {value!r}")
        return self._answer(command, command)

    def _answer(self, said: str | Command, read: Understood) -> Feedback:
        if self.ended:
            return self._over()
        if isinstance(read, Fault):
            return self._refuse(said, read.kind, read.text, None, read.action, None, read.detail)
        system, state = self.system, self._state
        failing = system.refusal(state, read)
        if failing >= 0:
            text = system.refusal_text(state, read, failing, self.told)
            need = self._table.need(read[0], failing)
            return self._refuse(said, "precondition", text, read, read[0], need, None)
        after, fragments, told = system.narrate(state, read, draw_for(self.seed, self.turn), self.told)
        text = joined(fragments)
        milestones, progress, note = self._milestones, self.progress, ""
        ended: Ended = ""
        if after != state:
            milestones, progress, ended, note = self._judge(after)
        steps = self.steps + 1
        if not ended and steps == self._limit:
            ended, note = "limit", ENDINGS["limit"]
        if note:
            text = f"{text}\n{note}" if text else note
        reached = self._texts(milestones & ~self._milestones) if milestones != self._milestones else ()
        reward = progress - self.progress
        feedback = Feedback(
            "ok", text, read, read[0], None, None, reached, progress, reward, ended, state, after, system
        )
        self._history.append((said, feedback, self.told, self.turn, self._milestones))
        if not self._table.free[read[0]]:
            self.turn += 1
        self.steps = steps
        self._state, self.told, self._milestones, self.progress, self.ended = after, told, milestones, progress, ended
        return feedback

    def _refuse(
        self,
        said: str | Command,
        kind: Kind,
        text: str,
        command: Command | None,
        action: int | None,
        need: NeedRef | None,
        detail: Detail | None,
    ) -> Feedback:
        """Nothing changes but the count of steps, which may be the last."""
        last: Ended = ""
        steps = self.steps + 1
        if steps == self._limit:
            last = "limit"
            text = f"{text}\n{ENDINGS['limit']}"
        state = self._state
        feedback = Feedback(
            kind, text, command, action, need, detail, (), self.progress, 0.0, last, state, state, self.system
        )
        self._history.append((said, feedback, self.told, self.turn, self._milestones))
        self.steps, self.ended = steps, last
        return feedback

    def _over(self) -> Feedback:
        """The answer to all that comes after the end. It is no step."""
        state, text = self._state, _OVER[self.ended]
        return Feedback(
            "over", text, None, None, None, None, (), self.progress, 0.0, self.ended, state, state, self.system
        )

    def _judge(self, state: bytes) -> tuple[int, float, Ended, str]:
        """Milestones (once reached, they stay), progress, whether and how it ends here, and what is said then."""
        task = self._task
        if task is None:
            return 0, 0.0, "", ""
        milestones = self._milestones | task.milestones(state)
        progress = self._share(milestones)
        failed = task.failed(state)
        if failed >= 0:
            return milestones, progress, "fail", task.fail_text(state, failed, self.told)[0]
        if task.goal(state):
            return milestones, 1.0, "goal", ENDINGS["goal"]
        return milestones, progress, "", ""

    def _share(self, milestones: int) -> float:
        """The share of the task's milestones that these are."""
        total = len(self._task.info.milestones) if self._task is not None else 0
        return milestones.bit_count() / total if total else 0.0

    def _texts(self, milestones: int) -> tuple[str, ...]:
        if self._task is None:
            return ()
        return tuple(name for i, name in enumerate(self._task.milestone_names) if milestones >> i & 1)

    # ------------------------------------------------------------ going back, going on

    def undo(self) -> bool:
        """Take back the last step entirely, refused or not. False if there is none."""
        if not self._history:
            return False
        _, feedback, self.told, self.turn, self._milestones = self._history.pop()
        self._state = feedback.before
        self.steps -= 1
        self.ended = ""
        self.progress = self._share(self._milestones)
        return True

    def fork(self) -> Episode:
        """An independent episode that stands where this one stands, history included."""
        other = Episode.__new__(Episode)
        for name in Episode.__slots__:
            setattr(other, name, getattr(self, name))
        other._history = self._history.copy()
        return other

    @property
    def state(self) -> EpisodeState:
        """A snapshot to keep, compare or `restore`."""
        task = self._task
        return EpisodeState(
            world=self._table.identity,
            task=None if task is None else task.name,
            args=() if task is None else self._table.names(task.name, task.args),
            seed=self.seed,
            skin=self.skin.name,
            state=self._state,
            told=self.told,
            turn=self.turn,
            steps=self.steps,
            milestones=self._milestones,
            ended=self.ended,
        )

    @classmethod
    def restore(cls, system: System, saved: EpisodeState) -> Episode:
        """The episode that was saved, without its history. Raises ValueError for a state of another world."""
        if saved.world != table_of(system).identity:
            raise ValueError("this state was saved from another world")
        if not saved.belongs_to(system):
            raise ValueError("this is no state of this world")
        episode = cls(system, saved.task, saved.args if saved.task is not None else None, saved.seed, saved.skin)
        episode._state, episode.told = saved.state, saved.told
        episode.turn, episode.steps = saved.turn, saved.steps
        episode._milestones = saved.milestones
        episode.ended = saved.ended
        episode.progress = 1.0 if saved.ended == "goal" else episode._share(saved.milestones)
        return episode

    @property
    def state_hash(self) -> str:
        """A digest of the world's state, the told names, the turn and the milestones. A refusal leaves it as it is."""
        parts = f"{self._state.hex()}/{self.told:x}/{self.turn}/{self._milestones:x}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def transcript(self) -> str:
        """All that was read and said so far: the opening, then each action after "> " and what came of it."""
        lines = [self.observation]
        for said, feedback, *_ in self._history:
            lines.append(f"> {shown(said, LINE) if isinstance(said, str) else self.print(said)}")
            lines.append(feedback.text)
        return "\n".join(lines) + "\n"
