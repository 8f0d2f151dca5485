"""The golden playthroughs of all shipped worlds are what they were, and show what they should."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.worlds.golden import files, played_now

from worldwright.play.golden import Played
from worldwright.shipped import shipped

WORLDS = sorted(path.stem for path in shipped("worlds").glob("*/*.world") if path.parent.name == path.stem)
MISUNDERSTOOD = {"unknown_command", "unknown_object", "wrong_type", "ambiguous"}


@cache
def played(path: Path) -> Played:
    """A file's play, played once for all tests."""
    return played_now(path)


def name(path: Path) -> str:
    """How pytest calls a play."""
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", files(), ids=name)
def test_play_is_what_it_was(path: Path) -> None:
    """Same world, task, seed, skin and commands: the same text, byte for byte."""
    assert played(path).text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_has_a_solved_and_a_refused_play(world: str) -> None:
    """One play reaches the goal without an error; the refused ones show misunderstandings and failing needs."""
    plays = {path.stem: played(path) for path in files() if path.parent.name == world}
    assert any(p.ended == "goal" and all(f.accepted for f in p.feedback) for p in plays.values()), sorted(plays)
    refused = [f for p in plays.values() for f in p.feedback if not f.accepted]
    assert {f.kind for f in refused} >= {"unknown_command", "unknown_object", "precondition"}
    assert len({f.need.id for f in refused if f.need}) >= 5 or world == "pantry"


def test_refused_plays_show_every_kind_of_misunderstanding() -> None:
    """Over all worlds, every way of not being understood is shown."""
    missing = MISUNDERSTOOD | {"ok", "precondition", "over"}
    for path in files():
        missing -= {f.kind for f in played(path).feedback}
        if not missing:
            return
    raise AssertionError(f"no play shows {missing}")
