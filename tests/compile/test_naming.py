from __future__ import annotations

import pytest

from worldwright.check.world import Atom
from worldwright.compile.naming import join, names_of, takes_an

AN = "apple egg iron_key oak umbrella hour honest heirloom X-ray F 8-inch 11 18 80 800 SMS unimportant umpire urn ulcer"
A = "mug chest unicorn uniform unit used one-way once European ewe ukulele utensil history U 1 100 7 UFO yacht"
A += " unique universal union urethane ouija one"


@pytest.mark.parametrize("word", AN.split())
def test_an(word: str) -> None:
    """These begin with the sound of a vowel."""
    assert takes_an(word.replace("_", " "))


@pytest.mark.parametrize("word", A.split())
def test_a(word: str) -> None:
    """These do not."""
    assert not takes_an(word)


def test_articles() -> None:
    """Every kind of noun under every article."""
    nouns = [("oak chest", "common"), ("Alice", "proper"), ("water", "mass"), ("moon", "unique"), ("north", "value")]
    names = names_of(
        Atom(name=f"atom_{i}", display=display, noun=noun, is_object=noun != "value")
        for i, (display, noun) in enumerate(nouns)
    )
    assert names.table("") == ("oak chest", "Alice", "water", "moon", "north")
    assert names.table("a") == ("an oak chest", "Alice", "some water", "the moon", "north")
    assert names.table("the") == ("the oak chest", "Alice", "the water", "the moon", "north")
    assert names.table("A") == ("An oak chest", "Alice", "Some water", "The moon", "North")
    assert names.table("The") == ("The oak chest", "Alice", "The water", "The moon", "North")


def test_lists() -> None:
    """As people say them."""
    assert join([]) == "nothing"
    assert join(["a mug"]) == "a mug"
    assert join(["a mug", "a plate"]) == "a mug and a plate"
    assert join(["a mug", "a plate", "an apple"]) == "a mug, a plate and an apple"
