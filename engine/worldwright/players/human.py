"""The human player: shows what there is to read, and asks for a line."""

from __future__ import annotations

from collections.abc import Callable

from worldwright.players.player import Briefing, Heard, Maker, Player, written


class Human:
    """Hands observations to `show` and takes commands from `read`."""

    def __init__(self, briefing: Briefing, read: Callable[[], str], show: Callable[[str], None]) -> None:
        self._briefing = briefing
        self._read = read
        self._show = show

    def reply(self, heard: Heard | None) -> str:
        """Show what was heard and return what the person typed; a bare command becomes a reply without a thought."""
        self._show(self._briefing.opening if heard is None else heard.text)
        line = self._read()
        return line if "Action:" in line else written("", line.strip())


def human(read: Callable[[], str], show: Callable[[str], None]) -> Maker:
    """A maker of players who ask a person."""

    def make(briefing: Briefing) -> Player:
        return Human(briefing, read, show)

    return make
