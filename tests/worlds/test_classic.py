"""The classic planning problems: settled in form, played as they were, and as large as everybody counts them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.worlds.golden import played_now

from worldwright.check import check_report
from worldwright.check.world import World
from worldwright.explore.space import explore
from worldwright.pipeline import load
from worldwright.play.golden import Played
from worldwright.shipped import shipped
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules

CLASSICS = sorted(shipped("worlds").glob("classic/*/*.world"))
PLAYS = sorted(shipped("worlds").glob("classic/*/*.play"))
MEMBERS: dict[str, list[dict[str, int | bool | str]]] = {
    "barman": [{"glasses": 1}, {"glasses": 5}],
    "blocksworld": [{"blocks": 2}, {"blocks": 10}, {"scattered": True}],
    "eight_puzzle": [{"rows": 2, "columns": 2}, {"rows": 2, "columns": 4}, {"rows": 3, "columns": 4}],
    "grid_2048": [{"width": 2}, {"width": 4, "height": 3, "top": 512}],
    "gripper": [{"balls": 1}, {"balls": 20}],
    "hanoi": [{"disks": 2, "rule": "row"}, {"disks": 10, "pegs": 5}, {"rule": "ring", "scattered": True}],
    "lights_out": [{"rows": 2, "columns": 2, "presses": 1}, {"rows": 6, "columns": 6, "battery": 5}],
    "missionaries": [{"pairs": 1}, {"pairs": 5, "seats": 3, "rule": "couples"}],
    "n_puzzle": [{"columns": 2}, {"rows": 4, "columns": 4}],
    "old_mill": [{"oil": 60, "capacity": 4}],
    "river_crossing": [],
    "sokoban": [{"width": 4, "height": 4, "crates": 1}, {"width": 7, "height": 6, "crates": 3}, {"level": 9}],
    "tyreworld": [{"flats": 2}, {"flats": 4}],
    "wumpus": [{"width": 3, "height": 3, "pits": 1}, {"width": 5, "height": 5, "pits": 3}],
}


@cache
def played(path: Path) -> Played:
    """A file's play, played once."""
    return played_now(path)


@pytest.mark.parametrize("path", CLASSICS, ids=lambda p: p.stem)
def test_checks_clean_and_is_formatted(path: Path) -> None:
    """No diagnostic in the default member and in far ones, nothing for `fmt` to change, the same again from JSON."""
    for params in ({}, *MEMBERS[path.stem]):
        world, diagnostics = check_report(read_modules(path), params)
        assert [f"{d.code} {d.message}" for d in diagnostics] == []
        assert world is not None
        assert World.model_validate_json(world.model_dump_json()) == world
    text = path.read_text(encoding="utf-8")
    assert format_text(Source(path.name, text)) == text


@pytest.mark.parametrize("path", PLAYS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_play_is_what_it_was(path: Path) -> None:
    """Same commands, same text, byte for byte; the solved plays solve, the refused ones show failing needs."""
    found = played(path)
    assert found.text == path.read_text(encoding="utf-8")
    if path.stem == "solved":
        assert found.ended == "goal"
        assert all(f.accepted for f in found.feedback)
    if path.stem == "refused":
        kinds = {f.kind for f in found.feedback}
        assert kinds >= {"unknown_command", "unknown_object", "precondition"}


def space(name: str, **params: int) -> tuple[int, int, int | None, int | None]:
    """States, depth, shortest plan and dead ends of a member."""
    found = explore(load(name, params), coverage=False)
    assert found.complete and found.task is not None
    return found.states, found.depth, found.task.shortest, found.dead_ends


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("barman", {"glasses": 1}, (784, 17, 11, 224)),
        ("blocksworld", {"blocks": 2}, (5, 4, 4, 0)),
        ("blocksworld", {"blocks": 3}, (22, 8, 6, 0)),
        ("blocksworld", {"blocks": 4}, (125, 12, 8, 0)),
        ("blocksworld", {"blocks": 6}, (7057, 20, 12, 0)),
        ("gripper", {"balls": 1}, (8, 4, 3, 0)),
        ("gripper", {"balls": 4}, (256, 12, 11, 0)),
        ("gripper", {"balls": 8}, (11776, 24, 23, 0)),
        ("eight_puzzle", {"rows": 2, "columns": 2}, (12, 6, 4, 0)),
        ("eight_puzzle", {"rows": 2, "columns": 3}, (360, 21, 14, 0)),
        ("sokoban", {}, (2891, 23, 17, 1923)),
        ("sokoban", {"width": 4, "crates": 1}, (209, 13, 6, 97)),
        ("tyreworld", {}, (1536, 19, 14, 0)),
    ],
    ids=str,
)
def test_small_members(name: str, params: dict[str, int], expected: tuple[int, int, int, int]) -> None:
    """States, depth, shortest plan and dead ends of small members."""
    assert space(name, **params) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "params", "states"),
    [
        ("blocksworld", {"blocks": 8}, 695_417),
        ("eight_puzzle", {}, 181_440),
        ("barman", {"glasses": 3}, 420_420),
        ("gripper", {"balls": 10}, 68_608),
        ("gripper", {"balls": 14}, 1_982_464),
        ("sokoban", {"width": 7, "height": 6, "crates": 3}, 404_618),
    ],
    ids=str,
)
def test_large_members(name: str, params: dict[str, int], states: int) -> None:
    """The published counts."""
    assert explore(load(name, params), edges=False, coverage=False).states == states


@pytest.mark.slow
def test_blocksworld_nine() -> None:
    """Eight million states, without losing one."""
    assert explore(load("blocksworld", {"blocks": 9}), edges=False, coverage=False).states == 8_145_730
