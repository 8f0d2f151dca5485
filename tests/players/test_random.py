"""The random player: a function of its seed that speaks of what it was told, in every skin the same."""

from __future__ import annotations

import pytest

from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.lexicon import Lexicon, bits
from worldwright.play.skins import NAMES
from worldwright.play.table import table_of
from worldwright.players.random import named
from worldwright.synthesize import Trajectory, record

WORLDS = ("pantry", "household", "store", "laboratory")


def kinds(found: Trajectory) -> set[str]:
    """The kinds of feedback it got."""
    return {turn.feedback.kind for turn in found.turns}


@pytest.mark.parametrize("name", WORLDS)
def test_its_commands_are_understood(name: str) -> None:
    """What is refused is refused by the world, never for its words."""
    system = load(name)
    assert kinds(record(system, "random", 3)) == {"ok", "precondition"}


def test_a_function_of_its_seed() -> None:
    """The same seed says the same, another seed something else."""
    system = load("pantry")
    one, again, other = (record(system, "random", seed) for seed in (1, 1, 2))
    assert one.line() == again.line()
    assert [turn.reply for turn in one.turns] != [turn.reply for turn in other.turns]


def test_skins_change_only_the_words() -> None:
    """The same commands under every skin: skins are compared fairly."""
    system = load("pantry")
    said = [[turn.command for turn in record(system, "random", 5, skin=skin).turns] for skin in NAMES]
    deeds = [[(each.action, each.args) for each in commands if each is not None] for commands in said]
    assert all(each == deeds[0] for each in deeds)


@pytest.mark.parametrize("name", WORLDS)
def test_what_was_told_is_read_from_the_text(name: str) -> None:
    """All objects that the engine calls told are found, if the text names them."""
    system = load(name)
    lexicon: Lexicon = table_of(system).lexicon
    episode = Episode(system, seed=4)
    found = named(lexicon, episode.observation) | table_of(system).always
    text = episode.observation.lower()
    missed = [system.world.atoms[atom].display for atom in bits(episode.told & lexicon.objects & ~found)]
    assert not [name for name in missed if name.lower() in text]
