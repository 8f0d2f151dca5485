"""docs/pictures.md: its commands print what it says, and its drawings are what is drawn now.

`python tests/docs/test_pictures_doc.py` draws them anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.docs.console import commands, matches, run

from worldwright import Episode, load
from worldwright.draw.lifecycle import draw_lifecycles
from worldwright.draw.path import Journey, draw_path
from worldwright.draw.picture import Picture
from worldwright.draw.places import draw_map
from worldwright.draw.states import draw_states
from worldwright.draw.svg import svg

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "pictures.md"
PLAY = (
    "open chest", "take brass key", "go north", "unlock chest with key", "go south", "unlock chest with key",
    "open box", "open chest", "take apple", "go north",
)  # fmt: skip
REFINED = {0: 7, 3: 5, 6: 7}


def play() -> Picture:
    """A play of the pantry that errs three times; the key lies in the kitchen."""
    system = load("pantry")
    seed = next(s for s in range(20) if "brass key" in Episode(system, "lunch", seed=s).observation)
    replies = tuple(f"Thought: Let me see.\nAction: {said}" for said in PLAY)
    return draw_path(system, Journey("lunch", (), seed, "natural", replies, tuple(map(REFINED.get, range(len(PLAY))))))


def drawings() -> dict[str, str]:
    """The drawings of the page by file name."""
    pantry = load("pantry")
    return {
        "pantry-states.svg": svg(draw_states(pantry, pantry.task("lunch"))),
        "vending-lifecycle.svg": svg(draw_lifecycles(load("vending"))),
        "cave-map.svg": svg(draw_map(load("cave"))),
        "pantry-play.svg": svg(play()),
    }


@pytest.mark.slow
def test_commands_print_what_the_page_says(tmp_path: Path) -> None:
    """Every console block of the page, in order, in one folder."""
    found = commands(PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 8
    for command, promised in found:
        printed = run(command, tmp_path)
        assert matches(promised, printed.splitlines()), f"$ {command}\n{printed}"


def test_drawings_are_of_today() -> None:
    """Each drawing that the page shows is what would be drawn now, and there are no others."""
    shown = re.findall(r"\]\(pictures/([\w-]+\.svg)\)", PAGE.read_text("utf-8"))
    found = drawings()
    assert sorted(shown) == sorted(found) == sorted(path.name for path in (DOCS / "pictures").iterdir())
    for name, drawing in found.items():
        assert (DOCS / "pictures" / name).read_text("utf-8") == drawing, f"{name}: draw it anew"


def test_the_program_runs() -> None:
    """The page's Python does what it says."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(program, str(PAGE), "exec"), names)
    assert len(names["goals"]) == 1


if __name__ == "__main__":
    for name, drawing in drawings().items():
        (DOCS / "pictures" / name).write_text(drawing, encoding="utf-8", newline="\n")
