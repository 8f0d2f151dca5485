"""The laws of play, checked along one random walk; and one play by the expert."""

from __future__ import annotations

import random

from worldwright.compile.system import System
from worldwright.play.episode import Episode
from worldwright.players.expert import Expert
from worldwright.players.player import Briefing, Heard


def walk(episode: Episode, choose: random.Random, steps: int) -> None:
    """Walks through an episode, mostly by what is offered, sometimes by anything at all, and checks every step."""
    system = episode.system
    said: list[tuple[int, ...]] = []
    heard: list[str] = [episode.observation]
    twin = episode.fork()
    for _ in range(steps):
        if episode.ended:
            break
        offered = episode.commands()
        assert len(set(offered)) == len(offered)
        for command in offered:
            assert system.refusal(episode.state.state, command) == -1, episode.print(command)
        command = choose.choice(offered) if offered and choose.random() < 0.7 else any_command(episode, choose)
        before, told = episode.state, episode.told
        accepted = system.refusal(before.state, command) == -1
        by_words = episode.fork().step(episode.print(command)) if command in offered else None
        feedback = episode.act(command)
        assert by_words is None or by_words == feedback, episode.print(command)
        said.append(command)
        heard.append(feedback.text)
        assert feedback.accepted == accepted
        assert feedback.text.strip() == feedback.text and feedback.text
        if not accepted:
            assert feedback.kind == "precondition" and feedback.need is not None
            assert episode.state.state == before.state and episode.told == told and not feedback.changes
        assert system.check_always(episode.state.state) == ()
        after = episode.state
        assert episode.undo() and episode.state == before
        episode.act(command)
        assert episode.state == after
    for command, text in zip(said, heard[1:], strict=True):
        assert twin.act(command).text == text
    assert twin.state == episode.state and twin.transcript() == episode.transcript()


def any_command(episode: Episode, choose: random.Random) -> tuple[int, ...]:
    """A command of any action with any arguments of the right types, sensible or not."""
    world = episode.system.world
    domains = [[world.domains[p.domain].values for p in info.parameters] for info in world.actions]
    action = choose.choice([a for a, values in enumerate(domains) if all(values)])
    return (action, *map(choose.choice, domains[action]))


def solve(episode: Episode) -> None:
    """Lets the expert play an episode to its end."""
    briefing = Briefing(
        system=episode.system,
        task=episode.task.name,
        args=episode.task.args,
        skin=episode.skin.name,
        instructions=episode.instructions,
        opening=episode.observation,
        limit=episode.task.limit,
    )
    expert = Expert(briefing)
    heard: Heard | None = None
    while not episode.ended:
        feedback = episode.reply(expert.reply(heard))
        heard = Heard(feedback.kind, feedback.text, feedback.ended)


def graph(system: System, limit: int) -> dict[bytes, tuple[bytes, ...]]:
    """Every state that can be reached from any start, with the states that its accepted commands lead to."""
    starts, complete = system.start_states(limit)
    assert complete
    found: dict[bytes, tuple[bytes, ...]] = {}
    waiting = list(starts)
    while waiting:
        state = waiting.pop()
        if state in found:
            continue
        assert len(found) < limit
        after = [s for command in system.admissible(state) for s in system.outcomes(state, command)]
        found[state] = tuple(dict.fromkeys(after))
        waiting.extend(found[state])
    return found


def leads_to(graph: dict[bytes, tuple[bytes, ...]], goals: set[bytes]) -> set[bytes]:
    """The states from which some goal can be reached."""
    before: dict[bytes, list[bytes]] = {state: [] for state in graph}
    for state, following in graph.items():
        for after in following:
            before[after].append(state)
    found: set[bytes] = set()
    waiting = list(goals)
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting.extend(before[state])
    return found
