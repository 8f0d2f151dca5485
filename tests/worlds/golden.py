"""The golden playthroughs of the shipped worlds; `worldwright.play.golden` says what a `.play` file is.

`python -m tests.worlds.golden` shows what has changed; with `--update` it writes the files again.
"""

from __future__ import annotations

import difflib
import sys
from functools import cache
from pathlib import Path

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.golden import Golden, Played, Value, play, read
from worldwright.shipped import shipped


def files() -> list[Path]:
    """The golden plays of all worlds but the classic ones, in the order of their names."""
    return sorted(shipped("worlds").glob("*/*.play"))


def world_of(path: Path) -> Path:
    """The world's file, in the same folder as its play."""
    return path.parent / f"{path.parent.name}.world"


def played_now(path: Path) -> Played:
    """A file's play, played."""
    golden = read(path)
    return play(golden, system(world_of(path), tuple(sorted(dict(golden.params).items()))))


@cache
def system(path: Path, params: tuple[tuple[str, Value], ...]) -> System:
    """A member of a family, compiled once for all its plays."""
    return load(path, dict(params))


def difference(golden: Golden, played: Played) -> str:
    """How the file differs from what is played now; empty when it does not."""
    after = played.text.split("\n")
    return "\n".join(difflib.unified_diff(golden.lines, after, golden.name, "played now", lineterm=""))


def main(arguments: list[str]) -> int:
    """Shows what has changed, or writes it with `--update`; names of files choose some of them."""
    chosen = [Path(a).resolve() for a in arguments if not a.startswith("-")]
    chosen = chosen or sorted(shipped("worlds").rglob("*.play"))
    changed = 0
    for path in chosen:
        played = played_now(path)
        found = difference(read(path), played)
        changed += bool(found)
        if found:
            print(found)
        if "--update" in arguments:
            path.write_text(played.text, encoding="utf-8")
    print(f"{len(chosen)} plays, {changed} changed" + (" and written" if "--update" in arguments else ""))
    return 0 if "--update" in arguments or not changed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
