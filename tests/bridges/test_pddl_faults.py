"""What cannot be taken over is named, with its line; hostile PDDL is refused within the limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.timing import seconds

from worldwright.bridges.pddl import import_pddl
from worldwright.check import check_report
from worldwright.cli import commands
from worldwright.diagnostics import WorldError
from worldwright.pipeline import load_text
from worldwright.source import Source
from worldwright.syntax.modules import read_modules

DOMAIN = """(define (domain d)
  (:requirements :strips)
  (:types a b)
  (:predicates (p ?x - a) (q ?x - b))
  (:action go
    :parameters (?x - a)
    :precondition (p ?x)
    :effect (not (p ?x))))
"""
PROBLEM = """(define (problem e)
  (:domain d)
  (:objects m - a n - b)
  (:init (p m))
  (:goal (not (p m))))
"""
PRE = ":precondition (p ?x)"
EFFECT = ":effect (not (p ?x))"

DOMAINS = {
    "requirement": (":strips", ":strips :durative-actions", 2, "the requirement `:durative-actions` is not supported"),
    "misspelt requirement": (":strips", ":strip", 2, "the requirement `:strip` is not supported"),
    "durative action": ("(:action go", "(:durative-action go", 5, "an action that takes time is not supported"),
    "process": ("(:action go", "(:process go", 5, "a process is not supported"),
    "event": ("(:action go", "(:event go", 5, "an event is not supported"),
    "constraints": ("(:types a b)", "(:types a b) (:constraints (p m))", 3, "a constraint on the whole plan is not"),
    "method": ("(:types a b)", "(:method m)", 3, "a hierarchical method is not supported"),
    "old axiom": ("(:types a b)", "(:axiom :vars (?x))", 3, "the old form of a derived predicate is not supported"),
    "section": ("(:types a b)", "(:typos a b)", 3, "the section `:typos` is not supported"),
    "field": (PRE, ":duration (= ?duration 3)", 7, "the field `:duration` is not supported"),
    "type of several": ("(:types a b)", "(:types a b c - (either a b))", 3, "a type of several others (`c`) is not"),
    "type in a circle": ("(:types a b)", "(:types a - b b - a)", 3, "the type `a` belongs to itself"),
    "object function": ("(:types a b)", "(:types a b) (:functions (f) - a)", 3, "whose values are objects is not"),
    "numbers compared": (PRE, ":precondition (> (f) 3)", 7, "comparing numbers is not supported"),
    "numbers equal": (PRE, ":precondition (= (f) 3)", 7, "comparing numbers is not supported"),
    "preference": (PRE, ":precondition (preference r (p ?x))", 7, "a preference is not supported"),
    "trajectory": (PRE, ":precondition (sometime (p ?x))", 7, "the trajectory constraint `sometime` is not"),
    "timed condition": (PRE, ":precondition (at start (p ?x))", 7, "a condition in time (`at start`) is not"),
    "object fluent": (PRE, ":precondition (p (f ?x))", 7, "a function as an argument is not supported"),
    "timed effect": (EFFECT, ":effect (at end (p ?x))", 8, "an effect in time (`at end`) is not supported"),
    "assign": (EFFECT, ":effect (assign (f) 3)", 8, "`assign` (only `increase` of the total cost is) is not"),
    "other increase": (EFFECT, ":effect (increase (fuel) 3)", 8, "`increase` of anything but `(total-cost)` is not"),
    "computed cost": (EFFECT, ":effect (increase (total-cost) (* 2 3))", 8, "a computed cost is not supported"),
    "fraction": (EFFECT, ":effect (increase (total-cost) 1.5)", 8, "a number with a fraction is not supported"),
    "cost under a condition": (
        EFFECT,
        ":effect (when (p ?x) (increase (total-cost) 1))",
        8,
        "a cost under a condition",
    ),
    "nested condition": (EFFECT, ":effect (when (p ?x) (when (p ?x) (p ?x)))", 8, "inside another one is not"),
    "disjunctive effect": (EFFECT, ":effect (or (p ?x) (p ?x))", 8, "an effect makes an atom true or false"),
    "continuous effect": (EFFECT, ":effect (increase (level) (* #t 1))", 8, "`increase` of anything but"),
    "chance": (EFFECT, ":effect (probabilistic 0.5 (not (p ?x)))", 8, "an effect by chance (`probabilistic`) is not"),
    "predicate": (PRE, ":precondition (pp ?x)", 7, "there is no predicate `pp`"),
    "variable": (PRE, ":precondition (p ?y)", 7, "no `?y` is declared around this"),
    "object": (PRE, ":precondition (p m)", 7, "there is no object `m`"),
    "type": ("(?x - a)\n", "(?x - c)\n", 6, "there is no type `c`"),
    "arguments": (PRE, ":precondition (p ?x ?x)", 7, "`p` takes 1 arguments, here are 2"),
    "nine parameters": ("(?x - a)\n", "(?x ?1 ?2 ?3 ?4 ?5 ?6 ?7 ?8 - a)\n", 6, "here are 9 variables; at most 8"),
    "derived and set": ("(:types a b)", "(:types a b) (:derived (p ?y - a) (p ?y))", 5, "sets `p`, which is derived"),
    "twice": ("(:types a b)", "(:types a b) (:action go)", 5, "the action `go` is declared twice"),
    "type twice": ("(:types a b)", "(:types a b c - a c - b)", 3, "the type `c` is declared twice"),
    "no name": ("(:action go", "(:action", 5, "an action has a name"),
    "parenthesis": ("(define (domain d)", "((define (domain d)", 1, "this parenthesis is not closed"),
    "one too many": ("(not (p ?x))))", "(not (p ?x)))))", 8, "`)` stands outside the parentheses"),
    "character": (":strips", ":strips {", 2, "`{` begins nothing in PDDL"),
    "not PDDL": ("(define (domain d)", "(domain d", 1, "a PDDL file is `(define (domain …) …)`"),
}
PROBLEMS = {
    "other domain": ("(:domain d)", "(:domain dd)", 2, "this problem is of another domain"),
    "timed fact": ("(:init (p m)", "(:init (at 5 (p m))", 4, "a fact that comes at a time is not supported"),
    "uncertain": ("(:init (p m)", "(:init (oneof (p m) (q n))", 4, "an uncertain start (`oneof`) is not supported"),
    "object value": ("(:init (p m)", "(:init (= (f m) n)", 4, "a function whose values are objects is not supported"),
    "metric": ("(:init", "(:metric maximize (total-cost))\n(:init", 4, "a metric other than `minimize (total-cost)`"),
    "total time": (
        "(:init",
        "(:metric minimize (total-time))\n(:init",
        4,
        "a metric other than `minimize (total-cost)`",
    ),
    "constraints": ("(:init", "(:constraints (always (p m)))\n(:init", 4, "a constraint on the whole plan is not"),
    "network": ("(:init", "(:htn :subtasks ())\n(:init", 4, "a hierarchical network is not supported"),
    "either": ("m - a", "m - (either a b)", 3, "an object of several types (`m`) is not supported"),
    "object twice": ("m - a", "m m - a", 3, "the object `m` is declared twice"),
    "no goal": ("(:goal (not (p m)))", "", 1, "this problem has no `(:goal …)`"),
    "object in the goal": ("(:goal (not (p m)))", "(:goal (not (p k)))", 5, "there is no object `k`"),
    "preference": ("(:goal (not (p m)))", "(:goal (preference g (p m)))", 5, "a preference is not supported"),
}


def faults(domain: str, problem: str) -> list[tuple[int, str]]:
    """Every fault with its line."""
    with pytest.raises(WorldError) as caught:
        import_pddl(Source("d.pddl", domain), [Source("e.pddl", problem)])
    error = caught.value
    return [(error.sources[d.span.source].position(d.span.start)[0], d.message) for d in error.diagnostics]


@pytest.mark.parametrize("name", DOMAINS)
def test_domains(name: str) -> None:
    """Each construct beyond what is taken over, and each mistake, by its line."""
    old, new, line, message = DOMAINS[name]
    assert old in DOMAIN
    found = faults(DOMAIN.replace(old, new, 1), PROBLEM)
    assert any(at == line and message in text for at, text in found), found


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems(name: str) -> None:
    """The same in problems."""
    old, new, line, message = PROBLEMS[name]
    assert old in PROBLEM
    found = faults(DOMAIN, PROBLEM.replace(old, new, 1))
    assert any(at == line and message in text for at, text in found), found


def test_hints_keep_the_question_mark() -> None:
    """A variable that is nearly another one."""
    with pytest.raises(WorldError) as caught:
        import_pddl(
            Source(
                "d.pddl", DOMAIN.replace("(?x - a)", "(?pkg - a)").replace("?x)))", "?pkg)))").replace("?x)", "?pk)")
            ),
            [Source("e.pddl", PROBLEM)],
        )
    assert "did you mean `?pkg`?" in [d.hint for d in caught.value.diagnostics]


def test_a_problem_given_twice() -> None:
    """The same objects, start and goal are one task, under whatever name."""
    again = Source("f.pddl", PROBLEM.replace("problem e", "problem f"))
    with pytest.raises(WorldError, match=r"f.pddl:5:10: PD004 `f` is the problem `e` \(e.pddl:5\) again"):
        import_pddl(Source("d.pddl", DOMAIN), [Source("e.pddl", PROBLEM), again])
    with pytest.raises(WorldError, match=r"e.pddl:5:10: PD004 `e` is given twice"):
        import_pddl(Source("d.pddl", DOMAIN), [Source("e.pddl", PROBLEM)] * 2)


def test_objects_named_like_articles() -> None:
    """What they are called is no article."""
    problem = PROBLEM.replace("m - a", "m the an some - a")
    (world,) = import_pddl(Source("d.pddl", DOMAIN), [Source("e.pddl", problem)])
    _, diagnostics = check_report(read_modules(Source("it", world.text)), {})
    assert [d.message for d in diagnostics] == ["nothing ever asks for `q`"]
    assert '"A “the”"' in world.text


def test_all_faults_at_once() -> None:
    """One pass reports every mistake."""
    domain = DOMAIN.replace(PRE, ":precondition (and (pp ?x) (p ?y) (> (f) 1))").replace(":strips", ":strips :time")
    assert [line for line, _ in faults(domain, PROBLEM)] == [2, 7, 7, 7]


def test_the_command_says_where(tmp_path: Path) -> None:
    """File, line, column and a caret; exit 1, and nothing is written."""
    (tmp_path / "d.pddl").write_text(DOMAIN.replace(PRE, ":precondition (> (f) 3)"))
    (tmp_path / "e.pddl").write_text(PROBLEM)
    out = tmp_path / "e.world"
    arguments = ["import", "pddl", str(tmp_path / "d.pddl"), str(tmp_path / "e.pddl"), "-o", str(out)]
    found = CliRunner().invoke(commands, arguments)
    assert isinstance(found.exception, WorldError)
    assert not out.exists()
    assert "d.pddl:7:19: PD002 comparing numbers is not supported" in str(found.exception)


# ---------------------------------------------------------------- hostile


@contextmanager
def within(limit: float) -> Iterator[None]:
    """A limit of processor time."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds(limit)


HOSTILE = {
    "deep": "(define (domain d) " + "(" * 100_000,
    "deep and closed": "(define (domain d) " + "(" * 5_000 + ")" * 5_000 + ")",
    "long": "(define (domain d) " + "(:types a) " * 30_000,
    "words": "(a " * 90 + "b " * 50_100,
    "nots": DOMAIN.replace(PRE, ":precondition " + "(not " * 5_000 + "(p ?x)" + ")" * 5_000),
    "quantifiers": DOMAIN.replace(
        PRE, ":precondition " + "".join(f"(exists (?v{i} - a) " for i in range(300)) + ")" * 300
    ),
    "name": DOMAIN.replace("(domain d)", f"(domain {'d' * 100_000})"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(name: str) -> None:
    """Refused at once, without a traceback of any other kind."""
    with within(4):
        assert faults(HOSTILE[name], PROBLEM)


def test_a_million_ground_actions() -> None:
    """Nothing is listed action by action: 10^6 are no burden, and more than are allowed are refused with a reason."""
    objects = " ".join(f"x{i}" for i in range(100))
    domain = DOMAIN.replace("(?x - a)\n", "(?x ?y ?z - a)\n").replace(PRE, ":precondition (and (p ?x) (p ?y) (p ?z))")
    problem = PROBLEM.replace("m - a", f"m {objects} - a")
    with within(8):
        (world,) = import_pddl(Source("d.pddl", domain), [Source("e.pddl", problem)])
        system = load_text(world.text)
        assert [c for c in system.admissible(system.start(0)) if len(c) == 4]
    wide = domain.replace("(?x ?y ?z - a)", "(?x ?y ?z ?u ?v - a)")
    assert any("stands for 10,510,100,501 commands" in message for _, message in faults(wide, problem))


BEYOND = {
    "too many commands": (
        DOMAIN.replace("(?x - a)\n", "(?x ?y ?z ?u ?v - a)\n").replace(PRE, ":precondition (and (p ?x) (p ?y))"),
        PROBLEM.replace("m - a", f"m {' '.join(f'x{i}' for i in range(100))} - a"),
        "d.pddl:5:12: PD005 the world made from this is too large: the action `go` stands for",
    ),
    "goal that is always reached": (
        DOMAIN,
        PROBLEM.replace("(not (p m))", "(and)"),
        "e.pddl:5:10: PD004 nothing the agent does can change this goal",
    ),
    "too long a text": (
        DOMAIN,
        PROBLEM.replace("m - a", f"m {' '.join(f'xx{i}q' for i in range(7_000))} - a").replace("xx", "x" * 20),
        "PD005 the world made from this is too large: this source has",
    ),
}


@pytest.mark.parametrize("name", BEYOND)
def test_faults_of_the_world_are_placed_in_the_pddl(name: str) -> None:
    """What only the checker of worlds finds is named where the PDDL has it, not in a text that nobody sees."""
    domain, problem, said = BEYOND[name]
    with pytest.raises(WorldError) as caught:
        import_pddl(Source("d.pddl", domain), [Source("e.pddl", problem)])
    assert said in str(caught.value)
    assert all(d.span.source in ("d.pddl", "e.pddl") for d in caught.value.diagnostics)


def test_names_that_mean_something() -> None:
    """Names that are words of the language, or that differ only in their signs, make a world all the same."""
    domain = DOMAIN.replace("(p ?x - a)", "(p ?x - a) (set ?from - a) (not-in ?x - a) (not_in ?x - a) (end) (world)")
    domain = domain.replace(EFFECT, ":effect (and (not (p ?x)) (set ?x) (not-in ?x) (not_in ?x) (end) (world))")
    domain = domain.replace("go", "say").replace("?x - a)\n", "?x - a)\n")
    problem = PROBLEM.replace("m - a", "m a the none if - a").replace("(:objects", "(:objects true else x-1 x_1 - a")
    (world,) = import_pddl(Source("d.pddl", domain), [Source("e.pddl", problem)])
    system = load_text(world.text)
    assert len(set(world.objects.values())) == len(world.objects) == 10
    assert len([c for c in system.admissible(system.start(0)) if len(c) == 2]) == 1
