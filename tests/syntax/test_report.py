"""Diagnostics as text and as JSON; the nearest word."""

from __future__ import annotations

import json

from worldwright.diagnostics import Diagnostic
from worldwright.report import render, to_json
from worldwright.source import Source, Span
from worldwright.spell import did_you_mean, nearest


def caret(text: str, word: str) -> tuple[str, str]:
    """The source line and the caret line under a word of the text."""
    start = text.index(word)
    d = Diagnostic("WW101", Span("w", start, start + len(word)), "message", "a hint")
    rows = render([d], [Source("w", text)]).splitlines()
    return rows[1].partition("|")[2], rows[2].partition("|")[2]


def test_text() -> None:
    """Place, code, message, line with carets, hint and the count."""
    source = Source("a.world", "type Thing\nstate at(Thnig): Thing\n")
    d = Diagnostic("WW101", Span("a.world", 20, 25), "unknown type `Thnig`", "did you mean `Thing`?")
    w = Diagnostic("WW501", Span("a.world", 5, 10), "unused", severity="warning")
    assert render([d, w], [source]) == (
        "a.world:2:10: error WW101: unknown type `Thnig`\n"
        "    2 | state at(Thnig): Thing\n"
        "      |          ^^^^^\n"
        "  hint: did you mean `Thing`?\n"
        "\n"
        "a.world:1:6: warning WW501: unused\n"
        "    1 | type Thing\n"
        "      |      ^^^^^\n"
        "\n"
        "1 error, 1 warning\n"
    )
    assert render([], [source]) == ""


def test_carets_stand_under_the_word() -> None:
    """Tabs are widened, wide characters take two columns, combining marks none."""
    line, marks = caret("\tset\there = x", "here")
    assert line.index("here") == marks.index("^") and marks.count("^") == 4
    line, marks = caret('tell "日本" bad', "bad")
    assert line.index("bad") + 2 == marks.index("^")
    line, marks = caret("tell e\u0301 bad", "bad")
    assert line.index("bad") - 1 == marks.index("^")


def test_long_lines_are_cut() -> None:
    """A line of any length shows a window around the mistake."""
    line, marks = caret("x" * 100_000 + " bad " + "y" * 100_000, "bad")
    assert len(line) < 140 and line.index("bad") == marks.index("^")


def test_nothing_untrusted_reaches_the_terminal() -> None:
    """Escape sequences and bidirectional marks are written out, in source lines, names and messages alike."""
    evil = "\x1b[2J\u202e"
    d = Diagnostic("WW001", Span(evil, 0, 1), evil, evil)
    assert set(render([d], [Source(evil, f"type {evil}\r\nx")])) & {"\x1b", "\u202e", "\r"} == set()
    assert "\x1b[31m" in render([d], [Source(evil, evil)], color=True)


def test_any_span_can_be_drawn() -> None:
    """Spans over several lines, at the end, beyond it, or of an unknown source."""
    text = "start\n  x = 1\n"
    for span in (Span("w", 0, 14), Span("w", 14, 14), Span("w", 90, 99), Span("?", 3, 4)):
        assert "^" in render([Diagnostic("WW001", span, "m")], [Source("w", text)]) or span.source == "?"
    assert render([Diagnostic("WW001", Span("w", 0, 0), "m")], [Source("w", "")])


def test_json() -> None:
    """All facts of a diagnostic, with the end excluded."""
    d = Diagnostic("WW002", Span("w", 3, 5), "m")
    assert json.loads(json.dumps(to_json([d], {"w": Source("w", "a\nbcd\n")}))) == [
        {"code": "WW002", "severity": "error", "message": "m", "hint": None, "source": "w"}
        | {"line": 2, "column": 2, "end_line": 2, "end_column": 4}
    ]


def test_nearest() -> None:
    """Slips are found, other words are not, and the answer never depends on chance."""
    known = ["in_reach", "lid", "at", "here", "brass_key", "Thing"]
    assert nearest("in_raech", known) == ("in_reach",)
    assert nearest("thing", known) == ("Thing",)
    assert nearest("lidd", known) == ("lid",)
    assert nearest("ta", known) == ("at",)
    assert nearest("x", known) == nearest("window", known) == nearest("y" * 1000, known) == ()
    assert did_you_mean("Thnig", known) == "did you mean `Thing`?"
    assert nearest("box_1", ["box_2", "box_3"], limit=2) == ("box_2", "box_3")
