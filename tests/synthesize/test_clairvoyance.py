"""Thoughts that know what their agent was not told."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest

from worldwright.compile.system import System
from worldwright.pipeline import load as load_anew
from worldwright.play.episode import Episode
from worldwright.synthesize.bundle import bundle_of
from worldwright.synthesize.drive import record
from worldwright.synthesize.recorder import Recorder
from worldwright.synthesize.trajectory import PlayerRef, Trajectory, canonical, digests
from worldwright.verify.prove import verify

WORLDS = ["cave", "helpdesk", "household", "keys_and_doors", "laboratory", "pantry", "store", "vending"]


@lru_cache
def load(world: str) -> System:
    """A shipped world, compiled once for these tests."""
    return load_anew(world)


def in_the_hall() -> Episode:
    """The pantry with the key out of sight."""
    system = load("pantry")
    return next(
        episode for episode in (Episode(system, seed=seed) for seed in range(20)) if "key" not in episode.observation
    )


def played(*replies: tuple[str, str]) -> Trajectory:
    """A record of thoughts and actions in the pantry, the key in the hall."""
    recorder = Recorder("pantry", in_the_hall(), PlayerRef(name="script", settings={}))
    for thought, action in replies:
        recorder.reply(f"Thought: {thought}\nAction: {action}")
    return recorder.trajectory()


@pytest.mark.parametrize(
    ("thought", "flags"),
    [
        ("I will look for the brass key.", ("clairvoyant: brass key",)),
        ("I want the Brass  KEY's lock, the brass key!", ("clairvoyant: brass key",)),
        ("The key opens the chest, and the apple is in it.", ("clairvoyant: key", "clairvoyant: apple")),
        ("The brass key is in the hall.", ("clairvoyant: brass key", "clairvoyant: hall")),
        ("I need a brass key.", ("clairvoyant: brass key",)),
        ("I need a key, or some apple.", ()),
        ("The keyhole and the pineapple are monkeys.", ()),
        ("The chest is in the kitchen, and so is the player.", ()),
        ("The oak chest is locked; I look for something to eat and go to the hall.", ()),
        ("", ()),
    ],
)
def test_names_that_were_not_told(thought: str, flags: tuple[str, ...]) -> None:
    """Whole words, whatever their case; not what was read, what is only a kind, nor what everybody calls themselves.

    The hall is in the task's text: whoever has read that may name it.
    """
    found = played((thought, "look")).turns[0].flags
    assert found == tuple(flag for flag in flags if flag != "clairvoyant: hall")


def test_what_was_told_since_is_no_secret() -> None:
    """The same thought is flagged before the hall was seen, and not after."""
    thought = "I will take the brass key."
    record = played((thought, "look"), ("On.", "north"), (thought, "take key"))
    assert [turn.flags for turn in record.turns] == [("clairvoyant: brass key",), (), ()]
    assert [turn.trained for turn in record.turns] == [False, True, True]
    assert record.turns[0].reason == "accepted, but clairvoyant: brass key"


def test_facts_that_were_not_told() -> None:
    """What is true, unsaid, untouched and not doubted is flagged; what the agent did itself it may know."""
    system = load("pantry")
    episode = next(e for e in (Episode(system, seed=seed) for seed in range(20)) if "key" not in e.observation)
    recorder = Recorder("pantry", episode, PlayerRef(name="script", settings={}))
    recorder.episode.told |= (1 << len(system.world.atoms)) - 1
    sure = "The apple is in the oak chest."
    thoughts = [sure, "Perhaps the apple is in the oak chest.", "Is the apple in the oak chest?"]
    thoughts += ["The apple is in the hall.", "The apple must be in the chest."]
    for thought in thoughts:
        recorder.reply(f"Thought: {thought}\nAction: look")
    for action in ("north", "take key", "south", "unlock chest with key", "open chest"):
        recorder.reply(f"Thought: So.\nAction: {action}")
    recorder.reply(f"Thought: {sure}\nAction: take apple")
    flags = [turn.flags for turn in recorder.trajectory().turns]
    assert flags[0] == ("clairvoyant: apple is in the oak chest",)
    assert not any(flags[1:])


def test_a_flagged_turn_refines_nothing() -> None:
    """An error that a clairvoyant turn resolves is resolved, but nobody can learn refining from it."""
    record = played(("So.", "opn chest"), ("The apple is near.", "look"))
    assert record.turns[0].refined_by == 1
    assert record.outcome.refinements == 0
    assert record.turns[1].reason == "accepted, refines turn 0, but clairvoyant: apple"


def test_a_forged_flag_is_named() -> None:
    """Taking a flag away, adding one, or training on a flagged turn is found where it was done."""
    record = played(("I take the brass key.", "look"), ("On.", "north"))
    bundle = bundle_of(load("pantry").world)
    assert not [fault for fault in verify(record.line().encode(), bundle).faults if fault.proof != "goal"]
    for turn, field, value in [(0, "flags", []), (1, "flags", ["clairvoyant: hall"]), (0, "trained", True)]:
        parts = json.loads(record.line())
        parts["turns"][turn][field] = value
        parts["digests"] = digests(parts)
        faults = verify(canonical(parts).encode(), bundle).faults
        assert any(fault.proof == "replay" and f"turns[{turn}].{field}" in fault.place for fault in faults)


def no_flags(system: System, world: str, seeds: range) -> None:
    """The local players' thoughts are never flagged."""
    for task in system.world.tasks:
        for seed in seeds:
            for player in ("expert", "novice"):
                found = record(system, player, seed, task, name=world)
                assert not [(turn.thought, turn.flags) for turn in found.turns if turn.flags]


@pytest.mark.parametrize("world", ["pantry", "vending"])
def test_honest_players_are_not_flagged(world: str) -> None:
    """Expert and novice think only of what they were told."""
    no_flags(load(world), world, range(1))


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_honest_players_are_never_flagged(world: str) -> None:
    """In any world."""
    no_flags(load(world), world, range(1))
