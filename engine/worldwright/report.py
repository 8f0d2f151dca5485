"""Draws diagnostics: as text with a caret under the source line, as JSON for programs and models."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from .diagnostics import Diagnostic
from .source import Source, Span

TAB = 4
WIDTH = 120
"""Columns of source text that are shown; longer lines are cut around the mistake."""

_BOLD, _RED, _YELLOW, _BLUE, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[34m", "\x1b[0m"
Sources = Mapping[str, Source] | Iterable[Source]


def render(diagnostics: Iterable[Diagnostic], sources: Sources, color: bool = False) -> str:
    """All diagnostics as text, with a closing count; empty text for none. Colours only when asked for."""
    by_name = _by_name(sources)
    found = tuple(diagnostics)
    if not found:
        return ""
    blocks = [_block(d, by_name.get(d.span.source), color) for d in found]
    return "\n\n".join((*blocks, _paint(summary(found), _BOLD, color))) + "\n"


def to_json(diagnostics: Iterable[Diagnostic], sources: Sources) -> list[dict[str, str | int | None]]:
    """All diagnostics as plain data; lines and columns count characters from 1, the end is excluded."""
    by_name = _by_name(sources)
    return [_facts(d, by_name.get(d.span.source)) for d in diagnostics]


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`"""
    errors = sum(d.severity == "error" for d in diagnostics)
    counts = ((errors, "error"), (len(diagnostics) - errors, "warning"))
    return ", ".join(f"{n} {word}" + ("s" if n > 1 else "") for n, word in counts if n) or "no mistakes found"


def visible(text: str) -> str:
    """Text from an untrusted source, safe for a terminal: control and invisible characters are written out."""
    return "".join(c if c == " " or c.isprintable() else _escaped(c) for c in text)


def _escaped(c: str) -> str:
    code = ord(c)
    if c == "\n":
        return "\\n"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _by_name(sources: Sources) -> Mapping[str, Source]:
    return sources if isinstance(sources, Mapping) else {source.name: source for source in sources}


def _positions(span: Span, source: Source | None) -> tuple[int, int, int, int]:
    if source is None:
        return 1, 1, 1, 1
    size = len(source.text)
    start = min(max(span.start, 0), size)
    return (*source.position(start), *source.position(min(max(span.end, start), size)))


def _facts(d: Diagnostic, source: Source | None) -> dict[str, str | int | None]:
    line, column, end_line, end_column = _positions(d.span, source)
    return {
        "code": d.code,
        "severity": d.severity,
        "message": d.message,
        "hint": d.hint,
        "source": d.span.source,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _paint(text: str, style: str, color: bool) -> str:
    return f"{style}{text}{_PLAIN}" if color and text else text


def _block(d: Diagnostic, source: Source | None, color: bool) -> str:
    line, column, _, _ = _positions(d.span, source)
    style = _RED if d.severity == "error" else _YELLOW
    place = _paint(f"{visible(d.span.source)}:{line}:{column}:", _BOLD, color)
    rows = [f"{place} {_paint(f'{d.severity} {d.code}', _BOLD + style, color)}: {visible(d.message)}"]
    if source is not None and source.text:
        rows += _snippet(d.span, source, style, color)
    if d.hint:
        rows.append(f"  {_paint('hint:', _BLUE, color)} {visible(d.hint)}")
    return "\n".join(rows)


def _snippet(span: Span, source: Source, style: str, color: bool) -> list[str]:
    """The first line of the span, and a line of carets under what the span covers of it."""
    line, column, end_line, end_column = _positions(span, source)
    text = source.line(line)
    first = column - 1
    last = end_column - 1 if end_line == line else len(text)
    text, first, last = _cut(text, first, last)
    shown, offsets = _columns(text)
    begin = offsets[min(first, len(text))]
    end = offsets[min(max(last, first), len(text))]
    marks = " " * begin + _paint("^" * max(1, end - begin), style, color)
    label = f"{line:>5}"
    bar = _paint("|", _BLUE, color)
    return [f"{_paint(label, _BLUE, color)} {bar} {shown}".rstrip(), f"{' ' * len(label)} {bar} {marks}"]


def _cut(text: str, first: int, last: int) -> tuple[str, int, int]:
    """At most `WIDTH` characters of a line, around the mistake."""
    if len(text) <= WIDTH:
        return text, first, last
    begin = 0 if first < WIDTH * 2 // 3 else first - WIDTH // 3
    before = "…" if begin else ""
    after = "…" if begin + WIDTH < len(text) else ""
    kept = before + text[begin : begin + WIDTH] + after
    shift = len(before) - begin
    return kept, first + shift, min(last + shift, len(before) + WIDTH)


def _columns(text: str) -> tuple[str, list[int]]:
    """The text as it is shown, and for each of its characters the terminal column where it stands."""
    shown: list[str] = []
    offsets = [0]
    for c in text:
        if c == "\t":
            width = TAB - offsets[-1] % TAB
            shown.append(" " * width)
        elif not c.isprintable():
            shown.append(_escaped(c))
            width = len(shown[-1])
        else:
            shown.append(c)
            width = 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        offsets.append(offsets[-1] + width)
    return "".join(shown), offsets
