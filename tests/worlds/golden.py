"""Golden playthroughs: plays of the shipped worlds that a person can read and a test repeats to the letter.

A `.play` file lies beside its world. It begins with comments, some of which say what is played, and goes on with the
play as an agent reads it. Lines in brackets are notes: why a command was refused, what was reached, how it ended.

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

Only the header, the comments and the lines that begin with "> " are read back; the rest is written anew and compared.
`python -m tests.worlds.golden` shows what has changed; with `--update` it writes the files again.
"""

from __future__ import annotations

import difflib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from worldwright.pipeline import load
from worldwright.play.episode import Episode
from worldwright.play.feedback import Feedback
from worldwright.shipped import shipped

_SETTING = re.compile(r"(task|seed|skin|param) (.+)")
_PARAM = re.compile(r"(\w+) = (\w+)")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and the comments written before it."""

    comments: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Golden:
    """What is read of a file: what is played, and which commands are given."""

    path: Path
    comments: tuple[str, ...]
    task: str | None
    seed: int
    skin: str
    params: tuple[tuple[str, int | bool | str], ...]
    steps: tuple[Step, ...]

    @property
    def world(self) -> Path:
        """The world's file, in the same folder."""
        return self.path.parent / f"{self.path.parent.name}.world"


@dataclass(frozen=True, slots=True)
class Played:
    """A golden play, played: the whole file as it should read, every feedback, and how the episode ended."""

    text: str
    feedback: tuple[Feedback, ...]
    ended: str


def files() -> list[Path]:
    """All golden plays, in the order of their names."""
    return sorted(shipped("worlds").glob("*/*.play"))


def read(path: Path) -> Golden:
    """Reads the header, the comments and the commands of a file."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    comments: list[str] = []
    settings: dict[str, str] = {}
    params: list[tuple[str, int | bool | str]] = []
    for line in head.splitlines():
        content = line.removeprefix("#").strip()
        setting = _SETTING.fullmatch(content)
        if setting is None:
            comments.append(content)
        elif setting[1] == "param":
            params.append(_param(setting[2]))
        else:
            settings[setting[1]] = setting[2]
    steps: list[Step] = []
    waiting: list[str] = []
    for line in body.splitlines():
        if line.startswith("# "):
            waiting.append(line.removeprefix("# "))
        elif line.startswith(">"):
            steps.append(Step(tuple(waiting), line.removeprefix(">").strip()))
            waiting.clear()
    task, seed, skin = settings.get("task"), int(settings.get("seed", "0")), settings.get("skin", "natural")
    return Golden(path, tuple(comments), task, seed, skin, tuple(params), tuple(steps))


def _param(text: str) -> tuple[str, int | bool | str]:
    match = _PARAM.fullmatch(text)
    assert match is not None, f"not `name = value`: {text}"
    name, value = match[1], match[2]
    if value in ("true", "false"):
        return name, value == "true"
    return name, int(value) if value.isdecimal() else value


def play(golden: Golden) -> Played:
    """Plays the commands and writes the file that results."""
    system = load(golden.world, dict(golden.params))
    episode = Episode(system, task=golden.task, seed=golden.seed, skin=golden.skin)
    lines = [f"# {comment}".rstrip() for comment in golden.comments]
    lines += [f"# task {golden.task}"] if golden.task else []
    lines += [f"# seed {golden.seed}", f"# skin {golden.skin}"]
    lines += [f"# param {name} = {str(value).lower()}" for name, value in golden.params]
    lines += ["", episode.observation]
    heard: list[Feedback] = []
    for step in golden.steps:
        feedback = episode.step(step.command)
        heard.append(feedback)
        lines += [f"# {comment}" for comment in step.comments]
        lines += [f"> {step.command}", feedback.text, *notes(feedback)]
    return Played("\n".join(lines) + "\n", tuple(heard), episode.ended)


def notes(feedback: Feedback) -> list[str]:
    """What an agent does not read, in brackets."""
    found = []
    if not feedback.accepted:
        found.append(f"[refused: {feedback.kind}" + (f", {feedback.need.id}]" if feedback.need else "]"))
    found += [f"[milestone: {milestone}]" for milestone in feedback.milestones]
    if feedback.ended and feedback.kind != "over":
        found.append(f"[ended: {feedback.ended}]")
    return found


def difference(golden: Golden) -> str:
    """How the file differs from what is played now; empty when it does not."""
    before = golden.path.read_text(encoding="utf-8").splitlines()
    after = play(golden).text.splitlines()
    return "\n".join(difflib.unified_diff(before, after, golden.path.name, "played now", lineterm=""))


def main(arguments: list[str]) -> int:
    """Shows what has changed, or writes it with `--update`; names of files choose some of them."""
    chosen = [Path(a).resolve() for a in arguments if not a.startswith("-")] or files()
    changed = 0
    for path in chosen:
        golden = read(path)
        found = difference(golden)
        changed += bool(found)
        if found:
            print(found)
        if "--update" in arguments:
            path.write_text(play(golden).text, encoding="utf-8")
    print(f"{len(chosen)} plays, {changed} changed" + (" and written" if "--update" in arguments else ""))
    return 0 if "--update" in arguments or not changed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
