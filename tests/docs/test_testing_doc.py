"""docs/testing.md: from the installation to a shrunk counter-example by the page alone, and everything after it.

Blocks are done in their order, in one folder: files are written, commands run, programs executed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.docs.console import commands, matches, run

from worldwright import testing

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "testing.md"
BLOCK = re.compile(r"(?:<!-- file (\S+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTEST = f"{shlex.quote(sys.executable)} -m pytest -p pytest_worldwright -p no:cacheprovider -p no:xdist"


def real(command: str) -> str:
    """A command of the page for this Python, whatever is installed beside it."""
    command = re.sub(r"(^|&& )pytest\b", lambda m: m[1] + PYTEST, command)
    return re.sub(r"(^|&& )coverage\b", lambda m: f"{m[1]}{shlex.quote(sys.executable)} -m coverage", command)


def said(printed: str) -> list[str]:
    """Lines as the page shows them: without percentages and times, which differ."""
    lines = [re.sub(r"^(F|\.+) .*", r"\1 …", line.rstrip()) for line in printed.splitlines()]
    return [re.sub(r"^(\d+ passed).*", r"\1 …", line) for line in lines]


@pytest.mark.slow
def test_the_page_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer who follows the page gets what it says."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'engine'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    monkeypatch.setenv("CI", "true")  # Hypothesis then does not ask how quick a machine is
    names: dict[str, Any] = {}
    for file, language, body in BLOCK.findall(PAGE.read_text("utf-8")):
        if file:
            Path(file).write_text(body, "utf-8")
        elif language == "python":
            exec(compile(body, str(PAGE), "exec"), names)
        elif language == "console":
            for command, promised in commands(f"```console\n{body}```\n"):
                printed = run(real(command), tmp_path)
                assert matches(promised, said(printed)), f"$ {command}\n{printed}"


def test_the_page_names_what_there_is() -> None:
    """Everything that the page takes from the package is there."""
    text = PAGE.read_text("utf-8")
    names = {n.strip() for line in re.findall(r"from worldwright\.testing import (.*)", text) for n in line.split(",")}
    assert names and names <= set(testing.__all__)
    assert all(getattr(testing, name) is not None for name in testing.__all__)
