"""A state machine for any world: explored where it can be, drawn where it cannot, its failures as short scripts."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.testing.peers import KETTLE

from worldwright import WorldError, load, load_text
from worldwright.play.golden import parse, play
from worldwright.testing.machine import WorldBroken, world_machine

DRY = KETTLE.read_text("utf-8") + '\nnever filled(cup) "the cup stays dry"\n'
BREWED = ("fill kettle", "light the stove", "wait", "pour")


def quiet(examples: int, steps: int = 30) -> settings:
    """So many plays, the same every time, kept nowhere."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def run(machine: Any) -> unittest.TestResult:
    """Runs a machine's test case as unittest does."""
    result = unittest.TestResult()
    machine.TestCase("runTest").run(result)
    return result


def broken(machine: Any, examples: int = 40) -> WorldBroken:
    """What drawing finds."""
    with pytest.raises(WorldBroken) as caught:
        run_state_machine_as_test(machine, settings=quiet(examples))
    return caught.value


def test_a_world_that_can_be_explored_is_proved_or_refuted_without_drawing() -> None:
    """The kettle keeps its promises; the kettle that must stay dry does not, by the shortest commands."""
    assert run(world_machine(KETTLE)).wasSuccessful()
    result = run(world_machine(load_text(DRY)))
    (_, text) = result.failures[0]
    assert 'never "the cup stays dry" is broken, after 4 commands' in text and "(shortest)" in text
    assert "worldwright play WORLD --task tea --seed 0 --script -" in text


@pytest.mark.slow
def test_drawing_finds_the_same_and_cuts_it_to_the_same_length() -> None:
    """Hypothesis' own shrinking leaves what is cut to the four commands that it takes."""
    found = broken(world_machine(load_text(DRY), max_states=1)).counter_example
    assert found.commands == BREWED and found.task == "tea"


def test_predicates_are_invariants_too(tmp_path: Path) -> None:
    """As functions and as expressions; a failure is kept as a golden play, which the world plays to the letter."""
    machine = world_machine(KETTLE, {"always cold": "water != hot"}, max_states=1, save=tmp_path / "plays")
    found = broken(machine)
    assert str(found).startswith("always cold does not hold, after 3 commands:\n  > fill kettle\n")
    (path,) = (tmp_path / "plays").iterdir()
    assert path.name.startswith("kettle-") and path.suffix == ".play"
    text = path.read_text("utf-8")
    assert play(parse(text, path.name), load(KETTLE)).text == text
    cold = world_machine(KETTLE, {"cold": lambda situation: situation["water"] != "hot"})
    assert "cold does not hold, after 3 commands" in run(cold).failures[0][1]
    with pytest.raises(WorldError, match="did you mean `water`"):
        world_machine(KETTLE, {"cold": "watr = hot"})


def test_rules_are_actions_and_bundles_are_objects() -> None:
    """Each action has a rule for what is legal and one for anything that was told of; plays go far and are refused."""
    machine: Any = world_machine("pantry", max_states=1)
    names = {rule.function.__name__ for rule in machine.setup_state().rules}
    actions = {action.name for action in load("pantry").actions}
    assert names == actions | {f"try_{name}" for name in actions} | {"babble"}
    run_state_machine_as_test(machine, settings=quiet(25))
    about = machine.about
    assert {action for action, _ in about.results} == set(range(5)), "every action was carried out"
    assert len(about.needs) >= 6 and len({key[2] for key in about.visited.keys}) >= 10


def test_settings_are_those_of_the_test_case() -> None:
    """As with any machine of Hypothesis; the class is the same whenever it is asked for."""
    machine: Any = world_machine(KETTLE, max_states=1)
    machine.TestCase.settings = quiet(1, 2)
    assert machine.TestCase is machine.TestCase and machine.TestCase.settings.max_examples == 1
    assert run(machine).wasSuccessful()
