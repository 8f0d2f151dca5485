"""Worlds made from TextWorld's games, beside TextWorld: what can be done, what holds, how it ends, what it brings."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.differential.record_textworld import TRACES, whole
from tests.differential.textworld_compiled import COOKING, DIFFERENCES, Compiled, Turn, difference, ours, unlike
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
PORTS = {
    "coin_collector": "coin_collector",
    "treasure_hunter_easy": "treasure_hunter",
    "treasure_hunter_medium": "treasure_hunter",
    "treasure_hunter_hard": "treasure_hunter",
}
"""Games, with the families that are ported from their challenge."""
QUICK = ("cooking_six_rooms", "cooking_one_room")
"""Compiled games whose records are replayed every time."""


@cache
def record(name: str) -> tuple[Game, tuple[Any, ...]]:
    """A recorded game with its world, and the walks through it."""
    kept = json.loads((TRACES / f"textworld_{name}.json").read_text("utf-8"))
    return Game.of(json.dumps(kept["game"])), tuple(kept["walks"])


def followed(game: Game | Port, walk: list[dict[str, Any]], task: str = "game") -> int:
    """Plays a recorded walk in the world and compares every step; how many there were."""
    episode = Episode(game.system, task, seed=0)
    score = 0.0
    for number, shown in enumerate(whole(walk, ("admissible", "facts"))):
        if shown.get("command"):
            commands = {said(game, command): command for command in game.system.admissible(episode.state.state)}
            score += game.reward(episode.act(commands[listed(game, shown["command"])]))
        assert game.facts(game.system.decode(episode.state.state)) == {*map(game.fact, shown["facts"])} - {None}, number
        assert score == shown["score"], number
        ended = shown.get("ended", "")
        assert episode.ended == ("" if ended == "given up" else ended), number
        if not ended:
            expected = {listed(game, command) for command in shown["admissible"]}
            expected |= game.unlisted(shown["facts"]) if isinstance(game, Port) else frozenset()
            assert {said(game, command) for command in game.system.admissible(episode.state.state)} == expected, number
    return len(walk) - 1


def listed(game: Game | Port, command: str) -> str:
    """A command that TextWorld lists, as our side says it."""
    return game.said(command) if isinstance(game, Port) else command


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


@pytest.mark.parametrize(
    "name", [name if name not in SLOW else pytest.param(name, marks=pytest.mark.slow) for name in PORTS]
)
def test_the_port_follows_the_recorded_walks(name: str) -> None:
    """The family's rules on the game's map: equal commands, facts, score and end."""
    kept = json.loads((TRACES / f"textworld_{name}.json").read_text("utf-8"))
    port = port_of(PORTS[name], json.dumps(kept["game"]))
    assert sum(followed(port, walk, port.task) for walk in kept["walks"]) >= 10


@cache
def compiled(name: str) -> tuple[Port, tuple[list[Turn], ...]]:
    """The port of a compiled game, and the recorded walks through the game."""
    kept = json.loads((TRACES / f"textworld_{name}.json").read_text("utf-8"))
    lists = ("taken", "disputed", "facts")
    walks = tuple([turn_of(shown) for shown in whole(walk, lists)] for walk in kept["walks"])
    return port_of("cooking", json.dumps(kept["game"])), walks


def turn_of(shown: dict[str, Any]) -> Turn:
    """A turn as it was recorded; without facts where TextWorld's are not to be trusted."""
    return Turn(
        shown.get("command", ""), shown["taken"], shown["disputed"], shown["facts"] or None, shown.get("ended", "")
    )


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in COOKING]
)
def test_the_port_cooks_as_the_compiled_game(name: str) -> None:
    """The family's rules on the game's house: equal commands, facts and end; the list differs only as is said."""
    port, walks = compiled(name)
    assert [unlike(port, walk) for walk in walks] == [""] * len(walks)
    assert walks[0][-1].ended == "goal" and sum(map(len, walks)) >= 20


def test_every_difference_from_the_list_is_met() -> None:
    """No difference is claimed that the records do not show, but for games that begin with too much in hand."""
    met = set()
    for name in QUICK:
        port, walks = compiled(name)
        for walk in walks:
            episode = Episode(port.system, port.task, seed=0)
            for turn in walk:
                if turn.command:
                    episode.act(ours(port, episode)[turn.command])
                variables = port.system.decode(episode.state.state)
                met |= {difference(command, variables, port) for command in turn.disputed}
    assert met == {said for said in DIFFERENCES if "more in hand" not in said}


def test_a_kitchen_that_differs_is_noticed() -> None:
    """A command too few, a fact too few, another end, and a difference that nothing explains."""
    port, (walk, *_) = compiled(QUICK[0])
    (first, *others), last = walk, walk[-1]
    assert first.facts is not None
    wrong = {
        "ours": replace(first, taken=first.taken | {"dance"}),
        "facts apart": replace(first, facts=first.facts - {sorted(first.facts)[0]}),
        "disputed": replace(first, disputed=frozenset({"go west"})),
    }
    for said, turn in wrong.items():
        assert said in unlike(port, [turn, *others])
    assert "ended" in unlike(port, [*walk[:-1], replace(last, ended="fail")])


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
    peer = Playing(started(without_guesses(text)), port.fact, port.said, port.unlisted)
    found = differential(port.system, peer, port.mapping, task=port.task, max_steps=STEPS)
    found.require()
    assert found.answer == "proved" or "easy" not in name


@pytest.mark.differential
@needs_textworld
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", COOKING)
def test_the_port_is_the_compiled_game(name: str, seed: int) -> None:
    """Walks through games of other seeds, one of them TextWorld's own way to the meal."""
    settings, own = COOKING[name]
    game = Compiled(settings, own + seed)
    port = port_of("cooking", game.text)
    for number, guided in enumerate((99, 99 if seed % 2 else 8, 0)):
        assert unlike(port, game.walk(port, guided, 60, number)) == "", number
