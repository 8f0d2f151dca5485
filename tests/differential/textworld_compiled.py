"""TextWorld's cooking games as they are played: compiled with Inform, which asks for more than the rules of the files.

TextWorld's list of admissible commands comes from those rules. Here every command that it lists, or that our port has,
is said to the compiled game, which is then put back to where it was: what the game does is taken, the rest is not.
Where list and game differ is said by `DIFFERENCES`.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.differential.textworld_peers import challenge
from tests.differential.textworld_ports import Port

from worldwright.play.episode import Episode
from worldwright.play.feedback import argument_names

COOKING: Mapping[str, tuple[Mapping[str, Any], int]] = {
    "cooking_one_room": ({"recipe": 1, "take": 1, "go": 1, "cook": True, "cut": True}, 5),
    "cooking_six_rooms": ({"recipe": 2, "take": 1, "go": 6, "cook": True, "cut": True, "open": True, "drop": True}, 6),
    "cooking_nine_rooms": ({"recipe": 3, "take": 3, "go": 9, "cook": True, "open": True}, 7),
    "cooking_twelve_rooms": ({"recipe": 4, "take": 4, "go": 12, "cook": True, "cut": True, "drop": True}, 8),
    "cooking_nothing_to_do": ({"recipe": 2, "take": 2, "go": 6, "open": True}, 9),
}
"""The games that are recorded: every skill with and without, every number of rooms; settings and seed."""

Explains = Callable[[str, Mapping[str, str], Port], bool]
DIFFERENCES: Mapping[str, Explains] = {
    "the list has `prepare meal` once the first ingredient is in hand; the game asks for the whole recipe": (
        lambda command, variables, port: command == "prepare meal" and variables["at(meal)"] == "nowhere"
    ),
    "once the meal is made, the list counts all ingredients but the first as still held; in the game they are used": (
        lambda command, variables, port: variables["at(meal)"] != "nowhere"
    ),
    "a game may begin with more in hand than it has hands; the list counts hands, the game counts things": (
        lambda command, variables, port: port.overfull
    ),
    "what is held can be examined in the game; the list leaves it out": (
        lambda command, variables, port: command.startswith("examine ")
    ),
}
"""How TextWorld's list differs from what its compiled games do: what is so, and of which command in which state."""


def difference(command: str, variables: Mapping[str, str], port: Port) -> str | None:
    """Which of the differences explains that list and game disagree about a command."""
    return next((said for said, holds in DIFFERENCES.items() if holds(command, variables, port)), None)


@dataclass(frozen=True)
class Turn:
    """What one command has led to."""

    command: str
    """As the port says it; empty at the start."""
    taken: frozenset[str]
    """What the game does next; empty where it is over."""
    disputed: frozenset[str]
    """What is listed and not done, or done and not listed."""
    facts: frozenset[str] | None
    """TextWorld's facts, as the port writes them; None where they are not to be trusted."""
    ended: str


@dataclass
class Compiled:
    """A compiled game that is being played."""

    settings: Mapping[str, Any]
    seed: int
    text: str = ""
    """The game's file."""
    walkthrough: Sequence[str] = ()
    _folder: Any = field(default_factory=tempfile.TemporaryDirectory)
    _env: Any = None
    _state: Any = None
    _listed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made, options = challenge("tw-cooking", self.settings, self.seed)
        options.path = str(Path(self._folder.name) / "game.z8")
        path = import_module("textworld.generator").compile_game(made, options)
        self.text = Path(path).with_suffix(".json").read_text("utf-8")
        self.walkthrough = made.metadata["walkthrough"]
        textworld = import_module("textworld")
        self._env = textworld.start(path, textworld.EnvInfos(facts=True, admissible_commands=True))

    def walk(self, port: Port, guided: int, steps: int, seed: int) -> Iterator[Turn]:
        """Plays so many commands of the walkthrough, as far as they can be given, then random ones."""
        choose = random.Random(seed)
        episode = Episode(port.system, port.task, seed=0)
        planned = [port.said(command) for command in self.walkthrough[:guided]]
        self._state = self._env.reset()
        yield (turn := self._turn(port, episode, ""))
        for _ in range(steps):
            if turn.ended:
                return
            known = ours(port, episode)
            both = sorted(turn.taken & {*known})
            while planned and planned[0] not in both:  # It opens a door again each time that it goes through.
                planned.pop(0)
            command = planned.pop(0) if planned else choose.choice(both)
            self._state, *_ = self._env.step(self._listed.get(command, command))
            episode.act(known[command])
            yield (turn := self._turn(port, episode, command))

    def _turn(self, port: Port, episode: Episode, command: str) -> Turn:
        over = "*** The End ***" in self._state["feedback"], "*** You lost! ***" in self._state["feedback"]
        ended = "goal" if over[0] else "fail" if over[1] else ""
        self._listed = {port.said(listed): listed for listed in self._state["admissible_commands"]}
        candidates = {**{own: own for own in ours(port, episode)}, **self._listed}
        taken = frozenset() if ended else frozenset(c for c, said in candidates.items() if self._does(said))
        facts = frozenset(fact for text in self._state["facts"] if (fact := port.fact(str(text))) is not None)
        made = any(fact.endswith("(meal, I)") or fact == "consumed(meal)" for fact in facts)
        trusted = not made and not ended and not port.overfull
        return Turn(
            command, taken, taken ^ {*self._listed} if not ended else frozenset(), facts if trusted else None, ended
        )

    def _does(self, command: str) -> bool:
        """Whether the game does it; it is as it was before."""
        game = self._env.unwrapped
        before = game._jericho.get_state()
        told = game._send(command)
        game._jericho.set_state(before)
        return re.search(r"^\[[^(\]]* - succeeded\]", told, re.MULTILINE) is not None


def ours(port: Port, episode: Episode) -> dict[str, Any]:
    """What the port has for commands where an episode stands, by how TextWorld says them."""
    system = episode.system
    return {
        port.command(system.actions[command[0]].name, argument_names(system, command)): command
        for command in (() if episode.ended else system.admissible(episode.state.state))
    }


def unlike(port: Port, turns: Iterable[Turn]) -> str:
    """Follows a walk in the port: the first thing that is otherwise than in the game, or nothing."""
    episode = Episode(port.system, port.task, seed=0)
    for number, turn in enumerate(turns):
        if turn.command:
            known = ours(port, episode)
            if turn.command not in known:
                return f"{number}: {turn.command} is refused"
            episode.act(known[turn.command])
        variables = port.system.decode(episode.state.state)
        known = ours(port, episode)
        if episode.ended != turn.ended:
            return f"{number}: {turn.command}: ended {episode.ended!r}, not {turn.ended!r}"
        if {*known} != turn.taken:
            own, theirs = sorted({*known} - turn.taken), sorted(turn.taken - {*known})
            return f"{number}: {turn.command}: ours {own}, theirs {theirs}"
        if turn.facts is not None and port.facts(variables) != turn.facts:
            return f"{number}: {turn.command}: facts apart: {sorted(port.facts(variables) ^ turn.facts)}"
        for command in sorted(turn.disputed):
            if difference(command, variables, port) is None:
                return f"{number}: {turn.command}: {command} is disputed without a reason"
    return ""
