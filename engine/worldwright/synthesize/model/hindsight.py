"""Hindsight: what several plays of one instance teach that none of them teaches alone.

* `splice`: a failed play up to its first error, the feedback to it, and from there a sibling that succeeded. Where a
  sibling stood in the very same state (a refusal changes nothing, and chance is a function of the seed and the turn),
  its replies go on from there as they are, and only the thought that takes up the error is asked for anew; where none
  did, the model plays on from the error. The first error is the first reply that the engine refused.
* `branch`: no play succeeded; the most promising one is taken back to where it last came forward and played on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...models.ask import Usage
from ...play.reply import Reply, parse_reply
from ...players.llm import reply_of
from ..trajectory import Trajectory
from .inject import refining_thought
from .play import play
from .sitting import Gone, Play, Sitting


async def splice(sitting: Sitting, failed: Play, siblings: Sequence[Play], sample: int) -> Play | None:
    """A failed play, mended after its first error by a sibling that succeeded or by playing on; None without an error.

    Its usage is of what was asked for here. It need not have reached the goal.
    """
    error = first_error(failed.trajectory)
    if error is None:
        return None
    for sibling in siblings:
        turn = same_place(sitting, failed.trajectory, error, sibling.trajectory)
        if turn is not None:
            return await _joined(sitting, failed, error, sibling, turn)
    return await play(sitting, sample, failed.said[: error + 1], {"branched": str(error + 1)})


async def branch(sitting: Sitting, plays: Sequence[Play], sample: int) -> Play | None:
    """The play that came furthest, played on from where it last came forward; None if none ever did."""
    best = max(plays, key=lambda each: (each.trajectory.outcome.progress, -each.sample), default=None)
    if best is None:
        return None
    forward = [turn for turn, each in enumerate(best.trajectory.turns) if each.feedback.reward > 0]
    if not forward:
        return None
    return await play(sitting, sample, best.said[: forward[-1] + 1], {"branched": str(forward[-1] + 1)})


def first_error(record: Trajectory) -> int | None:
    """The first turn that the engine refused."""
    return next((turn for turn, each in enumerate(record.turns) if each.error is not None), None)


def same_place(sitting: Sitting, failed: Trajectory, error: int, sibling: Trajectory) -> int | None:
    """The accepted turn of a sibling before which it stood where the failed play stood at its error."""
    start = sitting.attempt.episode().state_hash
    here = failed.turns[error].state
    for turn, each in enumerate(sibling.turns):
        before = sibling.turns[turn - 1].state if turn else start
        if before == here and each.error is None:
            return turn
    return None


async def _joined(sitting: Sitting, failed: Play, error: int, sibling: Play, turn: int) -> Play:
    """The failed play up to its error, then the sibling from a turn on, with a new thought that takes the error up."""
    read = parse_reply(sibling.said[turn].raw)
    assert isinstance(read, Reply)
    before = failed.said[: error + 1]
    made = {"spliced": str(error + 1), "worded": str(error + 1)}
    usage, ended = Usage(), "splice: no thought that could be used"
    try:
        thought, usage = await refining_thought(sitting, failed.sample, before, read.action)
    except Gone as gone:
        thought, ended, usage = None, gone.why, gone.usage
    if thought is None:
        return Play(sitting, failed.sample, before, ended, usage, made)
    said = (*before, reply_of(thought, read.action, sitting.shape), *sibling.said[turn + 1 :])
    joined = Play(sitting, failed.sample, said, "goal", usage, made)
    return joined if joined.trajectory.outcome.success else replace(joined, ended="splice: the goal is not reached")
