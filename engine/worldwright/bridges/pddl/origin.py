"""Faults of a world that was made from PDDL, where their reason stands: in the domain, a problem, the wording file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...diagnostics import Diagnostic, WorldError
from ...source import Source, Span
from .lists import TOO_LARGE, UNFIT, WORDING
from .nodes import Problem
from .scope import Vocabulary
from .wording import key_span

LARGE = ("WW010", "WW011", "WW012", "WW014", "WW015", "WW216", "WW217")
"""The checker's faults for what is too large or too slow."""
WORDS = "WW3"
"""How its faults of texts and patterns begin."""
_DECLARED = re.compile(r"(?m)^(world|about|type|object|state|define|start|view|action|task)\b ?(\w*)")


def traced(
    faults: Sequence[Diagnostic], world: Source, found: Vocabulary, problems: Sequence[Problem], words: Source | None
) -> WorldError:
    """The faults of a world in terms of what it was made from; each construct is named once for each reason."""
    placed = [_traced(fault, world, found, problems, words) for fault in faults]
    domain = found.shape.domain.source
    sources = [domain, *(problem.source for problem in problems), *([words] if words else [])]
    return WorldError(dict.fromkeys(placed), sources)


def _traced(
    fault: Diagnostic, world: Source, found: Vocabulary, problems: Sequence[Problem], words: Source | None
) -> Diagnostic:
    before = [m for m in _DECLARED.finditer(world.text) if m.start() <= fault.span.start]
    kind, name = (before[-1][1], before[-1][2]) if before else ("world", "")
    own = name if kind != "object" else world.text[fault.span.start : fault.span.end].split("[")[0]
    path = _worded(kind, own, found, problems, sum(m[1] == "task" for m in before) - 1)
    at = key_span(words, path) if words and path and fault.code.startswith(WORDS) else None
    if at is not None:
        return replace(fault, code=WORDING, span=at)
    code = UNFIT
    if fault.code in LARGE:
        code, fault = TOO_LARGE, replace(fault, message=f"the world made from this is too large: {fault.message}")
    if kind == "task":
        return replace(fault, code=code, span=problems[sum(m[1] == "task" for m in before) - 1].goal_span)
    return replace(fault, code=code, span=_declared(kind, own, found, problems[0]))


def _worded(kind: str, own: str, found: Vocabulary, problems: Sequence[Problem], task: int) -> tuple[str, ...]:
    """The key of a wording file that words a declaration."""
    match kind:
        case "world":
            return ("title",)
        case "about":
            return ("about",)
        case "object":
            return ("objects", _pddl(found.objects, own))
        case "action":
            return ("actions", _pddl(found.actions, own), "say")
        case "task":
            return ("tasks", problems[task].name)
    return ()


def _declared(kind: str, own: str, found: Vocabulary, problem: Problem) -> Span:
    """Where the PDDL has what a declaration was made from."""
    domain = found.shape.domain
    match kind:
        case "action":
            name = _pddl(found.actions, own)
            return next((a.span for a in domain.actions if a.name == name), _section(domain.source, ":action"))
        case "state" | "define":
            name = _pddl(found.states, own)
            schema = domain.predicates.get(name) or domain.functions.get(name)
            return schema.span if schema else _section(domain.source, ":predicates")
        case "object":
            name = _pddl(found.objects, own) or _pddl(found.objects, f"{own}_1")
            return next((o.span for o in problem.objects if o.name == name), _section(problem.source, ":objects"))
        case "type":
            return _section(domain.source, ":types")
        case "start":
            return _section(problem.source, ":init")
        case "view":
            return _section(domain.source, ":predicates")
    return _section(domain.source, "domain")


def _pddl(names: Mapping[str, str], own: str) -> str:
    """The PDDL name of what a world calls so; empty if there is none."""
    return next((name for name, given in names.items() if given == own), "")


def _section(source: Source, head: str) -> Span:
    """Where a section begins; the beginning of the source if there is none."""
    match = re.search(rf"(?i)\(\s*({re.escape(head)})\b", source.text)
    return Span(source.name, *match.span(1)) if match else Span(source.name, 0, min(1, len(source.text)))
