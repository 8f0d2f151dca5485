"""What an endpoint can do wrong: the run ends, failures are counted by exact class, nothing is paid for twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.models.server import Plays, Server, chance
from tests.synthesize import victim
from tests.synthesize.orders import asked_order, contents

from worldwright.synthesize import store as stores
from worldwright.synthesize.store import looked_at

ORDER = replace(asked_order(2), attempts=1)
PLAYS = Plays(victim.recorded(ORDER))
FAULTS = ("429", "429_after", "500", "502", "slow:0.3", "reset", "cut", "truncated", "html", "utf8", "no_choices")


@pytest.fixture(autouse=True)
def small_reserve(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Less to write for every run."""
    monkeypatch.setattr(stores, "RESERVED", 1000)
    yield


@pytest.mark.parametrize(
    ("kind", "put_off"),
    [
        ("429", "rate_limit"),
        ("429_after", "rate_limit"),
        ("500", "server"),
        ("502", "server"),
        ("slow:0.3", "timeout"),
        ("reset", "connection"),
        ("cut", "connection"),
        ("truncated", "protocol"),
        ("html", "protocol"),
        ("utf8", "protocol"),
        ("gzip", "protocol"),
        ("array", "protocol"),
        ("latin1", "protocol"),
    ],
)
def test_an_endpoint_that_fails_for_ever(tmp_path: Path, kind: str, put_off: str) -> None:
    """Every job is put off under the exact class of the failure; nothing is kept and nothing failed for good."""
    with Server(PLAYS, faults=lambda asked: kind) as server:
        result = victim.asking(victim.at(ORDER, server.url), tmp_path, timeout=0.2 if "slow" in kind else 30)
    assert (result.done, result.complete, result.hopeless) == (0, False, None)
    assert result.put_off == {f"model: {put_off}": 2}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("400", "model: refused"),
        ("context", "model: context"),
        ("no_choices", "model: empty"),
        ("null", "model: empty"),
        ("content_filter", "model: content_filter"),
        ("length", "stuck"),
    ],
)
def test_answers_that_are_of_no_use(tmp_path: Path, kind: str, reason: str) -> None:
    """What another day would not mend fails the attempt, under its exact class."""
    with Server(PLAYS, faults=lambda asked: kind) as server:
        result = victim.asking(victim.at(ORDER, server.url), tmp_path)
    assert (result.complete, result.kept) == (True, 0)
    assert result.reasons == {reason: 2}


@pytest.mark.parametrize(("kind", "fault"), [("401", "auth"), ("403", "auth"), ("404", "not_found")])
def test_an_endpoint_that_will_never_answer(tmp_path: Path, kind: str, fault: str) -> None:
    """The run stops at once, and says why without the key."""
    with Server(PLAYS, faults=lambda asked: kind) as server:
        result = victim.asking(victim.at(ORDER, server.url), tmp_path)
        assert len(server.asked) <= victim.CONCURRENCY
    assert (result.hopeless, result.done, result.put_off.total()) == (fault, 0, 0)
    assert result.stopped


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I would rather talk about the weather.", "stuck"),
        ("", "stuck"),
        ("Thought: once more.\nAction: look", "circle"),
        ("Action: open the fridge with a spoon\n" * 3, "stuck"),
    ],
)
def test_a_model_that_ignores_the_format_for_ever(tmp_path: Path, reply: str, reason: str) -> None:
    """Each episode ends by itself, and the run with it."""
    with Server(lambda _: reply) as server:
        result = victim.asking(victim.at(ORDER, server.url), tmp_path)
    assert (result.complete, result.kept) == (True, 0)
    assert result.reasons == {reason: 2}


def test_faults_among_good_answers(tmp_path: Path) -> None:
    """Tries enough get through all of it; the bytes are those of a run without faults, every question paid for once."""
    with Server(PLAYS) as server:
        order = victim.at(ORDER, server.url)
        victim.asking(order, tmp_path / "calm")
        server.faults = chance(1, 0.4, FAULTS)
        server.paid.clear()
        result = victim.asking(order, tmp_path / "wild", retries=3, timeout=0.2)
        assert len(server.asked) > len(server.paid) * 1.8
        charged = [outcome for outcome in server.outcomes if outcome == "no_choices"]
        assert server.paid.total() == len(server.paid) + len(charged)  # an empty answer is charged, and none
    assert result.complete
    assert contents(tmp_path / "wild") == contents(tmp_path / "calm")


def test_an_endpoint_that_is_killed(tmp_path: Path) -> None:
    """It dies in the middle of a run and comes back: nothing that was paid for is asked again."""
    with Server(PLAYS) as server:
        order = victim.at(ORDER, server.url)
        victim.asking(order, tmp_path / "calm")
        server.paid.clear()
        server.faults = lambda asked: "reset" if len(server.paid) >= 8 else None
        first = victim.asking(order, tmp_path / "killed")
        assert not first.complete
        assert first.put_off.total() + first.done == 2
        with looked_at(tmp_path / "killed") as store:
            assert store.paid().calls == server.paid.total()
        server.stop()
        gone = victim.asking(order, tmp_path / "killed")
        assert set(gone.put_off) == {"model: connection"}
        server.start()
        server.faults = {}
        assert victim.asking(order, tmp_path / "killed").complete
        assert set(server.paid.values()) == {1}
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")
