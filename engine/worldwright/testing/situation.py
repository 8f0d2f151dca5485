"""`Situation`: a state as a predicate reads it, variable by variable; and predicates written as expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..check.checker import check
from ..check.world import NONE, NONE_INT
from ..compile.system import Command, System
from ..play.feedback import argument_names
from ..source import Source
from ..spell import nearest
from ..syntax.modules import read_modules

Reading = int | bool | str | None
"""The value of a variable: a number, a truth value, the identifier of an object or value; None for none."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One state of a world: `situation["at(apple)"]` is "kitchen", `situation["burning"]` is False."""

    system: System = field(repr=False)
    state: bytes

    def __getitem__(self, name: str) -> Reading:
        """The value of a variable as the world writes it, also of one that never changes. KeyError for another."""
        read = _readers(self.system).get("".join(name.split()))
        if read is None:
            near = nearest(name, sorted(_readers(self.system)))
            raise KeyError(f"there is no variable {name}" + (f"; did you mean {near[0]}?" if near else ""))
        return read(self.state)

    def to_json(self) -> dict[str, str]:
        """Every variable that can change, as text."""
        return self.system.decode(self.state)


@dataclass(frozen=True, slots=True)
class Transition:
    """One accepted command: the states around it, the action's name, the arguments by parameter as identifiers."""

    before: Situation
    command: Command
    after: Situation

    @property
    def action(self) -> str:
        """The name of the action."""
        return self.before.system.actions[self.command[0]].name

    @property
    def args(self) -> Mapping[str, str]:
        """The arguments by parameter, objects by identifier."""
        return argument_names(self.before.system, self.command)


@lru_cache(maxsize=16)
def _readers(system: System) -> Mapping[str, Callable[[bytes], Reading]]:
    """How each variable is read, by its name without blanks."""
    world = system.world
    found: dict[str, Callable[[bytes], Reading]] = {}
    for number, slot in enumerate(system.slots):
        sort = world.domains[world.states[slot.name].domain].sort
        found["".join(system.slot_name(number).split())] = _reader(system, slot.read, sort)
    for name, table in system.layout.tables.items():
        sort = world.domains[world.states[name].domain].sort
        for args in table_arguments(system, name):
            words = [_shown(system, value, d.sort) for value, d in zip(args, table.parameters, strict=True)]
            written = f"{name}({','.join(words)})" if words else name
            found[written] = _reader(system, _constant(table.value(args)), sort)
    return found


def table_arguments(system: System, name: str) -> list[tuple[int, ...]]:
    """All arguments of a variable that never changes."""
    rows: list[tuple[int, ...]] = [()]
    for domain in system.layout.tables[name].parameters:
        rows = [(*row, value) for row in rows for value in domain.values]
    return rows


def _reader(system: System, code: Callable[[bytes], int], sort: str) -> Callable[[bytes], Reading]:
    if sort == "bool":
        return lambda state: bool(code(state))
    if sort == "int":
        return lambda state: None if (value := code(state)) == NONE_INT else value
    names = [None if i == NONE else atom.name for i, atom in enumerate(system.world.atoms)]
    return lambda state: names[code(state)]


def _constant(value: int) -> Callable[[bytes], int]:
    return lambda state: value


def _shown(system: System, value: int, sort: str) -> str:
    if sort == "bool":
        return "true" if value else "false"
    return system.world.atoms[value].name if sort == "atom" else str(value)


def with_promise(system: System, expression: str) -> tuple[System, int]:
    """The same world with one more promise, `always expression`, and that promise's index.

    States are the same bytes in both. Raises WorldError for what is no condition of this world.
    """
    texts = {module.name: module.text for module in system.world.modules}
    main = texts.pop("")
    source = Source("property", f"{main}\nalways {expression}\n")
    extended = System(check(read_modules(source, texts), system.world.params))
    return extended, len(extended.world.promises) - 1
