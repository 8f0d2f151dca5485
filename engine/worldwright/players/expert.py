"""The expert: knows the rules, infers what it can from what it reads, and takes the shortest way it can see."""

from __future__ import annotations

from worldwright.compile.system import Command
from worldwright.play.table import table_of
from worldwright.players.mind import Mind
from worldwright.players.player import Briefing, Heard, written
from worldwright.players.thought import Thinker


class Expert:
    """Plays as well as an agent can that is told no more than this one was."""

    def __init__(self, briefing: Briefing) -> None:
        self._mind = Mind(briefing)
        self._thinker = Thinker(briefing, self._mind)
        self._skin = table_of(briefing.system).skin(briefing.skin)
        self._last: Command | None = None

    def reply(self, heard: Heard | None) -> str:
        """Take in what was heard, decide, and say why."""
        if heard is not None:
            self._mind.learn(self._last, heard)
        decision = self._mind.decide()
        self._last = decision.command
        thought = self._thinker.think(decision, heard)
        return written(thought, self._skin.print(decision.command))
