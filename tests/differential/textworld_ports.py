"""The families that are ported by hand, with the start of a TextWorld game in place of one that is drawn.

The rules, the task and its end are the family's own; only where the rooms lie and where things are is the game's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from worldwright.compile.system import System
from worldwright.pipeline import find, load_text
from worldwright.play.feedback import Feedback
from worldwright.testing.comparison import PeerMapping

WAYS = ("north", "south", "east", "west")
OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}


@dataclass(frozen=True)
class Port:
    """A family begun as a game begins, and what things are called in the game."""

    system: System
    task: str
    names: Mapping[str, str]
    """From the world's identifiers to what the game calls things."""

    @property
    def mapping(self) -> PeerMapping:
        """How the world's actions, variables and endings are called in the game."""
        return PeerMapping(action=self.command, state=self.facts, reward=self.reward, ended=str)

    def command(self, action: str, arguments: Mapping[str, str]) -> str:
        """What a TextWorld player would say; what the game does not have is said as we say it."""
        return " ".join([action, *(self.names.get(value, value) for value in arguments.values())])

    def facts(self, variables: Mapping[str, str]) -> frozenset[str]:
        """Where the player and the game's things are."""
        found = {f"at(P, {self.names[variables['here']]})"}
        for own, name in self.names.items():
            place = variables.get(f"at({own})")
            if place is not None:
                found.add(f"in({name}, I)" if place == "hand" else f"at({name}, {self.names[place]})")
        return frozenset(found)

    def fact(self, text: str) -> str | None:
        """A fact as TextWorld writes it, as `facts` writes it; None for one that never changes."""
        name, _, rest = text.partition("(")
        arguments = [part.partition(":")[0].strip() for part in rest.removesuffix(")").split(",")]
        return f"{name}({', '.join(arguments)})" if name in ("at", "in") else None

    @staticmethod
    def reward(feedback: Feedback) -> float:
        """The one quest brings one point."""
        return float(feedback.ended == "goal")


def port_of(family: str, text: str) -> Port:
    """A family with the start of a game's file."""
    game = json.loads(text)
    facts = [(fact["name"], *(a["name"] for a in fact["arguments"])) for fact in game["world"]]
    called = {identifier: info["name"] for identifier, info in game["infos"]}
    rooms = list(dict.fromkeys(a["name"] for f in game["world"] for a in f["arguments"] if a["type"] == "r"))
    places = {fact[1]: fact[2] for fact in facts if fact[0] == "at"}
    first = places.pop("P")
    return _FAMILIES[family](game, _Plan(facts, called, rooms, places, first))


@dataclass(frozen=True)
class _Plan:
    facts: list[tuple[str, ...]]
    called: Mapping[str, str]
    rooms: list[str]
    places: Mapping[str, str]
    """Where things lie, by the game's identifiers."""
    first: str

    def ordered(self, last: str) -> list[str]:
        """The rooms, from where the player begins to a certain one."""
        between = [room for room in self.rooms if room not in (self.first, last)]
        return [self.first, *between, *([last] if last != self.first else [])]

    def exits(self, names: Mapping[str, str], every: list[str]) -> list[str]:
        """What a start says of all exits; `names` has ours of the game's rooms."""
        found = {(room, way): "none" for room in every for way in WAYS}
        for name, *rest in self.facts:
            way = name.removesuffix("_of")
            if way in WAYS and name.endswith("_of"):
                there, room = rest
                found[names[room], way] = names[there]
                found[names[there], OPPOSITE[way]] = names[room]
        return [f"  exit({room}, {way}) = {there}" for (room, way), there in found.items()]


def _coin_collector(_: Any, plan: _Plan) -> Port:
    ((coin, last),) = plan.places.items()
    detours = 1 if len(plan.rooms) % 2 == 0 else 0
    level = len(plan.rooms) // (1 + detours)
    own = [f"chamber_{i + 1}" for i in range(len(plan.rooms))]
    others = [room for room in plan.rooms if room not in (plan.first, last)]
    order = [plan.first, *others[: level - 2], last, *others[level - 2 :]]
    names = dict(zip(order, own, strict=True))
    lines = ["start", *plan.exits(names, own)]
    params: dict[str, int | bool | str] = {"level": level, "detours": detours}
    shown = {ours: plan.called[room] for room, ours in names.items()}
    return Port(_begun("coin_collector", params, lines), "collect", {**shown, "coin": plan.called[coin]})


def _treasure_hunter(game: Any, plan: _Plan) -> Port:
    (quest,) = game["quests"]
    wanted, wrong = (
        next(f["arguments"][0]["name"] for f in quest[kind][0]["condition"]["preconditions"] if f["name"] == "in")
        for kind in ("win_events", "fail_events")
    )
    own = [f"room_{i + 1}" for i in range(6)]
    names = dict(zip(plan.ordered(plan.first), own, strict=False))
    lines = ["start", *plan.exits(names, own)]
    # What an easy game does not have stands in a room that nobody can reach.
    lines += [f"  door({room}, {way}) = none" for room in own for way in WAYS]
    lines += [f"  spot({fixture}) = room_6" for fixture in ("chest", "table")]
    lines += [f"  at({key}) = room_6" for key in ("iron_key", "brass_key")]
    lines += [f"  at(ruby) = {names[plan.places[wanted]]}", f"  at(pearl) = {names[plan.places[wrong]]}"]
    shown = {ours: plan.called[room] for room, ours in names.items()}
    called = {**shown, "ruby": plan.called[wanted], "pearl": plan.called[wrong]}
    return Port(_begun("treasure_hunter", {"rooms": 6, "mode": "easy"}, lines), "hunt(ruby, pearl)", called)


def _begun(family: str, params: Mapping[str, int | bool | str], lines: list[str]) -> System:
    """A member of a family with another start after its own."""
    return load_text(f"{find(family).read_text('utf-8')}\n{chr(10).join(lines)}\n", params, f"{family}.world")


_FAMILIES = {"coin_collector": _coin_collector, "treasure_hunter": _treasure_hunter}
