"""A run's folder with records of several worlds and skins, and other plays of one of the instances."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from worldwright.pipeline import load_world
from worldwright.play.episode import Episode
from worldwright.shipped import shipped
from worldwright.synthesize.bundle import Bundle, bundle_of, save_bundle, system_of
from worldwright.synthesize.drive import record
from worldwright.synthesize.files import write_whole
from worldwright.synthesize.folder import RECORDS, SIBLINGS
from worldwright.synthesize.recorder import Recorder
from worldwright.synthesize.trajectory import PlayerRef, Trajectory
from worldwright.verify.prove import verify

KETTLE = Path(__file__).resolve().parents[2] / "examples" / "kettle.world"
SKINS = ("natural", "json", "tools", "renamed:3")


def bundles() -> dict[str, Bundle]:
    """The worlds of the run by name."""
    paths = {name: shipped("worlds") / name / f"{name}.world" for name in ("pantry", "vending")} | {"kettle": KETTLE}
    return {name: bundle_of(load_world(path)) for name, path in paths.items()}


def other_play(trajectory: Trajectory, bundle: Bundle, commands: list[str]) -> Trajectory:
    """Another play of the instance of a record, which ends after these commands."""
    system = system_of(bundle, trajectory.world.name, {})
    episode = Episode(system, trajectory.task.name, (), trajectory.seed, trajectory.skin)
    recorder = Recorder(trajectory.world.name, episode, PlayerRef(name="script", settings={}))
    for command in commands:
        recorder.reply(f"Thought: Otherwise.\nAction: {command}")
    return recorder.trajectory()


@pytest.fixture(scope="session")
def varied(trajectory: Trajectory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: the scripted play of the pantry first, then plays by the novice. Not to be changed."""
    folder = tmp_path_factory.mktemp("varied")
    found = bundles()
    records = [trajectory]
    for name, bundle in found.items():
        save_bundle(bundle, folder)
        system = system_of(bundle, name, {})
        for number, skin in enumerate(SKINS):
            refines = 1 if name == "kettle" else 2
            tries = (
                record(system, "novice", seed, skin=skin, min_refines=refines, name=name) for seed in count(number)
            )
            records.append(next(each for each in tries if verify(each, bundle).proved))
    write_whole(folder / RECORDS, [each.line() for each in records])
    begun = ["open the chest", "unlock chest with key", "Open it, please!", "take brass key"]
    others = [[*begun, "north", "south"], ["unlock chest with key"], [*begun[:2]], [*begun, "north"]]
    plays = [other_play(trajectory, found["pantry"], commands) for commands in others]
    write_whole(folder / SIBLINGS, [each.line() for each in plays])
    return folder
