"""`mutation_score`: a test that fails where too many mistakes in a world would go unnoticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..mutate.judge import MAX_STATES, Choice, mutate
from ..mutate.report import Outcome, Report, percent
from ..pipeline import find
from ..play.golden import Golden, Value, plays_beside, read

SHOWN = 10
"""Survivors that a message tells of."""


class MutantsSurvived(AssertionError):
    """Fewer mutants of a world were noticed than was asked for."""

    def __init__(self, report: Report, at_least: float) -> None:
        least, most = report.bounds
        score = percent(least) if least == most else f"between {percent(least)} and {percent(most)}"
        lines = [f"the mutation score is {score}, less than {percent(at_least)}; nobody noticed:"]
        lines += [_line(outcome) for outcome in report.survivors[:SHOWN]]
        more = len(report.survivors) - SHOWN
        super().__init__("\n".join([*lines, f"  … and {more} more"] if more > 0 else lines))
        self.report = report


def mutation_score(
    world: str | Path,
    at_least: float,
    *,
    plays: Sequence[Golden] | None = None,
    choice: Choice | None = None,
    max_states: int = MAX_STATES,
    params: Mapping[str, Value] | None = None,
) -> Report:
    """Judges the mutants of a world (all, or a `Choice` of them) by its golden plays, by default those beside it.

    Raises MutantsSurvived where the score is below `at_least` (0 to 1), unknown mutants counting as noticed: what is
    not known is no failure. Raises WorldError for a faulty world, GoldenFault for a golden play that differs already.
    """
    if not 0 <= at_least <= 1:
        raise ValueError(f"a score is from 0 to 1, and {at_least} is not")
    path = find(world)
    golden = [read(each) for each in plays_beside(path)] if plays is None else plays
    report = mutate(path, params or {}, golden, choice or Choice(), max_states=max_states)
    if report.bounds[1] < at_least:
        raise MutantsSurvived(report, at_least)
    return report


def _line(outcome: Outcome) -> str:
    mutant = outcome.mutant
    return f"  line {mutant.line}: {mutant.operator} in {mutant.owner}: {mutant.description}"
