from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.play.worlds import CELLAR, cellar, system_of_text
from tests.shipped import paced

import worldwright
from worldwright.compile.system import System
from worldwright.pipeline import load, load_text
from worldwright.play.episode import Episode, EpisodeState
from worldwright.play.table import UnknownTask
from worldwright.play.understand import Command
from worldwright.shipped import shipped

SHIPPED = sorted(path.parent.name for path in shipped("worlds").glob("*/*.world") if path.parent.name != "std")
TEXTS = [
    "take brass key", "take iron key", "d", "u", "go down", "unlock chest with key", "open chest", "take pearl",
    "drop pearl", "drop key", "take crate", "turn dial to 7", "turn dial to 3", "toss key", "look", "dance",
    "take moon", "open hall", "turn dial to 99", "", "take silver coin", "toss coin",
]  # fmt: skip


def every_command(system: System) -> list[Command]:
    """All commands of a world."""
    world = system.world
    return [
        (number, *values)
        for number, info in enumerate(world.actions)
        for values in product(*(world.domains[p.domain].values for p in info.parameters))
    ]


def core(episode: Episode) -> tuple[object, ...]:
    """What a refusal must leave as it is."""
    state = episode.state
    return state.state, state.told, state.turn, state.milestones, episode.state_hash, episode.progress


def solve(episode: Episode) -> None:
    """Play the cellar's pearl task to its end."""
    for _ in range(3):
        if "brass key" in episode.observation:
            break
    if episode.step("take brass key").kind != "ok":
        episode.step("go down")
        episode.step("take brass key")
        episode.step("go up")
    for text in ("unlock chest with brass key", "open chest", "take pearl", "go down", "drop pearl"):
        assert episode.step(text).kind == "ok", episode.transcript()


def test_a_whole_play() -> None:
    """Opening, feedback, milestones, progress, reward and the end, as they should be."""
    episode = Episode(cellar(), "pearl", seed=0)
    assert episode.observation.startswith(
        "You stand in an old house.\nBring the pearl to the cellar.\nYou are in the hall."
    )
    solve(episode)
    assert episode.ended == "goal" and episode.progress == 1.0
    assert episode.milestones == ("hold the brass key", "open the chest")
    after = episode.state
    over = episode.step("look")
    assert (over.kind, over.ended, episode.state) == ("over", "goal", after)
    assert episode.commands() == []
    lines = episode.transcript().splitlines()
    assert "> open chest" in lines and "You open the oak chest and see a white pearl. A bell rings somewhere." in lines


def test_feedback_carries_the_facts() -> None:
    """The failing need, the changes, the arguments and the JSON form."""
    episode = Episode(cellar(), "pearl", seed=0)
    refused = episode.step("open chest")
    assert (refused.kind, refused.text) == ("precondition", "The oak chest is locked.")
    assert refused.need is not None and refused.need.id == "open.2"
    assert CELLAR.splitlines()[refused.need.line - 1].strip().startswith("need lid(b) != locked")
    assert (refused.action, refused.args, refused.changes) == ("open", {"b": "chest"}, ())
    turned = episode.step("turn dial to 3")
    assert {(c.name, c.before, c.after) for c in turned.changes} == {("dial", "0", "3"), ("bell", "0", "1")}
    assert turned.accepted and turned.args == {"n": "3"}
    as_json = json.loads(json.dumps(turned.to_json()))
    assert as_json["kind"] == "ok" and as_json["changes"][0].keys() == {"name", "before", "after"}
    unknown = episode.step("open moon")
    assert (unknown.action, unknown.args, unknown.command) == ("open", None, None)
    assert unknown.detail is not None and unknown.detail.slot == "b"


def test_replies() -> None:
    """A raw reply is answered like its action; one in no form is a format fault."""
    episode, twin = Episode(cellar(), "pearl", seed=3), Episode(cellar(), "pearl", seed=3)
    for text in TEXTS[:8]:
        assert episode.reply(f"Thought: hm\nAction: {text or 'dance'}") == twin.step(text or "dance")
    fault = episode.reply("take brass key")
    assert fault.kind == "format" and "Thought:" in fault.text
    merged = Episode(cellar(), "pearl", seed=3, skin="json")
    assert merged.reply('{"thought": "hm", "action": "turn", "n": 3}').accepted
    assert merged.reply('{"thought": "hm", "action": "look"}').accepted
    assert merged.reply('Thought: hm\nAction: {"action": "turn", "n": 4}').accepted


def test_limit_and_fail() -> None:
    """Refused replies count against the limit; a failed task ends with its sentence."""
    episode = Episode(cellar(), "fetch(pearl)", seed=0)
    feedbacks = [episode.step("dance") for _ in range(12)]
    assert [f.ended for f in feedbacks] == [""] * 11 + ["limit"]
    assert episode.steps == 12 and episode.ended == "limit"
    episode = Episode(cellar(), "pearl", seed=0)
    failed = episode.step("turn dial to 7")
    assert (failed.kind, failed.ended, failed.progress) == ("ok", "fail", 0.0)
    assert failed.text.endswith("\nThe house collapses.")
    assert episode.undo() and episode.ended == "" and episode.step("look").accepted


def test_time() -> None:
    """Free actions and refusals take no time; others take one turn each."""
    episode = Episode(cellar(), "pearl", seed=0)
    turns = []
    for text in ("look", "dance", "open chest", "turn dial to 1", "look", "turn dial to 2"):
        episode.step(text)
        turns.append(episode.turn)
    assert turns == [0, 0, 0, 1, 1, 2] and episode.steps == 6


def test_tasks() -> None:
    """Tasks by name, with arguments in every way, by default the first, and errors for what is not there."""
    system = cellar()
    assert Episode(system).task.name == "pearl"
    for task, args in [
        ("fetch(pearl)", None),
        ("fetch( the white pearl )", None),
        ("fetch", ["pearl"]),
        ("fetch", ["white pearl"]),
    ]:
        episode = Episode(system, task, args)
        assert episode.task_args == {"x": "pearl"} and "Take the white pearl." in episode.observation
    chosen = {Episode(system, "fetch", seed=seed).task_args["x"] for seed in range(40)}
    assert chosen == {"brass_key", "iron_key", "pearl", "silver_coin"}
    for task, args in [
        ("nope", None),
        ("fetch(chest)", None),
        ("fetch(moon)", None),
        ("fetch()", None),
        ("pearl(1)", None),
        ("fetch((", None),
    ]:
        with pytest.raises(UnknownTask):
            Episode(system, task, args)


def test_a_world_without_tasks() -> None:
    """Can be played for ever."""
    head, _, _ = CELLAR.partition("task pearl")
    episode = Episode(system_of_text(head))
    for _ in range(60):
        assert episode.step("look").ended == ""
    assert episode.progress == 0.0 and episode.limit is None and "turns" not in episode.instructions
    with pytest.raises(UnknownTask):
        _ = episode.task


@given(st.integers(0, 50), st.lists(st.sampled_from(TEXTS), max_size=20))
@settings(max_examples=150, deadline=None)
def test_laws_of_words(seed: int, texts: list[str]) -> None:
    """Refusals change nothing and name nothing untold; undo, fork, replay and restore are identities."""
    system = cellar()
    episode = Episode(system, "pearl", seed=seed)
    heard = []
    for text in texts:
        before, whole, fork = core(episode), episode.state, episode.fork()
        transcript = episode.transcript()
        feedback = episode.step(text)
        heard.append(feedback.text)
        if not feedback.accepted:
            assert core(episode) == before
            for i, atom in enumerate(system.world.atoms):
                if atom.is_object and not episode.told >> i & 1 and atom.display not in text:
                    assert f" {atom.display}" not in feedback.text
        if feedback.kind != "over":
            again, after = episode.fork(), episode.state
            assert again.undo() and again.state == whole and again.transcript() == transcript
            assert again.progress == fork.progress and again.step(text) == feedback and again.state == after
        assert fork.state == whole and fork.transcript() == transcript
        assert fork.step(text) == feedback and fork.state == episode.state
        restored = Episode.restore(system, EpisodeState.from_json(json.loads(json.dumps(episode.state.to_json()))))
        assert restored.state == episode.state and restored.progress == episode.progress
        assert restored.commands() == episode.commands()
        assert restored.fork().step("look").text == episode.fork().step("look").text
    replay = Episode(system, "pearl", seed=seed)
    assert [replay.step(text).text for text in texts] == heard
    assert replay.transcript() == episode.transcript() and replay.state == episode.state
    while replay.undo():
        pass
    assert replay.state == Episode(system, "pearl", seed=seed).state


@given(st.integers(0, 50), st.lists(st.integers(0, 10**6), max_size=8))
@settings(max_examples=40)
def test_admissible_is_exactly_the_accepted(seed: int, choices: list[int]) -> None:
    """commands() lists exactly the told commands that are accepted, in a fixed order."""
    system = cellar()
    episode = Episode(system, "pearl", seed=seed)
    world = system.world
    for choice in choices:
        offered = episode.commands()
        accepted = []
        for command in every_command(system):
            parameters = world.actions[command[0]].parameters
            pairs = zip(parameters, command[1:], strict=True)
            told = all(
                world.domains[p.domain].sort != "atom" or not world.atoms[v].is_object or episode.told >> v & 1
                for p, v in pairs
            )
            if told and episode.fork().act(command).accepted:
                accepted.append(command)
        assert offered == accepted
        for command in offered:
            assert episode.fork().step(episode.print(command)).accepted
        if not offered:
            break
        episode.act(offered[choice % len(offered)])


@pytest.mark.parametrize("name", paced(SHIPPED))
def test_refusals_in_shipped_worlds_leak_nothing(name: str) -> None:
    """Random words and commands in every shipped world: refusals change nothing and name nothing untold."""
    system = load(name)
    choose = random.Random(7)
    commands = [c for c in every_command(system) if system.world.actions[c[0]].parameters][:20_000]
    for task in system.world.tasks:
        episode = Episode(system, task, seed=choose.randrange(1000))
        for _ in range(40):
            if episode.ended:
                break
            offered = episode.commands()
            if offered and choose.random() < 0.3:
                episode.act(choose.choice(offered))
                continue
            before = core(episode)
            text = episode.print(choose.choice(commands))
            feedback = episode.step(text)
            assert feedback.text
            if feedback.accepted:
                continue
            assert core(episode) == before
            for i, atom in enumerate(system.world.atoms):
                if atom.is_object and not episode.told >> i & 1 and atom.display not in text:
                    assert not _named(atom.display, feedback.text), (atom.display, text, feedback.text)


def _named(name: str, text: str) -> bool:
    return f" {name} ".lower() in f" {text.replace('.', ' ').replace(',', ' ')} ".lower()


SCRIPT = """
import json, sys
from worldwright.pipeline import load, load_text
from worldwright.play.episode import Episode
for name in json.loads(sys.argv[1]):
    system = load(name)
    for skin in ("natural", "json", "tools", "renamed:4"):
        for task in system.world.tasks:
            episode = Episode(system, task, seed=5, skin=skin)
            print(episode.instructions)
            for k in range(6):
                offered = episode.commands()
                if not offered or episode.ended:
                    break
                print([episode.print(c) for c in offered])
                episode.step(episode.print(offered[(7 * k) % len(offered)]))
                print(json.dumps(episode.step("tkae the thing").to_json()))
            print(episode.transcript(), episode.state_hash)
"""


def test_same_bytes_in_any_process() -> None:
    """Another hash seed, another process, the same bytes."""
    outputs = set()
    for seed in ("0", "1", "31337"):
        engine = str(Path(worldwright.__file__).parent.parent)
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, json.dumps(["pantry", "vending", "helpdesk"])],
            capture_output=True,
            timeout=240,
            env={**os.environ, "PYTHONPATH": engine, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        outputs.add(done.stdout)
    assert len(outputs) == 1 and len(outputs.pop()) > 1000


def play(seed: int) -> str:
    """A play by words that a seed chooses."""
    choose = random.Random(seed)
    episode = Episode(cellar(), "pearl", seed=seed)
    for _ in range(15):
        episode.step(choose.choice(TEXTS))
    return episode.transcript()


def test_episodes_do_not_influence_each_other() -> None:
    """Plays in many threads are what they are alone."""
    alone = [play(seed) for seed in range(60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(play, range(60))) == alone
    episodes = [Episode(cellar(), "pearl", seed=seed) for seed in range(60)]
    chooses = [random.Random(seed) for seed in range(60)]
    for _ in range(15):
        for episode, choose in zip(episodes, chooses, strict=True):
            episode.step(choose.choice(TEXTS))
    assert [episode.transcript() for episode in episodes] == alone


def test_act() -> None:
    """A program's command is answered like its words; what is no command of the world is an error."""
    episode = Episode(cellar(), "pearl", seed=0)
    for command in episode.commands():
        assert episode.fork().act(command).text == episode.fork().step(episode.print(command)).text
    for wrong in [(), (99,), (-1,), (0,), (0, 10**6), (1, 2, 3)]:
        with pytest.raises(ValueError, match="not a command"):
            episode.act(wrong)


def test_restore_refuses_other_worlds() -> None:
    """A state of another world is not taken."""
    other = system_of_text(CELLAR.replace("The Cellar", "Another Cellar"))
    with pytest.raises(ValueError, match="another world"):
        Episode.restore(other, Episode(cellar()).state)


PRICED = """
world "The Stall"
type Fruit
object pear, plum, fig: Fruit
state price(Fruit): 1..9 = 1
state friend(Fruit): Fruit | none = none
state sold(Fruit): bool = false
start
  price(pear) = 4
  friend(pear) = plum
  friend(plum) = plum
  tell "There are {list x: Fruit}."
about "{count x: Fruit (price(x) > 1)} of it is dear."
action sell(x: Fruit)
  say "sell {x}"
  change sold(x) from false to true else "It is gone."
task deal(x: Fruit) where friend(x) != none "Sell {the x} for {price(x) * 2 div 2}, then {the friend(x)}."
  milestone "sell {the x}" sold(x)
  milestone "sell {the friend(x)}" sold(friend(x))
  milestone "make {price(x) + price(friend(x))}" sold(x) and sold(friend(x)) and sold(fig)
  goal sold(fig)
"""


def test_constants_in_task_texts_and_milestones() -> None:
    """A task's text and milestones show what never changes, for its arguments; no two milestones are called alike."""
    system = load_text(PRICED)
    episode = Episode(system, "deal", ["pear"])
    assert episode.observation.startswith("1 of it is dear.\nSell the pear for 4, then the plum.\n")
    answers = [episode.step(said) for said in ("sell plum", "sell pear", "sell fig")]
    assert [a.milestones for a in answers] == [("sell the plum",), ("sell the pear",), ("make 5",)]
    assert episode.milestones == ("sell the pear", "sell the plum", "make 5")
    assert [m.text for m in system.world.tasks["deal"].milestones][:2] == ["sell {the x}", "sell {the friend(x)}"]
    alike = Episode(system, "deal", ["plum"])
    assert alike.step("sell plum").milestones == ("sell the plum", "sell the plum (2)")
