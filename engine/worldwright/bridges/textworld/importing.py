"""A TextWorld game to a world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...check.checker import check_report
from ...diagnostics import WorldError
from ...source import Source
from ...syntax.format import format_text
from ...syntax.modules import read_modules
from .game import UNSUPPORTED, Faults, Game, read_game
from .known import features
from .logic import read_logic
from .model import Facts, modelled
from .quests import Conditions, Goal, goals
from .words import objective, title, words_of
from .write import Written, world_text

LIMIT = 200
"""Replies that a game without a walkthrough may take."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A world made from a TextWorld game, and what its entities and quests are called in it."""

    text: str
    names: Mapping[str, str]
    """From the game's identifiers to the world's."""
    quests: tuple[Goal, ...]


def import_textworld(source: Source) -> Imported:
    """The world of a game. Raises WorldError with all that is wrong or not supported."""
    game = read_game(source)
    faults = Faults(source)
    logic = read_logic(game.knowledge.logic, faults)
    what = features(logic, faults)
    model = modelled(game, logic, what, faults)
    words = words_of(model, faults)
    faults.settle()
    conditions = Conditions(model, words.names, what, Facts.of(game.world), faults)
    found = goals(game, conditions, set(words.names.values()))
    faults.settle()
    told = objective(game)
    written = Written(
        title=title(game),
        about="" if told else "There is something to be done here.",
        task=told or "Do what there is to do.",
        remarks=_remarks(game, len(model.ingredients)),
        limit=_limit(game),
        model=model,
        words=words,
        what=what,
        goals=found,
    )
    name = f"the world made from {source.name}"
    text = format_text(Source(name, world_text(written)))
    made = Source(name, text)
    world, diagnostics = check_report(read_modules(made, {}), {})
    if world is None:
        for diagnostic in diagnostics[:5]:
            faults.error(UNSUPPORTED, f"a game whose world would not stand is not supported: {diagnostic.message}")
        faults.settle()
        raise WorldError([d for d in diagnostics if d.severity == "error"], [made])
    return Imported(text, words.names, tuple(found))


def _remarks(game: Game, ingredients: int) -> tuple[str, ...]:
    """What a reader of the file should know."""
    lines = [f"Made from a TextWorld game{f', {game.metadata.uuid}' if _named(game) else ''}."]
    asked = sum(fact.name.startswith("ingredient_") for fact in game.world)
    if 0 < ingredients < asked:
        lines.append(
            "`prepare meal` takes no more than the rules in the game's file take: the first of the ingredients."
        )
    return tuple(lines)


def _named(game: Game) -> bool:
    name = game.metadata.uuid or ""
    return 0 < len(name) < 120 and name.isprintable()


def _limit(game: Game) -> int:
    """Replies that a play may take: plenty for who looks around."""
    ways = [len(quest.commands) for quest in game.quests]
    longest = max([sum(ways), len(game.metadata.walkthrough or ())], default=0)
    return min(1000, 50 + 10 * longest) if longest else LIMIT
