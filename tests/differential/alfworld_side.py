"""Our household in ALFWorld's words: what things are called, what can be said, what is so, a flat as a PDDL problem.

ALFWorld has a grammar of its own (`take apple 1 from fridge 1`, `use desklamp 1`) and facts of its own. What a command
of one is in the other can depend on the state, so both ways go through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.feedback import argument_names

Params = Mapping[str, int]

FIXTURES = {
    "cabinet": "Cabinet",
    "drawer": "Drawer",
    "shelf": "Shelf",
    "countertop": "CounterTop",
    "table": "DiningTable",
    "fridge": "Fridge",
    "microwave": "Microwave",
    "desk": "Desk",
    "sink": "SinkBasin",
}
ITEMS = {
    "apple": "Apple",
    "potato": "Potato",
    "egg": "Egg",
    "mug": "Mug",
    "plate": "Plate",
    "bowl": "Bowl",
    "spoon": "Spoon",
    "cloth": "Cloth",
    "book": "Book",
    "pencil": "Pencil",
    "candle": "Candle",
    "watch": "Watch",
}
LAMPS = {"lamp": "DeskLamp"}
SORTS = {**FIXTURES, **ITEMS, **LAMPS}
"""Our kinds of things, and what ALFWorld calls them."""
CUPBOARDS = ("cabinet", "drawer", "fridge", "microwave")
DISHES = ("apple", "potato", "egg", "mug", "plate", "bowl")
WASHABLE = (*DISHES, "spoon", "cloth")

GOALS = {
    "place": "pick_and_place_simple",
    "look_in_light": "look_at_obj_in_light",
    "clean_and_place": "pick_clean_then_place_in_recep",
    "heat_and_place": "pick_heat_then_place_in_recep",
    "cool_and_place": "pick_cool_then_place_in_recep",
    "pick_two": "pick_two_obj_and_place",
}
"""Our tasks, and what ALFWorld calls them."""

VERBS = ("go to", "open", "close", "take", "move", "clean", "heat", "cool", "use", "examine", "slice")
"""How ALFWorld's commands begin. The others are `look`, `inventory` and `help`."""
_SAID = re.compile(rf"({'|'.join(VERBS)}) (.+?)(?: (?:from|to|with) (.+))?")
ONLY_OURS = ("study", "survey")
"""Our actions that are not ALFWorld's; none of them changes anything that ALFWorld has."""
ONLY_THEIRS = "help"


@dataclass(frozen=True, slots=True)
class Name:
    """A thing or a piece of furniture, in both worlds."""

    own: str
    """`cabinet_2`, in the world's file."""
    sort: str
    """`cabinet`"""
    called: str
    """`cabinet 2`, in ALFWorld's commands."""
    identifier: str
    """In the PDDL problem. ALFWorld numbers the things of a class from the last identifier to the first."""


@dataclass(frozen=True)
class Flat:
    """A member of the household by ALFWorld's rules."""

    system: System

    @classmethod
    def of(cls, params: Params) -> Flat:
        """The member with these params."""
        return cls(load("household", {**params, "alfworld": True}))

    # ------------------------------------------------------------ names

    @cached_property
    def names(self) -> Mapping[str, Name]:
        """Everything that ALFWorld has too, by our identifiers."""
        found = {}
        for atom in self.system.world.atoms:
            sort, _, number = atom.name.partition("_")
            if sort in SORTS and (number.isdigit() or not number):
                copy = int(number or 1)
                kind = "Sink_bar_SinkBasin" if sort == "sink" else SORTS[sort]
                identifier = f"{kind}_bar_{99 - copy}"
                found[atom.name] = Name(atom.name, sort, f"{SORTS[sort].lower()} {copy}", identifier)
        return found

    @cached_property
    def owns(self) -> Mapping[str, Name]:
        """The same by ALFWorld's names."""
        return {name.called: name for name in self.names.values()}

    def of_sorts(self, sorts: Mapping[str, str]) -> list[Name]:
        """The things of some sorts."""
        return [name for name in self.names.values() if name.sort in sorts]

    # ------------------------------------------------------------ a state in ALFWorld's words

    def so(self, state: bytes) -> frozenset[str]:
        """What is so, as far as it can change: ALFWorld's facts."""
        return frozenset(self._facts(self.system.decode(state)))

    def _facts(self, variables: Mapping[str, str]) -> Iterator[str]:
        for variable, value in variables.items():
            what, _, rest = variable.partition("(")
            called = self.names[rest[:-1]].called if rest else ""
            match what, value:
                case "here", _ if value in self.names:
                    yield f"at {self.names[value].called}"
                case "at", "player":
                    yield f"holds {called}"
                case "at", _:
                    yield f"inreceptacle {called}, {self.names[value].called}"
                case "door", "open":
                    yield f"opened {called}"
                case "warmth", "hot":
                    yield f"ishot {called}"
                case "warmth", "cold":
                    yield f"iscool {called}"
                case "washed", "true":
                    yield f"isclean {called}"
                case "used", "true":
                    yield f"istoggled {called}"

    def can(self, state: bytes) -> frozenset[str]:
        """Every command that is accepted, as ALFWorld says it."""
        variables = self.system.decode(state)
        found = {ONLY_THEIRS}
        for command in self.system.admissible(state):
            said = self.said(command, variables)
            if said is not None:
                found.add(said)
        if variables["here"] in self.names:
            found.add(f"examine {self.names[variables['here']].called}")  # Ours is to look.
        return frozenset(found)

    def said(self, command: tuple[int, ...], variables: Mapping[str, str]) -> str | None:
        """A command of ours that is accepted, as ALFWorld says it; None for what it does not have."""
        action = self.system.actions[command[0]].name
        if action in ONLY_OURS:
            return None
        arguments = argument_names(self.system, command)
        called = [self.names[own].called for own in arguments.values()]
        match action:
            case "go":
                return f"go to {called[0]}"
            case "take":
                return f"take {called[0]} from {self.names[variables['here']].called}"
            case "put":
                return f"move {called[0]} to {called[1]}"
            case "wash":
                return f"clean {called[0]} with {called[1]}"
            case "heat" | "cool":
                return f"{action} {called[0]} with {called[1]}"
            case "light" | "extinguish":
                return f"use {called[0]}"
        return " ".join([action, *called])

    def heard(self, said: str, state: bytes) -> str | None:
        """ALFWorld's command as our player says it; None where we have no words for it, which ALFWorld must refuse."""
        read = _SAID.fullmatch(said)
        if read is None:
            return said
        verb, first = read[1], self.owns[read[2]]
        second = self.owns[read[3]] if read[3] else first
        variables = self.system.decode(state)
        match verb:
            case "take":
                return f"take {_spoken(first)}" if second.own == variables["here"] else None
            case "examine" if first.sort in FIXTURES:
                return "look" if first.own == variables["here"] else None
            case "use" if first.sort in LAMPS:
                return f"turn {'off' if variables[f'lit({first.own})'] == 'true' else 'on'} {_spoken(first)}"
            case "use" | "slice":
                return None
            case "move":
                return f"move {_spoken(first)} to {_spoken(second)}"
            case "clean" | "heat" | "cool":
                return f"{verb} {_spoken(first)} with {_spoken(second)}"
        return f"{verb} {_spoken(first)}"

    # ------------------------------------------------------------ a state as a problem

    def problem(self, state: bytes, goal: str) -> str:
        """A PDDL problem for ALFWorld's domain that begins in a state. `goal` closes the problem, as ALFWorld's do."""
        objects = [
            "agent1 - agent",
            *(f"{_place(name)} - location" for name in self.of_sorts(FIXTURES)),
            "loc_bar_0 - location",
            *(f"{name.identifier} - receptacle" for name in self.of_sorts(FIXTURES)),
            *(f"{name.identifier} - object" for name in self.of_sorts({**ITEMS, **LAMPS})),
            *(f"{kind}Type - rtype" for kind in FIXTURES.values()),
            *(f"{kind}Type - otype" for kind in (*ITEMS.values(), *LAMPS.values(), "Knife", "ButterKnife")),
        ]
        lines = [" ".join(fact) for fact in (*self._lasting(), *self._first(self.system.decode(state)))]
        listed, facts = "\n  ".join(objects), "\n  ".join(f"({line})" for line in lines)
        return f"(define (problem flat)\n(:domain alfred)\n(:objects\n  {listed})\n(:init\n  {facts})\n{goal}"

    def _lasting(self) -> Iterator[tuple[str, ...]]:
        """What never changes: the rules of our household about what is what, and what belongs where."""
        for name in self.of_sorts(FIXTURES):
            yield "receptacleType", name.identifier, f"{SORTS[name.sort]}Type"
            yield "receptacleAtLocation", name.identifier, _place(name)
            if name.sort in CUPBOARDS:
                yield "openable", name.identifier
        for name in self.of_sorts({**ITEMS, **LAMPS}):
            yield "objectType", name.identifier, f"{SORTS[name.sort]}Type"
            yield ("toggleable" if name.sort in LAMPS else "pickupable"), name.identifier
            if name.sort in DISHES:
                yield "heatable", name.identifier
                yield "coolable", name.identifier
            if name.sort in WASHABLE:
                yield "cleanable", name.identifier
        for fixture, kind in FIXTURES.items():
            suited = {"fridge": DISHES, "microwave": DISHES, "sink": WASHABLE}.get(fixture, tuple(ITEMS))
            for item in suited:
                yield "canContain", f"{kind}Type", f"{ITEMS[item]}Type"

    def _first(self, variables: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        """How it begins. What lies in the fridge is cool, as in ALFWorld's own games."""
        for variable, value in variables.items():
            what, _, rest = variable.partition("(")
            name = self.names.get(rest[:-1])
            match what, value:
                case "here", "middle":
                    yield "atLocation", "agent1", "loc_bar_0"
                case "at", _ if name is not None:
                    yield "inReceptacle", name.identifier, self.names[value].identifier
                    yield "objectAtLocation", name.identifier, _place(self.names[value])
                case "warmth", "cold" if name is not None:
                    yield "isCool", name.identifier


def sort_of(argument: str) -> str:
    """A task's argument (`an_apple`, `the_sink`) as one of our sorts."""
    return argument.partition("_")[2]


def _spoken(name: Name) -> str:
    return name.own.replace("_", " ")


def _place(name: Name) -> str:
    return f"loc_bar_{name.own}"
