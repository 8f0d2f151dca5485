"""Says which values may leave a domain, and what guard would keep them."""

from __future__ import annotations

from dataclasses import replace

from ..syntax import nodes as syn
from .ir import DomainInfo
from .values import Values, interval
from .vocabulary import Vocabulary

KINDS = {"atom": "a name", "int": "a number", "bool": "true or false", "none": "none"}


def report_escape(
    vocabulary: Vocabulary, node: syn.Expression, values: Values, domain: DomainInfo, what: str, code: str
) -> None:
    """Reports a value that is not surely in a domain; `what` says whose domain it is."""
    allowed = vocabulary.domain_values(domain)
    faults, shown = vocabulary.faults, vocabulary.show_values
    text = faults.quote(node.span)
    kind = values.kind()
    if kind not in ("none", "empty", allowed.kind()) and not allowed.empty:
        message = f"{what} is {domain.name}, and `{text}` is {KINDS.get(kind, 'something else')}"
        faults.error("WW201", node.span, message)
        return
    out = values.minus(allowed)
    if values.has_ints:
        low, high = values.low, values.high
        beyond = [interval(low, min(high, allowed.low - 1)), interval(max(low, allowed.high + 1), high)]
        out = replace(out, low=1, high=0)
        parts = [shown(b) for b in beyond if not b.empty] + ([shown(out)] if not out.empty else [])
        escaped = " or ".join(parts)
    else:
        escaped = shown(out)
    single = values.single()
    message = f"`{text}` {'is' if single else 'may be'} {escaped}, but {what} is {domain.name}"
    faults.error(code, node.span, message, None if single else _guard(text, values, allowed, domain))


def _guard(text: str, values: Values, allowed: Values, domain: DomainInfo) -> str:
    """The need that would keep a value inside its domain."""
    typed = domain.name[0].isupper() and "|" not in domain.name
    if typed and values.minus(allowed).atoms & ~1:
        return f'ask first: `need {text} is {domain.name} else "…"`'
    if values.may_be_none and not allowed.may_be_none:
        return f'ask first: `need {text} != none else "…"`'
    if values.has_ints and allowed.has_ints:
        below, above = values.low < allowed.low, values.high > allowed.high
        clamp = text
        if below:
            clamp = f"max({clamp}, {allowed.low})"
        if above:
            clamp = f"min({clamp}, {allowed.high})"
        first = f"{text} >= {allowed.low}" if below else f"{text} <= {allowed.high}"
        return f'ask first: `need {first} else "…"`, or write `{clamp}`'
    return "ask first, with a `need` or an `if`"
