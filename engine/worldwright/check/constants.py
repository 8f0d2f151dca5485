"""The values of a world's constants: state variables that nothing changes and no chance touches."""

from __future__ import annotations

from itertools import product

from .starting import run_start
from .world import World


def constant_values(world: World) -> dict[tuple[str, tuple[int, ...]], int]:
    """The value of every constant state variable (`StateInfo.constant`) for all its arguments."""
    values = run_start(world.start, world.states, world.domains, world.definitions)
    result: dict[tuple[str, tuple[int, ...]], int] = {}
    for name, state in world.states.items():
        if state.constant:
            for args in product(*(world.domains[p].values for p in state.parameters)):
                value = values.value(name, args)
                assert value is not None, f"{name}{args} is constant and has no value"
                result[name, args] = value
    return result
