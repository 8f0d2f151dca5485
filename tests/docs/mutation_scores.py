"""The mutation scores in docs/worlds.md: `python -m tests.docs.mutation_scores` judges what has changed anew.

Every mutant of a world's default member is judged, with its golden plays, its promises and its tasks (docs/mutants.md).
What was counted is kept in mutation_scores.json with a digest of the world and its plays.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.docs.digests import digest

from worldwright.mutate.judge import Choice, mutate
from worldwright.mutate.report import Report
from worldwright.pipeline import find
from worldwright.play.golden import plays_beside, read

KEPT = Path(__file__).with_name("mutation_scores.json")
DESKS = ("airline_desk", "bank_desk", "file_system", "kanban", "spreadsheet")
"""The worlds of tools and policies, which have no original to be compared with."""
SCIENCE = ("science_circuit", "science_heat", "science_life", "science_paint")
JUDGED = tuple(sorted((*DESKS, *SCIENCE, "barman", "cooking", "hanoi")))
EVERY = Choice()
HEAD = (
    "| family | mutants | killed | survived | equivalent | stillborn | unknown | score | at least |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True, slots=True)
class Score:
    """What judging a world's mutants came to, and the digest of its text and its plays."""

    digest: str
    killed: int
    survived: int
    equivalent: int
    stillborn: int
    unknown: int

    @property
    def mutants(self) -> int:
        """All of them."""
        return self.killed + self.survived + self.equivalent + self.stillborn + self.unknown

    @property
    def score(self) -> float:
        """Killed of all that are killed or survived."""
        return self.killed / (self.killed + self.survived)

    @property
    def at_least(self) -> float:
        """What the score would be if every unknown mutant were a hole."""
        return self.killed / (self.killed + self.survived + self.unknown)


def judged(name: str, choice: Choice = EVERY) -> Report:
    """A world's mutants, or a sample of them, judged now."""
    path = find(name)
    return mutate(path, {}, [read(play) for play in plays_beside(path)], choice)


def measured(name: str) -> Score:
    """A world's score, measured now."""
    counts = judged(name).counts
    return Score(
        digest(find(name)),
        counts["killed"],
        counts["survived"],
        counts["equivalent"],
        counts["stillborn"],
        counts["unknown"],
    )


def kept() -> Mapping[str, Score]:
    """What was measured before, by world."""
    found = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    return {name: Score(**score) for name, score in found.items()}


def table(found: Mapping[str, Score]) -> str:
    """All rows."""
    return "\n".join((*HEAD, *(_row(name, score) for name, score in found.items())))


def _row(name: str, score: Score) -> str:
    counts = (score.mutants, score.killed, score.survived, score.equivalent, score.stillborn, score.unknown)
    cells = [str(count) if count else "" for count in counts]
    return f"| `{name}` | {' | '.join(cells)} | {_percent(score.score)} | {_percent(score.at_least)} |"


def _percent(share: float) -> str:
    """Rounded down, so that only what is whole is 100."""
    return f"{int(share * 1000) / 10:g} %"


def main() -> int:
    """Judges the worlds that have changed, and keeps what was found."""
    before, now = kept(), {}
    for name in JUDGED:
        known = before.get(name)
        now[name] = known if known is not None and known.digest == digest(find(name)) else measured(name)
        print(_row(name, now[name]), flush=True)
    text = json.dumps({name: asdict(score) for name, score in now.items()}, indent=1)
    KEPT.write_text(text + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
