"""Plays for tests: real records of the pantry from replies written by hand, and plays in numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from worldwright.compile.system import System
from worldwright.evaluate.measure import Play
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.synthesize.recorder import Recorder
from worldwright.synthesize.trajectory import PlayerRef, Trajectory


@lru_cache
def pantry() -> System:
    """The pantry, compiled once."""
    return load("pantry")


@lru_cache
def seed() -> int:
    """The first seed whose brass key lies in the kitchen."""
    return next(each for each in range(50) if "brass key" in Episode(pantry(), "lunch", seed=each).observation)


def played(*replies: tuple[str, str]) -> Trajectory:
    """The record of an episode in which these thoughts and commands were said."""
    recorder = Recorder("pantry", Episode(pantry(), "lunch", seed=seed()), PlayerRef(name="script", settings={}))
    for thought, command in replies:
        recorder.reply(f"Thought: {thought}\nAction: {command}")
    return recorder.trajectory()


def play(start: int, success: bool, **more: Any) -> Play:
    """A play in numbers, one turn long."""
    facts: dict[str, Any] = {
        "sample": 0,
        "skin": "natural",
        "world": "pantry",
        "task": "lunch",
        "band": "easy",
        "progress": float(success),
        "ended": "goal" if success else "limit",
        "turns": 1,
        "errors": {},
        "repeats": 0,
        "recoveries": {},
        "thoughts": 1,
        "flagged": 0,
        "actions": (),
    }
    return Play(start=start, success=success, **{**facts, **more})
