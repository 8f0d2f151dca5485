"""What an agent is told about how to act, in the skin it will act in. Mentions no object of the world."""

from __future__ import annotations

from ..check.world import World
from .skins import Surface
from .understand import Form

_WIDTH_OF_CHOICES = 40


def instructions(world: World, surface: Surface, limit: int | None) -> str:
    """The whole text: what there is to do, how it is written, what happens when it is wrong."""
    blocks = [
        "You act in a world of text. Each turn you write one action, and then you read what came of it.",
        "Actions:\n" + "\n".join(f"- {surface.line(form.action)}{_free(world, form)}" for form in surface.forms),
    ]
    blanks = _blanks(surface)
    if blanks:
        blocks.append(blanks)
    if any(not slot.domain.is_number and not slot.domain.choices for form in surface.forms for slot in form.slots):
        blocks.append(
            "Name things as the texts name them. Articles may be left out, and so may words that are not needed to "
            "tell things apart. Only what you have read about can be named."
        )
    blocks.append(f"Reply in exactly this form:\nThought: what you know and what to do next\nAction: {surface.example}")
    refused = "An action that cannot be done changes nothing, and you are told the reason; find another way then."
    count = f" You have {limit} turns, and every reply takes one." if limit is not None else ""
    blocks.append(refused + count)
    return "\n\n".join(blocks)


def _free(world: World, form: Form) -> str:
    """A remark on actions that take no time, where time matters."""
    return " (takes no time)" if world.actions[form.action].free and world.each_turn else ""


def _blanks(surface: Surface) -> str:
    """What the blanks of phrases stand for; other surfaces say it action by action."""
    found: dict[str, str] = {}
    for form in surface.forms:
        for slot in form.slots:
            if not slot.label.startswith("<"):
                return ""
            if slot.domain.choices:
                said = "one of " + ", ".join(slot.domain.choices[:_WIDTH_OF_CHOICES])
            elif slot.domain.is_number:
                said = slot.domain.wanted
            else:
                continue
            found.setdefault(slot.label, said)
    return "\n".join(f"{label} is {said}." for label, said in found.items())
