"""What the reference tells: texts, openings, refusals, and what becomes known by reading them."""

from __future__ import annotations

from collections.abc import Sequence

from ..check.world import NONE_INT, Assign, Chance, For, If, Insert, InsertList, Literally, Show, Statement, Tell, Text
from .reference import Command, Draws, Env, Failed, Reference, State

VOWELS = "aeiou"
SILENT_H = ("hour", "honest", "honour", "honor", "heir")
SPOKEN_YOU = ("uni", "use", "usu", "usi", "usa", "ute", "uti", "uke", "uku", "ura", "ure", "uri", "uro", "ubiq", "eu")
SPOKEN_U = ("unim", "unin", "unid", "urin", "urie")


def narrate(
    reference: Reference, state: State, command: Command, draw: Draws, told: int
) -> tuple[State, tuple[str, ...], int]:
    """Effects and tells of an accepted command, interleaved as written: the state, the texts, what is known then."""
    action = reference.world.actions[command[0]]
    after = dict(state)
    teller = Teller(reference, draw, told)
    teller.run(action.body, reference.environment(command), after, ())
    if not action.free:
        teller.run(reference.world.each_turn, {}, after, ())
    return after, tuple(teller.fragments), teller.told


def opening(reference: Reference, state: State, draw: Draws, told: int) -> tuple[tuple[str, ...], int]:
    """What `start` tells of a start state."""
    teller = Teller(reference, draw, told, effects=False)
    teller.run(reference.world.start, {}, dict(state), ())
    return tuple(teller.fragments), teller.told


def refusal_text(reference: Reference, state: State, failed: Failed, told: int) -> str:
    """The sentence of a failed need, for one who has been told these names."""
    known = told | sum(1 << i for i, a in enumerate(reference.world.atoms) if not a.is_object)
    assert failed.need.text is not None
    return Teller(reference, lambda site, n: 0, known, refusing=True).render(failed.need.text, failed.env, state)


def joined(fragments: Sequence[str]) -> str:
    """The texts of one step as one: a space between two, unless there is a line break."""
    text = ""
    for fragment in fragments:
        space = text != "" and fragment != "" and not text.endswith("\n") and not fragment.startswith("\n")
        text += (" " if space else "") + fragment
    return text


def with_a(name: str) -> str:
    """A name with its indefinite article: "an" before the sound of a vowel, for the names that worlds have."""
    word = name.lower().split()[0]
    vowel = word[0] in VOWELS
    if word.startswith(SILENT_H):
        vowel = True
    elif word == "one" or word.startswith("one-") or (word.startswith(SPOKEN_YOU) and not word.startswith(SPOKEN_U)):
        vowel = False
    elif word[0].isdigit():
        vowel = word.startswith("8") or word in ("11", "18")
    elif len(word) == 1:
        vowel = word in "aefhilmnorsx"
    return ("an " if vowel else "a ") + name


class Teller:
    """Runs statements with their text."""

    def __init__(
        self, reference: Reference, draw: Draws, told: int, effects: bool = True, refusing: bool = False
    ) -> None:
        self.reference, self.draw, self.told = reference, draw, told
        self.effects, self.refusing = effects, refusing
        self.fragments: list[str] = []

    def run(self, body: Sequence[Statement], env: Env, state: State, mixed: tuple[int, ...]) -> None:
        """Tells, and does what is done on the way."""
        r = self.reference
        for s in body:
            match s:
                case Tell():
                    k = self.draw(s.site, len(s.texts)) if len(s.texts) > 1 else 0
                    self.fragments.append(self.render(s.texts[k], env, state))
                case Show():
                    view = r.world.views[s.view]
                    values = [r.evaluate(a, env, state) for a in s.args]
                    self.run(view.body, {p.name: v for p, v in zip(view.parameters, values, strict=True)}, state, ())
                case If():
                    self.run(r.branch(s, env, state), env, state, mixed)
                case For():
                    for b in r.bindings(s.binders, env):
                        if s.condition is None or r.evaluate(s.condition, b, state):
                            self.run(s.body, b, state, mixed + tuple(b[x.name] for x in s.binders))
                case Chance():
                    hit = r.falls(s, env, state, self.draw, mixed)
                    self.run(s.then if hit else s.otherwise, env, state, mixed)
                case Assign() if self.effects:
                    r.run([s], env, state, self.draw, mixed)
                case _:
                    pass

    def render(self, text: Text, env: Env, state: State) -> str:
        """A text in a state."""
        r = self.reference
        out = ""
        for part in text:
            match part:
                case Literally(words, mentions):
                    out += words
                    for a in () if self.refusing else mentions:
                        self.told |= 1 << a
                case Insert(article, item):
                    value = r.evaluate(item, env, state)
                    if item.sort == "atom":
                        out += self.name(value, article)
                    elif item.sort == "bool":
                        out += "true" if value else "false"
                    else:
                        out += "none" if value == NONE_INT else str(value)
                case InsertList(binder, where):
                    found = [
                        b[binder.name]
                        for b in r.bindings([binder], env)
                        if where is None or r.evaluate(where, b, state)
                    ]
                    if r.world.domains[binder.domain].sort == "atom":
                        words_ = [self.name(v, "a") for v in found]
                    else:
                        words_ = ["none" if v == NONE_INT else str(v) for v in found]
                    if "something" in words_:
                        words_ = list(dict.fromkeys(words_))
                    last = words_.pop() if words_ else "nothing"
                    out += ", ".join(words_) + (" and " if words_ else "") + last
        return out

    def name(self, value: int, article: str) -> str:
        """How an atom is called."""
        atom = self.reference.world.atoms[value]
        if self.refusing and not self.told >> value & 1:
            return "Something" if article in ("A", "The") else "something"
        if atom.is_object:
            self.told |= 1 << value
        name = atom.display
        if article in ("a", "A"):
            name = {"common": with_a(name), "mass": "some " + name, "unique": "the " + name}.get(atom.noun, name)
        elif article in ("the", "The") and atom.noun in ("common", "mass", "unique"):
            name = "the " + name
        return name[:1].upper() + name[1:] if article in ("A", "The") else name
