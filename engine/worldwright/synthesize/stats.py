"""What a run is worth: yield, errors and refinements, cost, diversity. Pure functions of records and counts.

Sources of the measures of diversity: distinct-n is the share of n-grams that occur for the first time (Li et al. 2016,
"A Diversity-Promoting Objective Function for Neural Conversation Models"); the compression ratio is plain size over
compressed size, higher for text that repeats itself (Shaib et al. 2024, "Standardizing the Measurement of Text
Diversity"); near-duplicates are records whose words, in runs of three, are nearly those of an earlier record (Broder
1997, see `minhash`). All take the agent's replies as words: lower case, letters and digits.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from ..compile.system import System
from ..explore.difficulty import difficulty
from ..models.ask import Usage
from ..play.episode import Episode
from .bundle import Bundle, system_of
from .minhash import Seen
from .trajectory import Trajectory, canonical

LENGTHS = (1, 2, 3)
NEAR = 0.8
"""Jaccard similarity from which records are called near-duplicates."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Diversity:
    """How unlike the records of a run are. `distinct` is by length of n-gram; shares are of the records."""

    distinct: dict[str, float]
    compression: float
    action_sequences: int
    near_duplicates: float


@dataclass(frozen=True, slots=True)
class Stats:
    """The measures of a run.

    `yielded` is the share of attempts that became records. `turns`, `trained`, `refinements` are means a record,
    `turns_median` a median; `flagged` is the share of turns with flags. Tokens and cost are a record's share of all
    that was paid for, rejected attempts too; None if no model was asked, or the price is not known. `bands` counts the
    records by the difficulty of their instances, if that was asked for.
    """

    asked: int
    done: int
    kept: int
    attempts: int
    yielded: float
    reasons: dict[str, int]
    worlds: dict[str, int]
    skins: dict[str, int]
    turns: float
    turns_median: float
    trained: float
    flagged: float
    refinements: float
    errors: dict[str, int]
    errors_a_hundred_turns: float
    recoveries: dict[str, int]
    calls: float | None
    tokens: float | None
    cost: float | None
    diversity: Diversity | None
    bands: dict[str, int] | None

    def to_json(self) -> dict[str, Any]:
        """The measures as data."""
        return asdict(self)


def stats(
    records: Iterable[Trajectory],
    asked: int,
    done: int,
    reasons: Counter[str],
    paid: Usage,
    cost: float | None,
    bands: dict[str, int] | None = None,
) -> Stats:
    """Measure a run by its records, in their order, and by what its store counted; `bands` as from `banded`."""
    found = tuple(records)
    turns = [turn for record in found for turn in record.turns]
    errors = Counter(turn.error for turn in turns if turn.error is not None)
    recoveries: Counter[str] = Counter(turn.refined or "unresolved" for turn in turns if turn.error is not None)
    attempts = len(found) + reasons.total()
    return Stats(
        asked=asked,
        done=done,
        kept=len(found),
        attempts=attempts,
        yielded=_share(len(found), attempts),
        reasons=_counts(reasons),
        worlds=_counts(Counter(record.world.name for record in found)),
        skins=_counts(Counter(record.skin.partition(":")[0] for record in found)),
        turns=_share(len(turns), len(found)),
        turns_median=float(median(len(record.turns) for record in found)) if found else 0.0,
        trained=_share(sum(turn.trained for turn in turns), len(found)),
        flagged=_share(sum(bool(turn.flags) for turn in turns), len(turns)),
        refinements=_share(sum(record.outcome.refinements for record in found), len(found)),
        errors=_counts(errors),
        errors_a_hundred_turns=_share(100 * errors.total(), len(turns)),
        recoveries=_counts(recoveries),
        calls=_share(paid.calls, len(found)) if paid.calls and found else None,
        tokens=_share(paid.tokens, len(found)) if paid.calls and found else None,
        cost=cost / len(found) if cost is not None and paid.calls and found else None,
        diversity=diversity(found) if found else None,
        bands=bands,
    )


def banded(records: Iterable[Trajectory], bundles: Iterable[Bundle]) -> dict[str, int]:
    """Records by the difficulty of the instance they play, which is worked out anew: up to a second for each.

    Raises ValueError for a record whose world is not among the bundles, or whose instance the world does not have.
    """
    texts = {bundle.hash: bundle for bundle in bundles}
    systems: dict[tuple[str, str, str], System] = {}
    found: Counter[str] = Counter()
    for record in records:
        world = record.world
        key = (world.hash, world.name, canonical(world.params))
        if key not in systems:
            if world.hash not in texts:
                raise ValueError(f"the texts of {world.name} are not there")
            systems[key] = system_of(texts[world.hash], world.name, world.params)
        system = systems[key]
        if record.task.name not in system.world.tasks:
            raise ValueError(f"{world.name} has no task {record.task.name}")
        names = [parameter.name for parameter in system.world.tasks[record.task.name].parameters]
        args = [record.task.args.get(name, "") for name in names]
        task = Episode(system, record.task.name, args, record.seed, record.skin).task
        found[difficulty(system, task, record.seed).band or "unsolvable"] += 1
    return _counts(found)


def diversity(records: Sequence[Trajectory]) -> Diversity:
    """How unlike records are."""
    texts = [words(" ".join(turn.reply for turn in record.turns)) for record in records]
    seen = Seen(NEAR)
    return Diversity(
        distinct={str(length): distinct(texts, length) for length in LENGTHS},
        compression=compression(" ".join(text) for text in texts),
        action_sequences=len({actions(record) for record in records}),
        near_duplicates=_share(sum(seen.near(text) for text in texts), len(texts)),
    )


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def distinct(texts: Iterable[Sequence[str]], length: int) -> float:
    """The share of the n-grams of this length, in all texts together, that are different ones; 0 if there are none."""
    counted: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        counted.update(tuple(text[at : at + length]) for at in range(len(text) - length + 1))
    return _share(len(counted), counted.total())


def compression(texts: Iterable[str]) -> float:
    """The size of the texts, a line each, over their size compressed (zlib, level 9); 0 if there are none."""
    packer = zlib.compressobj(9)
    plain = packed = 0
    for text in texts:
        data = text.encode() + b"\n"
        plain += len(data)
        packed += len(packer.compress(data))
    packed += len(packer.flush())
    return _share(plain, packed)


def actions(record: Trajectory) -> tuple[Any, ...]:
    """What was done in a record: its world, and the accepted actions with their arguments, in order."""
    done = [
        (turn.command.action, *sorted((turn.command.args or {}).items()))
        for turn in record.turns
        if turn.error is None and turn.command is not None
    ]
    return (record.world.hash, *done)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _counts(counted: Counter[str]) -> dict[str, int]:
    """Counts by name, the largest first."""
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
