"""The expert: solves every world, and never acts on what an agent cannot know."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.shipped import paced

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.players.english import speech
from worldwright.players.expert import Expert
from worldwright.players.mind import Bewildered, Mind
from worldwright.players.player import Briefing, Heard, Player
from worldwright.shipped import shipped

Play = Callable[..., Any]


def shipped_worlds() -> list[str]:
    """The names of all worlds that come with the engine."""
    return sorted(
        path.name for path in Path(str(shipped("worlds"))).iterdir() if (path / f"{path.name}.world").exists()
    )


@pytest.mark.parametrize("name", paced(shipped_worlds()))
def test_the_expert_solves_every_task(name: str, world: Callable[[str], System], play: Play) -> None:
    """Each task of each shipped world, in a few of its instances and seeds, without one refused command too many."""
    system = world(name)
    for number, info in enumerate(system.world.tasks.values()):
        for seed in range(2):
            args = info.instances[(7 * seed + number) % len(info.instances)]
            played = play(Expert, system, info.name, args, seed)
            assert played.episode.ended == "goal", played.transcript
            assert set(played.kinds) <= {"ok", "precondition"}


@pytest.mark.parametrize(
    ("seed", "task", "subject"),
    [(291526352, "shred", "diary"), (1801332661, "shred", "diary"), (595881030, "find", "list")],
)
def test_it_removes_nothing_that_it_has_not_read(seed: int, task: str, subject: str, play: Play) -> None:
    """Six files, more starts than can be listed: what is not known is not removed, and what is read is understood."""
    system = load("file_system", {"files": 6})
    info = system.world.tasks[task]
    args = next(args for args in info.instances if system.world.atoms[args[0]].name == subject)
    assert play(Expert, system, task, args, seed).episode.ended == "goal"


HIDDEN = [
    ("vending", "thirst"),
    ("cave", "pay_the_troll"),
    ("helpdesk", "settle"),
    ("store", "bargain"),
    ("laboratory", "identify"),
    ("household", "heat_and_place"),
]


@pytest.mark.parametrize(("name", "task"), HIDDEN)
def test_equal_observations_give_equal_replies(
    name: str, task: str, world: Callable[[str], System], play: Play
) -> None:
    """Over many hidden states and wording seeds, the next reply is a function of what was read so far."""
    system = world(name)
    replies: dict[tuple[str, ...], str] = {}
    hidden: dict[tuple[str, ...], set[bytes]] = {}
    info = system.world.tasks[task]
    for seed in range(24):
        played = play(Expert, system, task, info.instances[0], seed)
        history: tuple[str, ...] = (played.briefing.opening,)
        for reply, feedback in played.turns:
            assert replies.setdefault(history, reply) == reply
            hidden.setdefault(history, set()).add(feedback.before)
            history = (*history, feedback.kind, feedback.text)
    assert max(len(states) for states in hidden.values()) > 1


def test_wordings_alone_do_not_lead_to_other_commands(world: Callable[[str], System], play: Play) -> None:
    """Seeds with the same hidden state differ in texts only; the commands are the same."""
    system = world("vending")
    commands: dict[bytes, set[tuple[object, ...]]] = {}
    texts: dict[bytes, set[str]] = {}
    for seed in range(40):
        played = play(Expert, system, "thirst", (), seed)
        start = played.turns[0][1].before
        commands.setdefault(start, set()).add(tuple(feedback.command for _, feedback in played.turns))
        texts.setdefault(start, set()).add(played.transcript)
    assert all(len(ways) == 1 for ways in commands.values())
    assert any(len(said) > 1 for said in texts.values())


def test_a_player_is_resumed_by_its_record(world: Callable[[str], System], play: Play) -> None:
    """A new player fed with the same feedback gives the same replies."""
    system = world("cave")
    info = system.world.tasks["bring"]
    played = play(Expert, system, info.name, info.instances[0], 5)
    other: Player = Expert(played.briefing)
    heard: Heard | None = None
    for reply, feedback in played.turns:
        assert other.reply(heard) == reply
        heard = Heard(feedback.kind, feedback.text, feedback.ended)


def test_what_the_rules_cannot_say_is_met_with_a_clear_exception(world: Callable[[str], System], play: Play) -> None:
    """Feedback from other rules leaves nothing to believe, and the player says so."""
    system = world("pantry")
    played = play(Expert, system, "lunch", (), 0)
    player = Expert(played.briefing)
    player.reply(None)
    with pytest.raises(Bewildered):
        player.reply(Heard("ok", "You hear a distant bell."))


@pytest.mark.parametrize("name", paced(shipped_worlds()))
def test_thoughts_name_only_what_was_told(name: str, world: Callable[[str], System], play: Play) -> None:
    """Every object that a thought names was told by then."""
    system = world(name)
    words = speech(system)
    for info in system.world.tasks.values():
        played = play(Expert, system, info.name, info.instances[-1], 11, mine=3)
        mind = Mind(played.briefing)
        told = mind.belief.told
        episode = played.episode
        for reply, _ in reversed(played.turns):
            episode.undo()
            told = episode.told
            thought = reply.split("\nAction:")[0].removeprefix("Thought: ")
            assert not words.untold(thought, told), thought
            assert thought.strip()
            assert "  " not in thought
            assert "{" not in thought


def test_replies_do_not_depend_on_the_order_of_sets() -> None:
    """Other hash seeds, the same bytes."""
    script = (
        "from worldwright.pipeline import load\n"
        "from worldwright.play.episode import Episode\n"
        "from worldwright.players.player import Briefing, Heard\n"
        "from worldwright.players.registry import NAMES, maker\n"
        "for name in ('pantry', 'household'):\n"
        "    for player in NAMES:\n"
        "        e = Episode(load(name), seed=4)\n"
        "        told = (e.instructions, e.observation, e.limit, 9)\n"
        "        acting = maker(player)(Briefing(e.system, e.task.name, e.task.args, 'natural', *told))\n"
        "        heard = None\n"
        "        while not e.ended:\n"
        "            reply = acting.reply(heard)\n"
        "            f = e.reply(reply)\n"
        "            heard = Heard(f.kind, f.text, f.ended)\n"
        "            print(reply, f.text)\n"
    )
    said = []
    for seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, cwd=root
        )
        said.append(done.stdout)
    assert said[0] == said[1]
    assert said[0]


def test_random_feedback_never_crashes_a_player(world: Callable[[str], System], play: Play) -> None:
    """Whatever is heard, a player replies or is bewildered; nothing else happens."""
    system = world("pantry")
    briefing: Briefing = play(Expert, system, "lunch", (), 1).briefing
    rng = Random(1)
    for _ in range(30):
        player = Expert(briefing)
        heard: Heard | None = None
        try:
            for _ in range(6):
                assert player.reply(heard).startswith("Thought: ")
                heard = Heard(
                    rng.choice(["ok", "precondition", "format", "unknown_object"]),
                    rng.choice(["Taken.", "You take the brass key.", "The oak chest is locked.", ""]),
                )
        except Bewildered:
            pass


@pytest.mark.slow
@pytest.mark.parametrize(("task", "number"), [("chapel_open", 0), ("find", 1), ("visit", 10), ("bring", 0)])
def test_the_old_mill(task: str, number: int, play: Play) -> None:
    """Of the forty-two rooms of the classic adventure the expert finds its way through some."""
    system = load(shipped("worlds") / "classic" / "old_mill" / "old_mill.world")
    for seed in range(2):
        args = system.world.tasks[task].instances[number]
        assert play(Expert, system, task, args, seed).episode.ended == "goal"
