"""An imported world in the terms of its PDDL: for comparing it with whatever runs the PDDL itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from worldwright.bridges.pddl import Imported
from worldwright.testing.comparison import PeerMapping

FREE = ("look", "review")


def mapping(world: Imported) -> PeerMapping:
    """Actions as (name, argument, …), states as sets of facts that can change."""
    objects = {own: name for name, own in world.objects.items()}
    states = {own: name for name, own in world.states.items() if name in world.changing}
    actions = {own: name for name, own in world.actions.items()}

    def action(name: str, arguments: Mapping[str, str]) -> tuple[str, ...] | None:
        return (actions[name], *(objects[a] for a in arguments.values())) if name in actions else None

    def state(values: Mapping[str, str]) -> frozenset[tuple[str, ...]]:
        facts = [re.findall(r"\w+", name) for name, value in values.items() if value == "true"]
        return frozenset((states[f[0]], *(objects[o] for o in f[1:])) for f in facts if f[0] in states)

    return PeerMapping(action=action, state=state, ended=lambda ended: ended == "goal")
