"""Expected diagnostics: a world's text that says on its lines what is wrong there, `#! WW101 regex`.

Several texts in one file are separated by lines of `---`. A text without a title gets one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..check.checker import check_report
from ..diagnostics import Diagnostic, WorldError
from ..source import Source
from ..syntax.modules import read_modules

_EXPECTED = re.compile(r"#!\s*(WW\d{3})\s*(.*?)\s*(?=#!|$)", re.MULTILINE)
_TITLE = re.compile(r"^world\s", re.MULTILINE)


class Unexpected(AssertionError):
    """Diagnostics differ from those that the comments expect."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One text and the line it begins in, counted from 1."""

    text: str
    line: int


def expects(text: str) -> bool:
    """Whether a text says what is wrong in it."""
    return _EXPECTED.search(text) is not None


def chunks(text: str) -> Iterator[Chunk]:
    """The texts of a file."""
    line = 1
    for part in re.split(r"^---\n", text, flags=re.MULTILINE):
        yield Chunk(part, line)
        line += part.count("\n") + 1


def compare(chunk: Chunk) -> None:
    """Raises Unexpected unless exactly the expected diagnostics are reported, each on its line, by code and words."""
    titled = chunk.text if _TITLE.search(chunk.text) else chunk.text.rstrip("\n") + '\nworld "Test"\n'
    source = Source("chunk", titled)
    found = [(source.position(d.span.start)[0], d) for d in _diagnostics(source)]
    expected = [
        (number, code, pattern)
        for number, line in enumerate(titled.split("\n"), 1)
        for code, pattern in _EXPECTED.findall(line)
    ]
    wrong: list[str] = []
    for number, code, pattern in expected:
        fitting = (i for i, (line, d) in enumerate(found) if (line, d.code) == (number, code) and _says(d, pattern))
        at = next(fitting, None)
        if at is None:
            wrong.append(f"line {number + chunk.line - 1}: {code} {pattern} was expected".rstrip())
        else:
            del found[at]
    wrong += [f"line {line + chunk.line - 1}: {d.code} {d.message} was not expected" for line, d in found]
    if wrong:
        raise Unexpected("\n".join(wrong))


def _says(diagnostic: Diagnostic, pattern: str) -> bool:
    return re.search(pattern, f"{diagnostic.message} ({diagnostic.hint})") is not None


def _diagnostics(source: Source) -> tuple[Diagnostic, ...]:
    try:
        return check_report(read_modules(source, {}))[1]
    except WorldError as error:
        return error.diagnostics
