"""A play by the reference: what an episode must answer to every command, judged from the checked world alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..check.world import TaskInfo
from ..compile.rng import draw_for, retried
from .reference import Command, Reference, State
from .reference_text import Teller, joined, narrate, opening, refusal_text

GOAL = "You have done what you set out to do."
LAST = "That was your last turn."
OVER = {
    "goal": "It is over: you have done what you set out to do.",
    "fail": "It is over: the task has failed.",
    "limit": "It is over: you have used all your turns.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command is answered: the kind, the text, and what stands afterwards."""

    kind: str
    text: str
    need: str | None
    milestones: tuple[str, ...]
    progress: float
    ended: str


@dataclass(slots=True)
class ReferencePlay:
    """One play of one task from one seed. Slow, and not meant for anything but comparing."""

    reference: Reference
    task: str
    args: tuple[int, ...]
    seed: int
    state: State = field(init=False)
    told: int = field(init=False)
    turn: int = 0
    steps: int = 0
    reached: list[bool] = field(init=False)
    progress: float = 0.0
    ended: str = ""
    observation: str = field(init=False)

    def __post_init__(self) -> None:
        world, draw = self.reference.world, draw_for(self.seed, 0)
        attempts = (self.reference.start(retried(draw, k)) for k in range(10_000))
        self.state = next(s for s in attempts if s is not None)
        self.reached = [False] * len(self.info.milestones)
        values = sum(1 << i for i, atom in enumerate(world.atoms) if not atom.is_object)
        about = Teller(self.reference, draw, values)
        texts = [about.render(world.about, {}, self.state)]
        asked = Teller(self.reference, draw, about.told)
        texts.append(asked.render(self.info.text, self._bound(), self.state))
        fragments, self.told = opening(self.reference, self.state, draw, asked.told)
        texts.append(joined(fragments))
        note = self._judge()
        self.observation = "\n".join(text for text in (*texts, note) if text)

    @property
    def info(self) -> TaskInfo:
        """The task."""
        return self.reference.world.tasks[self.task]

    def _bound(self) -> dict[str, int]:
        return {p.name: v for p, v in zip(self.info.parameters, self.args, strict=True)}

    def _names(self) -> list[str]:
        """The names of the milestones; where two are alike, the later one has its number behind it."""
        names: list[str] = []
        for milestone in self.info.milestones:
            name = said = Teller(self.reference, lambda site, n: 0, 0).render(milestone.said, self._bound(), self.state)
            while name in names:
                name = f"{said} ({len(names) + 1})"
            names.append(name)
        return names

    def _judge(self) -> str:
        """Milestones stay reached; a fail comes before the goal."""
        bound, info = self._bound(), self.info
        for i, milestone in enumerate(info.milestones):
            self.reached[i] = self.reached[i] or bool(self.reference.evaluate(milestone.condition, bound, self.state))
        self.progress = sum(self.reached) / len(self.reached) if self.reached else 0.0
        for fail in info.fails:
            if self.reference.evaluate(fail.condition, bound, self.state):
                self.ended = "fail"
                return Teller(self.reference, lambda site, n: 0, self.told).render(fail.text, bound, self.state)
        if self.reference.evaluate(info.goal, bound, self.state):
            self.ended, self.progress = "goal", 1.0
            return GOAL
        return ""

    def act(self, command: Command) -> Answer:
        """Answers a command."""
        if self.ended:
            return Answer("over", OVER[self.ended], None, (), self.progress, self.ended)
        self.steps += 1
        last = self.steps == self.info.limit
        failed = self.reference.refusal(self.state, command)
        if failed is not None:
            text = refusal_text(self.reference, self.state, failed, self.told)
            self.ended = "limit" if last else ""
            text = f"{text}\n{LAST}" if last else text
            return Answer("precondition", text, failed.need.id, (), self.progress, self.ended)
        before, known = self.state, list(self.reached)
        draw = draw_for(self.seed, self.turn)
        self.state, fragments, self.told = narrate(self.reference, self.state, command, draw, self.told)
        text = joined(fragments)
        note = self._judge() if self.state != before else ""
        if last and not self.ended:
            self.ended, note = "limit", LAST
        if not self.reference.world.actions[command[0]].free:
            self.turn += 1
        text = "\n".join(part for part in (text, note) if part)
        new = tuple(name for name, was, now in zip(self._names(), known, self.reached, strict=True) if now > was)
        return Answer("ok", text, None, new, self.progress, self.ended)
