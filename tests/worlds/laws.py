"""Promises kept along random plays, and one play by the expert."""

from __future__ import annotations

from worldwright.compile.system import System
from worldwright.play.episode import Episode
from worldwright.players.expert import Expert
from worldwright.players.player import Briefing, Heard
from worldwright.testing import Effort
from worldwright.testing.spots import Ground


def keeps_promises(system: System, effort: Effort) -> None:
    """No state of some random plays breaks an `always` or a `never`."""
    for walk in Ground(system, None, None, 0, effort).walks():
        for answer in walk.heard:
            assert system.check_always(answer.after) == (), system.decode(answer.after)


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
