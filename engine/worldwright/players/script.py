"""The scripted player: says what its script says, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from worldwright.players.player import Briefing, Heard, Maker, Player, written


class ScriptEnded(Exception):
    """The script has no line left and the episode is not over."""


class Script:
    """Replies with the lines of a script in order; a line may be a bare command or a whole reply."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = tuple(lines)
        self._next = 0

    def reply(self, heard: Heard | None) -> str:
        """The next line, whatever was heard."""
        if self._next >= len(self._lines):
            raise ScriptEnded(f"the script ended after {self._next} lines")
        line = self._lines[self._next]
        self._next += 1
        return line if "Action:" in line or line.lstrip().startswith("{") else written("", line)


def script(lines: Sequence[str]) -> Maker:
    """A maker of players that all follow the same script."""

    def make(_: Briefing) -> Player:
        return Script(lines)

    return make
