"""The classic worlds once more as PDDL of our own, so that planners count the same states.

The goals are out of reach where that can be said without a planner's noticing it beforehand, so that a blind search
has to visit every state; the robot's is the real one, which is in the last layer but one.
"""

from __future__ import annotations

from itertools import product

Pddl = tuple[str, str]
"""Domain and problem."""


def _domain(name: str, predicates: str, *actions: str) -> str:
    return f"(define (domain {name}) (:requirements :strips) (:predicates {predicates})\n" + "\n".join(actions) + ")\n"


def _action(name: str, parameters: str, precondition: str, effect: str) -> str:
    return f"(:action {name} :parameters ({parameters}) :precondition (and {precondition}) :effect (and {effect}))"


def _problem(domain: str, objects: str, init: str, goal: str) -> str:
    return f"(define (problem p) (:domain {domain}) (:objects {objects})\n(:init {init})\n(:goal (and {goal})))\n"


def blocksworld(blocks: int) -> Pddl:
    """A tower; the goal is a circle of two."""
    domain = _domain(
        "blocks",
        "(on ?x ?y) (table ?x) (clear ?x) (hand) (holding ?x)",
        _action(
            "pick", "?x", "(clear ?x) (table ?x) (hand)",
            "(not (table ?x)) (not (clear ?x)) (not (hand)) (holding ?x)",
        ),
        _action("put", "?x", "(holding ?x)", "(not (holding ?x)) (clear ?x) (hand) (table ?x)"),
        _action(
            "stack", "?x ?y", "(holding ?x) (clear ?y)",
            "(not (holding ?x)) (not (clear ?y)) (clear ?x) (hand) (on ?x ?y)",
        ),
        _action(
            "unstack", "?x ?y", "(on ?x ?y) (clear ?x) (hand)",
            "(holding ?x) (clear ?y) (not (clear ?x)) (not (hand)) (not (on ?x ?y))",
        ),
    )  # fmt: skip
    names = [f"b{i}" for i in range(1, blocks + 1)]
    init = "(table b1) (hand) " + f"(clear b{blocks}) " + " ".join(f"(on b{i} b{i - 1})" for i in range(2, blocks + 1))
    return domain, _problem("blocks", " ".join(names), init, "(on b1 b2) (on b2 b1)")


def gripper(balls: int) -> Pddl:
    """All balls from one room to the other."""
    domain = _domain(
        "gripper",
        "(room ?r) (ball ?b) (gripper ?g) (robot ?r) (at ?b ?r) (free ?g) (carry ?b ?g)",
        _action("go", "?a ?b", "(room ?a) (room ?b) (robot ?a)", "(robot ?b) (not (robot ?a))"),
        _action(
            "pick", "?x ?r ?g", "(ball ?x) (room ?r) (gripper ?g) (at ?x ?r) (robot ?r) (free ?g)",
            "(carry ?x ?g) (not (at ?x ?r)) (not (free ?g))",
        ),
        _action(
            "drop", "?x ?r ?g", "(ball ?x) (room ?r) (gripper ?g) (carry ?x ?g) (robot ?r)",
            "(at ?x ?r) (free ?g) (not (carry ?x ?g))",
        ),
    )  # fmt: skip
    names = [f"ball{i}" for i in range(1, balls + 1)]
    init = "(room ra) (room rb) (gripper left) (gripper right) (free left) (free right) (robot ra) "
    init += " ".join(f"(ball {b}) (at {b} ra)" for b in names)
    goal = " ".join(f"(at {b} rb)" for b in names)
    return domain, _problem("gripper", " ".join(["ra rb left right", *names]), init, goal)


def eight_puzzle(rows: int, columns: int) -> Pddl:
    """Sliding tiles, turned round; the goal is an order of the other half."""
    domain = _domain(
        "tiles",
        "(tile ?t) (next ?a ?b) (at ?t ?c) (gap ?c)",
        _action(
            "slide", "?t ?a ?b", "(tile ?t) (next ?a ?b) (at ?t ?a) (gap ?b)",
            "(not (at ?t ?a)) (at ?t ?b) (not (gap ?b)) (gap ?a)",
        ),
    )  # fmt: skip
    cells = list(product(range(rows), range(columns)))
    tiles = rows * columns - 1
    near = [(a, b) for a in cells for b in cells if abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    init = " ".join(f"(next c{a}{b} c{c}{d})" for (a, b), (c, d) in near)
    init += " ".join(f" (tile t{t})" for t in range(1, tiles + 1))
    init += " ".join(f" (at t{tiles - i} c{a}{b})" for i, (a, b) in enumerate(cells[:-1]))
    init += f" (gap c{rows - 1}{columns - 1})"
    wrong = [2, 1, *range(3, tiles + 1)]
    goal = " ".join(f"(at t{t} c{a}{b})" for t, (a, b) in zip(wrong, cells[:-1], strict=True))
    objects = " ".join([*(f"c{a}{b}" for a, b in cells), *(f"t{t}" for t in range(1, tiles + 1))])
    return domain, _problem("tiles", objects, init, goal)


def sokoban(width: int, height: int, crates: int) -> Pddl:
    """The warehouse of worlds/classic/sokoban; the goal has one crate too many."""
    domain = _domain(
        "warehouse",
        "(next ?a ?b) (row ?a ?b ?c) (at ?a) (crate ?a) (clear ?a)",
        _action("walk", "?a ?b", "(at ?a) (next ?a ?b) (clear ?b)", "(not (at ?a)) (at ?b)"),
        _action(
            "push", "?a ?b ?c", "(at ?a) (row ?a ?b ?c) (crate ?b) (clear ?c)",
            "(not (at ?a)) (at ?b) (not (crate ?b)) (clear ?b) (crate ?c) (not (clear ?c))",
        ),
    )  # fmt: skip
    cells = {(i, j) for i in range(1, width + 1) for j in range(1, height + 1)} - {(3, height)}
    filled = {(2, k + 1) for k in range(1, crates + 1)}
    init = ["(at s1_1)"]
    for i, j in sorted(cells):
        init.append(f"(crate s{i}_{j})" if (i, j) in filled else f"(clear s{i}_{j})")
        for di, dj in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            middle, far = (i + di, j + dj), (i + 2 * di, j + 2 * dj)
            if middle in cells:
                init.append(f"(next s{i}_{j} s{middle[0]}_{middle[1]})")
                if far in cells:
                    init.append(f"(row s{i}_{j} s{middle[0]}_{middle[1]} s{far[0]}_{far[1]})")
    goal = " ".join(f"(crate s{width}_{k})" for k in range(1, crates + 2))
    objects = " ".join(f"s{i}_{j}" for i, j in sorted(cells))
    return domain, _problem("warehouse", objects, " ".join(init), goal)
