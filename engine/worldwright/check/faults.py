"""Collects what is wrong with a world, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .. import limits
from ..diagnostics import Diagnostic
from ..source import Source, Span
from ..spell import did_you_mean
from .ir import Where

MAIN = "world"
"""What the world file itself is called in a `Where`: paths differ from machine to machine, records must not."""


class Faults:
    """The diagnostics so far, and the sources that they point into.

    A place is reported once for each code: a statement that is looked at twice says things once.
    """

    def __init__(self, sources: Sequence[tuple[str, Source]]) -> None:
        """`sources` pairs each part's module name ("" for the world file) with its source."""
        self.sources = {source.name: source for _, source in sources}
        self.modules = {source.name: name or MAIN for name, source in sources}
        self.found: dict[tuple[str, Span], Diagnostic] = {}
        self.spelled = 0
        self.errors = 0

    def error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Reports a fault that stops the world."""
        if (code, span) not in self.found:
            self.errors += 1
            self.found[(code, span)] = Diagnostic(code, span, message, hint)

    def warn(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Reports something that is likely a slip. Only in the world file: a shared module suits many worlds."""
        if self.modules.get(span.source) == MAIN:
            self.found.setdefault((code, span), Diagnostic(code, span, message, hint, "warning"))

    def unknown(
        self, code: str, span: Span, what: str, name: str, known: Iterable[str], hint: str | None = None
    ) -> None:
        """Reports a name that nothing has, with the nearest one that something has."""
        self.spelled += 1
        if self.spelled <= limits.SYNTAX_REPORTS:
            hint = did_you_mean(name, known) or hint
        self.error(code, span, f"there is no {what} `{name}`", hint)

    def start(self) -> Span:
        """The beginning of the world file."""
        return Span(next(reversed(self.sources), ""), 0, 0)

    def failed(self) -> bool:
        """Whether an error has been reported."""
        return self.errors > 0

    def where(self, span: Span) -> Where:
        """A span as people say it."""
        source = self.sources.get(span.source)
        line, column = source.position(span.start) if source else (1, 1)
        return Where(self.modules.get(span.source, span.source), line, column)

    def quote(self, span: Span) -> str:
        """The text under a span, on one line and not too long."""
        source = self.sources.get(span.source)
        text = " ".join(source.text[span.start : span.end].split()) if source else ""
        return text if len(text) <= 60 else text[:57] + "…"

    def ordered(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in the order of the sources, warnings only if there is no error."""
        order = {name: i for i, name in enumerate(self.sources)}
        found = [d for d in self.found.values() if d.severity == "error" or not self.errors]
        found.sort(key=lambda d: (order.get(d.span.source, -1), d.span.start, d.span.end, d.code))
        return tuple(found[: limits.CHECK_REPORTS])
