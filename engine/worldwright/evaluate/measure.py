"""How well episodes were played. Pure functions of records.

* success, progress: as the engine judged the episode; steps: replies, refused ones too.
* errors: refused replies, by the kind of feedback, a hundred turns.
* repeats: of the refused replies those that say once more what was refused for the same reason (the kind of feedback
  and the need that failed) and was not accepted in between.
* recovery: of the refused replies those that were resolved: corrected, met or bypassed, as `synthesize.label` defines.
* clairvoyance: of the turns with a thought those whose thought is flagged, see `synthesize.clairvoyance`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..synthesize.recorder import deeds_of
from ..synthesize.stats import actions
from ..synthesize.trajectory import Trajectory, Turn
from .interval import NOTHING, Estimate, ratios, wilson

KINDS = ("precondition", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "format")
ENDINGS = ("goal", "fail", "limit", "stopped")
"""How an episode can end; "stopped" by a guard rail of the evaluation, not by the world."""
RESOLVED = ("corrected", "met", "bypassed")


@dataclass(frozen=True, slots=True)
class Play:
    """One episode in numbers. `start`, `sample` and `skin` are the plan's; `skin` is as it was asked for."""

    start: int
    sample: int
    skin: str
    world: str
    task: str
    band: str
    success: bool
    progress: float
    ended: str
    turns: int
    errors: Mapping[str, int]
    repeats: int
    recoveries: Mapping[str, int]
    thoughts: int
    flagged: int
    actions: Hashable


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of some episodes, from `starts` different starts.

    `success`, `repeats`, `recovery`, `clairvoyance` are shares from 0 to 1, `progress` is a mean from 0 to 1, `steps`
    a mean of all episodes and `steps_to_goal` of those that succeeded; `errors` and `kinds` count a hundred turns.
    `endings` and `recoveries` count episodes and errors.
    """

    episodes: int
    starts: int
    success: Estimate
    progress: Estimate
    steps: Estimate
    steps_to_goal: Estimate
    errors: Estimate
    repeats: Estimate
    recovery: Estimate
    clairvoyance: Estimate
    kinds: Mapping[str, Estimate]
    endings: Mapping[str, int]
    recoveries: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """The measures as data."""
        found: dict[str, Any] = {"episodes": self.episodes, "starts": self.starts}
        for name in ESTIMATES:
            found[name] = getattr(self, name).to_json()
        found["kinds"] = {kind: estimate.to_json() for kind, estimate in self.kinds.items()}
        return {**found, "endings": dict(self.endings), "recoveries": dict(self.recoveries)}


ESTIMATES = ("success", "progress", "steps", "steps_to_goal", "errors", "repeats", "recovery", "clairvoyance")


def play_of(record: Trajectory, start: int, sample: int = 0, skin: str | None = None, band: str = "") -> Play:
    """What is measured of a record."""
    turns, outcome = record.turns, record.outcome
    return Play(
        start=start,
        sample=sample,
        skin=record.skin if skin is None else skin,
        world=record.world.name,
        task=record.task.name,
        band=band,
        success=outcome.success,
        progress=outcome.progress,
        ended=outcome.ended if outcome.ended in ENDINGS else "stopped",
        turns=len(turns),
        errors=Counter(turn.error for turn in turns if turn.error is not None),
        repeats=repeats(turns),
        recoveries=Counter(turn.refined or "unresolved" for turn in turns if turn.error is not None),
        thoughts=sum(bool(turn.thought.strip()) for turn in turns),
        flagged=sum(bool(turn.flags) for turn in turns),
        actions=actions(record),
    )


def repeats(turns: Sequence[Turn]) -> int:
    """How many refused replies say again what was refused for the same reason and not accepted in between."""
    refused: dict[Hashable, set[tuple[str, str]]] = {}
    count = 0
    for turn, deed in zip(turns, deeds_of(turns), strict=True):
        if turn.error is None:
            refused.pop(deed.command, None)
            continue
        need = turn.feedback.need
        why = (turn.error, "" if need is None else need.id)
        known = refused.setdefault(deed.command, set())
        count += why in known
        known.add(why)
    return count


def measures(plays: Iterable[Play]) -> Measures:
    """The measures of some plays, each of which counts the same."""
    found = tuple(plays)
    kinds = [*KINDS, *sorted({kind for play in found for kind in play.errors} - set(KINDS))]
    columns: list[tuple[Callable[[Play], float], Callable[[Play], float]]] = [
        (lambda play: play.progress, _one),
        (lambda play: play.turns, _one),
        (lambda play: play.turns * play.success, lambda play: play.success),
        (lambda play: 100 * _errors(play), lambda play: play.turns),
        (lambda play: play.repeats, _errors),
        (lambda play: sum(play.recoveries.get(how, 0) for how in RESOLVED), _errors),
        (lambda play: play.flagged, lambda play: play.thoughts),
        *((_of_kind(kind), lambda play: play.turns) for kind in kinds),
    ]
    starts: dict[int, list[Play]] = {}
    for play in found:
        starts.setdefault(play.start, []).append(play)
    tops = [[sum(top(play) for play in plays) for top, _ in columns] for plays in starts.values()]
    bottoms = [[sum(bottom(play) for play in plays) for _, bottom in columns] for plays in starts.values()]
    estimates = ratios(tops, bottoms) or [NOTHING] * len(columns)
    won = sum(play.success for play in found)
    endings = Counter(play.ended for play in found)
    recoveries = sum((Counter(play.recoveries) for play in found), Counter[str]())
    progress, steps, steps_to_goal, errors, repeated, recovery, clairvoyance = estimates[:7]
    return Measures(
        episodes=len(found),
        starts=len(starts),
        success=wilson(won / len(found), len(starts)) if found else NOTHING,
        progress=progress,
        steps=steps,
        steps_to_goal=steps_to_goal,
        errors=errors,
        repeats=repeated,
        recovery=recovery,
        clairvoyance=clairvoyance,
        kinds=dict(zip(kinds, estimates[7:], strict=True)),
        endings={name: endings[name] for name in ENDINGS},
        recoveries={how: recoveries[how] for how in (*RESOLVED, "unresolved")},
    )


GROUPS: Mapping[str, Callable[[Play], str]] = {
    "world": lambda play: play.world,
    "task": lambda play: f"{play.world}: {play.task}",
    "band": lambda play: play.band,
    "skin": lambda play: play.skin,
}
"""What measures are told apart by."""


def grouped(plays: Sequence[Play], by: str) -> dict[str, Measures]:
    """The measures of each group (`by` is a key of GROUPS), in the order of the plays; nameless groups are left out."""
    groups: dict[str, list[Play]] = {}
    for play in plays:
        name = GROUPS[by](play)
        if name:
            groups.setdefault(name, []).append(play)
    return {name: measures(some) for name, some in groups.items()}


def _one(_: Play) -> float:
    return 1.0


def _errors(play: Play) -> float:
    return sum(play.errors.values())


def _of_kind(kind: str) -> Callable[[Play], float]:
    return lambda play: 100 * play.errors.get(kind, 0)
