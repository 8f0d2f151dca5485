"""docs/errors.md: every code is there, its example causes it, and the corrected text does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from worldwright.check import check_report
from worldwright.diagnostics import Diagnostic, WorldError
from worldwright.source import Source
from worldwright.syntax.modules import read_modules

ROOT = Path(__file__).parent.parent.parent
SECTION = re.compile(r"^## (WW\d{3}) (.+?)$(.*?)(?=^#+ |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+) ?(.*?)$\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {code: body for code, _, body in SECTION.findall((ROOT / "docs" / "errors.md").read_text("utf-8"))}

# Texts too long, too deep or too odd to be printed in the document.
MADE: dict[str, Callable[[Path], str | Path]] = {
    "WW010": lambda folder: "#" * 300_000,
    "WW011": lambda folder: "type A " * 30_000,
    "WW012": lambda folder: "define a = " + "not " * 300 + "true",
    "WW014": lambda folder: "type " + "A" * 65,
    "WW015": lambda folder: 'about "' + "a" * 5_000 + '"',
    "WW016": lambda folder: 'about "a\u202eb"',
    "WW022": lambda folder: linked(folder),
    "WW023": lambda folder: many(folder),
    "WW025": lambda folder: latin(folder),
}


def linked(folder: Path) -> Path:
    """A world whose module is a link to a file outside its folder."""
    (folder / "world").mkdir()
    (folder / "secret.world").write_text("type Secret\n")
    (folder / "world" / "inside.world").symlink_to(folder / "secret.world")
    return written(folder / "world" / "main.world", "use inside\n")


def many(folder: Path) -> Path:
    """A world that uses more modules than allowed."""
    for number in range(70):
        (folder / f"m{number}.world").write_text("")
    return written(folder / "main.world", "\n".join(f"use m{number}" for number in range(70)))


def latin(folder: Path) -> Path:
    """A world in another encoding."""
    path = folder / "main.world"
    path.write_bytes('world "Café"'.encode("latin-1"))
    return path


def written(path: Path, text: str) -> Path:
    """The path, after the text has been written there."""
    path.write_text(text, encoding="utf-8")
    return path


def report(main: Source | Path, texts: dict[str, str] | None, params: dict[str, int]) -> tuple[Diagnostic, ...]:
    """All that is wrong with a world."""
    try:
        return check_report(read_modules(main, texts), params)[1]
    except WorldError as error:
        return error.diagnostics


def examples(body: str) -> list[tuple[Diagnostic, ...]]:
    """What is wrong with each world of a section; modules belong to the next world."""
    found = []
    texts: dict[str, str] = {}
    for kind, info, text in BLOCK.findall(body):
        if kind == "module":
            texts[info] = text
            continue
        assert kind == "world", kind
        if info != "untitled" and not re.search("^world ", text, re.MULTILINE):
            text += 'world "Test"\n'
        params = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", info)}
        found.append(report(Source("example", text), texts, params))
        texts = {}
    return found


@pytest.mark.parametrize("code", SECTIONS)
def test_example(code: str, tmp_path: Path) -> None:
    """The first text has the fault and only it; the second has no error and not that fault."""
    if code in MADE:
        made = MADE[code](tmp_path)
        found = report(Source("example", made) if isinstance(made, str) else made, None, {})
        assert code in {d.code for d in found}
        return
    wrong, right = examples(SECTIONS[code])
    assert {d.code for d in wrong if wrong[0].severity == d.severity} >= {code}
    assert {d.code for d in wrong if d.severity == "error"} <= {code}
    assert [d for d in right if d.severity == "error" or d.code == code] == []


def test_every_code_is_documented() -> None:
    """The codes in the engine's sources are those of the document, which lists them in order."""
    used = set()
    for path in sorted((ROOT / "engine" / "worldwright").rglob("*.py")):
        used |= set(re.findall(r'"(WW\d{3})"', path.read_text("utf-8")))
    assert used == set(SECTIONS)
    assert list(SECTIONS) == sorted(SECTIONS)
