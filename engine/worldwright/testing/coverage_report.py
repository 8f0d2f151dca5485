"""Coverage of worlds as text, as web pages, and as data of coverage.py."""

from __future__ import annotations

import html
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .collected import WorldCoverage
from .touched import KINDS, Part

PLURAL = {"action": "actions", "need": "needs", "branch": "branches", "tell": "tells", "milestone": "milestones"}
TRACER = "worldwright.testing.coverage_files.WorldFiles"
"""The plugin of coverage.py that reads worlds, as its data names it."""

STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 70em; }
pre { font: 13px/1.5 monospace; } td, th { padding: 0 1em 0 0; text-align: left; }
.hit { background: #e6f6e6; } .miss { background: #fbe3e0; } .part { background: #fdf3d1; } .n { color: #999; }
"""


def show(worlds: Sequence[WorldCoverage], missed: bool = True) -> str:
    """A table of parts that were gone through of those there are; then what was missed, with its line."""
    if not worlds:
        return "no world was played"
    names = [world.name for world in worlds]
    width = max(len(name) for name in (*names, "world"))
    head = f"{'world':{width}}" + "".join(f"{PLURAL[kind]:>13}" for kind in KINDS)
    lines = [head, "-" * len(head)]
    for world in worlds:
        cells = [world.count(kind) for kind in KINDS]
        lines.append(f"{world.name:{width}}" + "".join(f"{f'{hit}/{whole}':>13}" for hit, whole in cells))
    for world in worlds if missed else ():
        lines += [f"{world.name}:{part.line}: {said(part)}" for part in world.missed]
    return "\n".join(lines)


def said(part: Part) -> str:
    """Why a part counts as missed."""
    return {
        "action": f"action {part.name} was never accepted",
        "need": f"need {part.name} never refused",
        "branch": f"branch never taken: {part.name}",
        "tell": f"never told (in {part.name})",
        "milestone": f"milestone never reached: {part.name}",
    }[part.kind]


# ---------------------------------------------------------------- web pages


def write_html(worlds: Sequence[WorldCoverage], folder: Path) -> None:
    """A page with all worlds, and one for each that shows its text: what was gone through, what was not."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, world in enumerate(worlds):
        file = f"world-{number}.html"
        (folder / file).write_text(_page(world), encoding="utf-8", newline="\n")
        cells = "".join(f"<td>{hit}/{whole}</td>" for hit, whole in map(world.count, KINDS))
        rows.append(f'<tr><td><a href="{file}">{html.escape(world.name)}</a></td>{cells}</tr>')
    head = "".join(f"<th>{PLURAL[kind]}</th>" for kind in KINDS)
    table = f"<table><tr><th>world</th>{head}</tr>{''.join(rows)}</table>"
    (folder / "index.html").write_text(_document("Coverage of worlds", table), encoding="utf-8", newline="\n")


def _page(world: WorldCoverage) -> str:
    missed: dict[int, list[Part]] = {}
    for part in world.missed:
        missed.setdefault(part.line, []).append(part)
    lines = []
    for number, line in enumerate(world.text.splitlines(), 1):
        hit = number in world.touched.lines
        kind = "" if number not in world.every.lines else "miss" if not hit else "part" if number in missed else "hit"
        why = html.escape("; ".join(map(said, missed.get(number, []))))
        note = f'  <span class="n"># {why}</span>' if why else ""
        lines.append(f'<span class="n">{number:5}</span> <span class="{kind}">{html.escape(line)}</span>{note}')
    return _document(world.name, "<pre>" + "\n".join(lines) + "</pre>")


def _document(title: str, body: str) -> str:
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f"<style>{STYLE}</style></head><body><h1>{name}</h1>{body}</body></html>\n"
    )


# ---------------------------------------------------------------- coverage.py


class NoCoverage(RuntimeError):
    """coverage.py is not installed, or cannot write where it is told to."""


def write_data(worlds: Sequence[WorldCoverage], path: Path) -> None:
    """The lines that were gone through as data of coverage.py, anew.

    `coverage report`, `html`, `lcov` and `xml` read it where `plugins = worldwright.testing.coverage_files` is set.
    Raises NoCoverage.
    """
    try:
        coverage: Any = import_module("coverage")
    except ImportError as error:
        raise NoCoverage("--world-coverage-data needs coverage.py: pip install coverage") from error
    path.unlink(missing_ok=True)
    data = coverage.CoverageData(basename=str(path))
    files = {str(world.path): sorted(world.touched.lines) for world in worlds}
    data.add_lines(files)
    data.add_file_tracers(dict.fromkeys(files, TRACER))
    data.write()
    data.close()
