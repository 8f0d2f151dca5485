"""The rules of TextWorld's own logic files that are known, and what a game that has them can do.

The rules are TextWorld's (its `base`, `coin_collector`, `treasure_hunter`, `simple` and `cooking` logic, version 1.7),
written here as `logic` settles them, so that a rule that differs is noticed and named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .game import UNSUPPORTED, Faults
from .logic import Logic

_THERE = "$at(P, r) & "
_LINKED = "$link(r, d, r') & $link(r', d, r) & "
_OPEN = "$at(c, r) & $open(c) & "
_SHARP = "$in(f, I) & $in(o, I) & $sharp(o) & uncut(f)"
_SAME = "at(P, r) -> at(P, r)"

RULES: dict[str, tuple[str, ...]] = {
    "look": (_SAME,),
    "inventory": (_SAME,),
    "take": (_THERE + "at(o, r) -> in(o, I)", _THERE + "at(o, r) & free(slot) -> in(o, I) & used(slot)"),
    "drop": (_THERE + "in(o, I) -> at(o, r)", _THERE + "in(o, I) & used(slot) -> at(o, r) & free(slot)"),
    "take/c": (
        _THERE + _OPEN + "in(o, c) -> in(o, I)",
        _THERE + _OPEN + "in(o, c) & free(slot) -> in(o, I) & used(slot)",
    ),
    "insert": (
        _THERE + _OPEN + "in(o, I) -> in(o, c)",
        _THERE + _OPEN + "in(o, I) & used(slot) -> in(o, c) & free(slot)",
    ),
    "take/s": (
        _THERE + "$at(s, r) & on(o, s) -> in(o, I)",
        _THERE + "$at(s, r) & on(o, s) & free(slot) -> in(o, I) & used(slot)",
    ),
    "put": (
        _THERE + "$at(s, r) & in(o, I) -> on(o, s)",
        _THERE + "$at(s, r) & in(o, I) & used(slot) -> on(o, s) & free(slot)",
    ),
    **{
        f"go/{way}": (f"at(P, r) & ${way}_of(r', r) & $free(r, r') & $free(r', r) -> at(P, r')",)
        for way in ("north", "south", "east", "west")
    },
    "lock/c": (_THERE + "$at(c, r) & $in(k, I) & $match(k, c) & closed(c) -> locked(c)",),
    "unlock/c": (_THERE + "$at(c, r) & $in(k, I) & $match(k, c) & locked(c) -> closed(c)",),
    "open/c": (_THERE + "$at(c, r) & closed(c) -> open(c)",),
    "close/c": (_THERE + "$at(c, r) & open(c) -> closed(c)",),
    "lock/d": (_THERE + _LINKED + "$in(k, I) & $match(k, d) & closed(d) -> locked(d)",),
    "unlock/d": (_THERE + _LINKED + "$in(k, I) & $match(k, d) & locked(d) -> closed(d)",),
    "open/d": (_THERE + _LINKED + "closed(d) -> open(d) & free(r, r') & free(r', r)",),
    "close/d": (_THERE + _LINKED + "open(d) & free(r, r') & free(r', r) -> closed(d)",),
    "examine/I": ("in(o, I) -> in(o, I)", "at(o, I) -> at(o, I)"),
    "examine/t": ("at(P, r) & $at(t, r) -> at(P, r)",),
    "examine/s": ("at(P, r) & $at(s, r) & $on(o, s) -> at(P, r)",),
    "examine/c": ("at(P, r) & $at(c, r) & $open(c) & $in(o, c) -> at(P, r)",),
    "examine/d": ("at(P, r) & $link(r, d, r') -> at(P, r)",),
    "eat": (
        "in(f, I) -> eaten(f)",
        "in(f, I) & edible(f) -> consumed(f)",
        "in(f, I) & edible(f) & used(slot) -> consumed(f) & free(slot)",
    ),
    "drink": (
        "in(f, I) & drinkable(f) -> consumed(f)",
        "in(f, I) & drinkable(f) & used(slot) -> consumed(f) & free(slot)",
    ),
    "slice": (_SHARP + " -> sliced(f)",),
    "dice": (_SHARP + " -> diced(f)",),
    "chop": (_SHARP + " -> chopped(f)",),
}
COOKERS = {"oven": "roasted", "toaster": "grilled", "stove": "fried"}
"""What each kind of cooker does to food."""
for _cooker, _how in COOKERS.items():
    _at = f"{_THERE}$at({_cooker}, r) & $in(f, I) & "
    RULES[f"cook/{_cooker}/burned"] = (_at + "cooked(f) & edible(f) -> burned(f) & inedible(f)",)
    RULES[f"cook/{_cooker}/cooked/raw"] = (_at + f"raw(f) -> {_how}(f) & cooked(f)",)
    RULES[f"cook/{_cooker}/cooked/needs_cooking"] = (
        _at + f"needs_cooking(f) & inedible(f) -> {_how}(f) & edible(f) & cooked(f)",
    )

COMMANDS = {
    "look": "look",
    "inventory": "inventory",
    "take": "take {o}",
    "drop": "drop {o}",
    "take/c": "take {o} from {c}",
    "insert": "insert {o} into {c}",
    "take/s": "take {o} from {s}",
    "put": "put {o} on {s}",
    "lock": "lock {x} with {k}",
    "unlock": "unlock {x} with {k}",
    "open": "open {x}",
    "close": "close {x}",
    "eat": "eat {f}",
    "drink": "drink {f}",
    "slice": "slice {f} with {o}",
    "dice": "dice {f} with {o}",
    "chop": "chop {f} with {o}",
}
ALIASES = {
    "player_in_cooking_location(P, r)": "at(P, r) & cooking_location(r, RECIPE)",
    "south_of(r, r')": "north_of(r', r)",
    "east_of(r, r')": "west_of(r', r)",
    "south_of/d(r, d, r')": "north_of/d(r', d, r)",
    "east_of/d(r, d, r')": "west_of/d(r', d, r)",
}
CUTS = {"slice": "sliced", "dice": "diced", "chop": "chopped"}
KINDS = ("oven", "toaster", "stove", "meal", "c", "s", "k", "f", "d", "r", "o")
"""The types of entities that are known, the narrower ones first."""


@dataclass(frozen=True, slots=True)
class Features:
    """What can be done in a game."""

    rules: frozenset[str]
    slots: bool
    """Whether hands are full at some point."""
    cooking: bool
    """Whether only what is edible can be eaten."""
    examined: frozenset[str]
    """What can be looked at: t (what stands or lies in the room), s and c (what lies on and in those), I, d."""
    recipe: int
    """How many ingredients `prepare meal` takes; 0 where there is no such command."""

    def has(self, *rules: str) -> bool:
        """Whether one of some rules is there."""
        return any(rule in self.rules for rule in rules)


def features(logic: Logic, faults: Faults) -> Features:
    """What the rules of a game allow; a rule that is not known is named."""
    slotted: set[bool] = set()
    recipes: list[int] = []
    for name, rule in logic.rules.items():
        if name.startswith("make/recipe/"):
            recipes.append(_recipe(name, rule, faults))
            continue
        if rule not in RULES.get(name, ()):
            known = "the rule" if name not in RULES else "this form of the rule"
            faults.error(UNSUPPORTED, f"{known} `{name} :: {rule}` is not supported", f"{name} ::")
        elif name in ("take", "drop", "take/c", "insert", "take/s", "put"):
            slotted.add("slot" in rule)
        said = _said(name)
        if logic.commands.get(name, said) != said:
            message = f"`{name}` is said `{logic.commands[name]}` here; only `{said}` is supported"
            faults.error(UNSUPPORTED, message, f"{name} ::")
    for name, meaning in logic.aliases.items():
        if ALIASES.get(name) != meaning:
            faults.error(UNSUPPORTED, f"the predicate `{name} = {meaning}` is not supported", name)
    if len(slotted) > 1:
        faults.error(UNSUPPORTED, "that some ways of taking or putting need a free hand and others do not")
    rules = logic.rules
    examined = {name[-1] for name in rules if name.startswith("examine/")}
    if rules.get("examine/I", "").startswith("at"):
        examined.discard("I")  # Nothing is ever at the inventory: it is in it.
    return Features(
        rules=frozenset(rules),
        slots=True in slotted,
        cooking="edible" in rules.get("eat", ""),
        examined=frozenset(examined),
        # Every rule asks for all that the ones before it ask for, and the first that can be done is done.
        recipe=recipes[0] if recipes else 0,
    )


def _said(name: str) -> str:
    """How the action of a known rule is said."""
    if name in COMMANDS:
        return COMMANDS[name]
    verb, _, rest = name.partition("/")
    if verb == "go":
        return f"go {rest}"
    if verb == "examine":
        return "examine {o}" if rest in "Isc" else f"examine {{{rest}}}"
    if verb == "cook":
        return f"cook {{f}} with {{{rest.partition('/')[0]}}}"
    return COMMANDS[verb].replace("{x}", f"{{{rest}}}") if verb in COMMANDS else ""


def _recipe(name: str, rule: str, faults: Faults) -> int:
    """How many ingredients a rule `make/recipe/n` takes."""
    found = re.fullmatch(r"make/recipe/([1-5])", name)
    number = int(found[1]) if found else 0
    if not found or rule not in (_making(number, False), _making(number, True)):
        faults.error(UNSUPPORTED, f"the rule `{name} :: {rule}` is not supported", f"{name} ::")
    return number


def _making(number: int, slots: bool) -> str:
    """The rule that makes a meal of some ingredients; all but one of the hands that held them become free."""
    foods = ["f" + "'" * i for i in range(number)]
    places = ["slot" + "'" * i for i in range(number)]
    takes = [f"in({f}, I) & $ingredient_{i}({f})" for i, f in enumerate(foods, 1)]
    held = ["$used(slot)", *(f"used({s})" for s in places[1:])] if slots and number > 1 else []
    freed = [f"free({s})" for s in places[1:]] if slots else []
    if slots and number == 4:  # As it stands in TextWorld, which writes one of the hands twice.
        held[-1] = held[-2]
    needs = ["$player_in_cooking_location(P, r)", *takes, "$out(meal, RECIPE)", *held]
    gives = ["in(meal, I)", *freed, "edible(meal)", *(f"used({f})" for f in foods), "raw(meal)"]
    return f"{' & '.join(needs)} -> {' & '.join(gives)}"
