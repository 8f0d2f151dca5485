"""`Collected`: all plays of a test run, and what of the worlds they went through.

It listens to every `Episode` of the process from `listen` on. What was played is kept and traced at the end, each step
once; of a world that is played a great deal, only steps that were answered in a new way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ..check.world import World
from ..compile.system import Command, System
from ..diagnostics import WorldError
from ..pipeline import load_world
from ..play.episode import Episode
from ..play.feedback import Feedback
from .playing import is_chancy
from .touched import Part, Touched, Tracer, whole

EVERY = 1_500
"""Different steps of a world that are traced whatever came of them."""

MOST = 6_000
"""Different steps of a world that are traced."""

SEARCHED = 2_000
"""Files under the root that are looked at to find where a world comes from."""

_Step = tuple[bytes, Command | None, int, int]
"""State before, command (None: the opening), seed, turn; the last two where luck has a say."""


@dataclass(slots=True)
class WorldCoverage:
    """What of one world's file was gone through."""

    name: str
    """Its path, from the root of the tests where it lies there."""
    path: Path
    text: str
    every: Touched
    touched: Touched = field(default_factory=Touched)

    @property
    def missed(self) -> tuple[Part, ...]:
        """The parts that no play went through, in the order of the file."""
        return tuple(sorted(part for part in self.every.parts if part not in self.touched.parts))

    def count(self, kind: str) -> tuple[int, int]:
        """Parts of a kind that were gone through, and how many there are."""
        every = [part for part in self.every.parts if part.kind == kind]
        return sum(part in self.touched.parts for part in every), len(every)


@dataclass(slots=True)
class _Kept:
    """The steps of one compiled world."""

    chancy: bool
    steps: dict[_Step, None] = field(default_factory=dict)
    answers: dict[tuple[object, ...], None] = field(default_factory=dict)
    milestones: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass(slots=True)
class Collected:
    """Steps by world, names of worlds, and what other processes have gone through."""

    kept: dict[System, _Kept] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    """Where worlds come from, by the digest of their file."""
    found: dict[str, Touched] = field(default_factory=dict)
    """What was gone through, by the same."""
    worlds_by: dict[str, World] = field(default_factory=dict)
    deaf: bool = False
    """Whether plays do not count now."""

    def listen(self) -> Callable[[], None]:
        """From now on every episode is heard; what is given back ends that."""
        answer, begin = Episode._answer, Episode._open

        def heard(episode: Episode, said: Any, read: Any) -> Feedback:
            turn = episode.turn
            feedback = answer(episode, said, read)
            if not self.deaf:
                self._step(episode, feedback, turn)
            return feedback

        def opened(episode: Episode) -> None:
            begin(episode)
            if not self.deaf:
                self._opening(episode)

        patches = patch.object(Episode, "_answer", heard), patch.object(Episode, "_open", opened)
        for each in patches:
            each.start()

        def stop() -> None:
            for each in patches:
                each.stop()

        return stop

    def name(self, system: System, path: str) -> None:
        """Says which file a world was read from."""
        self.paths[digest(system.world)] = Path(path).resolve()

    # ------------------------------------------------------------ listening

    def _of(self, system: System) -> _Kept:
        kept = self.kept.get(system)
        if kept is None:
            kept = self.kept[system] = _Kept(is_chancy(system))
        return kept

    def _opening(self, episode: Episode) -> None:
        kept = self._of(episode.system)
        kept.steps[episode.state.state, None, episode.seed, 0] = None
        self._milestones(kept, episode)

    def _step(self, episode: Episode, feedback: Feedback, turn: int) -> None:
        command = feedback.command
        if command is None:
            return
        kept = self._of(episode.system)
        self._milestones(kept, episode)
        luck = (episode.seed, turn) if kept.chancy else (0, 0)
        step = (feedback.before, command, *luck)
        if step in kept.steps or len(kept.steps) >= MOST:
            return
        need = None if feedback.need is None else feedback.need.id
        answered = (command[0], need, feedback.text, tuple(change.name for change in feedback.changes))
        if answered in kept.answers and len(kept.steps) >= EVERY:
            return
        kept.answers[answered] = None
        kept.steps[step] = None

    @staticmethod
    def _milestones(kept: _Kept, episode: Episode) -> None:
        if episode.limit is not None:
            task = episode.task
            named = zip(task.info.milestones, task.milestone_names, strict=True)
            kept.milestones.update({(task.name, m.text): None for m, name in named if name in episode.milestones})

    # ------------------------------------------------------------ adding up

    def _traced(self) -> None:
        """Traces what was kept, and forgets it."""
        for system, kept in self.kept.items():
            key = digest(system.world)
            self.worlds_by.setdefault(key, system.world)
            touched = self.found.setdefault(key, Touched())
            tracer = Tracer(system)
            for before, command, seed, turn in kept.steps:
                step = tracer.opening(before, seed) if command is None else tracer.step(before, command, seed, turn)
                touched.add(step)
            reached = {f"{task}: {text}" for task, text in kept.milestones}
            for part in whole(system.world).parts:
                if part.kind == "milestone" and part.name in reached:
                    touched.parts[part] = None
                    touched.lines[part.line] = None
        self.kept.clear()

    def worlds(self, root: Path) -> list[WorldCoverage]:
        """What was gone through of every world, by name. Where a world's file is not known it is looked for under
        `root`; worlds of no file, such as those made from a text, are left out."""
        self._traced()
        if any(key not in self.paths for key in self.found):
            self._find(root)
        made = [self._covered(key, touched, root) for key, touched in self.found.items()]
        return sorted((each for each in made if each is not None), key=lambda each: each.name)

    def _covered(self, key: str, touched: Touched, root: Path) -> WorldCoverage | None:
        path = self.paths.get(key)
        if path is None:
            return None
        try:
            world = self.worlds_by.get(key) or load_world(path)
        except WorldError:
            return None  # changed since another process played it
        name = str(path.relative_to(root) if path.is_relative_to(root) else path)
        return WorldCoverage(name, path, main_text(world), whole(world), touched)

    def _find(self, root: Path) -> None:
        """Finds the files of worlds by their text."""
        for number, path in enumerate(sorted(root.rglob("*.world"))):
            if number == SEARCHED:
                break
            self.paths.setdefault(_digest(path.read_text(encoding="utf-8", errors="replace")), path.resolve())

    def to_json(self) -> dict[str, Any]:
        """For another process: what was gone through, by world."""
        self._traced()
        return {
            key: {
                "path": str(self.paths[key]) if key in self.paths else None,
                "parts": [[part.line, part.column, part.kind, part.name] for part in touched.parts],
                "lines": list(touched.lines),
            }
            for key, touched in self.found.items()
        }

    def take(self, given: Mapping[str, Any]) -> None:
        """Takes in what another process wrote with `to_json`."""
        for key, fields in given.items():
            if fields["path"] is not None:
                self.paths[key] = Path(fields["path"])
            parts = {Part(line, column, kind, name): None for line, column, kind, name in fields["parts"]}
            self.found.setdefault(key, Touched()).add(Touched(parts, dict.fromkeys(fields["lines"])))


def main_text(world: World) -> str:
    """The text of a world's own file."""
    return next(module.text for module in world.modules if module.name == "")


def digest(world: World) -> str:
    """The digest of a world's own file."""
    return _digest(main_text(world))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
