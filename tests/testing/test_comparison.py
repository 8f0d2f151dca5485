"""A world beside hand-written peers: right ones are alike, wrong ones are caught by the fewest commands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.testing.peers import KETTLE, NUMBERED, PLANNED, WORDED, Env, Game, Kitchen, rules

from worldwright import load
from worldwright.play.golden import parse, play
from worldwright.testing import Gymnasium, PeerMapping, Rules, Simulator, TextWorld, differential
from worldwright.testing.given import Subject


def test_right_peers_are_proved_alike() -> None:
    """A planner's simulator, a Gymnasium-like and a TextWorld-like peer of the kettle, in all pairs of states."""
    planned = differential(KETTLE, Simulator(rules(Kitchen())), PLANNED)
    assert planned.answer == "proved" and planned.difference is None
    assert planned.pairs == 5
    worded = differential(KETTLE, TextWorld(Game(Kitchen()), facts), WORDED)
    assert (worded.answer, worded.pairs) == ("proved", planned.pairs)
    assert str(worded) == "alike in all 5 pairs of states"
    worded.require()


def facts(fact: str) -> str | None:
    """All but what the world knows nothing of."""
    return None if fact.startswith("P ") else fact


def test_a_peer_that_shows_less_than_its_state_proves_no_more_than_it_shows() -> None:
    """How warm the water is cannot be seen by Gymnasium's peer; pairs differ in it all the same, by our state."""
    numbered = differential(KETTLE, Gymnasium(Env(Kitchen())), NUMBERED)
    assert (numbered.answer, numbered.pairs) == ("proved", 5)
    blind = differential(KETTLE, Gymnasium(Env(Kitchen())), replace(NUMBERED, state=None))
    assert blind.answer == "not found" and str(blind).startswith("no difference found in")


@pytest.mark.parametrize(
    ("start", "part", "commands", "shown"),
    [
        (Kitchen(burning=True), "state", (), ["burning: 'false' in the world, 'true' in the peer"]),
        (
            Kitchen(boils="boiling"),
            "state",
            ("fill kettle", "light the stove", "wait"),
            ["water: 'hot' in the world, 'boiling' in the peer"],
        ),
        (Kitchen(boils="warm"), "state", ("fill kettle", "light the stove", "wait"), ["'warm' in the peer"]),
        (Kitchen(spills=False), "state", ("fill kettle", "light the stove", "wait", "pour"), ["filled(kettle):"]),
    ],
)
def test_wrong_states_are_found_by_the_fewest_commands(
    start: Kitchen, part: str, commands: tuple[str, ...], shown: list[str]
) -> None:
    """What differs is said, with a script for each of the two."""
    found = differential(KETTLE, Simulator(rules(start)), PLANNED)
    assert found.answer == "shortest" and found.difference is not None
    assert (found.difference.part, found.difference.counter_example.commands) == (part, commands)
    assert len(found.difference.actions) == len(commands)
    for words in shown:
        assert words in str(found)
    with pytest.raises(AssertionError, match="the states differ"):
        found.require()


def test_admissible_actions_rewards_endings_and_refusals_are_compared() -> None:
    """One peer wrong in each."""
    forgetful = differential(KETTLE, TextWorld(Game(Kitchen(), forgets="pour"), facts), WORDED)
    assert forgetful.difference is not None and forgetful.difference.part == "admissible"
    assert len(forgetful.difference.counter_example) == 3 and "only in the world: pour" in str(forgetful)
    stingy = differential(KETTLE, Gymnasium(Env(Kitchen(), stingy=True)), NUMBERED)
    assert stingy.difference is not None and stingy.difference.part == "reward"
    assert (stingy.difference.ours, stingy.difference.theirs) == (1.0, 0.0)
    endless = differential(KETTLE, Simulator(replace(rules(Kitchen()), goal=lambda kitchen: False)), PLANNED)
    assert endless.difference is not None and endless.difference.part == "ended"
    strict = replace(rules(Kitchen()), applicable=lambda kitchen: set(kitchen.applicable()) - {"light"})
    refused = differential(KETTLE, Unlisted(strict), PLANNED)
    assert refused.difference is not None and refused.difference.part == "accepted"
    assert refused.difference.counter_example.commands == ("fill kettle", "light the stove")


class Unlisted(Simulator[Kitchen]):
    """A simulator that does not say what is applicable."""

    def _shown(self, state: Kitchen, accepted: bool | None):  # type: ignore[no-untyped-def]
        return replace(super()._shown(state, accepted), admissible=None)


def test_the_script_plays_and_can_be_kept(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The counter-example as a line for a shell, and as a golden play that the world plays to the letter."""
    found = differential(KETTLE, Simulator(rules(Kitchen(boils="warm"))), PLANNED).difference
    assert found is not None
    example = found.counter_example
    assert example.shell == (
        f"printf 'fill kettle\\nlight the stove\\nwait\\n' | worldwright play {KETTLE} --task tea --seed 0 --script -"
    )
    path = example.save(Subject.of(KETTLE), tmp_path / "differs.play")
    text = path.read_text("utf-8")
    assert play(parse(text, "differs"), load(KETTLE)).text == text and "The kettle whistles." in text
    with pytest.raises(FileExistsError):
        example.save(Subject.of(KETTLE), path)


def test_beyond_the_budget_walks_find_what_is_cut_short() -> None:
    """Eight balls have too many states for so few steps; a peer that stops at three of them is found by walking."""
    system = load("gripper", {"balls": 8})
    names = [action.name for action in system.actions]
    atoms = {atom.name: number for number, atom in enumerate(system.world.atoms)}

    def moved(state: bytes, action: tuple[str, ...]) -> bytes:
        command = (names.index(action[0]), *(atoms[name] for name in action[1:]))
        return system.apply(state, command, lambda site, n: 0)

    def there(state: bytes) -> bool:
        return sum(value == "storeroom" for name, value in system.decode(state).items() if name.startswith("at(")) >= 3

    def applicable(state: bytes) -> list[tuple[str, ...]]:
        named = [(names[c[0]], *(system.world.atoms[v].name for v in c[1:])) for c in system.admissible(state)]
        return named

    peer = Simulator(Rules(system.start, applicable, moved, there, shown=system.decode))
    mapping = PeerMapping(lambda name, args: (name, *args.values()), state=dict)
    found = differential(system, peer, mapping, max_steps=4_000)
    assert found.difference is not None and found.difference.part == "ended" and found.answer == "shortened"
    assert 9 <= len(found.difference.counter_example) <= 25 and found.steps <= 4_200
    again = differential(system, peer, mapping, max_steps=4_000)
    assert again == found
    peer = Simulator(Rules(system.start, applicable, moved, lambda state: False, shown=system.decode))
    assert differential(system, peer, mapping, max_steps=500).answer == "not found"
