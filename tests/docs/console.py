"""Runs the ```console blocks of a page as a reader would and compares what they print.

A line that starts with "$ " is a command; the lines after it are its output, where a line "…" stands for any lines.
All blocks of a page run in order in one temporary folder that holds a copy of examples/.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[tuple[str, list[str]]]:
    """Every command of a page with the output lines that the page promises."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page):
        if not block.startswith("$ "):
            continue  # commands that set the machine up: the gate runs those
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints, with the error stream (where progress goes) only if it fails."""
    program = f"{shlex.quote(sys.executable)} -m worldwright"
    line = re.sub(r"(^|[|;&] *)worldwright\b", lambda m: m.group(1) + program, command)
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )
    return done.stdout + (done.stderr if done.returncode else "")


def matches(promised: list[str], printed: list[str]) -> bool:
    """Whether the printed lines are the promised ones, "…" standing for any lines."""
    if not promised:
        return not printed
    if promised[0].strip() == "…":
        return any(matches(promised[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and promised[0].rstrip() == printed[0].rstrip() and matches(promised[1:], printed[1:])
