"""Quests to expressions of the world: what wins, what loses, what has been done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .game import UNSUPPORTED, Event, Fact, Faults, Game, Quest
from .known import Features
from .model import CUT, HEATS, LIDS, NOWHERE, Facts, Model

Truth = str | bool
"""An expression of the world, or what it always is."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A quest: when it is won and when it is lost, in words and as expressions."""

    identifier: str
    words: str
    wins: Truth
    fails: Truth
    reward: int
    optional: bool
    counts: bool
    """Whether it can be won; those that cannot be won can only be lost."""
    won_at_start: bool


@dataclass(frozen=True, slots=True)
class Conditions:
    """Facts as expressions."""

    model: Model
    names: Mapping[str, str]
    what: Features
    facts: Facts
    faults: Faults

    def expression(self, fact: Fact) -> Truth:
        """A fact as an expression of the world. Reports what is not supported."""
        name, arguments = fact.name, [a.name for a in fact.arguments]
        model, names = self.model, self.names
        first = arguments[0] if arguments else ""
        own = names.get(first, first)
        if name in ("at", "in", "on") and len(arguments) == 2:
            if first == "P":
                return f"here = {names[arguments[1]]}" if arguments[1] in names else False
            if first in model.at:
                place = "hand" if arguments[1] == "I" else names.get(arguments[1])
                return f"at({own}) = {place}" if place else False
            return fact.key in self.facts.keys
        if name in LIDS and first in model.lids:
            return f"lid({own}) = {name}"
        if name in ("eaten", "consumed", "used") and first in model.foods:
            if name == "used":
                return f"at({own}) = used" if first in model.ingredients else False
            return f"at({own}) = eaten" if (name == "consumed") == self.what.cooking else False
        if first in model.foods and self.what.cooking:
            found = self._food(name, first, own)
            if found is not None:
                return found
        if name == "free" and len(arguments) == 2:
            for (room, way), there in model.exits.items():
                if {room, there} == {*arguments} and (room, way) in model.doors:
                    return f"lid({names[model.doors[room, way]]}) = open"
            return fact.key in self.facts.keys
        if name in (
            "match",
            "link",
            "north_of",
            "south_of",
            "east_of",
            "west_of",
            "sharp",
            "edible",
            "cooking_location",
        ):
            return fact.key in self.facts.keys
        self.faults.error(UNSUPPORTED, f"a quest that asks for `{fact}` is not supported", f'"{name}"')
        return False

    def _food(self, name: str, food: str, own: str) -> Truth | None:
        """What is said of a food's state; None if it is something else."""
        start = self.model.foods[food]
        heats = start.takes_heat
        if name in HEATS:
            return f"cooked({own}) = {name}" if heats else False
        if name == "burned":
            return f"burned({own})" if heats else False
        if name == "cooked":
            return f"cooked({own}) != raw and not burned({own})" if heats else False
        if name in CUT:
            return f"cut({own}) = {name}" if start.cut else False
        if name == "raw" and food != self.model.meal:
            return f"cooked({own}) = raw" if heats and not start.needs_heat else False
        if name == "edible" and food != self.model.meal:
            return f"edible({own})"
        return None

    def event(self, event: Event) -> Truth:
        """All facts of an event."""
        parts = [self.expression(fact) for fact in event.condition.preconditions]
        if any(part is False for part in parts):
            return False
        left = [part for part in dict.fromkeys(parts) if isinstance(part, str)]
        return " and ".join(left) if left else True

    def any_of(self, events: tuple[Event, ...]) -> Truth:
        """One of some events."""
        parts = [self.event(event) for event in events]
        if any(part is True for part in parts):
            return True
        left = [part for part in dict.fromkeys(parts) if isinstance(part, str)]
        if not left:
            return False
        return left[0] if len(left) == 1 else " or ".join(f"({p})" if " and " in p else p for p in left)

    def holds_at_start(self, events: tuple[Event, ...]) -> bool:
        """Whether one of some events happens before the first command."""
        return any(all(fact.key in self.facts.keys for fact in event.condition.preconditions) for event in events)


def goals(game: Game, conditions: Conditions, taken: set[str]) -> list[Goal]:
    """The quests of a game. Reports those that cannot be taken over, and a game that is over before it begins."""
    faults = conditions.faults
    found = []
    for number, quest in enumerate(game.quests, 1):
        if quest.repeatable:
            message = f"quest {number}, which can be completed again and again, is not supported"
            faults.error(UNSUPPORTED, message, '"repeatable": true')
        wins = conditions.any_of(quest.win_events) if quest.win_events else False
        words = _words(quest, conditions, number)
        identifier = words.replace("the ", "").replace(" ", "_")
        identifier = "".join(c for c in identifier if c.isalnum() or c == "_")[:50] or f"quest_{number}"
        while identifier in taken:
            identifier = f"{identifier}_{number}"
        taken.add(identifier)
        found.append(
            Goal(
                identifier=identifier,
                words=words,
                wins=wins,
                fails=conditions.any_of(quest.fail_events),
                reward=quest.reward,
                optional=quest.optional,
                counts=bool(quest.win_events),
                won_at_start=conditions.holds_at_start(quest.win_events),
            )
        )
        if conditions.holds_at_start(quest.fail_events) and not quest.optional:
            faults.error(UNSUPPORTED, f"quest {number} is lost before the first command", '"fail_events"')
    needed = [goal for goal in found if goal.counts and not goal.optional]
    if not needed:
        faults.error(UNSUPPORTED, "a game that has no quest to win is not supported", '"quests"')
    elif all(goal.won_at_start for goal in needed):
        faults.error(UNSUPPORTED, "this game is won before the first command", '"quests"')
    return found


_SAID = {
    "open": "open the {0}",
    "closed": "close the {0}",
    "locked": "lock the {0}",
    "eaten": "eat the {0}",
    "consumed": "eat the {0}",
    "fried": "fry the {0}",
    "roasted": "roast the {0}",
    "grilled": "grill the {0}",
    "burned": "burn the {0}",
    "sliced": "slice the {0}",
    "diced": "dice the {0}",
    "chopped": "chop the {0}",
}


def _words(quest: Quest, conditions: Conditions, number: int) -> str:
    """A quest in a few words: what its first event needs last."""
    if not quest.win_events:
        return f"quest {number}"
    asked = quest.win_events[0].condition.preconditions
    moving = [f for f in asked if f.arguments and f.arguments[0].name in conditions.names] or list(asked)
    fact = moving[-1]
    infos = conditions.model.infos
    said = [" ".join((infos[a.name].name or "").split()) if a.name in infos else "" for a in fact.arguments]
    if fact.name in _SAID and said:
        if fact.name == "closed" and conditions.model.lids.get(fact.arguments[0].name) == "locked":
            return f"unlock the {said[0]}"
        return _SAID[fact.name].format(*said)
    if len(fact.arguments) == 2:
        if fact.name == "in" and fact.arguments[1].name == "I":
            made = conditions.model.at.get(fact.arguments[0].name) == NOWHERE
            return f"make the {said[0]}" if made else f"take the {said[0]}"
        if fact.name == "at" and fact.arguments[0].name == "P":
            return f"go to the {said[1]}"
        if fact.name in ("in", "on", "at"):
            return f"put the {said[0]} {'in' if fact.name != 'on' else 'on'} the {said[1]}"
    return f"quest {number}"
