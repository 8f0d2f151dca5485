"""Exhaust first, sample beyond: proofs, truly shortest counter-examples, and what drawing finds in larger worlds."""

from __future__ import annotations

import pytest
from tests.testing.peers import KETTLE

from worldwright import Episode, Feedback, WorldError, load, load_text
from worldwright.explore.walk import walk
from worldwright.testing.decision import every_play, every_state, every_transition
from worldwright.testing.given import Subject
from worldwright.testing.situation import Situation, Transition

NINE = "count x: Ball (at(x) = storeroom) < 3"


def test_what_holds_is_proved() -> None:
    """As an expression and as a function, of states and of transitions; the states are all there are."""
    said = every_state(KETTLE, "not filled(cup) or water = hot")
    assert (said.answer, said.states, said.counter_example) == ("proved", 6, None)
    assert str(said) == "proved: it holds in all 6 states"
    assert every_state(KETTLE, lambda s: not s["filled(cup)"] or s["water"] == "hot") == said
    turned_cold = every_transition(KETTLE, lambda t: t.before["water"] != "hot" or t.after["water"] == "hot")
    assert turned_cold.answer == "proved" and not turned_cold.refuted
    turned_cold.require()


def test_what_does_not_hold_comes_with_the_truly_shortest_play() -> None:
    """For every state of the pantry: the property "never there" is refuted by as many commands as the state is deep."""
    pantry = load("pantry")
    walked = walk(pantry, pantry.start_states(10)[0])
    for state, depth in zip(walked.states, walked.depths, strict=True):
        found = every_state(pantry, lambda s, state=state: s.state != state)
        assert found.answer == "shortest" and found.counter_example is not None
        assert len(found.counter_example) == depth
        _replay(found.counter_example, lambda episode, state=state: episode.state.state == state)


def _replay(example, shows) -> None:  # type: ignore[no-untyped-def]
    """The commands lead where they are said to."""
    episode = Episode(load("pantry"), example.task, seed=example.seed)
    for command in example.commands:
        assert episode.step(command).accepted
    assert shows(episode)


def test_a_transition_is_named_by_its_last_command() -> None:
    """The arguments of the command are those of the action."""

    def opened_last(t: Transition) -> bool:
        return not (t.action == "open" and t.args == {"b": "chest"})

    found = every_transition("pantry", opened_last)
    assert found.answer == "shortest" and found.counter_example is not None
    assert found.counter_example.commands[-1] == "open oak chest"
    with pytest.raises(AssertionError, match="worldwright play pantry --task lunch --seed"):
        found.require()


@pytest.mark.slow
def test_beyond_the_budget_plays_are_drawn_and_cut_short() -> None:
    """Three balls take nine commands; with 300 states explored, plays find it, and are cut down to the same nine."""
    system = load("gripper", {"balls": 8})

    def few(situation: Situation) -> bool:
        return sum(value == "storeroom" for name, value in situation.to_json().items() if name[:3] == "at(") < 3

    listed = every_state(system, NINE)
    assert listed.answer == "shortest" and listed.counter_example is not None and len(listed.counter_example) == 9
    drawn = every_state(system, few, max_states=300, examples=60, steps=40)
    assert drawn.answer == "shortened" and drawn.steps > 0 and drawn.counter_example is not None
    assert 9 <= len(drawn.counter_example) <= 11
    assert every_state(system, few, max_states=300, examples=60, steps=40) == drawn
    nothing = every_state(system, lambda s: len(s.state) > 0, max_states=300, examples=5, steps=10)
    assert nothing.answer == "not found" and str(nothing).startswith("not found in ")


@pytest.mark.slow
def test_beyond_the_budget_an_expression_is_proved_by_abstraction_or_planned_against() -> None:
    """The flat has far more states than can be listed; one hand is proved all the same, and something hot is cooked."""
    flat = load("household")
    one_hand = every_state(flat, "count x: Thing (at(x) = player) <= 1", max_states=500)
    assert (one_hand.answer, str(one_hand)) == ("proved", "proved without listing all states")
    cooked = every_state(flat, "forall x: Item (warmth(x) != hot)", max_states=500)
    assert cooked.answer == "shortened" and cooked.steps == 0 and cooked.counter_example is not None
    assert cooked.counter_example.commands[-1].startswith("heat ") and len(cooked.counter_example) <= 8
    episode = Episode(flat, cooked.counter_example.task, seed=cooked.counter_example.seed or 0)
    assert all(episode.step(command).accepted for command in cooked.counter_example.commands)


def test_plays_are_judged_by_what_is_told() -> None:
    """A refusal's sentence is found as well as an answer's; a world without wordings gives proofs."""

    def dry(episode: Episode, feedback: Feedback) -> bool:
        return "no water" not in feedback.text

    found = every_play(KETTLE, dry)
    assert found.counter_example is not None and found.counter_example.commands == ("pour",)
    text = KETTLE.read_text("utf-8").replace(' | "Time passes."', "")
    kettle = load_text(text)
    assert every_play(kettle, lambda episode, feedback: bool(feedback.text)).answer == "proved"
    whistle = every_play(kettle, lambda episode, feedback: "whistles" not in feedback.text)
    assert whistle.answer == "shortest" and whistle.counter_example is not None and len(whistle.counter_example) == 3


def test_a_property_that_is_no_condition_is_an_error_of_the_world() -> None:
    """With the place in the expression and a hint."""
    with pytest.raises(WorldError, match="did you mean `water`"):
        every_state(KETTLE, "watr = hot")


def test_a_counter_example_is_kept_as_a_golden_play() -> None:
    """The text is what the world answers today."""
    subject = Subject.of(KETTLE)
    found = every_state(KETTLE, lambda s: not s["filled(cup)"]).counter_example
    assert found is not None
    text = found.golden(subject)
    assert text.startswith("# the property does not hold\n# task tea\n# seed 0\n") and "[ended: goal]" in text


def test_predicates_may_read_everything() -> None:
    """The variables as JSON; what a predicate raises is the caller's."""
    seen: list[dict[str, str]] = []

    def note(situation: Situation) -> bool:
        seen.append(situation.to_json())
        return True

    assert every_state(KETTLE, note).answer == "proved" and len(seen) == 6
    with pytest.raises(KeyError, match="no variable tea"):
        every_state(KETTLE, lambda s: bool(s["tea"]))
