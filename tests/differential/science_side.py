"""Our science worlds in ScienceWorld's terms: which command stands for an action, which milestone for a scored moment.

A variation becomes a task of ours, begun in the same room with all doors closed. An action of ScienceWorld's that has
no counterpart here, is refused or takes no time (looking, searching drawers, opening twice) passes as a turn of
waiting, because every action takes a turn there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from tests.differential.science_peers import Gold

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode

PASS = "wait a moment"
GOAL = "goal"
ROOMS = {"outside": "outside"}

Rules = tuple[tuple[str, str], ...]
"""Patterns of actions with the commands for them. The first that fits the whole action is taken."""

EVERYWHERE: Rules = (
    (r"(open door to|go to) (.+)", r"\1 \2"),
    (r"wait", "wait"),
)


@dataclass(frozen=True, slots=True)
class Port:
    """A variation of ScienceWorld's as a task of ours."""

    world: str
    task: str
    args: tuple[str, ...]
    rules: Rules
    moments: Mapping[str, str]
    """Scored moments, by patterns, with our milestones."""
    start: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """What has to be put right in our start, beside the room: variables with their values."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What is called otherwise here."""


def _heat(task: str, sample: str, vessel: str, moments: Mapping[str, str], *more: str) -> Port:
    """A sample, with the vessel in which it is: ScienceWorld moves it to the pot first, ours stays in its vessel."""
    rules: Rules = (
        *EVERYWHERE,
        (r"(open|activate|deactivate) (cupboard|fridge|freezer|sink|stove|blast furnace)", r"\1 \2"),
        (r"pick up thermometer", "take thermometer"),
        (r"focus on thermometer.*", "focus on thermometer"),
        (r"focus on (blue|orange) box", r"focus on \1 box"),
        (r"focus on .+", f"focus on {sample}"),
        (rf"pick up {sample}", f"take {vessel}"),
        (r"pick up metal pot", f"take {vessel}"),
        (r"move metal pot to (sink|stove|fridge|freezer|blast furnace)", rf"move {vessel} to \1"),
        (r"use thermometer .+", f"use thermometer on {vessel}"),
    )
    return Port("science_heat", task, (sample.replace("orange ", "").replace(" ", "_"), *more), rules, moments)


CHANGE = {
    r"be in same location as (?!thermometer).+": "find it",
    r"focus on substance": "focus on it",
    r"have (object|substance) on heater .+": "put it on a heater that is hot enough",
    r"activate heater .+": "turn on such a heater",
    r"heat (object|substance) by at least 20C": "warm it by 20 degrees",
    r"have object in cooler .+": "put it in the cold",
    r"cool object by at least 5C": "cool it by 5 degrees",
}
BOIL = {**CHANGE, r"substance is in a liquid state": "see it liquid", r"substance is in a gaseous state .+": GOAL}
MELT = {**CHANGE, r"substance is in a solid state": "see it solid", r"substance is in a liquid state": GOAL}
FREEZE = {**CHANGE, r"substance is in a liquid state": "see it liquid", r"substance is in a solid state": GOAL}
MEASURE = {
    **CHANGE,
    r"move to the location asked by the task \(substance location\)": "find it",
    r"have thermometer in inventory": "hold the thermometer",
    r"focus on thermometer": "focus on the thermometer",
    r"have task object in inventory": "take it",
    r"use thermometer on substance": "take its temperature",
    r"focus on correct answer box": GOAL,
}
FIND = {
    r"Be in a room with an open door": "stand by an open door",
    r"Move to a new location": "go somewhere",
    r"Move to the location of the answer box": "be where the box is",
    r"focus on an? .+": "focus on it",
    r"Pick up object": "pick it up",
    r"move living thing to answer box": GOAL,
}
GROW = {
    r"be in same location as seed jar": "find the seed",
    r"have seed jar in inventory": "take the seed",
    r"move to a new location": "go somewhere",
    r"move to the greenhouse": "go to the greenhouse",
    r"move to the greenhouse \(after having seed jar\)": "take the seed to the greenhouse",
    r"be in same location as soil": "stand by a pot of soil",
    r"have seed in flower pot .+": "plant it",
    r"focus plant is in seed stage": "focus on it",
    r"have water in flower pot .+": "water a pot",
    r"focus plant is in seedling stage": "see it come up",
    r"focus plant is in adult stage": "see it grown",
    r"focus plant is in reproducing stage": GOAL,
}
POWER = {
    r"move to a new location": "go somewhere",
    r"be in same location as part to power": "find it",
    r"focus on task object": "focus on it",
    r"Connect the task object's \(terminal1/anode\) to a wire": "connect its anode",
    r"Connect the task object's \(terminal2/cathode\) to a wire": "connect its cathode",
    r"Task object is at least partially connected to power source through wire": "lead one pole to a source",
    r"power task object": GOAL,
}
SECOND = {
    r"move to a new location": "go somewhere",
    r"be in same location as (red|yellow|blue) paint": "find a paint for it",
    r"have all ingredients alone in a single container": "put both in one vessel",
    r"be in same location as (orange|green|violet) paint": "make it",
    r"focus on the mixing result .+": GOAL,
}
THIRD = {
    r"move to a new location .+": "go somewhere",
    r"be in same location as (red|yellow|blue) paint": "find a paint for it",
    r"have all ingredients \(secondary\) alone in a single container": "bring two paints together",
    r"be in same location as \(secondary\) .+": "make the paint on the way",
    r"focus on the intermediate mixing result .+": "focus on that",
    r"have all ingredients \(tertiary\) alone in a single container": "put both in one vessel",
    r"be in same location as green-blue paint": "make it",
    r"focus on the final mixing result .+": GOAL,
}


def _find(kind: str, box: str, thing: str) -> Port:
    rules: Rules = (
        *EVERYWHERE,
        (r"focus on .+", f"focus on {thing}"),
        (r"pick up .+", f"take {thing}"),
        (r"move .+ to (red|blue|yellow|green) box", f"move {thing} to {box.replace('_', ' ')}"),
    )
    return Port("science_life", "find", (kind, box), rules, FIND)


def _grow() -> Port:
    rules: Rules = (
        *EVERYWHERE,
        (r"(activate|deactivate) sink", r"\1 sink"),
        (r"pick up seed jar", "take apple seed"),
        (r"\d+", "move apple seed to flower pot 2"),
        (r"focus on apple seed .+", "focus on apple seed"),
        (r"move jug to sink", "move jug to sink"),
        (r"pour jug into flower pot .+", "pour jug into flower pot 2"),
    )
    return Port("science_life", "grow", ("apple_seed",), rules, GROW, {("at", "apple_seed"): "kitchen"})


def _power(load: str, theirs: str, words: Mapping[str, str] | None = None) -> Port:
    ours, wire = load.replace("bulb", "light bulb"), r"(black|orange|yellow) wire"
    rules: Rules = (
        *EVERYWHERE,
        (rf"focus on {theirs}", f"focus on {ours}"),
        (
            rf"connect battery (anode|cathode) to {wire} terminal (\d)",
            r"connect \1 of battery to terminal \3 of \2 wire",
        ),
        (
            rf"connect {wire} terminal (\d) to (anode|cathode) in {theirs}",
            rf"connect terminal \2 of \1 wire to \3 of {ours}",
        ),
    )
    return Port("science_circuit", "power", (load,), rules, POWER, words=words or {})


def _paint(task: str, colour: str, moments: Mapping[str, str]) -> Port:
    rules: Rules = (
        *EVERYWHERE,
        (r"open paint cupboard", "open paint cupboard"),
        (r"pour cup containing blue paint in jug", "pour wood cup 6 into jug"),  # the first is empty by then
        (r"pour cup containing red paint .+", "pour wood cup 1 into jug"),
        (r"pour cup containing yellow paint .+", "pour wood cup 2 into jug"),
        (r"pour cup containing blue paint .+", "pour wood cup 3 into jug"),
        (r"mix .+", "mix jug"),
        (r"focus on green-blue paint", "focus on blue-green paint"),
        (r"focus on (.+ paint).*", r"focus on \1"),
    )
    return Port("science_paint", task, (colour,), rules, moments, {("at", "jug"): "table"})


_CHOCOLATE = _heat("measure", "chocolate", "dish", MEASURE, "2")
PORTS: dict[tuple[str, int], Port] = {
    ("boil", 0): _heat("boil", "water", "metal pot", BOIL),
    ("boil", 6): _heat("boil", "orange juice", "carton", BOIL),
    ("melt", 10): _heat("melt", "chocolate", "dish", MELT),
    ("melt", 14): _heat("melt", "ice cream", "tub", MELT),
    ("freeze", 0): _heat("freeze", "water", "metal pot", FREEZE),
    ("freeze", 6): _heat("freeze", "orange juice", "carton", FREEZE),
    ("measure-melting-point-known-substance", 0): replace(_CHOCOLATE, words={"blue box": "orange box"}),
    ("find-living-thing", 0): _find("alive", "red_box", "dove"),
    ("find-non-living-thing", 0): _find("lifeless", "red_box", "spoon"),
    ("find-animal", 100): _find("creature", "yellow_box", "frog"),
    ("find-plant", 0): _find("greenery", "red_box", "fern"),
    ("grow-plant", 0): _grow(),
    ("power-component", 0): _power("bulb", "red light bulb"),
    ("power-component", 12): _power("motor", "electric motor"),
    ("power-component", 19): _power("buzzer", "buzzer", {"red wire": "black wire"}),
    ("chemistry-mix-paint-secondary-color", 0): _paint("second", "green", SECOND),
    ("chemistry-mix-paint-secondary-color", 20): _paint("second", "orange", SECOND),
    ("chemistry-mix-paint-tertiary-color", 0): _paint("third", "blue_green", THIRD),
}


# ---------------------------------------------------------------- playing them


@cache
def system_of(world: str) -> System:
    """A world with all its doors closed."""
    return load(world, {"shut": True})


def begun(port: Port, room: str) -> Episode:
    """Our task, begun where ScienceWorld begins; one look has told what is there."""
    system = system_of(port.world)
    saved = Episode(system, task=port.task, args=port.args, seed=0).state
    state = bytearray(saved.state)
    wanted = {("here",): ROOMS.get(room, room.replace(" ", "_")), **port.start}
    atoms = {atom.name: number for number, atom in enumerate(system.world.atoms)}
    for slot in system.slots:
        value = wanted.get((slot.name, *(system.world.atoms[a].name for a in slot.args if slot.name == "at")))
        if value is not None:
            code = atoms[value] - slot.base
            state[slot.offset : slot.offset + slot.width] = code.to_bytes(slot.width, "little")
    episode = Episode.restore(system, replace(saved, state=bytes(state), told=system.always_told, milestones=0))
    episode.step("look")
    return episode


def command(port: Port, action: str) -> str:
    """The command for an action; a turn of waiting where there is none."""
    for theirs, ours in port.words.items():
        action = action.replace(theirs, ours)
    for pattern, ours in port.rules:
        found = re.fullmatch(pattern, action)
        if found is not None:
            return found.expand(ours)
    return PASS


def scored(port: Port, gold: Gold) -> dict[str, int]:
    """Our milestones, and the goal, with the number of the gold action after which each is reached."""
    episode = begun(port, gold.room)
    reached: dict[str, int] = {}
    for number, step in enumerate(gold.steps):
        for ours in (command(port, step.action), PASS):
            feedback = episode.step(ours)
            for milestone in feedback.milestones:
                reached.setdefault(milestone, number)
            if episode.ended:
                if episode.ended == GOAL:
                    reached.setdefault(GOAL, number)
                return reached
            if feedback.accepted:
                break
    return reached


def expected(port: Port, gold: Gold) -> dict[str, int]:
    """The same as ScienceWorld scores it: the first of the moments that one of our milestones stands for."""
    found: dict[str, int] = {}
    for number, step in enumerate(gold.steps):
        for moment in step.moments:
            for pattern, ours in port.moments.items():
                if re.fullmatch(pattern, moment):
                    found.setdefault(ours, number)
                    break
    return found
