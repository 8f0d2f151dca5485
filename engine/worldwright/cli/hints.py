"""What the expert would do in the player's place, knowing what the player knows."""

from __future__ import annotations

from ..play.episode import Episode
from ..play.feedback import Feedback
from ..players.mind import Bewildered, Mind
from ..players.player import Briefing, Heard
from ..players.thought import Thinker


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

    def next(self) -> str:
        """The expert's thought and command at this point."""
        episode = self.episode
        if episode.limit is None:
            return "This world sets no task, so there is nothing to be after."
        briefing = Briefing(
            system=episode.system,
            task=episode.task.name,
            args=episode.task.args,
            skin=episode.skin.name,
            instructions=episode.instructions,
            opening=self.opening,
            limit=episode.task.limit,
        )
        try:
            mind = Mind(briefing)
            heard: Heard | None = None
            for feedback in self.heard:
                heard = Heard(feedback.kind, feedback.text, feedback.ended)
                mind.learn(feedback.command, heard)
            decision = mind.decide()
        except Bewildered:
            return "The expert is at a loss."
        return f"{Thinker(briefing, mind).think(decision, heard)}\nTry: {episode.print(decision.command)}"
