"""Which of the proved records are written, and on which side of the split they stand.

Duplicates go first, over all records, so that none is on both sides; then whole worlds, tasks or instances go to the
test side; then no world may have more than its share of the training side. Every choice is a pure function of the
records and what is asked for: what looks like chance is a hash.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..synthesize.minhash import Seen
from .source import Entry

Dedup = Literal["none", "exact", "near"]
SplitBy = Literal["world", "task", "instance"]
NEAR = 0.8
"""Plays whose runs of three actions overlap this much (Jaccard) are near-duplicates."""


class Impossible(ValueError):
    """What was asked for cannot be had from these records. The message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    `test_worlds` and `test_tasks` ("task" or "world/task") go to the test side; or a `test_share` of the records does
    (0 to 1), in whole units of `split_by`. `max_share_per_world` (0 to 1) bounds each world on the training side.
    """

    dedup: Dedup = "none"
    test_worlds: tuple[str, ...] = ()
    test_tasks: tuple[str, ...] = ()
    test_share: float = 0.0
    split_by: SplitBy = "instance"
    max_share_per_world: float | None = None

    @property
    def splits(self) -> bool:
        """Is there a test side at all?"""
        return bool(self.test_worlds or self.test_tasks or self.test_share)


@dataclass(frozen=True, slots=True)
class Selected:
    """The records of both sides, in the order of the file, and how many were left out for which reason."""

    train: tuple[Entry, ...]
    test: tuple[Entry, ...]
    left_out: Counter[str]


def select(entries: Sequence[Entry], wish: Wish) -> Selected:
    """Choose. Raises Impossible if a side would be empty, or a share cannot be kept."""
    left_out: Counter[str] = Counter()
    kept = _unrepeated(entries, wish.dedup, left_out)
    train, test = _sides(kept, wish)
    if wish.splits and not test:
        raise Impossible("nothing would be left for the test side")
    if wish.splits and not train:
        raise Impossible("nothing would be left to train on")
    if wish.max_share_per_world is not None:
        train = _shared_out(train, wish.max_share_per_world, left_out)
    return Selected(tuple(train), tuple(test), left_out)


def unit(entry: Entry, split_by: SplitBy) -> str:
    """What a record belongs to; records of one unit stand on one side."""
    return {"world": entry.world, "task": f"{entry.world}/{entry.task}", "instance": entry.instance}[split_by]


# ---------------------------------------------------------------- duplicates


def _unrepeated(entries: Sequence[Entry], dedup: Dedup, left_out: Counter[str]) -> list[Entry]:
    """The records without those that do (nearly) the same as an earlier one of the same task under the same skin."""
    if dedup == "none":
        return list(entries)
    exact: set[tuple[str, ...]] = set()
    near: dict[tuple[str, ...], Seen] = {}
    kept = []
    for entry in entries:
        place = (entry.world, entry.world_hash, entry.task, entry.skin)
        if (*place, *entry.deeds) in exact:
            left_out["the same actions as an earlier record"] += 1
        elif dedup == "near" and near.setdefault(place, Seen(NEAR)).near(entry.deeds):
            left_out["nearly the same actions as an earlier record"] += 1
        else:
            exact.add((*place, *entry.deeds))
            kept.append(entry)
    return kept


# ---------------------------------------------------------------- sides


def _sides(entries: Sequence[Entry], wish: Wish) -> tuple[list[Entry], list[Entry]]:
    is_test = _chosen_test(entries, wish) if wish.test_share else _named_test(wish)
    return [each for each in entries if not is_test(each)], [each for each in entries if is_test(each)]


def _named_test(wish: Wish) -> Callable[[Entry], bool]:
    worlds, tasks = frozenset(wish.test_worlds), frozenset(wish.test_tasks)
    return lambda entry: entry.world in worlds or entry.task in tasks or f"{entry.world}/{entry.task}" in tasks


def _chosen_test(entries: Sequence[Entry], wish: Wish) -> Callable[[Entry], bool]:
    """Units in the order of their hashes, until they hold the share that was asked for."""
    sizes = Counter(unit(entry, wish.split_by) for entry in entries)
    chosen: set[str] = set()
    count = 0
    for name in sorted(sizes, key=_chance):
        if count >= wish.test_share * len(entries):
            break
        chosen.add(name)
        count += sizes[name]
    return lambda entry: unit(entry, wish.split_by) in chosen


def _chance(name: str) -> bytes:
    """A place in an order that looks random and never changes."""
    return hashlib.sha256(f"worldwright split {name}".encode()).digest()


# ---------------------------------------------------------------- shares


def _shared_out(entries: Sequence[Entry], share: float, left_out: Counter[str]) -> list[Entry]:
    """The records with no world holding more than a share of them; which stay is decided by their hashes."""
    sizes = Counter(entry.world for entry in entries)
    cap = largest_cap(list(sizes.values()), share)
    if not cap:
        raise Impossible(
            f"of {len(entries)} records of {len(sizes)} world{'s' if len(sizes) != 1 else ''}, "
            f"no choice leaves each world at most {share:g} of them"
        )
    kept: set[int] = set()
    for world in sizes:
        own = sorted((entry.digest, entry.offset) for entry in entries if entry.world == world)
        kept.update(offset for _, offset in own[:cap])
    if len(kept) < len(entries):
        left_out["more of a world than its share"] = len(entries) - len(kept)
    return [entry for entry in entries if entry.offset in kept]


def largest_cap(sizes: Sequence[int], share: float) -> int:
    """The most records that a world may keep, so that none has more than its share of what all keep; 0 if none."""
    return next((cap for cap in range(max(sizes, default=0), 0, -1) if _holds(sizes, cap, share)), 0)


def _holds(sizes: Sequence[int], cap: int, share: float) -> bool:
    kept = [min(size, cap) for size in sizes]
    return max(kept) <= share * sum(kept) + 1e-9
