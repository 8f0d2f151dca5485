"""What can be wrong with a source: facts only, no rendering (`report.py` draws them)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .source import Source, Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of a source.

    `code` is stable (`WW101`) and documented in docs/errors.md; `message` speaks the author's terms; `hint`, where one
    is known, says what to do. Errors stop a world from being used; warnings do not.
    """

    code: str
    span: Span
    message: str
    hint: str | None = None
    severity: Severity = "error"


class WorldError(Exception):
    """The one exception that a faulty world raises. Carries every diagnostic, and the sources they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Iterable[Source]) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = {source.name: source for source in sources}
        super().__init__(self.diagnostics, tuple(self.sources.values()))

    def __str__(self) -> str:
        lines = []
        for d in self.diagnostics:
            source = self.sources.get(d.span.source)
            line, column = source.position(d.span.start) if source else (1, 1)
            lines.append(f"{d.span.source}:{line}:{column}: {d.code} {d.message}" + (f" ({d.hint})" if d.hint else ""))
        return "\n".join(lines)


class WorldFault(Exception):
    """A checked world broke its own rules while running, such as a start that no draw satisfies.

    The message names the source line and the state.
    """
