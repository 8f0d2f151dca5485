"""Records that several stages' tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from worldwright.pipeline import load_world
from worldwright.play.episode import Episode
from worldwright.players.script import script
from worldwright.shipped import shipped
from worldwright.synthesize.bundle import bundle_of, save_bundle, system_of
from worldwright.synthesize.drive import play_out
from worldwright.synthesize.files import write_whole
from worldwright.synthesize.folder import RECORDS
from worldwright.synthesize.trajectory import PlayerRef, Trajectory

COMMANDS = (
    "open the chest",
    "unlock chest with key",
    "Open it, please!",
    "take brass key",
    "unlock chest with key",
    "open chest",
    "get apple",
    "north",
)


@pytest.fixture(scope="session")
def trajectory() -> Trajectory:
    """A scripted play of the pantry: refused, misunderstood, recovered, and won; the key lies in the kitchen."""
    bundle = bundle_of(load_world(shipped("worlds") / "pantry" / "pantry.world"))
    system = system_of(bundle, "pantry", {})
    player = PlayerRef(name="script", settings={"min_refines": 2})
    for seed in range(20):
        replies = [f"Thought: Step {number}, naïvely.\nAction: {text}" for number, text in enumerate(COMMANDS)]
        episode = Episode(system, "lunch", seed=seed)
        if "brass key" in episode.observation:
            return play_out(script(replies), player, "pantry", episode, seed=0)
    raise AssertionError("no seed puts the key into the kitchen")


@pytest.fixture(scope="session")
def run_folder(trajectory: Trajectory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with that one record in it. Not to be changed."""
    folder = tmp_path_factory.mktemp("run")
    save_bundle(bundle_of(load_world(shipped("worlds") / "pantry" / "pantry.world")), folder)
    write_whole(folder / RECORDS, [trajectory.line()])
    return folder
