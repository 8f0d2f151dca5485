"""Names and descriptions of a game as a world writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ... import limits
from ..pddl.names import Taken
from .game import TOO_LARGE, UNSUPPORTED, Faults, Game, Info
from .model import Model

TYPES = ("Room", "Fixture", "Container", "Supporter", "Closable", "Door", "Thing", "Food", "Key", "Way", "Heat", "Cut")
RESERVED = (
    *TYPES,
    *("Oven", "Stove", "Toaster", "Quest", "here", "at", "spot", "exit", "door", "lid", "key", "hand", "eaten", "used"),
    *("nowhere", "open", "closed", "locked", "raw", "fried", "roasted", "grilled", "uncut", "sliced", "diced"),
    *(
        "chopped",
        "whole",
        "north",
        "south",
        "east",
        "west",
        "cooked",
        "cut",
        "burned",
        "edible",
        "done",
        "lost",
        "scene",
    ),
    *("details", "in_sight", "beside", "at_hand", "optional", "takes_heat", "needs_heat", "drinkable", "sharp", "game"),
    *("go", "take", "take_from", "drop", "insert", "put", "close", "lock", "unlock", "eat", "drink", "chop", "slice"),
    *("dice", "cook", "prepare_meal", "look", "inventory", "examine", "x", "y", "c", "d", "k", "s", "f", "w", "q"),
    *("won_at_start", "contents"),
)
"""What the worlds that are written call their own."""


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called."""

    names: dict[str, str]
    """Identifiers, from the game's to the world's."""
    shown: dict[str, str]
    """Shown names, with an article where one is needed to say what kind of noun it is."""
    told: dict[str, str]
    """Descriptions, where the game has plain ones."""


def words_of(model: Model, faults: Faults) -> Words:
    """Names for all entities. Reports names that a player could not tell apart."""
    taken = Taken(RESERVED)
    found = Words({}, {}, {})
    called: dict[str, str] = {}
    for entity, kind in model.kinds.items():
        info = model.infos[entity]
        name = " ".join(_plain(info.name or "").split())
        if len(name) > limits.NAME_CHARACTERS:
            faults.error(TOO_LARGE, f"the name of `{entity}` has more than {limits.NAME_CHARACTERS} characters", entity)
            continue
        other = called.setdefault(name.lower(), entity)
        if other != entity:
            faults.error(
                UNSUPPORTED, f"`{other}` and `{entity}`, which are both called “{name}”, are not supported", name
            )
        own = taken.fresh(name.lower() or entity, {"r": "room", "d": "way"}.get(kind, "thing"))
        found.names[entity] = own
        found.shown[entity] = f"some {name}" if (info.indefinite or "").strip() == "some" else name
        description = described(info)
        if len(description) > limits.STRING_CHARACTERS // 2:
            faults.error(TOO_LARGE, f"the description of `{entity}` is too long", f'"{entity}"')
        elif description and kind != "r":
            found.told[entity] = description
    return found


def described(info: Info) -> str:
    """A description that can be told as it is; empty for none, or one with Inform's conditions in brackets."""
    text = _plain(info.desc or "")
    if "[" in text or "]" in text:
        return ""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return f"{found}." if found and "\n" not in found and found[-1] not in ".!?\"'" else found


def objective(game: Game) -> str:
    """What a player is told to do, as one paragraph that ends like a sentence; empty for nothing."""
    text = " ".join(_plain(game.objective or "").split())
    return text if not text or text[-1] in ".!?" else f"{text}."


def title(game: Game) -> str:
    """The game's name."""
    kinds = {"Coin Collector": "The Coin Collector", "Treasure Hunter": "The Treasure Hunter"}
    about = " ".join(_plain(game.metadata.desc or "").split())[: limits.NAME_CHARACTERS]
    cooking = (game.metadata.uuid or "").startswith("tw-cooking")
    return kinds.get(about, about) or ("A Meal to Cook" if cooking else "A TextWorld Game")


def _plain(text: str) -> str:
    """Without control characters other than line breaks."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
