"""Negative tests in the language itself: every chunk of the `*.world` files here says on its lines what is wrong there.

Chunks are separated by `---`. A comment `#! WW101 regex` stands on the line that the diagnostic points to; the regex is
searched in message and hint. Nothing else may be reported. A chunk without a title gets one after its last line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from worldwright.check import check_report
from worldwright.diagnostics import Diagnostic, WorldError
from worldwright.source import Source
from worldwright.syntax.modules import read_modules

HERE = Path(__file__).parent
EXPECTED = re.compile(r"#!\s*(WW\d{3})\s+(.*?)\s*(?=#!|$)")


def chunks() -> list[object]:
    """Every chunk of every file, named by file and first line."""
    found = []
    for path in sorted(HERE.glob("*.world")):
        line = 1
        for text in path.read_text("utf-8").split("---\n"):
            found.append(pytest.param(text, id=f"{path.stem}:{line}"))
            line += text.count("\n") + 1
    return found


def diagnostics(source: Source) -> tuple[Diagnostic, ...]:
    """All that is wrong with a text."""
    try:
        return check_report(read_modules(source, {}))[1]
    except WorldError as error:
        return error.diagnostics


@pytest.mark.parametrize("text", chunks())
def test_chunk(text: str) -> None:
    """Each expected diagnostic appears on its line, and no other appears."""
    titled = text if re.search(r"^world ", text, re.MULTILINE) else text.rstrip("\n") + '\nworld "Test"\n'
    source = Source("chunk", titled)
    found = []
    for d in diagnostics(source):
        found.append((source.position(d.span.start)[0], d.code, f"{d.message} ({d.hint})"))
    expected = []
    for number, line in enumerate(titled.split("\n"), 1):
        expected += [(number, code, pattern) for code, pattern in EXPECTED.findall(line)]
    assert expected or "# fine" in text, "a chunk says what is wrong in it"
    assert [(line, code) for line, code, _ in found] == [(line, code) for line, code, _ in expected], found
    for (_, _, message), (_, _, pattern) in zip(found, expected, strict=True):
        assert re.search(pattern, message), message
