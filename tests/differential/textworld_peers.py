"""TextWorld itself: makes games and plays them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

GAMES: Mapping[str, tuple[str, Mapping[str, Any], int]] = {
    "coin_collector": ("tw-coin_collector", {"level": 104}, 3),
    "treasure_hunter_easy": ("tw-treasure_hunter", {"level": 5}, 3),
    "treasure_hunter_medium": ("tw-treasure_hunter", {"level": 12}, 2),
    "treasure_hunter_hard": ("tw-treasure_hunter", {"level": 22}, 5),
    "simple": ("tw-simple", {"rewards": "dense", "goal": "brief", "test": False}, 4),
    "cooking": ("tw-cooking", {"recipe": 1, "take": 1, "go": 1, "cook": True, "cut": True}, 5),
    "cooking_far": ("tw-cooking", {"recipe": 3, "take": 2, "go": 6, "cook": True, "open": True, "drop": True}, 6),
}
"""The games that are recorded: challenge, settings, seed."""


def missing() -> str:
    """Why TextWorld cannot be run here; empty if it can."""
    return "" if find_spec("textworld") and find_spec("tatsu") else "textworld is not installed"


def challenge(name: str, settings: Mapping[str, Any], seed: int) -> tuple[Any, Any]:
    """A game of one of TextWorld's challenges, and the options that it was made with."""
    options = import_module("textworld.generator.game").GameOptions()
    options.seeds = seed
    whole = {"recipe_seed": 0, "split": None, **settings}
    return import_module("textworld.challenges").CHALLENGES[name][1](whole, options), options


def made(name: str, settings: Mapping[str, Any], seed: int) -> str:
    """The text of a game's file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.json"
        challenge(name, settings, seed)[0].save(str(path))
        return path.read_text("utf-8")


def started(text: str) -> Any:
    """A game, ready to be played. TextWorld reads a file as it starts."""
    textworld = import_module("textworld")
    infos = textworld.EnvInfos(facts=True, admissible_commands=True, score=True, won=True, lost=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.json"
        path.write_text(text, encoding="utf-8")
        return textworld.start(str(path), infos)
