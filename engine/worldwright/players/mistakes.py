"""`Blunders`: near-miss mistakes of every kind, made on purpose and checked before they are made.

Each mistake is close to what the player ought to do: a later step of its plan too early, the right verb with the wrong
thing, a verb misspelt, a name too short to tell two things apart, a thing nobody ever mentioned, a reply out of form.
Whether it will be refused, and how, is asked of the same rules that will judge it, for every believed state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from worldwright.compile.system import Command, System
from worldwright.play.reply import FormatFault, parse_reply
from worldwright.play.skins import NAMES, Skin
from worldwright.play.table import table_of
from worldwright.play.understand import Fault
from worldwright.players.english import speech
from worldwright.players.mind import Decision
from worldwright.players.player import written
from worldwright.players.predict import Predictor, spread

Kind = Literal["format", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "precondition"]
KINDS: tuple[Kind, ...] = ("format", "unknown_command", "unknown_object", "wrong_type", "ambiguous", "precondition")

STRANGERS = ("rope", "ladder", "hammer", "lantern", "map", "whistle", "umbrella", "compass", "trumpet", "bucket")
OTHER_SORTS = ("iron", "silver", "wooden", "broken", "second", "small", "old")
SYNONYMS = {
    "take": "collect", "get": "collect", "go": "travel", "open": "unseal", "put": "stow", "unlock": "undo",
    "insert": "feed", "choose": "elect", "search": "hunt", "add": "append", "close": "seal", "turn": "rotate",
    "pick": "lift", "forward": "advance", "light": "kindle", "fill": "top", "drop": "dump", "heat": "cook",
}  # fmt: skip
PEOPLE = ("Dora Finch", "Max Weller", "Ida Sommer", "Tom Hale", "Nina Brandt", "Otto Kern", "Eva Lindt")
CASES = 200
MOST = 24


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the action as written, the phrase that the thought uses for it, and the whole reply's shape.

    `command` is the command it will be understood as (precondition mistakes only), `base` the command it was made from;
    `thing` is the object it is about, `early` says that it is a later step of the plan.
    """

    kind: Kind
    action: str
    phrase: str
    shape: Literal["whole", "unlabelled", "doubled", "thoughtless", "chatting"] = "whole"
    second: str = ""
    command: Command | None = None
    base: Command | None = None
    thing: int = 0
    early: bool = False

    def reply(self, thought: str) -> str:
        """The raw reply."""
        match self.shape:
            case "whole":
                return written(thought, self.action)
            case "unlabelled":
                return f"Thought: {thought}\n{self.action}"
            case "doubled":
                return f"{written(thought, self.action)}\nAction: {self.second}"
            case "thoughtless":
                return f"Action: {self.action}"
            case "chatting":
                return thought


class Believed(Protocol):
    """What is believed: the names told, and the states that agree with all that was told."""

    @property
    def told(self) -> int:
        """The mask of the names told."""
        ...

    @property
    def states(self) -> Sequence[bytes]:
        """Each believed state once."""
        ...


class Knowing(Protocol):
    """Whoever knows enough to err on purpose: a mind, or one who sees the state."""

    @property
    def belief(self) -> Believed:
        """What is believed."""
        ...

    @property
    def predict(self) -> Predictor:
        """What follows from the rules."""
        ...


class Blunders:
    """Finds mistakes for one player in one episode. `pick(n)` is the player's own chance."""

    def __init__(self, system: System, mind: Knowing, mine: Skin) -> None:
        self._mind = mind
        self._skin = mine
        self._system = system
        self._speech = speech(system)
        other = next(name for name in NAMES if name != mine.name.partition(":")[0] and name != "renamed")
        self._foreign = table_of(system).skin("call" if mine.name == "natural" else other)

    def propose(self, kind: Kind, decision: Decision, pick: Callable[[int], int], early: bool = True) -> Mistake | None:
        """A mistake of a kind near to a decision, or None if there is none here.

        `early` allows later steps of the plan: their refusals are made good only when their time comes.
        """
        proposals = (mistake for mistake in self._proposals(kind, decision, pick) if early or not mistake.early)
        found = list(islice(proposals, MOST))
        near = [mistake for mistake in found if mistake.base == decision.command] or found
        return near[pick(min(len(near), 3))] if near else None

    def _proposals(self, kind: Kind, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        match kind:
            case "format":
                return self._out_of_form(decision, pick)
            case "unknown_command":
                return self._misspelt(decision, pick)
            case "unknown_object":
                return self._strangers(decision, pick)
            case "wrong_type":
                return self._misfits(decision, pick)
            case "ambiguous":
                return self._shortened(decision)
            case "precondition":
                return self._too_early(decision, pick)

    # ------------------------------------------------------------ the kinds

    def _out_of_form(self, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        action = self._skin.print(decision.command)
        phrase = self._speech.phrase(decision.command)
        told = self._mind.belief.told
        following = next(
            (step.command for step in decision.plan[1:] if not self._mind.predict.named(step.command) & ~told), None
        )
        shapes: list[Mistake] = [
            Mistake("format", action, phrase, "unlabelled", base=decision.command),
            Mistake("format", action, phrase, "thoughtless", base=decision.command),
            Mistake("format", action, phrase, "chatting", base=decision.command),
        ]
        if following is not None:
            shapes.insert(
                0, Mistake("format", action, phrase, "doubled", self._skin.print(following), base=decision.command)
            )
        foreign = self._foreign.print(decision.command)
        shapes.append(Mistake("format", foreign, phrase, base=decision.command))
        start = pick(len(shapes))
        for mistake in [*shapes[start:], *shapes[:start]]:
            read = parse_reply(mistake.reply("I think so."))
            if isinstance(read, FormatFault):
                yield mistake
            else:
                understood = self._skin.read(read.action, told)
                if isinstance(understood, Fault) and understood.kind == "format":
                    yield mistake

    def _misspelt(self, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        action = self._skin.print(decision.command)
        phrase = self._speech.phrase(decision.command)
        verb = self._verb(action)
        if not verb:
            return
        place = action.index(verb)
        bad = [verb[:1] + verb[2:3] + verb[1:2] + verb[3:], verb[:-1], verb + verb[-1]]
        if verb in SYNONYMS:
            bad.insert(pick(2), SYNONYMS[verb])
        start = pick(len(bad))
        for word in [*bad[start:], *bad[:start]]:
            text = action[:place] + word + action[place + len(verb) :]
            if word != verb and self._faulty(text, "unknown_command"):
                yield Mistake("unknown_command", text, phrase, base=decision.command)

    def _strangers(self, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        for command in self._candidates(decision):
            action = self._skin.print(command)
            for thing in self._speech.objects(command):
                name = self._named_in(action, thing)
                if not name:
                    continue
                start = pick(7)
                for strange in self._strange_names(thing, start):
                    text = _swap(action, name, strange)
                    if not self._speech.untold(strange, 0) and self._faulty(text, "unknown_object"):
                        phrase = self._phrase_with(command, thing, strange)
                        yield Mistake("unknown_object", text, phrase, base=command, thing=thing)

    def _misfits(self, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        told = self._mind.belief.told
        world = self._system.world
        near = [thing for step in decision.plan for thing in self._speech.objects(step.command)]
        others = [atom for atom in range(1, len(world.atoms)) if world.atoms[atom].is_object and told >> atom & 1]
        start = pick(max(1, len(others)))
        others = [*others[start:], *others[:start]]
        for command in self._candidates(decision):
            action = self._skin.print(command)
            parameters = world.actions[command[0]].parameters
            for place, parameter in enumerate(parameters, start=1):
                domain = world.domains[parameter.domain]
                name = self._named_in(action, command[place]) if domain.sort == "atom" else ""
                if not name or not world.atoms[command[place]].is_object:
                    continue
                for thing in dict.fromkeys([*near, *others]):
                    if thing in domain.values or not told >> thing & 1 or thing in command[1:]:
                        continue
                    text = _swap(action, name, self._spelled(thing))
                    if self._faulty(text, "wrong_type"):
                        phrase = self._speech.phrase((*command[:place], thing, *command[place + 1 :]))
                        yield Mistake("wrong_type", text, phrase, base=command, thing=thing)

    def _shortened(self, decision: Decision) -> Iterator[Mistake]:
        for command in self._candidates(decision):
            action = self._skin.print(command)
            for thing in self._speech.objects(command):
                name = self._named_in(action, thing)
                words = name.replace("_", " ").split()
                for short in (" ".join(words[:-1]), words[-1] if words else ""):
                    if (
                        short
                        and not short.isdigit()
                        and short != name
                        and self._faulty(_swap(action, name, short), "ambiguous")
                    ):
                        phrase = self._phrase_with(command, thing, short)
                        yield Mistake("ambiguous", _swap(action, name, short), phrase, base=command, thing=thing)

    def _too_early(self, decision: Decision, pick: Callable[[int], int]) -> Iterator[Mistake]:
        """Later steps of the plan first; then the next step with the wrong thing."""
        later = [step.command for step in decision.plan[1:] if step.command != decision.command]
        early = [(command, True) for command in dict.fromkeys(later)]
        wrong = [(command, command in later) for command in self._other_things(decision)]
        if wrong and pick(4) == 0:
            early, wrong = wrong[:2], early
        for command, soon in [*early, *wrong]:
            if not self._refused_everywhere(command):
                continue
            text = self._skin.print(command)
            if self._skin.read(text, self._mind.belief.told) == command:
                things = self._speech.objects(command)
                yield Mistake(
                    "precondition",
                    text,
                    self._speech.phrase(command),
                    command=command,
                    base=command,
                    thing=things[0] if things else 0,
                    early=soon,
                )

    def _other_things(self, decision: Decision) -> Iterator[Command]:
        """The right verb with other values that the agent knows of."""
        command = decision.command
        world = self._system.world
        told = self._mind.belief.told | self._system.always_told
        for place, parameter in enumerate(world.actions[command[0]].parameters, start=1):
            domain = world.domains[parameter.domain]
            for value in domain.values:
                known = domain.sort != "atom" or told >> value & 1
                if value not in (command[place], 0) and known:
                    yield (*command[:place], value, *command[place + 1 :])

    # ------------------------------------------------------------ checks and words

    def _candidates(self, decision: Decision) -> Iterator[Command]:
        """The decision's command, then later steps of the plan, as far as they name only what is told."""
        seen: set[Command] = set()
        for command in [decision.command, *(step.command for step in decision.plan[:6])]:
            if command not in seen and not self._mind.predict.named(command) & ~self._mind.belief.told:
                seen.add(command)
                yield command

    def _faulty(self, text: str, kind: str) -> bool:
        read = self._skin.read(text, self._mind.belief.told)
        return isinstance(read, Fault) and read.kind == kind

    def _refused_everywhere(self, command: Command) -> bool:
        if self._mind.predict.named(command) & ~self._mind.belief.told:
            return False
        refusal = self._system.refusal
        return all(refusal(state, command) >= 0 for state in spread(self._mind.belief.states, CASES))

    def _named_in(self, action: str, thing: int) -> str:
        """How a printed command writes a thing."""
        atom = self._system.world.atoms[thing]
        for name in (atom.display, *atom.aliases, atom.name, atom.name.replace("_", " ")):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", action):
                return name
        return ""

    def _spelled(self, thing: int) -> str:
        return self._system.world.atoms[thing].display

    def _verb(self, action: str) -> str:
        """The first word that names the action: in JSON the value of "action" or "name"."""
        found = re.search(r'"(?:action|name)"\s*:\s*"([a-z_]+)', action) or re.match(r"\s*([a-z_]+)", action)
        return found.group(1) if found and len(found.group(1)) > 2 else ""

    def _strange_names(self, thing: int, start: int) -> Iterator[str]:
        """Names near to a thing's own that nothing has, then things that could be anywhere."""
        display = self._spelled(thing)
        if self._speech.is_person(thing):
            yield from (*PEOPLE[start:], *PEOPLE[:start])
            return
        head = display.split()[-1]
        if head.isdigit():
            yield f"{display[: -len(head)]}{int(head) + 17 + start}"
        elif display.split()[0] != head:
            for sort in (*OTHER_SORTS[start:], *OTHER_SORTS[:start]):
                if sort not in display:
                    yield f"{sort} {head}"
        yield from (*STRANGERS[start:], *STRANGERS[:start])

    def _phrase_with(self, command: Command, thing: int, name: str) -> str:
        phrase = self._speech.phrase(command)
        the = self._speech.the(thing)
        article = "" if name[-1:].isdigit() or name in PEOPLE else "the "
        return phrase.replace(the, article + name, 1)


def _swap(action: str, name: str, other: str) -> str:
    """The printed command with one name in the place of another (the last occurrence: verbs come first)."""
    places = [found.start() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", action)]
    place = places[-1]
    return action[:place] + other + action[place + len(name) :]
