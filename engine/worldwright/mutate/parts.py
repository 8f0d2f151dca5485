"""Which parts of two worlds are the same: what they share needs no comparing where their states are equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from ..check.world import Call, Show, World
from ..compile.system import System

Names = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the same state means the same for, in two systems of one family."""

    states: bool
    """Whether their states are laid out alike, so that equal bytes are equal states."""
    actions: tuple[bool, ...]
    """For each action whether it does and says the same in equal states."""
    tasks: dict[str, bool]
    start: bool

    @staticmethod
    def of(first: System, second: System) -> Shared:
        """Compares two systems; whatever is in doubt is not shared."""
        one, two = first.world, second.world
        same = (
            one.atoms == two.atoms
            and one.domains == two.domains
            and first.slots == second.slots
            and first.layout.size == second.layout.size
            and _constants(first) == _constants(second)
            and first.default == second.default
        )
        turn = _same(one.each_turn, two.each_turn, one, two)
        actions = tuple(
            same
            and (a.free, a.parameters, a.body) == (b.free, b.parameters, b.body)
            and (a.free or turn)
            and _same(a.body, b.body, one, two)
            for a, b in zip(one.actions, two.actions, strict=True)
        )
        tasks = {name: same and name in two.tasks and _same_task(name, one, two) for name in one.tasks}
        return Shared(same, actions, tasks, same and _same(one.start, two.start, one, two))


def _constants(system: System) -> dict[str, tuple[int, ...]]:
    return {name: table.values for name, table in system.layout.tables.items()}


def _same_task(name: str, one: World, two: World) -> bool:
    first, second = one.tasks[name], two.tasks[name]
    conditions = (first.goal, first.milestones, first.fails)
    return first == second and _same(conditions, conditions, one, two)


def _same(first: object, second: object, one: World, two: World) -> bool:
    """Whether two pieces of two worlds are equal, with all definitions and views that they lead to."""
    return first == second and all(_named(n, one) == _named(n, two) for n in sorted(_reached(first, one)))


def _named(name: tuple[str, str], world: World) -> object:
    kind, word = name
    return world.views.get(word) if kind == "view" else world.definitions.get(word)


def _reached(item: object, world: World) -> Names:
    """The definitions and views that a piece of a world calls and shows, and those that these do."""
    found: set[tuple[str, str]] = set()
    todo = list(_mentioned(item))
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        inner = _named(name, world)
        if inner is not None:
            todo += _mentioned(getattr(inner, "body"))  # noqa: B009 - of a view or a definition
    return frozenset(found)


def _mentioned(item: object) -> Iterator[tuple[str, str]]:
    """The definitions and views named anywhere inside."""
    if isinstance(item, tuple):
        for each in item:
            yield from _mentioned(each)
        return
    if isinstance(item, Call):
        yield "define", item.define
    elif isinstance(item, Show):
        yield "view", item.view
    if is_dataclass(item):
        for field in fields(item):
            yield from _mentioned(getattr(item, field.name))
    elif hasattr(item, "model_fields_set"):
        for name in type(item).model_fields:  # type: ignore[attr-defined]
            yield from _mentioned(getattr(item, name))
