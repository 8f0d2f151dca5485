"""Arguments of other types than declared: refused, or warned of with their place; never taken over silently."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from worldwright.bridges.pddl import import_pddl
from worldwright.cli import commands
from worldwright.diagnostics import WorldError
from worldwright.source import Source

DATA = Path(__file__).resolve().parents[1] / "differential" / "pddl"
DOMAIN = """(define (domain d)
  (:types truck - vehicle vehicle place)
  (:predicates (at ?v - vehicle ?p - place) (loaded ?t - truck))
  (:action drive
    :parameters (?v - vehicle ?from ?to - place)
    :precondition (at ?v ?from)
    :effect (and (not (at ?v ?from)) (at ?v ?to)))
  (:action load
    :parameters (?t - truck)
    :precondition (not (loaded ?t))
    :effect (loaded ?t)))
"""
PROBLEM = """(define (problem e)
  (:domain d)
  (:objects t - truck v - vehicle a b - place)
  (:init (at t a) (at v a))
  (:goal (and (at t b) (loaded t))))
"""
SWAPPED = {
    "fact": (DOMAIN, PROBLEM.replace("(at t a)", "(at a t)"), "e.pddl:4:14: PD007 `a` is a place", "`(at t a)`"),
    "goal": (DOMAIN, PROBLEM.replace("(at t b)", "(at b t)"), "e.pddl:5:19: PD007 `b` is a place", "`(at t b)`"),
    "negated": (
        DOMAIN,
        PROBLEM.replace("(at t b)", "(not (at b t))"),
        "e.pddl:5:24: PD007 `b` is a place",
        "`(at t b)`",
    ),
    "need": (
        DOMAIN.replace("precondition (at ?v ?from)", "precondition (at ?from ?v)"),
        PROBLEM,
        "d.pddl:6:23: PD007 `?from` is a place",
        "`(at ?v ?from)`",
    ),
    "effect": (
        DOMAIN.replace("(at ?v ?to)", "(at ?to ?v)"),
        PROBLEM,
        "d.pddl:7:42: PD007 `?to` is a place",
        "`(at ?v ?to)`",
    ),
    "one argument": (
        DOMAIN,
        PROBLEM.replace("(loaded t)", "(loaded a)"),
        "e.pddl:5:32: PD007 `a` is a place",
        "either",
    ),
}


@pytest.mark.parametrize("name", SWAPPED)
def test_what_cannot_be_of_the_type_is_refused(name: str) -> None:
    """Where it stands, what it is, what is declared and where; what may have been meant."""
    domain, problem, said, hint = SWAPPED[name]
    with pytest.raises(WorldError) as caught:
        import_pddl(Source("d.pddl", domain), [Source("e.pddl", problem)])
    assert said in str(caught.value)
    assert "here (d.pddl:3)" in str(caught.value)
    assert hint in str(caught.value.diagnostics[0].hint)
    assert len(caught.value.diagnostics) == 1


def test_what_may_be_of_the_type_is_warned_of() -> None:
    """A vehicle where a truck is declared: the world takes any vehicle, and says so."""
    problem = PROBLEM.replace("(at v a)", "(at v a) (loaded v)")
    (world,) = import_pddl(Source("d.pddl", DOMAIN), [Source("e.pddl", problem)])
    (warning,) = world.warnings
    assert (warning.code, warning.severity) == ("PD007", "warning")
    assert warning.message == "`v` is a vehicle; `loaded` takes a truck here (d.pddl:3)"
    assert "?t - (either truck vehicle)" in str(warning.hint)
    assert "state loaded(Vehicle)" in world.text


def test_right_types_give_no_warning() -> None:
    """Lower types are of the higher ones; domains without types have nothing to warn of."""
    assert not import_pddl(Source("d.pddl", DOMAIN), [Source("e.pddl", PROBLEM)])[0].warnings
    gripper, problem = (Source(n, (DATA / n).read_text("utf-8")) for n in ("gripper.pddl", "gripper-4.pddl"))
    assert not import_pddl(gripper, [problem])[0].warnings


def test_a_declaration_that_no_action_keeps_to(tmp_path: Path) -> None:
    """It is the declaration that is wrong then: a warning for each place in the actions, refused with `--strict`."""
    text = (DATA / "tyreworld.pddl").read_text("utf-8")
    domain = tmp_path / "tyres.pddl"
    domain.write_text(text.replace("(in ?x - obj ?c - container)", "(in ?c - container ?x - obj)"), encoding="utf-8")
    out = tmp_path / "tyres.world"
    arguments = ["import", "pddl", str(domain), str(DATA / "tyreworld-1.pddl"), "-o", str(out)]
    refused = CliRunner().invoke(commands, [*arguments, "--strict"])
    assert isinstance(refused.exception, WorldError)
    assert {d.severity for d in refused.exception.diagnostics} == {"error"}
    assert not out.exists()
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0
    assert done.stdout == f"{out}: 1 task (tyreworld-1)\n"
    lines = [line for line in done.stderr.splitlines() if "PD007" in line]
    assert [line.rsplit("tyres.pddl:", 2)[1].split(": w")[0] for line in lines] == ["23:28", "24:37", "28:22"]
    assert "state in_obj(Obj | Container, Obj | Container)" in out.read_text("utf-8")
