"""What a run would ask of a language model, estimated without asking it.

A sample of the run's first attempts is played by the novice, whose plays have about the length of a model's: turns,
mistakes and refinements. What a model would have read and written in them is counted in characters, four to a token (a
rule of thumb for English text; tokenizers differ by a third).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import WorldFault
from ..models.ask import Message, Plain, Usage
from ..players.llm import Chat, Said, chat_with
from ..players.mind import Bewildered
from ..players.registry import maker
from .attempts import attempt_at
from .drive import play_out, reference_to
from .order import Order
from .plan import Job, plan

SAMPLE = 12
CHARACTERS_A_TOKEN = 4
CORRECTIONS = 1
"""Times that a script is assumed to be corrected."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would make, and what it would ask a model: about `usage`, None if no model plays. `basis` says in
    words what the figure rests on."""

    jobs: int
    worlds: int
    tasks: int
    skins: tuple[str, ...]
    usage: Usage | None
    basis: str = ""


def estimate(order: Order) -> Estimate:
    """What an order would make and ask for."""
    jobs = plan(order.count, [len(world.tasks) for world in order.worlds], order.skins)
    played = {(job.world, job.task) for job in jobs}
    worlds, skins = len({job.world for job in jobs}), tuple(dict.fromkeys(job.skin for job in jobs))
    if order.model is None:
        return Estimate(len(jobs), worlds, len(played), skins, None)
    step = max(1, len(jobs) // SAMPLE)
    found = [usage for job in jobs[::step][:SAMPLE] if (usage := _asked(order, job)) is not None]
    plays = len(jobs) * order.model.best_of
    whole = _scaled(found, plays)
    basis = (
        f"Estimated from {len(found)} plays of the novice, at {CHARACTERS_A_TOKEN} characters a token, if the first "
        f"attempt at each trajectory is proved; up to {order.attempts} are made."
    )
    if order.model.mode == "script":
        basis += f" Each script is taken to need {CORRECTIONS} correction; up to {order.model.rounds} are made."
    return Estimate(len(jobs), worlds, len(played), skins, whole, basis)


def _asked(order: Order, job: Job) -> Usage | None:
    """What a play of a job asks for; None if the novice cannot play it."""
    attempt = attempt_at(order, job, 0)
    reference = reference_to("novice", order.min_refines, attempt.own)
    try:
        record = play_out(
            maker("novice", order.min_refines), reference, attempt.chosen.name, attempt.episode(), attempt.own
        )
    except (WorldFault, Bewildered):
        return None
    chat = chat_with(attempt.episode(), Plain())
    if order.model is not None and order.model.mode == "script":
        written = sum(len(turn.reply) + len(turn.feedback.text) for turn in record.turns)
        start = _characters(chat)
        read = start + CORRECTIONS * (start + written // 2)
        return Usage(_tokens(read), _tokens(CORRECTIONS * start), _tokens(written), 1 + CORRECTIONS)
    usage, before = Usage(), 0
    for turn in record.turns:
        read = _characters(chat)
        usage += Usage(_tokens(read), _tokens(before), _tokens(len(turn.reply)), 1)
        before = read
        chat = chat.said(Said(turn.reply, Message("assistant", turn.reply))).heard(turn.feedback.text)
    return usage


def _characters(chat: Chat) -> int:
    return sum(len(message.content) for message in chat.messages)


def _tokens(characters: int) -> int:
    return round(characters / CHARACTERS_A_TOKEN)


def _scaled(found: list[Usage], plays: int) -> Usage:
    """The usage of so many plays that are like these on average."""
    whole = sum(found, Usage())
    share = plays / max(1, len(found))
    return Usage(*(round(each * share) for each in (whole.prompt, whole.cached, whole.completion, whole.calls)))
