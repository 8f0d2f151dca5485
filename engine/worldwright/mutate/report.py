"""What became of the mutants of a world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from ..play.golden import Value
from .mutant import OPERATORS, Mutant
from .telling import Telling
from .witness import Kill

Verdict = Literal["killed", "survived", "equivalent", "stillborn", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("killed", "survived", "equivalent", "stillborn", "unknown")


def percent(share: float) -> str:
    """A share from 0 to 1 as words, rounded down: what is not all never reads as all."""
    return f"{int(share * 1000 + 1e-9) / 10:g} %"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mutant judged.

    killed: somebody noticed it. survived: plays can tell it apart, and nobody noticed. equivalent: proved that no play
    tells it apart. stillborn: the checker does not let it live. unknown: a limit was reached.
    """

    mutant: Mutant
    verdict: Verdict
    kill: Kill | None = None
    telling: Telling | None = None
    """Survived: the play that tells it apart, where one was found."""
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        m = self.mutant
        return {
            "number": m.number,
            "operator": m.operator,
            "line": m.line,
            "in": m.owner,
            "change": m.description,
            "verdict": self.verdict,
            "killed_by": None if self.kill is None else {"by": self.kill.by, "what": self.kill.what},
            "because": self.because,
            "script": None if self.telling is None else self.telling.to_json(),
            "diff": m.diff,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes, in the order of the text."""

    world: str
    params: dict[str, Value]
    mutants: int
    """How many the world has; `outcomes` are of those that were chosen."""
    outcomes: tuple[Outcome, ...]
    complete: bool
    """Whether all states of the world are within the budget, so that equivalence can be decided."""

    @property
    def counts(self) -> Counter[Verdict]:
        """Mutants by verdict."""
        return Counter(outcome.verdict for outcome in self.outcomes)

    @property
    def killers(self) -> Counter[str]:
        """Killed mutants by who noticed them."""
        return Counter(outcome.kill.by for outcome in self.outcomes if outcome.kill is not None)

    @property
    def score(self) -> float | None:
        """Killed of all that are killed or survived; None where there is neither."""
        counts = self.counts
        judged = counts["killed"] + counts["survived"]
        return counts["killed"] / judged if judged else None

    @property
    def bounds(self) -> tuple[float, float]:
        """What the score would be if every unknown mutant had survived, and if every one were killed."""
        counts = self.counts
        whole = counts["killed"] + counts["survived"] + counts["unknown"]
        if not whole:
            return 1.0, 1.0
        return counts["killed"] / whole, (counts["killed"] + counts["unknown"]) / whole

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        """Those that nobody noticed."""
        return tuple(outcome for outcome in self.outcomes if outcome.verdict == "survived")

    def by_operator(self) -> dict[str, Counter[Verdict]]:
        """Verdicts of each operator that has mutants, in the order of `OPERATORS`."""
        found = {name: Counter(o.verdict for o in self.outcomes if o.mutant.operator == name) for name in OPERATORS}
        return {name: counts for name, counts in found.items() if counts}

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        counts = self.counts
        return {
            "world": self.world,
            "params": self.params,
            "mutants": self.mutants,
            "judged": len(self.outcomes),
            "complete": self.complete,
            "score": None if self.score is None else round(self.score, 4),
            "bounds": [round(bound, 4) for bound in self.bounds],
            **{verdict: counts[verdict] for verdict in VERDICTS},
            "killed_by": dict(sorted(self.killers.items())),
            "operators": {
                name: {verdict: found[verdict] for verdict in VERDICTS} for name, found in self.by_operator().items()
            },
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
        }
