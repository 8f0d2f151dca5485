"""Hand-written copies of examples/kettle.world in the shapes of other libraries, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from worldwright.testing import PeerMapping, Rules

KETTLE = Path(__file__).resolve().parents[2] / "examples" / "kettle.world"
ORDER = ("fill", "light", "wait", "pour")


@dataclass(frozen=True)
class Kitchen:
    """The kettle again: what can change in it. `boils` and `spills` are ways to get it wrong."""

    full: bool = False
    cup: bool = False
    water: str = "cold"
    burning: bool = False
    boils: str = "hot"
    spills: bool = True

    def applicable(self) -> list[str]:
        """What is accepted now."""
        found = [] if self.full else ["fill"]
        found += ["light"] if self.full and not self.burning else []
        found += ["wait"]
        return found + (["pour"] if self.full and self.water == "hot" else [])

    def after(self, action: str) -> Kitchen:
        """What comes of an action that is applicable, and of a turn."""
        now = self
        match action:
            case "fill":
                now = replace(now, full=True)
            case "light":
                now = replace(now, burning=True)
            case "pour":
                now = replace(now, full=not now.spills, cup=True)
        if now.burning and now.water != "hot":
            now = replace(now, water="warm" if now.water == "cold" else now.boils)
        return now

    def facts(self) -> dict[str, str]:
        """As the world names its variables."""
        named = {"filled(kettle)": self.full, "filled(cup)": self.cup, "burning": self.burning}
        return {"water": self.water, **{name: str(value).lower() for name, value in named.items()}}


def rules(start: Kitchen) -> Rules[Kitchen]:
    """The kitchen as a planner has it."""
    return Rules(
        start=lambda seed: start,
        applicable=lambda kitchen: kitchen.applicable(),
        apply=lambda kitchen, action: kitchen.after(action),
        goal=lambda kitchen: kitchen.cup,
        shown=lambda kitchen: kitchen.facts(),
    )


class Env:
    """The kitchen as Gymnasium has it: numbers for actions, arrays for observations, mistakes do nothing."""

    def __init__(self, start: Kitchen, stingy: bool = False, patience: int = 1000) -> None:
        self.start = start
        self.stingy = stingy
        self.patience = patience
        self.taken = 0
        self.now = start

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]:
        self.now, self.taken = self.start, 0
        return self.seen(), {}

    def step(self, action: int) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        self.taken += 1
        name = ORDER[action]
        if name in self.now.applicable():
            self.now = self.now.after(name)
        reward = 1 if self.now.cup and not self.stingy else 0
        return self.seen(), reward, self.now.cup, self.taken >= self.patience, {}

    def seen(self) -> Array:
        return Array([int(self.now.full), int(self.now.burning), int(self.now.cup)])


class Array:
    """What of NumPy's arrays matters here."""

    def __init__(self, values: list[int]) -> None:
        self.values = values

    def tolist(self) -> list[int]:
        return self.values


SAID = dict(zip(ORDER, ("fill kettle", "light the stove", "wait", "pour"), strict=True))


class Game:
    """The kitchen as TextWorld has it: facts, a list of commands, a score that adds up."""

    def __init__(self, start: Kitchen, forgets: str = "") -> None:
        self.start = start
        self.forgets = forgets
        self.now = start

    def reset(self) -> dict[str, Any]:
        self.now = self.start
        return self.state()

    def step(self, command: str) -> tuple[dict[str, Any], int, bool]:
        action = next(name for name, said in SAID.items() if said == command)
        self.now = self.now.after(action)
        return self.state(), int(self.now.cup), self.now.cup

    def state(self) -> dict[str, Any]:
        commands = [SAID[name] for name in self.now.applicable() if name != self.forgets]
        facts = [f"{name} = {value}" for name, value in self.now.facts().items()]
        return {
            "facts": [*facts, "P is at home"],
            "admissible_commands": [*commands, "inventory"],
            "won": self.now.cup,
            "lost": False,
            "score": int(self.now.cup),
        }


def by_name(action: str, arguments: Mapping[str, str]) -> Hashable | None:
    """The planner's actions: nobody there thinks of filling a cup."""
    return None if arguments.get("x") == "cup" else action


def by_number(action: str, arguments: Mapping[str, str]) -> Hashable | None:
    """Gymnasium's."""
    return None if arguments.get("x") == "cup" else ORDER.index(action)


def by_words(action: str, arguments: Mapping[str, str]) -> Hashable | None:
    """TextWorld's."""
    return None if arguments.get("x") == "cup" else SAID[action]


PLANNED = PeerMapping(by_name, state=dict)
NUMBERED = PeerMapping(
    by_number,
    state=lambda facts: tuple(int(facts[name] == "true") for name in ("filled(kettle)", "burning", "filled(cup)")),
    reward=lambda feedback: float(feedback.ended == "goal"),
)
WORDED = PeerMapping(
    by_words,
    state=lambda facts: frozenset(f"{name} = {value}" for name, value in facts.items()),
    reward=lambda feedback: float(feedback.ended == "goal"),
    ended=str,
    ignored=lambda action: action == "inventory",
)
