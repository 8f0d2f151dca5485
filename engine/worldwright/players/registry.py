"""The players that can be asked for by name."""

from __future__ import annotations

from collections.abc import Mapping

from worldwright.players.expert import Expert
from worldwright.players.novice import Novice, NoviceSettings
from worldwright.players.player import Briefing, Maker, Player
from worldwright.players.random import Random

NAMES = ("expert", "novice", "random")

SUMMARIES: Mapping[str, str] = {
    "expert": "knows the rules, infers the rest from what it reads, plans shortest ways",
    "novice": "the expert with seeded mistakes of every kind, each refined after its feedback",
    "random": "any command about things that it was told of, a bound below which nobody should fall",
}


class UnknownPlayer(ValueError):
    """No player has this name."""


def maker(name: str, min_refines: int = 2) -> Maker:
    """A maker of players by name; `min_refines` is for the novice."""
    if name == "expert":
        return Expert
    if name == "novice":
        settings = NoviceSettings(min_refines=min_refines)

        def make(briefing: Briefing) -> Player:
            return Novice(briefing, settings)

        return make
    if name == "random":
        return Random
    raise UnknownPlayer(f"there is no player called {name}; there are {', '.join(NAMES)}")
