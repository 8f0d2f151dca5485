"""An imported world in the terms of its PDDL: for comparing it with whatever runs the PDDL itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product

from worldwright.bridges.pddl import Imported
from worldwright.compile.system import System
from worldwright.testing.comparison import PeerMapping

FREE = ("look", "review")


def mapping(world: Imported, system: System) -> PeerMapping:
    """Actions as (name, argument, …), states as sets of facts that actions set; some of these no play can change."""
    objects = {own: name for name, own in world.objects.items()}
    states = {own: name for name, own in world.states.items() if name in world.changing}
    actions = {own: name for name, own in world.actions.items()}
    atoms = [atom.name for atom in system.world.atoms]
    constant = frozenset(
        (states[own], *(objects[atoms[value]] for value in values))
        for own, table in system.layout.tables.items()
        if own in states
        for values in product(*(domain.values for domain in table.parameters))
        if table.value(values)
    )

    def action(name: str, arguments: Mapping[str, str]) -> tuple[str, ...] | None:
        return (actions[name], *(objects[a] for a in arguments.values())) if name in actions else None

    def state(values: Mapping[str, str]) -> frozenset[tuple[str, ...]]:
        facts = [re.findall(r"\w+", name) for name, value in values.items() if value == "true"]
        return constant | frozenset((states[f[0]], *(objects[o] for o in f[1:])) for f in facts if f[0] in states)

    return PeerMapping(action=action, state=state, ended=lambda ended: ended == "goal")
