"""Parsing is fast enough not to be noticed."""

from __future__ import annotations

import time

from tests.timing import seconds

from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.parse import parse


def thousand_lines() -> Source:
    """A world of about a thousand lines: the household, again and again."""
    lines = (shipped("worlds") / "household" / "household.world").read_text(encoding="utf-8").splitlines()
    return Source("long.world", "\n".join((lines * 20)[:1000]))


def best(function: object, source: Source) -> float:
    """The least seconds of five runs."""
    assert callable(function)
    found = []
    for _ in range(5):
        began = time.perf_counter()
        function(source)
        found.append(time.perf_counter() - began)
    return min(found)


def test_a_thousand_lines() -> None:
    """0.2 s to parse on an idle machine (here twice that is allowed, since tests share it), 1 s to format."""
    source = thousand_lines()
    parse(Source("warm.world", "type T"))
    assert best(parse, source) < seconds(0.4)
    assert best(format_text, source) < seconds(1.0)


if __name__ == "__main__":
    long = thousand_lines()
    print(f"{len(long.text):,} characters: parse {best(parse, long):.3f} s, format {best(format_text, long):.3f} s")
