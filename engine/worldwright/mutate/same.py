"""Whether two worlds compile to one program: what is folded away cannot be told apart, however many states there are.

M. Papadakis, Y. Jia, M. Harman and Y. Le Traon, "Trivial Compiler Equivalence", ICSE 2015: let the compiler's own
reductions decide which mutants are the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

from ..compile import form
from ..compile.system import System
from ..explore.search import has_chance
from .wordings import most_wordings


def same_program(first: System, second: System) -> bool:
    """Whether two systems are made of equal parts, in all that an episode or a search asks them."""
    one, two = first.world, second.world
    return (
        (one.title, one.atoms, one.domains) == (two.title, two.atoms, two.domains)
        and [(a.name, a.parameters, a.patterns) for a in one.actions]
        == [(a.name, a.parameters, a.patterns) for a in two.actions]
        and [[need.id for need in needs] for needs in first.needs] == [[n.id for n in needs] for needs in second.needs]
        and _tasks(first) == _tasks(second)
        and [(p.op, p.text) for p in one.promises] == [(p.op, p.text) for p in two.promises]
        and first.default == second.default
        and _equal(first.layout, second.layout, set())
        and _equal(_timeless(first), _timeless(second), set())
    )


def _timeless(system: System) -> form.Program:
    """The program; where nothing depends on the turn, without what takes one."""
    program = system.program
    if system.world.each_turn or most_wordings(system) > 1 or any(has_chance(act.effects.body) for act in program.acts):
        return program
    return replace(program, acts=tuple(replace(act, free=True) for act in program.acts))


def _tasks(system: System) -> list[tuple[object, ...]]:
    tasks = system.world.tasks.values()
    return [(t.name, t.instances, t.limit, tuple(m.text for m in t.milestones), len(t.fails)) for t in tasks]


def _equal(one: object, two: object, met: set[tuple[int, int]]) -> bool:
    """Equal in structure; pairs that were met on the way are taken for equal, as what refers to itself is."""
    if one is two or (id(one), id(two)) in met:
        return True
    if type(one) is not type(two):
        return False
    if isinstance(one, tuple | list):
        assert isinstance(two, tuple | list)
        return len(one) == len(two) and all(_equal(a, b, met) for a, b in zip(one, two, strict=True))
    if isinstance(one, Mapping):
        assert isinstance(two, Mapping)
        return list(one) == list(two) and all(_equal(one[key], two[key], met) for key in one)
    if is_dataclass(one) and not isinstance(one, type):
        met.add((id(one), id(two)))
        return all(_equal(getattr(one, f.name), getattr(two, f.name), met) for f in fields(one))
    return bool(one == two)
