"""TextWorld's games and the worlds made from them: how commands, facts and scores of one are called in the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from worldwright.bridges.textworld import Imported, import_textworld
from worldwright.compile.system import System
from worldwright.pipeline import load_text
from worldwright.play.episode import Episode
from worldwright.play.feedback import Feedback
from worldwright.source import Source
from worldwright.testing import PeerMapping, Shown

LIDS = ("open", "closed", "locked")
HEATS = ("fried", "roasted", "grilled")
CUTS = ("uncut", "sliced", "diced", "chopped")
_FACT = re.compile(r"([a-z_/0-9]+)\((.*)\)")


@dataclass(frozen=True)
class Game:
    """A game and the world made from it."""

    imported: Imported
    system: System
    names: Mapping[str, str]
    """From the world's identifiers to what the game calls things."""
    rewards: Mapping[str, int]
    """Of quests, by their names in the world."""
    kept: frozenset[str]
    """The variables of the world that can change."""
    remembered: bool
    """Whether the world remembers what was done; else the one quest is done at the goal."""

    @classmethod
    def of(cls, text: str) -> Game:
        """From the text of a game's file."""
        imported = import_textworld(Source("game.json", text))
        system = load_text(imported.text, name="game.world")
        called = {identifier: info["name"] for identifier, info in json.loads(text)["infos"]}
        names = {own: called[entity] for entity, own in imported.names.items()}
        rewards = {quest.identifier: quest.reward for quest in imported.quests}
        kept = frozenset(system.decode(Episode(system, "game", seed=0).state.state))
        return cls(imported, system, names, rewards, kept, any(name.startswith("done(") for name in kept))

    @property
    def mapping(self) -> PeerMapping:
        """How the world's actions, variables and endings are called in the game."""
        return PeerMapping(action=self.command, state=self.facts, reward=self.reward, ended=str)

    def command(self, action: str, arguments: Mapping[str, str]) -> str:
        """What a TextWorld player would say."""
        said = {name: self.names.get(value, value) for name, value in arguments.items()}
        match action:
            case "take_from":
                return f"take {said['x']} from {said['f']}"
            case "insert":
                return f"insert {said['x']} into {said['c']}"
            case "put":
                return f"put {said['x']} on {said['s']}"
            case "lock" | "unlock":
                return f"{action} {said['c']} with {said['k']}"
            case "cook":
                return f"cook {said['x']} with {said['f']}"
            case "chop" | "slice" | "dice":
                return f"{action} {said['x']} with {said['y']}"
            case "prepare_meal":
                return "prepare meal"
        return " ".join([action, *said.values()])

    def facts(self, variables: Mapping[str, str]) -> frozenset[str]:
        """The world's variables as facts of the game, as far as they can change."""
        found = set()
        for variable, value in variables.items():
            name, _, rest = variable.partition("(")
            fact = self._fact(name, self._called(rest.removesuffix(")")), value, variables)
            found |= {fact} if fact else set()
        return frozenset(found)

    def _called(self, own: str) -> str:
        return self.names.get(own, own)

    def _fact(self, name: str, what: str, value: str, variables: Mapping[str, str]) -> str:
        match name:
            case "here":
                return f"at(P, {self._called(value)})"
            case "at":
                if value == "hand":
                    return f"in({what}, I)"
                if value in ("eaten", "used"):
                    return f"{value}({what})"
                return "" if value == "nowhere" else f"has({what}, {self._called(value)})"
            case "lid":
                return f"{value}({what})"
            case "cooked":
                unmade = variables.get("at(meal)") == "nowhere" and what == "meal"
                return f"{value}({what})" if value != "raw" or not unmade else ""
            case "burned":
                return f"burned({what})" if value == "true" else ""
            case "cut":
                return f"{value}({what})" if value != "whole" else ""
        return ""

    def fact(self, text: str) -> str | None:
        """A fact as TextWorld writes it, as `facts` writes it; None for one that is not compared."""
        found = _FACT.fullmatch(text)
        if not found:
            return None
        name, arguments = found[1], [part.partition(":")[0].strip() for part in found[2].split(",")]
        own = {called: name for name, called in self.names.items()}.get(arguments[0], "")
        if name == "at" and arguments[0] == "P":
            return f"at(P, {arguments[1]})" if "here" in self.kept else None
        if name in ("at", "in", "on") and f"at({own})" in self.kept:
            return f"in({arguments[0]}, I)" if arguments[1] == "I" else f"has({arguments[0]}, {arguments[1]})"
        if name in ("eaten", "consumed", "used") and f"at({own})" in self.kept:
            return f"{'used' if name == 'used' else 'eaten'}({arguments[0]})"
        if name in LIDS and f"lid({own})" in self.kept:
            return f"{name}({arguments[0]})"
        if name in (*HEATS, "raw", "needs_cooking") and f"cooked({own})" in self.kept:
            return f"{'raw' if name == 'needs_cooking' else name}({arguments[0]})"
        if name == "burned" and f"burned({own})" in self.kept:
            return f"burned({arguments[0]})"
        if name in CUTS and f"cut({own})" in self.kept:
            return f"{name}({arguments[0]})"
        return None

    def reward(self, feedback: Feedback) -> float:
        """What a command has brought: the rewards of the quests that it has completed."""
        if not self.remembered:
            return float(sum(self.rewards.values())) if feedback.ended == "goal" else 0.0
        done = [c.name for c in feedback.changes if c.name.startswith("done(")]
        return float(sum(self.rewards[name[5:-1]] for name in done))


class Playing:
    """A TextWorld game as a peer that is over only where a quest is won or lost.

    TextWorld also gives a game up ("unfinishable") when it sees no way back to the walkthrough that its maker recorded.
    There the world goes on, and comparing stops.
    """

    def __init__(
        self,
        env: Any,
        fact: Callable[[str], str | None],
        said: Callable[[str], str] = str,
        unlisted: Callable[[Iterable[str]], frozenset[str]] = lambda facts: frozenset(),
    ) -> None:
        """`fact` and `said` write facts and listed commands as our side does; `unlisted` is taken and not listed."""
        self._env = env
        self._fact = fact
        self._said = said
        self._unlisted = unlisted
        self._listed: dict[str, str] = {}
        self._score = 0

    def reset(self, seed: int) -> Shown:
        """Begins anew; a game has no seed."""
        self._score = 0
        return self._shown(self._env.reset(), None)

    def step(self, action: Hashable) -> Shown:
        """Takes a command."""
        state, score, _ = self._env.step(self._listed.get(str(action), str(action)))
        gained, self._score = score - self._score, score
        return self._shown(state, float(gained))

    def _shown(self, state: Any, reward: float | None) -> Shown:
        facts = [self._fact(str(fact)) for fact in state["facts"]]
        quests = state["_game_progression"].quest_progressions
        lost = state["lost"] and any(quest.failed for quest in quests if not quest.quest.optional)
        self._listed = {self._said(command): command for command in state["admissible_commands"]}
        return Shown(
            state=frozenset(fact for fact in facts if fact is not None),
            admissible=frozenset(self._listed) | self._unlisted(map(str, state["facts"])),
            reward=reward,
            ended="goal" if state["won"] else "fail" if lost else "",
            truncated=state["lost"] and not lost,
        )


def without_guesses(text: str) -> str:
    """A game's file without the walkthroughs of its quests, so that TextWorld never gives it up."""
    game = json.loads(text)
    for quest in game["quests"]:
        for event in (*quest["win_events"], *quest["fail_events"]):
            event["actions"] = []
            event["commands"] = []
    return json.dumps(game)
