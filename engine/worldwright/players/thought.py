"""`Thinker`: one or two sentences a turn about what a player knows, wants and does.

A thought says only what follows from what was told: what stands in the way (the sentence with which a later step of the
plan would be refused now, if every believed state agrees on it), where a thing could be (the places it has in the
believed states), what the last look ruled out. It never names a thing that the player was not told of. Wordings vary
with the player's seed and the turn, and none is used twice in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worldwright.check.world import NONE
from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command
from worldwright.players.english import either, first_person, lower_first, not_yet, sentences, speech, upper_first
from worldwright.players.mind import Decision, Mind, spread
from worldwright.players.player import Briefing

PLACES = frozenset({"at", "in", "on", "inside", "location", "loc", "place", "place_of", "where", "holder", "spot"})
"""State variables by these names are taken to say where a thing is."""

ON = frozenset({"table", "shelf", "desk", "counter", "countertop", "bench", "ledge", "bank", "hillside", "bed", "sofa"})
CASES = 40


@dataclass(frozen=True, slots=True)
class Doubt:
    """A thing whose place the plan only supposes: where it is supposed to be, and all places it could have."""

    thing: int
    supposed: int
    places: tuple[int, ...]


class Thinker:
    """The thoughts of one player in one episode."""

    def __init__(self, briefing: Briefing, mind: Mind) -> None:
        self._mind = mind
        self._speech = speech(briefing.system)
        self._seed = briefing.seed
        self._turn = 0
        self._recent: list[str] = []
        self._heard = briefing.opening.lower()
        self._task = mind.task.text(mind.system.always_told)[0]
        self._doubt: Doubt | None = None
        self._last: Command | None = None
        self._system = mind.system
        self._places = tuple(
            slot
            for slot in self._system.slots
            if slot.name in PLACES and len(slot.args) == 1 and self._system.world.atoms[slot.args[0]].is_object
        )

    # ------------------------------------------------------------ thoughts

    def think(self, decision: Decision, heard: str = "") -> str:
        """The thought that goes with a decision, after some text was read ("" on the first turn)."""
        self._heard += " " + heard.lower()
        parts = [self._found(heard) if heard else self._aim()]
        doubt = self._doubt_of(decision)
        if decision.why == "plan":
            parts.append(self._suppose(decision, doubt) if doubt else self._intend(decision))
        else:
            parts.append(self._otherwise(decision))
        self._doubt = doubt
        return self._close(decision.command, " ".join(part for part in parts if part))

    def again(self, command: Command, reaction: str, heard: str) -> str:
        """A thought that begins with a reaction to a refusal and ends with what is done instead."""
        self._heard += " " + heard.lower()
        return self._close(command, reaction)

    def plain(self, command: Command) -> str:
        """A bare intention."""
        return self._close(command, self._say("plain", _PLAIN, P=self._speech.phrase(command)))

    def guarded(self, text: str) -> bool:
        """Does a text name only what was told?"""
        return not self._speech.untold(text, self._mind.belief.told)

    def say(self, group: str, frames: Sequence[str], **words: str) -> str:
        """One of some wordings, not the one used last."""
        return self._say(group, frames, **words)

    def _close(self, command: Command, text: str) -> str:
        if not self.guarded(text):
            text = self._say("plain", _PLAIN, P=self._speech.phrase(command))
        self._last = command
        self._turn += 1
        return text

    # ------------------------------------------------------------ the parts of a thought

    def _aim(self) -> str:
        return self._speech.task(self._task) if self._task else ""

    def _found(self, heard: str) -> str:
        """What the last look said about the thing whose place was only supposed."""
        doubt = self._doubt
        if doubt is None:
            return ""
        now = self._places_of(doubt.thing)
        if doubt.supposed not in now:
            if len(now) == 1 and self._told(doubt.thing) and self._told(now[0]):
                words = {"X": self._speech.the(doubt.thing), "Y": self._in(now[0])}
                frames = _SEEN if self._read_of(doubt.thing, heard) else _DEDUCED
                return self._say("found", frames, **words)
            name = self._name(doubt.thing)
            if name is None or not self._told(doubt.supposed):
                return self._say("nothing", _NOTHING)
            if name.startswith(("a ", "an ")):
                return self._say("no", _NO_SUCH, K=name.split(" ", 1)[1], Y=self._in(doubt.supposed))
            return self._say("not", _NOT_THERE, X=name, Y=self._in(doubt.supposed))
        if len(now) == 1 and len(doubt.places) > 1 and self._told(doubt.thing):
            return self._say("seen", _SEEN, X=self._speech.the(doubt.thing), Y=self._in(now[0]))
        return ""

    def _suppose(self, decision: Decision, doubt: Doubt) -> str:
        """Where the thing that is looked for could be, and where the player looks first."""
        phrase = self._speech.phrase(decision.command)
        name = self._name(doubt.thing)
        told = [place for place in doubt.places if self._told(place)]
        if name is None:
            return self._say("search", _SEARCH, P=phrase)
        before = self._doubt
        if not self._told(doubt.supposed):
            return self._say("unknown", _UNKNOWN_PLACE, X=name, P=phrase)
        where = self._in(doubt.supposed)
        same = before is not None and before.thing == doubt.thing
        if same and before is not None and before.supposed == doubt.supposed:
            return self._intend(decision)
        if not same and 2 <= len(told) == len(doubt.places) <= 4:
            places = either([self._in(place) for place in told])
            return self._say("could", _COULD, X=name, L=places, P=phrase)
        if not same:
            return self._say("many", _MANY, X=name, Y=where, P=phrase)
        return self._say("perhaps", _PERHAPS, X=name, Y=where, P=phrase)

    def _intend(self, decision: Decision) -> str:
        """What stands in the way, what the step is for, or just the step."""
        command, plan = decision.command, decision.plan
        phrase = self._speech.phrase(command)
        if len(plan) == 1 and self._ends(decision):
            return self._say("last", _LAST, P=phrase)
        if command == self._last:
            return self._say("again", _AGAIN, P=phrase)
        later = self._later(decision)
        if later is None:
            return self._say("plain", _PLAIN, P=phrase)
        mentioned = self._speech.objects(command)
        shared = mentioned[0] if len(set(mentioned)) == 1 and not self._speech.is_person(mentioned[0]) else 0
        purpose = self._speech.phrase(later, shared)
        reason = self._reason(later)
        styles = draw_for(self._seed, self._turn)(71, 5)
        if reason and styles in (0, 1):
            pronoun = self._speech.phrase(command, shared if self._names_once(reason, shared) else 0)
            return self._say("reason", _REASON, R=upper_first(not_yet(reason)), P=pronoun)
        if styles in (2, 3):
            return self._say("purpose", _PURPOSE, P=phrase, L=purpose)
        return self._say("plain", _PLAIN, P=phrase)

    def _otherwise(self, decision: Decision) -> str:
        phrase = self._speech.phrase(decision.command)
        if decision.why == "sense" and decision.plan:
            wish = decision.plan[0].command
            if not self._untold(wish):
                return self._say("sense", _SENSE, P=phrase, L=self._speech.phrase(wish))
            return self._say("search", _SEARCH, P=phrase)
        if decision.why == "lost":
            return self._say("lost", _LOST, P=phrase)
        return self._say("try", _TRY, P=phrase)

    # ------------------------------------------------------------ what the plan rests on

    def _later(self, decision: Decision) -> Command | None:
        """The next step of the plan that does something else, if it names only what is told."""
        action = decision.command[0]
        for step in decision.plan[1:]:
            if step.command[0] != action:
                return None if self._untold(step.command) else step.command
        return None

    def _reason(self, later: Command) -> str:
        """Why a later step would be refused now, if that is the same in every believed state; else nothing."""
        told = self._mind.belief.told
        reason = ""
        for state in spread(self._mind.belief.states, CASES):
            need = self._system.refusal(state, later)
            if need < 0:
                return ""
            text = self._system.refusal_text(state, later, need, told)
            if reason and text != reason:
                return ""
            reason = text
        if not reason or "omething" in reason or '"' in reason:
            return ""
        mine = self._speech.mine(reason)
        if mine.startswith("I have to") or ":" in mine or len(mine) > 90:
            return ""
        return mine

    def _ends(self, decision: Decision) -> bool:
        """Is the task done after this command in every believed state?"""
        return all(
            self._mind.task.goal(after)
            for state in spread(self._mind.belief.states, CASES)
            if self._system.refusal(state, decision.command) < 0
            for after in self._mind.predict.states_after(state, decision.command)
        )

    def _doubt_of(self, decision: Decision) -> Doubt | None:
        """The thing whose place the plan supposes and not all believed states share."""
        if not decision.plan:
            return None
        for thing in self._things_of(decision):
            places = self._places_of(thing)
            if len(places) > 1:
                supposed = self._place(decision.supposed, thing)
                if supposed is not None and supposed in places:
                    return Doubt(thing, supposed, places)
        return None

    def _things_of(self, decision: Decision) -> list[int]:
        """The objects of the plan, in the order in which they are needed."""
        found: dict[int, None] = {}
        for step in decision.plan:
            for thing in self._speech.objects(step.command):
                found[thing] = None
        return list(found)

    def _place(self, state: bytes, thing: int) -> int | None:
        for slot in self._places:
            if slot.args[0] == thing:
                return slot.read(state)
        return None

    def _places_of(self, thing: int) -> tuple[int, ...]:
        """All places that a thing has in believed states; nothing if it has no place."""
        for slot in self._places:
            if slot.args[0] == thing:
                return tuple(dict.fromkeys(slot.read(state) for state in self._mind.belief.states))
        return ()

    # ------------------------------------------------------------ words

    def _told(self, atom: int) -> bool:
        return atom > NONE and bool(self._mind.belief.told >> atom & 1)

    def _untold(self, command: Command) -> bool:
        return any(not self._told(thing) for thing in self._speech.objects(command))

    def _name(self, thing: int) -> str | None:
        """What a thing may be called: by name if told; as one of a kind if the task speaks of the kind."""
        if self._told(thing):
            return self._speech.the(thing)
        kind = self._speech.kind(thing)
        return kind if kind.split(" ", 1)[-1].lower() in self._task.lower().replace(".", " ").split() else None

    def _in(self, place: int) -> str:
        """A place with the preposition that the world itself was heard to use."""
        name = self._speech.the(place)
        for word in ("on", "in", "at"):
            if f" {word} {name.lower()}" in self._heard and word != "at":
                return f"{word} {name}"
        head = name.rstrip("0123456789 ").split()[-1].lower()
        return f"{'on' if head in ON else 'in'} {name}"

    def _read_of(self, thing: int, heard: str) -> bool:
        return self._system.world.atoms[thing].display.lower() in heard.lower()

    @staticmethod
    def _names_once(reason: str, thing: int) -> bool:
        return thing == 0 or reason.count(" ") >= 0

    def _say(self, group: str, frames: Sequence[str], **words: str) -> str:
        """One of some wordings by the seed and the turn, but not one of the last few used."""
        start = draw_for(self._seed, self._turn)(sum(map(ord, group)), len(frames))
        order = [*frames[start:], *frames[:start]]
        chosen = next((frame for frame in order if frame not in self._recent), order[0])
        self._recent = [*self._recent, chosen][-3:]
        text = chosen
        for key, value in words.items():
            text = text.replace("{" + key + "}", value)
        return upper_first(text)


_PLAIN = (
    "I will {P}.",
    "Now I {P}.",
    "I'll {P}.",
    "Next, I {P}.",
    "Let me {P}.",
)
_REASON = (
    "{R}, so I will {P}.",
    "{R}, so first I {P}.",
    "{R}. I will {P}.",
)
_PURPOSE = (
    "I will {P} to {L}.",
    "To {L}, I first have to {P}.",
    "I want to {L}, so I {P}.",
    "Before I can {L}, I have to {P}.",
)
_LAST = (
    "Now I only have to {P}.",
    "All that is left is to {P}.",
    "One last step: I {P}.",
)
_AGAIN = (
    "I {P} again.",
    "Once more, I {P}.",
    "Not there yet, so I {P} again.",
)
_COULD = (
    "{X} could be {L}. I will {P}.",
    "As far as I know, {X} could be {L}. I {P} first.",
)
_MANY = (
    "I do not know where {X} is yet. It could well be {Y}, so I {P}.",
    "{X} could be in several places. I will begin with one of them and {P}.",
)
_PERHAPS = (
    "Perhaps {X} is {Y}. I will {P}.",
    "{X} could also be {Y}, so I {P}.",
    "Maybe {X} is {Y}. I {P}.",
)
_UNKNOWN_PLACE = (
    "I do not know where {X} is, so I look further: I {P}.",
    "I have not found {X} yet. I will {P}.",
    "{X} must be somewhere else. I {P}.",
)
_SEARCH = (
    "I have to look around more, so I {P}.",
    "I do not know enough yet. I will {P}.",
    "I have not found what I need yet, so I {P}.",
)
_SENSE = (
    "Before I {L}, I had better {P}.",
    "I cannot tell yet whether I can {L}, so I {P} first.",
)
_TRY = (
    "I cannot be sure that it works, but I will try to {P}.",
    "The only way to find out is to try, so I {P}.",
)
_LOST = (
    "I see no way forward from here, so I {P}.",
    "I do not know how to go on. I {P}.",
)
_NOT_THERE = (
    "{X} is not {Y}.",
    "So {X} is not {Y}.",
    "{X} is not {Y}, then.",
)
_NO_SUCH = (
    "There is no {K} {Y}.",
    "No {K} here.",
    "No {K} {Y}, then.",
)
_NOTHING = (
    "That is not it.",
    "Not what I need.",
)
_SEEN = (
    "There is {X}.",
    "Good, I have found {X}.",
    "So that is where {X} is.",
)
_DEDUCED = (
    "Then {X} must be {Y}.",
    "That leaves only one place: {X} must be {Y}.",
)

__all__ = ["Doubt", "Thinker", "first_person", "lower_first", "sentences"]
