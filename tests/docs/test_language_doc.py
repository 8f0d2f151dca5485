"""Every example of docs/language.md is run: worlds and fragments are checked, transcripts replayed, limits compared.

A comment before a fenced block says what it is:

    <!-- world NAME -->                          a complete world; must check without errors or warnings
    <!-- in NAME -->                             a fragment, added to that world; must check without errors
    <!-- in NAME: refused -->                    a fragment that must be refused
    <!-- says -->                                with these errors: code, message, hint
    <!-- play NAME [+] [seed N] [task T] [p=v] --> a transcript of the world (with + the world and the last fragment)
    <!-- python -->                              a program; it prints its last comment
    <!-- limits -->                              the table of limits that follows it

`python tests/docs/test_language_doc.py` writes the transcripts, codes and limits anew from what the engine does now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from worldwright import limits
from worldwright.check import check_report
from worldwright.check.world import World
from worldwright.compile.system import System
from worldwright.diagnostics import Diagnostic
from worldwright.play.episode import Episode
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "language.md"
BLOCK = re.compile(
    r"<!-- (?P<head>(?:world|in|says|play|python)\b[^\n]*?) -->\n```(?P<kind>\w+)\n(?P<body>.*?)```", re.S
)
LIMIT_ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<number>[\d,]+) \| `(?P<name>[A-Z_]+)` \|$", re.M)
STARTS = 50


@dataclass(frozen=True)
class Example:
    """One fenced block: what its comment says, its body, the whole text that it is to be read as, and its line."""

    head: str
    body: str
    text: str
    line: int


def examples(document: str) -> Iterator[Example]:
    """The examples of the document, in order; fragments joined to their world."""
    worlds: dict[str, str] = {}
    last: dict[str, str] = {}
    refused = ""
    for match in BLOCK.finditer(document):
        head, body = match["head"], match["body"]
        what, name = (*head.split(":")[0].split(), "")[:2]
        if what == "world":
            worlds[name] = text = body
        elif what == "in":
            text = worlds[name] + body
            if ": refused" in head:
                refused = text
            else:
                last[name] = text
        elif what == "play":
            text = last[name] if "+" in head.split() else worlds[name]
        else:
            text = refused if what == "says" else body
        yield Example(head, body, text, document.count("\n", 0, match.start()) + 1)


Params = dict[str, int | bool | str]


def inspect(text: str, params: Params | None = None) -> tuple[World | None, tuple[Diagnostic, ...]]:
    """What the checker says of a text."""
    return check_report(read_modules(Source("example.world", text)), params or {})


def errors(example: Example) -> str:
    """The errors of a text, as the reference shows them; warnings left out."""
    found = [one for one in inspect(example.text)[1] if not one.code.startswith("WW5")]
    return "".join(f"{one.code}: {one.message}\n" + (f"  {one.hint}\n" if one.hint else "") for one in found)


def told(example: Example) -> str:
    """The transcript of a play: its opening, its commands, and what the engine answers now."""
    words = example.head.split()
    options = dict(word.split("=") for word in words if "=" in word)
    world, diagnostics = inspect(example.text, {name: value(text) for name, text in options.items()})
    assert world is not None, diagnostics
    seed = int(words[words.index("seed") + 1])
    task = example.head.partition(" task ")[2] or None
    episode = Episode(System(world), task, seed=seed)
    commands = [line[2:] for line in example.body.splitlines() if line.startswith("> ")]
    lines = [] if "+" in words else [episode.observation]
    for command in commands:
        lines += ["> " + command, episode.step(command).text]
    return "\n".join(lines) + "\n"


def value(text: str) -> int | bool | str:
    """A param's value as it is written."""
    return int(text) if text.isdecimal() else {"true": True, "false": False}.get(text, text)


def _named(what: str) -> list[object]:
    found = [example for example in examples(DOCUMENT.read_text("utf-8")) if example.head.split()[0] == what]
    return [pytest.param(example, id=f"line-{example.line}") for example in found]


@pytest.mark.parametrize("example", _named("world"))
def test_worlds(example: Example) -> None:
    """A complete world checks clean, and every start of it opens."""
    world, diagnostics = inspect(example.text)
    assert world is not None and not diagnostics, [str(one) for one in diagnostics]
    system = System(world)
    states, _complete = system.start_states(STARTS)
    assert states
    assert Episode(system, seed=1).observation


@pytest.mark.parametrize("example", _named("in"))
def test_fragments(example: Example) -> None:
    """A fragment fits its world, and its promises hold at the start; or it is refused."""
    world, _ = inspect(example.text)
    if ": refused" in example.head:
        assert world is None
        return
    assert world is not None and not errors(example), errors(example)
    system = System(world)
    for state in system.start_states(STARTS)[0]:
        assert not list(system.check_always(state))


@pytest.mark.parametrize("example", _named("says"))
def test_errors(example: Example) -> None:
    """What is refused is refused with the words that are shown."""
    assert example.body
    assert errors(example) == example.body


@pytest.mark.parametrize("example", [*_named("world"), *_named("in")])
def test_blocks_are_formatted(example: Example) -> None:
    """What the reference shows is laid out as `fmt` lays it out."""
    assert format_text(Source("example.world", example.body)) == example.body


@pytest.mark.parametrize("example", _named("play"))
def test_transcripts(example: Example) -> None:
    """A transcript is what the engine says, to the letter."""
    assert "> " in example.body
    assert told(example) == example.body


@pytest.mark.parametrize("example", _named("python"))
def test_python(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    """A program runs and prints what its last comment says."""
    exec(compile(example.body, str(DOCUMENT), "exec"), {})
    assert capsys.readouterr().out.strip() == example.body.rstrip().rpartition("# ")[2]


def test_limits() -> None:
    """The table of limits is what the engine enforces."""
    rows = list(LIMIT_ROW.finditer(DOCUMENT.read_text("utf-8")))
    assert len(rows) > 5
    for row in rows:
        assert int(row["number"].replace(",", "")) == getattr(limits, row["name"]), row["name"]


def test_every_world_block_is_run() -> None:
    """No fenced block of the document escapes: each has its comment."""
    document = DOCUMENT.read_text("utf-8")
    assert len(re.findall(r"^```\w+$", document, re.M)) == len(BLOCK.findall(document))


def rewritten(document: str) -> str:
    """The document with its transcripts, codes and limits as the engine gives them now."""
    pieces, end = [], 0
    for match, example in zip(BLOCK.finditer(document), examples(document), strict=True):
        head, body = example.head, example.body
        if head.startswith("play"):
            body = told(example)
        elif head == "says":
            body = errors(example)
        if match["kind"] == "world":
            body = format_text(Source("example.world", body))
        pieces += [document[end : match.start()], f"<!-- {head} -->\n```{match['kind']}\n{body}```"]
        end = match.end()
    document = "".join(pieces) + document[end:]
    return LIMIT_ROW.sub(limit_row, document)


def limit_row(row: re.Match[str]) -> str:
    """A row of the table of limits, with the number that is enforced."""
    return f"| {row['what']} | {getattr(limits, row['name']):,} | `{row['name']}` |"


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), "utf-8")
