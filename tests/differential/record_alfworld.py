"""Makes ALFWorld games of members of our household and records walks through them, for machines without ALFWorld.

`make differential` runs it with `--check`: what is recorded must be what ALFWorld does today. A game is a flat with a
start and a task, written as a PDDL problem (alfworld_side.py); domain, grammar and goal are ALFWorld's own. A record
holds how the game is made and, for each walk, what was said and what ALFWorld showed after it: whether it accepted it,
every command that it accepts next, every fact that can change, and whether the goal was reached.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.differential.alfworld_peers import Game, Shown, data_of, goal_of, missing
from tests.differential.alfworld_side import FIXTURES, ONLY_THEIRS, VERBS, Flat
from tests.differential.recording import record

from worldwright.play.episode import Episode
from worldwright.players.expert import Expert
from worldwright.players.plan import Planner
from worldwright.players.player import Briefing, Heard

TRACES = Path(__file__).parent / "traces"
BARE = {"cabinets": 1, "drawers": 0, "shelves": 1, "countertops": 0, "tables": 1}
MANY = {"cabinets": 2, "drawers": 1, "shelves": 1, "countertops": 1, "tables": 2, "copies": 3}


@dataclass(frozen=True, slots=True)
class Made:
    """How a game is made: a member of the household, a task and the seed of its start."""

    params: Mapping[str, int]
    task: str
    seed: int


RECORDED = {
    "place": Made({}, "place(a_mug, a_shelf)", 1),
    "place_many": Made(MANY, "place(an_egg, the_microwave)", 2),
    "look": Made(BARE, "look_in_light(a_pencil)", 3),
    "look_far": Made({}, "look_in_light(an_apple)", 4),
    "clean": Made(BARE, "clean_and_place(a_mug, a_table)", 5),
    "clean_many": Made(MANY, "clean_and_place(a_cloth, a_drawer)", 6),
    "heat": Made(BARE, "heat_and_place(an_egg, a_cabinet)", 7),
    "heat_far": Made({}, "heat_and_place(a_potato, the_fridge)", 8),
    "cool": Made(BARE, "cool_and_place(a_plate, the_desk)", 9),
    "cool_many": Made(MANY, "cool_and_place(a_bowl, a_table)", 10),
    "two": Made(BARE, "pick_two(a_candle, a_cabinet)", 11),
    "two_many": Made(MANY, "pick_two(a_book, a_cabinet)", 12),
}
"""What is recorded: each of ALFWorld's six kinds of tasks twice."""
SHOWN: Mapping[str, tuple[str, ...]] = {
    "look": (
        *(
            "go to diningtable 1",
            "use desklamp 1",
            "use desklamp 1",
            "examine apple 1",
            "take mug 1 from diningtable 1",
        ),
        *(
            "examine mug 1",
            "move mug 1 to diningtable 1",
            "go to desk 1",
            "examine pencil 1",
            "take pencil 1 from desk 1",
        ),
        "go to diningtable 1",
    ),
    "clean": (
        *("go to desk 1", "take mug 1 from desk 1", "clean mug 1 with sinkbasin 1", "go to sinkbasin 1"),
        *("clean mug 1 with sinkbasin 1", "clean mug 1 with sinkbasin 1", "go to diningtable 1"),
        *("go to diningtable 1", "move mug 1 to diningtable 1"),
    ),
    "heat": (
        *("go to fridge 1", "open fridge 1", "take egg 1 from fridge 1", "cool egg 1 with fridge 1", "close fridge 1"),
        *(
            "cool egg 1 with fridge 1",
            "go to microwave 1",
            "heat egg 1 with microwave 1",
            "heat egg 1 with microwave 1",
        ),
        *("open microwave 1", "heat egg 1 with microwave 1", "go to cabinet 1", "move egg 1 to cabinet 1"),
        *("open cabinet 1", "move egg 1 to cabinet 1"),
    ),
    "cool": (
        *("go to cabinet 1", "take plate 1 from cabinet 1", "open cabinet 1", "take plate 1 from cabinet 1"),
        *("go to microwave 1", "heat plate 1 with microwave 1", "go to fridge 1", "cool plate 1 with fridge 1"),
        *("cool plate 1 with fridge 1", "go to desk 1", "move plate 1 to desk 1"),
    ),
    "two_many": (
        *("go to shelf 1", "take book 2 from shelf 1", "go to cabinet 1", "open cabinet 1", "move book 2 to cabinet 1"),
        *("go to diningtable 2", "take book 1 from diningtable 2", "go to cabinet 2", "open cabinet 2"),
        *("move book 1 to cabinet 2", "take book 1 from cabinet 2", "go to cabinet 1", "move book 1 to cabinet 1"),
    ),
}
"""What random walks seldom come to: where ALFWorld's rules are not the household's own. The last command wins."""
STEPS = 40
WANDERED = 16
"""Commands before a plan is made to the goal."""
IDLE = ("examine", "inventory", "look")
AGAIN, ANY = 0.15, 0.2
"""Shares of a random walk: the last command said again, and a command of any words, which ALFWorld mostly refuses."""


def opened(flat: Flat, made: Made) -> Episode:
    """Our play of a game."""
    return Episode(flat.system, made.task, seed=made.seed)


def data_of_game(flat: Flat, made: Made) -> Mapping[str, str]:
    """A game as ALFWorld reads it."""
    episode = opened(flat, made)
    return data_of(flat.problem(episode.state.state, goal_of(episode.task.name, episode.task_args)))


def game_of(flat: Flat, made: Made) -> Game:
    """ALFWorld's play of a game."""
    return Game(data_of_game(flat, made))


# ---------------------------------------------------------------- what is said


def planned(flat: Flat, episode: Episode) -> Iterator[str]:
    """A plan to the goal from here."""
    plan = Planner(flat.system, episode.task).plan(episode.state.state, episode.told)
    assert plan is not None
    yield from _all_said(flat, episode.fork(), [step.command for step in plan])


def played(flat: Flat, episode: Episode) -> Iterator[str]:
    """What our expert says, who knows no more than what it is told."""
    playing, task, heard = episode.fork(), episode.task, None
    told = (episode.skin.name, episode.instructions, episode.observation, task.limit)
    player = Expert(Briefing(flat.system, task.name, task.args, *told))
    commands = []
    while not playing.ended:
        feedback = playing.reply(player.reply(heard))
        assert feedback.command is not None
        commands.append(feedback.command)
        heard = Heard(feedback.kind, feedback.text, feedback.ended)
    yield from _all_said(flat, episode.fork(), commands)


def _all_said(flat: Flat, episode: Episode, commands: Sequence[tuple[int, ...]]) -> Iterator[str]:
    for command in commands:
        said = flat.said(command, flat.system.decode(episode.state.state))
        episode.act(command)
        if said is not None:
            yield said


def wandered(flat: Flat, shown: Shown, last: str, choose: random.Random) -> str:
    """A random command. Each verb is as likely, but those that change nothing less so."""
    share = choose.random()
    if last and share < AGAIN:
        return last
    if share < AGAIN + ANY:
        return _any(flat, choose)
    verbs = sorted({_verb(each) for each in shown.can} - {ONLY_THEIRS})
    (verb,) = choose.choices(verbs, [1 if verb in IDLE else 6 for verb in verbs])
    return choose.choice(sorted(each for each in shown.can if _verb(each) == verb))


def _any(flat: Flat, choose: random.Random) -> str:
    verb = choose.choice(VERBS)
    fixtures = [name.called for name in flat.of_sorts(FIXTURES)]
    things = [called for called in flat.owns if called not in fixtures]
    thing, fixture = choose.choice(things), choose.choice(fixtures)
    match verb:
        case "take":
            return f"take {thing} from {fixture}"
        case "move":
            return f"move {thing} to {fixture}"
        case "clean" | "heat" | "cool":
            return f"{verb} {thing} with {fixture}"
        case "slice":
            return f"slice {thing} with {choose.choice(things)}"
        case "use" | "examine":
            return f"{verb} {choose.choice([thing, fixture])}"
    return f"{verb} {fixture}"


def _verb(said: str) -> str:
    return next((verb for verb in VERBS if said.startswith(verb)), said)


# ---------------------------------------------------------------- the record

Step = tuple[str, Shown]


def walks(flat: Flat, made: Made, game: Game, seeds: Sequence[int]) -> Iterator[list[Step]]:
    """Walks through a game, the first step of each being its start: our expert's, and for each seed a random one; every
    other of these goes on with a plan to the goal."""
    yield walked(game, played(flat, opened(flat, made)))
    for seed in seeds:
        yield list(_random(flat, made, game, seed))


def walked(game: Game, commands: Iterable[str]) -> list[Step]:
    """A walk of these commands."""
    return [("", game.reset()), *((command, game.step(command)) for command in commands)]


def _random(flat: Flat, made: Made, game: Game, seed: int) -> Iterator[Step]:
    choose, episode, shown, command = random.Random(seed), opened(flat, made), game.reset(), ""
    yield command, shown
    for _ in range(WANDERED if seed % 2 else STEPS):
        command = wandered(flat, shown, command, choose)
        ours, shown = flat.heard(command, episode.state.state), game.step(command)
        yield command, shown
        if ours is not None:
            episode.step(ours)
        if shown.won:
            return
    for command in planned(flat, episode) if seed % 2 else ():
        yield command, game.step(command)


def _brief(walk: Sequence[Step]) -> list[Mapping[str, Any]]:
    """A walk with differences in place of whole sets, so that the records stay small."""
    found: list[Mapping[str, Any]] = []
    before = Shown(True, frozenset(), frozenset(), False)
    for said, shown in walk:
        new: dict[str, Any] = {"say": said, "refused": not shown.accepted, "won": shown.won}
        for key, now, then in (("can", shown.can, before.can), ("so", shown.so, before.so)):
            new[f"+{key}"], new[f"-{key}"] = sorted(now - then), sorted(then - now)
        found.append({key: value for key, value in new.items() if value})
        before = shown
    return found


def trace(name: str) -> str:
    """The record of a game."""
    made = RECORDED[name]
    flat = Flat.of(made.params)
    head = {"params": dict(made.params), "task": made.task, "seed": made.seed}
    game, seeds = game_of(flat, made), range(3 * made.seed, 3 * made.seed + 3)
    found = [_brief(walk) for walk in walks(flat, made, game, seeds)]
    if name in SHOWN:
        found.append(_brief(walked(game, SHOWN[name])))
    lines = json.dumps(found, separators=(",", ":")).replace("},{", "},\n{")
    return f'{{"game":{json.dumps(head)},\n"walks":{lines}}}\n'


def read(name: str) -> tuple[Made, list[list[Step]]]:
    """A recorded game and its walks."""
    kept = json.loads(path_of(name).read_text("utf-8"))
    return Made(**kept["game"]), [_whole(walk) for walk in kept["walks"]]


def _whole(walk: Sequence[Mapping[str, Any]]) -> list[Step]:
    found: list[Step] = []
    can: frozenset[str] = frozenset()
    so: frozenset[str] = frozenset()
    for step in walk:
        can = (can | {*step.get("+can", ())}) - {*step.get("-can", ())}
        so = (so | {*step.get("+so", ())}) - {*step.get("-so", ())}
        found.append((step.get("say", ""), Shown(not step.get("refused"), can, so, bool(step.get("won")))))
    return found


def path_of(name: str) -> Path:
    """Where a game's record is."""
    return TRACES / f"alfworld_{name}.json"


if __name__ == "__main__":
    sys.exit(record(__doc__, missing(), {name: path_of(name) for name in RECORDED}, trace))
