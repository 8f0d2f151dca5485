"""Worlds made from PDDL behave as the PDDL does, read well, and say what they cannot take over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.bridges.pddl_names import mapping
from tests.bridges.pddl_reference import Reference

from worldwright.bridges.pddl import Imported, import_pddl
from worldwright.diagnostics import WorldError
from worldwright.pipeline import load_text
from worldwright.source import Source
from worldwright.testing.comparison import Comparison, differential
from worldwright.testing.peer import Rules, Simulator

DATA = Path(__file__).resolve().parents[1] / "differential" / "pddl"
EVERYTHING = """
(define (domain everything)
  (:requirements :adl :derived-predicates :action-costs)
  (:types block place - object robot - object big - block)
  (:constants home - place)
  (:predicates (on ?x ?y - block) (at ?r - robot ?p - place) (road ?a ?b - place) (above ?x ?y - block)
    (lit ?p - place) (wet) (red ?x - block) (blue ?x - block))
  (:functions (total-cost) - number (length ?a ?b - place) - number)
  (:derived (above ?x ?y - block) (or (on ?x ?y) (exists (?z - block) (and (on ?x ?z) (above ?z ?y)))))
  (:action go
    :parameters (?r - robot ?from ?to - place)
    :precondition (and (at ?r ?from) (not (= ?from ?to)) (or (road ?from ?to) (road ?to ?from))
      (imply (wet) (lit ?to)))
    :effect (and (at ?r ?to) (not (at ?r ?from)) (increase (total-cost) (length ?from ?to))
      (forall (?p - place) (when (and (lit ?p) (not (= ?p ?to))) (not (lit ?p))))))
  (:action light
    :parameters (?p - place)
    :precondition (and (not (lit ?p)) (forall (?x - block) (exists (?y - block) (or (on ?x ?y) (= ?x ?y)))))
    :effect (and (lit ?p) (when (wet) (not (wet))) (when (not (wet)) (wet))))
  (:action heap
    :parameters (?x ?y - block)
    :precondition (and (not (exists (?z - block) (and (on ?z ?x) (on ?z ?y)))) (not (above ?y ?x)) (not (= ?x ?y)))
    :effect (and (when (red ?x) (and (not (red ?x)) (red ?y))) (when (red ?y) (and (red ?x) (not (red ?y))))
      (on ?x ?y)))
  (:action paint
    :effect (forall (?x - block) (and
      (when (red ?x) (and (not (red ?x)) (blue ?x))) (when (blue ?x) (and (red ?x) (not (blue ?x))))))))
"""
EVERYTHING_1 = """
(define (problem everything-1)
  (:domain everything)
  (:objects a - block d - big r2 - robot x1 - place)
  (:init (at r2 home) (road home x1) (= (length home x1) 3) (= (length x1 home) 4) (= (total-cost) 0) (red a) (blue d))
  (:goal (and (at r2 x1) (above a d) (forall (?p - place) (lit ?p))))
  (:metric minimize (total-cost)))
"""


def world_of(domain: str, problem: str) -> Imported:
    """The one world of a domain and a problem."""
    (world,) = import_pddl(Source("domain.pddl", domain), [Source("problem.pddl", problem)])
    return world


def compared(domain: str, problem: str, max_steps: int = 3000) -> Comparison:
    """The imported world beside the PDDL as it is written."""
    world = world_of(domain, problem)
    reference = Reference(domain, problem)
    rules = Rules(lambda seed: reference.start, reference.applicable, reference.apply, reference.goal, reference.shown)
    system = load_text(world.text)
    return differential(system, Simulator(rules), mapping(world, system), max_steps=max_steps)


def texts(problem: str) -> tuple[str, str]:
    """A domain and a problem of the benchmark."""
    domain = DATA / f"{problem.rpartition('-')[0]}.pddl"
    return domain.read_text("utf-8"), (DATA / f"{problem}.pddl").read_text("utf-8")


def test_a_small_benchmark_is_what_the_pddl_says() -> None:
    """The same actions, states and goals everywhere."""
    assert compared(*texts("blocksworld-3"), max_steps=20_000).answer == "proved"


def test_every_form_is_what_the_pddl_says() -> None:
    """Types, constants, equality, connectives, quantifiers, conditional effects that cross, derivation, costs."""
    compared(EVERYTHING, EVERYTHING_1, max_steps=250).require()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["blocksworld-4", "gripper-4", "barman-1", "tyreworld-1"])
def test_benchmarks_are_what_the_pddl_says(name: str) -> None:
    """As far as some steps go."""
    compared(*texts(name), max_steps=300).require()


def test_arguments_of_other_types_than_declared() -> None:
    """Planners accept them, and so AgentBoard's tyreworld declares `in` the other way round than it uses it."""
    domain, problem = texts("tyreworld-1")
    turned = domain.replace("(in ?x - obj ?c - container)", "(in ?c - container ?x - obj)")
    assert turned != domain
    compared(turned, problem, max_steps=80).require()


@pytest.mark.parametrize("types", ["ball thing - object ball - thing", "ball - thing ball thing - object"])
def test_a_type_that_is_also_said_to_be_an_object(types: str) -> None:
    """IPC's storage says so of its areas: every type is one of objects, so it is the other that counts."""
    domain = f"""(define (domain d) (:types {types}) (:predicates (up ?t - thing))
      (:action lift :parameters (?t - thing) :precondition (not (up ?t)) :effect (up ?t)))"""
    problem = "(define (problem p) (:domain d) (:objects b - ball t - thing) (:init) (:goal (and (up b) (up t))))"
    compared(domain, problem, max_steps=20).require()


def test_predicates_that_are_types() -> None:
    """Wherever they stand: under `not`, in a quantifier, in a condition of an effect."""
    domain, problem = texts("gripper-4")
    odd = """(:action odd
      :parameters (?x ?y)
      :precondition (and (not (room ?x)) (or (ball ?x) (gripper ?x)) (exists (?z) (and (room ?z) (at ?x ?z))))
      :effect (forall (?q) (when (and (ball ?q) (not (room ?y))) (at ?q ?y))))
    (:action drop"""
    compared(domain.replace("(:action drop", odd), problem, max_steps=40).require()


# ---------------------------------------------------------------- any domain

VARIABLES = {"?x": "a", "?y": "b", "?z": "a"}
PREDICATES = {"p": ("a",), "q": ("b",), "r": ("a", "a"), "s": ("a", "b"), "t": ()}


@st.composite
def atoms(draw: st.DrawFn, variables: tuple[str, ...], names: tuple[str, ...]) -> str:
    """A predicate of variables (or the constant k) of the right types."""
    name = draw(st.sampled_from(names))
    terms = []
    for kind in PREDICATES[name]:
        fitting = [v for v in variables if VARIABLES[v] == kind] + ["k" if kind == "a" else "l"]
        terms.append(draw(st.sampled_from(fitting)))
    return f"({' '.join([name, *terms])})"


def formulas(variables: tuple[str, ...], depth: int = 2) -> st.SearchStrategy[str]:
    """Conditions of every form."""
    atom = atoms(variables, tuple(PREDICATES)) | st.builds(
        lambda a, b: f"(= {a} {b})", st.sampled_from((*variables, "k")), st.sampled_from((*variables, "k"))
    )
    if not depth:
        return atom
    inner = formulas(variables, depth - 1)
    deeper = formulas(tuple(dict.fromkeys((*variables, "?z"))), depth - 1)
    return st.one_of(
        atom,
        st.builds(lambda f: f"(not {f})", inner),
        st.builds(lambda f, g: f"(and {f} {g})", inner, inner),
        st.builds(lambda f, g: f"(or {f} {g})", inner, inner),
        st.builds(lambda f, g: f"(imply {f} {g})", inner, inner),
        st.builds(lambda q, f: f"({q} (?z - a) {f})", st.sampled_from(["forall", "exists"]), deeper),
    )


def literals(variables: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Atoms and their opposites."""
    atom = atoms(variables, tuple(PREDICATES))
    return atom | st.builds(lambda a: f"(not {a})", atom)


def effects(variables: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Effects of every form."""
    more = tuple(dict.fromkeys((*variables, "?z")))
    conditional = st.builds(
        lambda f, e, g: f"(when {f} (and {e} {g}))", formulas(variables, 1), *[literals(variables)] * 2
    )
    inner = st.builds(lambda f, e: f"(when {f} {e})", formulas(more, 1), literals(more)) | literals(more)
    every = st.builds(lambda e: f"(forall (?z - a) {e})", inner)
    return st.lists(literals(variables) | conditional | every, min_size=1, max_size=4).map(
        lambda parts: f"(and {' '.join(parts)})"
    )


@st.composite
def domains(draw: st.DrawFn) -> tuple[str, str]:
    """A domain of two actions and a problem of a few objects."""
    actions = []
    for number in range(2):
        variables = draw(st.sampled_from([(), ("?x",), ("?x", "?y")]))
        parameters = " ".join(f"{v} - {VARIABLES[v]}" for v in variables)
        precondition, effect = draw(formulas(variables)), draw(effects(variables))
        actions.append(f"(:action do{number} :parameters ({parameters}) :precondition {precondition} :effect {effect})")
    predicates = "(p ?x - a) (q ?x - b) (r ?x ?y - a) (s ?x - a ?y - b) (t)"
    domain = f"(define (domain any) (:types a b) (:constants k - a l - b) (:predicates {predicates})\n"
    given = draw(
        st.lists(st.sampled_from(["(p k)", "(p m)", "(q l)", "(r k m)", "(r m m)", "(s m l)", "(t)"]), max_size=5)
    )
    problem = (
        f"(define (problem any-1) (:domain any) (:objects m - a) (:init {' '.join(given)})\n (:goal (and (p k) (q l))))"
    )
    return domain + "\n".join(actions) + ")", problem


def law(texts: tuple[str, str], steps: int) -> None:
    """The imported world does what the PDDL says, unless the world is refused with a reason."""
    try:
        found = compared(*texts, max_steps=steps)
    except WorldError as error:
        # Goals that nothing can reach, or that hold of themselves, are faults of a world.
        assert {d.code for d in error.diagnostics} <= {"PD004"}, error
        return
    found.require()


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(domains())
def test_any_domain_is_what_the_pddl_says(texts: tuple[str, str]) -> None:
    """Random preconditions and effects, also such as read and write each other."""
    law(texts, 30)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(domains())
def test_any_domain_is_what_the_pddl_says_at_length(texts: tuple[str, str]) -> None:
    """The same, more and further."""
    law(texts, 60)
