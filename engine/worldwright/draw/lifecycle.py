"""The life of a variable as a statechart: from value to value, by the actions that `change` or `set` it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..check.world import (
    ActionInfo,
    And,
    Assign,
    Chance,
    Compare,
    Cond,
    Const,
    Expr,
    Fluent,
    For,
    If,
    IsIn,
    Need,
    Not,
    Or,
    Sort,
    Statement,
    World,
)
from ..compile.layout import Table
from ..compile.system import System
from .layered import Link, arrange
from .picture import Edge, Kind, Line, Move, Node, Picture
from .svg import box_of, label_of

STARTS = 200
"""Start states that are looked at for first values."""
VALUES = 40
"""Values of one variable that are drawn."""
DOT = 13.0
BETWEEN = 56.0
LEGEND = (("ok", "change"), ("set", "plain set"))


class NoLifecycle(ValueError):
    """No action of the world changes a variable with `change`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way from value to value: by which action (a number, -1 for each turn), on which line."""

    before: int
    after: int
    action: int
    line: int
    changed: bool
    """By `change`; otherwise by a plain `set`."""


def draw_lifecycles(system: System) -> Picture:
    """Draw the life of every variable that some action changes with `change`. Raises NoLifecycle."""
    world = system.world
    names = [name for name in world.states if any(a.state == name and a.lifecycle for a, _, _ in _assigns(world))]
    if not names:
        raise NoLifecycle(f"{world.title}: no action changes a variable with `change`, so there is no life to draw")
    starts = system.start_states(STARTS)[0]
    nodes: list[Node] = []
    edges: list[Edge] = []
    captions: list[tuple[float, float, str]] = []
    notes: list[str] = []
    top, widest = 0.0, 0.0
    for chart, name in enumerate(names):
        info = world.states[name]
        captions.append((0.0, top + 14, f"{name}({', '.join(info.parameters)})" if info.parameters else name))
        found, computed = _steps(world, name)
        if computed:
            notes.append(f"{name} is also set to values that are worked out, by {', '.join(computed)}.")
        first = _first(system, name, starts)
        wide, high = _chart(system, name, f"c{chart}", found, first, top + 34, nodes, edges)
        top += 34 + high + BETWEEN
        widest = max(widest, wide)
    subtitle = (
        "How "
        + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        + (" changes" if len(names) == 1 else " change")
    )
    kinds = {edge.kind for edge in edges}
    legend = tuple((sign, text) for sign, text in LEGEND if sign in kinds)
    return Picture(
        world.title, subtitle, tuple(notes), tuple(nodes), tuple(edges), widest, top - BETWEEN, legend, tuple(captions)
    )


# ---------------------------------------------------------------- what happens to a variable

_Found = tuple[Assign, tuple[Expr, ...], int]
"""An assignment, what holds where it is made (before the command), the number of its action (-1: each turn)."""


def _assigns(world: World) -> Iterator[_Found]:
    for number, action in enumerate(world.actions):
        needs = tuple(s.condition for s in action.body if isinstance(s, Need))
        yield from _inside(action.body, needs, number)
    yield from _inside(world.each_turn, (), -1)


def _inside(body: Sequence[Statement], holds: tuple[Expr, ...], number: int) -> Iterator[_Found]:
    for statement in body:
        match statement:
            case Assign():
                yield statement, holds, number
            case If(branches, otherwise):
                for branch in branches:
                    needs = tuple(s.condition for s in branch.body if isinstance(s, Need))
                    yield from _inside(branch.body, (*holds, branch.condition, *needs), number)
                yield from _inside(otherwise, holds, number)
            case For(_, condition, inner):
                needs = tuple(s.condition for s in inner if isinstance(s, Need))
                yield from _inside(inner, (*holds, *(() if condition is None else (condition,)), *needs), number)
            case Chance(_, _, then, otherwise):
                yield from _inside(then, holds, number)
                yield from _inside(otherwise, holds, number)
            case _:
                pass


def _steps(world: World, name: str) -> tuple[list[Step], list[str]]:
    """The ways of a variable, and the actions that set it to what cannot be told from the text."""
    values = world.domains[world.states[name].domain].values
    found: dict[Step, None] = {}
    computed: dict[str, None] = {}
    for assign, holds, number in _assigns(world):
        if assign.state != name:
            continue
        after = _values(assign.value)
        if after is None:
            computed[action_name(world, number)] = None
            continue
        before = set(values)
        for condition in holds:
            before &= _allowed(condition, assign, values)
        for one in values:
            for other in after:
                if one in before and one != other:
                    found[Step(one, other, number, assign.where.line, assign.lifecycle)] = None
    return list(found), list(computed)


def action_name(world: World, number: int) -> str:
    """An action's name as words."""
    return "each turn" if number < 0 else world.actions[number].name.replace("_", " ")


def _values(value: Expr) -> tuple[int, ...] | None:
    match value:
        case Const(known):
            return (known,)
        case Cond(_, then, otherwise):
            one, other = _values(then), _values(otherwise)
            return None if one is None or other is None else tuple(dict.fromkeys((*one, *other)))
    return None


def _allowed(condition: Expr, assign: Assign, values: Iterable[int]) -> set[int]:
    """The values of the variable that a condition leaves possible."""
    every = set(values)

    def ours(item: Expr) -> bool:
        return isinstance(item, Fluent) and item.state == assign.state and item.args == assign.args

    match condition:
        case And(items):
            for item in items:
                every &= _allowed(item, assign, values)
            return every
        case Or(items):
            return set().union(*(_allowed(item, assign, values) for item in items))
        case Compare("=" | "!=" as op, left, right):
            if ours(right):
                left, right = right, left
            if ours(left) and isinstance(right, Const):
                return {right.value} & every if op == "=" else every - {right.value}
        case IsIn(item, some) if ours(item):
            return every & set(some)
        case Not(IsIn(item, some)) if ours(item):
            return every - set(some)
        case Not(inner) if ours(inner):
            return every & {0}
        case Fluent() if ours(condition):
            return every & {1}
        case _:
            pass
    return every


def _first(system: System, name: str, starts: Sequence[bytes]) -> dict[int, list[str]]:
    """The values that the variable begins with, and whose."""
    found: dict[int, list[str]] = {}
    for i, slot in enumerate(system.slots):
        if slot.name == name:
            for state in starts:
                whose = found.setdefault(slot.read(state), [])
                if system.slot_name(i) not in whose:
                    whose.append(system.slot_name(i))
    table = system.layout.tables.get(name)
    if isinstance(table, Table):
        found |= {value: [name] for value in table.values}
    return found


# ---------------------------------------------------------------- one chart


def _chart(
    system: System,
    name: str,
    prefix: str,
    steps: Sequence[Step],
    first: dict[int, list[str]],
    top: float,
    nodes: list[Node],
    edges: list[Edge],
) -> tuple[float, float]:
    """Adds the nodes and edges of one variable's life; its size."""
    world = system.world
    domain = world.domains[world.states[name].domain]
    used = {*first, *(s.before for s in steps), *(s.after for s in steps)}
    values = [value for value in domain.values if value in used][:VALUES]
    place = {value: i + 1 for i, value in enumerate(values)}
    kept = [s for s in steps if s.before in place and s.after in place]
    between: dict[tuple[int, int, bool], list[Step]] = {}
    for step in kept:
        between.setdefault((place[step.before], place[step.after], step.changed), []).append(step)
    begins = [place[value] for value in first if value in place]
    lines = [(Line("", shown(system, value, domain.sort)),) for value in values]
    sizes = [(DOT, DOT), *(box_of(line, 76.0) for line in lines)]
    labels = [
        label_of(", ".join(dict.fromkeys(action_name(world, s.action) for s in some))) for some in between.values()
    ]
    links = [Link(0, i) for i in begins]
    links += [Link(a, b, w, h) for (a, b, _), (_, w, h) in zip(between, labels, strict=True)]
    placed = arrange(sizes, _layers(len(sizes), begins, [(a, b) for a, b, _ in between]), links)
    ids = [f"{prefix}-{i}" for i in range(len(sizes))]
    corners = [(x, round(y + top, 1)) for x, y in placed.corners]
    nodes.append(Node(ids[0], *corners[0], *sizes[0], (), f"{name} at the start", "dot", ("start",)))
    for i, value in enumerate(values, 1):
        whose = first.get(value, [])
        moves = tuple(
            _move(system, s, ids[place[s.after]], shown(system, s.after, domain.sort))
            for s in kept
            if place[s.before] == i
        )
        rows = (("at the start", ", ".join(whose)),) if whose else ()
        nodes.append(
            Node(
                ids[i],
                *corners[i],
                *sizes[i],
                lines[i - 1],
                f"{name} = {lines[i - 1][0].value}",
                "pill",
                (),
                rows,
                "",
                moves,
            )
        )
    titles = [f"at the start: {', '.join(first[values[i - 1]][:8])}" for i in begins]
    titles += ["\n".join(_saying(world, s) for s in some) for some in between.values()]
    kinds: list[Kind] = ["ok" for _ in begins]
    kinds += ["ok" if changed else "set" for _, _, changed in between]
    texts: list[tuple[str, ...]] = [()] * len(begins) + [text for text, _, _ in labels]
    for number, (link, route) in enumerate(zip(links, placed.routes, strict=True)):
        tip = (route.tip[0], round(route.tip[1] + top, 1), route.tip[2])
        at = (route.label[0], round(route.label[1] + top, 1))
        ends = ids[link.source], ids[link.target]
        path = lowered(route.path, top)
        edges.append(Edge(f"{prefix}-e{number}", *ends, path, tip, texts[number], at, titles[number], kinds[number]))
    return placed.width, placed.height


def shown(system: System, value: int, sort: Sort) -> str:
    """A value as people read it."""
    if sort == "bool":
        return "true" if value else "false"
    return system.names.bare[value] if sort == "atom" else str(value)


def _move(system: System, step: Step, target: str, after: str) -> Move:
    return Move(
        _saying(system.world, step), f"becomes {after}", target, "ok" if step.changed else "set", f"line {step.line}"
    )


def _saying(world: World, step: Step) -> str:
    if step.action < 0:
        return "each turn"
    return spoken(world.actions[step.action])


def spoken(action: ActionInfo) -> str:
    """The first way to say an action, with its slots by name: "unlock {b} with {k}"."""
    if not action.patterns:
        return action.name
    return " ".join(
        part if isinstance(part, str) else f"{{{action.parameters[part].name}}}" for part in action.patterns[0].parts
    )


def _layers(count: int, begins: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """How far each value is from the beginning; values that nothing leads to stand with the first."""
    layers = [0] + [-1] * (count - 1)
    todo = list(dict.fromkeys(begins))
    for i in todo:
        layers[i] = 1
    for here in todo:  # grows while we go
        for a, b in pairs:
            if a == here and layers[b] < 0:
                layers[b] = layers[a] + 1
                todo.append(b)
    return [layer if layer >= 0 else 1 for layer in layers]


def lowered(path: str, by: float) -> str:
    """A path of absolute M, C and H, further down."""
    pieces: list[str] = []
    vertical = False
    command = ""
    for word in path.replace("M", " M ").replace("C", " C ").replace("H", " H ").split():
        if word in ("M", "C", "H"):
            command, vertical = word, False
            pieces.append(word)
            continue
        pieces.append(f"{round(float(word) + by, 1):g}" if vertical else word)
        vertical = command != "H" and not vertical
    return " ".join(pieces)
