"""Imports only point up the stages' order."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent / "engine" / "worldwright"
ORDER = [
    "version startup source diagnostics limits circles shipped spell report",
    "syntax",
    "check",
    "compile",
    "pipeline",
    "play",
]
ORDER += ["explore", "draw", "models", "players", "mutate", "synthesize", "verify", "view", "export", "evaluate"]
ORDER += ["author", "testing", "bridges", "cli", "__init__ __main__"]
RANK = {stage: rank for rank, stages in enumerate(ORDER) for stage in stages.split()}


def imported(path: Path) -> set[str]:
    """The stages that a file of the package imports."""
    here = ("worldwright", *path.relative_to(ROOT).with_suffix("").parts)
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = ".".join(here[: -node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            names |= {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("worldwright.")}


def test_imports_point_up() -> None:
    """No stage imports a later one, and every file belongs to a stage."""
    for path in sorted(ROOT.rglob("*.py")):
        stage = path.relative_to(ROOT).with_suffix("").parts[0]
        late = sorted(name for name in imported(path) if RANK[name] > RANK[stage])
        assert not late, f"{path.relative_to(ROOT)} imports the later {late}"
