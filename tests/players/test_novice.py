"""The novice: errs in every way, learns every time, and arrives all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.shipped import paced

from worldwright.compile.system import System
from worldwright.players.novice import Novice, NoviceSettings
from worldwright.players.player import Briefing, Maker, Player
from worldwright.shipped import shipped

Play = Callable[..., Any]
Played = Any
KINDS = {"format", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "precondition"}


def shipped_worlds() -> list[str]:
    """The names of all worlds that come with the engine."""
    return sorted(
        path.name for path in Path(str(shipped("worlds"))).iterdir() if (path / f"{path.name}.world").exists()
    )


def novice(**settings: float) -> Maker:
    """A maker of novices."""
    chosen = NoviceSettings.model_validate(settings)

    def make(briefing: Briefing) -> Player:
        return Novice(briefing, chosen)

    return make


def pairs(played: Played) -> int:
    """Accepted turns that come right after a refused one, or carry out a command that was refused before."""
    refused: set[object] = set()
    found = 0
    before = "ok"
    for _, feedback in played.turns:
        if feedback.kind == "ok":
            found += before != "ok" or feedback.command in refused
        else:
            refused.add(feedback.command)
        before = feedback.kind
    return found


@pytest.mark.parametrize("name", paced(shipped_worlds()))
def test_a_novice_errs_enough_and_arrives(name: str, world: Callable[[str], System], play: Play) -> None:
    """Two refinements at least, the goal at the end, every error followed by an accepted turn sooner or later."""
    system = world(name)
    for number, info in enumerate(system.world.tasks.values()):
        args = info.instances[(5 * number + 1) % len(info.instances)]
        played = play(Novice, system, info.name, args, number, mine=number + 17)
        assert played.episode.ended == "goal", played.transcript
        assert pairs(played) >= 2, played.transcript


@pytest.mark.parametrize("skin", ["natural", "call", "bracket", "json", "tools", "renamed:3"])
def test_every_kind_of_error_occurs_in_every_skin(skin: str, world: Callable[[str], System], play: Play) -> None:
    """Over some trajectories all six kinds turn up, and each is what the engine calls it."""
    kinds: Counter[str] = Counter()
    for name in ("household", "helpdesk", "keys_and_doors"):
        system = world(name)
        for number, info in enumerate(system.world.tasks.values()):
            maker = novice(ambiguous=0.2, wrong_type=0.15, unknown_object=0.15, format=0.1, unknown_command=0.1)
            played = play(maker, system, info.name, info.instances[0], number, skin, mine=number)
            kinds.update(played.kinds)
    assert set(kinds) >= KINDS


def test_more_refinements_when_asked_for(world: Callable[[str], System], play: Play) -> None:
    """`min_refines` holds for other numbers too, as long as turns suffice."""
    system = world("pantry")
    for wanted in (0, 1, 4):
        for seed in range(4):
            played = play(novice(min_refines=wanted), system, "lunch", (), seed, mine=seed)
            assert played.episode.ended == "goal"
            assert pairs(played) >= wanted


def test_no_rates_and_no_refinements_make_an_expert(world: Callable[[str], System], play: Play) -> None:
    """With everything at zero no error is made."""
    none = dict.fromkeys(
        ["precondition", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "format"], 0.0
    )
    played = play(novice(min_refines=0, **none), world("cave"), "pay_the_troll", (), 2)
    assert set(played.kinds) <= {"ok", "precondition"}
    assert played.episode.ended == "goal"


def test_refused_mistakes_leave_the_state_alone(world: Callable[[str], System], play: Play) -> None:
    """An error never changes the world."""
    system = world("vending")
    for number, info in enumerate(system.world.tasks.values()):
        played = play(Novice, system, info.name, info.instances[0], number, mine=number)
        for _, feedback in played.turns:
            assert feedback.kind == "ok" or feedback.before == feedback.after
