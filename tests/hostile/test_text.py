"""Hostile texts: each gets a diagnostic within two seconds and 200 MB, never a traceback, a hang or a foreign file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import worldwright
from worldwright import limits
from worldwright.diagnostics import WorldError
from worldwright.source import Source
from worldwright.syntax.modules import read_modules
from worldwright.syntax.parse import parse

SECONDS = 2.0
MEGABYTES = 200

CHILD = '''
import json, resource, sys, time
from pathlib import Path
from worldwright.diagnostics import WorldError
from worldwright.report import render, to_json
from worldwright.syntax.modules import read_modules
def peak():
    """Peak memory in MB. The kernel's own mark of this program where there is one: what getrusage tells after a fork
    and an exec starts at the size of the process that forked."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

for path in sys.argv[1:]:
    began = time.process_time()
    try:
        read_modules(path)
        codes = []
    except WorldError as error:
        codes = [d["code"] for d in to_json(error.diagnostics, error.sources)]
        assert len(render(error.diagnostics, error.sources)) < 100_000
    seconds = time.process_time() - began
    print(json.dumps([codes, seconds, peak()]), flush=True)
'''


class Reading(NamedTuple):
    """What came of reading a world in a process of its own."""

    codes: list[str]
    seconds: float
    megabytes: float


def read_apart(*paths: Path) -> list[Reading]:
    """Reads worlds one after the other in a process of their own; its peak of memory so far is told with each."""
    engine = str(Path(worldwright.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": engine},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [Reading(*json.loads(line)) for line in done.stdout.splitlines()]


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Hostile texts by name, each with the code it must give."""
    deep = 100_000
    return {
        "ten megabytes of spaces": (" " * 10_000_000, "WW010"),
        "ten megabytes of letters": ("x" * 10_000_000, "WW010"),
        "ten megabytes of quotes": ('"' * 10_000_000, "WW010"),
        "a quarter megabyte in one name": ("type " + "x" * 250_000, "WW014"),
        "a quarter megabyte in one string": ('about "' + "x" * 250_000 + '"', "WW015"),
        "a quarter megabyte of backslashes": ('about "' + "\\" * 250_000, "WW002"),
        "a quarter megabyte of quotes": ('"' * 250_000, "WW011"),
        "a quarter megabyte of stray signs": ("$%" * 125_000, "WW003"),
        "a quarter megabyte of control characters": ("\x01" * 250_000, "WW016"),
        "deep parentheses": ("define f = " + "(" * deep + "a" + ")" * deep, "WW011"),
        "fairly deep parentheses": ("define f = " + "(" * 20_000 + "a" + ")" * 20_000, "WW012"),
        "open parentheses": ("define f = " + "(" * 40_000, "WW012"),
        "nots": ("define f = " + "not " * 40_000 + "a", "WW012"),
        "too many nots": ("define f = " + "not " * 60_000 + "a", "WW011"),
        "minuses": ("define f = " + "-" * 40_000 + "a", "WW012"),
        "a sum": ("define f = " + "a + " * 20_000 + "a", "WW012"),
        "calls in calls": ("define f = " + "g(" * 12_000 + "a" + ")" * 12_000, "WW012"),
        "conditionals": ("define f = " + "if a then b else " * 8_000 + "c", "WW012"),
        "ifs": ("view v " + "if a then " * 10_000 + "end " * 10_000, "WW012"),
        "fors": ("view v " + "for x: T do " * 8_000 + "end " * 8_000, "WW012"),
        "inserts in inserts": ('about "' + "{" * 100_000 + '"', "WW011"),
        "inserts": ('about "' + "{x}" * 1_200 + '"', "WW015"),
        "an insert of parentheses": ('about "{' + "(" * 1_000 + "x" + ")" * 1_000 + '}"', "WW012"),
        "a long number": ("limit " + "9" * 100_000, "WW013"),
        "thousands of long numbers": ("define f = " + ("9" * 1_000 + " + ") * 200 + "1", "WW013"),
        "half a million names": ("type T = " + " | ".join(f"v{i}" for i in range(500_000)), "WW010"),
        "as many names as fit": ("type T = " + "|".join(f"v{i}" for i in range(30_000)), "WW011"),
        "mistakes only": ("type =\n" * 20_000, "WW001"),
        "unclosed ifs": ("action a\n if b then\n" * 10_000, "WW005"),
        "unclosed strings": ('tell "\n' * 30_000, "WW002"),
        "faulty statements": ("action a\n" + "  set b == c\n" * 9_000, "WW001"),
        "needs without sentences in one action": ("action a\n" + "  need b\n" * 15_000, "WW007"),
        "unfinished declarations in one line": ("define " * 20_000, "WW001"),
        "mistakes behind a stray sign": ("action a ' " + "need " * 20_000, "WW003"),
        "statements behind a stray sign": ("action a ' need b " + "need b " * 20_000, "WW003"),
        "statements in a task": ("task t\n" + "  tell\n" * 20_000, "WW001"),
        "opening quotes": ("\u201e" * 200_000, "WW003"),
        "single quotes": ("' \" " * 10_000 + "'" * 40_000, "WW003"),
        "skipped statements": ("task t\n" + "  tell for\n" * 10_000, "WW001"),
        "nul": ("type T\x00\n", "WW016"),
        "a terminal's escape sequence": ("type T # \x1b[2J\n", "WW016"),
        "reordered text": ('about "\u202eabc"\n', "WW016"),
        "a letter that looks like another": ("type Вох\n", "WW003"),
        "uses of itself": ("use hostile\n", "WW021"),
        "a path as a module": ("use ../../etc/passwd\n", "WW003"),
        "dots as a module": ("use ...passwd\n", "WW001"),
        "thousands of modules": ("\n".join(f"use m{i}" for i in range(10_000)), "WW023"),
    }


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """All hostile texts, read in one process."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for i, (text, _) in enumerate(texts().values()):
        (folder / str(i)).mkdir()
        path = folder / str(i) / "hostile.world"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return dict(zip(texts(), read_apart(*paths), strict=True))


@pytest.mark.parametrize("name", texts())
def test_hostile_text(name: str, readings: dict[str, Reading]) -> None:
    """A diagnostic of the right code, in time and in memory."""
    codes, seconds, megabytes = readings[name]
    assert texts()[name][1] in codes, codes[:10]
    assert len(codes) <= limits.SYNTAX_REPORTS + limits.MODULES + 1
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def codes_of(path: Path) -> list[str]:
    """The codes of a world's diagnostics."""
    try:
        read_modules(path)
    except WorldError as error:
        return [d.code for d in error.diagnostics]
    return []


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Latin-1, UTF-16 and arbitrary bytes: not UTF-8, with the place."""
    path = tmp_path / "hostile.world"
    for data in (b'world "caf\xe9"', "type T".encode("utf-16"), bytes(range(256)) * 4_000):
        path.write_bytes(data)
        assert codes_of(path) == ["WW025"]


def test_modules_stay_in_their_folder(tmp_path: Path) -> None:
    """Links, devices and folders are refused; nothing outside of the world's folder is read."""
    (tmp_path / "secret.world").write_text("type Secret", encoding="utf-8")
    home = tmp_path / "home"
    (home / "parts").mkdir(parents=True)
    (home / "inside.world").write_text("type Inside", encoding="utf-8")
    (home / "link.world").symlink_to(tmp_path / "secret.world")
    (home / "fine.world").symlink_to(home / "inside.world")
    (home / "out").symlink_to(tmp_path)
    (home / "folder.world").mkdir()
    (home / "device.world").symlink_to("/dev/zero")
    os.mkfifo(home / "pipe.world")
    main = home / "main.world"
    expected = {
        "inside": [],
        "fine": [],
        "link": ["WW022"],
        "out.secret": ["WW022"],
        "folder": ["WW020"],
        "device": ["WW020"],
        "pipe": ["WW020"],
        "missing": ["WW020"],
        "parts": ["WW020"],
        "std": ["WW020"],
        "std.missing": ["WW020"],
        "main": ["WW021"],
    }
    for module, codes in expected.items():
        main.write_text(f"use {module}\n", encoding="utf-8")
        assert codes_of(main) == codes, module


def test_no_file_is_read_for_a_world_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that comes with its modules reads nothing, not even from the working directory."""
    (tmp_path / "other.world").write_text("type Other", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorldError) as caught:
        read_modules(Source("main", "use other"), texts={})
    assert [d.code for d in caught.value.diagnostics] == ["WW020"]
    with pytest.raises(WorldError):
        read_modules(Source("main", "use other"))


def test_chains_and_circles_of_modules(tmp_path: Path) -> None:
    """A long chain is cut; a circle is named; a module used twice is read once, before its users."""
    for i in range(40):
        (tmp_path / f"m{i}.world").write_text(f"use m{i + 1}\n", encoding="utf-8")
    assert codes_of(tmp_path / "m0.world") == ["WW023"]
    (tmp_path / "a.world").write_text("use b\n", encoding="utf-8")
    (tmp_path / "b.world").write_text("use c\n", encoding="utf-8")
    (tmp_path / "c.world").write_text("use b\n", encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        read_modules(tmp_path / "a.world")
    assert "`b` → `c` → `b`" in caught.value.diagnostics[0].message
    parts = read_modules(
        Source("main", "use left\nuse right\n"),
        texts={"left": "use base\n", "right": "use base\nuse left\n", "base": "type T\n"},
    )
    assert [p.name for p in parts] == ["base", "left", "right", ""]


def test_mistakes_of_all_modules_are_reported() -> None:
    """One pass over a world reports its own mistakes and those of its modules, each in its source."""
    with pytest.raises(WorldError) as caught:
        read_modules(Source("main", "use a\nuse b\n"), texts={"a": "type\n", "b": "object x\n"})
    assert [d.span.source for d in caught.value.diagnostics] == ["a", "b"]
    assert set(caught.value.sources) == {"main", "a", "b"}


def test_limits_are_reached_by_valid_texts() -> None:
    """Texts just below the limits are read."""
    levels = limits.NESTING_LEVELS - 10
    for text in (
        "define f = " + "(" * levels + "a" + ")" * levels,
        "define f = " + "not " * levels + "a",
        "define f = " + "a + " * levels + "a",
        "view v " + "if a then " * levels + "end " * levels,
        "view v " + "for x: T do " * levels + "end " * levels,
        "type T = " + " | ".join(f"v{i}" for i in range(limits.ATOMS)),
        "define f = " + " and ".join(["a"] * 5_000),
        "type " + "x" * limits.NAME_CHARACTERS,
        'about "' + "x" * limits.STRING_CHARACTERS + '"',
        f"limit {limits.NUMBER_VALUE}".replace("limit", "define f ="),
    ):
        assert parse(Source("w", text)).declarations
