"""What the expert would do in the player's place, knowing what the player knows."""

from __future__ import annotations

from ..play.episode import Episode
from ..play.feedback import Feedback
from ..players.mind import Bewildered, Mind
from ..players.player import Briefing, Heard


class Hints:
    """Remembers what the player did and heard, and asks the expert only when a hint is wanted."""

    def __init__(self, episode: Episode) -> None:
        self.episode = episode
        self.opening = episode.observation
        self.heard: list[Feedback] = []

    def note(self, feedback: Feedback) -> None:
        """Remember one feedback."""
        self.heard.append(feedback)

    def undo(self) -> None:
        """Forget the last feedback."""
        self.heard.pop()
