"""Language models for tests: pure functions of the messages, in this process. No test here has an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from worldwright.compile.system import System
from worldwright.models.ask import Answer, AskFailed, Message, Question, Usage
from worldwright.pipeline import load, load_world
from worldwright.players.llm import BEGIN, NOTHING_OFFERED, Offers
from worldwright.players.player import Briefing, Heard
from worldwright.players.registry import maker
from worldwright.shipped import shipped
from worldwright.synthesize.attempts import Attempt, attempt_at
from worldwright.synthesize.done import Done
from worldwright.synthesize.model.work import make_with_model
from worldwright.synthesize.order import Chosen, ModelOrder, Order, choose
from worldwright.synthesize.plan import Job
from worldwright.verify.prove import prove

Speaking = Callable[[Sequence[Message]], "str | Answer"]
LOOK = "Thought: I look around.\nAction: look"


@lru_cache
def world(name: str) -> System:
    """A shipped world, compiled once for these tests."""
    return load(name)


@lru_cache
def chosen(name: str) -> Chosen:
    """A shipped world, as a run plays it."""
    return choose(name, load_world(shipped("worlds") / name / f"{name}.world"))


def order_of(
    name: str = "pantry", skin: str = "natural", min_refines: int = 2, attempts: int = 1, seed: int = 5, **model: Any
) -> Order:
    """An order for one world under one skin."""
    told = ModelOrder("fake", **{"max_tokens": 100, **model})
    return Order((chosen(name),), 1, seed, "llm", min_refines, (skin,), attempts, model=told)


def job_of(order: Order, task: int = 0) -> Job:
    """The first job of an order."""
    return Job(0, 0, task, order.skins[0])


@dataclass
class Fake:
    """A model that says what a function of the messages says; it remembers what it was asked.

    One word costs one token. `cut` are the words after which an answer is cut by its length.
    """

    speak: Speaking
    cut: int | None = None
    asked: list[Question] = field(default_factory=list)

    async def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        await asyncio.sleep(0)
        said = self.speak(question.messages)
        if isinstance(said, Answer):
            return said
        finish = "stop"
        for stop in question.stop:
            said = said.partition(stop)[0]
        if self.cut is not None and len(said.split()) > self.cut:
            said, finish = " ".join(said.split(" ")[: self.cut]), "length"
        read = sum(len(message.content.split()) for message in question.messages)
        return Answer(said, None, finish, Usage(read, 0, len(said.split()), 1), "fake")


def failing(fault: Any, after: int = 0, speak: Speaking = lambda _: LOOK) -> Fake:
    """A model whose endpoint fails with a fault, for ever, after some answers."""
    count = 0

    def say(messages: Sequence[Message]) -> str | Answer:
        nonlocal count
        count += 1
        if count > after:
            raise AskFailed(fault, "scripted", usage=Usage(calls=1))
        return speak(messages)

    return Fake(say)


def made(order: Order, fake: Fake, offers: Offers = NOTHING_OFFERED, task: int = 0) -> Done:
    """What becomes of the order's first job."""
    return asyncio.run(make_with_model(order, job_of(order, task), prove, fake, offers))


# ---------------------------------------------------------------- players behind the messages


@dataclass(frozen=True)
class Played:
    """One play of a local player: what it read first, and each reply with what it heard then."""

    opening: str
    replies: tuple[str, ...]
    heard: tuple[Heard, ...]


@lru_cache
def played(attempt: Attempt, player: str, seed: int = 0) -> Played:
    """The play of a local player in an attempt's episode."""
    episode = attempt.episode()
    opening, limit = episode.observation, episode.limit
    assert limit is not None
    briefing = Briefing(
        attempt.system, attempt.task, attempt.instance, attempt.skin, episode.instructions, opening, limit, seed
    )
    acting = maker(player)(briefing)
    replies: list[str] = []
    heard: list[Heard] = []
    while not episode.ended:
        replies.append(acting.reply(heard[-1] if heard else None))
        feedback = episode.reply(replies[-1])
        heard.append(Heard(feedback.kind, feedback.text, feedback.ended))
    return Played(opening, tuple(replies), tuple(heard))


def local(order: Order, player: str, number: int = 0, seed: int = 0) -> Played:
    """The play of a local player in an attempt of the order's first job."""
    return played(attempt_at(order, job_of(order), number), player, seed)


def replies(messages: Sequence[Message]) -> int:
    """How many replies of the play a chat has: those after the example."""
    begun = [at for at, message in enumerate(messages) if message.content.startswith(BEGIN)]
    return sum(message.role == "assistant" for message in messages[max(begun, default=0) :])


def aside(messages: Sequence[Message]) -> bool:
    """Is this a question for a thought alone?"""
    return "(Aside: " in messages[-1].content


def like(*plays: Played) -> Speaking:
    """A model that replies as in the play whose opening it reads; asked for a thought alone, it has one."""

    def speak(messages: Sequence[Message]) -> str:
        if aside(messages):
            return "Thought: This is what has to be done now, as far as I can see."
        play = next(each for each in plays if any(message.content.endswith(each.opening) for message in messages))
        said = replies(messages)
        return play.replies[said] if said < len(play.replies) else LOOK

    return speak
