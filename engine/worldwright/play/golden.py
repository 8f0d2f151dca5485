"""Golden playthroughs: plays that a person can read and a test repeats to the letter.

A `.play` file lies beside its world. It begins with comments, some of which say what is played, then a blank line, and
goes on with the play as an agent reads it. Lines in brackets are notes: why a command was refused, what was reached,
how it ended.

    # The chest is locked; the key is in reach.
    # task lunch
    # seed 3
    # skin natural
    # param shelves = 4

    You are in the kitchen. …
    > open chest
    The oak chest is locked.
    [refused: precondition, open.2]
    # A comment may stand before any command.
    > take key
    You take the brass key.
    [milestone: hold the key]

Only the header, the comments and the lines that begin with ">" are read back; the rest is written anew and compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ..compile.system import System
from ..diagnostics import WorldFault
from ..limits import NUMBER_DIGITS, PLAY_BYTES, PLAY_COMMANDS
from .episode import Episode
from .feedback import Feedback
from .skins import UnknownSkin
from .table import UnknownTask

SUFFIX = ".play"
_SETTING = re.compile(r"(task|seed|skin|param)(?: (.*))?")
_PARAM = re.compile(r"(\w+) = (\w+)")
_SEED = re.compile(rf"[0-9]{{1,{NUMBER_DIGITS}}}")

Value = int | bool | str


class GoldenFault(ValueError):
    """A golden play that cannot be read or cannot be begun: which file, which line (0: none), what to do."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(f"{name}:{line}: {message}" if line else f"{name}: {message}")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and the comments written before it."""

    comments: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Golden:
    """What is read of a file: what is played, which commands are given; and the lines it stands in."""

    name: str
    """The file's name, for messages."""
    lines: tuple[str, ...]
    comments: tuple[str, ...]
    task: str | None
    seed: int
    skin: str
    params: tuple[tuple[str, Value], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A golden play, played: the whole file as it should read, every feedback, and how the episode ended."""

    text: str
    feedback: tuple[Feedback, ...]
    ended: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first line of a file that is not what is played now; None where one of them has ended."""

    line: int
    written: str | None
    played: str | None


def plays_beside(world: Path) -> list[Path]:
    """The golden plays of a world's file, by name: those in its folder. Where the folder holds several worlds, those
    whose names begin with this one's."""
    found = sorted(world.parent.glob("*" + SUFFIX))
    alone = len(list(world.parent.glob("*.world"))) == 1
    return [path for path in found if path.is_file() and (alone or path.name.startswith(world.stem))]


def read(path: Path) -> Golden:
    """Reads a file. Raises GoldenFault for one that is too large, is not text or is not a play; OSError for no file."""
    with path.open("rb") as file:
        data = file.read(PLAY_BYTES + 1)
    if len(data) > PLAY_BYTES:
        raise GoldenFault(str(path), 0, f"a play has at most {PLAY_BYTES:,} bytes")
    try:
        return parse(data.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise GoldenFault(str(path), 0, f"this is not UTF-8 text: {error.reason} at byte {error.start}") from error


def parse(text: str, name: str) -> Golden:
    """Reads the header, the comments and the commands of a play's text. Raises GoldenFault."""
    lines = tuple(text.replace("\r\n", "\n").split("\n"))
    comments: list[str] = []
    settings: dict[str, str] = {}
    params: dict[str, Value] = {}
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    for number, line in enumerate(lines[:end], 1):
        if not line.startswith("#"):
            message = "a play begins with lines like `# task lunch`, then a blank line, then the play"
            raise GoldenFault(name, number, message)
        content = line.removeprefix("#").strip()
        setting = _SETTING.fullmatch(content)
        if setting is None:
            comments.append(content)
        elif setting[1] == "param":
            key, value = _param(setting[2] or "", name, number)
            if key in params:
                raise GoldenFault(name, number, f"the param {key} is given twice")
            params[key] = value
        elif setting[1] in settings:
            raise GoldenFault(name, number, f"the {setting[1]} is given twice")
        else:
            settings[setting[1]] = _setting(setting[1], setting[2] or "", name, number)
    task, seed, skin = settings.get("task"), int(settings.get("seed", "0")), settings.get("skin", "natural")
    steps = _steps(lines[end:], name, end)
    return Golden(name, lines, tuple(comments), task, seed, skin, tuple(params.items()), steps)


def _setting(word: str, value: str, name: str, number: int) -> str:
    if not value.strip():
        raise GoldenFault(name, number, f"`# {word}` needs a value; a comment that begins so needs other words")
    if word == "seed" and _SEED.fullmatch(value) is None:
        raise GoldenFault(name, number, f"a seed is a whole number of at most {NUMBER_DIGITS} digits: `# seed 3`")
    return value


def _param(text: str, name: str, number: int) -> tuple[str, Value]:
    match = _PARAM.fullmatch(text)
    if match is None or (match[2].isdecimal() and len(match[2]) > NUMBER_DIGITS):
        raise GoldenFault(name, number, "a param is written `# param shelves = 4`")
    value = match[2]
    if value in ("true", "false"):
        return match[1], value == "true"
    return match[1], int(value) if value.isascii() and value.isdecimal() else value


def _steps(lines: tuple[str, ...], name: str, before: int) -> tuple[Step, ...]:
    steps: list[Step] = []
    waiting: list[str] = []
    for number, line in enumerate(lines, before + 1):
        if line.startswith("# "):
            waiting.append(line.removeprefix("# "))
        elif line.startswith(">"):
            if len(steps) == PLAY_COMMANDS:
                raise GoldenFault(name, number, f"a play has at most {PLAY_COMMANDS:,} commands")
            steps.append(Step(tuple(waiting), line.removeprefix(">").strip()))
            waiting.clear()
    return tuple(steps)


def play(golden: Golden, system: System) -> Played:
    """Plays the commands in a world made with the play's params, and writes the file that results.

    Raises GoldenFault where the world has no such task or skin, or no start.
    """
    try:
        episode = Episode(system, task=golden.task, seed=golden.seed, skin=golden.skin)
    except (UnknownTask, UnknownSkin, WorldFault) as error:
        raise GoldenFault(golden.name, 0, f"this play cannot begin: {error}") from error
    lines = header(golden.comments, golden.task, golden.seed, golden.skin, dict(golden.params))
    lines += ["", episode.observation]
    heard: list[Feedback] = []
    for step in golden.steps:
        feedback = episode.step(step.command)
        heard.append(feedback)
        lines += [f"# {comment}" for comment in step.comments]
        lines += [f"> {step.command}", *answer(feedback)]
    return Played("\n".join(lines) + "\n", tuple(heard), episode.ended)


def header(comments: tuple[str, ...], task: str | None, seed: int, skin: str, params: Mapping[str, Value]) -> list[str]:
    """The lines a play begins with."""
    lines = [f"# {comment}".rstrip() for comment in comments]
    lines += [f"# task {task}"] if task else []
    lines += [f"# seed {seed}", f"# skin {skin}"]
    return lines + [f"# param {name} = {str(value).lower()}" for name, value in params.items()]


def answer(feedback: Feedback) -> list[str]:
    """What is written after a command: the text, and in brackets what an agent does not read."""
    lines = [feedback.text]
    if not feedback.accepted:
        lines.append(f"[refused: {feedback.kind}" + (f", {feedback.need.id}]" if feedback.need else "]"))
    lines += [f"[milestone: {milestone}]" for milestone in feedback.milestones]
    if feedback.ended and feedback.kind != "over":
        lines.append(f"[ended: {feedback.ended}]")
    return lines


def mismatch(golden: Golden, played: Played) -> Mismatch | None:
    """The first line of the file that differs from what was played; None when none does."""
    for number, (written, now) in enumerate(zip_longest(golden.lines, played.text.split("\n")), 1):
        if written != now:
            return Mismatch(number, written, now)
    return None
