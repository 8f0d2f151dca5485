"""ScienceWorld, run on its own gold action sequences: each action with the moments that are scored after it.

`missing` says what is not installed. Its simulator is a Java program, so a Java runtime is needed, too.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

if find_spec("scienceworld") is not None:
    from scienceworld import ScienceWorldEnv

LINE = re.compile(r"(\d+)\t(true|false)\s+(\S+)\t(.*)")
ROOM = re.compile(r"called the ([a-z ]+)\.")
STEPS = 300


def missing() -> str:
    """Why nothing can be run; empty if it can."""
    if find_spec("scienceworld") is None:
        return "scienceworld is not installed: make differential installs it"
    return "" if shutil.which("java") else "there is no Java runtime: install one (on Debian: default-jre-headless)"


@dataclass(frozen=True, slots=True)
class Step:
    """One action with what it brings: the score, of 100, and the moments that are scored for the first time."""

    action: str
    score: int
    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A variation of a task, played as ScienceWorld itself would play it, to the end."""

    task: str
    variation: int
    description: str
    room: str
    """Where it begins."""
    steps: tuple[Step, ...]


class Peer:
    """The simulator, started once for many variations."""

    def __init__(self) -> None:
        self._env: Any = ScienceWorldEnv("", envStepLimit=STEPS)

    def load(self, task: str, variation: int) -> list[str]:
        """Begins a variation; its gold actions."""
        self._env.load(task, variation, "", generateGoldPath=True)
        self._env.reset()
        return [str(action) for action in self._env.get_gold_action_sequence()]

    def step(self, action: str) -> tuple[int, bool]:
        """One action: the score, and whether all is over."""
        _, _, done, info = self._env.step(action)
        return int(info["score"]), bool(done)

    def gold(self, task: str, variation: int, recorded: tuple[str, ...] = ()) -> Gold:
        """A variation, played to its end by its gold actions: those of now, or those recorded before."""
        actions: Iterable[str] = self.load(task, variation)
        actions = recorded or actions
        found = ROOM.search(str(self._env.look()))
        assert found is not None
        steps, before = [], self._scored()
        for action in actions:
            score, done = self.step(action)
            now = self._scored()
            steps.append(Step(action, score, tuple(m for m in now if m not in before)))
            before = now
            if done:
                break
        return Gold(task, variation, str(self._env.get_task_description()), found[1], tuple(steps))

    def _scored(self) -> list[str]:
        """The moments that are scored already."""
        rows = (LINE.fullmatch(line.strip()) for line in str(self._env.get_goal_progress()).splitlines())
        return [row[4].strip() for row in rows if row is not None and row[2] == "true"]
