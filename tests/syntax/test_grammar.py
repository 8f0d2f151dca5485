"""The grammar file itself: fit for constrained decoders, free of conflicts, and read alike by Lark's own lexer."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from lark import Lark, Token, logger
from tests.shipped import paced

from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.parse import fixed_terminals, grammar, parse, recognise
from worldwright.syntax.scan import Sign, scan

FILE = shipped("grammars") / "world.lark"
TEXT = FILE.read_text(encoding="utf-8")
WORLDS = sorted(shipped("worlds").rglob("*.world"))


def test_every_terminal_is_named() -> None:
    """Each terminal is defined by its name in the file; rules mention no bare strings or patterns."""
    assert all(re.search(rf"^{t.name}(\.\d+)?: ", TEXT, re.MULTILINE) for t in grammar().terminals)
    rules = re.findall(r"^[?a-z][a-z_]*:.*(?:\n +.*)*", TEXT, re.MULTILINE)
    assert len(rules) > 60
    assert not any('"' in rule or "/" in rule for rule in rules)


def test_no_look_around() -> None:
    """No pattern looks ahead, behind, or at word boundaries, and none repeats lazily."""
    for terminal in grammar().terminals:
        if terminal.pattern.type == "re":
            assert not re.search(r"\(\?[=!<]|\\[bBAZ]|[*+?]\?|\(\?P", terminal.pattern.value), terminal


def test_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    """The grammar is LALR(1) as it stands: Lark resolves nothing silently."""
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG, logger=logger.name):
            Lark(TEXT, parser="lalr", start=["world_file", "expression"], debug=True)
            assert "conflict" not in caplog.text.lower()
            Lark('s: A s | s A |\nA: "a"', start="s", parser="lalr", debug=True)
            assert "conflict" in caplog.text.lower()  # the test can fail
    finally:
        logger.setLevel(before)


def classified(text: str) -> list[tuple[str, str]]:
    """Terminal and text of every sign, as our scanner and parser see them."""
    keywords, symbols = fixed_terminals()
    source = Source("w", text)
    signs = [*scan(source, symbols).signs, Sign("$END", "", parse(source).span)]
    assert recognise(signs, "world_file", keywords) is not None
    return [(s.type, s.text) for s in signs[:-1]]


@pytest.fixture(scope="module")
def plain() -> Lark:
    """The grammar with nothing of ours around it."""
    return Lark(TEXT, parser="lalr", lexer="contextual", start="world_file", keep_all_tokens=True)


@pytest.mark.parametrize("path", paced(WORLDS), ids=lambda p: p.stem)
def test_scanner_agrees_with_the_grammar(path: Path, plain: Lark) -> None:
    """Lark's contextual lexer, from the grammar alone, finds the same terminals in every shipped world."""
    text = path.read_text(encoding="utf-8")
    tokens = plain.parse(text).scan_values(lambda t: isinstance(t, Token))
    assert classified(text) == [(t.type, str(t)) for t in tokens]
