"""The worlds ported by hand, in the terms of the PDDL that they are ports of.

A port says in one command what PDDL spreads over many parameters: which hand, from which level to which. So every
PDDL action is reduced to what the port's command names, and a state of the port is spelled out as PDDL's facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Act = tuple[str, ...]
Facts = frozenset[Act]
State = Mapping[str, str]
"""A port's state as text: `at(block_1)` to `table`."""


@dataclass(frozen=True, slots=True)
class Port:
    """One member of a family that is an instance of the benchmark."""

    world: str
    params: Mapping[str, int | bool | str]
    task: str | None
    """The task with the instance's goal, if the family has it."""
    objects: Mapping[str, str]
    """PDDL objects to the port's."""
    reduced: Callable[[Act], Act | None]
    """A PDDL action to the port's, still with PDDL's objects; None: the port has none, for it changes nothing."""
    facts: Callable[[State], Facts]
    """A state to PDDL's facts, with the port's objects."""
    free: tuple[str, ...] = field(default=("look", "read_list"))


def values(state: State, name: str) -> dict[str, str]:
    """One state variable by its argument: at(ball_1) = playroom as {ball_1: playroom}."""
    found = (re.fullmatch(rf"{name}\((\w+)\)", key) for key in state)
    return {match[1]: state[match[0]] for match in found if match}


# ---------------------------------------------------------------- blocksworld


def blocks_reduced(act: Act) -> Act | None:
    """The same actions."""
    return ({"pickup": "pick_up", "putdown": "put_down"}.get(act[0], act[0]), *act[1:])


def blocks_facts(state: State) -> Facts:
    """Where every block is, and what follows from it."""
    on = values(state, "on")
    found: set[Act] = set()
    for block, place in on.items():
        found.add({"table": ("on-table", block), "hand": ("holding", block)}.get(place, ("on", block, place)))
        if place != "hand" and block not in on.values():
            found.add(("clear", block))
    return frozenset(found | (set() if "hand" in on.values() else {("arm-empty",)}))


# ---------------------------------------------------------------- gripper


def gripper_reduced(act: Act) -> Act | None:
    """Rooms are where the robot is; going where one is already is no command."""
    if act[0] == "move":
        return None if act[1] == act[2] else ("go", act[2])
    return (act[0], act[1], act[3])


def gripper_facts(state: State) -> Facts:
    """Where the robot and the balls are."""
    at = values(state, "at")
    found: set[Act] = {("at-robby", state["here"])}
    for ball, place in at.items():
        found.add(("carry", ball, place) if place in ("left", "right") else ("at", ball, place))
    return frozenset(found | {("free", hand) for hand in ("left", "right") if hand not in at.values()})


# ---------------------------------------------------------------- barman

BARMAN: Mapping[str, Callable[[Act], Act]] = {
    "grasp": lambda a: ("grasp", a[2], a[1]),
    "leave": lambda a: ("leave", a[2]),
    "fill-shot": lambda a: ("fill", a[1], a[2]),
    "refill-shot": lambda a: ("fill", a[1], a[2]),
    "empty-shot": lambda a: ("empty", a[2]),
    "clean-shot": lambda a: ("rinse", a[1]),
    "pour-shot-to-clean-shaker": lambda a: ("add", a[1]),
    "pour-shot-to-used-shaker": lambda a: ("add", a[1]),
    "empty-shaker": lambda a: ("empty_shaker",),
    "clean-shaker": lambda a: ("rinse_shaker",),
    "shake": lambda a: ("shake", a[1]),
    "pour-shaker-to-shot": lambda a: ("serve", a[2]),
}


def barman_facts(state: State) -> Facts:
    """Hands, glasses and the shaker."""
    at, taste = values(state, "at"), values(state, "taste")
    found: set[Act] = {("holding", hand, c) if hand != "bar" else ("ontable", c) for c, hand in at.items()}
    found |= {("handempty", hand) for hand in ("left_hand", "right_hand") if hand not in at.values()}
    for glass, drink in values(state, "inside").items():
        found.add(("empty", glass) if drink == "none" else ("contains", glass, drink))
        if taste[glass] == "clean":
            found.add(("clean", glass))
        elif taste[glass] != "sticky":
            found.add(("used", glass, taste[glass]))
    poured = {("contains", "shaker", i) for i, there in values(state, "poured").items() if there == "true"}
    made = state["made"]
    found |= poured | {("shaker-level", "shaker", f"l{state['level']}")}
    found |= {("unshaked", "shaker")} if poured else set()
    found |= {("contains", "shaker", made), ("shaked", "shaker")} if made != "none" else set()
    found |= {("empty", "shaker")} if not poured and made == "none" else set()
    return frozenset(found | ({("clean", "shaker")} if state["rinsed"] == "true" else set()))


def barman_objects(glasses: int) -> dict[str, str]:
    """Hands, glasses, the shaker, and what is drunk."""
    drinks = {"cocktail1": "highball", "cocktail2": "lemonade", "cocktail3": "daiquiri"}
    drinks |= {"ingredient1": "rum", "ingredient2": "lime", "ingredient3": "cola"}
    own = {f"shot{i}": f"glass_{i}" for i in range(1, glasses + 1)}
    return {"left": "left_hand", "right": "right_hand", "shaker1": "shaker"} | drinks | own


# ---------------------------------------------------------------- tyreworld

TYRES: Mapping[str, Callable[[Act], Act]] = {
    "open": lambda a: ("open_boot",),
    "close": lambda a: ("close_boot",),
    "fetch": lambda a: ("fetch", a[1]),
    "put-away": lambda a: ("put_away", a[1]),
    "loosen": lambda a: ("loosen", a[1]),
    "tighten": lambda a: ("tighten", a[1]),
    "jack-up": lambda a: ("jack_up", a[1]),
    "jack-down": lambda a: ("jack_down", a[1]),
    "undo": lambda a: ("undo", a[1]),
    "do-up": lambda a: ("do_up", a[1], a[2]),
    "remove-wheel": lambda a: ("remove", a[1]),
    "put-on-wheel": lambda a: ("mount", a[1], a[2]),
    "inflate": lambda a: ("inflate", a[1]),
}


def tyre_facts(state: State) -> Facts:
    """Where everything is, hub by hub."""
    at, tight, inflated = values(state, "at"), values(state, "tight"), values(state, "inflated")
    found: set[Act] = {("is-open", "boot") if state["lid"] == "open" else ("closed", "boot")}
    for thing, place in at.items():
        if place in ("boot", "hand"):
            found.add(("have", thing) if place == "hand" else ("in", thing, "boot"))
        elif thing in tight:
            found.add(("tight" if tight[thing] == "true" else "loose", thing, place))
        elif thing != "jack":
            found.add(("on", thing, place))
    for number in range(1, len(tight) + 1):
        hub = f"hub_{number}"
        here = [thing for thing, place in at.items() if place == hub]
        found.add(("not-on-ground" if "jack" in here else "on-ground", hub))
        found.add(("fastened" if any(t in tight for t in here) else "unfastened", hub))
        found |= set() if any(t.endswith(tuple("0123456789")) and "wheel" in t for t in here) else {("free", hub)}
        new = f"new_wheel_{number}"
        found.add(("inflated" if inflated[new] == "true" else "not-inflated", new))
    return frozenset(found)


def tyre_objects(flats: int) -> dict[str, str]:
    """Hubs, nuts, wheels and tools."""
    found = {name: name for name in ("boot", "wrench", "pump", "jack")}
    for i in range(1, flats + 1):
        found |= {f"hub{i}": f"hub_{i}", f"nuts{i}": f"nut_{i}", f"w{i}": f"old_wheel_{i}", f"r{i}": f"new_wheel_{i}"}
    return found


# ---------------------------------------------------------------- sokoban


def sokoban(level: int) -> Port:
    """A warehouse. Both actions say only which way; what is no floor is none of PDDL's objects."""
    text = (Path(__file__).parent / "pddl" / f"sokoban-{level}.pddl").read_text("utf-8")
    squares = {f"s-{x}-{y}": f"square_{x}_{y}" for x, y in re.findall(r"s-(\d)-(\d)", text)}

    def facts(state: State) -> Facts:
        crates = {square for square, there in values(state, "crate").items() if there == "true"}
        found = {("crate" if square in crates else "free", square) for square in squares.values()}
        return frozenset({*found, ("keeper", state["here"])})

    return Port("sokoban", {"level": level}, "store", squares, lambda a: (a[0], a[-1]), facts)


TOWER = {"b1": "block_1", "b3": "block_2", "b2": "block_3"}
LETTERS = {"a": "block_4", "b": "block_3", "c": "block_2", "d": "block_1"}
BALLS = {"rooma": "playroom", "roomb": "storeroom", **{f"ball{i}": f"ball_{i}" for i in range(1, 5)}}

PORTS: Mapping[str, Port] = {
    "blocksworld-3": Port("blocksworld", {"blocks": 3}, None, TOWER, blocks_reduced, blocks_facts),
    "blocksworld-4": Port(
        "blocksworld", {"blocks": 4, "scattered": True}, "reverse", LETTERS, blocks_reduced, blocks_facts
    ),
    "gripper-4": Port(
        "gripper", {"balls": 4}, "tidy", BALLS, gripper_reduced, gripper_facts
    ),
    "barman-1": Port(
        "barman", {"glasses": 1}, "mix(highball)", barman_objects(1), lambda a: BARMAN[a[0]](a), barman_facts
    ),
    "barman-2": Port(
        "barman", {"glasses": 2}, "order(highball, lime)", barman_objects(2), lambda a: BARMAN[a[0]](a), barman_facts
    ),
    "tyreworld-1": Port("tyreworld", {"flats": 1}, None, tyre_objects(1), lambda a: TYRES[a[0]](a), tyre_facts),
    "sokoban-1": sokoban(1),
}  # fmt: skip
COUNTED: Mapping[str, tuple[str, Mapping[str, int | bool | str]]] = {
    "blocksworld-7": ("blocksworld", {"blocks": 7}),
    "gripper-8": ("gripper", {"balls": 8}),
}
"""Instances that start where the families do not; all that can be reached is the same."""


def renamed(port: Port, fact: Act) -> Act:
    """A PDDL fact or reduced action with the port's objects. `lime` may be a name of both kinds."""
    return (fact[0], *(port.objects.get(term, term) for term in fact[1:]))
