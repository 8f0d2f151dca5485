"""What the scripts that record a peer's traces have in common: write them anew, or check that they are as recorded."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path


def record(about: str | None, lacking: str, paths: Mapping[str, Path], trace: Callable[[str], str]) -> int:
    """Writes the traces to their paths, or with `--check` compares them. 1 if they differ, 2 if a peer is lacking."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if anything would change")
    only_check = parser.parse_args().check
    if lacking:
        print(lacking)
        return 2
    changed = 0
    for name, path in paths.items():
        text = trace(name)
        same = path.is_file() and path.read_text("utf-8") == text
        changed += not same
        print(f"{name}: {'as recorded' if same else 'differs' if only_check else 'written'}", flush=True)
        if not only_check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    return 1 if only_check and changed else 0
