"""Deliberately broken copies of the engine: each has one fault, and one law that must catch it.

As a program, `python faults.py NAME` runs the process that the law of same bytes compares with, with that fault in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from worldwright.compile import steps as compiling
from worldwright.compile.source import Module
from worldwright.compile.system import System
from worldwright.compile.tasks import CompiledTask
from worldwright.explore.ground import Ground
from worldwright.explore.kernel import Kernel
from worldwright.explore.nodes import ARITHMETIC, TRUE
from worldwright.pipeline import load_text
from worldwright.play import episode as playing
from worldwright.play.calls import Calls
from worldwright.play.episode import Episode
from worldwright.play.lexicon import Lexicon, Name
from worldwright.play.skins import Skin
from worldwright.play.table import Table
from worldwright.testing import Effort, Law, Verdict, conformance, metamorphic
from worldwright.testing.apart import main

WORKSHOP = """
world "The Workshop"
about "Between {the yard} and {the shed} it rains."
type Place
type Thing
type Box is Thing
object yard, shed "tool shed": Place
object chest "oak chest": Box
object mallet "mallet" also "hammer", nail "iron nail", pin "iron pin", coin "old coin" also "coin": Thing
state here: Place = yard
state at(Thing): Place | Box | hand = shed
state lid: shut | open = shut
state wet(Thing): bool = false
state rain: 0..2 = 2
start
  at(coin) = chest
  at(nail) = one of yard, shed
  show scene
view scene
  tell "You are in {the here}." | "This is {the here}."
  for x: Thing where at(x) = here do tell "There is {a x} here." | "You see {a x}." end
action go(p: Place)
  say "go to {p}" | "walk to {p}"
  need p != here else "You are there."
  set here = p
  show scene
action take(x: Thing)
  say "take {x}" | "get {x}"
  need x is not Box else "{The x} is too heavy."
  need at(x) != hand else "You have {the x} already."
  need at(x) = here or (at(x) = chest and at(chest) = here and lid = open) else "You see no {x} here."
  set at(x) = hand
  tell "You take {the x}." | "Taken."
action drop(x: Thing)
  say "drop {x}"
  need at(x) = hand else "You do not have {the x}."
  set at(x) = here
  tell "Dropped." | "You drop {the x}."
action unlatch
  say "open the lid"
  need here = shed else "Whatever holds {the coin} is not here."
  change lid from shut to open else "It is open."
  tell "In it lies {list x: Thing where at(x) = chest}."
action shake
  say "shake it all"
  for x: Thing where at(x) = here do
    chance 1 in 2 then set wet(x) = not wet(x) end
  end
  tell "Drops fly." | "You shake."
action draw_lots
  say "draw lots"
  for x: Thing where at(x) = here do
    chance rain in count y: Thing (at(y) = here) then set wet(x) = not wet(x) end
  end
  tell "Lots are drawn."
action recall(x: Thing) free
  say "recall {x}"
  tell "You think of something."
action look free
  say "look"
  show scene
each turn
  if rain > 0 then set rain = rain div 2 else for x: Thing where at(x) = hand do set wet(x) = true end end
task fetch "Find what is hidden."
  milestone "open it" lid = open
  milestone "hold it" at(coin) = hand
  goal lid = open and here = yard
  fail at(nail) = hand and wet(nail) "It rusts."
  limit 25
"""
EFFORT = Effort(situations=120, plays=3, steps=30, commands=60)
Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken engine: what is wrong with it, the law that catches it, and how it is broken."""

    name: str
    law: str
    patch: Patch

    def decide(self) -> Verdict:
        """The verdict of that law on the broken engine."""
        with pytest.MonkeyPatch.context() as patch:
            self.patch(patch)
            return law(self.law, (sys.executable, str(Path(__file__)), self.name)).decide()


def law(name: str, process: tuple[str, ...] | None = None) -> Law:
    """A law by its name, for a workshop that is compiled now."""
    system = load_text(WORKSHOP)
    more = {} if process is None else {"process": process}
    laws = (*conformance(system, effort=EFFORT, **more), *metamorphic(system, effort=EFFORT))
    return next(each for each in laws if each.name == name)


FAULTS: list[Fault] = []


def fault(name: str, law: str) -> Callable[[Patch], Patch]:
    """Puts a fault on the list."""

    def listed(patch: Patch) -> Patch:
        FAULTS.append(Fault(name, law, patch))
        return patch

    return listed


def around(patch: pytest.MonkeyPatch, owner: Any, name: str, wrap: Callable[..., Any]) -> None:
    """Replaces a method by `wrap(original, *args)`."""
    original = getattr(owner, name)
    patch.setattr(owner, name, lambda *args, **kwargs: wrap(original, *args, **kwargs))


def after(patch: pytest.MonkeyPatch, owner: Any, name: str, spoil: Callable[..., Any]) -> None:
    """Lets a method run, then `spoil(self)`."""

    def wrapped(original: Any, self: Any, *args: Any) -> Any:
        result = original(self, *args)
        spoil(self)
        return result

    around(patch, owner, name, wrapped)


# ---------------------------------------------------------------- refusals

REFUSAL = "refusals change nothing"
LEAK = "refusals leak nothing"


@fault("a refusal takes time", REFUSAL)
def _(patch: pytest.MonkeyPatch) -> None:
    after(patch, Episode, "_refuse", lambda e: setattr(e, "turn", e.turn + 1))


@fault("a refusal makes everything known", REFUSAL)
def _(patch: pytest.MonkeyPatch) -> None:
    after(patch, Episode, "_refuse", lambda e: setattr(e, "told", (1 << len(e.system.world.atoms)) - 1))


@fault("a refusal changes the state", REFUSAL)
def _(patch: pytest.MonkeyPatch) -> None:
    after(patch, Episode, "_refuse", lambda e: setattr(e, "_state", e.system.default))


@fault("a refusal names what was not told", LEAK)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "refusal_text", lambda do, s, state, command, index, told: do(s, state, command, index, -1))


@fault("what was not told is understood", LEAK)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Skin, "read", lambda do, s, text, told: do(s, text, -1))


# ---------------------------------------------------------------- what is offered

OFFER = "admissible is accepted"


@fault("an accepted command is not offered", OFFER)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "admissible", lambda do, s, *args: do(s, *args)[:-1])


@fault("a refused command is offered", OFFER)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "admissible", lambda do, s, *args: [*do(s, *args), (1, 3)])


@fault("what was not told is offered", OFFER)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "admissible", lambda do, s, state, told=-1: do(s, state, -1))


# ---------------------------------------------------------------- the compiler, by the reference

REFERENCE = "engine is reference"


def edited(patch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Compiles worlds to code in which something is replaced."""

    def run(do: Any, module: Module, filename: str) -> Any:
        before = list(module.functions)
        module.functions[:] = [text.replace(old, new) for text in before]
        assert module.functions != before, f"no {old} in the generated code"
        return do(module, filename)

    around(patch, Module, "run", run)


@fault("`or` is compiled as `and`", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    edited(patch, " or ", " and ")


@fault("each turn is forgotten", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    edited(patch, "\n turn(s, draw)\n", "\n")


@fault("all rounds of a loop share one roll of chance", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compiling, "site_at", lambda site, *values: site)


@fault("what is sure is drawn for", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    def lucky(do: Any, steps: Any, *args: Any) -> str:
        return str(do(steps, *args)).replace(" or draw(", " and draw(")

    around(patch, compiling.Steps, "_lucky", lucky)


@fault("a chance of none at all comes true", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    around(
        patch,
        compiling.Steps,
        "_lucky",
        lambda do, steps, *args: str(do(steps, *args)).replace(" > 0", " >= 0", 1).replace(" < ", " <= "),
    )


@fault("a quotient is rounded up", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    edited(patch, " // 2", " // -2 * -1")


@fault("the wrong need answers", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    def last(do: Any, system: System, state: bytes, command: Any) -> int:
        return len(system.needs[command[0]]) - 1 if do(system, state, command) >= 0 else -1

    around(patch, System, "refusal", last)


@fault("what is told does not become known", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "narrate", lambda do, s, *args: (*do(s, *args)[:2], args[-1]))


@fault("a fail is overlooked", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CompiledTask, "failed", lambda task, state: -1)


@fault("a result of chance is left out", REFERENCE)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "outcomes", lambda do, s, *args: do(s, *args)[:1])


# ---------------------------------------------------------------- the batch back end

BATCH = "batch is scalar"


@fault("a condition is turned around in batch", BATCH)
def _(patch: pytest.MonkeyPatch) -> None:
    def turned(kernel: Kernel) -> None:
        guards = kernel._guards
        kernel._guards = lambda *words: [~mask if i == 2 else mask for i, mask in enumerate(guards(*words))]

    after(patch, Kernel, "__init__", turned)


@fault("each turn is forgotten in batch", BATCH)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Kernel, "successors", lambda do, kernel, words: do(kernel, words, turn=False))


@fault("a chance that is sure falls both ways in batch", BATCH)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Ground, "fallen", lambda do, ground, *args: (do(ground, *args)[0], TRUE))


@fault("what cannot be is followed in batch", BATCH)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Ground, "fallen", lambda do, ground, *args: (TRUE, do(ground, *args)[1]))


@fault("a quotient is rounded up in batch", BATCH)
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(ARITHMETIC, "div", lambda a, b: -(-a // b))


# ---------------------------------------------------------------- back and again

UNDO = "undo and fork"


def _keeping(name: str) -> Patch:
    def patch_undo(patch: pytest.MonkeyPatch) -> None:
        def undo(do: Any, episode: Episode) -> bool:
            kept = getattr(episode, name)
            done = bool(do(episode))
            setattr(episode, name, kept)
            return done

        around(patch, Episode, "undo", undo)

    return patch_undo


fault("undo leaves known what was told", UNDO)(_keeping("told"))
fault("undo leaves the turn", UNDO)(_keeping("turn"))
fault("undo leaves the milestones", UNDO)(_keeping("_milestones"))


@fault("forks share their history", UNDO)
def _(patch: pytest.MonkeyPatch) -> None:
    def fork(do: Any, episode: Episode) -> Any:
        other = do(episode)
        other._history = episode._history
        return other

    around(patch, Episode, "fork", fork)


@fault("a restored play has lost its milestones", "save and restore")
def _(patch: pytest.MonkeyPatch) -> None:
    restore = Episode.restore.__func__  # type: ignore[attr-defined]
    lost = classmethod(lambda cls, system, saved: restore(cls, system, replace(saved, milestones=0)))
    patch.setattr(Episode, "restore", lost)


@fault("luck depends on what was drawn before", "replay repeats")
def _(patch: pytest.MonkeyPatch) -> None:
    calls = count()
    patch.setattr(playing, "draw_for", lambda seed, turn: lambda site, n: next(calls) % n)


@fault("an answer speaks of earlier refusals", "observation is what was told")
def _(patch: pytest.MonkeyPatch) -> None:
    def act(do: Any, episode: Episode, command: Any) -> Any:
        refused = any(not answer.accepted for _, answer, *_ in episode._history)
        answer = do(episode, command)
        return replace(answer, text=answer.text + " As I said.") if refused else answer

    around(patch, Episode, "act", act)


# ---------------------------------------------------------------- milestones and endings

PLAY = "play is reference"
END = "the end is the end"


@fault("a milestone is reached twice", "milestones once")
def _(patch: pytest.MonkeyPatch) -> None:
    def judge(do: Any, episode: Episode, state: bytes) -> Any:
        episode._milestones = 0
        return do(episode, state)

    around(patch, Episode, "_judge", judge)


@fault("the goal does not end a play", PLAY)
def _(patch: pytest.MonkeyPatch) -> None:
    def judge(do: Any, episode: Episode, state: bytes) -> Any:
        milestones, progress, ended, note = do(episode, state)
        return (milestones, progress, "", "") if ended == "goal" else (milestones, progress, ended, note)

    around(patch, Episode, "_judge", judge)


@fault("free commands take time", PLAY)
def _(patch: pytest.MonkeyPatch) -> None:
    after(patch, Table, "__init__", lambda table: setattr(table, "free", (False,) * len(table.free)))


@fault("only the first wording is told", PLAY)
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(playing, "draw_for", lambda seed, turn: lambda site, n: 0)


@fault("one reply too many is allowed", END)
def _(patch: pytest.MonkeyPatch) -> None:
    after(patch, Episode, "_enter", lambda episode: setattr(episode, "_limit", episode._limit + 1))


@fault("a play goes on after its end", END)
def _(patch: pytest.MonkeyPatch) -> None:
    def answer(do: Any, episode: Episode, said: Any, read: Any) -> Any:
        episode.ended = ""
        return do(episode, said, read)

    around(patch, Episode, "_answer", answer)


# ---------------------------------------------------------------- words

SKINS = "skins accept the same"


@fault("one skin has lost a command", SKINS)
def _(patch: pytest.MonkeyPatch) -> None:
    around(
        patch,
        Calls,
        "parse",
        lambda do, c, text: c.stranger(text) if text.startswith("look") else do(c, text),
    )


@fault("a skin exchanges two slots", SKINS)
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Calls, "write", lambda do, c, command, fill: do(c, (max(1, command[0] - 1), *command[1:]), fill))


@fault("names with their article are not understood", "names parse back")
def _(patch: pytest.MonkeyPatch) -> None:
    def look(do: Any, lexicon: Lexicon, given: tuple[str, ...]) -> Name:
        return Name(" ".join(given), (0, 0, 0, 0), None) if given[0] == "an" else do(lexicon, given)

    around(patch, Lexicon, "_look", look)


@fault("aliases are not understood", "names parse back")
def _(patch: pytest.MonkeyPatch) -> None:
    around(
        patch,
        Lexicon,
        "_learn",
        lambda do, lexicon, atom, info: do(lexicon, atom, info.model_copy(update={"aliases": ()})),
    )


# ---------------------------------------------------------------- starts, processes


@fault("a seed begins as another does", "starts are drawn")
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "start", lambda do, s, seed: do(s, seed // 3))


@fault("a start state is not listed", "starts are drawn")
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, System, "start_states", lambda do, s, limit: (do(s, limit)[0][:1], True))


@fault("commands are offered in the order of a hash", "same bytes everywhere")
def _(patch: pytest.MonkeyPatch) -> None:
    around(patch, Episode, "commands", lambda do, e: sorted(do(e), key=lambda c: hash(str(c))))


# ---------------------------------------------------------------- metamorphic laws


def _dropping(dropped: Callable[[System, Any], bool]) -> Patch:
    """Some commands are never offered."""

    def patch_admissible(patch: pytest.MonkeyPatch) -> None:
        around(patch, System, "admissible", lambda do, s, *args: [c for c in do(s, *args) if not dropped(s, c)])

    return patch_admissible


def _names(system: System, command: Any) -> list[str]:
    return [system.world.atoms[value].name for value in command[1:]]


fault("a command goes by an object's identifier", "renaming objects")(
    _dropping(lambda s, c: any(name.startswith("mall") for name in _names(s, c)))
)
fault("the action declared first is not offered", "reordering declarations")(_dropping(lambda s, c: c[0] == 0))
fault("an odd number of objects is a command too few", "adding an object")(
    _dropping(lambda s, c: c[0] == 0 and len(s.world.atoms) % 2 == 0)
)
fault("the first of like objects is favoured", "exchanging the interchangeable")(
    _dropping(lambda s, c: "pin" in _names(s, c))
)


@fault("a restored play begins anew", "saving and restoring")
def _(patch: pytest.MonkeyPatch) -> None:
    restore = Episode.restore.__func__  # type: ignore[attr-defined]
    anew = classmethod(lambda cls, system, saved: restore(cls, system, replace(saved, state=system.start(0))))
    patch.setattr(Episode, "restore", anew)


if __name__ == "__main__":
    for each in FAULTS:
        if each.name == sys.argv[1]:
            each.patch(pytest.MonkeyPatch())
    main()
