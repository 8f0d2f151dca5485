"""What of a world is ever used in its reachable states: actions, needs that refuse, `tell` statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, Literal

from ..check.world import Chance as ChanceStatement
from ..check.world import For, If, Need, Statement, Tell, Where
from ..compile import form as f
from ..compile.system import System
from .budget import Check
from .edges import Edges, States, numbers_of
from .forms import Env
from .ground import Ground, Ways
from .kernel import Kernel
from .nodes import FALSE, TRUE, Node, TooLarge
from .packing import Words

Kind = Literal["action", "need", "tell"]

MOST_BINDINGS = 20_000
"""Bindings of an action's parameters up to which its needs are followed."""

MOST_EDGES = 5_000_000
"""Edges up to which what every turn tells is followed along each."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a world's text."""

    kind: Kind
    name: str
    source: str
    line: int
    column: int

    @staticmethod
    def at(kind: Kind, name: str, where: Where) -> Part:
        """A part at its place."""
        return Part(kind, name, where.source, where.line, where.column)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        place = {"source": self.source, "line": self.line, "column": self.column}
        return {"kind": self.kind, "name": self.name, **place}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many parts of each kind were looked at, which are never used in the states found, and what was left out."""

    looked_at: dict[str, int]
    unused: tuple[Part, ...]
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "looked_at": self.looked_at,
            "unused": [part.to_json() for part in self.unused],
            "left_out": list(self.left_out),
        }


@dataclass(slots=True)
class _Watch:
    """Conditions under which parts are used, each over one sort of states."""

    ground: Ground
    uses: dict[Part, list[Node]] = field(default_factory=dict)

    def note(self, part: Part | None, condition: Node) -> None:
        """A part is used in states where the condition holds."""
        if part is not None and condition != FALSE:
            self.uses.setdefault(part, []).append(condition)

    def nodes(self) -> dict[Part, Node]:
        """One condition a part."""
        return {part: self.ground.graph.any_of(nodes) for part, nodes in self.uses.items()}


def cover(system: System, states: States, edges: Edges | None) -> Coverage | None:
    """What is used in the states that were found; None where the world is too large for the batch back end."""
    kernel = states.found.moves.kernel
    if kernel is None:
        return None
    try:
        return _covered(system, kernel, states, edges)
    except TooLarge:
        return None


def _covered(system: System, kernel: Kernel, states: States, edges: Edges | None) -> Coverage:
    ground = kernel.ground
    tells = _tells(system)
    parts: dict[Part, None] = {}
    left_out: list[str] = []
    before, opening, turn = _Watch(ground), _Watch(ground), _Watch(ground)
    for number, (info, act) in enumerate(zip(system.actions, system.program.acts, strict=True)):
        part = Part.at("action", info.name, info.where)
        parts[part] = None
        for command in ground.commands:
            if command.command[0] == number:
                before.note(part, command.guard)
        if prod(len(p.domain.values) for p in act.check.parameters) > MOST_BINDINGS:
            left_out.append(f"the needs of {info.name}")
        else:
            needs = [_need(need) for need in system.needs[number]]
            parts |= dict.fromkeys(needs)
            _refusals(ground, act, needs, before)
        walker = _Walker(system, ground, tells, before)
        for bound, guard in ground.reader.bindings(act.effects.parameters, act.conjuncts, {}, {}):
            walker.walk(act.effects.body, bound, [(TRUE, {})], guard)
    _Walker(system, ground, tells, opening).walk(system.program.opening, {}, [(TRUE, {})], TRUE)
    parts |= dict.fromkeys(tells.values())
    used = _used(kernel, before.nodes(), _blocks(kernel, states.words, states.check))
    starts = numbers_of(states, states.found.starts)
    used |= _used(kernel, opening.nodes(), _blocks(kernel, tuple(w[starts] for w in states.words), states.check))
    if edges is not None and len(edges) <= MOST_EDGES:
        _Walker(system, ground, tells, turn).walk(system.program.turn, {}, [(TRUE, {})], TRUE)
        open_nodes = {part: node for part, node in turn.nodes().items() if part not in used}
        used |= _used(kernel, open_nodes, _between(kernel, states.words, states.check))
    elif system.program.turn:
        left_out.append("what every turn tells")
        shown = _Watch(ground)
        _Walker(system, ground, tells, shown).walk(system.program.turn, {}, [(TRUE, {})], TRUE)
        parts = {part: None for part in parts if part not in shown.uses}
    counts = {kind: sum(part.kind == kind for part in parts) for kind in ("action", "need", "tell")}
    unused = sorted((p for p in parts if p not in used), key=lambda p: (p.source, p.line, p.column, p.kind))
    return Coverage(counts, tuple(unused), tuple(left_out))


def _need(need: Need) -> Part:
    return Part.at("need", need.id, need.where)


def _refusals(ground: Ground, act: f.Act, needs: Sequence[Part], watch: _Watch) -> None:
    """When each need of an action is the one that refuses, with any arguments."""
    graph, reader = ground.graph, ground.reader

    def check(steps: Sequence[f.Step], env: Env, path: Node, still: Node) -> Node:
        """Whether a command that came so far with `still` is still not refused, where `path` leads here."""
        for step, bound in ground.unrolled(steps, env):
            match step:
                case f.Require(index, condition):
                    holds = reader.condition(condition, bound, {})
                    watch.note(needs[index], graph.all_of((path, still, graph.opposite(holds))))
                    still = graph.all_of((still, graph.any_of((graph.opposite(path), holds))))
                case f.When(branches, otherwise):
                    rest = path
                    for form, body in (*branches, (f.TRUE, otherwise)):
                        condition_here = reader.condition(form, bound, {})
                        still = check(body, bound, graph.all_of((rest, condition_here)), still)
                        rest = graph.all_of((rest, graph.opposite(condition_here)))
                case _:
                    pass
        return still

    parameters = act.check.parameters
    for values in product(*(p.domain.values for p in parameters)):
        env = {p.name: graph.const(v) for p, v in zip(parameters, values, strict=True)}
        check(act.check.body, env, TRUE, TRUE)


@dataclass(slots=True)
class _Walker:
    """Follows statements and notes when each `tell` is told."""

    system: System
    ground: Ground
    tells: dict[int, Part]
    watch: _Watch

    def walk(self, steps: Sequence[f.Step], env: Env, ways: Ways, path: Node) -> None:
        """Statements that begin with some stores, where `path` leads to them."""
        ground, graph, reader = self.ground, self.ground.graph, self.ground.reader
        for step, bound in ground.unrolled(steps, env):
            for way, store in ways:
                rest = graph.all_of((path, way))
                if rest == FALSE:
                    continue
                match step:
                    case f.Say(_, site):
                        self.watch.note(self.tells.get(site), rest)
                    case f.See(name, args):
                        view = self.system.program.views[name]
                        values = [reader.value(a, bound, store) for a in args]
                        inner = {p.name: v for p, v in zip(view.parameters, values, strict=True)}
                        self.walk(view.body, inner, [(TRUE, store)], rest)
                    case f.When(branches, otherwise):
                        for form, body in (*branches, (f.TRUE, otherwise)):
                            condition = reader.condition(form, bound, store)
                            self.walk(body, bound, [(TRUE, store)], graph.all_of((rest, condition)))
                            rest = graph.all_of((rest, graph.opposite(condition)))
                    case f.Luck(_, _, then, otherwise):
                        hit, missed = ground.fallen(step, bound, store)
                        self.walk(then, bound, [(TRUE, store)], graph.all_of((rest, hit)))
                        self.walk(otherwise, bound, [(TRUE, store)], graph.all_of((rest, missed)))
                    case _:
                        pass
            ways = ground.through([step], bound, ways)


# ---------------------------------------------------------------- over states


def _blocks(kernel: Kernel, words: Words, check: Check) -> Iterator[Words]:
    for start in range(0, len(words[0]), kernel.block):
        check()
        yield tuple(w[start : start + kernel.block] for w in words)


def _between(kernel: Kernel, words: Words, check: Check) -> Iterator[Words]:
    """The states after a command and before what every turn does."""
    for block in _blocks(kernel, words, check):
        for _, _, after in kernel.successors(block, turn=False):
            yield after


def _used(kernel: Kernel, nodes: dict[Part, Node], blocks: Iterator[Words]) -> set[Part]:
    """The parts whose condition holds in some state. What was seen is not looked at again."""
    waiting = dict(nodes)
    used: set[Part] = set()
    evaluate = kernel.conditions(list(waiting.values()))
    for block in blocks:
        if not waiting:
            break
        found = [part for part, mask in zip(waiting, evaluate(*block), strict=True) if mask.any()]
        if found:
            used.update(found)
            waiting = {part: node for part, node in waiting.items() if part not in used}
            evaluate = kernel.conditions(list(waiting.values()))
    return used


# ---------------------------------------------------------------- where things stand


def _tells(system: System) -> dict[int, Part]:
    """Every `tell` of the world by its site."""
    world = system.world
    found: dict[int, Part] = {}

    owners: list[tuple[str, Sequence[Statement]]] = [("start", world.start), ("each turn", world.each_turn)]
    owners += [(view.name, view.body) for view in world.views.values()]
    owners += [(action.name, action.body) for action in world.actions]
    for name, body in owners:
        for statement in _walked(body):
            if isinstance(statement, Tell):
                found[statement.site] = Part.at("tell", name, statement.where)
    return found


def _walked(body: Sequence[Statement]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        match statement:
            case If(branches, otherwise):
                for branch in branches:
                    yield from _walked(branch.body)
                yield from _walked(otherwise)
            case For():
                yield from _walked(statement.body)
            case ChanceStatement():
                yield from _walked(statement.then)
                yield from _walked(statement.otherwise)
            case _:
                pass
