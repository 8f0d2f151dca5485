"""Worlds made from Python."""

from __future__ import annotations

import pytest

from worldwright.check.builder import SOURCE_NAME, WorldBuilder, literal
from worldwright.check.world import Literally, Tell, World
from worldwright.diagnostics import WorldError


def lamp() -> WorldBuilder:
    """A small world that uses every method once."""
    builder = WorldBuilder("The Lamp", 'A room, and a lamp that is called "old".')
    builder.param("wicks", "1..3", "2")
    builder.type("Thing").type("Lamp", "Thing").type("Mood", values='glad | so_so "so-so"')
    builder.object("torch", "Lamp", display="old torch", also=["torch"])
    builder.object("wick", "Thing", sizes=["wicks"])
    builder.state("lit", "bool", of=["Lamp"], default="false")
    builder.state("spare", "Thing").state("mood", "Mood", default="glad").state("oil", "0..9", default="9")
    builder.define("burning", "lit(x)", x="Lamp")
    with builder.start() as start:
        start.assign("spare", "any x: Thing where not x is Lamp").show("scene")
    with builder.view("scene") as view:
        with view.each({"x": "Lamp"}, where="burning(x)") as each:
            each.tell("{The x} burns.")
        view.tell("You feel {mood}.", "{The spare} lies here.")
    with builder.each_turn() as turn, turn.when("burning(torch) and oil > 0") as some:
        some.set("oil", "oil - 1")
        with some.chance(1, 4) as rare:
            rare.set("mood", "so_so")
    with builder.action("light", x="Lamp") as action:
        action.say("light {x}", "kindle {x}").need("not lit(x)", "{The x} is lit already.")
        action.set("lit(x)", "true").tell(literal("{click}") + " {The x} burns.")
    with builder.action("look", free=True) as action:
        action.say("look").show("scene")
    builder.task("glow", "Light the torch.", "lit(torch)", milestones=[("dark", "oil < 9")], limit=10)
    builder.promise("possible", "lit(torch)").promise("always", "oil >= 0", "oil is never owed")
    return builder


def test_a_built_world_is_a_world() -> None:
    """It is checked, has params, and survives its JSON form."""
    world = lamp().build({"wicks": 3})
    assert world.title == "The Lamp" and [a.name for a in world.actions] == ["light", "look"]
    assert world.atoms[4].name == "wick_3"
    tell = world.actions[0].body[-1]
    assert isinstance(tell, Tell) and tell.texts[0][0] == Literally("{click} ")
    assert World.model_validate_json(world.model_dump_json()) == world
    assert World.model_validate_json(world.model_dump_json()).text_hash == world.text_hash


def test_faults_point_into_the_built_text() -> None:
    """The same checks, in a source that says where it comes from."""
    builder = lamp()
    builder.state("broken", "Thing", default="torhc")
    with pytest.raises(WorldError) as caught:
        builder.build()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "WW101" and diagnostic.span.source == SOURCE_NAME
    assert builder.text[diagnostic.span.start : diagnostic.span.end] == "torhc"
    assert diagnostic.hint == "did you mean `torch`?"


def test_modules_and_raw_text() -> None:
    """Modules may come from memory, declarations as text."""
    builder = WorldBuilder("Rooms").use("parts.rooms").raw("object den: Room\nstate here: Room = den")
    world = builder.build(modules={"parts.rooms": "type Room\n"})
    assert world.domains["Room"].values == (1,)
