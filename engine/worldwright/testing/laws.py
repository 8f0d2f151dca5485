"""`conformance(world)`: the laws that every world must obey, as ready tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ..play.golden import Value
from . import play_laws, spot_laws
from .agreement import Disagreement
from .given import Given, Subject
from .law import Broken, Law, Verdict
from .spots import Effort, Ground, Spot, Walk

SPOT_LAWS: dict[str, Callable[[Ground, Spot], None]] = {
    "refusals change nothing": spot_laws.refusals_change_nothing,
    "refusals leak nothing": spot_laws.refusals_leak_nothing,
    "admissible is accepted": spot_laws.admissible_is_accepted,
    "engine is reference": spot_laws.engine_is_reference,
    "undo and fork": spot_laws.undo_and_fork,
    "save and restore": spot_laws.save_and_restore,
    "skins accept the same": spot_laws.skins_accept_the_same,
    "names parse back": spot_laws.names_parse_back,
}
"""Laws about one situation: proved where all situations can be explored."""

PLAY_LAWS: dict[str, Callable[[Ground, Walk], None]] = {
    "replay repeats": play_laws.replay_repeats,
    "play is reference": play_laws.play_is_reference,
    "observation is what was told": play_laws.observation_is_what_was_told,
    "milestones once": play_laws.milestones_once,
    "the end is the end": play_laws.the_end_is_the_end,
}
"""Laws about a whole play: tried on random ones, and on the shortest to an end."""

WORLD_LAWS: dict[str, Callable[..., bool | None]] = {
    "batch is scalar": play_laws.batch_is_scalar,
    "starts are drawn": play_laws.starts_are_drawn,
    "same bytes everywhere": play_laws.same_bytes_everywhere,
}
"""Laws about a world as a whole."""

NAMES = (*SPOT_LAWS, *PLAY_LAWS, *WORLD_LAWS)


def conformance(
    given: Given,
    params: Mapping[str, Value] | None = None,
    *,
    task: str | None = None,
    args: Sequence[int] | None = None,
    seed: int = 0,
    effort: Effort | None = None,
    process: Sequence[str] = play_laws.PROCESS,
) -> tuple[Law, ...]:
    """The laws that every world must obey, for one world: a shipped name, a path, or a compiled world.

    Each law is a test: calling it gives a verdict or raises LawBroken, which tells the commands that lead to the break.
    Where all situations fit the effort, the laws about one situation are proved, and a break comes with the fewest
    commands; beyond, random plays are tried. `task` is the task that is played (by default the first is explored and
    the plays take turns), `process` the command of another process of Python that runs `worldwright.testing.apart`.

    Raises WorldError for a faulty world.
    """
    subject = Subject.of(given, params)
    ground = Ground(subject.system, task, None if args is None else tuple(args), seed, effort or Effort())
    laws = [Law(n, _meaning(check), partial(_spots, ground, n, check)) for n, check in SPOT_LAWS.items()]
    laws += [Law(n, _meaning(check), partial(_walks, ground, n, check)) for n, check in PLAY_LAWS.items()]
    laws += [Law(n, _meaning(check), partial(_world, ground, n, tuple(process))) for n, check in WORLD_LAWS.items()]
    return tuple(laws)


def _meaning(check: Callable[..., bool | None]) -> str:
    return " ".join((check.__doc__ or "").split())


def _spots(ground: Ground, name: str, check: Callable[[Ground, Spot], None]) -> Verdict:
    spots, complete = ground.spots()
    for tried, spot in enumerate(spots):
        try:
            check(ground, spot)
        except (Broken, Disagreement) as broken:
            return Verdict(name, "shortest", tried, str(broken), ground.written(spot.path))
    if complete:
        return Verdict(name, "proved", len(spots))
    tried = len(spots)
    for walk in ground.walks():
        for spot in ground.along(walk):
            tried += 1
            try:
                check(ground, spot)
            except (Broken, Disagreement) as broken:
                return Verdict(name, "found", tried, _where(spot.episode.seed, broken), ground.written(spot.path))
    return Verdict(name, "not found", tried)


def _walks(ground: Ground, name: str, check: Callable[[Ground, Walk], None]) -> Verdict:
    for tried, walk in enumerate(ground.walks()):
        try:
            check(ground, walk)
        except (Broken, Disagreement) as broken:
            return Verdict(name, "found", tried, _where(walk.first.seed, broken), ground.written(walk.said))
    return Verdict(name, "not found", len(ground.walks()))


def _world(ground: Ground, name: str, process: tuple[str, ...]) -> Verdict:
    seeds = range(ground.seed, ground.seed + ground.effort.plays)
    try:
        if name == "batch is scalar":
            states = dict.fromkeys(spot.episode.state.state for spot in ground.spots()[0])
            for walk in ground.walks():
                states.update(dict.fromkeys(answer.after for answer in walk.heard))
            asked = play_laws.batch_is_scalar(ground, tuple(states))
            return Verdict(name, "proved" if asked and ground.spots()[1] else "not found", len(states) * asked)
        if name == "starts are drawn":
            play_laws.starts_are_drawn(ground, seeds)
        else:
            play_laws.same_bytes_everywhere(ground, process, seeds)
    except (Broken, Disagreement) as broken:
        return Verdict(name, "found", 0, str(broken))
    return Verdict(name, "not found", len(seeds))


def _where(seed: int, broken: AssertionError) -> str:
    return f"{broken} (seed {seed})"
