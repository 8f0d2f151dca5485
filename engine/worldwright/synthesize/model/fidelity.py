"""How true a model's game master is: its answers compared, one by one, with what the engine answers.

A turn *agrees* when all three hold:

* completion: it says that the task is done if and only if the goal is reached;
* acceptance: it flags an error if and only if the engine refuses the reply;
* observation: its text is, in normal form (width, case, spacing, quotes and final punctuation do not count), the text
  that the engine gives (`exact`), or one that the same step could have given by other wordings of the same world, with
  the same state and the same names told after it (`reworded`).

What differs is one of these kinds, the first that applies: `done_too_early`, `done_too_late`, `error_missed`,
`false_alarm`, and where only the observation differs `invented` (it names a thing that the true text does not),
`omitted` (the true text names a thing that it does not) or `wording` (neither).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from ...compile.rng import draw_for
from ...play.episode import ENDINGS, Episode
from ...play.feedback import Feedback
from ...play.words import joined, words
from ..clairvoyance import mentioned
from .dialogue import Line

Kind = Literal[
    "exact",
    "reworded",
    "done_too_early",
    "done_too_late",
    "error_missed",
    "false_alarm",
    "invented",
    "omitted",
    "wording",
]
AGREES: Final = ("exact", "reworded")
WORDINGS: Final = 24
"""Other draws of chance that are tried for other wordings of one step."""


def judge(line: Line, before: Episode, feedback: Feedback) -> Kind:
    """How a game master's answer compares with the truth. `before` is the episode as it was before the reply."""
    done = feedback.ended == "goal"
    if line.done != done:
        return "done_too_late" if done else "done_too_early"
    if line.error == feedback.accepted:
        return "false_alarm" if feedback.accepted else "error_missed"
    claimed = _normal(line.observation or "")
    if claimed in (_normal(text) for text in _without_note(feedback.text)):
        return "exact"
    if any(claimed == _normal(text) for text in _otherwise(before, feedback)):
        return "reworded"
    system = before.system
    theirs, true = mentioned(system, line.observation or ""), mentioned(system, feedback.text)
    if any(not atoms & _union(true) for atoms in theirs):
        return "invented"
    if any(not atoms & _union(theirs) for atoms in true):
        return "omitted"
    return "wording"


def counts(line: Line, kind: Kind, feedback: Feedback) -> dict[str, Any]:
    """What one compared turn adds to the notes of a run: its kind, the two softer measures, and what sort of step."""
    changed = "refused" if not feedback.accepted else "changed" if feedback.before != feedback.after else "unchanged"
    agrees = kind in AGREES
    return {
        "turns": 1,
        "agreed": int(agrees),
        "same_completion": int(line.done == (feedback.ended == "goal")),
        "same_acceptance": int(line.error != feedback.accepted),
        kind: 1,
        "by_step": {changed: {"turns": 1, "agreed": int(agrees)}},
    }


def _normal(text: str) -> str:
    """A text's words in normal form."""
    return " ".join(words(text))


def _without_note(text: str) -> Iterator[str]:
    """A text as it is, and without the engine's own remark on the end: that is told by other means."""
    yield text
    for note in ENDINGS.values():
        if note and text.endswith(note):
            yield text.removesuffix(note)


def _otherwise(before: Episode, feedback: Feedback) -> Iterator[str]:
    """Texts that the same step gives under other draws of chance, if they lead to the same state and tell the same."""
    if not feedback.accepted or feedback.command is None:
        return
    system, state, told = before.system, feedback.before, before.told
    _, _, knows = system.narrate(state, feedback.command, draw_for(before.seed, before.turn), told)
    for seed in range(WORDINGS):
        after, fragments, names = system.narrate(state, feedback.command, draw_for(seed, before.turn), told)
        if after == feedback.after and names == knows:
            yield joined(fragments)


def _union(masks: tuple[int, ...]) -> int:
    """All atoms of some masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
