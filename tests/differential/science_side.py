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
LATE = 10
"""Turns that are waited after the last action."""
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
    params: tuple[str, ...] = ()
    """What is true of the member of the family, beside the closed doors."""


def _heat(
    task: str, sample: str, vessel: str, moments: Mapping[str, str], *more: str, params: tuple[str, ...] = ()
) -> Port:
    """A sample, with the vessel in which it is: ScienceWorld moves it to the pot first, ours stays in its vessel."""
    rules: Rules = (
        *EVERYWHERE,
        (r"(open|activate|deactivate) (cupboard|fridge|freezer|sink|stove|oven|blast furnace)", r"\1 \2"),
        (r"pick up thermometer", "take thermometer"),
        (r"focus on thermometer.*", "focus on thermometer"),
        (r"focus on (blue|orange) box", r"focus on \1 box"),
        (r"focus on .+", f"focus on {sample}"),
        (rf"pick up {sample}", f"take {vessel}"),
        (r"pick up cup", f"take {vessel}"),
        (r"pick up metal pot.*", f"take {vessel}"),
        (r"move metal pot.* to (sink|stove|fridge|freezer|blast furnace)", rf"move {vessel} to \1"),
        (r"use thermometer .+", f"use thermometer on {vessel}"),
    )
    args = (sample.replace("orange ", "").replace(" ", "_"), *more)
    return Port("science_heat", task, args, rules, moments, params=params)


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
FURNACE = r"heater \(blast furnace\)"
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
    r"be in same location as [a-z]+-[a-z]+ paint": "make it",
    r"focus on the final mixing result .+": GOAL,
}


def _hot(moments: Mapping[str, str]) -> Mapping[str, str]:
    """The moments for a sample for which a stove is not hot enough."""
    return {pattern.replace("heater .+", FURNACE): ours for pattern, ours in moments.items()}


def _find(kind: str, box: str, thing: str, room: str = "") -> Port:
    """Something of a kind for a box; it is in this room, if not where ours is anyway."""
    rules: Rules = (
        *EVERYWHERE,
        (r"focus on .+", f"focus on {thing}"),
        (r"pick up .+", f"take {thing}"),
        (r"move .+ to (red|blue|yellow|green) box", f"move {thing} to {box.replace('_', ' ')}"),
    )
    return Port("science_life", "find", (kind, box), rules, FIND, {("at", thing): room} if room else {})


def _grow(fruit: str, room: str) -> Port:
    rules: Rules = (
        *EVERYWHERE,
        (r"(activate|deactivate) sink", r"\1 sink"),
        (r"pick up seed jar", f"take {fruit} seed"),
        (r"\d+", f"move {fruit} seed to flower pot 2"),
        (rf"focus on {fruit} seed .+", f"focus on {fruit} seed"),
        (r"move jug to sink", "move jug to sink"),
        (r"pour jug into flower pot .+", "pour jug into flower pot 2"),
    )
    return Port("science_life", "grow", (f"{fruit}_seed",), rules, GROW, {("at", f"{fruit}_seed"): room})


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


CUPS = (("red", 1), ("yellow", 2), ("blue", 3))


def _paint(task: str, colour: str, theirs: str, *, cupboard: bool = False) -> Port:
    """A colour with its name there. What is poured after the studio's own cups is from the cupboard, in some."""
    spare = [(rf"pour cup containing {c} paint in (?!art).+", f"pour wood cup {n + 3} into jug") for c, n in CUPS]
    rules: Rules = (
        *EVERYWHERE,
        (r"open .*(cupboard|closet)", "open paint cupboard"),
        *(spare if cupboard else ()),
        *((rf"pour cup containing {c} paint .+", f"pour wood cup {n} into jug") for c, n in CUPS),
        (r"mix .+", "mix jug"),
        (rf"focus on (paint in (jug|bowl)|.*{theirs} paint.*)", f"focus on {colour.replace('_', '-')} paint"),
        (r"focus on (.+ in cup containing )?(.+ paint)", r"focus on \2"),
    )
    moments = SECOND if task == "second" else THIRD
    return Port("science_paint", task, (colour,), rules, moments, {("at", "jug"): "table"})


_WATER = _heat("boil", "water", "metal pot", BOIL)
_JUICE = _heat("boil", "orange juice", "carton", BOIL)
_CHOCOLATE = _heat("measure", "chocolate", "dish", MEASURE, "2")
_ICE_CREAM = _heat("melt", "ice cream", "tub", MELT)
_LEAD = replace(_heat("melt", "lead", "crucible", _hot(MELT)), start={("at", "crucible"): "workshop"})
_MERCURY = replace(_heat("boil", "mercury", "flask", _hot(BOIL)), start={("at", "flask"): "workshop"})
_MORE, _BROKEN = ("more",), ("broken",)
PORTS: dict[tuple[str, int], Port] = {
    ("boil", 0): _WATER,
    ("boil", 1): replace(_WATER, params=_BROKEN),
    ("boil", 6): _JUICE,
    ("boil", 7): replace(_JUICE, params=_BROKEN),
    ("boil", 25): replace(_MERCURY, params=_BROKEN),
    ("melt", 0): _heat("melt", "water", "metal pot", MELT, params=_MORE),
    ("melt", 6): _heat("melt", "orange juice", "carton", MELT, params=_MORE),
    ("melt", 10): _heat("melt", "chocolate", "dish", MELT),
    ("melt", 11): _heat("melt", "chocolate", "dish", MELT, params=_BROKEN),
    ("melt", 14): _ICE_CREAM,
    ("melt", 15): replace(_ICE_CREAM, params=_BROKEN),
    ("melt", 21): replace(_LEAD, params=_BROKEN),
    ("freeze", 0): _heat("freeze", "water", "metal pot", FREEZE),
    ("freeze", 1): _heat("freeze", "water", "metal pot", FREEZE, params=_BROKEN),
    ("freeze", 6): _heat("freeze", "orange juice", "carton", FREEZE),
    ("freeze", 7): _heat("freeze", "orange juice", "carton", FREEZE, params=_BROKEN),
    ("freeze", 10): _heat("freeze", "chocolate", "dish", FREEZE, params=_MORE),
    ("measure-melting-point-known-substance", 0): replace(_CHOCOLATE, words={"blue box": "orange box"}),
    ("measure-melting-point-known-substance", 2): _CHOCOLATE,
    ("measure-melting-point-known-substance", 9): replace(
        _heat("measure", "lead", "crucible", _hot(MEASURE), "2", params=_MORE),
        start={("at", "crucible"): "kitchen"},
        words={"green box": "blue box"},
    ),
    ("measure-melting-point-known-substance", 21): replace(_CHOCOLATE, words={"green box": "orange box"}),
    ("find-living-thing", 0): _find("alive", "red_box", "dove"),
    ("find-living-thing", 4): _find("alive", "red_box", "dove"),
    ("find-living-thing", 12): _find("alive", "green_box", "dove"),
    ("find-living-thing", 100): _find("alive", "yellow_box", "dove"),
    ("find-non-living-thing", 0): _find("lifeless", "red_box", "spoon"),
    ("find-non-living-thing", 4): _find("lifeless", "red_box", "spoon"),
    ("find-non-living-thing", 12): _find("lifeless", "green_box", "picture", "living_room"),
    ("find-non-living-thing", 100): _find("lifeless", "yellow_box", "picture", "bathroom"),
    ("find-animal", 0): _find("creature", "red_box", "dove"),
    ("find-animal", 12): _find("creature", "green_box", "dove"),
    ("find-animal", 100): _find("creature", "yellow_box", "frog"),
    ("find-plant", 0): _find("greenery", "red_box", "fern"),
    ("find-plant", 12): _find("greenery", "green_box", "fern"),
    ("find-plant", 100): _find("greenery", "yellow_box", "fern"),
    ("grow-plant", 0): _grow("apple", "kitchen"),
    ("grow-plant", 6): _grow("apple", "living_room"),
    ("grow-plant", 60): _grow("cherry", "living_room"),
    ("grow-plant", 120): _grow("peach", "workshop"),
    ("power-component", 0): _power("bulb", "red light bulb"),
    ("power-component", 1): _power("bulb", "red light bulb", {"red wire": "black wire"}),
    ("power-component", 5): _power("bulb", "green light bulb", {"blue wire": "orange wire"}),
    ("power-component", 12): _power("motor", "electric motor"),
    ("power-component", 14): _power("motor", "electric motor"),
    ("power-component", 15): _power("motor", "electric motor"),
    ("power-component", 18): _power("buzzer", "buzzer", {"green wire": "black wire"}),
    ("power-component", 19): _power("buzzer", "buzzer", {"red wire": "black wire"}),
    ("chemistry-mix-paint-secondary-color", 0): _paint("second", "green", "green"),
    ("chemistry-mix-paint-secondary-color", 1): _paint("second", "green", "green"),
    ("chemistry-mix-paint-secondary-color", 12): _paint("second", "orange", "orange"),
    ("chemistry-mix-paint-secondary-color", 20): _paint("second", "orange", "orange"),
    ("chemistry-mix-paint-secondary-color", 24): _paint("second", "violet", "violet"),
    ("chemistry-mix-paint-tertiary-color", 0): _paint("third", "blue_green", "green-blue", cupboard=True),
    ("chemistry-mix-paint-tertiary-color", 1): _paint("third", "blue_green", "green-blue", cupboard=True),
    ("chemistry-mix-paint-tertiary-color", 6): _paint("third", "yellow_green", "yellow-green", cupboard=True),
    ("chemistry-mix-paint-tertiary-color", 12): _paint("third", "red_orange", "red-orange", cupboard=True),
    ("chemistry-mix-paint-tertiary-color", 18): _paint("third", "yellow_orange", "yellow-orange", cupboard=True),
    ("chemistry-mix-paint-tertiary-color", 24): _paint("third", "red_violet", "violet-red", cupboard=True),
}


# ---------------------------------------------------------------- playing them


@cache
def system_of(world: str, params: tuple[str, ...]) -> System:
    """A member of a family with all its doors closed."""
    return load(world, dict.fromkeys(("shut", *params), True))


def begun(port: Port, room: str) -> Episode:
    """Our task, begun where ScienceWorld begins; one look has told what is there."""
    system = system_of(port.world, port.params)
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
    """Our milestones, and the goal, with the number of the gold action after which each is reached.

    After the last action some turns more are let go by, for what comes late here.
    """
    episode = begun(port, gold.room)
    reached: dict[str, int] = {}
    commands = [command(port, step.action) for step in gold.steps] + [PASS] * LATE
    for number, chosen in enumerate(commands):
        for ours in (chosen, PASS):
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
