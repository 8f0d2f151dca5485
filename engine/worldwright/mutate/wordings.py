"""How many ways a world has of saying one thing."""

from __future__ import annotations

from ..check.world import For, If, Statement, Tell
from ..compile.system import System


def most_wordings(system: System) -> int:
    """The most wordings that a `tell` of a world has."""
    world = system.world
    bodies = [world.start, world.each_turn, *(a.body for a in world.actions), *(v.body for v in world.views.values())]
    return max((_most(body) for body in bodies), default=1)


def _most(body: tuple[Statement, ...]) -> int:
    most = 1
    for statement in body:
        match statement:
            case Tell():
                most = max(most, len(statement.texts))
            case If():
                inner = [_most(statement.otherwise), *(_most(branch.body) for branch in statement.branches)]
                most = max(most, *inner)
            case For():
                most = max(most, _most(statement.body))
            case _:
                most = max(most, _most(getattr(statement, "then", ())), _most(getattr(statement, "otherwise", ())))
    return most
