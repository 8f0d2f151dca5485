"""Interchangeable objects: what is found is an automorphism, and orbits say what the full graph says."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worldwright.cli import commands
from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, System
from worldwright.explore import search as search_module
from worldwright.explore import symmetry as symmetry_module
from worldwright.explore import symmetry_orbits as orbits_module
from worldwright.explore.budget import Budget
from worldwright.explore.edges import Edges, States, way_back
from worldwright.explore.lifting import Route
from worldwright.explore.packing import Packing
from worldwright.explore.prove import Proof, prove
from worldwright.explore.script import Script
from worldwright.explore.search import Moves, search
from worldwright.explore.space import explore
from worldwright.explore.symmetry import Classes, Likeness, promise_question, shared_classes, task_question
from worldwright.explore.symmetry_orbits import Orbits
from worldwright.pipeline import load, load_text
from worldwright.play.episode import Episode

CUPS = """
world "Cups"
about "Cups and shelves."
type Cup
type Shelf
object cup[3]: Cup
object shelf[2]: Shelf
state at(Cup): Shelf | hand = hand
state full(Cup): bool = false
state heavy(Cup): bool = false
state here: Shelf = shelf[1]
state alarm: bool = false
{states}
start
  tell "Cups: {{list c: Cup}}. Shelves: {{list s: Shelf}}."
{start}
action go(s: Shelf)
  say "go to {{s}}"
  need here != s else "You are there."
  set here = s
  tell "You go."
action put(c: Cup)
  say "put {{c}}"
  need at(c) = hand else "You do not hold it."
  need not heavy(c) else "It is heavy."
  set at(c) = here
  tell "You put it down."
{actions}
{turn}
task fill_them "Fill the cups."
  goal forall c: Cup (full(c))
  limit 50
task bring(c: Cup) "Bring {{the c}}."
  milestone "put it down" at(c) != hand
  goal at(c) = shelf[2]
  limit 50
{promises}
"""
FILL = """
action fill(c: Cup)
  say "fill {c}"
  need not full(c) else "It is full."
  set full(c) = true
  tell "You fill it."
"""


def cups(actions: str = FILL, start: str = "", turn: str = "", promises: str = "", states: str = "") -> str:
    """The text of a world of three cups and two shelves."""
    return CUPS.format(actions=actions, start=start, turn=turn, promises=promises, states=states)


def classes_of(text: str) -> tuple[tuple[str, ...], ...]:
    """What the dynamics of a world do not tell apart."""
    likeness = Likeness(load_text(text))
    return likeness.names(likeness.widest)


# ---------------------------------------------------------------- a slow oracle

Permutation = dict[int, int]


def moved(system: System, state: bytes, to: Permutation) -> bytes:
    """A state after a permutation of atoms, variable by variable."""
    after = bytearray(state)
    places = {(slot.name, slot.args): slot for slot in system.slots}
    for slot in system.slots:
        family = system.layout.families[slot.name]
        sorts = [d.sort for d in family.parameters]
        args = tuple(to.get(a, a) if s == "atom" else a for a, s in zip(slot.args, sorts, strict=True))
        value = slot.read(state)
        code = family.code(to.get(value, value) if family.domain.sort == "atom" else value)
        offset = places[slot.name, args].offset
        after[offset : offset + slot.width] = code.to_bytes(slot.width, "little")
    return bytes(after)


def moved_command(system: System, command: Command, to: Permutation) -> Command:
    """A command after a permutation of atoms."""
    world = system.world
    sorts = [world.domains[p.domain].sort for p in world.actions[command[0]].parameters]
    return (command[0], *(to.get(v, v) if s == "atom" else v for v, s in zip(command[1:], sorts, strict=True)))


def every_permutation(classes: Classes) -> list[Permutation]:
    """All permutations within the classes."""
    ways = [[dict(zip(members, way, strict=True)) for way in permutations(members)] for members in classes]
    return [{a: b for part in choice for a, b in part.items()} for choice in product(*ways)]


def generators(classes: Classes) -> list[Permutation]:
    """Exchanges that make up all permutations."""
    return [{a: b, b: a} for members in classes for a, b in pairwise(members)]


def steps_of(system: System, state: bytes) -> dict[Command, set[bytes]]:
    """Every command with its results."""
    return {c: set(system.outcomes(state, c, 10_000)) for c in system.admissible(state)}


def is_automorphism(system: System, states: list[bytes], to: Permutation) -> bool:
    """Whether steps from some states become steps."""
    for state in states:
        expected = {
            moved_command(system, c, to): {moved(system, r, to) for r in results}
            for c, results in steps_of(system, state).items()
        }
        if steps_of(system, moved(system, state, to)) != expected:
            return False
    return True


def wandered(system: System, number: int, seed: int) -> list[bytes]:
    """States met on a random walk."""
    choose = random.Random(seed)
    found: dict[bytes, None] = {}
    state = system.start(seed)
    for turn in range(number):
        found[state] = None
        options = system.admissible(state)
        if not options:
            break
        state = system.apply(state, choose.choice(options), draw_for(seed, turn))
    return list(found)


def full_graph(system: System) -> dict[bytes, dict[Command, set[bytes]]]:
    """Every reachable state with its steps."""
    found: dict[bytes, dict[Command, set[bytes]]] = {}
    waiting = list(system.start_states(100_000)[0])
    while waiting:
        state = waiting.pop()
        if state not in found:
            found[state] = steps_of(system, state)
            waiting += [after for results in found[state].values() for after in sorted(results)]
    return found


@dataclass(frozen=True)
class Compared:
    """A full search and one of orbits."""

    full: set[bytes]
    orbits: int
    stood_for: int
    exact: bool


def compare(system: System, classes: Classes) -> Compared:
    """Searches orbits and checks them against the full graph: sizes, representatives, edges both ways."""
    steps = full_graph(system)
    full = set(steps)
    moves = Moves.of(system, classes=classes)
    assert moves.orbits is not None
    found = search(moves, Budget())
    states = States.of(found)
    graph = Edges.of(states)
    packing = moves.packing
    every = sorted(full)
    represent = dict(zip(every, packing.unpack(moves.settled(packing.pack(every))), strict=True))
    reps = set(states.all())
    assert len(reps) == found.states
    assert set(represent.values()) == reps, "an orbit that is not met, or one that should not be"
    everything = every_permutation(classes)
    closure: set[bytes] = set()
    sizes = moves.orbits.sizes(states.words)
    for rep, size in zip(states.all(), sizes, strict=True):
        orbit = {moved(system, rep, to) for to in everything}
        assert len(orbit) == size
        assert closure.isdisjoint(orbit), "an orbit has two representatives"
        assert not full.isdisjoint(orbit), "a representative of nothing"
        closure |= orbit
    assert full <= closure
    total = 0
    steps |= {state: steps_of(system, state) for state in sorted(reps - full)}
    for number, rep in enumerate(states.all()):
        row = slice(graph.rows[number], graph.rows[number + 1])
        said = sorted(
            (graph.commands[k], states.state(int(t)))
            for k, t in zip(graph.labels[row], graph.targets[row], strict=True)
        )
        own = [(c, r) for c, results in steps[rep].items() for r in results]
        ends = packing.unpack(moves.settled(packing.pack([r for _, r in own]))) if own else []
        assert said == sorted((c, end) for (c, _), end in zip(own, ends, strict=True))
        total += int(sizes[number]) * len(said)
    for state in every:
        number = int(states.numbers(packing.pack([represent[state]]))[0])
        row = slice(graph.rows[number], graph.rows[number + 1])
        leads = {states.state(int(t)) for t in graph.targets[row]}
        assert leads == {represent[r] for results in steps[state].values() for r in results}
    if closure == full:
        assert total == sum(len(results) for s in every for results in steps[s].values())
    return Compared(full, found.states, int(sizes.sum()), closure == full)


def told(proof: Proof) -> tuple[str, str, str | None]:
    """What has to be the same with and without symmetry."""
    return proof.claim, proof.answer, proof.because if "command" in proof.because else None


def played(system: System, script: Script) -> Episode:
    """Plays a script as it is printed."""
    name, _, rest = (script.task or "").partition("(")
    args = tuple(rest.rstrip(")").split(", ")) if rest else None
    assert script.seed is not None
    episode = Episode(system, name or None, args, script.seed)
    for line in script.commands:
        assert episode.step(line).accepted, (line, script)
    return episode


def same_answers(system: System) -> list[Proof]:
    """Proves with and without symmetry, and plays what came with it."""
    plain, reduced = prove(system), prove(system, symmetry=True)
    assert [told(p) for p in plain] == [told(p) for p in reduced]
    for before, after in zip(plain, reduced, strict=True):
        if after.script is not None:
            assert before.script is not None
            assert bool(after.script.note) <= bool(before.script.note), after
        if after.script is not None and not after.script.note:
            played(system, after.script)
    return reduced


# ---------------------------------------------------------------- gripper


def balls_of(system: System) -> tuple[int, ...]:
    """The balls of the gripper world."""
    return tuple(i for i, atom in enumerate(system.world.atoms) if atom.name.startswith("ball"))


def test_ten_balls() -> None:
    """With the two hands distinct these are 80 states: how many balls lie in each room (11, 10 or 9 ways with none, one
    or two in hand), which hands are full (1, 2, 1 ways), two places to be: (11 + 2 * 10 + 9) * 2. The hands are alike
    too, so there are 60: (11 + 10 + 9) * 2. Both stand for the 68,608 of the full graph."""
    system = load("gripper", {"balls": 10})
    for classes, orbits in (((balls_of(system),), 80), (Likeness(system).symmetry([]).classes[1:], 60)):
        found = search(moves := Moves.of(system, classes=classes), Budget())
        assert moves.orbits is not None
        assert found.states == orbits
        assert int(moves.orbits.sizes(States.of(found).words).sum()) == 68_608
    space = explore(system, symmetry=True)
    assert space.symmetry is not None
    assert (space.states, space.symmetry.full_states, space.symmetry.full_transitions) == (60, 68_608, 362_496)
    assert space.symmetry.exact and space.complete
    assert space.symmetry.classes == (("left", "right"), tuple(f"ball_{i}" for i in range(1, 11)))
    assert space.task is not None and space.task.plan is not None
    assert (space.task.shortest, len(space.task.plan), space.depth) == (29, 29, 30)
    assert played(system, space.task.plan).ended == "goal"


@pytest.mark.slow
def test_twenty_balls() -> None:
    """Counted exactly: 3 * 2^20 ways and more, of which 120 are looked at."""
    space = explore(load("gripper", {"balls": 20}), symmetry=True, coverage=False)
    assert space.symmetry is not None and space.symmetry.exact
    # n balls: none, one or two of them in hand, the others in two rooms; two places to be.
    assert space.symmetry.full_states == 2 * (2**20 + 2 * 20 * 2**19 + 20 * 19 * 2**18)
    assert space.states == 2 * (21 + 20 + 19)


# ---------------------------------------------------------------- against full graphs


@pytest.mark.parametrize(
    ("name", "params", "wide"),
    [
        ("gripper", {"balls": 4}, 1),
        ("gripper", {"balls": 4}, 10**9),
        ("blocksworld", {"blocks": 4}, 1),
        ("blocksworld", {"blocks": 4}, 10**9),
        pytest.param("vending", {}, 200, marks=pytest.mark.slow),
    ],
)
def test_shipped_worlds(name: str, params: dict[str, int], wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orbits hold what the full graph holds, in batch and one by one."""
    monkeypatch.setattr(search_module, "WIDE", wide)
    system = load(name, params)
    compared = compare(system, Likeness(system).widest)
    assert compared.orbits < len(compared.full)
    assert compared.stood_for == len(compared.full) or not compared.exact


@pytest.mark.parametrize("name", ["gripper", "pantry", "vending", "blocksworld"])
def test_proofs_are_the_same(name: str) -> None:
    """Same claims, same answers, scripts of one length that can be played."""
    proofs = same_answers(load(name))
    assert any("up to symmetry" in proof.because for proof in proofs) == (name != "pantry")


def test_batch_and_one_by_one_agree() -> None:
    """A state's representative does not depend on what it is asked together with."""
    system = load("blocksworld", {"blocks": 6})
    packing = Packing(system)
    orbits = Orbits(system, packing, Likeness(system).widest)
    words = packing.pack(wandered(system, 300, 1))
    together = orbits.canonical(words)
    alone = [orbits.canonical(tuple(w[i : i + 1] for w in words)) for i in range(len(words[0]))]
    assert together[0].tolist() == [w[0][0] for w in alone]
    assert np.array_equal(orbits.canonical(together)[0], together[0])


# ---------------------------------------------------------------- what is found, and what is not

PLAIN = (("cup_1", "cup_2", "cup_3"), ("shelf_1", "shelf_2"))
MARK = """
action sweep
  say "sweep"
  for c: Cup where at(c) = here do
    set full(c) = false
    set alarm = true
  end
  tell "Clatter."
"""
FIRST = """
action pour
  say "pour"
  for c: Cup do
    if count d: Cup (full(d)) < 1 then set full(c) = true end
  end
  tell "You pour until one is full."
"""
FIRST_BY_NAME = """
define some_full = exists c: Cup (full(c))
action pour
  say "pour"
  for c: Cup do
    if not some_full then set full(c) = true end
  end
  tell "You pour until one is full."
"""
ALL_BY_INDEX = """
action check_all
  say "check"
  need forall i: 1..3 (full(cup[i])) else "Not all are full."
  set alarm = true
  tell "Good."
"""
COUNTED = """
action weigh
  say "weigh"
  need count i: 1..2 (full(cup[i])) = 1 else "No."
  set alarm = true
  tell "Good."
"""
NAMED = """
action smash
  say "smash"
  set full(cup[2]) = false
  tell "Crash."
"""
BOTH_NAMED = """
action smash
  say "smash"
  need full(cup[2]) or full(cup[3]) else "No."
  set alarm = true
  tell "Crash."
"""
PAIRED = "state lid(Cup): Cup | none = none\nstate used(Cup, Shelf): bool = false"
LIDS = """
action cover(c: Cup, d: Cup)
  say "cover {c} with {d}"
  need at(c) = here and at(d) = hand else "No."
  need lid(c) = none else "It is covered."
  set lid(c) = d
  set full(c) = true
  set used(d, here) = true
  tell "It fits."
"""
LUCK = """
action shake
  say "shake"
  for c: Cup where at(c) = here do
    chance 1 in 2 then set full(c) = false end
  end
  tell "It spills."
"""
ORDERED_SUM = """
action tip
  say "tip"
  for c: Cup where full(c) do
    for d: Cup where d != c do set full(d) = false end
  end
  tell "They tip."
"""
TRICKY = {
    "plain": (cups(), PLAIN),
    "a heavy cup": (cups(start="  heavy(cup[1]) = true"), (("cup_2", "cup_3"), ("shelf_1", "shelf_2"))),
    "a mark": (cups(FILL + MARK), PLAIN),
    "first come": (cups(FILL + FIRST), (("shelf_1", "shelf_2"),)),
    "first come, by a definition": (cups(FILL + FIRST_BY_NAME), (("shelf_1", "shelf_2"),)),
    "one after the other": (cups(FILL + ORDERED_SUM), (("shelf_1", "shelf_2"),)),
    "all by index": (cups(FILL + ALL_BY_INDEX), PLAIN),
    "some by index": (cups(FILL + COUNTED), (("cup_1", "cup_2"), ("shelf_1", "shelf_2"))),
    "one is named": (cups(FILL + NAMED), (("cup_1", "cup_3"), ("shelf_1", "shelf_2"))),
    "two are named": (cups(FILL + BOTH_NAMED), (("cup_2", "cup_3"), ("shelf_1", "shelf_2"))),
    "values of their own kind": (cups(LIDS, states=PAIRED), PLAIN),
    "luck in a loop": (cups(FILL + LUCK), PLAIN),
    "each turn names one": (
        cups(turn="each turn\n  if at(cup[1]) = here then set alarm = true end"),
        (("cup_2", "cup_3"), ("shelf_1", "shelf_2")),
    ),
    "random starts": (cups(start="  for c: Cup do at(c) = one of shelf[1], shelf[2] end"), PLAIN),
    "one random start": (cups(start="  full(cup[1]) = one of true, false"), PLAIN),
}


@pytest.mark.parametrize("name", [*TRICKY])
def test_what_is_found(name: str) -> None:
    """The classes are right, and they are automorphisms."""
    text, expected = TRICKY[name]
    system = load_text(text)
    likeness = Likeness(system)
    assert likeness.names(likeness.widest) == expected
    states = wandered(system, 20, 1)
    assert all(is_automorphism(system, states, to) for to in generators(likeness.widest))


@pytest.mark.parametrize("name", ["plain", "a heavy cup", "first come", "values of their own kind", "luck in a loop"])
def test_orbits_hold_the_full_graph(name: str) -> None:
    """Orbits say what the full graph says."""
    system = load_text(TRICKY[name][0])
    compare(system, Likeness(system).widest)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*TRICKY])
def test_all_orbits_hold_the_full_graph(name: str) -> None:
    """The same of all these worlds."""
    test_orbits_hold_the_full_graph(name)


def test_orbits_for_a_task_that_names_objects() -> None:
    """The cups but the one that is asked for."""
    for name in ("random starts", "luck in a loop"):
        system = load_text(TRICKY[name][0])
        classes = Likeness(system).symmetry([task_question(system, "bring", (3,))]).classes
        assert classes == ((1, 2),)
        compare(system, classes)


def test_what_is_not_alike_is_not() -> None:
    """The worlds that should fool the detector: the exchanges that it turns down are no automorphisms indeed."""
    for name, (a, b) in {
        "a heavy cup": ("cup_1", "cup_2"),
        "first come": ("cup_1", "cup_2"),
        "first come, by a definition": ("cup_1", "cup_2"),
        "some by index": ("cup_1", "cup_3"),
        "one is named": ("cup_1", "cup_2"),
        "two are named": ("cup_1", "cup_2"),
        "each turn names one": ("cup_1", "cup_2"),
    }.items():
        system = load_text(TRICKY[name][0])
        atoms = {atom.name: i for i, atom in enumerate(system.world.atoms)}
        every = sorted(full_graph(system))
        assert not is_automorphism(system, every, {atoms[a]: atoms[b], atoms[b]: atoms[a]}), name


def test_exact_or_a_bound() -> None:
    """Where the starts tell the objects apart, the full number is a bound, and said to be one."""
    for name, exact in {"plain": False, "one random start": False}.items():
        space = explore(load_text(TRICKY[name][0]), "fill_them", symmetry=True)
        full = explore(load_text(TRICKY[name][0]), "fill_them")
        assert space.symmetry is not None
        assert space.symmetry.exact is exact, name
        assert space.symmetry.full_states >= full.states
        assert space.task is not None and full.task is not None
        assert (space.task.shortest, space.task.longest) == (full.task.shortest, full.task.longest)
        assert space.start_states == full.start_states
    # The task names a shelf: the other class is left, and random places are no start that tells cups apart.
    space = explore(load_text(TRICKY["random starts"][0]), "bring", (3,), symmetry=True)
    assert space.symmetry is not None and space.symmetry.classes == (("cup_1", "cup_2"),)
    assert space.symmetry.exact and space.symmetry.full_states == explore(load_text(TRICKY["random starts"][0])).states


# ---------------------------------------------------------------- questions


def test_questions_divide_classes() -> None:
    """Arguments of tasks and objects that promises name are told apart; what is asked of all is not."""
    promises = """
never full(cup[1]) and full(cup[2]) "two of them"
always forall i: 1..3 (not full(cup[i]) or at(cup[i]) != hand or at(cup[i]) = hand) "all of them"
never here = shelf[2] and full(cup[3]) "one of them"
recoverable
"""
    system = load_text(cups(promises=promises))
    likeness = Likeness(system)

    def left(question: object) -> tuple[tuple[str, ...], ...]:
        return likeness.names(likeness.split(likeness.widest, question))  # type: ignore[arg-type]

    assert left(task_question(system, "fill_them", ())) == PLAIN
    assert left(task_question(system, "bring", (2,))) == (("cup_1", "cup_3"),)
    assert left(promise_question(system, 0)) == (("cup_1", "cup_2"), ("shelf_1", "shelf_2"))
    assert left(promise_question(system, 1)) == PLAIN
    assert left(promise_question(system, 2)) == (("cup_1", "cup_2"),)
    found = {p.claim: p.answer for p in same_answers(system)}
    assert found['never "two of them"'] == found['never "one of them"'] == "refuted"
    assert found['always "all of them"'] == "proved"


def test_not_too_many_searches() -> None:
    """Many questions that all tell other objects apart share a search."""
    text = cups().replace("cup[3]", "cup[6]")
    system = load_text(text)
    likeness = Likeness(system)
    questions = [task_question(system, "bring", (cup,)) for cup in range(1, 7)]
    shared = shared_classes(likeness, [*questions, task_question(system, "fill_them", ())])
    assert len(set(shared)) <= 4
    for question, classes in zip(questions, shared, strict=False):
        assert likeness.alike(classes, question)


def test_what_is_too_much_to_compare_is_different(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detection has a limit of its own; beyond it fewer objects are alike, and nothing else happens."""
    system = load_text(TRICKY["all by index"][0])
    question = task_question(system, "fill_them", ())
    for effort, found in ((0, 0), (100, 1), (10**6, 2)):
        monkeypatch.setattr(symmetry_module, "MOST_EFFORT", effort)
        assert len(Likeness(system).widest) <= found
        Likeness(system).symmetry([question])
    monkeypatch.setattr(symmetry_module, "QUESTION_EFFORT", 0)
    assert Likeness(system).symmetry([question]).classes == ()


def test_texts_that_tell_apart() -> None:
    """Coverage is left out where one state of an orbit cannot speak for the others."""
    text = cups(FILL.replace('tell "You fill it."', 'if full(cup[2]) then tell "So that one." end'))
    space = explore(load_text(text), "fill_them", symmetry=True)
    assert space.symmetry is not None and space.symmetry.classes == PLAIN
    assert space.coverage is None
    assert any("never used is not known" in sentence for sentence in space.unknown)
    full, reduced = (explore(load_text(cups()), "fill_them", symmetry=way).coverage for way in (False, True))
    assert full is not None and full == reduced


# ---------------------------------------------------------------- representatives


@pytest.mark.parametrize("name", ["values of their own kind", "plain"])
def test_one_representative(name: str) -> None:
    """All states of an orbit have one, also where objects stand in for values of one another."""
    system = load_text(TRICKY[name][0].replace("cup[3]", "cup[4]"))
    classes = Likeness(system).widest
    packing = Packing(system)
    orbits = Orbits(system, packing, classes)
    everything = every_permutation(classes)
    for state in wandered(system, 40, 7):
        orbit = sorted({moved(system, state, to) for to in everything})
        words = packing.pack(orbit)
        carried = orbits.carried(words)
        assert len(set(zip(*(w.tolist() for w in carried.words), strict=True))) == 1
        assert set(orbits.sizes(words).tolist()) == {len(orbit)}
        rep = packing.unpack(carried.words)[0]
        for each, order in zip(orbit, carried.order, strict=True):
            to = {atom: orbits.renamed(order, atom) for members in classes for atom in members}
            assert moved(system, each, to) == rep
    assert orbits.cut == 0


def test_too_many_choices_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer choices than there are an orbit may be met twice: that is said, and answers stay right."""
    monkeypatch.setattr(orbits_module, "MOST_WAYS", 1)
    system = load_text(TRICKY["values of their own kind"][0])
    classes = Likeness(system).widest
    moves = Moves.of(system, classes=classes)
    found = search(moves, Budget())
    assert moves.orbits is not None and found.complete
    reps = set(States.of(found).all())
    everything = every_permutation(classes)
    met = {moved(system, rep, to) for rep in reps for to in everything}
    assert set(full_graph(system)) <= met
    same_answers(system)


# ---------------------------------------------------------------- ways


@pytest.mark.parametrize("name", ["values of their own kind", "luck in a loop", "random starts"])
def test_ways_are_real(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A way between orbits, turned back by permutations alone, is a real one from a real start."""
    system = load_text(TRICKY[name][0])
    found = search(Moves.of(system, classes=Likeness(system).widest), Budget())
    states = States.of(found)
    orbits = found.moves.orbits
    assert orbits is not None

    def any_luck(state: bytes, command: Command) -> tuple[bytes, ...]:
        return system.outcomes(state, command, 10_000)

    for number in random.Random(1).sample(range(len(states)), 12):
        route = Route.of(states, way_back(states, number))
        place = next(place for start in found.starts if (place := route.begin(start)) is not None)
        for step in range(len(route.commands)):
            accepted = system.admissible(place.state)
            with monkeypatch.context() as patch:
                patch.setattr(System, "admissible", lambda self, state: [])  # no other command to fall back on
                after = next(route.steps(place, step, any_luck))
            assert after.command in accepted and after.order is not None
            assert after.state in any_luck(place.state, after.command)
            to = {atom: orbits.renamed(after.order, atom) for atom in orbits.atoms}
            assert moved(system, after.state, to) == route.path[step + 1]
            place = after


# ---------------------------------------------------------------- a law

ACTIONS = [
    MARK,
    FIRST,
    ALL_BY_INDEX,
    COUNTED,
    NAMED,
    BOTH_NAMED,
    LUCK,
    ORDERED_SUM,
    FILL.replace("fill", "top_up").replace("not full(c)", "not full(c) and (at(c) = here or heavy(c))"),
    'action lift(c: Cup)\n  say "lift {c}"\n  need at(c) = here else "No."\n  set at(c) = hand\n  tell "Up."\n',
    'action peek\n  say "peek"\n  need exists c: Cup (full(c) and at(c) = shelf[1]) else "No."\n'
    '  set alarm = not alarm\n  tell "Hm."\n',
]
STARTS = [
    "  heavy(cup[1]) = true",
    "  full(cup[2]) = true",
    "  at(cup[1]) = one of shelf[1], hand",
    "  for c: Cup do full(c) = one of true, false end",
    "  for c: Cup do heavy(c) = true end",
]
TURNS = [
    "",
    "each turn\n  for c: Cup where full(c) and at(c) = hand do set full(c) = false end\n",
    "each turn\n  if full(cup[3]) then set alarm = true end\n",
    "each turn\n  if alarm then set here = shelf[1] end\n",
]
PROMISES = [
    'never full(cup[1]) and full(cup[2]) "two"',
    'always count c: Cup (full(c)) <= 2 "few"',
    "possible forall c: Cup (at(c) = shelf[1])",
    'never exists c: Cup (full(c) and at(c) = shelf[2]) "dry"',
    'always sum i: 1..3 (i where full(cup[i])) < 6 "weights"',
    "recoverable",
]


def name_of(action: str) -> str:
    """The name of an action."""
    return action.split()[1].partition("(")[0]


@pytest.mark.slow
@given(
    actions=st.lists(st.sampled_from(ACTIONS), max_size=3, unique_by=name_of),
    start=st.lists(st.sampled_from(STARTS), max_size=2, unique=True),
    turn=st.sampled_from(TURNS),
    promises=st.lists(st.sampled_from(PROMISES), max_size=3, unique=True),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_answers_are_the_same(actions: list[str], start: list[str], turn: str, promises: list[str]) -> None:
    """In any small world: what is found is an automorphism, and proofs are the same with and without."""
    system = load_text(cups(FILL + "".join(actions), "\n".join(start), turn, "\n".join(promises)))
    likeness = Likeness(system)
    states = wandered(system, 12, 3)
    assert all(is_automorphism(system, states, to) for to in generators(likeness.widest))
    same_answers(system)
    if likeness.widest:
        compare(system, likeness.widest)


# ---------------------------------------------------------------- the command line


def test_on_the_command_line(tmp_path: Path) -> None:
    """Counts are named for what they are, in the table and as JSON."""
    run = CliRunner().invoke
    result = run(commands, ["explore", "gripper", "-p", "balls=6", "--symmetry"])
    assert result.exit_code == 0
    assert "states up to symmetry" in result.output and "standing for" in result.output
    assert "ball 1, ball 2, ball 3, ball 4, ball 5, ball 6 are interchangeable." in result.output
    data = json.loads(run(commands, ["explore", "gripper", "-p", "balls=6", "--symmetry", "--json"]).output)
    full = json.loads(run(commands, ["explore", "gripper", "-p", "balls=6", "--json"]).output)
    assert full["symmetry"] is None
    assert data["symmetry"]["full_states"] == full["states"] and data["symmetry"]["exact"] is True
    assert data["symmetry"]["full_transitions"] == full["transitions"]
    assert data["task"]["shortest"] == full["task"]["shortest"]
    assert "No objects are interchangeable" in run(commands, ["explore", "pantry", "--symmetry"]).output
    world = tmp_path / "cups.world"
    world.write_text(cups(promises='never full(cup[1]) and full(cup[2]) "two"'), encoding="utf-8")
    result = run(commands, ["prove", str(world), "--symmetry"])
    assert result.exit_code == 1 and "refuted" in result.output
    assert "cup 1, cup 2, cup 3 are interchangeable." in result.output and "as far as a claim" in result.output
    proofs = json.loads(run(commands, ["prove", str(world), "--symmetry", "--json"]).output)
    alike = {proof["claim"]: proof["alike"] for proof in proofs}
    assert alike["fill_them can be solved"] == [["cup_1", "cup_2", "cup_3"], ["shelf_1", "shelf_2"]]
    assert alike['never "two"'] == [["cup_1", "cup_2"], ["shelf_1", "shelf_2"]]
