"""The families that are ported by hand, with the cast and the start of a TextWorld game in place of what is drawn.

The rules, the task and its end are the family's own; what there is (rooms, doors, furniture, things) and where it is
are the game's. What a family has of its own is put where nobody comes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from worldwright.compile.system import System
from worldwright.pipeline import Parameters, find, load_text
from worldwright.play.feedback import Feedback
from worldwright.testing.comparison import PeerMapping

WAYS = ("north", "south", "east", "west")
OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
LIDS = {"open": "open", "closed": "closed", "shut": "closed", "locked": "locked"}
"""What the families call the states of a lid, as TextWorld calls them."""
HEATS = ("fried", "roasted", "grilled")
STATES = (*LIDS, *HEATS, "consumed", "used", "burned", "uncut", "sliced", "diced", "chopped")
"""TextWorld's facts that can change and are compared, beside where things are. What is raw shows no heat."""
_IN_HAND = re.compile(r"in\(([^:,]+)(?:: \w+)?, I(?:: I)?\)")
_FACT = re.compile(r"([a-z_/0-9]+)\((.*)\)")


@dataclass(frozen=True)
class Port:
    """A family begun as a game begins, and what things are called in the game."""

    system: System
    task: str
    names: Mapping[str, str]
    """From the world's identifiers to what the game calls things."""
    things: frozenset[str]
    """The game's things that can be moved, by identifier."""
    boxes: frozenset[str] = frozenset()
    """The containers, by identifier: one inserts into them, and puts on the others."""
    unheated: frozenset[str] = frozenset()
    """Foods, by identifier, whose heat is not compared."""
    overfull: bool = False
    """Whether the game begins with more in hand than hands can hold."""

    @property
    def mapping(self) -> PeerMapping:
        """How the world's actions, variables and endings are called in the game."""
        return PeerMapping(action=self.command, state=self.facts, reward=self.reward, ended=str)

    def command(self, action: str, arguments: Mapping[str, str]) -> str:
        """What a TextWorld player would say; `said` makes the same of what TextWorld lists."""
        said = [self.names.get(value, value) for value in arguments.values()]
        match action:
            case "put":
                *_, holder = arguments.values()
                return f"insert {said[0]} into {said[1]}" if holder in self.boxes else f"put {said[0]} on {said[1]}"
            case "lock" | "unlock" | "cook":
                return f"{action} {said[0]} with {said[1]}"
            case "slice" | "dice" | "chop":
                return f"{action} {said[0]} with {self.names['knife']}"
            case "prepare_meal":
                return "prepare meal"
            case "inspect":
                return f"examine {said[0]}"
        return " ".join([action, *said])

    @staticmethod
    def said(command: str) -> str:
        """A command that TextWorld lists; of what is taken we do not say from where."""
        return re.sub(r"^(take .+) from .+$", r"\1", command)

    @staticmethod
    def unlisted(facts: Iterable[str]) -> frozenset[str]:
        """Commands that TextWorld takes and does not list, by its facts: what is held can be examined."""
        held = (_IN_HAND.fullmatch(fact) for fact in facts)
        return frozenset(f"examine {found[1]}" for found in held if found)

    def facts(self, variables: Mapping[str, str]) -> frozenset[str]:
        """The world's variables as facts of the game, as far as they are of the game's things."""
        found = {f"at(P, {self.names[variables['here']]})"}
        for variable, value in variables.items():
            name, _, rest = variable.partition("(")
            own = rest.removesuffix(")")
            if own in self.names:
                fact = self._fact(name, own, value)
                found |= {fact} if fact else set()
        return frozenset(found)

    def _fact(self, name: str, own: str, value: str) -> str:
        called = self.names[own]
        match name:
            case "at":
                if value in ("eaten", "used"):
                    return f"{'used' if value == 'used' else 'consumed'}({called})"
                if value in ("hand", "nowhere"):
                    return f"in({called}, I)" if value == "hand" else ""
                return f"has({called}, {self.names[value]})"
            case "lid":
                return f"{LIDS[value]}({called})"
            case "heat":
                return f"{value}({called})" if value in HEATS and own not in self.unheated else ""
            case "burned":
                return f"burned({called})" if value == "true" else ""
            case "form":
                return f"{value}({called})" if value != "whole" else ""
        return ""

    def fact(self, text: str) -> str | None:
        """A fact as TextWorld writes it, as `facts` writes it; None for one that is not compared."""
        found = _FACT.fullmatch(text)
        if found is None:
            return None
        name, (first, *rest) = found[1], [part.partition(":")[0].strip() for part in found[2].split(",")]
        own = self._own.get(first, "")
        if name in ("at", "in", "on"):
            if first == "P":
                return f"at(P, {rest[0]})"
            if own not in self.things:
                return None
            return f"in({first}, I)" if rest[0] == "I" else f"has({first}, {rest[0]})"
        if name not in STATES or not own or (name in HEATS and own in self.unheated):
            return None
        return f"{name}({first})"

    @cached_property
    def _own(self) -> Mapping[str, str]:
        return {called: own for own, called in self.names.items()}

    @staticmethod
    def reward(feedback: Feedback) -> float:
        """The one quest brings one point."""
        return float(feedback.ended == "goal")


def port_of(family: str, text: str) -> Port:
    """A family with the cast and the start of a game's file."""
    return _FAMILIES[family](Cast.of(json.loads(text)))


@dataclass(frozen=True)
class Cast:
    """What there is in a game and where, by the game's identifiers."""

    game: Any
    facts: tuple[tuple[str, ...], ...]
    kinds: Mapping[str, str]
    called: Mapping[str, str]

    @classmethod
    def of(cls, game: Any) -> Cast:
        """From a game's file, read as JSON."""
        arguments = [(a["name"], a["type"]) for fact in game["world"] for a in fact["arguments"]]
        facts = tuple((fact["name"], *(a["name"] for a in fact["arguments"])) for fact in game["world"])
        return cls(game, facts, dict(arguments), {identifier: info["name"] for identifier, info in game["infos"]})

    def every(self, *kinds: str) -> list[str]:
        """What is of some kinds, in the order of the file."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    def of_fact(self, *names: str) -> list[tuple[str, ...]]:
        """The arguments of all facts of some names."""
        return [fact[1:] for fact in self.facts if fact[0] in names]

    @property
    def first(self) -> str:
        """Where the player begins."""
        return next(place for what, place in self.of_fact("at") if what == "P")

    def places(self, names: Mapping[str, str]) -> dict[str, str]:
        """Where things and furniture are, by our names of them; the player's hand is `hand`."""
        found = self.of_fact("at", "in", "on")
        return {names[x]: "hand" if y == "I" else names[y] for x, y in found if x in names and (y == "I" or y in names)}

    def exits(self, names: Mapping[str, str], every: Iterable[str]) -> list[str]:
        """What a start says of all exits; `names` has ours of the game's rooms."""
        found = {(room, way): "none" for room in every for way in WAYS}
        for there, room, way in self._ways():
            found[names[room], way] = names[there]
            found[names[there], OPPOSITE[way]] = names[room]
        return [f"  exit({room}, {way}) = {there}" for (room, way), there in found.items()]

    def doors(self, names: Mapping[str, str], every: Iterable[str]) -> list[str]:
        """What a start says of all doors."""
        between = {(room, there): door for room, door, there in self.of_fact("link")}
        found = {(room, way): "none" for room in every for way in WAYS}
        for there, room, way in self._ways():
            if (room, there) in between:
                found[names[room], way] = found[names[there], OPPOSITE[way]] = names[between[room, there]]
        return [f"  door({room}, {way}) = {door}" for (room, way), door in found.items()]

    def lids(self, names: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
        """What a start says of all lids, in a family's words for them."""
        told = ((state, names.get(what, "")) for state in words for (what,) in self.of_fact(state))
        return [f"  lid({what}) = {words[state]}" for state, what in told if what]

    def _ways(self) -> list[tuple[str, str, str]]:
        named = (
            (there, room, name.removesuffix("_of")) for name, there, room in (f for f in self.facts if len(f) == 3)
        )
        return [each for each in named if each[2] in WAYS]


def begun(family: str, params: Parameters, lines: list[str]) -> System:
    """A member of a family with more declarations, and with another start in place of its own."""
    rules = re.sub(r"(?m)^start\n(?:  .*\n)+", "", find(family).read_text("utf-8"), count=1)
    return load_text(f"{rules}\n{chr(10).join(lines)}\n", params, f"{family}.world")


def _coin_collector(cast: Cast) -> Port:
    ((coin, last),) = ((x, y) for x, y in cast.of_fact("at") if x != "P")
    rooms = cast.every("r")
    detours = 1 if len(rooms) % 2 == 0 else 0
    level = len(rooms) // (1 + detours)
    own = [f"chamber_{i + 1}" for i in range(len(rooms))]
    others = [room for room in rooms if room not in (cast.first, last)]
    names = dict(zip([cast.first, *others[: level - 2], last, *others[level - 2 :]], own, strict=True))
    system = begun("coin_collector", {"level": level, "detours": detours}, ["start", *cast.exits(names, own)])
    shown = {ours: cast.called[room] for room, ours in names.items()}
    return Port(system, "collect", {**shown, "coin": cast.called[coin]}, frozenset({"coin"}))


def _treasure_hunter(cast: Cast) -> Port:
    (quest,) = cast.game["quests"]
    wanted, wrong = (
        next(f["arguments"][0]["name"] for f in quest[kind][0]["condition"]["preconditions"] if f["name"] == "in")
        for kind in ("win_events", "fail_events")
    )
    types = {"r": "Room", "d": "Door", "c": "Chest", "s": "Table", "k": "Key", "o": "Thing", "f": "Thing"}
    names = {what: f"the_{what}" for what, kind in cast.kinds.items() if kind in types}
    lines = ["type Precious_key is Prize, Key"]
    for what, own in names.items():
        prize = "Precious_key" if cast.kinds[what] == "k" else "Prize"
        lines.append(f"object {own}: {prize if what in (wanted, wrong) else types[cast.kinds[what]]}")
    rooms = [names[room] for room in cast.every("r")]
    lines += ["start", f"  here = {names[cast.first]}", *cast.exits(names, rooms), *cast.doors(names, rooms)]
    furniture = {names[what] for what in cast.every("c", "s")}
    for what, place in cast.places(names).items():
        lines.append(f"  {'spot' if what in furniture else 'at'}({what}) = {place}")
    lines += cast.lids(names, {"open": "open", "closed": "shut", "locked": "locked"})
    lines += [f"  key({names[lock]}) = {names[key]}" for key, lock in cast.of_fact("match")]
    # What the family has of its own is in rooms that nobody can reach.
    lines += [f"  spot({own}) = room_1" for own in ("chest", "table")]
    lines += [f"  at({own}) = room_1" for own in ("ruby", "pearl", "iron_key", "brass_key")]
    system = begun("treasure_hunter", {"mode": "easy"}, lines)
    shown = {own: cast.called[what] for what, own in names.items()}
    things = frozenset(names[what] for what in cast.every("k", "o", "f"))
    boxes = frozenset(names[what] for what in cast.every("c"))
    return Port(system, f"hunt({names[wanted]}, {names[wrong]})", shown, things, boxes)


def _cooking(cast: Cast) -> Port:
    """`recipe`, `cut` and `drop` are parameters of the family; what else a game has is in its start."""
    asked = {food: (heat, cut) for food, heat, cut in cast.game["metadata"]["ingredients"]}
    settings = cast.game["metadata"]["settings"]
    own = {name: name for name in ("kitchen", "cookbook", "knife", "meal")}
    types = {"r": "Room", "d": "Door", "c": "Box", "s": "Board", "stove": "Stove", "oven": "Oven", "toaster": "Cooker"}
    kinds = {what: types.get(kind, "Thing") for what, kind in cast.kinds.items() if kind in (*types, "o")}
    foods = {what: _Food.of(cast, what) for what in cast.every("f")}
    kinds |= {what: food.kind for what, food in foods.items()}
    names = {what: own.get(cast.called[what], f"the_{what}") for what in (*kinds, *cast.every("meal"))}
    lines = ["type Hot_drink is Drink, Cookable"]
    lines += [f"object {names[what]}: {kind}" for what, kind in kinds.items() if names[what] not in own]
    rooms = [names[room] for room in cast.every("r")]
    lines += ["start", f"  here = {names[cast.first]}", *cast.exits(names, rooms), *cast.doors(names, rooms)]
    lines += cast.lids(names, {"open": "open", "closed": "closed"})
    # What the family has of its own is nowhere, or in a garden that nobody can reach.
    lines += [f"  spot({ours}) = garden" for ours in ("fridge", "table", "shelf", "stove", "oven", "grill")]
    furniture = {names[what] for what in cast.every("c", "s", "stove", "oven", "toaster")}
    for what, place in cast.places(names).items():
        lines.append(f"  {'spot' if what in furniture else 'at'}({what}) = {place}")
    for what, food in foods.items():
        lines += food.start(names[what], asked.get(cast.called[what]))
    params: Parameters = {
        "ingredients": len(asked),
        "cut": bool(settings.get("cut")),
        "drop": bool(settings.get("drop")),
    }
    return Port(
        begun("cooking", params, lines),
        "dinner",
        {name: cast.called[what] for what, name in names.items()},
        frozenset(names[what] for what in cast.every("f", "o", "meal")),
        frozenset(names[what] for what in cast.every("c", "oven")),
        frozenset(names[what] for what, food in foods.items() if food.heat == STAND_IN),
        0 < len(cast.every("slot")) < len([place for place in cast.places(names).values() if place == "hand"]),
    )


STAND_IN = "stand-in"
"""Of a food that is cooked from the start and yet raw, as TextWorld has it where nothing has to be cooked."""


@dataclass(frozen=True)
class _Food:
    """What a food of a game is at the start."""

    kind: str
    """The family's type for it."""
    heat: str
    form: str

    @classmethod
    def of(cls, cast: Cast, what: str) -> _Food:
        facts = {fact[0] for fact in cast.facts if fact[1:] == (what,)}
        heat = next((heat for heat in HEATS if heat in facts), STAND_IN if "cooked" in facts else "raw")
        form = next((form for form in ("uncut", "sliced", "diced", "chopped") if form in facts), "whole")
        warm = bool(facts & {"raw", "needs_cooking", "cooked"})
        if "drinkable" in facts:
            return cls("Hot_drink" if warm else "Drink", heat, form)
        if "inedible" in facts:
            return cls("Egg" if warm else "Unready", heat, form)
        return cls("Cookable" if warm else "Food", heat, form)

    def start(self, own: str, asked: tuple[str, str] | None) -> list[str]:
        """What a start says of it; `asked` has the heat and the cut that the recipe asks for."""
        now = "fried" if self.heat == STAND_IN else self.heat
        lines = [f"  heat({own}) = {now}", f"  form({own}) = {self.form}"]
        if asked is not None:
            heat, cut = asked
            lines.append(f"  wanted({own}) = true")
            lines.append(f"  heat_asked({own}) = {now if self.heat == STAND_IN else heat}")
            lines.append(f"  cut_asked({own}) = {self.form if cut == 'uncut' else cut}")
        return lines


_FAMILIES = {"coin_collector": _coin_collector, "treasure_hunter": _treasure_hunter, "cooking": _cooking}
