"""What a turn means for training: is it an error, which later turn refines it, is it trained on.

Pure functions of what happened. The writer of a record and its verifier both use them, so that a label can never
say anything that the turns do not show.

How an error is resolved:

* `corrected`: the reply could not be understood (no command, no such command or object, the wrong type of thing, an
  ambiguous name); the next accepted turn corrects it.
* `met`: a precondition failed, and the very same command is accepted later, so the need was made true in between.
* `bypassed`: a precondition failed, the command was given up, and the goal was reached all the same; the next
  accepted turn is where the agent took another way.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

How = Literal["corrected", "met", "bypassed"]

ACCEPTED = "ok"
PRECONDITION = "precondition"
LOOP_LIMIT = 3
"""A command may be refused this many times before it is accepted; more is a loop."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What labels depend on: the kind of feedback, and what was done.

    `command` identifies the command: its action and arguments where it was understood, else the reply itself. `flags`
    are the reasons, in words, not to learn from its thought.
    """

    kind: str
    command: Hashable
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """The meaning of one turn. `refined_by` is the index of the turn that resolves an error, `how` says in what way."""

    error: str | None
    refined_by: int | None
    how: How | None
    trained: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many errors were resolved in each way, and how many never were."""

    corrected: int
    met: int
    bypassed: int
    unresolved: int


def label(deeds: Sequence[Deed], goal_reached: bool) -> tuple[Label, ...]:
    """The label of every turn, in order."""
    resolutions = _resolutions(deeds, goal_reached)
    refines: dict[int, list[int]] = {}
    for error, resolution in enumerate(resolutions):
        if resolution is not None:
            refines.setdefault(resolution[0], []).append(error)
    labels = []
    for turn, (deed, resolution) in enumerate(zip(deeds, resolutions, strict=True)):
        if deed.kind == ACCEPTED:
            why = _why_accepted(refines.get(turn, []), deed.flags)
            labels.append(Label(None, None, None, not deed.flags, why))
        elif resolution is None:
            labels.append(Label(deed.kind, None, None, False, f"error: {deed.kind}, never resolved"))
        else:
            by, how = resolution
            labels.append(Label(deed.kind, by, how, False, f"error: {deed.kind}, {how} by turn {by}"))
    return tuple(labels)


def refinements(labels: Sequence[Label]) -> int:
    """The number of error-and-refinement pairs with a turn each of their own that is trained on.

    Several errors that one turn resolves count once; a flagged turn teaches nobody to refine.
    """
    return len({each.refined_by for each in labels if each.refined_by is not None and labels[each.refined_by].trained})


def recovery(labels: Sequence[Label]) -> Recovery:
    """Counts the errors by how they were resolved."""
    errors = [each for each in labels if each.error is not None]
    return Recovery(
        corrected=sum(each.how == "corrected" for each in errors),
        met=sum(each.how == "met" for each in errors),
        bypassed=sum(each.how == "bypassed" for each in errors),
        unresolved=sum(each.how is None for each in errors),
    )


def loops(deeds: Sequence[Deed], limit: int = LOOP_LIMIT) -> tuple[int, ...]:
    """The turns that repeat a refused command for more than the `limit`-th time without its ever being accepted."""
    refused: dict[Hashable, int] = {}
    found = []
    for turn, deed in enumerate(deeds):
        if deed.kind == ACCEPTED:
            refused.pop(deed.command, None)
            continue
        refused[deed.command] = refused.get(deed.command, 0) + 1
        if refused[deed.command] > limit:
            found.append(turn)
    return tuple(found)


def _resolutions(deeds: Sequence[Deed], goal_reached: bool) -> list[tuple[int, How] | None]:
    """For every turn the turn that resolves it and how; none for accepted turns and for errors never resolved.

    Walks backwards, so that one pass knows what comes later.
    """
    next_accepted: int | None = None
    accepted_later: dict[Hashable, int] = {}
    found: list[tuple[int, How] | None] = [None] * len(deeds)
    for turn in range(len(deeds) - 1, -1, -1):
        deed = deeds[turn]
        if deed.kind == ACCEPTED:
            next_accepted = accepted_later[deed.command] = turn
        elif deed.kind != PRECONDITION:
            found[turn] = None if next_accepted is None else (next_accepted, "corrected")
        elif deed.command in accepted_later:
            found[turn] = (accepted_later[deed.command], "met")
        elif goal_reached and next_accepted is not None:
            found[turn] = (next_accepted, "bypassed")
    return found


def _why_accepted(refined: Sequence[int], flags: Sequence[str]) -> str:
    turns = ", ".join(str(turn) for turn in refined)
    refines = f", refines turn{'s' if len(refined) > 1 else ''} {turns}" if refined else ""
    return f"accepted{refines}" + (f", but {'; '.join(flags)}" if flags else "")
