"""TextWorld's games as worlds: what comes out, what cannot be taken over is named, hostile files are refused."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.timing import seconds

from worldwright.bridges.textworld import import_textworld
from worldwright.check import check_report
from worldwright.cli import commands
from worldwright.diagnostics import WorldError
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules

TRACES = Path(__file__).parents[1] / "differential" / "traces"
EVERY_TIME = ("textworld_coin_collector", "textworld_cooking_far")


@cache
def game(name: str) -> Any:
    """What a trace holds of a recorded game."""
    return json.loads((TRACES / f"{name}.json").read_text("utf-8"))["game"]


NAMES = sorted(path.stem for path in TRACES.glob("textworld_*.json") if "version" in game(path.stem))
"""The games whose whole file was recorded; of a compiled one that is only the map."""


@cache
def text_of(name: str) -> str:
    """A recorded game's file."""
    return json.dumps(game(name))


def faults(text: str) -> list[str]:
    """What is said of a file, with the codes."""
    with pytest.raises(WorldError) as raised:
        import_textworld(Source("game.json", text))
    return [f"{d.code} {d.message}" for d in raised.value.diagnostics]


@pytest.mark.parametrize(
    "name", [name if name in EVERY_TIME else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_a_world_is_settled_and_clean(name: str) -> None:
    """`fmt` has nothing to change and `check` nothing to say, not even a warning."""
    text = import_textworld(Source("game.json", text_of(name))).text
    assert format_text(Source("game.world", text)) == text
    world, diagnostics = check_report(read_modules(Source("game.world", text)), {})
    assert world is not None
    assert [d.message for d in diagnostics] == []


def test_a_world_reads_well() -> None:
    """The rooms, what is in them, the refusals and the task are told in English."""
    world = import_textworld(Source("game.json", text_of("textworld_simple")))
    episode = Episode(load_text(world.text), "game", seed=0)
    assert "You are in the bedroom. There is a king-size bed here." in episode.observation
    assert "A wooden door, locked, leads east." in episode.observation
    assert episode.step("go east").text == "The wooden door is locked."
    assert episode.step("open wooden door").text == "The wooden door is locked."
    assert episode.step("open antique trunk").text.startswith("You open the antique trunk.")
    assert episode.step("open antique trunk").text == "The antique trunk is open already."
    assert episode.step("north").text == "You can't go north from here."
    assert {quest.words for quest in world.quests} >= {"take the old key", "unlock the wooden door"}


def test_what_can_be_won_and_lost() -> None:
    """A treasure taken wins, the other thing taken loses."""
    world = import_textworld(Source("game.json", text_of("textworld_treasure_hunter_easy")))
    assert len(world.quests) == 1
    task = world.text[world.text.index("task game") :]
    assert task.count("goal ") == 1
    assert task.count("fail at(") == 1


def edited(change: Callable[[Any], object], name: str = "textworld_cooking_far") -> str:
    """A game's file with something changed in it."""
    game = json.loads(text_of(name))
    change(game)
    return json.dumps(game)


def fact(name: str, *arguments: tuple[str, str]) -> dict[str, Any]:
    """A fact as the file writes it."""
    return {"name": name, "arguments": [{"name": a, "type": t} for a, t in arguments]}


def logic(before: str, after: str) -> Callable[[Any], object]:
    """Changes the game's rules."""

    def change(game: Any) -> None:
        assert before in game["KB"]["logic"]
        game["KB"]["logic"] = game["KB"]["logic"].replace(before, after)

    return change


def quest(**parts: Any) -> Callable[[Any], object]:
    """Changes the first quest that can be won."""

    def change(game: Any) -> None:
        next(q for q in game["quests"] if q["win_events"]).update(parts)

    return change


WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "a rule": (
        logic("close/c :: $at(P, r)", "paint/c :: $at(P, r)"),
        "TW002 the rule `paint/c :: $at(P, r) & $at(c, r) & open(c) -> closed(c)` is not supported",
    ),
    "a rule's form": (
        logic("open/c  :: $at(P, r) & $at(c, r)", "open/c :: $at(P, r)"),
        "TW002 this form of the rule `open/c :: $at(P, r) & closed(c) -> open(c)` is not supported",
    ),
    "a command": (
        logic('"open {c}"', '"crack {c}"'),
        "TW002 `open/c` is said `crack {c}` here; only `open {c}` is supported",
    ),
    "an alias": (
        logic("south_of(r, r') = north_of(r', r);", "south_of(r, r') = west_of(r', r);"),
        "TW002 the predicate `south_of(r, r') = west_of(r', r)` is not supported",
    ),
    "logic": (logic("type c : t {", "type c : t"), "TW001 this game's logic cannot be read at its line"),
    "a fact": (
        lambda game: game["world"].append(fact("haunted", ("r_0", "r"))),
        "TW002 the fact `haunted(r_0)` is not supported",
    ),
    "a fact's kinds": (
        lambda game: game["world"].append(fact("match", ("r_0", "r"), ("c_0", "c"))),
        "TW002 the fact `match(r_0, c_0)` is not supported",
    ),
    "a type": (
        lambda game: game["world"].append(fact("at", ("ghost_0", "ghost"), ("r_0", "r"))),
        "TW002 entities of the type `ghost`, such as `ghost_0`, are not supported",
    ),
    "a place": (
        lambda game: game["world"].append(fact("at", ("P", "P"), ("r_0", "r"))),
        "TW003 `at(P, ",
    ),
    "a lid": (
        lambda game: game["world"].append(fact("open", ("c_0", "c"))),
        "TW003 `c_0` must be one of open, closed and locked",
    ),
    "a free hand": (
        lambda game: game["world"].append(fact("free", ("slot_9", "slot"))),
        "",
    ),
    "a repeated quest": (quest(optional=True, repeatable=True), "TW002 quest 2, which can be completed again"),
    "a quest's fact": (
        quest(win_events=[{"condition": {"preconditions": [fact("haunted", ("r_0", "r"))]}}]),
        "TW002 a quest that asks for `haunted(r_0)` is not supported",
    ),
    "no quest": (lambda game: game.update(quests=[]), "TW002 a game that has no quest to win is not supported"),
    "a name": (
        lambda game: next(i for _, i in game["infos"] if i["id"] == "c_0").update(name=None),
        "TW003 `c_0` has no name that a player could say",
    ),
    "two names": (
        lambda game: [i.update(name="Thing") for _, i in game["infos"] if i["id"] in ("c_0", "s_0")],
        "TW002 `c_0` and `s_0`, which are both called “Thing”, are not supported",
    ),
    "a version": (lambda game: game.update(version=2), "TW001 this game is of version 2; known is version 1"),
    "a reward": (quest(reward="much"), "TW001 this is not a TextWorld game: quests[1].reward: input should be"),
    "no world": (lambda game: game.pop("world"), "TW001 this is not a TextWorld game: world: field required"),
}


@pytest.mark.parametrize("what", [name for name, (_, said) in WRONG.items() if said])
def test_what_is_not_supported_is_named(what: str) -> None:
    """One clear message for each."""
    change, said = WRONG[what]
    found = faults(edited(change))
    assert any(message.startswith(said) for message in found), found


def test_another_free_hand_is_taken_over() -> None:
    """One more `slot` is one more thing that can be held."""
    before = import_textworld(Source("game.json", text_of("textworld_cooking_far"))).text
    after = import_textworld(Source("game.json", edited(WRONG["a free hand"][0]))).text
    assert before.count("(at(y) = hand) < 3") == after.count("(at(y) = hand) < 4") == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "TW001 this is not JSON: expecting value"),
        ("[]", "TW001 this is not a TextWorld game: it is no JSON object"),
        ("{}", "TW001 this is not a TextWorld game: version: field required"),
        ("[" * 5_000, "TW004 this file is nested more than 100 levels deep"),
        ('{"a": ' * 50_000 + "1", "TW004 this file is nested more than 100 levels deep"),
        ('{"version": ' + "9" * 10_000 + "}", "TW001 this is not a TextWorld game: exceeds the limit"),
        ('{"version": NaN}', "TW001 this is not a TextWorld game: the number NaN is not allowed"),
        ('"' * 200_001, "TW001 this is not JSON: extra data"),
    ],
    ids=["empty", "list", "bare", "deep", "deeper", "digits", "nan", "quotes"],
)
def test_hostile_files(text: str, said: str) -> None:
    """Refused with one message, quickly."""
    began = time.process_time()
    found = faults(text)
    assert time.process_time() - began < seconds(2)
    assert found[0].startswith(said), found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_garbled_games_never_surprise(name: str) -> None:
    """Whatever is exchanged in a game: a world, or messages."""
    choose = random.Random(name)
    whole = json.loads(text_of(name))
    for _ in range(6):
        game = json.loads(json.dumps(whole))
        for _ in range(choose.randrange(1, 4)):
            one, other = choose.choice(game["world"]), choose.choice(game["world"])
            part = choose.randrange(3)
            if part == 0:
                one["name"], other["name"] = other["name"], one["name"]
            elif part == 1:
                choose.choice(one["arguments"]).update(choose.choice(other["arguments"]))
            else:
                asked = choose.choice(game["quests"])
                events = asked["win_events"] or asked["fail_events"]
                events[0]["condition"]["preconditions"].append(one)
        try:
            import_textworld(Source("game.json", json.dumps(game)))
        except WorldError as error:
            assert error.diagnostics
            assert all(len(d.message) < 500 for d in error.diagnostics)


def test_the_command(tmp_path: Path) -> None:
    """Written to a file or shown; what is wrong ends with 1 and no world, what is not there with 2."""
    (tmp_path / "game.json").write_text(text_of("textworld_coin_collector"), encoding="utf-8")
    out = tmp_path / "coin.world"
    run = CliRunner().invoke(commands, ["import", "textworld", str(tmp_path / "game.json"), "-o", str(out)])
    assert (run.exit_code, run.output) == (0, f"{out}: 1 quest to win\n")
    shown = CliRunner().invoke(commands, ["import", "textworld", str(tmp_path / "game.json")])
    assert shown.output == out.read_text("utf-8")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    refused = CliRunner().invoke(commands, ["import", "textworld", str(tmp_path / "bad.json")])
    assert isinstance(refused.exception, WorldError)
    missing = CliRunner().invoke(commands, ["import", "textworld", str(tmp_path / "none.json")])
    assert missing.exit_code == 2 and f"there is no file {tmp_path / 'none.json'}" in missing.output
