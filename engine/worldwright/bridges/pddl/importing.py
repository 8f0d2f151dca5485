"""A PDDL domain and its problems to worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...check.checker import check_report
from ...diagnostics import Diagnostic, WorldError
from ...source import Source
from ...syntax.format import format_text
from ...syntax.modules import read_modules
from .domain import read_domain
from .lists import UNFIT
from .nodes import Problem
from .origin import traced
from .problem import read_problem
from .scope import Vocabulary, vocabulary
from .shape import shaped
from .wording import Wording, read_wording
from .write import world_text

NEVER_EQUAL = "WW202"
"""The checker's fault for a comparison that is decided by what stands around it: fine in PDDL."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A world made from PDDL, and what the PDDL names are called in it.

    `name` is that of the first problem. `states` holds predicates and cost functions; those in `types` became types,
    and those in `derived` definitions.
    """

    name: str
    text: str
    problems: tuple[str, ...]
    objects: Mapping[str, str]
    states: Mapping[str, str]
    actions: Mapping[str, str]
    types: frozenset[str]
    derived: frozenset[str]
    changing: frozenset[str]
    """Predicates that some action sets."""
    warnings: tuple[Diagnostic, ...]
    """What was taken over otherwise than it is written, with its place in the PDDL."""


def import_pddl(domain: Source, problems: Sequence[Source], wording: Source | None = None) -> tuple[Imported, ...]:
    """Worlds for the problems of a domain: one for all that differ in their goals only, with a task for each.

    Raises WorldError with everything that is wrong or not supported, each with its place in the PDDL.
    """
    read = read_domain(domain)
    posed = [read_problem(source, read) for source in problems]
    worlds = []
    for group in _alike(posed):
        shape = shaped(read, group)
        words = read_wording(wording, shape.domain, shape.problems) if wording else Wording()
        found = vocabulary(shape, shape.problems[0], words)
        worlds.append(_settled(found, shape.problems, domain, wording))
    return tuple(worlds)


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems with the same objects and the same start, together."""
    groups: list[list[Problem]] = []
    for problem in problems:
        for group in groups:
            first = group[0]
            same = {(o.name, o.types) for o in first.objects} == {(o.name, o.types) for o in problem.objects}
            if same and set(first.facts) == set(problem.facts) and first.costs == problem.costs:
                _differs(problem, group)
                group.append(problem)
                break
        else:
            groups.append([problem])
    return groups


def _differs(problem: Problem, others: Sequence[Problem]) -> None:
    """Refuses a problem whose goal one of the same objects and start has, too: the task would be there twice."""
    for other in others:
        if other.goal == problem.goal:
            where = f"{other.source.name}:{other.source.position(other.goal_span.start)[0]}"
            twice = f"`{problem.name}` is the problem `{other.name}` ({where}) again: the same objects, start and goal"
            if other.source.name == problem.source.name:
                twice = f"`{problem.name}` is given twice"
            found = Diagnostic(UNFIT, problem.goal_span, twice, "give each problem once")
            raise WorldError([found], [problem.source])


def _settled(found: Vocabulary, problems: Sequence[Problem], domain: Source, words: Source | None) -> Imported:
    """The text in its settled form, checked."""
    name = f"the world made from {domain.name}"
    same = ""
    while True:
        text = Source(name, world_text(found, problems, same))
        try:
            source = Source(name, format_text(text))
            world, diagnostics = check_report(read_modules(source, {}), {})
        except WorldError as error:
            raise traced(error.diagnostics, text, found, problems, words) from None
        if world is not None:
            break
        errors = [d for d in diagnostics if d.severity == "error"]
        if same or any(d.code != NEVER_EQUAL for d in errors):
            raise traced(errors, source, found, problems, words)
        same = found.taken.fresh("same")
    return Imported(
        problems[0].name,
        source.text,
        tuple(problem.name for problem in problems),
        found.objects,
        found.states,
        found.actions,
        found.shape.typing,
        frozenset(axiom.name for axiom in found.shape.domain.derived),
        found.shape.changing,
        (*found.shape.domain.warnings, *(warning for problem in problems for warning in problem.warnings)),
    )
