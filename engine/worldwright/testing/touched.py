"""`Tracer`: which parts of a world's text a step of a play goes through, by the reference interpreter.

Parts are those of the world's own file: actions that are accepted, needs that refuse, branches that are taken, texts
that are told, milestones that are reached. Lines are those of statements that are gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..check.faults import MAIN
from ..check.world import Assign, Chance, For, If, Need, Show, Statement, Tell, Where, World
from ..compile.rng import Draw, draw_for
from ..compile.system import Command, System
from .agreement import opened
from .reference import Env, Reference, State

PartKind = Literal["action", "need", "branch", "tell", "milestone"]
KINDS: tuple[PartKind, ...] = ("action", "need", "branch", "tell", "milestone")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a world's file that a play can go through."""

    line: int
    column: int
    kind: PartKind
    name: str


@dataclass(slots=True)
class Touched:
    """Parts and lines, in the order in which they were first gone through."""

    parts: dict[Part, None] = field(default_factory=dict)
    lines: dict[int, None] = field(default_factory=dict)

    def add(self, other: Touched) -> None:
        """Takes in what another went through."""
        self.parts.update(other.parts)
        self.lines.update(other.lines)


def whole(world: World) -> Touched:
    """All parts and lines that there are."""
    found = Touched()
    for action in world.actions:
        _note(found, "action", action.name, action.where)
    for owner, body in _bodies(world):
        for statement in _walked(body):
            _line(found, statement.where)
            for part in _parts(owner, statement):
                if _own(statement.where):
                    found.parts[part] = None
    for task in world.tasks.values():
        for milestone in task.milestones:
            _note(found, "milestone", f"{task.name}: {milestone.text}", milestone.where)
    return found


def _bodies(world: World) -> Iterator[tuple[str, Sequence[Statement]]]:
    yield "start", world.start
    yield "each turn", world.each_turn
    for view in world.views.values():
        yield view.name, view.body
    for action in world.actions:
        yield action.name, action.body


def _walked(body: Sequence[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for inner in _blocks(statement):
            yield from _walked(inner)


def _blocks(statement: Statement) -> tuple[Sequence[Statement], ...]:
    """The blocks of a statement; of one that branches, in the order of its branches."""
    match statement:
        case If(branches, otherwise):
            return (*(branch.body for branch in branches), otherwise)
        case Chance():
            return (statement.then, statement.otherwise)
        case For():
            return (statement.body,)
        case _:
            return ()


def _parts(owner: str, statement: Statement) -> tuple[Part, ...]:
    """The parts that a statement can be, in the order of its branches."""
    where = statement.where
    match statement:
        case Need() if statement.text is not None:
            return (Part(where.line, where.column, "need", statement.id),)
        case Tell():
            return (Part(where.line, where.column, "tell", owner),)
        case If(branches, _):
            names = ["if", *(f"elif {number}" for number in range(1, len(branches))), "else"]
        case Chance():
            names = ["chance", "no chance"]
        case _:
            return ()
    return tuple(Part(where.line, where.column, "branch", f"{owner}: {name}") for name in names)


def _own(where: Where) -> bool:
    return where.source == MAIN


def _note(found: Touched, kind: PartKind, name: str, where: Where) -> None:
    if _own(where):
        found.parts[Part(where.line, where.column, kind, name)] = None
        found.lines[where.line] = None


def _line(found: Touched, where: Where) -> None:
    if _own(where):
        found.lines[where.line] = None


class Tracer:
    """Follows steps of one world. Slow: some milliseconds a step."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._reference = Reference(system.world)
        self._found = Touched()

    def opening(self, state: bytes, seed: int) -> Touched:
        """What telling a start state goes through."""
        self._found = Touched()
        self._follow("start", self.system.world.start, {}, opened(self.system, state), draw_for(seed, 0), (), False)
        return self._found

    def step(self, before: bytes, command: Command, seed: int, turn: int) -> Touched:
        """What a command goes through, accepted or refused, in a turn of a seed."""
        self._found = Touched()
        action = self.system.world.actions[command[0]]
        state, env = opened(self.system, before), self._reference.environment(command)
        _line(self._found, action.where)
        if not self._refused(action.name, action.body, env, state):
            _note(self._found, "action", action.name, action.where)
            draw = draw_for(seed, turn)
            self._follow(action.name, action.body, env, state, draw, (), True)
            if not action.free:
                self._follow("each turn", self.system.world.each_turn, {}, state, draw, (), True)
        return self._found

    def _refused(self, owner: str, body: Sequence[Statement], env: Env, state: State) -> bool:
        """Goes through the needs up to the first that fails; whether one does."""
        reference = self._reference
        for statement in body:
            match statement:
                case Need():
                    _line(self._found, statement.where)
                    if not reference.evaluate(statement.condition, env, state):
                        self._took(owner, statement, 0)
                        return True
                case If():
                    block = reference.branch(statement, env, state)
                    if any(isinstance(inner, Need) for inner in _walked(block)):
                        self._took(owner, statement, self._taken(statement, env, state))
                        if self._refused(owner, block, env, state):
                            return True
                case For():
                    for bound in reference.bindings(statement.binders, env):
                        met = statement.condition is None or reference.evaluate(statement.condition, bound, state)
                        if met and self._refused(owner, statement.body, bound, state):
                            return True
                case _:
                    pass
        return False

    def _follow(
        self,
        owner: str,
        body: Sequence[Statement],
        env: Env,
        state: State,
        draw: Draw,
        mixed: tuple[int, ...],
        effects: bool,
    ) -> None:
        """Goes through effects and texts, as they are done and told."""
        reference = self._reference
        for s in body:
            _line(self._found, s.where)
            match s:
                case Tell():
                    self._took(owner, s, 0)
                case Show():
                    view = self.system.world.views[s.view]
                    values = [reference.evaluate(a, env, state) for a in s.args]
                    bound = {p.name: v for p, v in zip(view.parameters, values, strict=True)}
                    self._follow(view.name, view.body, bound, state, draw, (), effects)
                case If():
                    number = self._taken(s, env, state)
                    self._took(owner, s, number)
                    self._follow(owner, _blocks(s)[number], env, state, draw, mixed, effects)
                case For():
                    for bound in reference.bindings(s.binders, env):
                        if s.condition is None or reference.evaluate(s.condition, bound, state):
                            own = tuple(bound[b.name] for b in s.binders)
                            self._follow(owner, s.body, bound, state, draw, mixed + own, effects)
                case Chance():
                    number = 0 if reference.falls(s, env, state, draw, mixed) else 1
                    self._took(owner, s, number)
                    self._follow(owner, _blocks(s)[number], env, state, draw, mixed, effects)
                case Assign() if effects:
                    reference.run([s], env, state, draw, mixed)
                case _:
                    pass

    def _taken(self, statement: If, env: Env, state: State) -> int:
        """Which branch is taken; the last is `else`."""
        branches = statement.branches
        holding = (i for i, b in enumerate(branches) if self._reference.evaluate(b.condition, env, state))
        return next(holding, len(branches))

    def _took(self, owner: str, statement: Statement, number: int) -> None:
        parts = _parts(owner, statement)
        if parts and _own(statement.where):
            self._found.parts[parts[number]] = None
