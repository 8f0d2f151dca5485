"""`Thinker`: one or two sentences a turn about what a player knows, wants and does.

A thought says only what follows from what was told: what stands in the way (the sentence with which a later step of the
plan would be refused now, if every believed state agrees on it), what a step is for (if it serves that in every
believed state), where a thing could be (the places it has in the believed states), what the last look ruled out. It
never names a thing that the player was not told of. Wordings vary with the player's seed and the turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from worldwright.compile.rng import draw_for
from worldwright.compile.system import Command
from worldwright.players import frames
from worldwright.players.english import either, not_yet, speech, upper_first
from worldwright.players.mind import Decision, Mind
from worldwright.players.player import Briefing, Heard
from worldwright.players.predict import spread
from worldwright.players.whereabouts import Doubt, Whereabouts

CASES = 40
LONGEST_REASON = 90
MOST_LISTED = 4


class Thinker:
    """The thoughts of one player in one episode."""

    def __init__(self, briefing: Briefing, mind: Mind) -> None:
        self._mind = mind
        self._system = mind.system
        self._speech = speech(briefing.system)
        self._seed = briefing.seed
        self._task = mind.task.text(mind.system.always_told)[0]
        self._where = Whereabouts(mind, self._speech, self._task, briefing.opening)
        self._turn = 0
        self._recent: list[str] = []
        self._searched = 0
        self._doubt: Doubt | None = None
        self._last: Command | None = None

    # ------------------------------------------------------------ thoughts

    @property
    def aim(self) -> str:
        """The task, as one's own intention."""
        return self._speech.task(self._task)

    def think(self, decision: Decision, heard: Heard | None = None) -> str:
        """The thought that goes with a decision, after some feedback (none on the first turn)."""
        if heard is None:
            parts = [self.aim]
        else:
            self._where.hear(heard.text)
            refused = heard.kind == "precondition"
            parts = [upper_first(self._speech.mine(heard.text)) + "." if refused else self._found(heard.text)]
        doubt = self._where.doubt(decision)
        if decision.why != "plan":
            parts.append(self._otherwise(decision))
        elif doubt is not None:
            parts.append(self._suppose(decision, doubt))
        else:
            parts.append(self._intend(decision))
        self._doubt = doubt
        return self._close(decision.command, " ".join(part for part in parts if part))

    def instead(self, text: str, heard: str, decision: Decision | None = None) -> str:
        """Another thought for this turn; `decision` if it is carried out all the same."""
        self._where.hear(heard)
        self._doubt = None if decision is None else self._where.doubt(decision)
        return self._close(None if decision is None else decision.command, text)

    def _close(self, command: Command | None, text: str) -> str:
        """The end of a turn: a text that names only what was told stands, any other gives way to a bare intention."""
        if self._speech.untold(text, self._mind.belief.told):
            text = self.say("plain", frames.PLAIN, P=self._speech.phrase(command)) if command else "Let me try this."
        self._last = command
        self._turn += 1
        return text

    def say(self, group: str, wordings: Sequence[str], **words: str) -> str:
        """One of some wordings by the seed and the turn, but not one of the last few used."""
        start = draw_for(self._seed, self._turn)(sum(map(ord, group)), len(wordings))
        order = [*wordings[start:], *wordings[:start]]
        chosen = next((wording for wording in order if wording not in self._recent), order[0])
        self._recent = [*self._recent, chosen][-4:]
        text = chosen
        for key, value in words.items():
            text = text.replace("{" + key + "}", value)
        return ". ".join(upper_first(sentence) for sentence in text.split(". "))

    # ------------------------------------------------------------ where things are

    def _found(self, heard: str) -> str:
        """What the last look said about the thing whose place was only supposed."""
        doubt = self._doubt
        if doubt is None or not self._where.told(doubt.supposed):
            return ""
        where = self._where
        thing, place = doubt.thing, doubt.supposed
        now = where.places(thing)
        if len(now) == 1 and where.told(thing):
            seen = where.was_read(thing, heard)
            if not seen and not where.told(now[0]):
                return ""
            wordings = frames.SEEN if seen else frames.DEDUCED
            return self.say("found", wordings, X=self._speech.the(thing), Y=where.at(now[0]))
        like = where.like_it_at(thing, place)
        if like and where.was_read(like, heard):
            return self.say("found", frames.SEEN, X=self._speech.the(like), Y=where.at(place))
        name = where.name(thing)
        if place in now or name is None:
            return ""
        if where.told(thing):
            return self.say("not", frames.NOT_THERE, X=name, Y=where.at(place))
        return self.say("no", frames.NO_SUCH, K=name.split(" ", 1)[1], Y=where.at(place))

    def _suppose(self, decision: Decision, doubt: Doubt) -> str:
        """Where the thing that is looked for could be, and where the player looks first."""
        phrase = self._speech.phrase(decision.command)
        where, before = self._where, self._doubt
        name = where.name(doubt.thing)
        same = before is not None and where.name(before.thing) == name
        if name is None or not where.told(doubt.supposed):
            if self._turn - self._searched < 3 or decision.command == self._last:
                return self._intend(decision)
            self._searched = self._turn
            if name is None:
                return self.say("search", frames.SEARCH, P=phrase)
            return self.say("unknown", frames.UNKNOWN_PLACE, X=name, P=phrase)
        if same and before is not None and before.supposed == doubt.supposed:
            return self._intend(decision)
        words = {"X": name, "Y": where.at(doubt.supposed), "P": phrase}
        told = where.listed(doubt.places)
        if where.told(doubt.thing):
            if not same and 2 <= len(told) == len(doubt.places) <= MOST_LISTED:
                return self.say("could", frames.COULD, L=either(told), **words)
            return self.say("perhaps", frames.PERHAPS if same else frames.MANY, **words)
        if not same and 2 <= len(told) == len(doubt.places) <= MOST_LISTED:
            return self.say("could", frames.COULD_BE_ONE, L=either(told), **words)
        return self.say("perhaps", frames.PERHAPS_ONE if same else frames.MANY_FOR_ONE, **words)

    # ------------------------------------------------------------ what the step is for

    def _intend(self, decision: Decision) -> str:
        """What stands in the way, what the step is for, or just the step."""
        command = decision.command
        phrase = self._speech.phrase(command)
        if len(decision.plan) == 1 and self._ends(decision):
            return self.say("last", frames.LAST, P=phrase)
        if command == self._last:
            return self.say("again", frames.AGAIN, P=phrase)
        later, reason = self._later(decision)
        if later is None:
            return self.say("plain", frames.PLAIN if self._turn else frames.FIRST_OF_ALL, P=phrase)
        things = self._speech.objects(command)
        shared = next((t for t in things if t in self._speech.objects(later) and not self._speech.is_person(t)), 0)
        style = draw_for(self._seed, self._turn)(71, 5)
        if reason and style < 3:
            alone = shared and reason.count(self._speech.the(shared).split(" ", 1)[-1]) == 1 and len(things) == 1
            phrase = self._speech.phrase(command, shared if alone else 0)
            return self.say("reason", frames.REASON, R=not_yet(reason), P=phrase)
        if style < 4:
            purpose = self._speech.phrase(later, shared)
            if style % 2 and shared:
                return self.say(
                    "before", frames.BEFORE, P=self._speech.phrase(command, shared), L=self._speech.phrase(later)
                )
            return self.say("purpose", frames.PURPOSE, P=phrase, L=purpose)
        return self.say("plain", frames.PLAIN, P=phrase)

    def _otherwise(self, decision: Decision) -> str:
        phrase = self._speech.phrase(decision.command)
        wish = decision.wanted
        if wish is not None:
            if wish != decision.command and self._where.all_told(wish):
                return self.say("sense", frames.SENSE, P=phrase, L=self._speech.phrase(wish))
            return self.say("search", frames.SEARCH, P=phrase)
        if decision.why == "lost":
            return self.say("lost", frames.LOST, P=phrase)
        return self.say("try", frames.TRY, P=phrase)

    def _later(self, decision: Decision) -> tuple[Command | None, str]:
        """The next step of the plan that this one serves, and why that one would be refused now.

        It is refused now, certainly accepted when its turn comes, and would not be without the step at hand. The reason
        is given if this step (with those like it that follow) does away with it, else it is empty.
        """
        commands = [step.command for step in decision.plan]
        run = next((n for n, command in enumerate(commands) if command[0] != commands[0][0]), len(commands))
        for place, command in enumerate(commands[1:], start=1):
            if command[0] == commands[0][0] or self._system.refusal(decision.supposed, command) < 0:
                continue
            if not self._where.all_told(command):
                return None, ""
            if self._accepted_without(decision.supposed, commands[1:place], command):
                continue
            if not self._works(commands[: place + 1]):
                return None, ""
            needed = self._system.refusal(decision.supposed, command)
            after = decision.plan[min(run, place) - 1].after
            return command, self._reason(command) if self._system.refusal(after, command) != needed else ""
        return None, ""

    def _accepted_without(self, state: bytes, way: Sequence[Command], command: Command) -> bool:
        """Would a later command be accepted after these steps alone, leaving out what is refused on the way?"""
        for step in way:
            if self._system.refusal(state, step) < 0:
                state = self._mind.predict.states_after(state, step)[0]
        return self._system.refusal(state, command) < 0

    def _works(self, commands: Sequence[Command]) -> bool:
        """Are these commands accepted one after the other in every believed state (of a sample)?"""
        for state in spread(self._mind.belief.states, CASES):
            for command in commands:
                if self._system.refusal(state, command) >= 0:
                    return False
                state = self._mind.predict.states_after(state, command)[0]
        return True

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
        if "omething" in reason or '"' in reason:
            return ""
        mine = self._speech.mine(reason)
        return "" if mine.startswith("I have to") or ":" in mine or len(mine) > LONGEST_REASON else mine

    def _ends(self, decision: Decision) -> bool:
        """Is the task done after this command in every believed state?"""
        return all(
            self._mind.task.goal(after)
            for state in spread(self._mind.belief.states, CASES)
            if self._system.refusal(state, decision.command) < 0
            for after in self._mind.predict.states_after(state, decision.command)
        )
