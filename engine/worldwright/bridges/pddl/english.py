"""PDDL names as English: what a predicate says, how an action is asked for. Guesses; a wording file corrects them.

A *template* is a sentence whose inserts name arguments by number: `{The 0} is on {the 1}.`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .nodes import Action, Atom, Schema

PREPOSITIONS = frozenset(
    {"on", "at", "in", "inside", "into", "onto", "under", "below", "above", "over", "behind", "beside", "near", "by"}
    | {"to", "from", "of", "with", "within", "against", "between", "around", "through", "along", "for"}
)
FROM = frozenset({"from", "src", "source", "prev", "previous", "origin", "old", "start", "curpos"})
TO = frozenset({"to", "dst", "dest", "destination", "target", "new", "next", "nextpos", "end", "goal"})
WAYS = frozenset({"path", "road", "link", "edge", "connection", "conn", "route", "door", "street", "rail", "way"})
STATES = ("empty", "free", "full", "clear", "open", "closed", "ready", "clean", "dirty", "busy", "locked", "unlocked")
GROUNDS = ("table", "ground", "floor", "board", "shelf", "top")
FASTENED = ("tight", "loose", "fixed", "fastened", "attached", "mounted", "stacked")
RELATIONS = {
    "adjacent": "{The 0} is next to {the 1}",
    "neighbor": "{The 0} is next to {the 1}",
    "neighbour": "{The 0} is next to {the 1}",
    "adj": "{The 0} is next to {the 1}",
    "next": "{The 1} comes after {the 0}",
    "succ": "{The 1} comes after {the 0}",
    "connected": "{The 0} is connected to {the 1}",
    "connects": "{The 0} is connected to {the 1}",
    "linked": "{The 0} is linked to {the 1}",
    "carry": "{The 1} holds {the 0}",
    "fits": "{The 0} fits {the 1}",
    "smaller": "{The 1} is smaller than {the 0}",
    "have": "{The 0} has {the 1}",
}
VERBS = frozenset({"contains", "holds", "has", "supports", "covers", "opens", "dispenses", "carries", "blocks", "fits"})
PARTICLES = ("up", "down", "out", "off", "away", "on")


@dataclass(frozen=True, slots=True)
class Says:
    """What it means that a predicate holds, and that it does not."""

    positive: str
    negative: str


def words(name: str) -> list[str]:
    """The words of a PDDL name; handempty and ontable are two, pickup is pick up."""
    found: list[str] = []
    for part in re.split(r"[-_]+", name):
        for state in STATES:
            if part.endswith(state) and part[: -len(state)] in ("hand", "arm", "gripper", "crane", "lift", "robot"):
                found += [part[: -len(state)], state]
                break
        else:
            match = re.fullmatch(rf"(on|at|in)({'|'.join(GROUNDS)})", part)
            verb = re.fullmatch(r"(pick|put|jack|take)(up|down|off|away)", part)
            split = match or verb
            found += [split[1], split[2]] if split else [part] if part else []
    return found


def type_words(name: str) -> str:
    """A type as words."""
    return " ".join(words(name)) or name


def display(name: str, kind: str) -> str:
    """What an object is called: proper names (with a capital, without an article) for what is a letter."""
    spaced = " ".join(re.split(r"[-_]+", name)).strip()
    spaced = re.sub(r"^the ", "", re.sub(r"([a-z]{3,})([0-9])", r"\1 \2", spaced))
    lettered = re.fullmatch(rf"{re.escape(type_words(kind))} ?([a-z])", spaced)
    if lettered:
        return f"{type_words(kind).capitalize()} {lettered[1].upper()}"
    if spaced in ("the", "an", "some"):
        return f"{type_words(kind).capitalize()} “{spaced}”"
    if len(spaced) == 1:
        return f"{type_words(kind).capitalize()} {spaced.upper()}"
    if re.fullmatch(r"[a-z]{1,2}[0-9]+", spaced):
        return spaced.upper()
    if re.search(r" [a-z]$", spaced):
        return spaced[:1].upper() + spaced[1:]
    return spaced or name


def plural(name: str) -> str:
    """The name of a type for several of it."""
    if re.search(r"(s|x|z|ch|sh)$", name):
        return name if name.endswith("s") and not name.endswith("ss") else name + "es"
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name + "s"


def says(schema: Schema) -> Says:
    """What a predicate says of its arguments, guessed from its words."""
    found = words(schema.name)
    arity = len(schema.parameters)
    plain = {0: _nullary, 1: _unary, 2: _binary}.get(arity, _other)(found, schema)
    return Says(plain + ".", denied(plain) + ".")


def denied(sentence: str) -> str:
    """The opposite of a sentence as `says` makes them."""
    if sentence.startswith("There is a "):
        return "There is no " + sentence.removeprefix("There is a ")
    if " is not " in sentence:
        return sentence.replace(" is not ", " is ", 1)
    for verb, opposite in ((" is ", " is not "), (" are ", " are not "), (" has ", " does not have ")):
        if verb in sentence:
            return sentence.replace(verb, opposite, 1)
    match = re.match(r"(.*?(?:\}|You)) (\w+?)(s?) (.*)", sentence)
    if match and not sentence.startswith("You"):
        stem = match[2] + match[3] if not match[3] else match[2]
        stem = {"carrie": "carry"}.get(stem, stem)
        return f"{match[1]} does not {stem} {match[4]}"
    if sentence.startswith("You "):
        return "You do not " + sentence[4:]
    return f"It is not so that {sentence[:1].lower()}{sentence[1:]}"


def _nullary(found: list[str], _: Schema) -> str:
    if len(found) > 1 and found[-1] in STATES:
        return f"The {' '.join(found[:-1])} is {found[-1]}"
    if len(found) > 1 and found[0] in ("is", "has"):
        return f"It {' '.join(found)}"
    return f"The condition “{' '.join(found)}” is met"


def _unary(found: list[str], _: Schema) -> str:
    text = " ".join(found)
    first, last = found[0], found[-1]
    if found in (["have"], ["holding"], ["carrying"], ["hold"]):
        return f"You {'are ' if text.endswith('ing') else ''}{text} {{the 0}}"
    if first == "at" and len(found) > 1:
        return f"The {' '.join(found[1:])} is at {{the 0}}"
    if first in ("on", "in") and len(found) > 1:
        return f"{{The 0}} is {first} the {' '.join(found[1:])}"
    if last in PREPOSITIONS and len(found) > 1:
        return f"The {' '.join(found[:-1])} is {last} {{the 0}}"
    if last in PREPOSITIONS:
        return f"Something is {last} {{the 0}}"
    if first == "is" and len(found) > 1:
        return f"{{The 0}} {text}"
    if first in ("has", "have") and len(found) > 1:
        return f"{{The 0}} has {' '.join(found[1:])}"
    if len(found) > 1 and last in STATES and found[:-1] != ["not"]:
        return (
            f"{{The 0}} is {last} ({' '.join(found[:-1])})" if first not in ("hand", "arm") else f"{{The 0}} is {last}"
        )
    return f"{{The 0}} is {text.removeprefix('is')}" if text.startswith("isopen") else f"{{The 0}} is {text}"


def _binary(found: list[str], schema: Schema) -> str:
    text = " ".join(found)
    first, last = found[0], found[-1]
    if text in RELATIONS:
        return RELATIONS[text]
    if text in WAYS:
        return f"There is a {text} from {{the 0}} to {{the 1}}"
    if last in PREPOSITIONS and len(found) == 2 and re.search(r"[a-rt-z]s$", first) and first != "is":
        return f"{{The 0}} {text} {{the 1}}"
    if last in PREPOSITIONS:
        return f"{{The 0}} is {text.removeprefix('is ')} {{the 1}}"
    if first in PREPOSITIONS:
        types = schema.parameters[1].types
        noun = "" if len(types) == 1 and words(types[0]) == found[1:] else f"the {' '.join(found[1:])} "
        return f"{{The 0}} is {first} {noun}{{the 1}}"
    if last in FASTENED:
        return f"{{The 0}} is {text.removeprefix('is ')} on {{the 1}}"
    if first in VERBS and len(found) == 1:
        return f"{{The 0}} {text} {{the 1}}"
    if last.endswith("ing"):
        return f"{{The 0}} is {text} {{the 1}}"
    if last.endswith("ed") and len(last) > 4:
        return f"{{The 0}} is {text} with {{the 1}}"
    if first == "has" and len(found) > 1:
        return f"{{The 0}} has the {' '.join(found[1:])} {{the 1}}"
    if first == "is" and len(found) > 1:
        return f"{{The 0}} {text} of {{the 1}}"
    return f"The {text} of {{the 0}} is {{the 1}}"


def _other(found: list[str], schema: Schema) -> str:
    listed = ", ".join(f"{{the {i}}}" for i in range(len(schema.parameters) - 1))
    return f"The relation “{' '.join(found)}” is true of {listed} and {{the {len(schema.parameters) - 1}}}"


# ---------------------------------------------------------------- how an action is asked for


def phrase(action: Action) -> str:
    """A pattern for an action, with its arguments by number: `unstack {0} from {1}`."""
    verb = words(action.name)
    kind = words(action.parameters[0].types[0])[-1:] if action.parameters and action.parameters[0].types else []
    if len(verb) > 1 and verb[-1:] == kind:
        verb = verb[:-1]
        if len(verb) > 1 and len(action.parameters) > 1 and _link(action, 1, ()) == verb[-1]:
            verb = verb[:-1]
    elif len(verb) > 1 and any(len(p.types) == 1 and words(p.types[0]) == verb[-1:] for p in action.parameters[1:]):
        verb = verb[:-1]
    said = " ".join(verb)
    arguments: list[str] = []
    for position in range(len(action.parameters)):
        link = _link(action, position, verb)
        if link and arguments and arguments[-1].startswith(f"{link} "):
            arguments.append(f"and {{{position}}}")
        else:
            arguments.append(f"{link} {{{position}}}" if link else f"{{{position}}}")
    return " ".join([said, *arguments])


def bare_phrase(action: Action) -> str:
    """The name and the arguments, nothing between them but what tells them apart."""
    numbers = [f"{{{i}}}" for i in range(len(action.parameters))]
    return " ".join([" ".join(words(action.name)), " and ".join(numbers)]).strip()


def _link(action: Action, position: int, verb: Sequence[str]) -> str:
    """The word before an argument: told by its own name, or by what becomes of it."""
    name = words(action.parameters[position].name)
    if any(word in FROM for word in name):
        return "from"
    if any(word in TO for word in name):
        return "" if verb[-1:] == ["to"] and position == 0 else "to"
    if position == 0:
        return ""
    last_word = verb[-1] if verb else ""
    for added in (True, False):
        for atom in _touching(action, position, added):
            last = words(atom.predicate)[-1]
            if last == last_word:
                return ""
            if last in PREPOSITIONS:
                return last if added else "from"
            if last in FASTENED:
                return "on"
    for need in action.needs:
        if isinstance(need, Atom) and len(need.terms) > 1 and _names(need, action, position):
            said = words(need.predicate)
            found = [word for word in (said[-1], said[0]) if word in PREPOSITIONS]
            if found:
                return found[0]
    return "with"


def _touching(action: Action, position: int, added: bool) -> list[Atom]:
    """The atoms of several arguments that an action makes true (or false) whose last argument this is."""
    return [
        atom
        for effect in action.effects
        for atom in (effect.added if added else effect.deleted)
        if len(atom.terms) > 1 and _names(atom, action, position)
    ]


def _names(atom: Atom, action: Action, position: int) -> bool:
    last = atom.terms[-1]
    return last.variable and last.name == action.parameters[position].name
