"""Minigrid's BabyAI levels, run: what lies where, what the agent sees, when a mission is done. All as plain numbers.

A cell is Minigrid's own triple of type, colour and state (`Grid.encode`). `missing` says what is not installed.
"""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

if find_spec("minigrid") is not None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import gymnasium
        import minigrid
        from minigrid.envs.babyai.core import verifier
    from minigrid.utils.baby_ai_bot import BabyAIBot

Cell = tuple[int, int, int]
Grid = tuple[tuple[Cell, ...], ...]
"""Column by column, as Minigrid has it: grid[x][y]."""

EMPTY: Cell = (1, 0, 0)
UNSEEN: Cell = (0, 0, 0)
WALL: Cell = (2, 5, 0)
DOOR, KEY, BALL, BOX = 4, 5, 6, 7

NAMES = """
ActionObjDoor BlockedUnlockPickup BossLevel BossLevelNoUnlock FindObjS5 FindObjS6 FindObjS7 GoTo GoToDoor
GoToImpUnlock GoToLocal GoToLocalS5N2 GoToLocalS6N2 GoToLocalS6N3 GoToLocalS6N4 GoToLocalS7N4 GoToLocalS7N5
GoToLocalS8N2 GoToLocalS8N3 GoToLocalS8N4 GoToLocalS8N5 GoToLocalS8N6 GoToLocalS8N7 GoToObj GoToObjDoor
GoToObjMaze GoToObjMazeOpen GoToObjMazeS4 GoToObjMazeS4R2 GoToObjMazeS5 GoToObjMazeS6 GoToObjMazeS7 GoToObjS4
GoToObjS6-v1 GoToOpen GoToRedBall GoToRedBallGrey GoToRedBallNoDists GoToRedBlueBall GoToSeq GoToSeqS5R2
KeyCorridor KeyCorridorS3R1 KeyCorridorS3R2 KeyCorridorS3R3 KeyCorridorS4R3 KeyCorridorS5R3 KeyCorridorS6R3
KeyInBox MiniBossLevel MoveTwoAcrossS5N2 MoveTwoAcrossS8N9 OneRoomS12 OneRoomS16 OneRoomS20 OneRoomS8 Open
OpenDoor OpenDoorColor OpenDoorDebug OpenDoorLoc OpenDoorsOrderN2 OpenDoorsOrderN2Debug OpenDoorsOrderN4
OpenDoorsOrderN4Debug OpenRedBlueDoors OpenRedBlueDoorsDebug OpenRedDoor OpenTwoDoors Pickup PickupAbove
PickupDist PickupDistDebug PickupLoc PutNextLocal PutNextLocalS5N3 PutNextLocalS6N4 PutNextS4N1 PutNextS5N1
PutNextS5N2 PutNextS5N2Carrying PutNextS6N3 PutNextS6N3Carrying PutNextS7N4 PutNextS7N4Carrying Synth SynthLoc
SynthS5R2 SynthSeq UnblockPickup Unlock UnlockLocal UnlockLocalDist UnlockPickup UnlockPickupDist UnlockToUnlock
"""
LEVELS = tuple(f"BabyAI-{name}" if "-v" in name else f"BabyAI-{name}-v0" for name in NAMES.split())
"""All of BabyAI that Minigrid 3.2.0 has."""


def missing() -> str:
    """Why nothing can be run; empty if it can."""
    return "" if find_spec("minigrid") is not None else "minigrid is not installed: make differential installs it"


Described = tuple[int | None, int | None, str | None]
"""Kind, colour, where it was at the start as the agent saw it ("left", "right", "front", "behind"); None for any."""


def registered() -> set[str]:
    """The names of all levels of BabyAI that Minigrid knows."""
    return {name for name in gymnasium.registry if name.startswith("BabyAI")}


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed of a mission. Where it is strict, doing it to anything else is the end."""

    deed: str
    what: Described
    beside: Described | None
    strict: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A mission: the deeds that come first (one or two), those that come then (none, one or two), in which order they
    are said ("all_at_once" where nothing comes then), and Minigrid's words for it."""

    text: str
    order: str
    first: tuple[Deed, ...]
    then: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that Minigrid shows of one moment."""

    grid: Grid
    place: tuple[int, int]
    direction: int
    carrying: tuple[int, int] | None
    """Type and colour."""
    image: Grid
    """What the agent sees: seven columns from left to right, each of seven cells from afar to where it stands."""
    done: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """The shape of a level: what does not change."""

    columns: int
    rows: int
    size: int
    """Squares of a room from wall to wall."""
    inside: tuple[tuple[int, int, int, int], ...]
    """What boxes hold: column and row of the box, type and colour of what is in it."""
    sentence: Sentence


class Level:
    """One level, played."""

    def __init__(self, name: str, seed: int) -> None:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            self.env: Any = gymnasium.make(name).unwrapped
            self.env.reset(seed=seed)
        self.done = self.failed = False
        self.led_astray = False
        """Minigrid takes the agent to have gone to a thing that lies there no more: it looks where things are only when
        one is put down."""

    def house(self) -> House:
        """Its shape."""
        env = self.env
        inside = []
        for x in range(env.width):
            for y in range(env.height):
                held = getattr(env.grid.get(x, y), "contains", None)
                if held is not None:
                    inside.append((x, y, *_kind(held)))
        return House(env.num_cols, env.num_rows, env.room_size - 2, tuple(inside), _sentence(env.mission, env.instrs))

    def step(self, action: int) -> None:
        """One of the seven actions, by its number."""
        _, reward, terminated, _, _ = self.env.step(action)
        self.done = self.done or bool(terminated)
        self.failed = self.failed or bool(terminated and not reward)
        ahead = tuple(map(int, self.env.front_pos))
        there = self.env.grid.get(*ahead)
        for desc in _gone_to(self.env.instrs):
            known = any(tuple(map(int, at)) == ahead for at in desc.obj_poss)
            self.led_astray |= known and all(there is not each for each in desc.obj_set)

    def shown(self) -> Shown:
        """This moment."""
        env = self.env
        x, y = env.agent_pos
        carried = None if env.carrying is None else _kind(env.carrying)
        image = env.gen_obs()["image"]
        return Shown(
            _cells(env.grid.encode()),
            (int(x), int(y)),
            int(env.agent_dir),
            carried,
            _cells(image),
            self.done,
            self.failed,
        )


def chosen(level: Level, seed: int, most: int) -> Iterator[int]:
    """Actions to take, each to be taken before the next is asked for.

    Minigrid's own bot plays one walk in eight. Else they are random, and likelier those that bear on what is ahead.
    """
    if seed % 8 == 3:
        with contextlib.redirect_stdout(io.StringIO()):
            bot = BabyAIBot(level.env)
        action = None
        for _ in range(most):
            try:
                action = int(bot.replan(action))
            except AssertionError:  # its way of giving up
                return
            yield action
        return
    choose = random.Random(seed)
    for _ in range(most):
        env = level.env
        ahead = env.grid.get(*env.front_pos)
        empty = ahead is None or ahead.can_overlap()
        weights = (2, 2, 6, 1, 1, 1, 0.2) if empty else (2, 2, 1, 3, 1, 2, 0.2)
        yield choose.choices(range(7), weights)[0]


def _kind(thing: Any) -> tuple[int, int]:
    kind, colour, _ = thing.encode()
    return int(kind), int(colour)


def _cells(array: Any) -> Grid:
    return tuple(tuple((int(a), int(b), int(c)) for a, b, c in column) for column in array.tolist())


def _parts(instruction: Any) -> tuple[Any, ...]:
    """The single deeds of an instruction."""
    if isinstance(instruction, verifier.SeqInstr):
        return (*_parts(instruction.instr_a), *_parts(instruction.instr_b))
    return (instruction,)


def _gone_to(instruction: Any) -> list[Any]:
    """What the agent is to go to."""
    return [part.desc for part in _parts(instruction) if isinstance(part, verifier.GoToInstr)]


def _sentence(text: str, instruction: Any) -> Sentence:
    """Any instruction."""
    a, b = getattr(instruction, "instr_a", None), getattr(instruction, "instr_b", None)
    match instruction:
        case verifier.BeforeInstr():
            return Sentence(text, "first_said_first", _deeds(a), _deeds(b))
        case verifier.AfterInstr():
            return Sentence(text, "last_said_first", _deeds(b), _deeds(a))
    return Sentence(text, "all_at_once", _deeds(instruction), ())


def _deeds(instruction: Any) -> tuple[Deed, ...]:
    return tuple(map(_deed, _parts(instruction)))


def _deed(part: Any) -> Deed:
    strict = bool(getattr(part, "strict", False))
    if isinstance(part, verifier.PutNextInstr):
        return Deed("put", _placed(part.desc_move), _placed(part.desc_fixed), strict)
    deeds = {verifier.GoToInstr: "reach", verifier.PickupInstr: "fetch", verifier.OpenInstr: "open_up"}
    return Deed(deeds[type(part)], _placed(part.desc), None, strict)


def _placed(description: Any) -> Described:
    kinds, colours = minigrid.core.constants.OBJECT_TO_IDX, minigrid.core.constants.COLOR_TO_IDX
    kind = None if description.type is None else int(kinds[description.type])
    return kind, None if description.color is None else int(colours[description.color]), description.loc
