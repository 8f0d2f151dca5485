"""What the strategies draw: reachable states of all depths, things to say of every kind, whole plays."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from tests.testing.peers import KETTLE

from worldwright import Episode, load
from worldwright.testing.reachable import states
from worldwright.testing.saying import FORETOLD, KINDS, Attempt, CommandKind, commands, episodes
from worldwright.testing.situation import Situation

PANTRY = load("pantry")


def quiet(examples: int) -> settings:
    """So many examples, the same every time, none of them made smaller."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def test_every_state_of_a_small_world_is_drawn_and_nothing_else() -> None:
    """All twelve of the pantry's, the rare ones not much rarer than the others."""
    met: Counter[bytes] = Counter()

    @quiet(300)
    @given(states(PANTRY))
    def draw(situation: Situation) -> None:
        met[situation.state] += 1

    draw()
    assert len(met) == 12
    for state in met:
        assert not PANTRY.check_always(state)


def test_a_walk_reaches_far_in_a_large_world() -> None:
    """Where states are not listed they are walked to."""
    far = find(states("gripper", max_states=10), lambda s: s["at(ball_1)"] == "storeroom", settings=quiet(60))
    assert far["at(ball_1)"] == "storeroom"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_as_foretold(kind: CommandKind) -> None:
    """In a world that has things of one name, every kind comes up, and the world answers with it."""
    world = "household" if kind == "ambiguous" else PANTRY
    heard: list[str] = []

    @quiet(15)
    @given(commands(world, (kind,)))
    def say(attempt: Attempt) -> None:
        heard.append(attempt.feedback().kind)
        assert attempt.kind == kind

    say()
    assert heard
    if kind in FORETOLD:
        assert set(heard) == {kind}


def test_look_alikes_are_not_taken_for_the_real_thing_by_what_they_change() -> None:
    """Whatever is said, the world answers, and what is refused changes nothing."""

    @quiet(40)
    @given(commands(PANTRY, ("garbage", "unicode", "look-alike"), skin=None))
    def say(attempt: Attempt) -> None:
        before = attempt.episode.state_hash
        feedback = attempt.episode.fork().step(attempt.text)
        assert feedback.text and (feedback.accepted or feedback.before == feedback.after)
        assert attempt.episode.state_hash == before

    say()


def test_episodes_are_whole_plays() -> None:
    """They begin where plays of their seed begin; some reach their goal."""

    @quiet(40)
    @given(episodes(KETTLE))
    def play(episode: Episode) -> None:
        assert episode.steps <= 30
        twin = Episode(episode.system, episode.task.name, seed=episode.seed)
        assert twin.observation and episode.transcript().startswith(twin.observation)

    play()
    won = find(episodes(KETTLE, kinds=("ok",)), lambda episode: episode.ended == "goal", settings=quiet(2000))
    assert won.progress == 1


def test_a_situation_reads_as_the_world_writes() -> None:
    """Objects by identifier, truth as truth, constants too; a slip is pointed at."""
    situation = Situation(PANTRY, PANTRY.start(0))
    assert situation["at(chest)"] == "kitchen" and situation["lid( chest )"] == "locked"
    assert situation["exit(kitchen, north)"] == "hall" and situation["exit(kitchen, south)"] is None
    assert Situation(load(KETTLE), load(KETTLE).start(0))["burning"] is False
    with pytest.raises(KeyError, match=r"did you mean lid\(chest\)"):
        situation["lid(chst)"]
