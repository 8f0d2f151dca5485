"""One job of a run with a language model: attempts until one is proved, each with all that can be made of it.

An attempt plays `best_of` times. If none of the plays reaches the goal, the one that came furthest is branched where it
last came forward; if they fail and succeed, failures are mended by hindsight; if the best has too few refinements,
errors are injected. What is kept is the best proved record; the other plays of the same instance and seed are siblings.

Every question is a function of the order, the job, the attempt and what was said so far, so a run that is started
again asks the same questions, and finds the answers that it has paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...diagnostics import WorldFault
from ...models.ask import Asker, Usage
from ...players.llm import NOTHING_OFFERED, Offers
from ..attempts import attempt_at, fault_class
from ..done import Done, merged
from ..order import Order, Prove
from ..plan import Job
from .hindsight import branch, splice
from .inject import inject
from .play import play
from .script import write
from .sitting import MADE, Play, Sitting, sitting_at


async def make_with_model(order: Order, job: Job, prove: Prove, ask: Asker, offers: Offers = NOTHING_OFFERED) -> Done:
    """Do one job with the order's model: at most `order.attempts` attempts, until one is proved.

    Whatever goes wrong is counted by its exact class in `rejected`; raises AskFailed only for what no question of the
    run can escape ("auth", "not_found"), ValueError if the order has no model. `offers` says how the endpoint can
    constrain replies; it must be the same whenever a run goes on, or it asks other questions.
    """
    if order.model is None:
        raise ValueError("the order has no model")
    rejected: list[dict[str, Any]] = []
    usage, notes = Usage(), dict[str, Any]()
    for number in range(order.attempts):
        attempt = attempt_at(order, job, number)
        try:
            plays, made = await _plays(sitting_at(attempt, order.model, order.min_refines, ask, offers))
        except WorldFault as fault:
            rejected.append(attempt.rejected((f"world fault: {fault}",)))
            continue
        for each in (*plays, *made):
            usage += each.usage
            notes = merged(notes, _noted(each))
        kept, faults = _chosen(plays, made, prove, order.only_proved)
        if kept is not None:
            line = kept.trajectory.line()
            return Done(job.index, line, tuple(rejected), _siblings(kept, (*plays, *made)), usage, notes)
        rejected.append(attempt.rejected(faults))
    return Done(job.index, None, tuple(rejected), (), usage, notes)


async def _plays(sitting: Sitting) -> tuple[list[Play], list[Play]]:
    """The plays of an attempt as the model made them, and what was made of them."""
    order, wanted = sitting.model, sitting.min_refines
    plays = [
        await (write(sitting, sample) if order.mode == "script" else play(sitting, sample))
        for sample in range(order.best_of)
    ]
    made: list[Play] = []
    won = _ranked(plays)
    if not won and order.best_of > 1:
        found = await branch(sitting, plays, order.best_of)
        made += [found] if found is not None else []
    for failed in (each for each in plays if won and not each.won):
        if any(each.won and each.refines >= wanted for each in (*won, *made)):
            break
        found = await splice(sitting, failed, won, order.best_of + failed.sample)
        made += [found] if found is not None else []
    best = _ranked((*plays, *made))
    if best and best[0].refines < wanted:
        made.append(await inject(sitting, best[0]))
    return plays, made


def _ranked(plays: Sequence[Play]) -> list[Play]:
    """The won plays, best first: most refinements up to what is asked for, fewest flags, fewest turns, as they came."""

    def worth(each: Play) -> tuple[int, int, int]:
        return (-min(each.refines, each.sitting.min_refines), each.flagged, len(each.said))

    return sorted((each for each in plays if each.won), key=worth)


def _chosen(
    plays: Sequence[Play], made: Sequence[Play], prove: Prove, only_proved: bool
) -> tuple[Play | None, tuple[str, ...]]:
    """The best play that is proved, or what is wrong with the best; any play will do if not only proved ones do.

    What the endpoint broke off is never kept.
    """
    faults: list[tuple[str, ...]] = []
    for each in _ranked((*plays, *made)):
        found = prove(each.trajectory.line(), each.sitting.attempt.chosen.bundle)
        if not found or not only_proved:
            return each, ()
        faults.append(found)
    whole = [each for each in plays if each.said and not each.broken]
    if whole and not only_proved:
        return whole[0], ()
    return None, faults[0] if faults else tuple(each.ended for each in plays)


def _siblings(kept: Play, others: Sequence[Play]) -> tuple[str, ...]:
    """The records of the other plays: those that failed, and those that took more turns."""
    lines = [
        each.trajectory.line()
        for each in others
        if each is not kept and each.said and not each.broken and not (each.won and len(each.said) <= len(kept.said))
    ]
    return tuple(dict.fromkeys(lines))


def _noted(each: Play) -> dict[str, Any]:
    """What a play adds to the notes of a run: its own, and how it ended, by what was done to it."""
    how = next((name for name in MADE if name in each.made and name != "worded"), "played")
    return merged(each.notes, {"ended": {how: {fault_class(each.ended): 1}}})
