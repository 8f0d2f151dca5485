"""Small runs to look at, made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.draw.worlds import hostile
from tests.synthesize.orders import jobs, order, result

from worldwright import Episode, load
from worldwright.check.world import World
from worldwright.compile.system import System
from worldwright.synthesize import store as stores
from worldwright.synthesize.bundle import Bundle, bundle_of, save_bundle
from worldwright.synthesize.recorder import Recorder
from worldwright.synthesize.store import create, opened
from worldwright.synthesize.trajectory import PlayerRef, Trajectory, canonical
from worldwright.view.run import Run

LONG = ("open chest", "take brass key", "unlock chest with key", "open box", "open chest", "take apple", "go north")
"""Errs twice: the chest is locked (met by turn 4), and there is no box (corrected by turn 4)."""
SHORT = ("take brass key", "unlock chest with key", "open chest", "take apple", "go north")
LOST = ("go north", "go south", "go south")
"""Never reaches the goal."""
COUNT = 3
MARKUP = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1><!--"
TRICKS = f"{MARKUP}\u202egnp.exe\u2066\x00\x1b[31m\u2028\u200b${{hash}} $title `{{}}` \\u003c %s"
"""Markup, words that run backwards, controls, and what templates would fill in."""


def seed_of(system: System) -> int:
    """A start in which the key lies in the kitchen."""
    return next(seed for seed in range(20) if "brass key" in Episode(system, "lunch", seed=seed).observation)


def recorded(replies: tuple[str, ...], thought: str = "Let me see.", **settings: Any) -> Trajectory:
    """A play of the pantry; every turn has its number in its thought."""
    system = load("pantry")
    episode = Episode(system, "lunch", seed=seed_of(system))
    recorder = Recorder("pantry", episode, PlayerRef(name="hand", settings=settings))
    for number, said in enumerate(replies):
        recorder.reply(f"Thought: {thought} ({number})\nAction: {said}")
    return recorder.trajectory()


def tricky() -> tuple[Trajectory, World]:
    """A play of a world that is markup, with thoughts and settings that are; and that world."""
    system = hostile()
    recorder = Recorder(TRICKS, Episode(system, "t", seed=1), PlayerRef(name=TRICKS, settings={TRICKS: TRICKS}))
    for reply in (f"Thought: {TRICKS}\nAction: go south", f"{TRICKS}\n" * 3, "Thought: a\nAction: light"):
        recorder.reply(reply)
    made = recorder.trajectory()
    changed = made.turns[0].model_copy(update={"reason": TRICKS, "flags": (TRICKS,), "refined_by": 2**62})
    huge = made.turns[1].model_copy(update={"thought": "x" * 100_000 + TRICKS})
    outcome = made.outcome.model_copy(update={"ended": TRICKS})
    return made.model_copy(update={"turns": (changed, huge, *made.turns[2:]), "outcome": outcome}), system.world


def in_memory(*kept: Trajectory, worlds: tuple[World, ...] = (), name: str = "hand") -> Run:
    """A run of these records."""
    bundles: dict[str, Bundle] = {world.text_hash: bundle_of(world) for world in (*worlds, load("pantry").world)}

    def find(text_hash: str) -> Bundle:
        if text_hash not in bundles:
            raise ValueError("no such texts")
        return bundles[text_hash]

    return Run(name, kept, (), (), find)


def in_folder(folder: Path) -> Path:
    """A run with a store: two jobs done of three, a sibling, three rejected attempts."""
    folder.mkdir()
    asked = order(COUNT)
    create(folder, asked)
    lines = [recorded(LONG, injected="3").line(), recorded(SHORT, "The apple is in the oak chest.").line()]
    with opened(folder) as store:
        plan = jobs(asked)
        store.finish(asked, plan[1], result(1, lines[1], 2))
        store.finish(asked, plan[0], result(0, lines[0], 1, siblings=(recorded(LOST).line(),)))
    return folder


def passed_on(run: Path, folder: Path) -> Path:
    """The run's records without its store, as files."""
    folder.mkdir()
    with stores.looked_at(run) as store:
        for name, found in (
            ("trajectories", store.kept()),
            ("siblings", store.siblings()),
            ("rejected", store.rejected()),
        ):
            (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        for bundle in store.worlds():
            save_bundle(bundle, folder)
    return folder


def many(count: int) -> list[str]:
    """Lines of records of which no two are alike, longer than most."""
    plain = json.loads(recorded(LONG).line())
    turns = plain["turns"]
    found = []
    for number in range(count):
        said = [{**turn, "thought": f"{turn['thought']} {number} {i}"} for i, turn in enumerate((turns + turns)[:13])]
        world = {**plain["world"], "name": f"world_{number % 7}"}
        found.append(
            canonical({**plain, "world": world, "seed": number, "opening": f"Number {number}.", "turns": said})
        )
    return found
