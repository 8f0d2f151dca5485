"""The worlds that PDDL becomes: settled, checked, playable, the same every time; wording files; several problems."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.timing import seconds

from worldwright.bridges.pddl import Imported, import_pddl
from worldwright.check import check_report
from worldwright.cli import commands
from worldwright.diagnostics import WorldError
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.source import Source
from worldwright.syntax.format import format_text
from worldwright.syntax.modules import read_modules, read_source

ROOT = Path(__file__).resolve().parents[2]
PDDL = ROOT / "tests" / "differential" / "pddl"
DELIVERY = ROOT / "examples" / "delivery.pddl"
PROBLEM = ROOT / "examples" / "delivery-1.pddl"
WORDS = ROOT / "examples" / "delivery.toml"
QUICK = ("blocksworld-4", "gripper-4", "tyreworld-1")
INSTANCES = [
    instance if instance in QUICK else pytest.param(instance, marks=pytest.mark.slow)
    for instance in sorted(path.stem for path in PDDL.glob("*-*.pddl"))
]


def made(domain: Path, problem: Path, wording: str = "") -> Imported:
    """The world of a domain and a problem."""
    words = Source("words.toml", wording) if wording else None
    (world,) = import_pddl(read_source(domain), [read_source(problem)], words)
    return world


@pytest.mark.parametrize("instance", INSTANCES)
def test_worlds_are_settled_and_clean(instance: str) -> None:
    """Nothing for `fmt` to change, and no fault, not even a warning."""
    world = made(PDDL / f"{instance.rpartition('-')[0]}.pddl", PDDL / f"{instance}.pddl")
    source = Source("it", world.text)
    assert format_text(source) == world.text
    found, diagnostics = check_report(read_modules(source), {})
    assert found is not None
    assert [d.message for d in diagnostics] == []


def test_refusals_say_what_is_wrong() -> None:
    """Each part of a precondition has a sentence of its own; everything is told of at the start."""
    world = made(PDDL / "gripper.pddl", PDDL / "gripper-4.pddl")
    episode = Episode(load_text(world.text), "gripper_4")
    assert "Room A" in episode.observation
    said = {
        "pick ball 1 from room b with the left": "Ball 1 is not at Room B.",
        "drop ball 1 at room a with left": "The left does not hold ball 1.",
        "pick ball 1 from room a with left": "You pick ball 1 from Room A with the left.",
        "pick ball 2 from room a with left": "The left is not free.",
    }
    for command, answer in said.items():
        assert episode.step(command).text == answer


def test_wording() -> None:
    """What a wording file says is what is said."""
    world = made(DELIVERY, PROBLEM, WORDS.read_text("utf-8"))
    assert 'world "The Parcel Van"' in world.text
    assert 'need locked(h) else "Nobody comes to the door of {the h}: it stands open."' in world.text
    assert 'say "ring at {h} from {v}" | "ring the bell at {h} from {v}"' in world.text
    assert 'smith "Mrs Smith\'s house"' in world.text


LOGISTICS = """(define (domain logistics)
  (:types truck plane - vehicle package vehicle - thing place city)
  (:predicates (in-city ?loc - place ?city - city) (at ?obj - thing ?loc - place) (in ?p - package ?v - vehicle))
  (:action load-truck
    :parameters (?p - package ?v - truck ?loc - place)
    :precondition (and (at ?v ?loc) (at ?p ?loc))
    :effect (and (not (at ?p ?loc)) (in ?p ?v)))
  (:action load-plane
    :parameters (?p - package ?v - plane ?loc - place)
    :precondition (and (at ?v ?loc) (at ?p ?loc))
    :effect (and (not (at ?p ?loc)) (in ?p ?v)))
  (:action drive-truck
    :parameters (?v - truck ?from ?to - place ?c - city)
    :precondition (and (at ?v ?from) (in-city ?from ?c) (in-city ?to ?c))
    :effect (and (not (at ?v ?from)) (at ?v ?to))))
"""
LOGISTICS_1 = """(define (problem log-1) (:domain logistics)
  (:objects obj11 obj12 - package tru1 tru2 - truck apn1 - plane cit1 - city pos-1 pos-2 - place)
  (:init (at apn1 pos-1) (at tru1 pos-1) (at tru2 pos-2) (at obj11 pos-1) (in-city pos-1 cit1) (in-city pos-2 cit1))
  (:goal (and (at tru1 pos-2) (in obj11 tru1) (in obj12 tru2))))
"""


def test_names_of_the_pddl_are_understood() -> None:
    """Numbered objects are shown with a space and understood with and without it; types need not be said."""
    (world,) = import_pddl(Source("d.pddl", LOGISTICS), [Source("e.pddl", LOGISTICS_1)])
    episode = Episode(load_text(world.text), "log_1")
    assert "Pos 1 is in cit 1." in episode.observation
    said = {
        "load obj11 in tru2 from pos-1": "Tru 2 is not at pos 1.",
        "load obj 11 in tru1 from pos 1": "You load obj 11 in tru 1 from pos 1.",
        "drive tru1 from pos-1 to pos 2 in cit1": "You drive tru 1 from pos 1 to pos 2 in cit 1.",
        "load obj11 in apn1 from pos-1": "Obj 11 is not at pos 1.",
    }
    for command, answer in said.items():
        assert episode.step(command).text == answer


@pytest.mark.parametrize(
    ("wording", "line", "message"),
    [
        ("title = ", 1, "this is not TOML"),
        ("titel = 'x'", 1, "there is no part of a wording file `titel`"),
        ("[objects]\nsmiht = 'x'", 2, "there is no object `smiht`"),
        ("[predicates]\nlocked = 'x'", 2, "`locked` is two texts"),
        ("[predicates]\nlocked = ['{The k} is locked.', 'x']", 2, "`locked` has no parameter `k`"),
        ("[predicates]\nlocked = ['{The h', 'x']", 2, "a brace is not closed"),
        ("[actions.ring]\nsay = 'ring {h}'", 2, "a pattern of `ring` does not say {v}"),
        ("[actions.ring]\nsays = 'ring {h}'", 2, "there is no part of the action ring, called `says`"),
        ("[actions.ring.refusals]\n9 = 'x'", 2, "`ring` has 2 needs; there is no number 9"),
        ("a=[", 1, "this is not TOML: Invalid value: the file ends before it is complete"),
        ("[actions.ring]\nsay = 'ring {h} {v}'\ntell = 3", 3, "`tell` is a text of one line"),
        ("actions.ring.tell = 3", 1, "`tell` is a text of one line"),
        ("[actions.ring]\nrefusals = { a = 'x' }", 2, "the keys of `refusals` are numbers from 1; `a` is none"),
        ('[objects]\nvan = "a"\nsmith = "x\\u001b[31m"', 3, "has an invisible or control character (U+001B)"),
        ("[objects]\nvan = ' '", 2, "the text of `van` is empty"),
        ("[objects]\nvan = '" + "long " * 30 + "'", 2, "a name has at most 100 characters, this one 150"),
        ("[actions.ring]\nsay = '{h}{v} ring'", 2, "two slots follow each other"),
        ("[tasks]\ndelivery-2 = 'x'", 2, "there is no problem `delivery-2`"),
        ("title = " + "[" * 5_000, 1, "this is nested too deeply"),
    ],
)
def test_faulty_wording(wording: str, line: int, message: str) -> None:
    """Every key must fit the domain; faults have their line."""
    with pytest.raises(WorldError) as caught:
        made(DELIVERY, PROBLEM, wording)
    error = caught.value
    found = [(error.sources[d.span.source].position(d.span.start)[0], d.message) for d in error.diagnostics]
    assert any(at == line and message in text for at, text in found), found


def test_a_wording_file_of_faults_only() -> None:
    """Many faults are looked up as often as they are kept, not once for each."""
    before = time.process_time()
    with pytest.raises(WorldError):
        made(DELIVERY, PROBLEM, "[objects]\n" + "".join(f"smith{i} = 1\n" for i in range(15_000)))
    assert time.process_time() - before < seconds(4)


def test_wording_cannot_break_out_of_its_text() -> None:
    """Quotes, backslashes and braces of a wording file are text."""
    nasty = "title = '''\"\\ world'''\nabout = '\" task x \"{1}'\n"
    world = load_text(made(DELIVERY, PROBLEM, nasty).text)
    assert world.world.title == '"\\ world'


def test_problems_with_one_start_are_tasks_of_one_world(tmp_path: Path) -> None:
    """Others become worlds of their own in a folder."""
    same = tmp_path / "same.pddl"
    same.write_text(
        PROBLEM.read_text("utf-8").replace("delivery-1", "delivery-2").replace("parcel1 jones", "parcel1 smith")
    )
    other = tmp_path / "other.pddl"
    other.write_text(PROBLEM.read_text("utf-8").replace("delivery-1", "delivery-3").replace("(locked jones)", ""))
    sources = [read_source(path) for path in (PROBLEM, same, other)]
    worlds = import_pddl(read_source(DELIVERY), sources)
    assert [world.problems for world in worlds] == [("delivery-1", "delivery-2"), ("delivery-3",)]
    assert list(load_text(worlds[0].text).world.tasks) == ["delivery_1", "delivery_2"]
    arguments = ["import", "pddl", *map(str, (DELIVERY, PROBLEM, same, other))]
    refused = CliRunner().invoke(commands, arguments)
    assert refused.exit_code == 2 and "these problems make 2 worlds" in refused.output
    done = CliRunner().invoke(commands, [*arguments, "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["delivery-1.world", "delivery-3.world"]


@pytest.mark.slow
def test_the_same_bytes_every_time() -> None:
    """Whatever the hash seed."""
    code = "import sys; from worldwright.cli import main; main(sys.argv[1:])"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, "import", "pddl", str(PDDL / "barman.pddl"), str(PDDL / "barman-2.pddl")],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1 and b"action shake" in printed.pop()
