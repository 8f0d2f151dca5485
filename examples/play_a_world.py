"""Play a shipped world from Python: exact feedback, admissible commands, undo and fork."""

from __future__ import annotations

from worldwright import Episode, load


def main() -> None:
    """Act, be refused, read why, and go on."""
    pantry = load("pantry")
    episode = Episode(pantry, task="lunch", seed=3)
    print(episode.observation)

    refused = episode.step("open chest")
    print(f"\n> open chest\n{refused.text}")
    assert refused.kind == "precondition" and refused.need is not None
    print(f"[need {refused.need.id}, line {refused.need.line}; the state is unchanged]")

    print("\nWhat would be accepted here:")
    for command in episode.commands():
        print(f"  {episode.print(command)}")

    other = episode.fork()
    other.step("go north")
    print(f"\nA fork went elsewhere; the original did not: {other.state_hash != episode.state_hash}")
    episode.undo()


if __name__ == "__main__":
    main()
