"""What a game's facts say, put together: rooms with exits, what stands in them, what lies where, in what state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .game import UNFIT, UNSUPPORTED, Fact, Faults, Game, Info
from .known import COOKERS, KINDS, Features
from .logic import Logic

OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}
HELD, NOWHERE = "hand", "nowhere"
HEATS = ("fried", "roasted", "grilled")
CUT = ("uncut", "sliced", "diced", "chopped")
LIDS = ("open", "closed", "locked")
MOST_INGREDIENTS = 5


@dataclass(frozen=True, slots=True)
class Food:
    """The state in which a food is at the start."""

    heat: str
    """raw, fried, roasted or grilled."""
    cut: str
    """uncut, sliced, diced, chopped, or empty for what cannot be cut."""
    takes_heat: bool
    needs_heat: bool
    """Whether it can be eaten only when it has been cooked."""
    edible: bool
    drinkable: bool
    burned: bool


@dataclass(slots=True)
class Model:
    """A game's start. Entities are named by their identifiers; all maps are in the order of the file."""

    infos: Mapping[str, Info]
    kinds: dict[str, str] = field(default_factory=dict)
    """Each entity's kind, one of `KINDS`."""
    types: dict[str, str] = field(default_factory=dict)
    here: str = ""
    exits: dict[tuple[str, str], str] = field(default_factory=dict)
    """From room and direction to the room there."""
    doors: dict[tuple[str, str], str] = field(default_factory=dict)
    """From room and direction to the door in between."""
    spots: dict[str, str] = field(default_factory=dict)
    """The room in which a container or supporter stands."""
    at: dict[str, str] = field(default_factory=dict)
    """Where a thing is: a room, container or supporter, `HELD` or `NOWHERE`."""
    lids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """From what can be locked to its key."""
    foods: dict[str, Food] = field(default_factory=dict)
    sharp: tuple[str, ...] = ()
    slots: int = 0
    """How many things can be held; 0 for any number."""
    ingredients: tuple[str, ...] = ()
    meal: str = ""
    kitchen: str = ""

    def of(self, *kinds: str) -> list[str]:
        """The entities of some kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    @property
    def containers(self) -> list[str]:
        """What can be opened and holds things."""
        return self.of("c", "oven", "toaster")

    @property
    def supporters(self) -> list[str]:
        """What things lie on."""
        return self.of("s", "stove")

    @property
    def things(self) -> list[str]:
        """What can be carried."""
        return self.of("o", "k", "f", "meal")


@dataclass(slots=True)
class Facts:
    """A game's facts by their name."""

    every: Mapping[str, list[Fact]]
    keys: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Facts:
        """Sorted by name, in their order."""
        every: dict[str, list[Fact]] = {}
        for fact in facts:
            every.setdefault(fact.name, []).append(fact)
        return cls(every, frozenset(fact.key for facts in every.values() for fact in facts))

    def pairs(self, name: str) -> list[tuple[str, ...]]:
        """The arguments of all facts of a name."""
        return [fact.key[1:] for fact in self.every.get(name, ())]

    def has(self, *key: str) -> bool:
        """Whether a fact holds."""
        return key in self.keys


def modelled(game: Game, logic: Logic, what: Features, faults: Faults) -> Model:
    """A game's start. Raises WorldError with all that cannot be taken over."""
    facts = Facts.of(game.world)
    found = Model(dict(game.infos))
    _entities(game, logic, found, faults)
    for fact in game.world:
        _known(fact, found, faults)
    faults.settle()
    _map(facts, found, faults)
    _places(facts, found, faults)
    _lids(facts, found, faults)
    _foods(facts, found, what, faults)
    _hands(facts, found, what, faults)
    _recipe(facts, found, what, faults)
    faults.settle()
    return found


_FOOD = ("f", "meal")
_CARRIED = ("o", "k", *_FOOD)
_OPENED = ("c", "oven", "toaster")
_FIXED = (*_OPENED, "s", "stove")
_OF: dict[str, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "at": ((("P", *_CARRIED, *_FIXED), ("r",)),),
    "in": ((_CARRIED, ("I", *_OPENED)), (("ingredient",), ("RECIPE",))),
    "on": ((_CARRIED, ("s", "stove")),),
    "link": ((("r",), ("d",), ("r",)),),
    "match": ((("k",), (*_OPENED, "d")),),
    "free": ((("r",), ("r",)), (("slot",),)),
    "used": ((("slot",),),),
    "sharp": ((_CARRIED,),),
    "out": ((("meal",), ("RECIPE",)),),
    "cooking_location": ((("r",), ("RECIPE",)),),
    "base": ((_FOOD, ("ingredient",)),),
    **{f"{way}_of": ((("r",), ("r",)),) for way in OPPOSITE},
    **{f"{way}_of/d": ((("r",), ("d",), ("r",)),) for way in OPPOSITE},
    **dict.fromkeys(LIDS, (((*_OPENED, "d"),),)),
    **dict.fromkeys((*HEATS, "raw", *CUT), (((*_FOOD, "ingredient"),),)),
    **{f"ingredient_{n}": ((_FOOD,),) for n in range(1, MOST_INGREDIENTS + 1)},
    **dict.fromkeys(("edible", "inedible", "drinkable", "cookable", "cuttable"), ((_FOOD,),)),
    **dict.fromkeys(("needs_cooking", "cooked", "burned"), ((_FOOD,),)),
}
"""The facts that are understood, and of what kinds of entities."""


def _known(fact: Fact, found: Model, faults: Faults) -> None:
    """Reports a fact that is not understood."""
    kinds = [found.kinds.get(a.name, a.type) for a in fact.arguments]
    fits = [
        len(kinds) == len(places) and all(kind in place for kind, place in zip(kinds, places, strict=True))
        for places in _OF.get(fact.name, ())
    ]
    if not any(fits):
        faults.error(UNSUPPORTED, f"the fact `{fact}` is not supported", f'"{fact.name}"')


def _entities(game: Game, logic: Logic, found: Model, faults: Faults) -> None:
    """Every entity's kind."""
    for fact in game.world:
        for argument in fact.arguments:
            known = found.types.setdefault(argument.name, argument.type)
            if known != argument.type:
                message = f"`{argument.name}` is of type `{known}` and of type `{argument.type}`"
                faults.error(UNFIT, message, f'"{argument.name}"')
    for name in sorted(found.types):
        kind = found.types[name]
        if kind in ("P", "I", "slot", "ingredient", "RECIPE"):
            continue
        fits = next((each for each in KINDS if logic.is_a(kind, each)), None)
        if fits is None:
            faults.error(
                UNSUPPORTED, f"entities of the type `{kind}`, such as `{name}`, are not supported", f'"{name}"'
            )
        else:
            found.kinds[name] = fits
    for name in found.kinds:
        info = found.infos.get(name)
        if info is None or not info.name or not info.name.strip():
            faults.error(UNFIT, f"`{name}` has no name that a player could say", f'"{name}"')
    if len(found.of("meal")) > 1:
        faults.error(UNSUPPORTED, "a game with more than one meal is not supported", '"meal"')


def _map(facts: Facts, found: Model, faults: Faults) -> None:
    """Exits and doors."""
    links: dict[tuple[str, str], str] = {}
    for one, door, other in (pair for pair in facts.pairs("link") if len(pair) == 3):
        if links.setdefault((one, other), door) != door:
            faults.error(UNSUPPORTED, f"two doors between `{one}` and `{other}` are not supported", '"link"')
    ways: dict[tuple[str, str], str] = {
        (room, way): there
        for way, (name, swapped) in {
            "north": ("north_of", False),
            "south": ("north_of", True),
            "east": ("west_of", True),
            "west": ("west_of", False),
        }.items()
        for there, room in ((p[::-1] if swapped else p) for p in facts.pairs(name) if len(p) == 2)
    }
    if len(ways) != 2 * (len(facts.pairs("north_of")) + len(facts.pairs("west_of"))):
        faults.error(UNSUPPORTED, "two rooms in the same direction of one room are not supported", '"north_of"')
    for one, way in (("south_of", "north_of"), ("east_of", "west_of")):
        for pair in facts.pairs(one):
            if len(pair) == 2 and not facts.has(way, *pair[::-1]):
                faults.error(UNFIT, f"`{one}({', '.join(pair)})` without `{way}` the other way", f'"{one}"')
    placed: set[str] = set()
    for (room, way), there in sorted(ways.items()):
        gate = links.get((room, there)) if (there, room) in links else None
        free = facts.has("free", room, there) and facts.has("free", there, room)
        if gate is not None:
            placed.add(gate)
            found.doors[room, way] = gate
            if free != facts.has("open", gate):
                faults.error(UNFIT, f"the way past `{gate}` is free although it is not open, or the reverse", '"free"')
        if gate is not None or free:
            found.exits[room, way] = there
    for name in found.of("d"):
        if name not in placed:
            faults.error(UNSUPPORTED, f"the door `{name}`, which stands in no direction, is not supported", f'"{name}"')


def _places(facts: Facts, found: Model, faults: Faults) -> None:
    """Where the player and everything else is."""
    for name in found.things:
        found.at[name] = NOWHERE
    seen: set[str] = set()
    for relation in ("at", "in", "on"):
        for pair in facts.pairs(relation):
            if len(pair) != 2 or pair[1] == "RECIPE":
                continue
            what, where = pair
            place: str = found.kinds.get(where, where)
            fits = {
                "at": place == "r",
                "in": place == "I" or where in found.containers,
                "on": where in found.supporters,
            }
            if what in seen or not fits[relation]:
                faults.error(UNFIT, f"`{relation}({what}, {where})` does not fit with what else is said", f'"{what}"')
            seen.add(what)
            if what == "P":
                found.here = where
            elif what in found.at:
                found.at[what] = HELD if place == "I" else where
            elif relation == "at" and what in (*found.containers, *found.supporters):
                found.spots[what] = where
            else:
                faults.error(UNSUPPORTED, f"`{relation}({what}, {where})` is not supported", f'"{what}"')
    if not found.here:
        faults.error(UNFIT, "nothing says where the player is")
    for name in (*found.containers, *found.supporters):
        if name not in found.spots:
            faults.error(UNSUPPORTED, f"`{name}`, which stands in no room, is not supported", f'"{name}"')


def _lids(facts: Facts, found: Model, faults: Faults) -> None:
    """What is open, closed or locked, and which key fits."""
    for name in (*found.containers, *found.of("d")):
        held = [lid for lid in LIDS if facts.has(lid, name)]
        if len(held) != 1:
            faults.error(UNFIT, f"`{name}` must be one of open, closed and locked", f'"{name}"')
        found.lids[name] = held[0] if held else "closed"
    for pair in facts.pairs("match"):
        if len(pair) != 2 or found.kinds.get(pair[0]) != "k" or pair[1] not in found.lids:
            faults.error(UNFIT, f"`match({', '.join(pair)})` is no key and what it opens", '"match"')
        elif pair[1] in found.keys:
            faults.error(UNSUPPORTED, f"two keys that fit `{pair[1]}` are not supported", '"match"')
        else:
            found.keys[pair[1]] = pair[0]


def _foods(facts: Facts, found: Model, what: Features, faults: Faults) -> None:
    """The state of each food."""
    for name in found.of("f", "meal"):
        heats = [heat for heat in HEATS if facts.has(heat, name)]
        cuts = [cut for cut in CUT if facts.has(cut, name)]
        raw, needs, burned = (facts.has(fact, name) for fact in ("raw", "needs_cooking", "burned"))
        edible = facts.has("edible", name)
        food = Food(
            heat=heats[0] if heats else "raw",
            cut=cuts[0] if cuts else "",
            takes_heat=raw or needs or bool(heats) or found.kinds[name] == "meal",
            needs_heat=needs,
            edible=edible or found.kinds[name] == "meal",
            drinkable=facts.has("drinkable", name),
            burned=burned,
        )
        found.foods[name] = food
        if not what.cooking:
            continue
        cooked = facts.has("cooked", name)
        fits = len(heats) <= 1 and len(cuts) <= 1 and cooked == (bool(heats) and not burned)
        fits &= not (raw and (heats or needs or not edible)) and not (burned and edible)
        fits &= not (needs and (heats or edible or not facts.has("inedible", name))) and (edible or not cooked)
        if not fits:
            faults.error(UNSUPPORTED, f"the state in which `{name}` is at the start is not supported", f'"{name}"')
    found.sharp = tuple(pair[0] for pair in facts.pairs("sharp") if pair)
    for name in found.sharp:
        if name in found.foods:
            faults.error(UNSUPPORTED, f"`{name}`, a food that is sharp, is not supported", f'"{name}"')


def _hands(facts: Facts, found: Model, what: Features, faults: Faults) -> None:
    """How much can be held."""
    if not what.slots:
        return
    slots = [name for name, kind in found.types.items() if kind == "slot"]
    used = [name for name in slots if facts.has("used", name)]
    free = [name for name in slots if facts.has("free", name)]
    found.slots = len(slots)
    if {*used} & {*free} or len(used) + len(free) != len(slots) or len(used) != [*found.at.values()].count(HELD):
        faults.error(UNFIT, "what is held and the `slot`s that are used do not fit together", '"slot')


def _recipe(facts: Facts, found: Model, what: Features, faults: Faults) -> None:
    """What the meal is made of, and where."""
    outs = [pair[0] for pair in facts.pairs("out") if pair]
    if not what.recipe or not outs:
        return
    places = [pair[0] for pair in facts.pairs("cooking_location") if pair]
    parts = [[p[0] for p in facts.pairs(f"ingredient_{n}") if p] for n in range(1, what.recipe + 1)]
    if len(outs) != 1 or len(places) != 1 or any(len(part) > 1 for part in parts):
        faults.error(UNSUPPORTED, "a game with more than one meal or place to make it is not supported", '"out"')
    elif all(parts):
        found.meal, found.kitchen = outs[0], places[0]
        found.ingredients = tuple(part[0] for part in parts)
        fits = found.at.get(found.meal) == NOWHERE and found.kinds.get(found.kitchen) == "r"
        if not fits or any(name not in found.foods for name in found.ingredients):
            faults.error(UNFIT, "the meal, its ingredients and its kitchen do not fit together", '"out"')
        if what.slots and len(found.ingredients) == 4:
            message = "`make/recipe/4` frees a `slot` that it does not name: TextWorld itself cannot carry it out"
            faults.error(UNSUPPORTED, message, "make/recipe/4")


def cookers(found: Model) -> dict[str, list[str]]:
    """What there is to cook with, by what it does to food."""
    return {how: found.of(kind) for kind, how in COOKERS.items() if found.of(kind)}
