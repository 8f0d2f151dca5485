"""`Sitting`: what all plays of one attempt share; `Play`: one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ...models.ask import Answer, Asker, AskFailed, Message, Question, Shape, Usage
from ...play.episode import Episode
from ...play.feedback import Feedback
from ...players.llm import NOTHING_OFFERED, Offers, Said, shape_for
from ..attempts import Attempt
from ..done import NOTHING
from ..label import LOOP_LIMIT, loops
from ..order import ModelOrder
from ..plan import mixed
from ..recorder import Recorder
from ..trajectory import PlayerRef, Trajectory, Value

HOPELESS: Final = ("auth", "not_found")
"""Faults of a question that no other question of the run can escape: they end the run."""

CLASSES: Final = ("goal", "fail", "limit", "stuck", "loop", "circle", "budget", "rounds", "splice")
"""What can end a play, but for want of an answer ("model: …")."""
MADE: Final = ("injected", "worded", "branched", "spliced")
"""The settings that tell what was done to a play beside playing it, each with the turns concerned."""
RETURNS: Final = 3
"""A play may come back to a state that it has left, with nothing learnt, this many times; then it goes in circles."""
IDLE: Final = 8
"""So often may the same accepted command in a row change nothing and say the same; waiting for luck takes a while."""


class Gone(Exception):
    """A play that cannot go on, for a reason outside the world: `why` begins with its exact class.

    `usage` is what the failed question cost all the same.
    """

    def __init__(self, why: str, usage: Usage) -> None:
        super().__init__(why)
        self.why = why
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt with a language model: the episode, the order, whom to ask, and how its replies can be constrained.

    `shape` is how they are at the start of the episode; under a grammar it changes with what the agent is told.
    """

    attempt: Attempt
    model: ModelOrder
    min_refines: int
    ask: Asker
    offers: Offers
    shape: Shape

    def shape_at(self, episode: Episode) -> Shape:
        """How the next reply in an episode is constrained."""
        return shape_for(episode.skin, self.offers, episode.told)

    def question(
        self,
        messages: tuple[Message, ...],
        sample: int,
        shape: Shape,
        max_tokens: int | None = None,
        stop: tuple[str, ...] = (),
    ) -> Question:
        """A question of this attempt: a function of the order, the job, the attempt and what was said so far."""
        return Question(
            model=self.model.model,
            messages=messages,
            max_tokens=max_tokens if max_tokens is not None else self.model.max_tokens,
            temperature=self.model.temperature,
            top_p=self.model.top_p,
            seed=mixed(self.attempt.own, sample, len(messages)),
            stop=stop,
            shape=shape,
            sample=sample,
        )

    async def answer(self, question: Question) -> Answer:
        """The answer to a question. Raises Gone if there is none, AskFailed if there never can be one."""
        try:
            answer = await self.ask(question)
        except AskFailed as failed:
            if failed.fault in HOPELESS:
                raise
            raise Gone(f"model: {failed.fault}: {failed}", failed.usage) from failed
        if answer.finish == "content_filter":
            raise Gone("model: content_filter: the endpoint withheld a part of the answer", answer.usage)
        return answer

    def reference(self, sample: int, made: Mapping[str, Value]) -> PlayerRef:
        """The player as records name it. `made` tells what was done to the play beside playing it."""
        order = self.model
        settings: dict[str, Value | float] = {
            "model": order.model,
            "mode": order.mode,
            "temperature": float(order.temperature),
            "top_p": float(order.top_p),
            "max_tokens": order.max_tokens,
            "shape": order.shape,
            "seed": self.attempt.own,
            "sample": sample,
            "min_refines": self.min_refines,
            **made,
        }
        return PlayerRef(name="llm", settings=settings)

    def recorder(self, sample: int, made: Mapping[str, Value]) -> Recorder:
        """A new episode of this attempt under record."""
        return Recorder(self.attempt.chosen.name, self.attempt.episode(), self.reference(sample, made))


def sitting_at(attempt: Attempt, model: ModelOrder, min_refines: int, ask: Asker, offers: Offers) -> Sitting:
    """The sitting of an attempt at an endpoint with these offers."""
    used = offers if model.shape == "auto" else NOTHING_OFFERED
    episode = attempt.episode()
    return Sitting(attempt, model, min_refines, ask, used, shape_for(episode.skin, used, episode.told))


@dataclass(frozen=True)
class Play:
    """One play: its replies, how it ended, what it cost.

    `ended` is "goal", or begins with the exact class of what ended it: one of CLASSES, or "model: …". `made` holds the
    settings of MADE: the turns "injected" (their action is the engine's) and "worded" (their thought was asked for with
    the action given), and the turn from which on it was "branched" or "spliced". `usage` and `notes` are of the answers
    that were asked for it, and not of those before.
    """

    sitting: Sitting
    sample: int
    said: tuple[Said, ...]
    ended: str
    usage: Usage = NOTHING
    made: Mapping[str, Value] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def trajectory(self) -> Trajectory:
        """The record, from playing the replies again."""
        recorder = self.sitting.recorder(self.sample, self.made)
        for each in self.said:
            recorder.reply(each.raw)
        return recorder.trajectory()

    @property
    def won(self) -> bool:
        """Was the goal reached?"""
        return self.ended == "goal"

    @property
    def broken(self) -> bool:
        """Did it end for want of an answer, and not by anything that was played?"""
        return self.ended.startswith(("model:", "splice:"))

    @property
    def refines(self) -> int:
        """How many refinements it has."""
        return self.trajectory.outcome.refinements

    @property
    def flagged(self) -> int:
        """How many turns have flags."""
        return sum(1 for turn in self.trajectory.turns if turn.flags)


def moved(made: Mapping[str, Value], turn: int) -> dict[str, Value]:
    """What was done to a play, with its turns counted anew after a reply was put in before `turn`."""
    return {
        name: ",".join(str(each + (each >= turn)) for each in map(int, str(turns).split(",")))
        for name, turns in made.items()
    }


class Watcher:
    """The guard rails of one play: says after each reply whether and why it ends."""

    def __init__(self, sitting: Sitting, recorder: Recorder) -> None:
        self._model = sitting.model
        self._recorder = recorder
        self._returns: dict[tuple[bytes, int], int] = {}
        self._idle = ("", 0)

    def ended(self, feedback: Feedback) -> str:
        """Why the play ends with this feedback; empty if it goes on."""
        if feedback.ended == "goal":
            return "goal"
        if feedback.ended:
            return f"{feedback.ended}: after {len(self._recorder.deeds)} turns"
        deeds, most = self._recorder.deeds, self._model.stuck_after
        last = deeds[-most:]
        if len(last) == most and all(each.kind != "ok" and each.command == last[0].command for each in last):
            return f"stuck: the same command was refused {most} times in a row"
        if loops(deeds):
            return f"loop: the same command was refused more than {LOOP_LIMIT} times"
        if self._round_in_circles(feedback):
            return "circle: the same state and nothing learnt, again and again"
        return ""

    def _round_in_circles(self, feedback: Feedback) -> bool:
        """Has the play come back to one state too often, or done one thing that changes nothing too often in a row?"""
        if feedback.before == feedback.after:
            same = feedback.accepted and feedback.text == self._idle[0]
            self._idle = (feedback.text, self._idle[1] + 1 if same else 0)
            return self._idle[1] > IDLE
        self._idle = ("", 0)
        here = (feedback.after, self._recorder.episode.told)
        self._returns[here] = self._returns.get(here, -1) + 1
        return self._returns[here] > RETURNS

    def spent(self, usage: Usage) -> str:
        """Why no further question may be asked; empty if one may."""
        turns, tokens = self._model.turn_budget, self._model.token_budget
        if turns is not None and len(self._recorder.deeds) >= turns:
            return f"budget: {turns} turns"
        if tokens is not None and usage.tokens >= tokens:
            return f"budget: {tokens:,} tokens"
        return self._overpaid(usage)

    def _overpaid(self, usage: Usage) -> str:
        """Why the budget of cost allows no further question; empty if it does, or if there is none."""
        most, price = self._model.cost_budget, self._model.price
        if most is None or price is None:
            return ""
        cost = price.cost(usage)
        if cost is None:
            return "budget: the endpoint counts no tokens, so nobody knows what the episode costs"
        return f"budget: a cost of {most:g}" if cost >= most else ""
