"""Random replies: the right ones are understood, and no other breaks anything."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worldwright.compile.system import System
from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.feedback import Kind
from worldwright.play.skins import NAMES
from worldwright.play.table import table_of
from worldwright.testing import replies
from worldwright.testing.random_replies import FLAWS

STEADY = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
TOO_MUCH = 8_000


@lru_cache(1)
def pantry() -> System:
    """The world that is talked to."""
    return load("pantry")


def drawn(skin: str, flaw: str, data: st.DataObject) -> tuple[Episode, str]:
    """A play in a skin, and a reply of a kind."""
    chosen = table_of(pantry()).skin(skin)
    return Episode(pantry(), skin=skin), data.draw(replies(chosen, flaws=(flaw,)))  # type: ignore[arg-type]


@pytest.mark.parametrize("skin", NAMES)
def test_right_replies_are_understood(skin: str) -> None:
    """A reply without a flaw is carried out, or refused for what it is about, never for its form."""

    @settings(STEADY, max_examples=8)
    @given(st.data())
    def understood(data: st.DataObject) -> None:
        episode, reply = drawn(skin, "none", data)
        answer = episode.reply(reply)
        assert answer.kind in ("ok", "precondition", "unknown_object"), (reply, answer.text)

    understood()


@settings(STEADY, max_examples=60)
@given(st.sampled_from(NAMES), st.sampled_from(FLAWS), st.data())
def test_no_reply_breaks_anything(skin: str, flaw: str, data: st.DataObject) -> None:
    """Whatever is said gets one answer of a known kind, readable and not long; only accepted ones change the state."""
    episode, reply = drawn(skin, flaw, data)
    before = episode.state
    answer = episode.reply(reply)
    assert answer.kind in get_args(Kind)
    assert answer.text and len(answer.text) < TOO_MUCH
    assert not any(hidden in answer.text for hidden in ("\u202e", "\u200b", "\u2066", "\x00", "\x1b", "\ud800"))
    assert episode.steps == 1 and episode.undo() and episode.state == before
    if not answer.accepted:
        assert answer.before == answer.after and answer.reward == 0


def test_only_what_was_told_is_drawn() -> None:
    """With fewer names known fewer commands are drawn; with a flaw that there is not, none."""
    skin = table_of(pantry()).skin("natural")
    with pytest.raises(ValueError, match="the flaws are none, near"):
        replies(skin, flaws=("rude",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="none at all"):
        replies(skin, flaws=())

    @settings(STEADY, max_examples=20)
    @given(replies(skin, told=0, flaws=("none",)))
    def silent(reply: str) -> None:
        assert "key" not in reply.split("ction", 1)[1]

    silent()
