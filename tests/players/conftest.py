"""What the tests of players share: compiled worlds, and a way to let a player play."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pytest

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.feedback import Feedback
from worldwright.players.player import Briefing, Heard, Maker


@dataclass(frozen=True)
class Played:
    """One episode: the briefing, and each reply with its feedback."""

    episode: Episode
    briefing: Briefing
    turns: tuple[tuple[str, Feedback], ...]

    @property
    def kinds(self) -> list[str]:
        return [feedback.kind for _, feedback in self.turns]

    @property
    def transcript(self) -> str:
        lines = [self.briefing.opening]
        for reply, feedback in self.turns:
            lines += [f"> {reply}", feedback.text]
        return "\n".join(lines)


Play = Callable[..., Played]


@lru_cache(maxsize=32)
def world(name: str) -> System:
    """A shipped world, compiled once for all tests."""
    return load(name)


def play_out(
    maker: Maker, system: System, task: str, args: tuple[int, ...], seed: int = 0, skin: str = "natural", mine: int = 0
) -> Played:
    """Play one episode to its end."""
    episode = Episode(system, task, args, seed, skin)
    limit = episode.limit
    assert limit is not None
    briefing = Briefing(system, task, args, skin, episode.instructions, episode.observation, limit, mine)
    player = maker(briefing)
    heard: Heard | None = None
    turns = []
    while not episode.ended:
        reply = player.reply(heard)
        feedback = episode.reply(reply)
        heard = Heard(feedback.kind, feedback.text, feedback.ended)
        turns.append((reply, feedback))
    return Played(episode, briefing, tuple(turns))


@pytest.fixture(name="world", scope="session")
def world_fixture() -> Callable[[str], System]:
    """Compiled worlds by name."""
    return world


@pytest.fixture(name="play", scope="session")
def play_fixture() -> Play:
    """Lets a player play."""
    return play_out
