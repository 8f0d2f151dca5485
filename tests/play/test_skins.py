from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.play.worlds import CELLAR, cellar, system_of_text
from tests.shipped import paced

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.skins import Skin, UnknownSkin
from worldwright.play.table import table_of
from worldwright.play.understand import Command, Fault
from worldwright.shipped import shipped

SKINS = ["natural", "call", "bracket", "json", "tools", "renamed:0", "renamed:7", "renamed:123456789012345678"]
SHIPPED = sorted(path.parent for path in shipped("worlds").glob("*/*.world") if path.parent.name != "std")
EVERYTHING = -1


def ground(system: System, most: int) -> list[Command]:
    """All commands of a world, or evenly many of each action."""
    world = system.world
    found: list[Command] = []
    for number, info in enumerate(world.actions):
        every = [(number, *values) for values in product(*(world.domains[p.domain].values for p in info.parameters))]
        step = max(1, len(every) // most)
        found += every[::step]
    return found


def told_by(system: System, command: Command) -> int:
    """The mask of nothing but a command's own objects."""
    world = system.world
    parameters = world.actions[command[0]].parameters
    return sum({1 << v for p, v in zip(parameters, command[1:], strict=True) if world.domains[p.domain].sort == "atom"})


@pytest.mark.parametrize("name", SKINS)
def test_what_is_printed_reads_back(name: str) -> None:
    """read(print(c)) is c for every command, told everything or only what it names."""
    system = cellar()
    skin = table_of(system).skin(name)
    assert skin.name == name
    for command in ground(system, 10**6):
        text = skin.print(command)
        assert skin.read(text, EVERYTHING) == command, text
        assert skin.read(text, told_by(system, command)) == command, text


@pytest.mark.parametrize("folder", paced(SHIPPED), ids=lambda path: path.name)
def test_in_shipped_worlds_too(folder: Path) -> None:
    """The same law in every shipped world."""
    system = load(folder.name)
    for name in SKINS[:7]:
        skin = table_of(system).skin(name)
        for command in ground(system, 60):
            text = skin.print(command)
            assert skin.read(text, EVERYTHING) == command, text
            assert skin.read(text, told_by(system, command)) == command, text


CLASHES = """
world "Clashes"
type Thing
type Box is Thing
object a: Thing
object key "coin": Thing
object coin "key": Thing
object coin_a "old coin" also "coin", coin_b "bright coin" also "coin": Thing
object odd "the (very) odd, 'quoted' \\"thing\\"": Thing
object in_box "in box": Thing
object box: Box
object nest "key in box": Box
object many "many": Thing
state held(Thing): bool = false
start
  tell "Here are {list x: Thing}."
action take(x: Thing)
  say "take {x}"
  need not held(x) else "No."
  set held(x) = true
  tell "Yes."
action put(x: Thing, b: Box)
  say "put {x} in {b}" | "put in {b} {x}"
  need held(x) else "No."
  set held(x) = false
  tell "Yes."
task all "Take all."
  goal forall x: Thing (held(x))
"""


@pytest.mark.parametrize("name", SKINS)
def test_clashing_names_have_a_way_out(name: str) -> None:
    """Equal names, names inside names, and names that look like syntax can all be printed and read back."""
    system = system_of_text(CLASHES.replace(' | "put in {b} {x}"', ""))
    skin = table_of(system).skin(name)
    for command in ground(system, 10**6):
        text = skin.print(command)
        assert skin.read(text, EVERYTHING) == command, text
        assert skin.read(text, told_by(system, command)) == command, text


@given(st.integers(0, 2**40), st.data())
def test_skins_accept_the_same(told: int, data: st.DataObject) -> None:
    """For any told names, a printed command is understood in one skin exactly if it is in every other."""
    system = cellar()
    command = data.draw(st.sampled_from(ground(system, 10**6)))
    found = set()
    for name in SKINS:
        skin = table_of(system).skin(name)
        read = skin.read(skin.print(command), told)
        found.add(read if not isinstance(read, Fault) else read.kind)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("call", "take(brass key)", "ok"),
        ("call", " Take ( the Brass Key ) ;", "ok"),
        ("call", "take(x=brass_key)", "ok"),
        ("call", "unlock(b='oak chest', k=\"brass key\")", "ok"),
        ("call", "look", "ok"),
        ("call", "look()", "ok"),
        ("call", "take(brass key", "format"),
        ("call", "take(brass key) now", "format"),
        ("call", "take(brass key)(pearl)", "format"),
        ("call", "take(brass key, pearl)", "format"),
        ("call", "take()", "format"),
        ("call", "take(, )", "format"),
        ("call", "take brass key", "unknown_command"),
        ("call", "tkae(brass key)", "unknown_command"),
        ("call", "take(cellar)", "wrong_type"),
        ("call", "turn(10)", "wrong_type"),
        ("call", "take(crate)", "ambiguous"),
        ("call", "", "format"),
        ("bracket", "take[brass key]", "ok"),
        ("bracket", "take(brass key)", "unknown_command"),
        ("json", '{"action": "take", "x": "brass key"}', "ok"),
        ("json", '{"x":"KEY","action":"Take"}', "ok"),
        ("json", '{"action": "turn", "n": 7}', "ok"),
        ("json", '{"action": "turn", "n": "7"}', "ok"),
        ("json", '{"action": "turn", "n": 7.5}', "wrong_type"),
        ("json", '{"action": "turn", "n": 1' + "0" * 400 + "}", "wrong_type"),
        ("json", '{"action": "turn", "n": null}', "format"),
        ("json", '{"action": "turn", "n": [7]}', "format"),
        ("json", '{"action": "turn"}', "format"),
        ("json", '{"action": "turn", "n": 7, "m": 8}', "format"),
        ("json", '{"action": "turn", "n": 7, "n": 8}', "format"),
        ("json", '{"action": 7}', "format"),
        ("json", '{"act": "turn", "n": 7}', "format"),
        ("json", '{"action": "take", "x": ""}', "format"),
        ("json", '{"action": "take", "x": "\\ud800"}', "unknown_object"),
        ("json", '{"action": "eat", "x": "key"}', "unknown_command"),
        ("json", "take brass key", "format"),
        ("json", "[" * 900, "format"),
        ("json", '{"action": ' * 60, "format"),
        ("json", '{"action": "take", "x": ' + '{"a": ' * 50 + "1" + "}" * 51, "format"),
        ("tools", '{"name": "take", "arguments": {"x": "brass key"}}', "ok"),
        ("tools", '{"name": "take", "arguments": "{\\"x\\": \\"brass key\\"}"}', "ok"),
        ("tools", '{"name": "look"}', "ok"),
        ("tools", '{"name": "take", "arguments": []}', "format"),
        ("tools", '{"name": "take", "arguments": "x"}', "format"),
        ("tools", '{"name": "take", "x": "brass key"}', "format"),
        ("tools", '{"name": "take", "arguments": {"x": "crate"}}', "ambiguous"),
    ],
)
def test_coded_skins(name: str, text: str, kind: str) -> None:
    """What the coded skins read, and the kind of each fault."""
    found = table_of(cellar()).skin(name).read(text, EVERYTHING)
    assert (found.kind if isinstance(found, Fault) else "ok") == kind, found
    if isinstance(found, Fault):
        assert found.text.isprintable() and "Nothing happens" not in found.text


@pytest.mark.parametrize("name", SKINS)
def test_instructions(name: str) -> None:
    """Instructions tell every action in the skin's own form, the reply form and the turns, and no object's name."""
    system = cellar()
    table = table_of(system)
    skin, text = table.skin(name), table.instructions(name, 25)
    for form in skin.surface.forms:
        assert form.usage in text
    assert "Thought:" in text and "Action:" in text and "25 turns" in text
    assert "up" in text and "down" in text and "0 to 9" in text
    for atom in system.world.atoms:
        assert not atom.is_object or atom.display not in text


def test_renamed_is_another_surface() -> None:
    """Every verb is replaced, slots change places, and two actions never look alike."""
    skin = table_of(cellar()).skin("renamed:7")
    natural = table_of(cellar()).skin("natural")
    usages = [form.usage for form in skin.surface.forms]
    assert len(set(usages)) == len(usages)
    for ours, theirs in zip(usages, natural.surface.forms, strict=True):
        assert ours != theirs.usage
    unlock = next(form for form in skin.surface.forms if "key" in form.usage)
    assert unlock.usage.startswith("with <key> ")
    assert skin.read("with brass key " + unlock.usage.split("> ")[1].split(" <")[0] + " oak chest", EVERYTHING) == (
        natural.read("unlock oak chest with brass key", EVERYTHING)
    )
    taken = natural.read("take brass key", EVERYTHING)
    assert isinstance(skin.read("take brass key", EVERYTHING), Fault) and not isinstance(taken, Fault)


def test_renamed_wordings_differ() -> None:
    """Different numbers give different wordings; the same number always the same."""
    system, lexicon = cellar(), table_of(cellar()).lexicon
    wordings = {tuple(form.usage for form in table_of(system).skin(f"renamed:{k}").surface.forms) for k in range(20)}
    assert len(wordings) > 10
    again = Skin("renamed:5", system.world, lexicon)
    assert [f.usage for f in again.surface.forms] == [f.usage for f in table_of(system).skin("renamed:5").surface.forms]


def test_tool_schemas() -> None:
    """The tools are OpenAI's schema, with enumerations and ranges, and without objects' names."""
    tools = table_of(cellar()).skin("tools").tool_schemas()
    by_name = {tool["function"]["name"]: tool["function"]["parameters"] for tool in tools}
    assert by_name["go"]["properties"]["w"]["enum"] == ["up", "down"]
    assert by_name["turn"]["properties"]["n"]["maximum"] == 9
    assert by_name["unlock"]["required"] == ["b", "k"]
    assert by_name["look"]["properties"] == {}
    assert all(tool["type"] == "function" and tool["function"]["strict"] for tool in tools)
    assert "pearl" not in json.dumps(tools)


@pytest.mark.parametrize(
    "name", ["", "Natural", "renamed:", "renamed:-1", "renamed:x", "klingon", "renamed:" + "1" * 30]
)
def test_unknown_skins(name: str) -> None:
    """A skin that is not there is an error that names those that are."""
    with pytest.raises(UnknownSkin, match="natural, call, bracket, json, tools, renamed"):
        table_of(cellar()).skin(name)


def test_parameters_named_like_json_keys() -> None:
    """A parameter called `action` or `thought` has a key of its own in JSON."""
    text = CELLAR.replace("action turn(n: 0..9)", "action turn(thought: 0..9)").replace("{n}", "{thought}")
    text = text.replace("dial != n", "dial != thought").replace("dial = n\n", "dial = thought\n")
    skin = table_of(system_of_text(text)).skin("json")
    command = skin.read('{"action": "turn", "thought_": 3}', EVERYTHING)
    assert not isinstance(command, Fault)
    assert skin.print(command) == '{"action": "turn", "thought_": 3}'


@given(st.sampled_from(["take crate", "take key", "take pearl", "use key on oak", "open crate", "u", "x"]), st.data())
def test_memory_changes_nothing(text: str, data: st.DataObject) -> None:
    """A skin that has read much reads like one that has read nothing."""
    table = table_of(cellar())
    for told in data.draw(st.lists(st.integers(0, 2**24), max_size=6)):
        assert table.skin("natural").read(text, told) == Skin("natural", cellar().world, table.lexicon).read(text, told)
