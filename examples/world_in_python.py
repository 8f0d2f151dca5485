"""Build a world from Python with the same checks as a file, then play it."""

from __future__ import annotations

from worldwright import Episode, WorldBuilder, WorldError, compile_world


def lamp(steps: int) -> WorldBuilder:
    """A lamp whose dimmer has the given number of steps."""
    world = WorldBuilder("The Dimmer")
    world.about("You stand before a lamp with a dimmer.")
    world.state("level", f"0..{steps}", default="0")
    world.start('tell "The lamp is dark."')
    world.action(
        "brighten",
        body=f"""
        say "brighten" | "turn it up"
        need level < {steps} else "The lamp is as bright as it gets."
        set level = level + 1
        tell "The dimmer now stands at {{level}}."
        """,
    )
    world.task("light", "Make the lamp as bright as it gets.", body=f"goal level = {steps} limit 20")
    return world


def main() -> None:
    """A world that checks, and one that does not."""
    episode = Episode(compile_world(lamp(2).build()), seed=0)
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
