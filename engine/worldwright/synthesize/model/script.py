"""Script mode: the model writes the whole dialogue of player and game master, and the engine checks it.

The cheap way of AgentRefine, made exact. The model reads the game master's book (the world's text and the hidden start)
and the player's instructions, and writes the dialogue in one answer. The engine plays the player's replies up to the
first turn where the model's game master differs from the truth (`fidelity.judge`), puts the true answer there, and has
the model go on from it, `rounds` times at most. So every reply that is kept was written either before anything differed
or after the truth had been put in its place, and the record is an ordinary trajectory of replies.

The questions of the rounds extend one another: what was kept of an answer stands in the chat to the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ...models.ask import Message, Plain, Usage
from ...play.episode import Episode
from ...play.feedback import Feedback
from ...players.llm import Said
from ..attempts import Attempt
from ..done import merged
from ..recorder import Recorder
from .dialogue import Line, read_dialogue
from .fidelity import AGREES, counts, judge
from .sitting import Gone, Play, Sitting, Watcher

REPLIES: Final = 6
"""One answer may be as long as so many replies at their greatest length; what is cut off is gone on with."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one answer came to: how far it is kept (in characters), the feedback there, and whether the play ends."""

    kept: int
    feedback: Feedback | None
    ended: str


async def write(sitting: Sitting, sample: int) -> Play:
    """Have the model write a play, checked against the engine as it goes."""
    recorder = sitting.recorder(sample, {})
    watcher = Watcher(sitting, recorder)
    messages = opening(sitting, recorder.episode)
    replies: list[Said] = []
    notes: dict[str, Any] = {}
    usage, ended, rounds = Usage(), "", 0
    while not ended:
        ended = watcher.spent(usage) or ("" if rounds < sitting.model.rounds else f"rounds: after {rounds}")
        if ended:
            break
        question = sitting.question(messages, sample, Plain(), sitting.model.max_tokens * REPLIES)
        try:
            answer = await sitting.answer(question)
        except Gone as gone:
            ended, usage = gone.why, usage + gone.usage
            break
        usage += answer.usage
        rounds += 1
        lines = read_dialogue(answer.text)
        if answer.finish == "length" and lines and lines[-1].observation is None:
            lines = lines[:-1]
        checked, found = _check(recorder, watcher, lines, replies)
        notes = merged(notes, {"fidelity": {"rounds": 1, **found}})
        ended = checked.ended
        messages = (*messages, *_going_on(answer.text, checked))
    notes = merged(notes, {"replies": len(replies)})
    return Play(sitting, sample, tuple(replies), ended, usage, {}, notes)


def _check(
    recorder: Recorder, watcher: Watcher, lines: tuple[Line, ...], replies: list[Said]
) -> tuple[Round, dict[str, Any]]:
    """Play the lines up to the first that differs from the truth, and count what was found."""
    found: dict[str, Any] = {} if lines else {"unreadable": 1}
    kept, feedback, ended = 0, None, ""
    for line in lines:
        before = recorder.episode.fork()
        feedback = recorder.reply(line.raw)
        replies.append(Said(line.raw, Message("assistant", line.raw)))
        kept, ended = line.end, watcher.ended(feedback) or watcher.spent(Usage())
        kind = None if line.observation is None else judge(line, before, feedback)
        if kind is not None:
            found = merged(found, counts(line, kind, feedback))
        if ended or kind not in AGREES:
            break
    return Round(kept, feedback, ended), found


# ---------------------------------------------------------------- words

_FORM = """\
Write the dialogue turn by turn in exactly this form, each label at the beginning of a line:

Thought: what the player knows and wants to do next
Action: the player's one action, written as the player's instructions say
Observation: what the game master answers, in the very words that the world's text has for it
Error: yes if the action is refused (it breaks a need, is no action, or names nothing known), else no
Done: yes if the task's goal holds now, else no

Then comes a blank line and the next turn, until the task is done. Write nothing else."""


def opening(sitting: Sitting, episode: Episode) -> tuple[Message, ...]:
    """The first question: the game master's book, the player's instructions, the form; then the first scene."""
    errors = ""
    if sitting.min_refines:
        errors = (
            f" At least {sitting.min_refines} times, and for reasons that make sense to the player, the action is one "
            "that the game master refuses; the next thought takes up what the refusal said, and puts it right."
        )
    system = (
        "You write the dialogue of a player and a game master in a world of text, and you know everything that the "
        "game master knows.\n\n"
        f"The game master's book is the world's text:\n\n{_book(sitting.attempt)}\n\n"
        f"What is so at the start, hidden from the player until it is told:\n{_hidden(episode)}\n\n"
        f"The player's instructions are:\n\n{episode.instructions}\n\n"
        "The player knows the instructions and what the observations told, nothing of the book: no thought names "
        f"anything before an observation did.{errors}\n\n{_FORM}"
    )
    whole = "Write the whole dialogue, turn after turn, until it says Done: yes."
    user = f"The player reads:\n{episode.observation}\n\n{whole}"
    return Message("system", system), Message("user", user)


def _going_on(text: str, checked: Round) -> tuple[Message, Message]:
    """What is kept of an answer, and the true answer to its last action, from which to go on."""
    if checked.feedback is None:
        return Message("assistant", text), Message("user", "That cannot be read. " + _FORM)
    refused = "no" if checked.feedback.accepted else "yes"
    truth = f"Observation: {checked.feedback.text}\nError: {refused}\nDone: no"
    return (
        Message("assistant", text[: checked.kept]),
        Message("user", f"{truth}\n\nThat is the game master's true answer. Go on from there with the next thought."),
    )


def _book(attempt: Attempt) -> str:
    """The texts of the world."""
    return "\n\n".join(text.text.strip() for text in attempt.chosen.bundle.texts)


def _hidden(episode: Episode) -> str:
    """What `start` drew or set, variable by variable."""
    system = episode.system
    changes = system.changes(system.layout.default, episode.state.state)
    return "\n".join(f"{change.name} = {change.after}" for change in changes) or "nothing"
