"""Lets a player play an episode, and records it."""

from __future__ import annotations

import re

from ..compile.system import System
from ..play.episode import Episode
from ..players.novice import NoviceSettings
from ..players.player import Briefing, Heard, Maker
from ..players.registry import maker
from .recorder import Recorder
from .trajectory import PlayerRef, Trajectory, Value


def play_out(player: Maker, reference: PlayerRef, name: str, episode: Episode, seed: int = 0) -> Trajectory:
    """Let one player play one episode to its end, and record it. `seed` is the player's own."""
    recorder = Recorder(name, episode, reference)
    acting = player(
        Briefing(
            system=episode.system,
            task=episode.task.name,
            args=episode.task.args,
            skin=episode.skin.name,
            instructions=episode.instructions,
            opening=episode.observation,
            limit=episode.task.limit,
            seed=seed,
        )
    )
    heard: Heard | None = None
    while not episode.ended:
        feedback = recorder.reply(acting.reply(heard))
        heard = Heard(feedback.kind, feedback.text, feedback.ended)
    return recorder.trajectory()


def reference_to(player: str, min_refines: int, seed: int) -> PlayerRef:
    """A player of the registry as records name it, with its settings."""
    settings: dict[str, Value | float] = {"seed": seed}
    if player == "novice":
        settings |= NoviceSettings(min_refines=min_refines).model_dump()
    return PlayerRef(name=player, settings=settings)


def record(
    system: System,
    player: str = "novice",
    seed: int = 0,
    task: str | None = None,
    skin: str = "natural",
    min_refines: int = 2,
    name: str | None = None,
) -> Trajectory:
    """One player's trajectory in one episode; all choices that are left open follow from the seed.

    `name` is what the world goes by in the record; by default it is made from the title.
    """
    called = name if name is not None else "_".join(re.findall(r"\w+", system.world.title.lower()))
    episode = Episode(system, task, seed=seed, skin=skin)
    return play_out(maker(player, min_refines), reference_to(player, min_refines, seed), called, episode, seed)
