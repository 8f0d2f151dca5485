"""The list of shipped worlds with how hard their tasks are: kept beside them, since judging them takes a while.

The file is a cache and nothing more: an entry counts only while the texts are those it was made from, and what has no
entry is judged when it is asked for. `python -m tests.worlds.listing` makes it anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .. import version
from ..check.world import World
from ..compile.system import System
from ..explore.difficulty import BANDS, difficulty, sampled
from ..pipeline import load_world
from ..shipped import shipped
from .shared import shipped_worlds

FILE = "listing.json"
SAMPLED_HERE = 1
"""Instances of each task that are judged: a list should not keep anybody waiting."""


def listing() -> list[dict[str, Any]]:
    """For each shipped world its name, title, parameters, and its tasks with instances, bands and difficulty."""
    kept = _kept()
    found = []
    for name, path in shipped_worlds().items():
        entry = kept.get(name, {})
        found.append(entry if entry.get("sources") == digest(path) else listed(name, path))
    return found


def listed(name: str, path: Path) -> dict[str, Any]:
    """One world's entry, worked out."""
    world = load_world(path)
    return {
        "name": name,
        "sources": digest(path),
        "title": world.title,
        "params": dict(world.params),
        "tasks": _tasks(world),
    }


def _tasks(world: World) -> list[dict[str, Any]]:
    """Each task with some instances' difficulty."""
    system = System(world)
    found = []
    for task in world.tasks.values():
        some = [
            difficulty(system, system.task(task.name, args), seed)
            for args, seed in sampled(system, task.name)[:SAMPLED_HERE]
        ]
        bands = [band for band in BANDS if any(each.band == band for each in some)]
        numbers = [each.to_json() for each in some]
        found.append({"name": task.name, "instances": len(task.instances), "bands": bands, "difficulty": numbers})
    return found


def _kept() -> dict[str, dict[str, Any]]:
    """The entries of the file by world; none where there is no file, as in a checkout that is being changed."""
    path = shipped("worlds") / FILE
    if not path.is_file():
        return {}
    return {entry["name"]: entry for entry in json.loads(path.read_text("utf-8"))}


def digest(path: Path) -> str:
    """What an entry depends on, besides how difficulty is judged: the texts, and the engine's version."""
    texts = [path, *sorted((shipped("worlds") / "std").glob("*.world"))]
    parts = [version.ENGINE, version.LANGUAGE, *(each.read_text("utf-8") for each in texts)]
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
