"""Errors put into a play that has too few: the engine picks what is refused, the model finds the words.

Natural errors come first. Where a won play lacks refinements, the engine chooses a turn and a near-miss of the command
that the model gave there (a later step too early, the wrong thing, a misspelt verb: the novice's machinery), checks by
replay that it is refused and that a later turn refines it, and asks the model for the thought that leads to the
mistake, and, after the feedback, for the thought that puts it right. So the error's words are the model's and its label
is the engine's. A refusal changes nothing, so all later turns stand as they are; replay proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from ...compile.system import Command
from ...models.ask import Message, Plain, Usage
from ...play.episode import Episode
from ...play.feedback import Feedback
from ...play.reply import Reply, parse_reply
from ...players.llm import Said, chat_with, reply_of, thought_in
from ...players.mind import Decision
from ...players.mistakes import KINDS, Blunders, Kind, Mistake
from ...players.plan import Step
from ...players.predict import Predictor, predictor
from ..plan import mixed
from .sitting import Gone, Play, Sitting, moved

STOP: Final = ("\nAction:",)
"""Where an answer that is to be a thought alone is cut: the action after it is not the model's to choose here."""
TRIES: Final = 4
"""Places that may turn out useless, over a whole play: no usable thought came, or one that knows too much."""
DRY: Final = "Let me try this."
WORDLESS: Final = ("thoughtless", "chatting")
"""Mistakes of form without a thought, or without anything else."""
RANK: Final[Mapping[Kind, int]] = {"precondition": 0, "format": 2}
"""What the world itself refuses teaches the most, what is only out of form the least; the other kinds lie between."""

_ASIDE: Final = (
    "(Aside: your reply will be\nThought: …\nAction: {action}\nWrite only what stands in place of the dots: "
)
TO_ERR: Final = (
    f"{_ASIDE}one or two sentences in the first person, from what you have read so far, that lead to this action as if "
    "you had chosen it yourself.)"
)
TO_REFINE: Final = (
    f"{_ASIDE}one or two sentences in the first person, that take up what the answer above says was wrong with your "
    "last action, and lead to this one as if you had chosen it yourself.)"
)
TELLTALES: Final = ("this aside", "next action", "the dots")
"""Words of a thought that speaks of our request instead of the world."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names told to the agent, and the states that it could be in: here the one that it is in."""

    told: int
    states: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Witness:
    """Knows the state of the play: what is refused to it is refused in truth."""

    belief: Known
    predict: Predictor


@dataclass(frozen=True, slots=True)
class Place:
    """A mistake before a turn of a play, found by replay to be refused and then refined."""

    turn: int
    mistake: Mistake


@dataclass(frozen=True, slots=True)
class Moment:
    """A turn of a play: the episode before it, and the feedback to it."""

    before: Episode
    feedback: Feedback


async def inject(sitting: Sitting, play: Play) -> Play:
    """The play with injected errors, as far as they could be made, up to the refinements that are asked for.

    Its usage and notes are of what was asked for here.
    """
    usage, made, useless, passed = Usage(), 0, 0, 0
    current = play
    while current.refines < sitting.min_refines and useless < TRIES:
        place = next(islice(places(current), passed, None), None)
        if place is None:
            break
        try:
            worded, spent = await _worded(current, place)
        except Gone as gone:
            usage += gone.usage
            break
        usage += spent
        if worded is not None and worded.refines > current.refines and worded.flagged <= current.flagged:
            current, made, passed = worded, made + 1, 0
        else:
            useless, passed = useless + 1, passed + 1
    counts = {"injected": made, "useless": useless}
    notes = {"inject": {name: count for name, count in counts.items() if count}}
    return replace(current, usage=usage, notes=notes)


async def refining_thought(
    sitting: Sitting, sample: int, said: Sequence[Said], action: str
) -> tuple[str | None, Usage]:
    """The model's thought, after these replies, before an action that is given to it and that refines the last."""
    return await _thought(sitting, sample, said, TO_REFINE.format(action=action))


# ---------------------------------------------------------------- where


def places(play: Play) -> Iterator[Place]:
    """Turns and mistakes that would give the play one more refinement, in an order by the attempt's own seed."""
    own = play.sitting.attempt.own
    steps = _steps(play)
    accepted = [turn for turn, step in enumerate(steps) if step.feedback.accepted]
    for turn in sorted(accepted, key=lambda turn: mixed(own, "place", turn)):
        mistake = _mistake(play, steps, turn)
        if mistake is not None:
            yield Place(turn, mistake)


def _steps(play: Play) -> list[Moment]:
    """The play, turn by turn."""
    episode = play.sitting.attempt.episode()
    steps = []
    for each in play.said:
        before = episode.fork()
        steps.append(Moment(before, episode.reply(each.raw)))
    return steps


def _mistake(play: Play, steps: Sequence[Moment], turn: int) -> Mistake | None:
    """A mistake that fits before a turn: refused when it is played, and the refinements are one more then."""
    own = play.sitting.attempt.own
    episode = steps[turn].before
    plan = tuple(
        Step(step.feedback.command, step.feedback.after, step.before.told)
        for step in steps[turn:]
        if step.feedback.accepted and step.feedback.command is not None
    )
    state = steps[turn].feedback.before
    decision = Decision(_command(steps[turn]), "plan", state, plan)
    witness = Witness(Known(episode.told, (state,)), predictor(episode.system))
    blunders = Blunders(episode.system, witness, episode.skin)
    for kind in sorted(KINDS, key=lambda kind: (RANK.get(kind, 1), mixed(own, "kind", turn, kind))):
        mistake = blunders.propose(kind, decision, _picker(own, turn, kind))
        if mistake is not None and mistake.shape not in WORDLESS and _fits(play, turn, mistake):
            return mistake
    return None


def _command(step: Moment) -> Command:
    """The command of an accepted turn."""
    assert step.feedback.command is not None
    return step.feedback.command


def _picker(own: int, turn: int, kind: str) -> Callable[[int], int]:
    """The chance that a mistake is chosen by: the same for the same seed, turn and kind."""
    return lambda count: mixed(own, "pick", turn, kind, count) % count


def _fits(play: Play, turn: int, mistake: Mistake) -> bool:
    """Played out, is the mistake refused as it should be, the goal reached, and one refinement more made?"""
    trial = replace(play, said=(*play.said[:turn], _said(mistake, DRY, play), *play.said[turn:]))
    record = trial.trajectory
    last = len(record.turns) == len(trial.said) and record.outcome.success
    return last and record.turns[turn].error == mistake.kind and trial.refines == play.refines + 1


# ---------------------------------------------------------------- words


async def _worded(play: Play, place: Place) -> tuple[Play | None, Usage]:
    """The play with the mistake and the model's words for it; None if the model found none that can be used."""
    sitting, turn, mistake = play.sitting, place.turn, place.mistake
    before, good = play.said[:turn], play.said[turn]
    aside = TO_ERR.format(action=mistake.action)
    thought, usage = await _thought(sitting, play.sample, before, aside)
    read = parse_reply(good.raw)
    if thought is None or not isinstance(read, Reply):
        return None, usage
    wrong = _said(mistake, thought, play)
    try:
        refining, spent = await refining_thought(sitting, play.sample, (*before, wrong), read.action)
    except Gone as gone:
        raise Gone(gone.why, usage + gone.usage) from gone
    usage += spent
    if refining is None:
        return None, usage
    right = reply_of(refining, read.action, sitting.shape)
    made = moved(play.made, turn)
    made = {**made, "injected": _with(made.get("injected"), turn), "worded": _with(made.get("worded"), turn + 1)}
    said = (*before, wrong, right, *play.said[turn + 1 :])
    return Play(sitting, play.sample, said, play.ended, play.usage, made, play.notes), usage


async def _thought(sitting: Sitting, sample: int, said: Sequence[Said], aside: str) -> tuple[str | None, Usage]:
    """The model's thought after these replies and an aside; None if there is none that can be used."""
    episode = sitting.attempt.episode()
    chat = chat_with(episode, sitting.shape)
    for each in said:
        chat = chat.said(each).heard(episode.reply(each.raw).text)
    answer = await sitting.answer(sitting.question(chat.aside(aside), sample, Plain(), stop=STOP))
    thought = thought_in(answer.text)
    if thought is not None and any(word in thought.lower() for word in TELLTALES):
        return None, answer.usage
    return thought, answer.usage


def _said(mistake: Mistake, thought: str, play: Play) -> Said:
    """A mistake with a thought, in the form of the other replies as far as the mistake leaves it its form."""
    if mistake.shape == "whole":
        return reply_of(thought, mistake.action, play.sitting.shape)
    raw = mistake.reply(thought)
    return Said(raw, Message("assistant", raw))


def _with(turns: object, turn: int) -> str:
    """A list of turns, as settings hold it, with one more."""
    given = [int(each) for each in str(turns).split(",")] if turns else []
    return ",".join(str(each) for each in sorted({*given, turn}))
