"""Plays of the local players, recorded for the scripted endpoint: whole syntheses run without a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from worldwright.compile.system import System
from worldwright.play.episode import Episode
from worldwright.players.player import Briefing, Heard
from worldwright.players.registry import maker


def plays(
    system: System, task: str | None, seeds: Iterable[int], skin: str = "natural", player: str = "novice"
) -> list[dict[str, Any]]:
    """One play for each seed, as `tests.models.server.Plays` reads them: opening, replies, what was heard."""
    found = []
    for seed in seeds:
        episode = Episode(system, task, seed=seed, skin=skin)
        opening = episode.observation
        briefing = Briefing(
            system=system,
            task=episode.task.name,
            args=episode.task.args,
            skin=skin,
            instructions=episode.instructions,
            opening=opening,
            limit=episode.task.limit,
            seed=seed,
        )
        acting = maker(player)(briefing)
        heard: Heard | None = None
        replies, texts = [], []
        while not episode.ended:
            replies.append(acting.reply(heard))
            feedback = episode.reply(replies[-1])
            heard = Heard(feedback.kind, feedback.text, feedback.ended)
            texts.append(feedback.text)
        found.append({"opening": opening, "replies": replies, "heard": texts})
    return found
