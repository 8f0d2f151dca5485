"""Build a world from Python with the same checks as a file, then play it."""

from __future__ import annotations

from worldwright import Episode, System, WorldBuilder, WorldError


def dimmer(steps: int) -> WorldBuilder:
    """A lamp whose dimmer has the given number of steps."""
    world = WorldBuilder("The Dimmer", about="You stand before a lamp with a dimmer.")
    world.state("level", f"0..{steps}", default="0")
    with world.start() as start:
        start.tell("The lamp is dark.")
    with world.action("brighten") as action:
        action.say("brighten", "turn it up")
        action.need(f"level < {steps}", "The lamp is as bright as it gets.")
        action.set("level", "level + 1")
        action.tell("The dimmer now stands at {level}.")
    return world.task("light", "Make the lamp as bright as it gets.", goal=f"level = {steps}", limit=20)


def main() -> None:
    """A world that checks, and one that does not."""
    episode = Episode(System(dimmer(2).build()), seed=0)
    print(episode.observation)
    for command in ("brighten", "turn it up"):
        feedback = episode.step(command)
        print(f"> {command}\n{feedback.text}")
    print(f"ended: {episode.ended}")

    broken = WorldBuilder("Broken")
    broken.state("level", "0..2", default="3")
    try:
        broken.build()
    except WorldError as error:
        print(f"\nrefused: {error.diagnostics[0].message}")


if __name__ == "__main__":
    main()
