"""A world on our side of a comparison, in the peer's terms: what it accepts, and what is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command, System
from worldwright.testing.comparison import PeerMapping

Act = tuple[str, ...]
Facts = frozenset[Act]


@dataclass(frozen=True, slots=True)
class Side:
    """A world with the names that its peer has. `free` actions have no counterpart."""

    system: System
    mapping: PeerMapping

    def named(self, command: Command) -> Act | None:
        """A command in the peer's terms."""
        action = self.system.actions[command[0]]
        names = (self.system.world.atoms[value].name for value in command[1:])
        arguments = {p.name: name for p, name in zip(action.parameters, names, strict=True)}
        found = self.mapping.action(action.name, arguments)
        assert found is None or isinstance(found, tuple)
        return found

    def accepted(self, state: bytes) -> dict[Act, Command]:
        """What a state accepts."""
        commands = ((self.named(command), command) for command in self.system.admissible(state))
        return {act: command for act, command in commands if act is not None}

    def facts(self, state: bytes) -> object:
        """What is so in a state."""
        assert self.mapping.state is not None
        return self.mapping.state(self.system.decode(state))

    def after(self, state: bytes, command: Command) -> bytes:
        """The state after a command."""
        return self.system.apply(state, command, draw_for(0, 1))


def port_mapping(facts: Callable[[Mapping[str, str]], Facts], free: tuple[str, ...]) -> PeerMapping:
    """A port's actions and states by its own names."""

    def action(name: str, arguments: Mapping[str, str]) -> Act | None:
        return None if name in free else (name, *arguments.values())

    return PeerMapping(action=action, state=facts, ended=lambda ended: ended == "goal")
