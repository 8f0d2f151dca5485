"""What a world offers, as data: for `worlds` and `show`."""

from __future__ import annotations

from typing import Any

from ..check.world import ActionInfo, Binder, World


def description(name: str, world: World) -> dict[str, Any]:
    """Title, family parameters, tasks, actions and objects of a world."""
    return {
        "name": name,
        "title": world.title,
        "hash": world.text_hash,
        "params": dict(world.params),
        "tasks": [
            {
                "name": task.name,
                "parameters": parameters(task.parameters),
                "instances": len(task.instances),
                "milestones": [milestone.text for milestone in task.milestones],
                "limit": task.limit,
            }
            for task in world.tasks.values()
        ],
        "actions": [
            {
                "name": action.name,
                "parameters": parameters(action.parameters),
                "free": action.free,
                "say": [spoken(action, index) for index in range(len(action.patterns))],
            }
            for action in world.actions
        ],
        "objects": [{"name": atom.name, "display": atom.display} for atom in world.atoms if atom.is_object],
        "promises": [
            promise.op if promise.text == promise.op else f"{promise.op} {promise.text}".strip()
            for promise in world.promises
        ],
    }


def parameters(binders: tuple[Binder, ...]) -> dict[str, str]:
    """Parameter names and what they range over."""
    return {binder.name: binder.domain for binder in binders}


def spoken(action: ActionInfo, index: int) -> str:
    """A say pattern with its slots by name: "unlock {b} with {k}"."""
    return " ".join(
        part if isinstance(part, str) else f"{{{action.parameters[part].name}}}"
        for part in action.patterns[index].parts
    )
