from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.compile.texts import no_draw, world

from worldwright.check.world import Assign, Const, Where, World
from worldwright.compile.rng import draw_for
from worldwright.compile.system import System
from worldwright.diagnostics import WorldFault
from worldwright.pipeline import load


@pytest.fixture(scope="module")
def pantry() -> System:
    """LANGUAGE.md's sample."""
    return load("pantry")


def command(system: System, words: str) -> tuple[int, ...]:
    """`take apple` as a command, by the names of action and atoms."""
    verb, *args = words.split()
    atoms = {a.name: i for i, a in enumerate(system.world.atoms)}
    number = next(i for i, a in enumerate(system.actions) if a.name == verb)
    return (number, *(atoms[a] for a in args))


def seed_with(system: System, **wanted: str) -> int:
    """A seed whose start gives `at(x)` these values."""
    return next(
        s for s in range(100) if all(system.decode(system.start(s))[f"at({k})"] == v for k, v in wanted.items())
    )


def test_the_sample(pantry: System) -> None:
    """The play that the language's design shows, with the key in the kitchen."""
    seed = seed_with(pantry, brass_key="kitchen")
    state, told = pantry.start(seed), pantry.always_told
    words, told = pantry.opening(state, draw_for(seed, 0), told)
    assert " ".join(words) == (
        "You are in the kitchen. There is an oak chest here. There is a brass key here. A door leads north."
    )
    task = pantry.task("lunch")
    tries = [("open chest", 1, "The oak chest is locked."),
             ("unlock chest brass_key", 1, "You are not carrying the brass key.")]  # fmt: skip
    for line, need, sentence in tries:
        index = pantry.refusal(state, command(pantry, line))
        assert index == need
        assert pantry.refusal_text(state, command(pantry, line), index, told) == sentence
        assert pantry.need(command(pantry, line)[0], index).id == f"{line.split()[0]}.{need + 1}"
    masks = []
    for turn, line in enumerate(
        ("take brass_key", "unlock chest brass_key", "open chest", "take apple", "go north"), start=1
    ):
        assert not task.goal(state)
        assert pantry.refusal(state, command(pantry, line)) == -1
        state, words, told = pantry.narrate(state, command(pantry, line), draw_for(seed, turn), told)
        masks.append(task.milestones(state))
    assert masks == [1, 1, 3, 3, 3]
    assert task.goal(state)
    assert words == ("You are in the hall.", "A door leads south.")
    assert task.text(0)[0] == "Find something to eat and carry it to the hall."
    assert pantry.about(0)[0].startswith("You are alone")
    assert pantry.check_always(state) == ()


def test_untold_is_something(pantry: System) -> None:
    """A refusal never names what the agent has not been told of, and capitalises what it says instead."""
    state, told = pantry.start(0), pantry.always_told
    apple = command(pantry, "take apple")
    assert pantry.refusal_text(state, apple, 0, told) == "You see no something here."
    assert pantry.refusal_text(state, apple, 0, told | 1 << apple[1]) == "You see no apple here."
    chest = command(pantry, "open chest")
    assert pantry.refusal_text(state, chest, 1, told) == "Something is locked."
    assert chest not in pantry.admissible(state, told)


def test_admissible_is_what_is_accepted_and_told(pantry: System) -> None:
    """In the order of the actions; narrowed by what has been told."""
    state = pantry.start(seed_with(pantry, brass_key="kitchen"))
    assert pantry.admissible(state) == [command(pantry, c) for c in ("go north", "take brass_key", "look")]
    assert pantry.admissible(state, pantry.always_told) == [command(pantry, c) for c in ("go north", "look")]


def test_task_errors(pantry: System) -> None:
    """Unknown tasks and arguments are errors; a task is made once."""
    assert pantry.task("lunch") is pantry.task("lunch", ())
    with pytest.raises(KeyError):
        pantry.task("dinner")
    with pytest.raises(ValueError, match="no instance"):
        pantry.task("lunch", (3,))


def test_pickle(pantry: System) -> None:
    """A system and its tasks survive pickling, and work the same."""
    again = pickle.loads(pickle.dumps(pantry))
    assert again.source == pantry.source
    assert again.start(4) == pantry.start(4)
    assert copy.deepcopy(pantry) is pantry
    assert pickle.loads(pickle.dumps(pantry.task("lunch"))).limit == 30


def test_threads() -> None:
    """One system in several threads: the same walks as alone."""
    system = load("pantry")

    def walk(seed: int) -> list[bytes]:
        state, found = system.start(seed), []
        for turn in range(1, 200):
            legal = system.admissible(state)
            state = system.apply(state, legal[turn * 7919 % len(legal)], draw_for(seed, turn))
            found.append(state)
        return found

    alone = [walk(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(walk, range(8))) == alone


def test_same_code_in_every_process() -> None:
    """The generated code does not depend on the order of any set."""
    program = "from worldwright.pipeline import load; print(load('household').source)"
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": h, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for h in ("1", "2", "3")
    }  # fmt: skip
    assert len(found) == 1


def test_outcomes() -> None:
    """All chances, distinct, in the order of the chances; a command without chance has one."""
    system = world(
        """
type Die
object die_a, die_b, die_c: Die
state up(Die): bool = false
action throw
  say "throw them all"
  need exists d: Die (not up(d)) else "All are up."
  for d: Die do chance 1 in 2 then set up(d) = true else set up(d) = false end end
action never_mind
  say "never mind"
  need exists d: Die (not up(d)) else "All are up."
  set up(die_a) = true
"""
    )
    state = system.start(0)
    found = system.outcomes(state, (0,))
    assert [s[:3] for s in found] == [bytes((a, b, c)) for a in (1, 0) for b in (1, 0) for c in (1, 0)]
    assert len(system.outcomes(state, (0,), cap=5)) == 5
    assert system.outcomes(state, (1,)) == (bytes((1, 0, 0, 0)),)
    assert system.apply(state, (0,), draw_for(1, 1)) in found


def test_refused_changes_nothing(pantry: System) -> None:
    """Asking and refusing leave the state as it was; a free action gives the very same state."""
    state = pantry.start(0)
    before = bytes(bytearray(state))
    pantry.refusal(state, command(pantry, "open chest"))
    pantry.admissible(state)
    assert state == before
    assert pantry.apply(state, command(pantry, "look"), no_draw) is state


def test_fault_names_line_and_state() -> None:
    """Should an assignment ever leave its domain, it is a fault with the line and the state, not a wrong state."""
    sound = world("").world
    action = sound.actions[0]
    wrong = Assign("ticks", (), Const(77, "int"), Where("odd.world", 12, 3))
    broken = World.model_construct(
        **{
            **{name: getattr(sound, name) for name in type(sound).model_fields},
            "actions": (action.model_copy(update={"body": (*action.body[:1], wrong)}),),
        }
    )
    system = System(broken)
    with pytest.raises(WorldFault, match=r"odd\.world:12: .*77.*state 00"):
        system.apply(system.start(0), (0,), no_draw)
