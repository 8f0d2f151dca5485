"""`CounterExample`: the play that shows what is wrong, as a line for a shell and as a golden file."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from ..play.golden import SUFFIX, Value, header, parse, play
from .given import Subject


@dataclass(frozen=True, slots=True)
class CounterExample:
    """Commands that end where something is wrong: what, and in which play of which world."""

    what: str
    """What is wrong at the end, in a sentence."""
    world: str
    """As `worldwright play` takes it."""
    params: tuple[tuple[str, Value], ...]
    task: str | None
    seed: int | None
    """None where no seed was found that plays them."""
    commands: tuple[str, ...]
    """As a player types them."""
    note: str = ""
    """Why it cannot be played as it is; empty when it was played."""

    def __len__(self) -> int:
        return len(self.commands)

    @property
    def shell(self) -> str:
        """A line for a shell that plays the commands: `printf … | worldwright play … --script -`."""
        lines = "".join(command.replace("\\", "\\\\").replace("%", "%%") + "\\n" for command in self.commands)
        words = ["worldwright", "play", self.world]
        for name, value in self.params:
            words += ["-p", f"{name}={str(value).lower()}"]
        words += ["--task", self.task] if self.task is not None else []
        words += ["--seed", str(self.seed or 0), "--script", "-"]
        return f"printf {shlex.quote(lines)} | {shlex.join(words)}"

    def __str__(self) -> str:
        after = f"after {len(self):,} command{'' if len(self) == 1 else 's'}" if self.commands else "at the start"
        lines = [f"{self.what}:" if after in self.what else f"{self.what}, {after}:"]
        lines += [f"  > {command}" for command in self.commands]
        lines += [f"play it: {self.shell}"]
        return "\n".join([*lines, f"({self.note})"] if self.note else lines)

    def golden(self, subject: Subject) -> str:
        """The text of a golden playthrough that plays the commands, with what the world answers today.

        Raises GoldenFault where the world has no such task or no start.
        """
        lines = header((self.what,), self.task, self.seed or 0, "natural", dict(self.params))
        written = "\n".join([*lines, "", *(f"> {command}" for command in self.commands)]) + "\n"
        return play(parse(written, self.world), subject.system).text

    def save(self, subject: Subject, path: Path) -> Path:
        """Writes the golden playthrough to a file that is not there yet, and gives its path.

        Raises FileExistsError, and ValueError for a name that does not end in `.play`.
        """
        if path.suffix != SUFFIX:
            raise ValueError(f"a golden playthrough's name ends in {SUFFIX}: {path}")
        text = self.golden(subject)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        return path
