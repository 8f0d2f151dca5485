"""The novice: the expert with seeded mistakes of every kind, each followed by a thought that reads the feedback.

A mistake is never the last word: the turn after it (or after repeating it once) is the expert's own step, with a
thought that says what the feedback taught. Mistakes are refused, so they change nothing; they cost turns, and stop when
those run short.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command
from worldwright.play.table import table_of
from worldwright.play.understand import Fault
from worldwright.players import frames
from worldwright.players.english import speech, upper_first
from worldwright.players.mind import Decision, Mind
from worldwright.players.mistakes import KINDS, Blunders, Kind, Mistake
from worldwright.players.player import Briefing, Heard, written
from worldwright.players.thought import Thinker

_FINE = 10_000


class NoviceSettings(BaseModel):
    """How often a novice errs, by kind, as a share of turns; and how many refinements a trajectory must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_refines: int = Field(default=2, ge=0, le=20, description="error-and-refinement pairs that each trajectory gets")
    precondition: float = Field(default=0.12, ge=0.0, le=1.0, description="a command whose need is not met")
    unknown_command: float = Field(default=0.04, ge=0.0, le=1.0, description="an unknown or misspelt verb")
    unknown_object: float = Field(default=0.04, ge=0.0, le=1.0, description="a thing that nobody spoke of")
    wrong_type: float = Field(default=0.03, ge=0.0, le=1.0, description="a thing of the wrong type")
    ambiguous: float = Field(default=0.03, ge=0.0, le=1.0, description="a name that fits several things")
    format: float = Field(default=0.03, ge=0.0, le=1.0, description="a reply out of form")
    repeat: float = Field(default=0.08, ge=0.0, le=1.0, description="chance that a mistake is made once again")
    spare_turns: int = Field(default=4, ge=0, description="turns that are kept back beyond twice the plan's length")

    def rate(self, kind: Kind) -> float:
        """The rate of one kind."""
        return float(getattr(self, kind))


@dataclass(frozen=True, slots=True)
class _Said:
    """What the last reply was: a step of the plan or a mistake, and whether it was a repetition."""

    command: Command | None
    action: str
    mistake: Mistake | None = None
    repeated: bool = False


class Novice:
    """Plays like the expert, but errs and learns from what it is told then."""

    def __init__(self, briefing: Briefing, settings: NoviceSettings | None = None) -> None:
        self._settings = settings or NoviceSettings()
        self._briefing = briefing
        self._mind = Mind(briefing)
        self._thinker = Thinker(briefing, self._mind)
        self._skin = table_of(briefing.system).skin(briefing.skin)
        self._speech = speech(briefing.system)
        self._blunders = Blunders(briefing.system, self._mind, self._skin)
        self._turn = 0
        self._accepted = 0
        self._said: _Said | None = None
        self._pairs: set[Hashable] = set()  # the turns that refine an error, and the commands that will
        self._kinds_made: list[Kind] = []

    def reply(self, heard: Heard | None) -> str:
        """Take in what was heard; err, refine, or go on."""
        last = self._said
        if heard is not None and last is not None:
            self._learn(last, heard)
        decision = self._mind.decide()
        erred = last.mistake if last is not None and heard is not None and heard.kind != "ok" else None
        text = "" if heard is None else heard.text
        if erred is not None and last is not None and self._stubborn(last, decision):
            return self._repeat(erred, text)
        if erred is None:
            mistake = self._slip(decision)
            if mistake is not None:
                return self._err(mistake, decision, heard)
        if erred is not None and not erred.early:
            counts = decision.command not in self._pairs
            filler = self._filler(decision, counts)
            if filler is not None:
                decision = Decision(filler, "plan", decision.supposed, ())
            if counts or filler is not None:
                self._pairs.add(self._accepted)
        if erred is not None and heard is not None:
            thought = self._refine(erred, heard, decision)
        else:
            thought = self._thinker.think(decision, heard)
        action = self._skin.print(decision.command)
        self._said = _Said(decision.command, action)
        self._turn += 1
        return written(thought, action)

    # ------------------------------------------------------------ learning

    def _learn(self, last: _Said, heard: Heard) -> None:
        command = last.command
        if command is None and heard.kind in ("ok", "precondition"):
            read = self._skin.read(last.action, self._mind.belief.told)
            command = None if isinstance(read, Fault) else read
        self._mind.learn(command, heard)
        if heard.kind == "ok":
            if command in self._pairs:
                self._pairs.discard(command)
                self._pairs.add(self._accepted)
            self._accepted += 1

    # ------------------------------------------------------------ erring

    def _pick(self, site: int, n: int) -> int:
        return draw_for(self._briefing.seed, self._turn)(1000 + site, n)

    def _slip(self, decision: Decision) -> Mistake | None:
        """The mistake to make now, if one is due by the rates or to come to `min_refines` in time."""
        left = self._briefing.limit - self._turn
        steps = max(1, len(decision.plan))
        missing = max(0, self._settings.min_refines - len(self._pairs))
        if decision.why == "lost" or left < steps + 2 + 2 * missing:
            return None
        forced = missing >= steps
        if not forced and left < 2 * steps + self._settings.spare_turns + 2 * missing:
            return None
        share = max(sum(self._settings.rate(kind) for kind in KINDS), missing / steps)
        if not forced and self._pick(1, _FINE) >= share * _FINE:
            return None
        for place, kind in enumerate(self._kinds()):
            pick = partial(self._pick, 40 + place)
            mistake = self._blunders.propose(kind, decision, pick, early=not forced)
            if mistake is not None:
                return mistake
        return None

    def _kinds(self) -> list[Kind]:
        """The kinds of mistakes in a random order by their rates; the kind made last comes last."""
        weights = {kind: int(self._settings.rate(kind) * _FINE) for kind in KINDS if self._settings.rate(kind) > 0}
        order: list[Kind] = []
        while weights:
            drawn = self._pick(20 + len(order), max(1, sum(weights.values())))
            for kind in list(weights):
                drawn -= weights[kind]
                if drawn < 0 or len(weights) == 1:
                    order.append(kind)
                    del weights[kind]
                    break
        last = self._kinds_made[-1:]
        return sorted(order, key=lambda kind: kind in last and kind != "precondition")

    def _err(self, mistake: Mistake, decision: Decision, heard: Heard | None) -> str:
        if mistake.early:
            self._pairs.add(mistake.command)
        self._kinds_made.append(mistake.kind)
        if mistake.base == decision.command and mistake.kind in ("format", "unknown_command"):
            thought = self._thinker.think(decision, heard)
        else:
            wordings = {"precondition": frames.HASTY, "unknown_object": frames.STRANGE}.get(mistake.kind, frames.PLAIN)
            said = self._thinker.say("err", wordings, P=mistake.phrase)
            aim = self._thinker.aim + " " if heard is None else ""
            thought = self._thinker.instead(aim + said, "" if heard is None else heard.text)
        self._said = _Said(mistake.command, mistake.action, mistake)
        self._turn += 1
        return mistake.reply(thought)

    def _stubborn(self, last: _Said, decision: Decision) -> bool:
        left = self._briefing.limit - self._turn
        if last.repeated or left < 2 * len(decision.plan) + self._settings.spare_turns + 4:
            return False
        return self._pick(3, _FINE) < int(self._settings.repeat * _FINE)

    def _repeat(self, mistake: Mistake, heard: str) -> str:
        said = self._thinker.say("stubborn", frames.STUBBORN, P=mistake.phrase)
        thought = self._thinker.instead(said, heard)
        self._said = _Said(mistake.command, mistake.action, mistake, repeated=True)
        self._turn += 1
        return mistake.reply(thought)

    def _filler(self, decision: Decision, counts: bool) -> Command | None:
        """A command that changes nothing, to refine with, where the plan has too few steps left for that."""
        missing = self._settings.min_refines - len(self._pairs) - counts
        if missing < max(1, len(decision.plan)):
            return None
        system, belief = self._mind.system, self._mind.belief
        if self._briefing.limit - self._turn < len(decision.plan) + 3:
            return None
        for command in system.admissible(decision.supposed, belief.told):
            if not system.world.actions[command[0]].free or not belief.accepts(command):
                continue
            if self._mind.predict.states_after(decision.supposed, command) == (decision.supposed,):
                return command
        return None

    # ------------------------------------------------------------ refining

    def _refine(self, mistake: Mistake, heard: Heard, decision: Decision) -> str:
        """A thought that takes up what the refusal said and says what is done instead."""
        command = decision.command
        if heard.kind == "precondition":
            return self._thinker.instead(self._because(mistake, heard.text, decision), heard.text, decision)
        wordings: dict[str, tuple[str, ...]] = {
            "format": frames.REFORM,
            "unknown_command": frames.REWORD,
            "unknown_object": frames.RENAME,
            "wrong_type": frames.RETYPE if mistake.thing else frames.RETHINK,
            "ambiguous": frames.DISTINGUISH if mistake.base == command else frames.DISTINGUISH_LATER,
        }
        said = self._thinker.say(
            heard.kind,
            wordings.get(heard.kind, frames.RETHINK),
            P=self._speech.phrase(command),
            X=self._speech.the(mistake.thing) if mistake.thing else "it",
        )
        return self._thinker.instead(said, heard.text, decision)

    def _because(self, mistake: Mistake, text: str, decision: Decision) -> str:
        mine = self._speech.mine(text)
        command = decision.command
        things = self._speech.objects(command)
        shared = things[0] if len(things) == 1 and not self._speech.is_person(things[0]) else 0
        named = shared and mine.count(self._speech.the(shared).split(" ", 1)[-1]) == 1
        others = [thing for thing in self._speech.objects(mistake.command or (0,)) if thing != shared]
        alone = not any(self._speech.the(thing).split(" ", 1)[-1] in mine for thing in others)
        phrase = self._speech.phrase(command, shared if named and alone else 0)
        needed = mistake.early and any(step.command == mistake.command for step in decision.plan)
        wordings: tuple[str, ...]
        if mine.startswith("I have to") or len(mine) > 110 or ":" in mine:
            wordings = frames.TOLD_TO
        elif needed:
            wordings = frames.FIRST
        else:
            wordings = frames.INSTEAD
        return self._thinker.say("because", wordings, R=upper_first(mine), P=phrase)
