from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.play.worlds import CELLAR, cellar, system_of_text

from worldwright.play.episode import Episode
from worldwright.play.skins import Skin
from worldwright.play.table import table_of
from worldwright.play.understand import Command, Fault, Understood

EVERYTHING = -1


def natural() -> Skin:
    """The cellar's own skin."""
    return table_of(cellar()).skin("natural")


def atoms(*names: str) -> int:
    """The mask of some objects."""
    numbers = {atom.name: i for i, atom in enumerate(cellar().world.atoms)}
    return sum(1 << numbers[name] for name in names)


def command(action: str, *args: str | int) -> Command:
    """A command by names."""
    world = cellar().world
    numbers = {atom.name: i for i, atom in enumerate(world.atoms)}
    actions = [info.name for info in world.actions]
    return (actions.index(action), *(numbers[a] if isinstance(a, str) else a for a in args))


def fault(found: Understood) -> Fault:
    """What must be a fault."""
    assert isinstance(found, Fault), found
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("take brass key", command("take", "brass_key")),
        ("take the brass key", command("take", "brass_key")),
        ("  TAKE\tthe   Brass KEY. ", command("take", "brass_key")),
        ("pick up my brass_key!", command("take", "brass_key")),
        ("pick the brass key up", command("take", "brass_key")),
        ("take brass", command("take", "brass_key")),
        ("take key", command("take", "brass_key")),
        ("take iron", command("take", "iron_key")),
        ("take oak", command("take", "chest")),
        ('take "oak chest"', command("take", "chest")),
        ("ｔａｋｅ　ｃｏｉｎ", command("take", "silver_coin")),
        ("take red crate", command("take", "red_crate")),
        ("take red_crate", command("take", "red_crate")),
        ("take #blue_crate", command("take", "blue_crate")),
        ("use key on chest", command("unlock", "chest", "brass_key")),
        ("unlock the chest with the iron key", command("unlock", "chest", "iron_key")),
        ("u", command("go", "up")),
        ("go down", command("go", "down")),
        ("set dial to 7", command("turn", 7)),
        ("turn dial to ٧".replace("٧", "７"), command("turn", 7)),
        ("look around", command("look")),
    ],
)
def test_understood(text: str, meant: Command) -> None:
    """Aliases, articles, case, spacing, short names, identifiers and full width are all understood."""
    assert natural().read(text, EVERYTHING) == meant


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("", "format", "The action is empty. Write one action."),
        ("...", "format", "The action is empty. Write one action."),
        ('{"action": "look"}', "format", "Write the action in plain words, not as JSON."),
        ("dance", "unknown_command", '"dance" is not an action here.'),
        ("take", "unknown_command", 'Did you mean "take <thing>"?'),
        ("tkae the key", "unknown_command", '"tkae the key" is not an action here.'),
        ("take pear", "unknown_object", 'You know of nothing called "pear".'),
        ("take brss key", "unknown_object", "Did you mean the brass key"),
        ("go sideways", "unknown_object", 'In "go <way>", <way> must be up or down; "sideways" is not.'),
        ("take cellar", "wrong_type", 'In "take <thing>", <thing> must be a thing; the wine cellar is not.'),
        ("open brass key", "wrong_type", "must be a box; the brass key is not."),
        ("set dial to 12", "wrong_type", "must be a number from 0 to 9; 12 is not."),
        ("set dial to " + "9" * 300, "wrong_type", "must be a number from 0 to 9"),
        ("set dial to seven", "wrong_type", '"seven" is not.'),
        ("take crate", "ambiguous", 'Which "crate" do you mean: the red crate or the blue crate?'),
        ("word " * 100, "format", "too long"),
        ("x" * 5_000, "format", "too long"),
    ],
)
def test_faults(text: str, kind: str, sentence: str) -> None:
    """Every kind of misunderstanding says what is wrong."""
    found = fault(natural().read(text, EVERYTHING))
    assert found.kind == kind
    assert sentence in found.text
    assert "Nothing happens" not in found.text


def test_details() -> None:
    """Faults carry the slot, what was wanted, what was given, and what was near."""
    found = fault(natural().read("unlock chest with pearl", EVERYTHING))
    assert (found.kind, found.detail.slot, found.detail.wanted, found.detail.given) == (
        "wrong_type", "k", "a key", "white pearl",
    )  # fmt: skip
    found = fault(natural().read("take the silvr coin", EVERYTHING))
    assert found.detail.nearest[0] == "silver coin"
    found = fault(natural().read("take crate", EVERYTHING))
    assert found.detail.nearest == ("red crate", "blue crate")
    found = fault(natural().read("tak key", EVERYTHING))
    assert found.detail.nearest == ("take <thing>",)


def test_only_told_names_are_understood() -> None:
    """A thing is unknown until it is told, and then its short names mean it alone."""
    skin = natural()
    assert fault(skin.read("take key", 0)).kind == "unknown_object"
    assert skin.read("take key", atoms("iron_key")) == command("take", "iron_key")
    assert skin.read("take key", atoms("iron_key", "brass_key")) == command("take", "brass_key")
    assert skin.read("take crate", atoms("blue_crate")) == command("take", "blue_crate")


def test_a_full_name_is_never_passed_over() -> None:
    """Naming a told thing of the wrong type in full is a wrong type, even where another name contains it."""
    text = CELLAR.replace(
        'object pearl "white pearl"', 'object shrine "brass key shrine": Box\nobject pearl "white pearl"'
    )
    text = text.replace("at(chest) = hall", "at(chest) = hall\n  at(shrine) = hall")
    system = system_of_text(text)
    found = fault(table_of(system).skin("natural").read("open brass key", EVERYTHING))
    assert found.kind == "wrong_type" and "the brass key is not" in found.text


def test_untold_is_like_absent() -> None:
    """What is said about an untold thing is, byte for byte, what is said where it does not exist."""
    without = system_of_text(
        CELLAR.replace('object silver_coin "silver coin" also "coin": Thing', "").replace(
            "at(silver_coin) = cellar", ""
        )
    )
    texts = ["take silver coin", "take coin", "take the silver", "open coin", "go coin", "coin", "unlock coin with key"]
    texts += ["use coin on chest", "drop silver_coin", "take #silver_coin", "turn dial to coin", "silver coin take"]
    here, there = natural(), table_of(without).skin("natural")
    told = atoms("brass_key", "iron_key", "chest", "hall")
    names = {atom.name: i for i, atom in enumerate(without.world.atoms)}
    told_there = sum(1 << names[name] for name in ("brass_key", "iron_key", "chest", "hall"))
    for text in texts:
        assert here.read(text, told) == there.read(text, told_there), text


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """Whatever is written gives a command or a fault with a printable sentence, in every skin."""
    told = atoms("brass_key", "chest")
    for name in ("natural", "call", "bracket", "json", "tools", "renamed:3"):
        found = table_of(cellar()).skin(name).read(text, told)
        if isinstance(found, Fault):
            assert found.text and found.text.isprintable()


WORDS = [
    "take",
    "use",
    "on",
    "with",
    "in",
    "key",
    "brass",
    "the",
    "box",
    "chest",
    "up",
    "pick",
    "unlock",
    "coin",
    "7",
    "_",
]


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.integers(0, 2**30))
def test_nothing_untold_is_said(chosen: list[str], told: int) -> None:
    """No fault names a thing that has not been told, unless the text did."""
    text = " ".join(chosen)
    found = natural().read(text, told)
    if not isinstance(found, Fault):
        world = cellar().world
        for parameter, value in zip(world.actions[found[0]].parameters, found[1:], strict=True):
            if world.domains[parameter.domain].sort == "atom" and world.atoms[value].is_object:
                assert told >> value & 1
        return
    for i, atom in enumerate(cellar().world.atoms):
        if atom.is_object and not told >> i & 1 and atom.display not in text:
            for shown in (found.text, *found.detail.nearest, found.detail.given or ""):
                said = shown.replace(text, "")
                assert not any(name in said.split('"')[::2] for name in (atom.display, atom.name)), found
            assert atom.display not in found.detail.nearest


def test_reading_is_quick_where_it_could_be_slow() -> None:
    """Texts with very many ways to split them are answered."""
    text = " ".join(["use on", "on"] * 30)
    assert fault(natural().read(text[:900], EVERYTHING)).kind in ("unknown_object", "unknown_command", "format")


def test_episode_uses_it() -> None:
    """An episode understands what it has told, and nothing else."""
    episode = Episode(cellar(), "pearl", seed=1)
    assert episode.step("take pearl").kind == (
        "unknown_object" if "pearl" not in episode.observation else "precondition"
    )
    assert episode.step("take silver coin").kind == "unknown_object"
