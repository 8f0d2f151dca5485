from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput
from tests.play.notations import Gbnf
from tests.play.test_skins import CLASHES, EVERYTHING, ground, told_by
from tests.play.worlds import cellar, system_of_text
from tests.shipped import paced

from worldwright.cli import commands
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.grammars import gbnf, lark
from worldwright.play.language import NothingToSay, admissible_rules, reply_rules
from worldwright.play.reply import Reply, parse_reply
from worldwright.play.skins import Skin
from worldwright.play.table import table_of
from worldwright.play.understand import Fault
from worldwright.shipped import shipped

ONE_WAY = CLASHES.replace(' | "put in {b} {x}"', "")
SKINS = ["natural", "call", "bracket", "json", "tools", "renamed:7"]
SHIPPED = sorted(path.parent for path in shipped("worlds").glob("*/*.world") if path.parent.name != "std")
WIDE = """
world "Wide"
type Thing
object thing[70]: Thing
object odd "odd thing" also "thing 7": Thing
state far: -30..400 = 0
start
  tell "Things."
action join(x: Thing, y: Thing)
  say "join {x} to {y}"
  need x != y else "No."
  tell "Done."
action set_far(n: -30..400)
  say "set {n}"
  need far != n else "No."
  set far = n
  tell "Done."
task all "All."
  goal far = 1
"""


def replied(skin: Skin, reply: str, told: int) -> object:
    """What a raw reply means."""
    read = parse_reply(reply)
    assert isinstance(read, Reply), reply
    return skin.read(read.action, told)


@pytest.mark.parametrize("folder", paced(SHIPPED), ids=lambda folder: folder.name)
def test_the_language_is_the_skin(folder: Path) -> None:
    """Of every shipped world in unlike skins: what the grammar makes is understood, what the skin prints is in it."""
    system = load(folder.name)
    random = Random(7)
    for name in ("natural", "bracket", "json", "renamed:7"):
        skin = table_of(system).skin(name)
        grammar = Gbnf(gbnf(reply_rules(skin)))
        for _ in range(12):
            reply = grammar.sample(random)
            assert not isinstance(replied(skin, reply, EVERYTHING), Fault), reply
            assert grammar.accepts(reply)
        for command in ground(system, 3):
            assert grammar.accepts(f"Thought: so\nAction: {skin.print(command)}")
        assert not grammar.accepts("Thought: so\nAction: dance") and not grammar.accepts("Action: look")


@settings(max_examples=25)
@given(st.integers(0, 2**24), st.sampled_from(SKINS), st.integers(0, 1000))
def test_only_what_is_told_is_named(told: int, name: str, seed: int) -> None:
    """For any told names: every reply of the language is understood, every command that names only told things is in
    it, and no other name is."""
    system = cellar()
    skin = table_of(system).skin(name)
    grammar = Gbnf(gbnf(reply_rules(skin, told)))
    for _ in range(4):
        reply = grammar.sample(Random(seed))
        assert not isinstance(replied(skin, reply, told), Fault), reply
    for command in ground(system, 20):
        can = not told_by(system, command) & skin.lexicon.objects & ~told
        assert grammar.accepts(f"Thought: so\nAction: {skin.print(command)}") == can


@pytest.mark.parametrize("name", SKINS)
def test_clashing_names(name: str) -> None:
    """Where names clash, the language has what the skin prints instead, and nothing that is misread."""
    system = system_of_text(ONE_WAY)
    skin = table_of(system).skin(name)
    grammar, random = Gbnf(gbnf(reply_rules(skin))), Random(1)
    for _ in range(60):
        assert not isinstance(replied(skin, grammar.sample(random), EVERYTHING), Fault)
    for command in ground(system, 10**6):
        text = skin.print(command)
        assert grammar.accepts(f"Thought: so\nAction: {text}") == (skin.read(text, EVERYTHING) == command)


@pytest.mark.parametrize("name", ["natural", "json"])
def test_wide_actions(name: str) -> None:
    """Actions with thousands of commands have small grammars; numbers are written digit by digit and are exact."""
    system = system_of_text(WIDE)
    skin = table_of(system).skin(name)
    text = gbnf(reply_rules(skin))
    assert len(text) < 8_000
    grammar, random = Gbnf(text), Random(2)
    for _ in range(80):
        assert not isinstance(replied(skin, grammar.sample(random), EVERYTHING), Fault)
    written = "set {}" if name == "natural" else '{{"action": "set_far", "n": {}}}'
    accepted = [n for n in range(-450, 450) if grammar.accepts("Thought: so\nAction: " + written.format(n))]
    assert accepted == list(range(-30, 401))
    assert not grammar.accepts("Thought: so\nAction: " + written.format("007"))


@pytest.mark.parametrize("name", SKINS)
def test_lark_says_the_same(name: str) -> None:
    """Lark's own parser takes the grammar, and with it every reply that GBNF makes, and no other."""
    skin = table_of(load("pantry")).skin(name)
    rules = reply_rules(skin)
    parser, grammar, random = Lark(lark(rules), parser="earley"), Gbnf(gbnf(rules)), Random(3)
    for _ in range(6):
        reply = grammar.sample(random)
        parser.parse(reply)
        with pytest.raises(UnexpectedInput):
            parser.parse(reply + "\nAction: look")
        with pytest.raises(UnexpectedInput):
            parser.parse(reply.replace("Action: ", "Action: quickly "))


def test_admissible_only() -> None:
    """Cut down to what is accepted now, the language is exactly that, and every reply of it is accepted."""
    episode = Episode(load("pantry"), seed=2)
    grammar = Gbnf(gbnf(admissible_rules(episode.skin, episode.commands())))
    actions = [episode.print(command) for command in episode.commands()]
    assert grammar.rules["action"] == [[action] for action in actions] and len(actions) > 1
    assert episode.reply(grammar.sample(Random(1))).kind == "ok"
    with pytest.raises(NothingToSay):
        admissible_rules(episode.skin, [])


def test_nothing_to_say() -> None:
    """Before anything has been told, a world whose every action needs a thing has no language."""
    system = system_of_text(ONE_WAY)
    with pytest.raises(NothingToSay, match="told"):
        reply_rules(table_of(system).skin("natural"), 0)


@pytest.mark.parametrize("notation", ["gbnf", "lark"])
def test_command(notation: str) -> None:
    """`show --grammar` prints the grammar; a skin that is not there is wrong use."""
    rules = reply_rules(table_of(load("pantry")).skin("tools"))
    shown = CliRunner().invoke(commands, ["show", "pantry", "--grammar", notation, "--skin", "tools"])
    assert shown.exit_code == 0 and shown.output == (gbnf(rules) if notation == "gbnf" else lark(rules))
    wrong = CliRunner().invoke(commands, ["show", "pantry", "--grammar", notation, "--skin", "klingon"])
    assert wrong.exit_code == 2 and "the skins are natural" in wrong.output
