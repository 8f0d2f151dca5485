"""Worlds made from TextWorld's games, beside TextWorld: what can be done, what holds, how it ends, what it brings."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.differential.record_textworld import TRACES
from tests.differential.textworld_peers import GAMES, made, missing, started
from tests.differential.textworld_ports import Port, port_of
from tests.differential.textworld_worlds import Game, Playing, without_guesses

from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.play.feedback import argument_names
from worldwright.testing.comparison import differential

STEPS = 600
SLOW = ("treasure_hunter_easy", "treasure_hunter_medium", "cooking")
"""Games whose records the slow tests replay; the others have all that these have."""
PORTS = {"coin_collector": "coin_collector", "treasure_hunter_easy": "treasure_hunter"}
"""Games, with the families that are ported from their challenge."""


@cache
def record(name: str) -> tuple[Game, tuple[Any, ...]]:
    """A recorded game with its world, and the walks through it."""
    kept = json.loads((TRACES / f"textworld_{name}.json").read_text("utf-8"))
    return Game.of(json.dumps(kept["game"])), tuple(kept["walks"])


def followed(game: Game | Port, walk: list[dict[str, Any]], task: str = "game") -> int:
    """Plays a recorded walk in the world and compares every step; how many there were."""
    episode = Episode(game.system, task, seed=0)
    admissible: set[str] = set()
    facts: set[str] = set()
    score = 0.0
    for number, shown in enumerate(walk):
        if shown.get("command"):
            commands = {said(game, command): command for command in game.system.admissible(episode.state.state)}
            score += game.reward(episode.act(commands[shown["command"]]))
        admissible = (admissible | {*shown.get("+admissible", ())}) - {*shown.get("-admissible", ())}
        facts = (facts | {*shown.get("+facts", ())}) - {*shown.get("-facts", ())}
        assert game.facts(game.system.decode(episode.state.state)) == {*map(game.fact, facts)} - {None}, number
        assert score == shown["score"], number
        ended = shown.get("ended", "")
        assert episode.ended == ("" if ended == "given up" else ended), number
        if not ended:
            assert {said(game, command) for command in game.system.admissible(episode.state.state)} == admissible, (
                number
            )
    return len(walk) - 1


def said(game: Game | Port, command: tuple[int, ...]) -> str:
    """A command as a TextWorld player says it."""
    return game.command(game.system.actions[command[0]].name, argument_names(game.system, command))


@pytest.mark.parametrize(
    "name", [name if name not in SLOW else pytest.param(name, marks=pytest.mark.slow) for name in GAMES]
)
def test_the_world_follows_the_recorded_walks(name: str) -> None:
    """Equal admissible commands, facts, score and end after every command."""
    game, walks = record(name)
    assert sum(followed(game, walk) for walk in walks) >= 10


@pytest.mark.parametrize("name", PORTS)
def test_the_port_follows_the_recorded_walks(name: str) -> None:
    """The family's rules on the game's map: equal commands, facts, score and end."""
    kept = json.loads((TRACES / f"textworld_{name}.json").read_text("utf-8"))
    port = port_of(PORTS[name], json.dumps(kept["game"]))
    assert sum(followed(port, walk, port.task) for walk in kept["walks"]) >= 10


def test_a_world_that_differs_is_noticed() -> None:
    """The walks catch a world in which closed containers can be reached into."""
    game, walks = record("cooking_far")
    text = game.imported.text.replace('need lid(c) = open else "{The c} is {lid(c)}."\n', "", 1)
    assert text != game.imported.text
    wrong = Game(game.imported, load_text(text), game.names, game.rewards, game.kept, game.remembered)
    with pytest.raises(AssertionError):
        for walk in walks:
            followed(wrong, walk)


needs_textworld = pytest.mark.skipif(bool(missing()), reason=missing() or "installed")


@pytest.mark.differential
@needs_textworld
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", GAMES)
def test_the_world_is_the_game(name: str, seed: int) -> None:
    """No difference from TextWorld itself, breadth first and in random walks, in games of other seeds too."""
    challenge, settings, own = GAMES[name]
    text = made(challenge, settings, own + seed)
    game = Game.of(text)
    for played in (text, without_guesses(text)):
        peer = Playing(started(played), game.fact)
        differential(game.system, peer, game.mapping, task="game", max_steps=STEPS).require()


@pytest.mark.differential
@needs_textworld
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", PORTS)
def test_the_port_is_the_game(name: str, seed: int) -> None:
    """The family's rules on the maps of TextWorld's own games: alike in all states."""
    challenge, settings, own = GAMES[name]
    text = made(challenge, settings, own + seed)
    port = port_of(PORTS[name], text)
    peer = Playing(started(without_guesses(text)), port.fact)
    found = differential(port.system, peer, port.mapping, task=port.task, max_steps=STEPS)
    found.require()
    assert found.answer == "proved"
